import { withoutUnseen } from "./characters.ts";
import type { PlainOptions } from "./inline-words.ts";
import { InlineWords } from "./inline-words.ts";
import { InlineReader, parseBlocks } from "./parse.ts";
import { splitRow } from "./table.ts";
import { inertText } from "./tags.ts";
import { definitionsIn, NO_DEFINITIONS } from "./tokenizer.ts";
import type { Block, Inline, Item } from "./tree.ts";

/**
 * Markdown as a place shows it that knows none: text messages, and the line of a card in the list of chats. All words are kept, marks
 * are not; tables are rows of cells, and nothing in it acts.
 */
export function toPlainText(markdown: string, options: PlainOptions = {}): string {
  const source = withoutUnseen(markdown);
  const definitions = source.includes("]:") ? definitionsIn(source) : NO_DEFINITIONS;
  const { blocks } = parseBlocks(source, new InlineReader(), 0, definitions);
  const words = new InlineWords(options);
  return inertText(written(blocks, words).join("\n"), options.mentionable).trim();
}

/** A language's name says nothing where code looks like text. What else stands behind a fence's marks is words. */
const LANGUAGE = /^[\w+#.-]*$/u;

/** The lines of blocks, with an empty one where one was written. */
function written(blocks: readonly Block[], words: InlineWords): string[] {
  const lines: string[] = [];
  let end = blocks[0]?.from ?? 0;
  for (const block of blocks) {
    if (lines.length > 0 && block.from > end) lines.push("");
    lines.push(...linesOf(block, words));
    end = block.to;
  }
  return lines;
}

function linesOf(block: Block, words: InlineWords): readonly string[] {
  switch (block.kind) {
    case "paragraph":
    case "heading":
    case "definition":
      return words.of(block.inline).split("\n");
    case "code":
      return [...(LANGUAGE.test(block.info) ? [] : [block.info]), ...block.text.replace(/\n$/u, "").split("\n")];
    case "rule":
      return ["---"];
    case "quote":
      return written(block.blocks, words).map((line) => `> ${line}`.trimEnd());
    case "list": {
      const lines: string[] = [];
      let end = block.from;
      for (const item of block.items) {
        if (lines.length > 0 && item.from > end) lines.push("");
        lines.push(...itemLines(item, words));
        end = item.blocks.at(-1)?.to ?? item.to;
      }
      return lines;
    }
    default:
      // The second row of a table is only marks.
      return block.rows.filter((_, index) => index !== 1).map((row) => cellsOf(row, block.read, words));
  }
}

const cellsOf = (row: string, read: (cell: string) => readonly Inline[], words: InlineWords): string =>
  splitRow(row)
    .cells.map((cell) => words.of(read(cell.trim())))
    .join(" | ");

function itemLines({ counted: marker, blocks }: Item, words: InlineWords): readonly string[] {
  const indent = " ".repeat(marker.length + 1);
  const [first = "", ...rest] = written(blocks, words);
  const task = first.replace(/^\[([ xX])\](?=\s|$)/u, (_, mark: string) => (mark === " " ? "☐" : "☑"));
  return [`${marker} ${task}`.trimEnd(), ...rest.map((line) => (line === "" ? "" : indent + line))];
}
