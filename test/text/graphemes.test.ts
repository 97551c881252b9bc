import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGraphemeBoundary, lastClusterStart, safeCut, utf8Length } from "../../src/text/index.ts";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const boundariesOf = (text: string): Set<number> =>
  new Set([...segmenter.segment(text)].map((part) => part.index).concat(text.length));

const CLUSTERS = [
  "a",
  "字",
  "\r\n",
  "👨‍👩‍👧‍👦",
  "🇨🇳",
  "🇩🇪",
  "e\u0301",
  "👍🏽",
  "क्षि",
  "각",
  "❤️",
  "\u200d",
  "\u0301",
  "が",
  "\n",
  "1️⃣",
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...CLUSTERS), { maxLength: 60 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 60 }),
);

describe("[D5] safeCut", () => {
  it("gives the largest boundary at or below the offset, as segmenting the whole text does", () => {
    fc.assert(
      fc.property(text, fc.nat(200), (text, at) => {
        const offset = Math.min(at, text.length);
        const boundaries = boundariesOf(text);
        const expected = [...boundaries].filter((boundary) => boundary <= offset).reduce((a, b) => Math.max(a, b), 0);
        if (expected > 0) expect(safeCut(text, offset)).toBe(expected);
        expect(isGraphemeBoundary(text, offset)).toBe(boundaries.has(offset) || offset === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("always makes progress, between code points when one cluster is longer than the limit", () => {
    const zalgo = `a${"\u0301".repeat(5_000)}`;
    expect(safeCut(zalgo, 3_000)).toBe(3_000);
    expect(safeCut(zalgo, 100)).toBe(100);
    expect(safeCut("👨‍👩‍👧‍👦", 4)).toBe(3);
    expect(safeCut("👍", 1)).toBe(2);
    expect(safeCut("x👍", 2, 1)).toBe(3);
  });

  it("keeps a row of flags in step, however long it is", () => {
    const flags = "🇨🇳".repeat(500);
    for (const offset of [1, 2, 3, 4, 999, 1_000, 1_001, 1_002, 1_003, 1_998]) {
      expect(safeCut(flags, offset, -1)).toBe(offset - (offset % 4));
      expect(safeCut(`字${flags}`, offset, -1) % 4).toBe(offset === 0 ? 0 : 1);
    }
  });

  it("finds the cluster that may still grow", () => {
    fc.assert(
      fc.property(text, (text) => {
        const last = [...segmenter.segment(text)].at(-1)?.index ?? 0;
        expect(lastClusterStart(text, text.length)).toBe(last);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("utf8Length", () => {
  it("agrees with the encoder, lone surrogates included", () => {
    const encoder = new TextEncoder();
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => utf8Length(text) === encoder.encode(text).length));
    expect(utf8Length("\ud83d")).toBe(3);
    expect(utf8Length("\udc4d\ud83d")).toBe(6);
  });
});
