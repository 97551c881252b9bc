import { ZERO_WIDTH } from "./characters.ts";
import type { CardOptions } from "./card-inline.ts";
import { CardInline, fewSpaces } from "./card-inline.ts";
import { splitRow } from "./table.ts";
import { inertCode } from "./tags.ts";
import type { Block, Inline, Item } from "./tree.ts";

/** Columns by which Feishu nests one list in another. @see Feishu rich text, lists: four spaces for each level */
const LIST_INDENT = 4;
/** Marker of a fence that was written as something else: longer than what code usually holds. */
const OTHER_FENCE = "````";
const CODE_FENCE = "```";

/** What a rich-text message shows differently from a card. */
export interface WriterChoices {
  /**
   * For a rich-text message: a line's end is a paragraph's, headings are bold, and tags are none.
   * @defaultValue false
   */
  readonly post?: boolean | undefined;
}

export interface WriterOptions extends CardOptions, WriterChoices {
  /** Tables that the card may still show as tables; more of them are shown as they were written, in a code block. */
  readonly tables: number;
  /** The text is over: what is open is closed. */
  readonly final: boolean;
}

type Leaf = Exclude<Block, { kind: "quote" | "list" }>;
type Text = Extract<Leaf, { kind: "paragraph" | "heading" | "definition" }>;

/** Where a block stands: in which quotes, and in which items, outermost first. */
interface Place {
  readonly quotes: readonly Block[];
  readonly items: readonly Item[];
}

/** The last block that was written. */
interface Last {
  readonly leaf: Leaf;
  readonly place: Place;
  /** A paragraph of an item that stands at the start of its line. */
  readonly isFlat: boolean;
  /** It begins with a tag: a reader that knows blocks of HTML takes all up to a blank line for one. */
  readonly isTag: boolean;
}

/**
 * Writes blocks as Feishu's cards show them. Feishu reads code, tables and quotes only where a line begins, so they leave the items
 * and quotes that hold them, which go on after them.
 */
export class CardWriter {
  readonly #options: WriterOptions;
  #out = "";
  #last: Last | undefined;
  #lines: readonly string[] = [];
  /** The last block of the text. */
  #end: Leaf | undefined;
  /** Items whose marker has been written. */
  readonly #begun = new Set<Item>();
  /** So many levels of lists were left behind by a block that stands at the start of its lines. */
  #base = 0;
  /** How often items were left behind. */
  #timesLeft = 0;
  #tables: number;
  #asks = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#tables = options.tables;
  }

  /** Tables that the card may still show as tables after this. */
  get tablesLeft(): number {
    return Math.max(0, this.#tables);
  }

  /** An image was asked for: what was written depends on more than the text. */
  get asksForImages(): boolean {
    return this.#asks;
  }

  /** @param lines those of the text that the blocks were read from. */
  write(blocks: readonly Block[], lines: readonly string[]): string {
    this.#lines = lines;
    this.#end = lastLeaf(blocks);
    this.#out = "\n".repeat(blocks[0]?.from ?? lines.length - 1);
    this.#blocks(blocks, { quotes: [], items: [] });
    this.#tail();
    return this.#out;
  }

  #blocks(blocks: readonly Block[], place: Place): void {
    for (const block of blocks) {
      if (block.kind === "list") {
        let left = this.#timesLeft;
        for (const one of block.items) {
          // A list that was left behind begins anew, with the number that it had come to.
          const item = left === this.#timesLeft ? one : { ...one, marker: one.counted };
          left = this.#timesLeft;
          const inside = { quotes: place.quotes, items: [...place.items, item] };
          this.#blocks(item.blocks.length === 0 ? [emptyAt(item.from)] : item.blocks, inside);
        }
      } else if (block.kind === "quote") {
        if (place.items.length > 0) this.#leaveItems(place);
        const base = this.#base;
        const inside = { quotes: [...place.quotes, block], items: [] };
        this.#blocks(block.blocks.length === 0 ? [emptyAt(block.from)] : block.blocks, inside);
        this.#base = base;
      } else this.#leaf(block, place);
    }
  }

  /** Something stands at the start of its lines: what comes after it in these items does so, too. */
  #leaveItems(place: Place): void {
    const item = place.items.at(-1);
    if (item !== undefined && !this.#begun.has(item)) this.#leaf({ ...emptyAt(item.from), to: item.from }, place);
    this.#base = place.items.length;
    this.#timesLeft++;
  }

  #leaf(leaf: Leaf, place: Place): void {
    const breaksOut = leaf.kind === "code" || leaf.kind === "table" || leaf.kind === "rule";
    if (breaksOut && place.items.length > 0) this.#leaveItems(place);
    const where = breaksOut && leaf.kind !== "rule" ? { quotes: [], items: place.items } : place;
    this.#separate(leaf, where);
    let isFlat = false;
    const begin = this.#out.length;
    if (leaf.kind === "code") this.#out += this.#code(leaf);
    else if (leaf.kind === "table") this.#out += this.#table(leaf);
    else if (leaf.kind === "rule") this.#out += `${"> ".repeat(where.quotes.length)}---`;
    else isFlat = this.#text(leaf, where);
    this.#last = { leaf, place: where, isFlat, isTag: /^[\s>]*</u.test(this.#out.slice(begin, begin + 80)) };
  }

  /** Whether a block is written as a paragraph, which what follows would belong to. */
  #isText({ kind }: Leaf): boolean {
    const isPost = this.#options.post === true;
    return kind === "paragraph" || (isPost && (kind === "heading" || kind === "definition"));
  }

  /** Line breaks between the last block and this one: as many as were written, and as many as it takes. */
  #separate(leaf: Leaf, place: Place): void {
    if (this.#last === undefined) return;
    const { leaf: last, place: before, isFlat, isTag } = this.#last;
    const item = place.items.at(-1);
    const begins = item !== undefined && !this.#begun.has(item);
    const wasText = last.kind === "definition" || this.#isText(last);
    const common = before.quotes.filter((quote, i) => place.quotes[i] === quote).length;
    const leaves = common < before.quotes.length;
    const isText = !begins && (this.#isText(leaf) || (leaf.kind === "heading" && leaf.underline !== undefined));
    const interrupts = item !== undefined && /^(?:[-+*]|1[.)])$/u.test(item.marker);
    // In Markdown only a blank line lets such a list begin behind a paragraph; a rich-text message has more of those.
    const opens = !interrupts && before.items.length < place.items.length;
    const apart =
      isTag ||
      (isText && (leaves || (wasText && common === place.quotes.length))) ||
      (last.kind === "table" && !begins && (isText || leaf.kind === "definition")) ||
      (begins && ((leaves && !interrupts) || isFlat || (wasText && (isEmpty(leaf) || opens)))) ||
      (leaf.kind === "rule" && wasText && !leaves) ||
      (leaf.kind === "table" && wasText);
    const blank = Math.max(leaf.from - last.to, apart ? 1 : 0);
    const margin = "> ".repeat(common).trimEnd();
    this.#out += `\n${`${margin}\n`.repeat(Math.max(0, blank))}`;
  }

  /** A paragraph, heading or definition, with what stands before its lines. True when it is an item's at the start of its line. */
  #text(leaf: Text, place: Place): boolean {
    const depth = place.items.length;
    const item = place.items.at(-1);
    const begins = item !== undefined && !this.#begun.has(item);
    const own = place.items.findIndex((one) => !this.#begun.has(one));
    const opened = own < 0 ? depth : own;
    this.#base = Math.min(this.#base, opened);
    const parents = place.items.slice(this.#base, opened);
    const indent = indentOf(parents);
    let marker = "";
    for (let i = opened; i < depth; i++) {
      // The marker of an item whose first block is a list stands in front of that list's.
      const width = i < depth - 1 ? indentOf(place.items.slice(this.#base, i + 1)) - indent - marker.length : 0;
      marker += `${place.items[i]?.marker ?? ""} `.padEnd(width);
    }
    for (const one of place.items) this.#begun.add(one);
    const margin = "> ".repeat(place.quotes.length);
    const isAlone = depth === 0 && place.quotes.length === 0 && (this.#last?.place.items.length ?? 0) === 0;
    const gap = isAlone ? this.#ownIndent(leaf) : "";
    const lead = margin + " ".repeat(indent) + marker + gap;
    const [first = "", ...more] = this.#inline(leaf, begins).split("\n");
    if (this.#options.post === true) {
      const rest = margin + " ".repeat(indentOf(place.items.slice(this.#base)));
      this.#out += [lead + first, ...more.map((line) => rest + line)].join(`\n${margin.trimEnd()}\n`);
    } else {
      const rest = margin + " ".repeat(indent + marker.length);
      // A line that was written without what stands before the others goes on without it.
      const isLazy = (line: string): boolean =>
        place.quotes.length > 0 ? !/^\s*>/u.test(line) : depth > 0 && !/^\s/u.test(line);
      const others = more.map((line, i) =>
        isLazy(this.#lines[leaf.from + i + 1] ?? "") ? withoutNumber(line) : rest + line,
      );
      this.#out += [lead + first, ...others].join("\n");
    }
    if (leaf.kind === "paragraph" && leaf.content !== "") this.#out += spaceAfter(this.#lines[leaf.to - 1]);
    return depth > 0 && !begins && parents.length === 0;
  }

  /** White space before a paragraph that stands in nothing, or before what was one until its underline came. */
  #ownIndent(leaf: Text): string {
    const mayGrow = leaf.kind === "paragraph" || (leaf.kind === "heading" && leaf.underline !== undefined);
    return mayGrow ? (/^[ \t]*/u.exec(this.#lines[leaf.from] ?? "")?.[0] ?? "") : "";
  }

  #inline(leaf: Text, begins: boolean): string {
    let inline: readonly Inline[] = leaf.inline;
    const [first] = inline;
    const ends = inline.length === 1 || inline[1]?.kind === "break";
    const task = begins && first?.kind === "text" ? TASK.exec(first.raw + (ends ? "" : "…")) : null;
    if (task !== null && first?.kind === "text") {
      const box = task[1] === " " ? "☐" : "☑";
      inline = [{ kind: "text", raw: box + first.raw.slice(3) }, ...inline.slice(1)];
    }
    // What would be read as a definition of a link is not shown, and what would be read as a task is no text.
    if (leaf.kind === "heading" && this.#options.post === true) {
      if (begins && inline.length === 0) return "&nbsp;"; // An item that holds nothing else would not be one.
      const lines = this.#write(inline.flatMap((one) => inBold(one))).split("\n");
      return lines.map((line) => (line.trim() === "" ? "" : `**${line.trim().replace(/\\$/u, entity)}**`)).join("\n");
    }
    const written = this.#write(inline).replace(/^\[(?=[^\]]*\]:|[ xX]\](?:\s|$))/gmu, "&#91;");
    if (leaf.kind === "heading" && leaf.underline === undefined)
      return `${"#".repeat(leaf.level)} ${written.replace(HEADING_END, entity)}`;
    const begun = (line: string): string => withoutNumber(line.replace(FIRST_START, entity));
    const text = (this.#options.post === true ? written.split("\n").map(begun).join("\n") : begun(written))
      .replace(BLOCK_START, (_, before: string, char: string) => before + entity(char))
      .replace(ONE_START, (_, before: string, char: string) => before + entity(char));
    if (leaf.kind !== "heading") return text;
    return `${text}${spaceAfter(this.#lines[leaf.to - 2])}\n${leaf.underline}`;
  }

  #write(inline: readonly Inline[], inTable = false): string {
    const writer = new CardInline(this.#options, { inTable, isPost: this.#options.post === true });
    const text = writer.write(inline);
    this.#asks ||= writer.asksForImages;
    return text;
  }

  #code(code: Extract<Leaf, { kind: "code" }>): string {
    const isBackticks = code.marker?.startsWith("`") === true;
    const fence = isBackticks ? (code.marker ?? CODE_FENCE) : code.marker === undefined ? CODE_FENCE : OTHER_FENCE;
    const open = `${fence}${inertCode(code.info.replaceAll("`", "'"))}\n`;
    const text = inertCode(isBackticks ? code.text : withoutEnds(code.text, fence));
    if (this.#isOpen(code)) return open + (code.marker === undefined ? text.replace(/\n+$/u, "") : text);
    return `${open}${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${fence}`;
  }

  /** Whether more of the block may come. */
  #isOpen(leaf: Leaf): boolean {
    return leaf === this.#end && !this.#options.final && !(leaf.kind === "code" && leaf.closed);
  }

  #table(table: Extract<Leaf, { kind: "table" }>): string {
    const { rows } = table;
    this.#tables--;
    if (this.#tables < 0) {
      const text = inertCode(withoutEnds(rows.join("\n"), CODE_FENCE));
      return this.#isOpen(table) ? `${CODE_FENCE}\n${text}` : `${CODE_FENCE}\n${text}\n${CODE_FENCE}`;
    }
    const grows = this.#isOpen(table) && table.to >= this.#lines.length;
    return rows.map((row, i) => this.#row(table, row, i, grows && i === rows.length - 1)).join("\n");
  }

  /** @param grows the row's end has not come yet. */
  #row({ columns, read }: Extract<Leaf, { kind: "table" }>, row: string, index: number, grows: boolean): string {
    const { cells, leads, trails } = splitRow(row);
    const lead = leads ? "|" : "| ";
    const trail = trails ? "|" : grows ? "" : " |";
    if (index === 1) return lead + cells.join("|") + trail;
    // A cell that the header has no column for would not be shown.
    const kept =
      cells.length > columns ? [...cells.slice(0, columns - 1), cells.slice(columns - 1).join("\\|")] : cells;
    const written = kept.map((cell) => {
      const [, before = "", text = "", after = ""] = /^(\s*)(.*?)(\s*)$/su.exec(cell) ?? [];
      return before + this.#write(read(text), true) + after;
    });
    return lead + written.join("|") + trail;
  }

  /** Line breaks after the last block. */
  #tail(): void {
    const last = this.#last?.leaf;
    if (last === undefined || (last.kind === "code" && this.#isOpen(last))) return;
    for (const line of this.#lines.slice(last.to)) {
      this.#out += "\n";
      if (line.trim() !== "") break;
    }
  }
}

/** What is in a heading, for a place where all of it is bold: marks that are none stay, as does what an address is. */
function inBold(one: Inline): readonly Inline[] {
  // An address that stands beside the marks would be taken to go on in them.
  if (one.kind === "address") return [{ ...one, glued: true }];
  if (one.kind !== "marks") return [one];
  const { raw, closes, opens } = one.marks;
  return Array.from(raw.slice(closes, raw.length - opens), (char) => ({ kind: "escape", char }));
}

const emptyAt = (line: number): Extract<Leaf, { kind: "paragraph" }> => ({
  kind: "paragraph",
  from: line,
  to: line + 1,
  content: "",
  inline: [],
});

const isEmpty = (leaf: Leaf): boolean => leaf.kind === "paragraph" && leaf.content === "";

function lastLeaf(blocks: readonly Block[]): Leaf | undefined {
  const last = blocks.at(-1);
  if (last?.kind === "quote") return lastLeaf(last.blocks);
  if (last?.kind === "list") return lastLeaf(last.items.at(-1)?.blocks ?? []);
  return last;
}

/** Columns at which what is in the innermost of the items begins. */
function indentOf(items: readonly Item[]): number {
  return items.reduce((indent, { marker }, depth) => {
    const content = indent + marker.length + 1;
    return Math.max(content, Math.min(LIST_INDENT * (depth + 1), content + 3));
  }, 0);
}

/** White space at a line's end. */
function spaceAfter(line = ""): string {
  let at = line.length;
  while (at > 0 && (line[at - 1] === " " || line[at - 1] === "\t")) at--;
  return fewSpaces(line.slice(at));
}

/** The start of a paragraph, and of its other lines, that would begin a block. */
const FIRST_START = /^(?:[-+*](?=\s|$)|#(?=#{0,5}(?:\s|$))|>|~(?=~~))/u;
const FIRST_NUMBER = /^(\d{1,9})([.)])(?=\s|$)/u;
const BLOCK_START =
  /(\n)([-+*](?=\s|$)|#(?=#{0,5}(?:\s|$))|>|=(?==*\s*$)|[-:|](?=[-:|\s]*$)|[*_](?=[*_\s]*$)|~(?=~~))/gmu;
const ONE_START = /(\n1)([.)])(?=\s|$)/gu;
const TASK = /^\[([ xX])\](?=\s|$)/u;
/** What would be read as a heading's closing marks. */
const HEADING_END = /(?<![^ \t])#(?=#*$)/u;
const entity = (char: string): string => `&#${char.codePointAt(0) ?? 0};`;
/** A line that does not begin with an item's number. */
const withoutNumber = (line: string): string =>
  line.replace(FIRST_NUMBER, (_, number: string, char: string) => number + entity(char));

/** Code none of whose lines ends `fence`. */
function withoutEnds(code: string, fence: string): string {
  return code.replace(new RegExp(`^( {0,3})(?=${fence}\`*[ \\t]*$)`, "gmu"), `$1${ZERO_WIDTH}`);
}
