import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countTables, findBlockEnd } from "../../src/text/index.ts";
import { markdown } from "./markdown.ts";

describe("[D6] findBlockEnd", () => {
  it("is where the next block begins, once its first character is there", () => {
    const text = "A paragraph.\n\nNext";
    expect(findBlockEnd(text, 0, 1)).toBe(14);
    expect(findBlockEnd(text.slice(0, 14), 0, 1)).toBeUndefined();
    expect(findBlockEnd(text.slice(0, 15), 0, 1)).toBe(14);
    expect(findBlockEnd(text, 0, 15)).toBeUndefined();
  });

  it("waits while the next line may still become a list item", () => {
    expect(findBlockEnd("1. one\n\n1", 0, 1)).toBeUndefined();
    expect(findBlockEnd("1. one\n\n1. two", 0, 1)).toBeUndefined();
    expect(findBlockEnd("1. one\n\n1985 was a year", 0, 1)).toBe(8);
    expect(findBlockEnd("- one\n\n  more of one\n\ntext", 0, 1)).toBe(22);
  });

  it.each([
    ["a fence", "```\na\n\nb\n\nc\n"],
    ["a fence in a list", "- x\n  ```\n  a\n\n  b\n"],
    ["a quote", "> a\n\n> b\n"],
    ["a list", "- a\n\n- b\n\n    c\n"],
  ])("does not fall inside %s", (_, text) => {
    expect(findBlockEnd(text, 0, 1)).toBeUndefined();
  });

  it("does not take the end of a fence that was carried in for its beginning", () => {
    const text = "const a = 1;\n\nconst b = 2;\n```\n\nAfter.";
    expect(findBlockEnd(text, 0, 1, { prefix: "```ts\n", skip: 0 })).toBe(text.indexOf("After."));
  });

  it("finds in every longer text what it found in a shorter one", () => {
    fc.assert(
      fc.property(markdown, fc.nat(200), (text, minChars) => {
        const whole = findBlockEnd(text, 0, minChars);
        for (let length = 0; length <= text.length; length += 3) {
          const end = findBlockEnd(text.slice(0, length), 0, minChars);
          if (end !== undefined) expect(end).toBe(whole);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("[D5] countTables", () => {
  it("counts tables outside code, begun ones included", () => {
    expect(countTables("| a |\n|---|\n")).toBe(1);
    expect(countTables("a | b\n--- | ---\n1 | 2\n\nc | d\n:-: | -")).toBe(2);
    expect(countTables("> | a |\n> |---|\n\n- | a |\n  |---|\n")).toBe(2);
    expect(countTables("```\n| a |\n|---|\n```\n")).toBe(0);
    expect(countTables("| a | b |\n|---|\n| no | table |")).toBe(0);
    expect(countTables("| a |\n\n|---|\n")).toBe(0);
  });
});
