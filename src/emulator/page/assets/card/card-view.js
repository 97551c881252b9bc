import { arrange, h } from "../dom.js";
import { t } from "../i18n.js";
import { colorName } from "./colors.js";
import { renderElement } from "./element.js";
import { formValues } from "./form.js";
import { TextView } from "./text-view.js";

/**
 * A card on the screen. Texts keep their views across versions of the card, so a structural change does not stop a text
 * that is typing.
 *
 * @typedef {{ json: any, streaming: boolean, streamingEndsAt?: number, print: import("../typewriter.js").Print, cardId?: string }} Card
 * @typedef {{ structure: string, node: HTMLElement, texts: Set<string> }} Part
 * @typedef {import("./markdown.js").Context & {
 *   click(request: Record<string, unknown>): Promise<void>,
 *   confirm(title: string, text: string): Promise<boolean>,
 * }} CardContext
 */
export class CardView {
  /** @type {HTMLElement} */
  root;
  /** Panels a person opened or closed, by element_id or path. @type {Map<string, boolean>} */
  panels = new Map();
  /** @type {Map<string, TextView>} */
  #texts = new Map();
  /** Keys of the texts in the part being rendered. @type {Set<string>} */
  #used = new Set();
  /** The top-level components on the screen. @type {Part[]} */
  #parts = [];
  /** The element written last carries the cursor. @type {string | undefined} */
  #writing;
  /** @type {Card} */
  #card;
  /** @type {number | undefined} */
  #end;

  /** @param {Card} card @param {CardContext} context */
  constructor(card, context) {
    this.context = context;
    this.#card = card;
    this.header = h("header", { class: "card-header" });
    this.body = h("div", { class: "card-body" });
    this.status = h("div", { class: "card-status", hidden: true });
    this.root = h("article", { class: "card", "aria-label": t("card") }, this.header, this.body, this.status);
    this.update(card);
  }

  /** A new version of the whole card. @param {Card} card */
  update(card) {
    this.#card = card;
    this.#used = new Set();
    this.#header(card.json?.header);
    const kept = this.#used;
    const width = card.json?.config?.width_mode;
    this.root.className = `card width-${["compact", "fill"].includes(width) ? width : "default"}`;
    const components = card.json?.body?.elements ?? card.json?.elements;
    this.#parts = (Array.isArray(components) ? components : []).map((component, index) =>
      this.#part(component ?? {}, `body.${index}`),
    );
    arrange(
      this.body,
      this.#parts.map((part) => part.node),
    );
    for (const part of this.#parts) for (const key of part.texts) kept.add(key);
    for (const key of this.#texts.keys()) if (!kept.has(key)) this.#texts.delete(key);
    this.body.hidden = this.body.childElementCount === 0;
    this.#streaming(card.streaming);
    clearTimeout(this.#end);
    // After ten minutes streaming is over without a call that says so.
    if (card.streaming && card.streamingEndsAt !== undefined)
      this.#end = window.setTimeout(() => this.#streaming(false), Math.max(0, card.streamingEndsAt - Date.now()));
  }

  /**
   * A top-level component: the one on the screen when nothing but streamed text changed, so that focus and what a person
   * typed into it survive.
   *
   * @param {any} component
   * @param {string} path
   * @returns {Part}
   */
  #part(component, path) {
    const structure =
      path + JSON.stringify(component, (_, value) => (isStreamable(value) ? { ...value, content: "" } : value));
    const same = this.#parts.find((part) => part.structure === structure);
    if (same !== undefined) {
      this.#setTexts(component);
      return same;
    }
    this.#used = new Set();
    const node = renderElement(component, this, path);
    return { structure, node, texts: this.#used };
  }

  /** @param {any} node */
  #setTexts(node) {
    if (node === null || typeof node !== "object") return;
    if (isStreamable(node)) this.#texts.get(node.element_id)?.set(String(node.content ?? ""));
    for (const child of Object.values(node)) this.#setTexts(child);
  }

  /** A streamed text. @param {{ elementId: string, mode: "type" | "replace", text: string, print: import("../typewriter.js").Print }} change */
  write(change) {
    const view = this.#texts.get(change.elementId);
    if (view === undefined) return;
    if (this.#writing !== change.elementId) {
      this.#writing = change.elementId;
      this.#streaming(this.#card.streaming);
    }
    if (change.mode === "type") view.type(change.text, change.print);
    else view.replace(change.text);
    if (!this.status.hidden) this.#streaming(this.#card.streaming);
  }

  /** Characters on the screen and characters there will be, over all texts. */
  get progress() {
    let shown = 0;
    let goal = 0;
    for (const view of this.#texts.values()) {
      shown += view.progress.shown;
      goal += view.progress.goal;
    }
    return { shown, goal };
  }

  /**
   * The view of one text, kept from the last version when it is the same element.
   *
   * @param {any} component
   * @param {string} path
   * @param {boolean} markdown
   * @param {string} className
   */
  text(component, path, markdown, className) {
    const key = typeof component.element_id === "string" ? component.element_id : path;
    let view = this.#texts.get(key);
    if (view === undefined || view.options.markdown !== markdown || view.options.className !== className) {
      view = new TextView({ markdown, className, context: this.context });
      this.#texts.set(key, view);
    }
    this.#used.add(key);
    view.set(String(component.content ?? ""));
    return view.root;
  }

  /**
   * Does what a component's behaviours say: opens its link, asks the bot.
   *
   * @param {any} component
   * @param {HTMLElement} control
   * @param {HTMLFormElement} [around]
   * @param {Record<string, unknown>} [extra]
   */
  async act(component, control, around, extra = {}) {
    /** @type {any[]} */
    const behaviors = Array.isArray(component.behaviors) ? component.behaviors : [];
    const link = behaviors.find((each) => each?.type === "open_url");
    const url = link?.pc_url || link?.default_url || component.url;
    if (typeof url === "string" && /^https?:\/\//iu.test(url)) window.open(url, "_blank", "noopener,noreferrer");
    const callback = behaviors.find((each) => each?.type === "callback");
    if (
      callback === undefined &&
      component.value === undefined &&
      around === undefined &&
      Object.keys(extra).length === 0
    )
      return;
    control.classList.add("busy");
    control.setAttribute("aria-busy", "true");
    try {
      await this.context.click({
        elementId: component.element_id,
        name: component.name,
        value: callback?.value ?? component.value,
        ...(around === undefined ? {} : { formValue: formValues(around) }),
        ...extra,
      });
    } finally {
      control.classList.remove("busy");
      control.removeAttribute("aria-busy");
    }
  }

  /** @param {any} question */
  confirm(question) {
    return this.context.confirm(question?.title?.content ?? t("areYouSure"), question?.text?.content ?? "");
  }

  /** @param {any} header */
  #header(header) {
    this.header.hidden = header === undefined || header === null;
    if (this.header.hidden) return this.header.replaceChildren();
    const tags = (header.text_tag_list ?? [])
      .slice(0, 3)
      .map((/** @type {any} */ tag) =>
        h("span", { class: `tag tag-${colorName(tag?.color, "blue")}` }, tag?.text?.content ?? ""),
      );
    this.header.className = `card-header template-${colorName(header.template, "default")}`;
    const mark =
      header.icon?.img_key === undefined
        ? null
        : h("img", { class: "header-icon", src: this.context.imageUrl(String(header.icon.img_key)), alt: "" });
    this.header.replaceChildren(
      ...[
        mark,
        h(
          "div",
          { class: "card-titles" },
          h(
            "div",
            { class: "card-title-row" },
            header.title &&
              h(
                "h2",
                { class: "card-title" },
                this.text(header.title, "header.title", header.title.tag === "lark_md", ""),
              ),
            tags,
          ),
          header.subtitle &&
            h(
              "div",
              { class: "card-subtitle" },
              this.text(header.subtitle, "header.subtitle", header.subtitle.tag === "lark_md", ""),
            ),
        ),
      ].filter((node) => node !== null),
    );
  }

  /** @param {boolean} on */
  #streaming(on) {
    this.root.classList.toggle("streaming", on);
    this.root.dataset.streaming = String(on);
    const target =
      this.#writing !== undefined && this.#texts.has(this.#writing) ? this.#writing : this.#firstStreamable();
    for (const [key, view] of this.#texts) view.setStreaming(on && key === target);
    // One sign of life: the cursor where text is written, these words where there is none yet.
    const silent = on && this.progress.goal === 0;
    this.status.hidden = !silent;
    if (silent) this.status.replaceChildren(h("span", { class: "pulse", "aria-hidden": "true" }), t("generating"));
    else this.status.replaceChildren();
  }

  /** The first text an author could stream into: one with an element_id, in the body. */
  #firstStreamable() {
    for (const [key, view] of this.#texts) if (!key.includes(".") && this.body.contains(view.root)) return key;
    return undefined;
  }
}

/** Whether a text can be written by itself: it has a name. @param {any} value */
function isStreamable(value) {
  return (
    value !== null &&
    typeof value === "object" &&
    typeof value.element_id === "string" &&
    ["markdown", "plain_text", "lark_md"].includes(value.tag)
  );
}
