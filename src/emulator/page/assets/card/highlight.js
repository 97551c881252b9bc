import { h } from "../dom.js";

/**
 * Colours for code. The highlighter's tokens become elements here; its HTML is never used, which the page's policy would
 * refuse anyway.
 */

/** Longer code stays plain: it is coloured again with every piece that streams in. */
const MOST = 20_000;

const SCOPES = new Set([
  "addition",
  "attr",
  "attribute",
  "built_in",
  "comment",
  "deletion",
  "keyword",
  "literal",
  "meta",
  "name",
  "number",
  "property",
  "regexp",
  "section",
  "selector-class",
  "selector-id",
  "selector-tag",
  "string",
  "symbol",
  "tag",
  "title",
  "type",
  "variable",
]);

/** A name, so that nobody looks for its types: the page reads one property that they leave out. */
const HIGHLIGHTER = "/page/vendor/highlight.js";

/** @type {any} */
let highlighter;

/** Fetches the highlighter; without it code is plain. Wait for it before the first card is drawn. */
export async function loadHighlighter() {
  try {
    highlighter = (await import(HIGHLIGHTER)).default;
  } catch {
    highlighter = undefined;
  }
}

/** A code text as nodes, coloured when its language is known. @param {string} code @param {string} language @returns {any[]} */
export function highlighted(code, language) {
  if (code.length > MOST || highlighter?.getLanguage(language) === undefined) return [code];
  const { _emitter: emitter } = highlighter.highlight(code, { language, ignoreIllegals: true });
  return emitter === undefined ? [code] : emitter.root.children.map(toNode);
}

/** @param {any} token text, or a scope with tokens inside @returns {any} */
function toNode(token) {
  if (typeof token === "string") return token;
  const scope = String(token.scope ?? "").split(".")[0] ?? "";
  return h("span", { class: SCOPES.has(scope) ? `hl-${scope}` : null }, token.children.map(toNode));
}
