import { describe, expect, it } from "vitest";
import { CardDialect } from "../../../extensions/feishu/dialect/card-dialect.ts";
import { toCardMarkdown, toPlainText } from "../../../extensions/feishu/dialect/index.ts";
import type { Carry } from "../../../src/text/index.ts";
import { NO_CARRY, planCard } from "../../../src/text/index.ts";

const OPTIONS = { mentionable: new Set<string>(), imageKey: () => undefined };

/** Made to be read again and again. */
const COSTLY = [
  "![",
  "[a](",
  "<at id=aaaa",
  "[[[]",
  "**a",
  "`",
  "``` ",
  "$a",
  "\\(",
  "a|b\n-|-\n",
  "> ",
  "- ",
  "[a]: b\n",
  "h",
  "&#",
];

/**
 * Calls of the functions that text is read by, for one that is written. Steps and not time: another program's work is no failure.
 */
function steps(work: () => void): number {
  let count = 0;
  const [charCodeAt, exec] = [String.prototype.charCodeAt, RegExp.prototype.exec];
  Object.assign(String.prototype, {
    charCodeAt(this: string, at: number): number {
      count++;
      return charCodeAt.call(this, at);
    },
  });
  Object.assign(RegExp.prototype, {
    exec(this: RegExp, text: string): RegExpExecArray | null {
      count++;
      return exec.call(this, text);
    },
  });
  try {
    work();
  } finally {
    Object.assign(String.prototype, { charCodeAt });
    Object.assign(RegExp.prototype, { exec });
  }
  return count;
}

describe("[E5][E10] Markdown is read", () => {
  it.each(COSTLY)("in steps that grow with its length only: %j", (piece) => {
    const cost = (length: number): number => {
      const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
      return steps(() => {
        toCardMarkdown(text);
        toPlainText(text);
        new CardDialect().settled(text);
      });
    };
    expect(cost(24_000) / cost(6_000)).toBeLessThan(6);
  });

  it("once for each block while it grows", () => {
    const dialect = new CardDialect();
    let text = "";
    for (let i = 0; i < 60; i++) {
      text += `Paragraph ${i} with [a link](https://e.com) and **bold** words.\n\n`;
      dialect.render(text.slice(0, dialect.settled(text)), { ...OPTIONS, grows: true });
    }
    expect(dialect.cost.reads).toBeLessThan(140);
  });

  it.each([
    ["paragraphs", "A paragraph with **bold** words, `code` and [a link](https://e.com), of common length.\n\n", 10],
    ["a list", "- **An item：** with `code` and words\n", 110],
    ["a table", "| a cell | with `code` | and words |\n", 110],
    ["code", "const a = await read(b); // and a comment\n", 110],
  ])("in as many characters as grow with the length of a reply that streams: %s", (kind, piece, most) => {
    const begin = kind === "a table" ? "| a | b | c |\n|---|---|---|\n" : kind === "code" ? "```ts\n" : "";
    const tokenized = (length: number): number => {
      const text = (begin + piece.repeat(Math.ceil(length / piece.length))).slice(0, length);
      return tokenizedWhileStreaming(text, 20) / length;
    };
    const [short, long] = [tokenized(9_000), tokenized(27_000)];
    expect(long / short).toBeLessThan(1.1);
    // A block that grows is read again with each piece, up to the end of its card; what is finished is not.
    expect(short).toBeLessThan(most);
  });
});

/** Characters that were tokenized for a reply that came in pieces of `size`, over all of its cards. */
function tokenizedWhileStreaming(text: string, size: number): number {
  const limits = { maxChars: 3_000, maxBytes: 150_000, maxTables: 5 };
  let carry: Carry = NO_CARRY;
  let from = 0;
  let dialect = new CardDialect();
  let total = 0;
  for (let end = size; end < text.length + size; end += size) {
    const come = text.slice(0, end);
    const { seam, shown } = planCard(come, from, carry, limits, { final: end >= text.length });
    const card = carry.prefix + come.slice(from + carry.skip, seam?.end ?? shown);
    dialect.render(card.slice(0, dialect.settled(card)), { ...OPTIONS, grows: seam === undefined });
    if (seam === undefined) continue;
    total += dialect.cost.characters;
    dialect = new CardDialect();
    from = seam.end;
    carry = seam.next;
  }
  return total + dialect.cost.characters;
}
