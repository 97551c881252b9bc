import {
  HEAD_MAX,
  headingMarker,
  indentation,
  isFenceRun,
  isRule,
  listMarker,
  quoteMarkers,
  runLength,
} from "./line-head.ts";
import type { Marker } from "./line-head.ts";
import { startsTable } from "./tables.ts";

/** The longest fence marker, and as much of an info string, that is minded on a card of `maxChars` units. */
export const fenceMax = (maxChars: number): number => Math.floor(maxChars / 16);

/** Longest list marker with the space after it: nine digits, a dot, a space. */
const MARKER_MAX = 11;

/** A list item that is open: the lines indented to its content belong to it. Columns count from the quote markers on. */
export interface ListItem {
  readonly indent: number;
  readonly contentColumn: number;
  /** The number readers see, counted from the list's first one; undefined for a bullet. */
  readonly number: number | undefined;
  /** The number as written: lazily numbered lists say `1.` each time. */
  readonly written: number | undefined;
  readonly sign: string;
}

/** An open code fence. */
export interface Fence {
  /** Its marker as written: three or more backquotes or tildes. */
  readonly marker: string;
  /** What follows the marker, language and all. */
  readonly info: string;
  /** Content column of the list item that holds it, 0 outside lists. */
  readonly container: number;
  /** Its own column; as much white space is taken off its lines. */
  readonly indent: number;
  /** Depth of the quote that holds it. */
  readonly depth: number;
}

/** A table whose rows may go on: its first two lines, without what is in front of them. */
export interface Table {
  readonly header: string;
  readonly delimiter: string;
}

const NO_ITEMS: readonly ListItem[] = [];

/** What a line is, given the lines before it. */
export type LineKind =
  | "blank"
  | "text"
  | "heading"
  | "rule"
  | "code"
  | "fence-open"
  | "fence"
  | "fence-close"
  | "table-head"
  | "row";

/**
 * The blocks that are open after each line, read line by line: CommonMark's containers and leaf blocks as far as a cut has to know
 * them. A line may be read before it is complete; then the state is provisional, and the line must not be read again on it.
 */
export class BlockState {
  fence: Fence | undefined;
  table: Table | undefined;
  /** Open list items, outermost first. */
  list: readonly ListItem[] = NO_ITEMS;
  /** Quote markers as written on the last line that had them; empty outside quotes. */
  quote = "";
  quoteDepth = 0;
  /** The last line is paragraph text, which the next may continue. */
  paragraph = false;
  /** The last line was blank. */
  blank = true;
  kind: LineKind = "blank";
  /** The last block that is not blank lines was a heading. */
  afterHeading = false;
  /** Index in the text given to `advance` where the last line's own text began (after quote and list markers, `## `, `| `). */
  textAt = 0;
  /** Marker of the heading the last line is, `## ` with its white space. */
  headingMark = "";
  /** Tables begun so far. */
  tables = 0;
  /** Text of the last line, when it is a paragraph line and so may turn out to be a table's header. */
  #header = "";
  readonly #maxFence: number;

  /**
   * @param maxFence longer fence markers are taken for text, for they would leave no room for anything else; and that many units
   * of an info string tell a fence from inline code.
   */
  constructor(maxFence: number = Infinity) {
    this.#maxFence = maxFence;
  }

  clone(): BlockState {
    const copy = new BlockState(this.#maxFence);
    copy.fence = this.fence;
    copy.table = this.table;
    copy.list = this.list;
    copy.quote = this.quote;
    copy.quoteDepth = this.quoteDepth;
    copy.paragraph = this.paragraph;
    copy.blank = this.blank;
    copy.kind = this.kind;
    copy.afterHeading = this.afterHeading;
    copy.textAt = this.textAt;
    copy.headingMark = this.headingMark;
    copy.tables = this.tables;
    copy.#header = this.#header;
    return copy;
  }

  /** Reads the line `text.slice(at, end)`, its line break left out. */
  advance(text: string, at: number, end: number): void {
    if (this.fence !== undefined && this.#inFence(this.fence, text, at, end)) return;
    const quote = quoteMarkers(text, at, end);
    const { columns, textAt } = indentation(text, quote.end, end);
    const leaves = quote.depth !== this.quoteDepth;
    const item = leaves ? undefined : this.list.findLast(({ contentColumn }) => contentColumn <= columns);
    // Behind text, what is indented like code is more of that text.
    const isInside = !leaves && item === this.list.at(-1);
    const starts =
      textAt < end && columns - (item?.contentColumn ?? 0) < 4 && this.#startsBlock(text, textAt, end, isInside);
    const continues = this.paragraph && !starts && textAt < end;
    const lazyInQuote = leaves && continues && quote.depth < this.quoteDepth;
    if (leaves && !lazyInQuote) this.#leaveQuote(quote.depth);
    if (quote.depth > 0) this.quote = text.slice(at, quote.end);
    this.textAt = textAt;
    if (lazyInQuote || (continues && columns < (this.list.at(-1)?.contentColumn ?? 0))) this.#lazyLine();
    else if (textAt >= end) this.#blankLine();
    else this.#textLine(text, textAt, end, columns, continues, at + HEAD_MAX - MARKER_MAX);
  }

  /** Reads a line in an open fence; false when the line lies outside the fence's containers and so ends it. */
  #inFence(fence: Fence, text: string, at: number, end: number): boolean {
    const quote = quoteMarkers(text, at, end, fence.depth);
    const { columns, textAt } = indentation(text, quote.end, end);
    if (quote.depth < fence.depth || (textAt < end && columns < fence.container)) {
      this.fence = undefined;
      return false;
    }
    this.textAt = quote.end;
    this.blank = false;
    this.kind = "fence";
    const marker = fence.marker.charCodeAt(0);
    if (columns - fence.container > 3 || text.charCodeAt(textAt) !== marker || textAt >= end) return true;
    const run = runLength(text, textAt, end);
    if (run < fence.marker.length || indentation(text, textAt + run, end).textAt < end) return true;
    this.kind = "fence-close";
    this.fence = undefined;
    return true;
  }

  /** More of a paragraph, from outside of what holds it: it can be nothing else, and no table's header. */
  #lazyLine(): void {
    this.blank = false;
    this.kind = "text";
    this.afterHeading = false;
    this.#header = "";
  }

  /** @param isInside the line belongs to what holds the last one. */
  #startsBlock(text: string, at: number, end: number, isInside: boolean): boolean {
    if (this.#isFence(text, at, end) || headingMarker(text, at, end) !== undefined || isRule(text, at, end))
      return true;
    const marker = listMarker(text, at, end);
    return marker !== undefined && !(isInside && this.paragraph && !mayInterrupt(marker, text, end));
  }

  /** Whether a fence begins at `at`: code in a line begins with as many backquotes, but holds others. */
  #isFence(text: string, at: number, end: number): boolean {
    if (!isFenceRun(text, at, end)) return false;
    const run = runLength(text, at, end);
    const info = text.slice(at + run, Math.min(end, at + run + this.#maxFence));
    return run <= this.#maxFence && !(text.charCodeAt(at) === 0x60 && info.includes("`"));
  }

  #leaveQuote(depth: number): void {
    this.list = NO_ITEMS;
    this.quoteDepth = depth;
    if (depth === 0) this.quote = "";
    this.#endLeaf();
  }

  #endLeaf(): void {
    this.paragraph = false;
    this.table = undefined;
    this.#header = "";
  }

  #blankLine(): void {
    this.#endLeaf();
    this.blank = true;
    this.kind = "blank";
  }

  #textLine(text: string, at: number, end: number, columns: number, continues: boolean, markersEnd: number): void {
    const wasBlank = this.blank;
    this.blank = false;
    let sibling: ListItem | undefined;
    for (let top = this.list.at(-1); top !== undefined && columns < top.contentColumn; top = this.list.at(-1)) {
      if (continues && !wasBlank) break;
      sibling = top;
      this.list = this.list.slice(0, -1);
      this.#endLeaf();
    }
    this.#markers(text, at, end, columns, sibling, markersEnd);
  }

  /** Opens the list items whose markers the line begins with, then reads what they hold. */
  #markers(
    text: string,
    at: number,
    end: number,
    columns: number,
    sibling: ListItem | undefined,
    markersEnd: number,
  ): void {
    let textAt = at;
    let column = columns;
    let last = sibling;
    for (;;) {
      const base = this.list.at(-1)?.contentColumn ?? 0;
      const mayOpen = column - base < 4 && textAt < markersEnd;
      const marker = mayOpen && !isRule(text, textAt, end) ? listMarker(text, textAt, end) : undefined;
      if (marker === undefined) break;
      // A sibling's marker does not interrupt anything.
      if (this.paragraph && last === undefined && !mayInterrupt(marker, text, end)) break;
      this.#endLeaf();
      const width = column + marker.end - textAt;
      const gap = indentation(text, marker.end, end, width);
      const empty = gap.textAt >= end;
      const counts = last !== undefined && last.sign === marker.sign && last.number !== undefined;
      const item = {
        indent: column,
        contentColumn: width + (empty || gap.columns > 4 ? 1 : gap.columns),
        number: counts && last?.number !== undefined ? last.number + 1 : marker.number,
        written: marker.number,
        sign: marker.sign,
      };
      this.list = [...this.list, item];
      last = undefined;
      textAt = gap.textAt;
      column = width + gap.columns;
      if (empty) break;
    }
    this.textAt = textAt;
    this.#leaf(text, textAt, end, column);
  }

  #leaf(text: string, at: number, end: number, column: number): void {
    const base = this.list.at(-1)?.contentColumn ?? 0;
    const heading = headingMarker(text, at, end);
    this.afterHeading = false;
    if (at >= end) {
      this.kind = "text";
    } else if (column - base >= 4 && !this.paragraph) {
      this.#endLeaf();
      this.kind = "code";
    } else if (this.#openFence(text, at, end, base, column)) {
      this.#endLeaf();
      this.kind = "fence-open";
    } else if (heading !== undefined) {
      this.#endLeaf();
      this.headingMark = text.slice(at, heading);
      this.textAt = heading;
      this.afterHeading = true;
      this.kind = "heading";
    } else if (isRule(text, at, end)) {
      this.#endLeaf();
      this.kind = "rule";
    } else this.#tableOrText(text.slice(at, end));
  }

  #tableOrText(line: string): void {
    if (this.table !== undefined) {
      this.kind = "row";
    } else if (this.paragraph && startsTable(this.#header, line)) {
      this.table = { header: this.#header.trimEnd(), delimiter: line.trimEnd() };
      this.tables++;
      this.paragraph = false;
      this.kind = "table-head";
    } else {
      this.paragraph = true;
      this.#header = line;
      this.kind = "text";
    }
  }

  #openFence(text: string, at: number, end: number, container: number, indent: number): boolean {
    if (!this.#isFence(text, at, end)) return false;
    const run = runLength(text, at, end);
    const info = text.slice(at + run, end).trimEnd();
    this.fence = { marker: text.slice(at, at + run), info, container, indent, depth: this.quoteDepth };
    return true;
  }
}

/** Whether a list that begins so may follow a paragraph without a blank line: it starts with 1, and its first item is not empty. */
const mayInterrupt = ({ number, end: at }: Marker, text: string, end: number): boolean =>
  (number === undefined || number === 1) && indentation(text, at, end).textAt < end;
