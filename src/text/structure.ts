import { BlockState } from "./block-state.ts";
import { NO_CARRY } from "./carry.ts";
import type { Carry } from "./carry.ts";
import { isHeadKnown } from "./line-head.ts";

/** Index of the line's end without its line break; `lineBreak` is where the next line begins. */
export function lineAt(text: string, at: number): { end: number; next: number; broken: boolean } {
  const newline = text.indexOf("\n", at);
  if (newline < 0) return { end: text.length, next: text.length, broken: false };
  return {
    end: newline > at && text.charCodeAt(newline - 1) === 0x0d ? newline - 1 : newline,
    next: newline + 1,
    broken: true,
  };
}

/** Markdown tables outside code that begin in `text`, an unfinished one included. */
export function countTables(text: string): number {
  if (!text.includes("|")) return 0;
  const state = new BlockState();
  for (let at = 0; at < text.length;) {
    const line = lineAt(text, at);
    state.advance(text, at, line.end);
    at = line.next;
  }
  return state.tables;
}

/**
 * The earliest source offset at or after `from + minChars` at which a block at top level is over and a new one has begun: after
 * the blank lines between them, never inside a fence, table, list or quote. Undefined while there is none. What was found in a
 * text is found in every longer one.
 * @param carry what the card that begins at `from` carries over (a fence may be open there).
 */
export function findBlockEnd(
  text: string,
  from: number,
  minChars: number,
  carry: Carry = NO_CARRY,
): number | undefined {
  const state = new BlockState();
  const shift = from + carry.skip - carry.prefix.length;
  // A carriage return at the end is half of a line break, which says nothing yet.
  const shown = carry.prefix + text.slice(from + carry.skip, text.endsWith("\r") ? -1 : undefined);
  for (let at = 0; at < shown.length;) {
    const line = lineAt(shown, at);
    const mayEnd =
      state.blank && state.fence === undefined && at > carry.prefix.length && at + shift >= from + minChars;
    if (mayEnd && !line.broken && !isHeadKnown(shown, at, line.end)) return undefined;
    state.advance(shown, at, line.end);
    if (mayEnd && state.kind !== "blank" && state.list.length === 0 && state.quoteDepth === 0 && state.kind !== "code")
      return at + shift;
    at = line.next;
  }
  return undefined;
}
