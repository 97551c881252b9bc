/**
 * Shows the first so many characters of finished DOM. Text nodes are cut, what lies behind the cut is taken out of the
 * layout; nothing is rendered again, so a tick of the typewriter costs the length of one block.
 *
 * An element marked `data-chrome` belongs to the page (a copy button) and does not count; one marked `data-atom` counts as
 * one character; hidden rows of a paged table do not count.
 */

/** @type {WeakMap<Text, string>} */
const whole = new WeakMap();
const COLLAPSIBLE = new Set(["P", "LI", "UL", "OL", "TR", "TABLE", "FIGURE", "BLOCKQUOTE", "DIV", "HR", "BR", "IMG"]);

/** @param {Node} node */
function skipped(node) {
  return node instanceof HTMLElement && (node.dataset.chrome !== undefined || node.hidden);
}

/** @param {Node} node */
function isAtom(node) {
  return node instanceof HTMLElement && (node.dataset.atom !== undefined || node.tagName === "HR");
}

/** @param {Text} node */
function wholeText(node) {
  return whole.get(node) ?? node.data;
}

/** Visible characters inside. @param {Node} node @returns {number} */
export function visibleLength(node) {
  if (node instanceof Text) return wholeText(node).length;
  if (skipped(node)) return 0;
  if (isAtom(node)) return 1;
  let sum = 0;
  for (const child of node.childNodes) sum += visibleLength(child);
  return sum;
}

const JOINS = /[\u200d\ufe0f\u0300-\u036f\u20e3]|[\ud83c][\udffb-\udfff]/u;

/** The first `count` UTF-16 units, moved back so that no character on the screen is half a one. @param {string} text @param {number} count */
export function cutWhole(text, count) {
  if (count >= text.length) return text;
  let end = Math.max(0, count);
  const low = text.charCodeAt(end);
  if (low >= 0xdc00 && low <= 0xdfff) end -= 1;
  while (end > 0 && (JOINS.test(text.slice(end, end + 2).slice(0, 2)) || text.charCodeAt(end - 1) === 0x200d)) {
    end -= 1;
    const unit = text.charCodeAt(end);
    if (unit >= 0xdc00 && unit <= 0xdfff) end -= 1;
  }
  return text.slice(0, end);
}

/**
 * @param {Node} node
 * @param {number} count characters of this node to show
 * @returns {{ used: number, edge: Node | undefined }} characters the node has at most `count` of, and the last shown leaf
 */
export function reveal(node, count) {
  if (node instanceof Text) {
    const text = wholeText(node);
    const part = cutWhole(text, count);
    if (part !== text) whole.set(node, text);
    if (node.data !== part) node.data = part;
    return { used: Math.min(text.length, count), edge: part.length > 0 ? node : undefined };
  }
  if (skipped(node)) return { used: 0, edge: undefined };
  if (isAtom(node)) {
    conceal(node, count <= 0);
    return { used: Math.min(1, count), edge: count > 0 ? node : undefined };
  }
  conceal(node, count <= 0);
  let used = 0;
  /** @type {Node | undefined} */
  let edge;
  for (const child of node.childNodes) {
    const result = reveal(child, count - used);
    used += result.used;
    edge = result.edge ?? edge;
  }
  return { used, edge };
}

/** @param {Node} node @param {boolean} away */
function conceal(node, away) {
  if (node instanceof HTMLElement && COLLAPSIBLE.has(node.tagName)) node.classList.toggle("unrevealed", away);
}
