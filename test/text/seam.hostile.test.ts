import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSpans } from "../../src/text/spans.ts";
import { hostileText, MAX_LENGTH, problemsOfCards } from "./hostile-text.ts";

describe("[E10] hostile text", () => {
  it.each([
    ["_", 4_000],
    ["*", 3_100],
    ["~", 20_000],
    ["`", 20_000],
    ["[", 20_000],
    ["![", 10_000],
    ["<at id=", 2_800],
    ["<a", 10_000],
    [">", 20_000],
    ["> ", 10_000],
    ["|", 20_000],
    ["\\", 20_000],
    ["\n", 20_000],
    [" ", 20_000],
    ["- ", 10_000],
    ["**a", 6_000],
    ["[a](", 5_000],
    ["`a``b```c", 2_000],
    ["```\n", 5_000],
    ["|a|\n|-|\n\n", 2_000],
  ])("%j, %i times, takes no more cards than words do, none of them empty", (piece, times) => {
    expect(problemsOfCards(piece.repeat(times))).toEqual([]);
    expect(problemsOfCards(`a${piece.repeat(times)}b`)).toEqual([]);
    expect(problemsOfCards(`\`\`\`\n${piece.repeat(times)}`.slice(0, MAX_LENGTH))).toEqual([]);
    expect(problemsOfCards(`| a |\n|---|\n| ${piece.repeat(times)}`.slice(0, MAX_LENGTH))).toEqual([]);
  });

  it.each(["\ta", "    a", "a", "- a\n\n      b"])("%j and a long gap makes no empty card", (before) => {
    for (const blank of ["\t", " ", "\n", "\u3000", " \n"])
      for (const times of [2_990, 5_992, 9_000])
        expect(problemsOfCards(`${before}${blank.repeat(times)}b`)).toEqual([]);
  });

  it("of any kind takes no more cards than words do, none of them empty, and nothing of it is lost", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(problemsOfCards(text)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("is read in a number of steps that grows with its length only", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const spans = new LineSpans(text, 0, text.length, false);
        for (let at = 0; at < text.length;) {
          const span = spans.at(at);
          at = span === undefined || span.kind === "open" ? at + 1 : span.end;
        }
        expect(spans.steps).toBeLessThanOrEqual(30 * text.length + 100);
      }),
      { numRuns: 300 },
    );
  });
});
