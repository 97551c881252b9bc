import { describe, expect, it } from "vitest";
import { SequenceCounter } from "../../../extensions/feishu/delivery/surface/sequence-counter.ts";

/** From here on a process counts that closes what another left behind. */
const ORPHANS_FROM = 1_000_000_000;

/** Numbers given while each of them is refused, up to and without the one for which there is hope no more. */
function refusedOnes(counter: SequenceCounter): number[] {
  const numbers: number[] = [];
  do numbers.push(counter.next());
  while (counter.conflict());
  return numbers;
}

describe("[S4][S7] the sequence of a card", () => {
  it("begins at 1, or after what was counted before, and rises by 1", () => {
    const counter = new SequenceCounter();
    expect([counter.next(), counter.next(), counter.next()]).toEqual([1, 2, 3]);
    expect(new SequenceCounter(40).next()).toBe(41);
  });

  it("jumps ahead at each conflict, ten times as far as before", () => {
    const counter = new SequenceCounter();
    const numbers = refusedOnes(counter);
    const jumps = numbers.slice(1).map((number, i) => number - (numbers[i] ?? 0) - 1);
    expect(jumps.slice(0, 9)).toEqual([10, 100, 1_000, 10_000, 100_000, 1e6, 1e7, 1e8, 1e8]);
  });

  it("gives up at the sixteenth conflict in a row, and counts on below what closes orphans", () => {
    const counter = new SequenceCounter();
    const numbers = refusedOnes(counter);
    expect(numbers).toHaveLength(16);
    for (let i = 0; i < 100; i++) {
      expect(counter.conflict()).toBe(false);
      numbers.push(counter.next());
    }
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(Math.max(...numbers)).toBeLessThan(ORPHANS_FROM);
  });

  it("begins with small jumps and fresh hope once a number was taken", () => {
    const counter = new SequenceCounter();
    for (let i = 0; i < 15; i++) expect(counter.conflict()).toBe(true);
    counter.accepted();
    const before = counter.next();
    expect(counter.conflict()).toBe(true);
    expect(counter.next()).toBe(before + 11);
    for (let i = 0; i < 14; i++) expect(counter.conflict()).toBe(true);
    expect(counter.conflict()).toBe(false);
  });
});
