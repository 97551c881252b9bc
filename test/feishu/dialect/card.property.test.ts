import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CardDialect } from "../../../extensions/feishu/dialect/card-dialect.ts";
import { toCardMarkdown, toPostMarkdown } from "../../../extensions/feishu/dialect/index.ts";
import { markdown } from "../../text/markdown.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { liveIn } from "./live.ts";

const OPTIONS = { mentionable: new Set<string>(), imageKey: () => undefined };
/** Longer texts take long to be streamed by single characters. */
const STREAMED_MAX = 400;
/** A table's header without a pipe in front of it was shown as text before it was known. */
const HAS_LATE_HEADER = /^[^|\n]*[^|\s>][^|\n]*\|[^\n]*\n[ >]*[-|:][-|: ]*/mu;
const text = fc.oneof(markdown, hostileMarkdown);

/** What was taken for something else than it turned out to be. */
const NOT_CERTAIN_AT_ONCE = [
  "*> ```\n#*",
  "*> ```\n```js```\n",
  "- <person id='ou_x'></person>\r\n===*",
  '[^1][x](https://e.com "`")',
  "  - [x]\n**",
  "   ```js```\n- ",
  "| a|b\n-|-\n",
  "```js```\n\\\r\n*",
  "见https://e.com/a，后面https://e.com/b[1](https://e.com/c)也是",
  "https://e.com/a[中文](https://e.com/c)也是",
  "https://e.com/a中文[x](https://e.com/c)也是",
  "<12@e.com>，<a.b@example.com> <https://e.com/中文> <mailto:a@b.c>",
  "a<br 中><font color=\"red\">b</font><local_datetime millisecond='1'>",
  "从$5涨到$6，$5$，$x中文$",
  "`\n#。seam  `seam `\n\n",
  "$&#60;$x$",
  "$2) *$",
  "**\t   \n*",
  "&   \t*",
  "```\r\n> ```\n*",
  "1. ".repeat(24),
  "*[a]: http://e.com\n\n[a]: http://e.com",
];

describe("[E5] Markdown for a card", () => {
  it("mentions nobody, shows no picture and links only to the web, whatever is written", () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(liveIn(toCardMarkdown(source))).toEqual([]);
        expect(liveIn(toPostMarkdown(source))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("only ever grows while its text does, and comes to the same as the whole text", () => {
    fc.assert(
      fc.property(text, (source) => {
        if (source.length > STREAMED_MAX || HAS_LATE_HEADER.test(source)) return;
        const dialect = new CardDialect();
        let shown = "";
        for (let end = 1; end <= source.length; end++) {
          const part = source.slice(0, end);
          const next = dialect.render(part.slice(0, dialect.settled(part)), { ...OPTIONS, grows: true }).text;
          expect(next.startsWith(shown)).toBe(true);
          shown = next;
        }
        const whole = new CardDialect().render(source, OPTIONS).text;
        expect(whole.startsWith(shown)).toBe(true);
        expect(dialect.render(source, OPTIONS).text).toBe(whole);
      }),
      { numRuns: 300, examples: NOT_CERTAIN_AT_ONCE.map((one) => [one]) },
    );
  });

  it("links what is defined further on in a whole text, and only what is defined before in one that is shown already", () => {
    const source = "See [docs].\n\n[docs]: https://example.com/a";
    expect(toCardMarkdown(source)).toBe("See [docs](https://example.com/a).\n\n&#91;docs]: https://example.com/a");
    expect(new CardDialect().render(source, OPTIONS).text).toBe("See [docs].\n\n&#91;docs]: https://example.com/a");
  });

  it("never holds back more than one construct: a word that has ended is shown", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("word", "词语，", "naïve", "x = y;"), { minLength: 1, maxLength: 30 }),
        (words) => {
          const source = `${words.join(" ")} `;
          expect(new CardDialect().settled(source)).toBe(source.length);
        },
      ),
    );
  });

  it.each([
    "见 https://e.com/a，后面的话没有空格",
    "见https://e.com/a后面的话没有空格",
    "见 (https://e.com/a)。后面的话没有空格",
    "见 https://e.com/a.b。后面的话没有空格",
    "从$5涨了，后面的话没有空格",
    "如果 a<b，后面的话没有空格",
    "if a <b then more words",
    "List<String>里的内容",
    "a <div class words",
  ])("waits for nothing behind what has ended, where no space is written: %s", (source) => {
    expect(new CardDialect().settled(source)).toBe(source.length);
  });

  it("reads a finished block once, however often the text after it grows", () => {
    const dialect = new CardDialect();
    const paragraphs = Array.from({ length: 40 }, (_, i) => `Paragraph ${i} with **bold** words.`);
    let source = "";
    for (const paragraph of paragraphs) {
      for (const word of `${paragraph}\n\n`.split(/(?<= )/u)) {
        source += word;
        dialect.render(source, { ...OPTIONS, grows: true });
      }
    }
    const pieces = paragraphs.join(" ").split(" ").length + paragraphs.length;
    expect(dialect.cost.reads).toBeLessThanOrEqual(pieces);
  });

  it("writes one text anew whenever it may be written in another way", () => {
    const source = "@x <at id=ou_x></at>\n\n| a | b |\n| - | - |\n| 1 | 2 |";
    const [one, other] = [new Set<string>(), new Set(["ou_x"])];
    const choices = [one, other].flatMap((mentionable) =>
      [0, 1].flatMap((tables) => [true, false].map((grows) => ({ ...OPTIONS, mentionable, tables, grows }))),
    );
    const dialect = new CardDialect();
    for (const options of [...choices, ...choices]) {
      expect(dialect.render(source, options)).toEqual(new CardDialect().render(source, options));
      expect(dialect.render(source, options)).toEqual(new CardDialect().render(source, options));
    }
    const pictured = "![a](https://x.test/a.png)";
    expect(dialect.render(pictured, OPTIONS).text).not.toContain("img_v3_a");
    expect(dialect.render(pictured, { ...OPTIONS, imageKey: () => "img_v3_a" }).text).toContain("img_v3_a");
  });
});
