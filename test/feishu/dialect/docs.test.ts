import { readFileSync } from "node:fs";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTable } from "micromark-extension-gfm-table";
import { describe, expect, it } from "vitest";
import { constructs } from "./constructs.ts";

/** A text as the page shows it, without white space, which the formatter decides about. */
function shown(text: string): string {
  let visible = text.replaceAll("\n", "⏎");
  for (const char of ["\u001b", "\u200b", "\u202e"])
    visible = visible.replaceAll(char, `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return visible.replace(/\s+/gu, "");
}

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

const textOf = ({ type, value, children }: Node): string =>
  type === "html" ? "" : (value ?? (children ?? []).map(textOf).join(""));

/** The cells of every row of every table, as a reader sees them: what a pipe divides is decided by GitHub's rules. */
function rowsOf(page: string): string[][] {
  const tree: Node = fromMarkdown(page, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
  const tables = (tree.children ?? []).filter(({ type }) => type === "table");
  return tables.flatMap(({ children = [] }) =>
    children.map(({ children: cells = [] }) => cells.map((cell) => textOf(cell).replace(/\s+/gu, ""))),
  );
}

describe.each(["en", "zh"])("[E5] docs/%s/reference/dialect.md", (language) => {
  it("shows the table of constructs", () => {
    const rows = new Map(
      rowsOf(readFileSync(`docs/${language}/reference/dialect.md`, "utf8")).map((row) => [row[0], row]),
    );
    for (const { name, zh, markdown, card, post, text, source } of constructs) {
      const cells = [language === "en" ? name : zh, markdown, card, card === post ? "=" : post, text, source].map(
        shown,
      );
      expect.soft(rows.get(cells[0])).toEqual(cells);
    }
  });
});
