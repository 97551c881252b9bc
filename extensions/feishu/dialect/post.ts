import { toCardMarkdown } from "./card-dialect.ts";
import { withoutUnseen } from "./characters.ts";
import { InlineReader, parseBlocks } from "./parse.ts";
import type { Block } from "./tree.ts";

const NOBODY: ReadonlySet<string> = new Set();

/**
 * A whole text as the Markdown of a rich-text message (`post`, tag `md`) shows it: such messages know no tables, headings, pictures
 * of the web, tags and indented code, and take a single line break for a space.
 * @param mentionable ids that `<at user_id="…">` may mention. @defaultValue nobody
 */
export function toPostMarkdown(markdown: string, mentionable: ReadonlySet<string> = NOBODY): string {
  return toCardMarkdown(markdown, { mentionable, tables: 0, post: true });
}

/** Whether a text holds what only a card shows: a table, or code of several lines. */
export function needsCard(markdown: string): boolean {
  const needs = (blocks: readonly Block[]): boolean =>
    blocks.some((block) => {
      if (block.kind === "quote") return needs(block.blocks);
      if (block.kind === "list") return block.items.some((item) => needs(item.blocks));
      return block.kind === "table" || (block.kind === "code" && block.marker !== undefined);
    });
  return needs(parseBlocks(withoutUnseen(markdown), new InlineReader()).blocks);
}
