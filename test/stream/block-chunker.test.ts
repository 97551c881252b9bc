import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockChunker } from "../../src/stream/block-chunker.ts";
import type { Block, BlockChunkerOptions } from "../../src/stream/block-chunker.ts";
import { toDelta } from "../../src/stream/index.ts";
import { markdown } from "../text/markdown.ts";

function blocksOf(deltas: Iterable<string>, options: BlockChunkerOptions): Block[] {
  const chunker = new BlockChunker(options);
  const blocks: Block[] = [];
  for (const delta of deltas) blocks.push(...chunker.append(toDelta(delta)));
  return [...blocks, ...chunker.flush()];
}

const textsOf = (text: string, options: BlockChunkerOptions): string[] =>
  blocksOf([text], options).map((block) => block.text);

describe("BlockChunker", () => {
  it("ends a block at the first blank line after minChars", () => {
    const text = `${"a".repeat(90)}\n\n${"b".repeat(20)}\n\n${"c".repeat(20)}`;
    expect(textsOf(text, { minChars: 100, maxChars: 400 })).toEqual([text.slice(0, 114), text.slice(114)]);
  });

  it("waits for the unit after the break, and for nothing more", () => {
    const chunker = new BlockChunker({ minChars: 10, maxChars: 100 });
    expect(chunker.append(toDelta("0123456789\n\n"))).toEqual([]);
    expect(chunker.append(toDelta("x"))).toEqual([{ text: "0123456789\n\n", source: "0123456789\n\n" }]);
    expect(chunker.pending).toBe("x");
  });

  it("falls back to line ends, sentences, white space and a hard cut, in this order", () => {
    const limits = { minChars: 20, maxChars: 60 };
    expect(textsOf(`${"a ".repeat(12)}b. c\n${"d ".repeat(30)}`, limits)[0]).toMatch(/c\n$/u);
    expect(textsOf(`${"a ".repeat(12)}b. c ${"d ".repeat(30)}`, limits)[0]).toMatch(/b\. $/u);
    expect(textsOf(`${"词".repeat(30)}。${"语".repeat(60)}`, limits)[0]).toMatch(/。$/u);
    expect(textsOf(`${"a".repeat(25)} ${"b".repeat(100)}`, limits)[0]).toBe(`${"a".repeat(25)} `);
    expect(textsOf("a".repeat(130), limits)).toEqual(["a".repeat(60), "a".repeat(60), "a".repeat(10)]);
  });

  it.each([
    ["newline", "one two. three four\n"],
    ["sentence", "one two. "],
  ] as const)("ends at the first %s when that is preferred", (breakPreference, first) => {
    const text = "one two. three four\nfive six\n\nseven";
    const [block] = textsOf(text, { minChars: 5, maxChars: 60, breakPreference });
    expect(block).toBe(first);
  });

  it("keeps a fence that fits whole, sending what is before it early", () => {
    const fence = `\`\`\`ts\n${"const a = 1;\n\n".repeat(6)}\`\`\`\n`;
    expect(textsOf(`Some words.\n${fence}After.`, { minChars: 40, maxChars: 100 })).toEqual([
      "Some words.\n",
      fence,
      "After.",
    ]);
  });

  it("closes and reopens a fence that is too long, with its info string", () => {
    const code = "const answer = 42;\n".repeat(30);
    const blocks = blocksOf([`\`\`\`ts title="a b"\n${code}\`\`\`\n`], { minChars: 80, maxChars: 120 });
    expect(blocks.length).toBeGreaterThan(4);
    for (const { text } of blocks) {
      expect(text).toMatch(/^```ts title="a b"\n[^`]*\n```\n?$/u);
      expect(text.length).toBeLessThanOrEqual(120);
    }
  });

  it("[A10] never swallows a repeated token", () => {
    const deltas = ["ha", "ha", "ha", "! ", "1", "0", "0", "0", "0", "", "0"];
    expect(blocksOf(deltas, {}).map((block) => block.source)).toEqual(["hahaha! 100000"]);
    const many = Array.from({ length: 2_000 }, (_, i) => (i % 3 === 0 ? "0" : "ha"));
    const blocks = blocksOf(many, { minChars: 50, maxChars: 100 });
    expect(blocks.map((block) => block.text).join("")).toBe(many.join(""));
  });

  it("[A10] cuts any text into the same blocks however it arrives, none too long, nothing lost or doubled", () => {
    const preference = fc.constantFrom("paragraph", "newline", "sentence");
    const options = fc.record({
      breakPreference: preference,
      minChars: fc.integer({ min: 1, max: 50 }),
      maxChars: fc.integer({ min: 50, max: 300 }),
    });
    fc.assert(
      fc.property(
        markdown,
        options,
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (text, options, steps) => {
          const deltas: string[] = [];
          for (let at = 0, i = 0; at < text.length; at += steps[i++ % steps.length] ?? 1) {
            deltas.push(text.slice(at, at + (steps[i % steps.length] ?? 1)));
          }
          const blocks = blocksOf(deltas, options);
          expect(blocks.map((block) => block.source).join("")).toBe(text);
          for (const block of blocks) expect(block.text.length).toBeLessThanOrEqual(options.maxChars);
          expect(blocks).toEqual(blocksOf([text], options));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("refuses limits that make no sense", () => {
    expect(() => new BlockChunker({ maxChars: 10 })).toThrow(/maxChars must be a whole number of at least 50, got 10/u);
    expect(() => new BlockChunker({ minChars: 0 })).toThrow(TypeError);
    expect(() => new BlockChunker({ minChars: 200, maxChars: 100 })).toThrow(/minChars must not exceed maxChars/u);
  });
});
