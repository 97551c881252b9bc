const MAX_SUMMARY = 80;

/** What the chat list shows for a card: the beginning of `plain` on one line. Marks without a partner say nothing there. */
export function toSummary(plain: string, fallback: string): string {
  const line = plain
    .replace(/\*{2,}|~~|`+/gu, "")
    .replace(/\s+/gu, " ")
    .trim();
  if (line === "") return fallback;
  const points = Array.from(line);
  return points.length <= MAX_SUMMARY ? line : `${points.slice(0, MAX_SUMMARY - 1).join("")}…`;
}
