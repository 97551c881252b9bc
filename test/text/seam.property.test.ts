import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countTables, isGraphemeBoundary, NO_CARRY, planCard, seamAt, utf8Length } from "../../src/text/index.ts";
import type { SeamLimits } from "../../src/text/index.ts";
import { cardsOf } from "./cards.ts";
import { markdown } from "./markdown.ts";

const limits: fc.Arbitrary<SeamLimits> = fc.record({
  maxChars: fc.oneof(fc.integer({ min: 50, max: 400 }), fc.constantFrom(1_000, 3_000)),
  maxBytes: fc.oneof(fc.constant(28_000), fc.integer({ min: 100, max: 600 })),
  maxTables: fc.integer({ min: 1, max: 4 }),
});

describe("[A6][D5] any text", () => {
  it("is partitioned exactly by its cards, each within all limits", () => {
    fc.assert(
      fc.property(markdown, limits, (text, limits) => {
        const cards = cardsOf(text, limits);
        let at = 0;
        for (const card of cards) {
          expect(card.start).toBe(at);
          expect(card.end).toBeGreaterThan(text === "" ? -1 : card.start);
          at = card.end;
          expect(card.rendered.length).toBeLessThanOrEqual(limits.maxChars);
          expect(utf8Length(card.rendered)).toBeLessThanOrEqual(limits.maxBytes);
          // On a card that is not yet full the writer shows tables too many as something else.
          if (card.rendered.length > limits.maxChars * 0.8) continue;
          expect(countTables(card.rendered)).toBeLessThanOrEqual(limits.maxTables);
          expect(isGraphemeBoundary(text, card.end)).toBe(true);
        }
        expect(at).toBe(text.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it("gets the same seams however it arrives, and shows nothing that a seam takes back", () => {
    fc.assert(
      fc.property(
        markdown,
        limits,
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        (text, limits, steps) => {
          let start = 0;
          let carry = NO_CARRY;
          let shown = 0;
          let have = 0;
          for (let i = 0; have < text.length; i++) {
            have = Math.min(text.length, have + (steps[i % steps.length] ?? 1));
            for (;;) {
              const plan = planCard(text.slice(0, have), start, carry, limits);
              const whole = planCard(text, start, carry, limits);
              expect(plan.shown).toBeGreaterThanOrEqual(shown);
              shown = plan.shown;
              expect(shown).toBeLessThanOrEqual(whole.shown);
              if (plan.seam === undefined) break;
              expect(plan.seam).toEqual(whole.seam);
              start = plan.seam.end;
              carry = plan.seam.next;
              shown = Math.max(shown, start + carry.skip);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("has the same seam where its card has to end as where it ends by itself", () => {
    fc.assert(
      fc.property(markdown, limits, (text, limits) => {
        for (const card of cardsOf(text, limits)) {
          const { seam } = planCard(text, card.start, card.carry, limits, { final: true });
          if (seam !== undefined) expect(seamAt(text, card.start, card.carry, seam.end, limits)).toEqual(seam);
        }
      }),
      { numRuns: 300 },
    );
  });
});
