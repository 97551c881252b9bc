import type { BlockState, Fence, ListItem } from "./block-state.ts";
import { utf8Length } from "./graphemes.ts";
import { indentation, quoteMarkers } from "./line-head.ts";

/**
 * What a card has to begin with so that its text means what it meant in the whole reply.
 */
export interface Carry {
  /** Shown before the card's text: a fence opened again, a table's header, a list number. Never part of the reply. */
  readonly prefix: string;
  /** UTF-16 units at the start of the card's source slice that `prefix` stands in for, so they are not shown. */
  readonly skip: number;
}

/** The carry of a reply's first card. */
export const NO_CARRY: Carry = { prefix: "", skip: 0 };

/** What ends one card and begins the next at a cut. */
export interface Joint {
  readonly close: string;
  readonly next: Carry;
}

/** How much of a card may be taken by what is carried into it: a tenth, on small cards up to half of it. */
export interface CarryRoom {
  readonly maxChars: number;
  readonly maxBytes: number;
}

/** Widest gap after a list marker that does not make code of what follows (CommonMark, list items). */
const MARKER_GAP_MAX = 4;

/** A tenth of `all`; up to half of it where that is little. */
const share = (all: number): number => Math.max(all / 10, Math.min(all / 2, 300));

function fits(prefix: string, room: CarryRoom): boolean {
  if (prefix.length > share(room.maxChars)) return false;
  return prefix.length * 3 <= share(room.maxBytes) || utf8Length(prefix) <= share(room.maxBytes);
}

/** The first candidate that leaves enough of the card free; the last resort is to carry nothing. */
function roomiest(candidates: readonly string[], room: CarryRoom): string {
  return candidates.find((prefix) => fits(prefix, room)) ?? "";
}

const markerOf = (item: ListItem): string => (item.number === undefined ? item.sign : `${item.number}${item.sign}`);

/**
 * Whether the item's number has grown wider than the marker that was written (a lazily numbered list's tenth item): then what is
 * indented to the written marker would fall out of the item.
 */
const isTooWide = (item: ListItem): boolean => item.indent + markerOf(item).length + 1 > item.contentColumn;

/** Whether text indented to the only open item's content may as well stand without the item, being no code at its column. */
function standsAlone(items: readonly ListItem[]): boolean {
  const [item, ...more] = items;
  return item !== undefined && more.length === 0 && item.contentColumn <= 3 && isTooWide(item);
}

/**
 * The markers of open list items on one line, so that text after them belongs to the innermost; it then begins at `column`.
 * @param exact indented lines follow: an item whose number is too wide for them gets a bullet.
 */
function reopenList(items: readonly ListItem[], column: number, exact: boolean): string {
  const first = items[0];
  if (first === undefined) return "";
  let line = " ".repeat(Math.min(first.indent, 3));
  items.forEach((item, i) => {
    const marker = exact && isTooWide(item) ? "-" : markerOf(item);
    const next = items[i + 1]?.indent ?? column;
    const gap = next - item.indent - marker.length;
    line += marker + " ".repeat(Math.min(Math.max(gap, 1), MARKER_GAP_MAX));
  });
  return line;
}

/** What stands before the closing marker of a fence, and before its lines. */
function fenceMargin(state: BlockState, fence: Fence, room: CarryRoom): string {
  const margin = state.quote + " ".repeat(fence.indent);
  return margin.length <= room.maxChars / 32 ? margin : "";
}

/** Units that closing the open fence at any cut may take; 0 when none is open. */
export function closingRoom(state: BlockState, room: CarryRoom): number {
  if (state.fence === undefined) return 0;
  return 1 + fenceMargin(state, state.fence, room).length + state.fence.marker.length;
}

/** Closes the open fence; `broken` says that the cut is not at a line's start. */
function closeFence(state: BlockState, fence: Fence, broken: boolean, room: CarryRoom): string {
  return `${broken ? "\n" : ""}${fenceMargin(state, fence, room)}${fence.marker}`;
}

/** Lines that open the fence again, most faithful first. */
function reopenFence(state: BlockState, fence: Fence): string[] {
  const last = state.list.at(-1);
  // Up to three columns an indented fence is one without its list item, which need not be shown twice then.
  const isFlat = fence.container <= 3;
  const needsItem = last !== undefined && !(isFlat && (last.number === last.written || isTooWide(last)));
  const lead =
    state.quote +
    (needsItem ? reopenList(state.list, last.contentColumn, true) : " ".repeat(Math.min(fence.indent, 3)));
  const language = fence.info.split(/\s/u, 1)[0] ?? "";
  return [fence.info, language, ""].map((info) => `${lead}${fence.marker}${info}\n`).concat(`${fence.marker}\n`);
}

/** Header and delimiter row of the open table, `lead` before the first of them and white space of its width before the second. */
function reopenTable(state: BlockState, lead: string): string {
  if (state.table === undefined) return "";
  const width = lead.length - state.quote.length;
  const margin = state.quote + " ".repeat(Math.max(0, width));
  return `${lead}${state.table.header}\n${margin}${state.table.delimiter}\n`;
}

/** The table's head and as many empty cells as its cut row has had, most faithful first. */
function reopenRow(state: BlockState, cells: number): string[] {
  const column = state.list.at(-1)?.contentColumn ?? 0;
  const margin = " ".repeat(column);
  const lead = state.quote + (standsAlone(state.list) ? margin : reopenList(state.list, column, true));
  return [`${reopenTable(state, lead)}${state.quote}${margin}${"| ".repeat(cells + 1)}`, lead];
}

/** How many units of white space after the quote markers make up `columns` columns. */
function unitsFor(text: string, at: number, end: number, columns: number): number {
  let i = at;
  while (i < end && indentation(text, at, i + 1).textAt > i && indentation(text, at, i + 1).columns <= columns) i++;
  return i - at;
}

/**
 * The joint of a cut before the line `text.slice(at, end)`.
 * @param state the blocks open before that line (not changed).
 */
export function jointAtLine(state: BlockState, text: string, at: number, end: number, room: CarryRoom): Joint {
  const after = state.clone();
  after.advance(text, at, end);
  if (state.fence !== undefined) {
    const close = closeFence(state, state.fence, false, room);
    if (after.kind === "fence-close") {
      // The line that closes the fence has been given to the first card.
      const lineBreak = text.charCodeAt(end) === 0x0d ? 2 : 1;
      return { close, next: { prefix: "", skip: Math.min(end + lineBreak, text.length) - at } };
    }
    if (after.fence === state.fence)
      return { close, next: { prefix: roomiest(reopenFence(state, state.fence), room), skip: 0 } };
    return { close, next: joinLine(state, after, text, at, end, room) };
  }
  return { close: "", next: joinLine(state, after, text, at, end, room) };
}

/** The carry of a line that does not go on with a fence. */
function joinLine(state: BlockState, after: BlockState, text: string, at: number, end: number, room: CarryRoom): Carry {
  if (after.kind === "blank") return NO_CARRY;
  const quote = quoteMarkers(text, at, end);
  const { columns, textAt } = indentation(text, quote.end, end);
  const kept = after.list.filter((item) => state.list.includes(item));
  const own = after.list[kept.length];
  const lazyQuote = quote.depth < after.quoteDepth ? state.quote : "";
  const shownQuote = lazyQuote === "" ? text.slice(at, quote.end) : lazyQuote;
  const renumbered = own !== undefined && own.number !== own.written;
  const inTable = after.table !== undefined && after.table === state.table;
  const continuesText = state.paragraph && (after.kind === "text" || after.kind === "table-head") && own === undefined;
  const last = kept.at(-1);
  let list = "";
  let skipTo = quote.end;
  if (last !== undefined && !(standsAlone(kept) && !continuesText)) {
    const isCode = own === undefined && columns - last.contentColumn >= 4 && !continuesText;
    list = reopenList(kept, isCode ? last.contentColumn : Math.max(columns, last.contentColumn), !continuesText);
    skipTo = isCode ? quote.end + unitsFor(text, quote.end, end, last.contentColumn) : textAt;
  } else if (continuesText && columns > 3) skipTo = textAt;
  if (renumbered) {
    list = `${last === undefined ? " ".repeat(own.indent) : list}${own.number}${own.sign}`;
    const digits = /^\d+/u.exec(text.slice(textAt, textAt + 9))?.[0].length ?? 0;
    skipTo = textAt + digits + 1;
  }
  const lead = shownQuote + list;
  if (inTable) {
    return { prefix: roomiest([reopenTable(after, lead)], room), skip: 0 };
  }
  if (lazyQuote === "" && list === "" && skipTo === quote.end) return NO_CARRY;
  const prefix = roomiest([lead], room);
  return { prefix, skip: prefix === "" && !continuesText ? 0 : skipTo - at };
}

/**
 * The joint of a cut inside a line.
 * @param state the blocks open after that line's beginning has been read.
 * @param cells table cells of the line that are complete before the cut.
 */
export function jointInLine(state: BlockState, cells: number, room: CarryRoom): Joint {
  const fence = state.fence;
  if (fence !== undefined) {
    const margin = state.quote + " ".repeat(fence.container);
    const open = reopenFence(state, fence);
    const prefixes = [...open.map((line) => line + margin), ...open];
    return { close: closeFence(state, fence, true, room), next: { prefix: roomiest(prefixes, room), skip: 0 } };
  }
  const last = state.list.at(-1);
  if (state.kind === "row") return { close: "", next: { prefix: roomiest(reopenRow(state, cells), room), skip: 0 } };
  const lead = state.quote + (last === undefined ? "" : reopenList(state.list, last.contentColumn, false));
  const mark = state.kind === "heading" ? state.headingMark : state.kind === "code" ? "    " : "";
  return { close: "", next: { prefix: roomiest([lead + mark, mark], room), skip: 0 } };
}
