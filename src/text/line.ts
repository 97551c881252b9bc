import { headingMarker, indentation, isFenceRun, isHeadKnown, isRule, listMarker, quoteMarkers } from "./line-head.ts";
import type { BlockState } from "./block-state.ts";

/** A line being scanned: `text.slice(at, end)`, the next one beginning at `next`. */
export interface Line {
  readonly at: number;
  readonly end: number;
  readonly next: number;
  /** It has its line break, or the text is over. */
  readonly complete: boolean;
}

/** Longest fence line that is kept on one card, and longest delimiter row that is waited for. */
export const FENCE_LINE_MAX = 256;

/** Whether nothing but white space and quote markers is in the line. */
export function isBlankLine(text: string, at: number, end: number): boolean {
  return indentation(text, quoteMarkers(text, at, end).end, end).textAt === end;
}

/** Whether what follows `at` would be taken for a list, heading, quote, fence or rule at the start of a card. */
export function looksLikeBlock(text: string, at: number, end: number): boolean {
  return (
    quoteMarkers(text, at, end).depth > 0 ||
    listMarker(text, at, end) !== undefined ||
    headingMarker(text, at, end) !== undefined ||
    isFenceRun(text, at, end) ||
    isRule(text, at, end)
  );
}

/**
 * Whether the kind of a line that may still grow is certain.
 * @param before the blocks open before it.
 * @param maxFence units of a fence's info string after which it is taken for one.
 */
export function isKindKnown(text: string, line: Line, before: BlockState, maxFence: number): boolean {
  if (!isHeadKnown(text, line.at, line.end)) return false;
  if (before.fence !== undefined) return true;
  const state = before.clone();
  state.advance(text, line.at, line.end);
  const opens = isFenceRun(text, state.textAt, line.end);
  return !opens || line.end - state.textAt > 2 * maxFence;
}

/** Whether an unfinished line may become the second line of a table. */
export function mayBeDelimiter(text: string, line: Line, before: BlockState): boolean {
  if (line.complete || !before.paragraph || line.end - line.at > FENCE_LINE_MAX) return false;
  return /^[-|:>\s]*$/u.test(text.slice(line.at, line.end));
}
