import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InlineReader, parseBlocks } from "../../extensions/feishu/dialect/parse.ts";
import type { Block } from "../../extensions/feishu/dialect/tree.ts";
import { BlockState } from "../../src/text/block-state.ts";
import { lineAt } from "../../src/text/structure.ts";
import { markdown } from "./markdown.ts";

/** What a line is a part of, as far as a cut has to know it. */
type Part = "fence" | "table" | "text";

/** An item that is indented like code. Where it stands behind a deeper one markdown-it ends that one's paragraph, CommonMark does not. */
const INDENTED_ITEM = /^[ >]* {4}(?:[-+*]|\d+[.)]) /u;

/** What each line is, as the seams read it: they go forward once, and keep a few numbers. */
function bySeams(text: string): { part: Part; quotes: number; inList: boolean }[] {
  const state = new BlockState();
  const lines: { part: Part; quotes: number; inList: boolean }[] = [];
  for (let at = 0; at < text.length;) {
    const line = lineAt(text, at);
    state.advance(text, at, line.end);
    const part = state.kind.startsWith("fence") ? "fence" : state.table !== undefined ? "table" : "text";
    const before = lines.at(-1);
    // A table is known by its second line.
    if (state.kind === "table-head" && before !== undefined) before.part = "table";
    lines.push({ part, quotes: state.quoteDepth, inList: state.list.length > 0 });
    at = line.next;
  }
  return lines;
}

/** The same as the dialect reads it, with markdown-it. */
function byDialect(text: string): { part: Part; quotes: number; inList: boolean }[] {
  const lines = text.split("\n").map(() => ({ part: "text" as Part, quotes: 0, inList: false }));
  const mark = (blocks: readonly Block[], quotes: number): void => {
    for (const block of blocks) {
      for (const line of lines.slice(block.from, block.to)) {
        if (block.kind === "quote") line.quotes = quotes + 1;
        if (block.kind === "list") line.inList = true;
        if (block.kind === "table") line.part = "table";
        if (block.kind === "code" && block.marker !== undefined) line.part = "fence";
      }
      if (block.kind === "quote") mark(block.blocks, quotes + 1);
      if (block.kind === "list") for (const item of block.items) mark(item.blocks, quotes);
    }
  };
  mark(parseBlocks(text, new InlineReader()).blocks, 0);
  return lines;
}

describe("[E5][D5] seams and the dialect", () => {
  it("agree about what is a fence, a table, a quote and a list", () => {
    fc.assert(
      fc.property(markdown, (source) => {
        const text = source.replaceAll(/\r\n?/gu, "\n");
        // More markers than that are text to the seams.
        if (/^[\s>]*(?:(?:[-+*]|\d+[.)])\s+){10}/mu.test(text)) return;
        const [seams, dialect] = [bySeams(text), byDialect(text)];
        for (const [i, line] of text.split("\n").entries()) {
          if (line.replace(/[\s>]/gu, "") === "") continue;
          if (INDENTED_ITEM.test(line) && JSON.stringify(seams[i]) !== JSON.stringify(dialect[i])) return;
          expect({ line, ...seams[i] }).toEqual({ line, ...dialect[i] });
        }
      }),
      { numRuns: 1_000, seed: 1 },
    );
  });
});
