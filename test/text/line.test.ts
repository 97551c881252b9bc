import { describe, expect, it } from "vitest";
import { BlockState } from "../../src/text/block-state.ts";
import { isBlankLine, isKindKnown, looksLikeBlock, mayBeDelimiter } from "../../src/text/line.ts";

const lineOf = (text: string, at: number, complete = false) => ({ at, end: text.length, next: text.length, complete });

/** The blocks open after lines. */
function after(...lines: readonly string[]): BlockState {
  const state = new BlockState();
  for (const line of lines) state.advance(line, 0, line.length);
  return state;
}

describe("[D5] a line", () => {
  it.each(["", "  \t", ">", "> ", ">  > \t"])("%j is blank", (line) => {
    expect(isBlankLine(`x${line}`, 1, line.length + 1)).toBe(true);
  });

  it.each(["a", "> a", "    a", "> > -", "\u3000"])("%j is not blank", (line) => {
    expect(isBlankLine(`x${line}`, 1, line.length + 1)).toBe(false);
  });

  it.each(["> a", "- a", "12) a", "# a", "```", "~~~ a", "***", "_ _ _"])("%j would be taken for a block", (line) => {
    expect(looksLikeBlock(`x${line}`, 1, line.length + 1)).toBe(true);
  });

  it.each(["a > b", "-a", "12a", "#a", "``", "**a", "1985", " - a"])("%j would be taken for text", (line) => {
    expect(looksLikeBlock(`x${line}`, 1, line.length + 1)).toBe(false);
  });
});

describe("[A6] the kind of a line that grows", () => {
  const known = (line: string, before = after(), maxFence = 100): boolean =>
    isKindKnown(`x${line}`, lineOf(`x${line}`, 1), before, maxFence);

  it("is known once its text has begun", () => {
    expect([known(""), known("- "), known("1"), known("#")]).toEqual([false, false, false, false]);
    expect([known("a"), known("- a"), known("1a"), known("#a")]).toEqual([true, true, true, true]);
  });

  it("is not known while it may open a fence or be code in text, before that is too long", () => {
    expect(known(`\`\`\` ${"a".repeat(70)}`)).toBe(false);
    expect(known(`- \`\`\` ${"a".repeat(70)}`)).toBe(false);
    expect(known(`\`\`\` ${"a".repeat(196)}`)).toBe(false);
    expect(known(`\`\`\` ${"a".repeat(197)}`)).toBe(true);
    expect(known(`- \`\`\` ${"a".repeat(196)}`)).toBe(false);
    expect(known(`- \`\`\` ${"a".repeat(197)}`)).toBe(true);
    expect(known(`${"a".repeat(70)} \`\`\``)).toBe(true);
  });

  it("is known in a fence, where such a mark is code", () => {
    expect(known(`\`\`\` ${"a".repeat(70)}`, after("````"))).toBe(true);
    expect(known("a", after("````"))).toBe(true);
    expect(known("", after("````"))).toBe(false);
  });
});

describe("[A6] a line that grows may become the second of a table", () => {
  const may = (line: string, before = after("a | b"), complete = false): boolean =>
    mayBeDelimiter(`x${line}`, lineOf(`x${line}`, 1, complete), before);

  it.each(["", "|", "| :-", "--- | -", "> |-", "\t|-:|"])("with %j", (line) => {
    expect(may(line)).toBe(true);
  });

  it.each(["a", "|-|a", "a|-", "| - | * |"])("not with %j", (line) => {
    expect(may(line)).toBe(false);
  });

  it("only below text, and only while it grows", () => {
    expect(may("|-", after("a | b", ""))).toBe(false);
    expect(may("|-", after("# a | b"))).toBe(false);
    expect(may("|-", after("a | b"), true)).toBe(false);
  });

  it("until it is 256 units long", () => {
    expect(may("-".repeat(256))).toBe(true);
    expect(may("-".repeat(257))).toBe(false);
  });
});
