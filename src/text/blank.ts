import type { Carry } from "./carry.ts";

/** More white space than this between two words says no more than this. */
export const GAP_MAX = 120;

/** Index of the first unit at or after `at` that is not white space. */
export function afterBlank(text: string, at: number): number {
  let end = at;
  while (end < text.length && /\s/u.test(text.charAt(end))) end++;
  return end;
}

/**
 * Source offset at which what a card shows of `text` begins: a long gap at its top says nothing and is left out, so that no card is
 * filled by it. Never decreases while the text grows.
 */
export function bodyStart(text: string, from: number, carry: Carry): number {
  const start = Math.min(from + carry.skip, text.length);
  // A fence or a quote that goes on is something to see; the indent of code is not.
  if (carry.prefix.trim() !== "") return start;
  const word = afterBlank(text, start);
  if (word - start <= GAP_MAX) return start;
  const line = Math.max(start, text.lastIndexOf("\n", word - 1) + 1);
  return word - line > GAP_MAX ? word : line;
}
