import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTable } from "micromark-extension-gfm-table";

/** Tags that only change how words look, as the texts of these tests write them. */
const STYLES = /<(?:\/?font(?: color="?\w+"?)?|br|hr|a href='[^'<>`]*'|\/a|\/at|\/person)>/gu;
/** Escape sequences of terminals, which are no words. */
// oxlint-disable-next-line no-control-regex -- ESC begins them
const ESCAPES = /\u001b\[[\d;]*[a-z]/giu;

/** An address in what looks like a link, and was not read as one. */
const TARGET = /(?<=\]\(\s*<?)https?:[^)|\s]*/gu;
/** The name of a language. */
const LANGUAGE = /^[\w+#.-]*$/u;

interface Node {
  readonly type: string;
  readonly children?: readonly Node[];
  readonly value?: string;
  readonly alt?: string | null;
  readonly lang?: string | null;
  readonly meta?: string | null;
}

/**
 * What people see of Markdown, read by micromark with GFM's tables, which has no part in writing it. Where a link leads to does not
 * count, in code neither: micromark takes a list behind indented code for its continuation. Feishu knows no blocks of HTML.
 * @param languages those of code blocks count.
 */
export function visibleIn(markdown: string, languages = true): string {
  const seen = ({ type, children = [], value, alt, lang, meta }: Node): string => {
    const info = [lang, meta].filter((part) => typeof part === "string").join(" ");
    const named = languages || !LANGUAGE.test(info) ? info : "";
    // What is shown of a comment is text, entities and all.
    const written = type === "html" ? value?.replace(/&\w+;/gu, "") : (value ?? alt);
    return [named, written, ...children.map((child) => seen(child))].join(" ");
  };
  return seen(
    fromMarkdown(markdown.replace(ESCAPES, ""), {
      extensions: [gfmTable(), { disable: { null: ["htmlFlow"] } }],
      mdastExtensions: [gfmTableFromMarkdown()],
    }),
  )
    .replace(STYLES, "")
    .replace(TARGET, "");
}

/** The letters of what is seen: digits may be the numbers of items. A box that is ticked was written with one. */
export const lettersOf = (shown: string): string =>
  shown
    .replaceAll("☑", "x")
    .replace(/[^\p{L}]/gu, "")
    .replaceAll("X", "x");

/** Where in `less` the first letter is that `more` does not have, in the same order; undefined when it has them all. */
export function missingFrom(more: string, less: string): string | undefined {
  let at = 0;
  for (let i = 0; i < more.length; i++) if (more.charAt(i) === less.charAt(at)) at++;
  return at >= less.length ? undefined : `…${less.slice(Math.max(0, at - 12), at)}⟦${less.slice(at, at + 12)}⟧`;
}
