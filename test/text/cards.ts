import { bodyStart, findSeam, NO_CARRY } from "../../src/text/index.ts";
import type { Carry, SeamLimits } from "../../src/text/index.ts";

/** A card as it ends up: its source slice and what is rendered. */
export interface Card {
  readonly start: number;
  readonly end: number;
  readonly carry: Carry;
  readonly close: string;
  readonly rendered: string;
}

/** All cards of a complete text, as one would make them who has it whole. @param counted each is told how many come before it. */
export function cardsOf(text: string, limits: SeamLimits, counted = false): Card[] {
  const cards: Card[] = [];
  let start = 0;
  let carry = NO_CARRY;
  for (;;) {
    const seam = findSeam(text, start, carry, limits, { final: true, index: counted ? cards.length : undefined });
    const end = seam?.end ?? text.length;
    const close = seam?.close ?? "";
    cards.push({
      start,
      end,
      carry,
      close,
      rendered: carry.prefix + text.slice(bodyStart(text, start, carry), end) + close,
    });
    if (seam === undefined) return cards;
    if (seam.end <= start + carry.skip) throw new Error(`no progress at ${start}`);
    start = seam.end;
    carry = seam.next;
  }
}
