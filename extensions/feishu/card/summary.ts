const MAX_SUMMARY = 80;

/** What the chat list shows for a card: the beginning of `text` on one line, without Markdown's marks. */
export function toSummary(text: string, fallback: string): string {
  const plain = text
    .slice(0, 600)
    .replace(/```[^\n]*\n?/gu, " ")
    .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/gu, "$1")
    .replace(/<[^>\n]{1,80}>/gu, " ")
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+]|\d{1,9}[.)])[ \t]+/gmu, "")
    .replace(/[*_`~|]+/gu, "")
    .replace(/\s+/gu, " ")
    .trim();
  if (plain === "") return fallback;
  const points = Array.from(plain);
  return points.length <= MAX_SUMMARY ? plain : `${points.slice(0, MAX_SUMMARY - 1).join("")}…`;
}
