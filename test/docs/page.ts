import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { slug } from "../../scripts/docs/slug.ts";

export const ROOT: string = join(import.meta.dirname, "../..");

/** A fenced block of a page. */
export interface Fence {
  /** First word after the fence, `""` without one. */
  readonly language: string;
  /** What follows the language. */
  readonly info: string;
  readonly code: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
}

/** A page of the documentation, read as far as its checks need. */
export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly fences: readonly Fence[];
  /** Targets of links and images outside of code, with their lines. */
  readonly links: readonly { target: string; line: number }[];
  /** What a `#…` may name. */
  readonly anchors: ReadonlySet<string>;
  /** Levels of the headings, in order. */
  readonly headings: readonly number[];
  /** Of each table, in order: the code in the first cell of each row. */
  readonly tables: readonly (readonly string[])[];
  /** Code spans outside of fences. */
  readonly spans: readonly { code: string; line: number }[];
}

/** Reads a page. Fences may be indented, of any length, and hold shorter ones. */
export function readPage(path: string, text: string): Page {
  const fences: Fence[] = [];
  const links: { target: string; line: number }[] = [];
  const spans: { code: string; line: number }[] = [];
  const headings: number[] = [];
  const tables: string[][] = [];
  let wasRow = false;
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  let open: { mark: string; indent: number; language: string; info: string; line: number; lines: string[] } | undefined;
  for (const [index, content] of text.split("\n").entries()) {
    const line = index + 1;
    const fence = /^( *)(`{3,}|~{3,})\s*(\S*)\s*(.*)$/u.exec(content);
    if (open !== undefined) {
      const [, , mark = "", language] = fence ?? [];
      if (mark.startsWith(open.mark) && language === "") {
        fences.push({ language: open.language, info: open.info, code: open.lines.join("\n"), line: open.line });
        open = undefined;
      } else open.lines.push(content.slice(Math.min(open.indent, content.length - content.trimStart().length)));
      continue;
    }
    if (fence !== null) {
      const [, indent = "", mark = "", language = "", info = ""] = fence;
      open = { mark, indent: indent.length, language, info, line, lines: [] };
      continue;
    }
    const isRow = content.startsWith("|");
    if (isRow && !wasRow) tables.push([]);
    if (isRow) tables.at(-1)?.push((/^\|((?:\\\||[^|])*)/u.exec(content)?.[1]?.match(/`[^`]+`/gu) ?? []).join(" "));
    wasRow = isRow;
    const [, marks = "", heading] = /^(#{1,6}) +(.*?)(?: +#+)?$/u.exec(content) ?? [];
    if (heading !== undefined) {
      headings.push(marks.length);
      const name = slug(heading);
      const count = seen.get(name) ?? 0;
      seen.set(name, count + 1);
      anchors.add(count === 0 ? name : `${name}-${count}`);
    }
    for (const [, id = ""] of content.matchAll(/<a (?:id|name)="([^"]+)"/gu)) anchors.add(id);
    for (const [, code = ""] of content.matchAll(/(?<!`)`([^`]+)`(?!`)/gu)) spans.push({ code, line });
    const prose = content.replaceAll(/(?<!`)`[^`]+`(?!`)/gu, "`code`");
    for (const [, target = ""] of prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/gu)) links.push({ target, line });
    for (const [, target = ""] of prose.matchAll(/<(?:img|a)[^>]* (?:src|href)="([^"]+)"/gu))
      links.push({ target, line });
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: the fence is never closed`);
  return { path, fences, links, anchors, headings, tables, spans };
}

/** Every page that a reader may come to. */
export function allPages(): Page[] {
  const patterns = ["*.md", "docs/**/*.md", "extensions/feishu/*.md", "examples/**/*.md"];
  return globSync(patterns, { cwd: ROOT, exclude: (name) => name === "node_modules" || name === "dist" })
    .toSorted()
    .map((path) => readPage(path, readFileSync(join(ROOT, path), "utf8")));
}
