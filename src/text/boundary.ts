import type { BlockState } from "./block-state.ts";
import type { BreakQuality } from "./room.ts";

/**
 * How good it is to cut between two lines; undefined when they must stay together.
 * @param before the blocks open after the first of them.
 * @param after the blocks open after the second, a line of `text`.
 */
export function boundaryQuality(text: string, before: BlockState, after: BlockState): BreakQuality | undefined {
  // No card begins with a rule, which parts two things: it ends the one before.
  if (["blank", "fence-close", "table-head", "rule"].includes(after.kind)) return undefined;
  if (after.kind === "fence") return "item";
  if (before.afterHeading) return "word";
  if (after.table !== undefined && after.table === before.table) return "item";
  const nested = after.list.length > 0 || after.quoteDepth > 0;
  if (nested) return after.list.some((item) => !before.list.includes(item)) ? "item" : "line";
  const opens = after.kind === "fence-open" || after.kind === "heading";
  const looksLikeTable = !before.paragraph && text.charCodeAt(after.textAt) === 0x7c;
  return before.blank || opens || looksLikeTable || before.kind === "fence-close" ? "block" : "line";
}
