/**
 * What Feishu counts on a card: bytes of its JSON, components and text objects (200 at most), tables (5 at most).
 *
 * @param {any} json
 */
export function measureCard(json) {
  let elements = 0;
  let tables = 0;
  const walk = (/** @type {any} */ node) => {
    if (node === null || typeof node !== "object") return;
    if (typeof node.tag === "string") elements += 1;
    if (node.tag === "table") tables += 1;
    if (node.tag === "markdown" && typeof node.content === "string") tables += markdownTables(node.content);
    for (const child of Object.values(node)) walk(child);
  };
  walk(json);
  return { bytes: new TextEncoder().encode(JSON.stringify(json ?? {})).length, elements, tables };
}

/** Tables of a Markdown text, those inside code fences apart. @param {string} text */
function markdownTables(text) {
  const open = text.replace(/^```[\s\S]*?^```/gmu, "");
  return (open.match(/^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$/gmu) ?? []).length;
}
