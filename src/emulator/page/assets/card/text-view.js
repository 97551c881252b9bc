import { h } from "../dom.js";
import { icon } from "../icons.js";
import { t } from "../i18n.js";
import { Typewriter } from "../typewriter.js";
import { extendedBlocks, renderBlock } from "./markdown.js";
import { reveal, visibleLength } from "./reveal.js";

/**
 * One text of a card on the screen: Markdown or plain, with its typewriter.
 *
 * @typedef {import("./markdown.js").Context} Context
 * @typedef {import("../typewriter.js").Print} Print
 * @typedef {{ key: string, at: number, linked: boolean, node: HTMLElement, length: number, shown: number }} Block
 */

const NO_PRINT = { frequencyMs: 70, step: 1, strategy: /** @type {const} */ ("fast") };
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Every view that has something left to type; one animation loop serves them all. @type {Set<TextView>} */
const typing = new Set();
/** @type {number | undefined} */
let loop;
let last = 0;

/** @param {number} now */
function frame(now) {
  // A frame's time may lie before the moment it was asked for.
  const ms = Math.max(0, now - last);
  last = Math.max(last, now);
  for (const view of typing) view.advance(ms);
  loop = typing.size > 0 ? requestAnimationFrame(frame) : undefined;
}

/** @param {TextView} view */
function keepTyping(view) {
  typing.add(view);
  if (loop !== undefined) return;
  last = performance.now();
  loop = requestAnimationFrame(frame);
}

export class TextView {
  /** @type {HTMLElement} */
  root;
  text = "";
  /** How often a text arrived that did not extend the one before. */
  repaints = 0;
  /** @type {Block[]} */
  #blocks = [];
  #writer = new Typewriter(0);
  /** @type {Print} */
  #print = NO_PRINT;
  #caret = h("span", { class: "caret", dataset: { chrome: "" }, "aria-hidden": "true" });
  #streaming = false;
  #mark = h("span", { class: "repaint-mark", dataset: { chrome: "" }, hidden: true });

  /** @param {{ markdown: boolean, context: Context, className?: string }} options */
  constructor(options) {
    this.options = options;
    this.body = h("div", { class: `text-body ${options.markdown ? "markdown" : "plain"} ${options.className ?? ""}` });
    this.root = h("div", { class: "text-view" }, this.body, this.#mark);
  }

  /** Characters on the screen and characters there will be. */
  get progress() {
    return { shown: this.#writer.shown, goal: this.#writer.goal };
  }

  /** Shows a text at once: the first one, or one a structural change brought. @param {string} text */
  set(text) {
    if (text === this.text) return;
    this.#render(text);
    this.#writer.show(this.#length());
    this.#show();
  }

  /** A streamed text that extends the last one: only the tail types. @param {string} text @param {Print} print */
  type(text, print) {
    this.#print = print;
    this.#render(text);
    this.#writer.extend(this.#length(), print);
    if (still.matches || document.hidden) this.#writer.finish();
    this.#show();
    if (this.#writer.typing) keepTyping(this);
  }

  /** A streamed text that does not extend the last one: painted at once, with a mark for the author to see. @param {string} text */
  replace(text) {
    this.set(text);
    // A small line that says how things stand is written anew each time, which is what its author wants.
    if (/\bsize-(?:notation|small|x-small)\b/u.test(this.options.className ?? "")) return;
    this.repaints += 1;
    this.#mark.replaceChildren(icon("repaint", 12), h("span", null, t("repainted", { count: this.repaints })));
    this.#mark.title = t("repaintedWhy");
    this.#mark.hidden = false;
    this.body.classList.remove("flash");
    void this.body.offsetWidth;
    this.body.classList.add("flash");
  }

  /** Turns the streaming cursor on or off; off shows what is still untyped. @param {boolean} on */
  setStreaming(on) {
    if (this.#streaming === on) return;
    this.#streaming = on;
    if (!on) this.#writer.finish();
    this.#show();
  }

  /** @param {number} ms */
  advance(ms) {
    if (!this.root.isConnected) this.#writer.finish();
    if (this.#writer.advance(ms, this.#print)) this.#show();
    if (!this.#writer.typing) typing.delete(this);
  }

  #length() {
    return this.#blocks.reduce((sum, block) => sum + block.length, 0);
  }

  /** Renders the whole text, keeping every block whose source did not change. @param {string} text */
  #render(text) {
    const before = { text: this.text, blocks: this.#blocks };
    this.text = text;
    this.#caret.remove();
    const wanted = this.options.markdown
      ? extendedBlocks(text, before)
      : [{ key: text, at: 0, linked: false, tokens: [] }];
    const old = this.#blocks;
    const most = Math.min(wanted.length, old.length);
    let same = 0;
    while (same < most && wanted[same]?.key === old[same]?.key) same += 1;
    // What follows a change stays as well: the reader who scrolled to it does not lose their place.
    let tail = 0;
    while (tail < most - same && wanted.at(-1 - tail)?.key === old.at(-1 - tail)?.key) tail += 1;
    const behind = old[old.length - tail]?.node ?? null;
    for (const block of old.slice(same, old.length - tail)) block.node.remove();
    this.#blocks = wanted.map(({ tokens, ...block }, index) => {
      const kept = index < same ? old[index] : index < wanted.length - tail ? undefined : old.at(index - wanted.length);
      if (kept !== undefined) return { ...kept, ...block };
      const node = this.options.markdown
        ? renderBlock(tokens, this.options.context)
        : h("span", { class: "plain-text" }, text);
      this.body.insertBefore(node, behind);
      return { ...block, node, length: visibleLength(node), shown: Infinity };
    });
  }

  /** Cuts the blocks to what the typewriter has shown and puts the cursor behind it. */
  #show() {
    let left = this.#writer.shown;
    /** @type {Node | undefined} */
    let edge;
    const caughtUp = !this.#writer.typing;
    for (const block of this.#blocks) {
      const part = caughtUp ? block.length : Math.max(0, Math.min(left, block.length));
      left -= part;
      const before = block.shown;
      const isEdge = part > 0;
      if (part !== before || (isEdge && part < block.length)) {
        const hidden = part <= 0 && block.length > 0;
        block.node.classList.toggle("unrevealed", hidden);
        if (!hidden) reveal(block.node, part >= block.length ? Infinity : part);
        block.shown = part;
      }
      if (isEdge) edge = block.node;
    }
    this.#placeCaret(edge);
    this.root.dataset.shown = String(this.#writer.shown);
    this.root.dataset.goal = String(this.#writer.goal);
  }

  /** @param {Node | undefined} block the last block with anything shown */
  #placeCaret(block) {
    if (!this.#streaming) return this.#caret.remove();
    const leaf = block === undefined ? undefined : lastShownText(block);
    if (leaf === undefined) this.body.append(this.#caret);
    else if (leaf.nextSibling !== this.#caret) leaf.after(this.#caret);
  }
}

/** @param {Node} node @returns {Text | undefined} */
function lastShownText(node) {
  if (node instanceof Text) return node.data.trim() === "" ? undefined : node;
  if (
    node instanceof HTMLElement &&
    (node.dataset.chrome !== undefined || node.classList.contains("unrevealed") || node.hidden)
  )
    return undefined;
  for (let child = node.lastChild; child !== null; child = child.previousSibling) {
    const found = lastShownText(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
