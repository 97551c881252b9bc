import { describe, expect, it } from "vitest";
import { CardDialect } from "../../../extensions/feishu/dialect/card-dialect.ts";
import { toCardMarkdown, toPlainText, toPostMarkdown } from "../../../extensions/feishu/dialect/index.ts";
import { NO_CARRY, planCard } from "../../../src/text/index.ts";
import { constructs } from "./constructs.ts";
import { liveIn, mentionsIn } from "./live.ts";
import { lettersOf, missingFrom, visibleIn } from "./visible.ts";

const OPTIONS = { mentionable: new Set<string>(), imageKey: () => undefined, tables: 5 };

/** A table whose first line has no outer pipe is known too late: its header was shown as text. */
const isKnownLate = (markdown: string): boolean => /^[^|\n]+\|.*\n[-|:]/u.test(markdown);

/** What a card, or a message, showed one after the other while the text came in pieces of `size`. */
function streamed(markdown: string, size: number, post: boolean): string[] {
  const options = post ? { ...OPTIONS, post, tables: 0 } : OPTIONS;
  const dialect = new CardDialect();
  const shown: string[] = [];
  for (let end = size; end < markdown.length; end += size) {
    const text = markdown.slice(0, end);
    shown.push(dialect.render(text.slice(0, dialect.settled(text)), { ...options, grows: true }).text);
  }
  shown.push(dialect.render(markdown, options).text);
  return shown;
}

describe.each([...constructs])("[E5] $name", ({ markdown, card, streamed: grown = card, post, text }) => {
  it("becomes what the table says, in a card, a message and plain text, and stays that", () => {
    expect(toCardMarkdown(markdown)).toBe(card);
    expect(toPostMarkdown(markdown)).toBe(post);
    expect(toPlainText(markdown)).toBe(text);
    expect(toCardMarkdown(card)).toBe(card);
  });

  it.each([1, 3, 7])("comes to the same by pieces of %i characters, and takes nothing back", (size) => {
    for (const [isPost, whole] of [
      [false, grown],
      [true, grown === card ? post : grown],
    ] as const) {
      const shown = streamed(markdown, size, isPost);
      expect(shown.at(-1)).toBe(whole);
      // Messages are sent whole.
      if (!isPost && !isKnownLate(markdown)) for (const part of shown) expect(whole.startsWith(part)).toBe(true);
    }
  });

  it("keeps its words, mentions nobody and shows no picture, wherever it is cut", () => {
    for (let end = 0; end <= markdown.length; end++) {
      for (const part of [markdown.slice(0, end), markdown.slice(end)]) {
        const words = lettersOf(visibleIn(part));
        const [card, post, plain] = [toCardMarkdown(part), toPostMarkdown(part), toPlainText(part)];
        // What is in both is looked at once.
        for (const written of new Set([card, post])) {
          expect(liveIn(written)).toEqual([]);
          expect(missingFrom(lettersOf(visibleIn(written)), words)).toBeUndefined();
        }
        expect(mentionsIn(plain)).toEqual([]);
        expect(missingFrom(lettersOf(plain), lettersOf(visibleIn(part, false)))).toBeUndefined();
      }
    }
    const long = `${markdown}\n\n`.repeat(20);
    const limits = { maxChars: 120, maxBytes: 600, maxTables: 3 };
    let from = 0;
    for (let carry = NO_CARRY; from < long.length;) {
      const { seam } = planCard(long, from, carry, limits, { final: true });
      const end = seam?.end ?? long.length;
      expect(liveIn(toCardMarkdown(carry.prefix + long.slice(from + carry.skip, end) + (seam?.close ?? "")))).toEqual(
        [],
      );
      from = end;
      carry = seam?.next ?? NO_CARRY;
    }
  });
});

describe("[E5] bold that ends in punctuation, with a letter behind it", () => {
  it.each([
    ["**Note:**text", "**Note:** text"],
    ["**步骤 1:**npm install", "**步骤 1:** npm install"],
    ["**1.**API，**2.**CLI", "**1.** API，**2.** CLI"],
    ["f(**kwargs) 2**(3)**4", "f(**kwargs) 2**(3)**4"],
  ])("is bold, whatever the script: %s", (source, card) => {
    expect(toCardMarkdown(source)).toBe(card);
    expect(toCardMarkdown(card)).toBe(card);
  });
});

describe("[E5] an address", () => {
  it.each([
    [
      "https://e.com/a_b,https://e.com/c_d",
      "[https://e.com/a_b](https://e.com/a_b),[https://e.com/c_d](https://e.com/c_d)",
    ],
    ["https://e.com/a[1](https://f.com/x)", "[https://e.com/a](https://e.com/a)[1](https://f.com/x)"],
    ["https://web.archive.org/2020/https://e.com/a", "https://web.archive.org/2020/https://e.com/a"],
  ])("ends where the next one begins: %s", (source, card) => {
    expect(toCardMarkdown(source)).toBe(card);
    expect(toCardMarkdown(card)).toBe(card);
  });

  it("is kept apart from the words of a link behind it, where there are no links", () => {
    expect(toPlainText("https://e.com/a[1](https://f.com/x)")).toBe("https://e.com/a 1 (https://f.com/x)");
  });
});
