import { expect } from "vitest";
import { planCard, seamAt } from "../../src/text/index.ts";
import type { SeamLimits } from "../../src/text/index.ts";
import { cardsOf } from "./cards.ts";

/** Which cards a text makes at a card's limit in characters. */
export type CardsExample = [
  name: string,
  maxChars: number,
  text: string,
  cards: readonly string[],
  more?: Partial<SeamLimits>,
];

/** Units of the text that come at once. */
const PIECE = 5;

/** The text makes these cards, however it arrives, and a card that has to end where one of them ends makes the same next one. */
export function makesCards(
  _: string,
  maxChars: number,
  text: string,
  expected: readonly string[],
  more: Partial<SeamLimits> = {},
): void {
  const limits = { maxChars, maxBytes: 30_000, maxTables: 4, ...more };
  const cards = cardsOf(text, limits);
  expect(cards.map(({ rendered }) => rendered)).toEqual(expected);
  const last = cards.at(-1);
  if (last !== undefined)
    expect(planCard(text, last.start, last.carry, limits, { final: true })).toEqual({
      seam: undefined,
      shown: text.length,
    });
  let shown = 0;
  let i = 0;
  for (let length = 1; length <= text.length; length += PIECE) {
    for (;;) {
      const card = cards[i];
      if (card === undefined) throw new Error(`more than ${cards.length} cards for ${length} characters`);
      const plan = planCard(text.slice(0, length), card.start, card.carry, limits);
      expect(plan.shown).toBeGreaterThanOrEqual(shown);
      expect(plan.shown).toBeLessThanOrEqual(Math.max(card.end, card.start + card.carry.skip));
      shown = plan.shown;
      if (plan.seam === undefined) break;
      const next = cards[i + 1];
      // A text that fits when it ends here is cut when it may go on.
      if (next === undefined) return;
      expect(plan.seam).toEqual({ end: card.end, close: card.close, next: next.carry });
      expect(seamAt(text, card.start, card.carry, card.end, limits)).toEqual(plan.seam);
      shown = Math.max(shown, next.start + next.carry.skip);
      i++;
    }
  }
}
