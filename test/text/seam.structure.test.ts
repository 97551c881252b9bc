import * as fc from "fast-check";
import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";
import { describe, expect, it } from "vitest";
import type { SeamLimits } from "../../src/text/index.ts";
import { cardsOf } from "./cards.ts";

const reader = new MarkdownIt({ html: true });

/** All tokens a CommonMark reader finds, inline ones in the place of their parent. */
function tokensOf(text: string): Token[] {
  return reader.parse(text, {}).flatMap((token) => [token, ...(token.children ?? [])]);
}

const limitsOf = (maxChars: number): SeamLimits => ({ maxChars, maxBytes: 30_000, maxTables: 4 });

const words = (count: number, word = "word"): string =>
  Array.from({ length: count }, (_, i) => `${word}${i}`).join(" ");

describe("[D5] a fence", () => {
  const code = Array.from({ length: 200 }, (_, i) => `line ${i} of the code`).join("\n");
  const info = 'ts title="src/a very long name.ts" {1,3-5} showLineNumbers';

  it("is closed and opened again with its full info string", () => {
    const cards = cardsOf(`Before.\n\n\`\`\`${info}\n${code}\n\`\`\`\n\nAfter.`, limitsOf(500));
    expect(cards.length).toBeGreaterThan(5);
    const fences = cards.map((card) => tokensOf(card.rendered).filter((token) => token.type === "fence"));
    for (const [fence, ...more] of fences) {
      expect(fence?.info.trim()).toBe(info);
      expect(more).toEqual([]);
    }
    expect(fences.flatMap((tokens) => tokens.map((token) => token.content)).join("")).toBe(`${code}\n`);
  });

  it.each([
    ["in a list item", "1. one\n\n   ```js\n", "   ", "\n   ```\n2. two"],
    ["in a deep list item", "- one\n    - two\n\n      ~~~js\n", "      ", "\n      ~~~\n- three"],
    ["in a quote", "> ````js\n", "> ", "\n> ````\n\nAfter."],
  ])("%s stays where it is", (_, open, margin, close) => {
    const text = open + code.replaceAll(/^/gmu, margin) + close;
    const cards = cardsOf(text, limitsOf(300));
    const read = cards.flatMap((card) => tokensOf(card.rendered).filter((token) => token.type === "fence"));
    expect(read.map((token) => token.content).join("")).toBe(`${code}\n`);
    expect(new Set(read.map((token) => token.info))).toEqual(new Set(["js"]));
  });

  it("does not leave an empty code block behind when the cut falls before its last line", () => {
    for (let length = 1; length < 400; length++) {
      const cards = cardsOf(`\`\`\`\n${"x".repeat(length)}\n\`\`\`\nafter ${"y".repeat(200)}`, limitsOf(200));
      const empty = cards
        .flatMap((card) => tokensOf(card.rendered))
        .filter((token) => token.type === "fence" && token.content === "");
      expect(empty).toEqual([]);
    }
  });
});

describe("[D5] a table", () => {
  it("repeats its header on every card, and every row is shown once", () => {
    const rows = Array.from({ length: 60 }, (_, i) => `| row ${i} | ${"值".repeat(1 + (i % 9))} |`);
    const cards = cardsOf(["| name | value |", "|:--|--:|", ...rows].join("\n"), limitsOf(300));
    expect(cards.length).toBeGreaterThan(3);
    const cells: string[] = [];
    for (const card of cards) {
      const tokens = tokensOf(card.rendered);
      const inline = tokens.filter((token) => token.type === "inline").map((token) => token.content);
      expect(tokens.filter((token) => token.type === "table_open")).toHaveLength(1);
      expect(inline.slice(0, 2)).toEqual(["name", "value"]);
      cells.push(...inline.slice(2));
    }
    expect(cells.filter((_, i) => i % 2 === 0)).toEqual(rows.map((_, i) => `row ${i}`));
  });

  it("goes on in the same column when one row is longer than a card", () => {
    const cards = cardsOf(`| a | b |\n|---|---|\n| short | ${words(400)} |\n| x | y |\n`, limitsOf(800));
    const inLastColumn = cards.flatMap((card) => {
      const inline = tokensOf(card.rendered).filter((token) => token.type === "inline");
      return inline.filter((_, i) => i % 2 === 1).map((token) => token.content);
    });
    expect(inLastColumn.filter((cell) => cell !== "b" && cell !== "y").join(" ")).toBe(words(400));
  });

  it("too many for a card begins the next one, unless it is inside code", () => {
    const table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n";
    const cards = cardsOf(`${table.repeat(9)}\`\`\`\n${table.repeat(9)}\`\`\`\n`, limitsOf(3_000));
    const tables = cards.map((card) => tokensOf(card.rendered).filter((token) => token.type === "table_open").length);
    expect(tables).toEqual([4, 4, 1]);
    expect(cards[1]?.rendered.startsWith("| a | b |\n|---|")).toBe(true);
  });
});

describe("[D5] a list", () => {
  /** The numbers a reader sees, card after card. */
  function numbersOf(text: string, maxChars: number): number[] {
    return cardsOf(text, limitsOf(maxChars)).flatMap((card) => {
      const numbers: number[] = [];
      let number = 0;
      for (const token of reader.parse(card.rendered, {})) {
        if (token.type === "ordered_list_open") number = Number(token.attrGet("start") ?? 1);
        if (token.type === "list_item_open" && token.level === 1) numbers.push(number++);
      }
      return numbers;
    });
  }

  it.each([
    ["lazily numbered", () => "1."],
    ["numbered", (i: number) => `${i}.`],
    ["numbered with brackets", (i: number) => `${i})`],
  ])("%s goes on with the right number", (_, marker) => {
    const items = Array.from({ length: 99 }, (_, i) => `${marker(i + 1)} item of the list`);
    const text = `${items.join("\n")}\n`;
    expect(numbersOf(text, 300)).toEqual(items.map((_, i) => i + 1));
  });

  it("repeats the number of an item that is cut inside, and goes on after it", () => {
    const text = `1. ${words(60)}\n1. short\n1. last\n`;
    const numbers = numbersOf(text, 200);
    expect(new Set(numbers)).toEqual(new Set([1, 2, 3]));
    expect(numbers.slice(-2)).toEqual([2, 3]);
  });

  it("opens the items again that a nested one belongs to, instead of turning it into code", () => {
    const nested = Array.from({ length: 40 }, (_, i) => `    - nested item ${i}`).join("\n");
    const text = `- first\n${nested}\n- second\n\n    a paragraph of the second\n`;
    for (let maxChars = 60; maxChars < 400; maxChars += 7) {
      for (const card of cardsOf(text, limitsOf(maxChars))) {
        const tokens = tokensOf(card.rendered);
        expect(tokens.filter((token) => token.type === "code_block")).toEqual([]);
        for (const token of tokens)
          if (token.type === "inline" && /nested/u.test(token.content)) expect(token.level).toBe(6 - 1);
      }
    }
  });
});

describe("[D5] inline markup", () => {
  const spans = [
    "`inline code`",
    "[a link](https://example.com/a?b=c)",
    "![an image](img_v3_02)",
    '<at id="ou_1"></at>',
    "<font color=green>green text</font>",
    "**bold words**",
    "[引用](https://example.com/中文)",
    "👨‍👩‍👧‍👦",
  ];

  it("is never cut", () => {
    const plain = fc.constantFrom("word", "词语", "long-word", "。", "and", "e\u0301\u0302");
    const piece = fc.oneof({ weight: 2, arbitrary: plain }, fc.constantFrom(...spans));
    const paragraph = fc.array(piece, { minLength: 1, maxLength: 60 }).map((pieces) => pieces.join(" "));
    const text = fc.array(paragraph, { minLength: 1, maxLength: 5 }).map((paragraphs) => paragraphs.join("\n\n"));
    fc.assert(
      fc.property(text, fc.integer({ min: 80, max: 600 }), (text, maxChars) => {
        const bounds = cardsOf(text, limitsOf(maxChars)).map((card) => card.end);
        for (const span of spans) {
          for (let at = text.indexOf(span); at >= 0; at = text.indexOf(span, at + span.length)) {
            for (const bound of bounds) expect(bound > at && bound < at + span.length).toBe(false);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it("is cut when it alone is longer than a card", () => {
    const text = `[link](https://example.com/${"x".repeat(500)})`;
    const cards = cardsOf(text, limitsOf(100));
    expect(cards.map((card) => card.rendered).join("")).toBe(text);
    expect(cards.length).toBe(Math.ceil(text.length / 100));
  });
});

describe("[A6] the place of a cut", () => {
  it("is a blank line when there is one in the last tenth, before any line end", () => {
    const text = `${"x".repeat(920)}\nline\n\nnext paragraph ${"y".repeat(300)}`;
    expect(cardsOf(text, limitsOf(1_000))[0]?.end).toBe(text.indexOf("next"));
  });

  it("is after a sentence, in Chinese too, when there is no line end", () => {
    for (const sentence of ["This is a sentence. ", "这是一个句子。"]) {
      const [first] = cardsOf(sentence.repeat(200), limitsOf(500));
      expect(first?.rendered.endsWith(sentence)).toBe(true);
    }
  });

  it("is not right after a heading", () => {
    const text = `${"x".repeat(930)}\n\n## Heading\n\n${"text ".repeat(100)}`;
    expect(cardsOf(text, limitsOf(1_000))[0]?.end).toBe(text.indexOf("## Heading"));
  });

  it("is at the limit in one very long line without spaces", () => {
    const cards = cardsOf("x".repeat(10_000), limitsOf(3_000));
    expect(cards.map((card) => card.rendered.length)).toEqual([3_000, 3_000, 3_000, 1_000]);
  });

  it("never turns a sentence into a list, heading or quote", () => {
    const text = "some words - then 3. more # and > that ".repeat(200);
    for (const card of cardsOf(text, limitsOf(1_000))) {
      expect(reader.parse(card.rendered, {}).map((token) => token.type)).toEqual([
        "paragraph_open",
        "inline",
        "paragraph_close",
      ]);
    }
  });
});

describe("[A6][D5] pure emoji and combining characters", () => {
  it.each([0, 1, 2_999, 3_000, 3_001, 50_000])("of %i characters are partitioned exactly", (length) => {
    const units = ["x", "字", "👨‍👩‍👧‍👦", "🇨🇳", "e\u0301", "👍🏽", "a\u0300\u0301\u0302\u0303", "क्षि"];
    for (const unit of units) {
      const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
      const cards = cardsOf(text, limitsOf(3_000));
      expect(cards.map((card) => card.rendered).join("")).toBe(text);
      for (const card of cards.slice(0, -1)) expect(card.end % unit.length).toBe(0);
      if (length <= 3_000) expect(cards).toHaveLength(1);
    }
  });
});

describe("[D5] a rule", () => {
  it("ends the card before it, and begins none", () => {
    const section = `${words(60)}\n\n---\n\n`;
    for (let maxChars = 400; maxChars < 900; maxChars += 7) {
      const cards = cardsOf(section.repeat(12), limitsOf(maxChars));
      expect(cards.length).toBeGreaterThan(4);
      for (const { rendered } of cards) expect(rendered.trimStart()).not.toMatch(/^---/u);
    }
  });
});
