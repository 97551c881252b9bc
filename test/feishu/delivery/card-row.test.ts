import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CardRow } from "../../../extensions/feishu/delivery/card-row.ts";
import { NO_CARRY } from "../../../src/text/index.ts";

const LIMITS = { maxChars: 300, maxBytes: 3_000, maxTables: 3 };
const textOf = (length: number): string => "Words of a sentence. ".repeat(Math.ceil(length / 21)).slice(0, length);

/** Plans `text` with as many cards as it takes. */
function cut(row: CardRow, text: string, final: boolean): void {
  for (;;) {
    row.plan(text, final);
    const next = row.next(text);
    if (next === undefined) return;
    row.add(next, LIMITS);
  }
}

const placesOf = ({ ranges }: CardRow): [number, number | undefined][] => ranges.map(({ start, end }) => [start, end]);

describe("[S12] the row of cards", () => {
  it("begins at 0, and each card where the one before ends", () => {
    const row = new CardRow();
    cut(row, textOf(1_000), true);
    const places = placesOf(row);
    expect(places.length).toBeGreaterThan(3);
    expect(places[0]?.[0]).toBe(0);
    expect(places.at(-1)?.[1]).toBe(1_000);
    places.slice(1).forEach(([start], i) => expect(start).toBe(places[i]?.[1]));
  });

  it("refuses a card that would leave a gap, or show text twice", () => {
    for (const start of [4, 6]) {
      const row = new CardRow();
      row.endHere(row.add({ start: 0, carry: NO_CARRY }, LIMITS), 5, "words of a text");
      expect(() => row.add({ start, carry: NO_CARRY }, LIMITS)).toThrow(
        `card 1 begins at ${start}, but what is before it ends at 5`,
      );
    }
    expect(() => new CardRow().add({ start: 3, carry: NO_CARRY }, LIMITS)).toThrow("begins at 3");
  });

  it("asks for no further card while the last one has room, nor when all has its card", () => {
    const row = new CardRow();
    expect(row.next("")).toEqual({ start: 0, carry: NO_CARRY });
    row.add({ start: 0, carry: NO_CARRY }, LIMITS);
    row.plan("short", false);
    expect(row.next("short")).toBeUndefined();
    row.plan("short", true);
    expect(placesOf(row)).toEqual([[0, 5]]);
    expect(row.next("short")).toBeUndefined();
  });

  it("says what has moved, once", () => {
    const row = new CardRow();
    const text = textOf(500);
    row.add({ start: 0, carry: NO_CARRY }, LIMITS);
    expect(row.plan(text, false).moved).toEqual([row.ranges[0]]);
    expect(row.plan(text, false)).toEqual({ moved: [], dropped: [] });
  });

  it("a card that has to end goes on in the next, wherever that began", () => {
    const row = new CardRow();
    const text = textOf(700);
    cut(row, text, true);
    const [first, second] = row.ranges;
    row.endHere(first!, 100, text);
    expect([first?.end, second?.start, first?.fixed]).toEqual([100, 100, true]);
    cut(row, text, true);
    expect(placesOf(row)[0]).toEqual([0, 100]);
    expect(row.ranges.at(-1)?.end).toBe(700);
  });

  it("a card of which nothing is seen leaves all of its part, and what it was to repeat, to the next", () => {
    const row = new CardRow();
    const text = `\`\`\`ts\n${textOf(500)}`;
    cut(row, text, true);
    const [, second] = row.ranges;
    const { start, carry } = second!;
    row.endHere(second!, start, text);
    expect([second?.end, second?.next]).toEqual([start, carry]);
  });

  it("text that becomes shorter drops the cards behind it", () => {
    const row = new CardRow();
    cut(row, textOf(1_000), true);
    const behind = row.ranges.slice(1);
    expect(row.changed(50, textOf(50))).toEqual([]);
    expect(row.plan(textOf(60), true).dropped).toEqual(behind);
    expect(placesOf(row)).toEqual([[0, 60]]);
  });

  it("a fixed card keeps what stands before the change, and one that has nothing left is given back", () => {
    const row = new CardRow();
    const text = textOf(700);
    cut(row, text, true);
    const [first, second] = row.ranges;
    row.endHere(first!, 100, text);
    row.endHere(second!, 150, text);
    expect(row.changed(60, text.slice(0, 60))).toEqual([second]);
    expect([first?.end, row.ranges.includes(second!)]).toEqual([60, false]);
    cut(row, `${text.slice(0, 60)}other`, true);
    expect(placesOf(row)).toEqual([
      [0, 60],
      [60, 65],
    ]);
  });

  it("a change behind all cards changes none", () => {
    const row = new CardRow();
    const text = textOf(700);
    cut(row, text, true);
    const before = placesOf(row);
    expect(row.changed(700, text)).toEqual([]);
    expect(placesOf(row)).toEqual(before);
  });

  it("cuts a text in the same places however it came", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 15 }), (steps) => {
        const text = textOf(steps.reduce((sum, step) => sum + step, 0));
        const grown = new CardRow();
        let length = 0;
        for (const step of steps) cut(grown, text.slice(0, (length += step)), false);
        cut(grown, text, true);
        const whole = new CardRow();
        // A complete text that fits is not cut: what it would be cut for does not come any more.
        cut(whole, text, false);
        cut(whole, text, true);
        expect(placesOf(grown)).toEqual(placesOf(whole));
      }),
    );
  });
});
