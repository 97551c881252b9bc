import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inertText, toCardMarkdown, toPlainText, toPostMarkdown } from "../../../extensions/feishu/dialect/index.ts";
import { markdown } from "../../text/markdown.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { lettersOf, missingFrom, visibleIn } from "./visible.ts";

/** The same texts each time; more of them, and others, are for who changes the dialect: `DIALECT_RUNS=20000`. */
const RUNS = process.env["DIALECT_RUNS"];
const CHOSEN = RUNS === undefined ? { numRuns: 1_000, seed: 1 } : { numRuns: Number(RUNS) };

/** 0 is A, 26 is AA. */
const letters = (n: number): string =>
  n < 26 ? String.fromCharCode(65 + n) : letters(Math.floor(n / 26) - 1) + letters(n % 26);

/** Every word is another one: what is lost, moved or said twice is seen. */
function told(text: string): string {
  let count = 0;
  return text.replace(/word|seam|card|中文|流式|卡片/gu, (word) => word + letters(count++));
}

const text = fc.oneof(hostileMarkdown, markdown).map(told);

/** What was lost, said twice, or read otherwise when it was read once more. */
const FOUND = [
  "1. seamA \n   2. seamB\n",
  "# seamA \n# seamB \nseamC\n",
  "> - seamA \n# seamB \n",
  "# a\n2. b",
  "- seamA \nseamB \n`seamC`\n\n  - \\* seamD\n",
  "- a\n        - b\n",
  "> name | 值\n> --- | :-:\n!\n---\n",
  "> seamA \n> name | 值\n> --- | :-:\n",
  "```a|b\n-|-\n&amp;",
  "# # # \n",
  "# \\",
  "# !*[ ] ",
  "https://e.com/a![",
  "- <br>\n\n   more <br>\n- seamA \n",
  "**seamA<br>** *<br>b*",
  "- <font color=red>[ ] ",
  "|---|   </font>",
  "\\&amp;https://e.com/a",
  "- # \n  - [seamA ](https://example.com/5)\n",
  "a|b\n-|-\n**\n>[a]: http://e.com",
  "*<font color=red>https://e.com/a",
  "!<font color=red>[",
  "  - [x]`",
  "**Bold:**text **a**b\n他说：**“好”**",
  "</font>    *",
  "> - seamA \n    1. **seamB**\n    2. <font color=green>seamC </font>\n",
  "<javascript:alert(1)&amp;> ```\n",
  "**a\nb** *c\n**d** e*",
  "> - <br>\n>   - **seamA**\n",
  "seamA\nseamB\n===",
  "# https://e.com/a",
  "https://e.com/a&copy;#",
  "https://e.com/a[&copy;",
  "https://e.com/a](",
  "https://e.com/a_b(---",
  "&copy;https://e.com/a",
  "<at https://e.com/a-->",
  "<at \\> ",
  "- item\n  ```\n  ```\n\n  1. seamA \n1. `seamB `\n",
  "```中文A\n",
  "*<font color=red>~~~“",
  "# seamA  <font color=green>!</font>\n\n",
  '[^1](https://e.com/a[x](https://e.com "`")',
];
const CHECKS = { ...CHOSEN, examples: FOUND.map((source): [string] => [source]) };

describe.each([
  { place: "card", shownOf: (source: string) => visibleIn(toCardMarkdown(source)), languages: true },
  { place: "rich-text message", shownOf: (source: string) => visibleIn(toPostMarkdown(source)), languages: true },
  { place: "text message", shownOf: (source: string) => toPlainText(source), languages: false },
])("[E5] the words of a text, in a $place", ({ shownOf, languages }) => {
  it("are all there, in their order", () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(missingFrom(lettersOf(shownOf(source)), lettersOf(visibleIn(source, languages)))).toBeUndefined();
      }),
      CHECKS,
    );
  });

  it("are there once, and no others", () => {
    fc.assert(
      fc.property(text, (source) => {
        // What a link by reference leads to is shown where the link is, and front matter gets a language.
        if (source.includes("]:") || source.startsWith("---")) return;
        expect(missingFrom(lettersOf(source), lettersOf(shownOf(source)))).toBeUndefined();
      }),
      CHECKS,
    );
  });
});

describe("[E5] what has been written for Feishu, written once more,", () => {
  it.each([
    ["card", toCardMarkdown, toCardMarkdown],
    ["rich-text message", toPostMarkdown, toPostMarkdown],
    ["text message", toPlainText, inertText],
  ] as const)("stays as it is: %s", (_, write, again) => {
    fc.assert(
      fc.property(text, (source) => {
        const written = write(source);
        expect(again(written)).toBe(written);
      }),
      CHECKS,
    );
  });
});
