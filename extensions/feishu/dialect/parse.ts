import type { Token } from "markdown-it";
import { flanks } from "./flanking.ts";
import { goesOn } from "./inline-rules.ts";
import type { Definitions, Place } from "./tokenizer.ts";
import { blockTokens, defined, inlineTokens, NO_DEFINITIONS } from "./tokenizer.ts";
import type { Block, Inline, Item, Marks } from "./tree.ts";

/** Reads paragraphs, remembering those it has read: what is finished is not read again while text grows. */
export class InlineReader {
  readonly #known = new Map<string, readonly Inline[]>();
  /** Paragraphs read so far, known ones left out, and characters tokenized, of blocks and of paragraphs: what tests of the cost count. */
  reads = 0;
  characters = 0;

  read(text: string, definitions: Definitions): readonly Inline[] {
    const key = definitions.count === 0 ? text : `${keyOf(definitions)}\n${text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.reads++;
    this.characters += text.length;
    const inline = toInline(text, inlineTokens(text, definitions));
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(key, inline);
    return inline;
  }
}

/** Paragraphs that are remembered: more than one card has. */
const KNOWN_MAX = 1_000;

const keys = new WeakMap<Definitions, string>();
function keyOf(definitions: Definitions): string {
  const known = keys.get(definitions) ?? JSON.stringify(definitions.references);
  keys.set(definitions, known);
  return known;
}

/**
 * The blocks of `text`, whose lines end in `\n`.
 * @param line number of its first line.
 * @param definitions what the text before it defines: a link is one when what it refers to is known by then.
 */
export function parseBlocks(
  text: string,
  reader: InlineReader,
  line = 0,
  definitions: Definitions = NO_DEFINITIONS,
): {
  readonly blocks: Block[];
  /** What is known before the last block: what that one defines is not certain while it grows. */
  readonly definitions: Definitions;
} {
  reader.characters += text.length;
  const builder = new BlockBuilder(blockTokens(text, line === 0), text.split("\n"), reader, line, definitions);
  return { blocks: builder.blocks(undefined), definitions: builder.knownBefore };
}

class BlockBuilder {
  readonly #tokens: readonly Token[];
  readonly #lines: readonly string[];
  readonly #reader: InlineReader;
  readonly #line: number;
  #definitions: Definitions;
  #knownBefore: Definitions;
  #at = 0;

  constructor(
    tokens: readonly Token[],
    lines: readonly string[],
    reader: InlineReader,
    line: number,
    definitions: Definitions,
  ) {
    this.#line = line;
    this.#tokens = tokens;
    this.#lines = lines;
    this.#reader = reader;
    this.#definitions = definitions;
    this.#knownBefore = definitions;
  }

  /** What is known before the last of the blocks that stand in no other. */
  get knownBefore(): Definitions {
    return this.#knownBefore;
  }

  #read(text: string): readonly Inline[] {
    return this.#reader.read(text, this.#definitions);
  }

  /** Blocks up to the token `end`, which is taken as well. */
  blocks(end: string | undefined): Block[] {
    const blocks: Block[] = [];
    for (;;) {
      const token = this.#tokens[this.#at++];
      if (token === undefined || token.type === end) return blocks;
      if (end === undefined) this.#knownBefore = this.#definitions;
      const block = this.#block(token);
      if (block !== undefined) blocks.push(block);
    }
  }

  #block(token: Token): Block | undefined {
    const [from, to] = this.#map(token);
    switch (token.type) {
      case "paragraph_open": {
        const content = this.#content("paragraph_close");
        return { kind: "paragraph", from, to, content, inline: this.#read(content) };
      }
      case "heading_open": {
        const content = this.#content("heading_close");
        const isUnderlined = token.markup !== "#".repeat(Number(token.tag.slice(1)));
        const underline = isUnderlined
          ? (/[=-]+\s*$/u.exec(this.#lines[to - 1 - this.#line] ?? "")?.[0].trim() ?? "---")
          : undefined;
        const level = Number(token.tag.slice(1));
        return { kind: "heading", from, to, level, underline, inline: this.#read(content) };
      }
      case "fence":
        return {
          kind: "code",
          from,
          to,
          marker: token.markup,
          info: token.info.trim(),
          text: token.content,
          closed: isClosed(token, this.#lines[to - 1 - this.#line] ?? ""),
        };
      case "front_matter":
        return { kind: "code", from, to, marker: "```", info: "yaml", text: token.content, closed: true };
      case "code_block":
        return { kind: "code", from, to, marker: undefined, info: "", text: token.content, closed: false };
      case "hr":
        return { kind: "rule", from, to };
      case "definition": {
        // Its own words are not to be made a link by it.
        const label = /^\[(?:\\.|[^\]\\])*\]:/su.exec(token.content)?.[0] ?? "";
        const rest = this.#read(token.content.slice(label.length));
        this.#definitions = defined(this.#definitions, token);
        return { kind: "definition", from, to, inline: [{ kind: "text", raw: label }, ...rest] };
      }
      case "blockquote_open":
        return { kind: "quote", from, to, blocks: this.blocks("blockquote_close") };
      case "bullet_list_open":
      case "ordered_list_open":
        return { kind: "list", from, to, items: this.#items() };
      case "table_open":
        return this.#table(token, from, to);
      default:
        return undefined;
    }
  }

  #map({ map }: Token): [number, number] {
    return [(map?.[0] ?? 0) + this.#line, (map?.[1] ?? 0) + this.#line];
  }

  /** The text up to the token `end`. */
  #content(end: string): string {
    let content = "";
    for (
      let token = this.#tokens[this.#at++];
      token !== undefined && token.type !== end;
      token = this.#tokens[this.#at++]
    )
      if (token.type === "inline") content = token.content;
    return content;
  }

  #items(): Item[] {
    const items: Item[] = [];
    let number: number | undefined;
    for (
      let token = this.#tokens[this.#at++];
      token !== undefined && token.type === "list_item_open";
      token = this.#tokens[this.#at++]
    ) {
      const [from, to] = this.#map(token);
      number = token.info === "" ? undefined : countOn(number, Number(token.info));
      items.push({
        from,
        to,
        marker: token.info + token.markup,
        counted: `${number ?? ""}${token.markup}`,
        blocks: this.blocks("list_item_close"),
      });
    }
    return items;
  }

  #table(token: Token, from: number, to: number): Block {
    let columns = 0;
    for (
      let one = this.#tokens[this.#at++];
      one !== undefined && one.type !== "table_close";
      one = this.#tokens[this.#at++]
    )
      if (one.type === "th_open") columns++;
    const lines: unknown = token.meta?.["lines"];
    const rows = Array.isArray(lines) ? lines.map(String).filter((line) => line.trim() !== "") : [];
    const definitions = this.#definitions;
    return { kind: "table", from, to, rows, columns, read: (cell) => this.#reader.read(cell, definitions) };
  }
}

/** Highest number of an item. @see CommonMark 0.31, 5.2 List items */
const NUMBER_MAX = 999_999_999;

/** The number that people see of an item after `last`: many write `1.` each time and leave the counting to the reader's app. */
const countOn = (last: number | undefined, written: number): number =>
  last === undefined || written > last || last >= NUMBER_MAX ? written : last + 1;

/** Whether the last of the fence's lines ends it. */
function isClosed({ map, markup, content }: Token, last: string): boolean {
  const end = /^[\s>]*(`{3,}|~{3,})\s*$/u.exec(last)?.[1] ?? "";
  const lines = content.split("\n").length - (content === "" || content.endsWith("\n") ? 1 : 0);
  return map !== null && map[1] - map[0] === lines + 2 && end.startsWith(markup);
}

const placeOf = (token: Token): Place => {
  const at: unknown = token.meta?.["at"];
  const end: unknown = token.meta?.["end"];
  return typeof at === "number" && typeof end === "number" ? { at, end } : { at: 0, end: 0 };
};

const attribute = (token: Token, name: string): string => String(token.attrGet(name) ?? "");

const LEFT = new Set(["em_open", "strong_open", "s_open"]);
const RIGHT = new Set(["em_close", "strong_close", "s_close"]);

/** The tokens of a paragraph's text as a tree. */
function toInline(text: string, found: readonly Token[]): Inline[] {
  const tokens = inOrder(found);
  let i = 0;
  let over = 0;
  const until = (end: string | undefined): Inline[] => {
    const found: Inline[] = [];
    for (let token = tokens[i]; token !== undefined && token.type !== end; token = tokens[i]) {
      const { at, end } = placeOf(token);
      i++;
      // The white space before a line's end.
      if (token.type === "softbreak" && at > over) found.push({ kind: "text", raw: text.slice(over, at) });
      if (token.type !== "link_close") over = token.type === "link_open" ? at + 1 : end;
      if (token.type === "link_open") {
        const label = until("link_close");
        i++;
        over = end;
        if (token.markup === "autolink")
          found.push({ kind: "address", raw: text.slice(at + 1, end - 1), angled: true, glued: false });
        else found.push({ kind: "link", label, href: attribute(token, "href"), title: attribute(token, "title") });
      } else if (isMark(token, text, at)) {
        let run = 1;
        const marks = [token];
        for (let next = tokens[i]; next !== undefined && isMark(next, text, placeOf(next).at); next = tokens[i]) {
          if (
            text.charAt(placeOf(next).at) !== text.charAt(at) ||
            placeOf(next).at !== placeOf(marks.at(-1) ?? token).end
          )
            break;
          marks.push(next);
          run++;
          i++;
          over = placeOf(next).end;
        }
        found.push({ kind: "marks", marks: marksOf(text, at, marks.slice(0, run)) });
      } else {
        const one = leaf(text, token, at, end);
        if (one !== undefined) found.push(one);
      }
    }
    return found;
  };
  return until(undefined);
}

/** markdown-it puts the odd one of several `~` behind the mark that it stands before. */
function inOrder(tokens: readonly Token[]): Token[] {
  const ordered = [...tokens];
  for (let i = 1; i < ordered.length; i++)
    for (let k = i; k > 0; k--) {
      const [before, after] = [ordered[k - 1], ordered[k]];
      if (before?.type !== "s_close" || after?.content !== "~" || placeOf(after).at > placeOf(before).at) break;
      [ordered[k - 1], ordered[k]] = [after, before];
    }
  return ordered;
}

function isMark(token: Token, text: string, at: number): boolean {
  if (LEFT.has(token.type) || RIGHT.has(token.type)) return true;
  if (token.type !== "text" || token.content.length > 2) return false;
  // A mark that lost its partner, or half of a strong one, which markdown-it leaves empty.
  const mark = text.charAt(at);
  if (mark !== "*" && mark !== "_" && mark !== "~") return false;
  return token.content === "" || token.content === mark || (mark === "~" && token.content === "~~");
}

function marksOf(text: string, at: number, tokens: readonly Token[]): Marks {
  const last = tokens.at(-1);
  const end = last === undefined ? at : placeOf(last).end;
  const raw = text.slice(at, end);
  const count = (types: ReadonlySet<string>): number =>
    tokens.reduce((sum, { type, markup }) => sum + (types.has(type) ? markup.length : 0), 0);
  const closes = count(RIGHT);
  const opens = count(LEFT);
  const may = flanks(text, at, end, raw.charAt(0));
  return {
    raw,
    closes,
    opens,
    // A run that could open, and closes nothing, is set apart whether or not what it opens is ended: that is not known yet.
    spaceBefore: may.wantsSpaceBefore && closes === 0,
    spaceAfter: may.wantsSpaceAfter && closes > 0,
  };
}

function leaf(text: string, token: Token, at: number, end: number): Inline | undefined {
  const raw = text.slice(at, end);
  switch (token.type) {
    case "text":
      return raw === "" ? undefined : { kind: "text", raw };
    case "text_special":
      // A backslash before what needs none stands for itself.
      if (token.markup === "\\" || (token.info === "escape" && token.content === token.markup))
        return { kind: "text", raw };
      return token.info === "escape"
        ? { kind: "escape", char: token.content }
        : { kind: "entity", raw: token.markup, char: token.content };
    case "code_inline":
      return { kind: "code", text: token.content };
    case "math":
      return { kind: "math", raw };
    case "tag":
      return { kind: "tag", raw };
    case "address":
      return { kind: "address", raw, angled: false, glued: goesOn(text, end) };
    case "image":
      return {
        kind: "image",
        label: toInline(token.content, inlineTokens(token.content, NO_DEFINITIONS)),
        src: attribute(token, "src"),
        title: attribute(token, "title"),
      };
    case "softbreak":
      return { kind: "break", hard: false };
    case "hardbreak":
      return { kind: "break", hard: true };
    default:
      return undefined;
  }
}
