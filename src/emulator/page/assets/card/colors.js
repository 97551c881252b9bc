/** Feishu's colour names, as classes of the style sheet: `template` colours headers, `ink` colours text, `tag` colours labels. */

const TEMPLATES = new Set(
  "blue wathet turquoise green yellow orange red carmine violet purple indigo grey lime neutral default".split(" "),
);

/** @param {unknown} name @param {string} fallback */
export function colorName(name, fallback) {
  const text = String(name ?? "");
  const base = text.replace(/-\d+$/u, "");
  return TEMPLATES.has(base) ? base : fallback;
}

const RGBA = /^rgba?\(\s*[\d.]+%?\s*,\s*[\d.]+%?\s*,\s*[\d.]+%?\s*(?:,\s*[\d.]+%?\s*)?\)$/u;

/** An rgb()/rgba() colour exactly as written, or nothing. @param {unknown} text */
export function rgba(text) {
  return typeof text === "string" && RGBA.test(text) ? text : undefined;
}
