import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockChunker } from "../../src/stream/block-chunker.ts";
import { Coalescer } from "../../src/stream/coalescer.ts";
import type { CoalescerOptions } from "../../src/stream/coalescer.ts";
import { toDelta } from "../../src/stream/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

function setUp(options: Partial<CoalescerOptions> = {}): { clock: FakeClock; coalescer: Coalescer; out: string[] } {
  const clock = new FakeClock();
  const out: string[] = [];
  const coalescer = new Coalescer({
    clock,
    onFlush: (text) => void out.push(text),
    minChars: 10,
    maxChars: 30,
    ...options,
  });
  return { clock, coalescer, out };
}

describe("Coalescer", () => {
  it("merges blocks until idleMs of silence", async () => {
    const { clock, coalescer, out } = setUp({ idleMs: 500 });
    coalescer.push("first ");
    await clock.advance(400);
    coalescer.push("second");
    await clock.advance(499);
    expect(out).toEqual([]);
    await clock.advance(1);
    expect(out).toEqual(["first second"]);
    expect(clock.pending).toBe(0);
  });

  it("waits a second by default", async () => {
    const { clock, coalescer, out } = setUp();
    coalescer.push("long enough");
    await clock.advance(999);
    expect(out).toEqual([]);
    await clock.advance(1);
    expect(out).toEqual(["long enough"]);
  });

  it("keeps less than minChars back in silence, and sends it in the end", async () => {
    const { clock, coalescer, out } = setUp();
    coalescer.push("short");
    await clock.advance(10_000);
    expect(out).toEqual([]);
    coalescer.flush();
    expect(out).toEqual(["short"]);
    coalescer.flush();
    expect(out).toEqual(["short"]);
  });

  it("does not exceed maxChars by merging, and sends a longer block alone", () => {
    const { clock, coalescer, out } = setUp();
    coalescer.push("a".repeat(20));
    coalescer.push("b".repeat(11));
    expect(out).toEqual(["a".repeat(20)]);
    coalescer.push("c".repeat(40));
    expect(out).toEqual(["a".repeat(20), "b".repeat(11), "c".repeat(40)]);
    expect(clock.pending).toBe(0);
  });

  it("puts the joiner between blocks", () => {
    const { coalescer, out } = setUp({ joiner: "\n\n" });
    coalescer.push("one");
    coalescer.push("two");
    coalescer.flush();
    expect(out).toEqual(["one\n\ntwo"]);
  });

  it("[A10] hands out every block once and in order, equal ones too", async () => {
    const block = fc.oneof(fc.constantFrom("ha", "0", "", "\n"), fc.string({ maxLength: 50 }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(block, fc.nat(1_500))), async (blocks) => {
        const { clock, coalescer, out } = setUp();
        for (const [text, pauseMs] of blocks) {
          coalescer.push(text);
          await clock.advance(pauseMs);
        }
        coalescer.flush();
        expect(out.join("")).toBe(blocks.map(([text]) => text).join(""));
        for (const text of out) expect(text.length <= 30 || blocks.some(([block]) => block === text)).toBe(true);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it("[A10] behind a chunker shows a reply of repeated tokens whole", () => {
    const { coalescer, out } = setUp({ maxChars: 500 });
    const chunker = new BlockChunker({ minChars: 50, maxChars: 100 });
    const tokens = Array.from({ length: 1_000 }, (_, i) => ["ha", "ha", "0", "0", " "][i % 5] ?? "");
    for (const token of tokens) for (const block of chunker.append(toDelta(token))) coalescer.push(block.text);
    for (const block of chunker.flush()) coalescer.push(block.text);
    coalescer.flush();
    expect(out.join("")).toBe(tokens.join(""));
  });

  it("refuses numbers that make no sense", () => {
    expect(() => setUp({ idleMs: -1 })).toThrow(/idleMs must be a number of at least 0, got -1/u);
    expect(() => setUp({ minChars: 31 })).toThrow(/minChars must not exceed maxChars, got 31 and 30/u);
    expect(() => setUp({ maxChars: Number.NaN })).toThrow(TypeError);
  });
});
