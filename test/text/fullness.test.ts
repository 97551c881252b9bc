import { describe, expect, it } from "vitest";
import { NO_CARRY } from "../../src/text/index.ts";
import type { Carry, SeamLimits } from "../../src/text/index.ts";
import { Fullness } from "../../src/text/fullness.ts";

const LARGE = { maxChars: 3_000, maxBytes: 30_000, maxTables: 4 };

/** Where a card stands in its reply. */
interface Place {
  readonly from?: number;
  readonly shift?: number;
  readonly index?: number;
}

/** The first length at which a card may end early. */
function least(limits: SeamLimits, carry: Carry = NO_CARRY, place: Place = {}): number {
  const { from = 0, shift = from, index = 99 } = place;
  const fullness = new Fullness(limits, from, carry, shift, index);
  return Array.from({ length: limits.maxChars }, (_, at) => at).findIndex((at) => fullness.mayEnd(at));
}

describe("[E10] a card may end early", () => {
  it("when four fifths of what it is sure to hold are there", () => {
    expect(least(LARGE)).toBe(2_400);
    expect(least({ ...LARGE, maxBytes: 6_001 })).toBe(1_600);
    expect(least({ ...LARGE, maxChars: 1_503 })).toBe(1_203);
  });

  it("when no more than 200 units are free, on a small one", () => {
    expect(least({ ...LARGE, maxChars: 500 })).toBe(300);
    expect(least({ ...LARGE, maxChars: 250 })).toBe(50);
    expect(least({ ...LARGE, maxChars: 150 })).toBe(1);
  });

  it("when its own text is that long: what is carried into it does not count, what that stands in for does", () => {
    expect(least(LARGE, { prefix: "12345", skip: 0 })).toBe(2_405);
    expect(least(LARGE, { prefix: "12345", skip: 30 })).toBe(2_375);
    expect(least({ ...LARGE, maxChars: 500 }, { prefix: "12345", skip: 0 })).toBe(300);
    expect(least({ ...LARGE, maxChars: 500 }, { prefix: "12345", skip: 400 })).toBe(5);
  });

  it("when the reply has had few cards for its length", () => {
    expect(least(LARGE, NO_CARRY, { index: 0 })).toBe(0);
    expect(least(LARGE, NO_CARRY, { from: 2_000, index: 1 })).toBe(0);
    expect(least(LARGE, NO_CARRY, { from: 2_000, index: 2 })).toBe(401);
    expect(least(LARGE, NO_CARRY, { from: 2_000, index: 3 })).toBe(2_400);
    expect(least(LARGE, { prefix: "12345", skip: 0 }, { from: 2_000, shift: 1_995, index: 2 })).toBe(406);
  });

  it("as if the cards before were full, when it is not said how many there are", () => {
    const mayEnd = (from: number, shift: number): boolean =>
      new Fullness(LARGE, from, NO_CARRY, shift, undefined).mayEnd(10);
    expect(mayEnd(4_800, 4_790)).toBe(true);
    expect(mayEnd(4_800, 2_391)).toBe(true);
    expect(mayEnd(4_800, 2_390)).toBe(false);
    expect(mayEnd(4_799, 2_390)).toBe(true);
  });
});
