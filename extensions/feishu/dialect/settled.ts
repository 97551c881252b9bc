import { isHeadKnown } from "../../../src/text/index.ts";
import { addressIn, formulaAt, MATH_MAX, mayAddressChange } from "./inline-rules.ts";
import { CELL_CODE_MAX as CODE_MAX, findRun } from "./table.ts";
import { isTag, TAG_MAX } from "./tags.ts";
import { mayBeFrontMatter } from "./tokenizer.ts";
import type { Block, Item } from "./tree.ts";

/** So many UTF-16 units after its beginning a construct is taken for one that nobody ends. */
const LABEL_MAX = 300;
const TARGET_MAX = 1_280;

/** So many beginnings, one behind the other, are looked at. */
const TRIES_MAX = 16;

export interface LastBlock {
  /** The last block of a growing text. */
  readonly leaf: Block | undefined;
  /** The empty item that the text's end may be. */
  readonly item: Item | undefined;
  /** The block before it. */
  readonly before: Block | undefined;
}

/** The last of the blocks, inside of all that holds it. */
export function lastOf(blocks: readonly Block[], item?: Item, earlier?: Block): LastBlock {
  const last = blocks.at(-1);
  const before = blocks.length < 2 ? earlier : lastOf(blocks.slice(-2, -1)).leaf;
  if (last?.kind === "quote") return lastOf(last.blocks, item, before);
  if (last?.kind === "list") {
    const inner = last.items.at(-1);
    const sibling = last.items.at(-2);
    return lastOf(inner?.blocks ?? [], inner, sibling === undefined ? before : lastOf(sibling.blocks).leaf);
  }
  return { leaf: last, item, before };
}

/**
 * Up to which offset of a text that still grows what is written of it cannot change any more: what comes after is one construct that
 * has begun (a link, a tag, code, a table's first line) or the beginning of a line that may become anything.
 * @param blocks those of the text; @param firstLine number of the first line of `text` among their lines.
 */
export function settledEnd(text: string, blocks: readonly Block[], firstLine: number): number {
  if (firstLine === 0 && mayBeFrontMatter(text, blocks)) return 0;
  const { end, from } = openBlock(text, blocks, firstLine);
  if (end === text.length) return end;
  // What would now come last must not wait for what follows it either.
  let hold = end;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const next = lastKnown(text, hold, from);
    if (next >= hold) return hold;
    hold = next;
  }
  // Nothing but beginnings of something: the paragraph waits.
  return Math.min(hold, from);
}

/** How much of what comes before `end` does not wait for what follows. */
function lastKnown(text: string, end: number, from: number): number {
  const before = text.slice(0, end);
  const hold = Math.min(
    end > from ? openConstruct(before, from) : end,
    end - (EMPTY_ITEM.exec(before)?.[1]?.length ?? 0),
  );
  // What is left of the line may be taken for something else than the whole line is.
  const start = text.lastIndexOf("\n", hold - 1) + 1;
  return hold > start && !isLineKnown(text, start, hold) ? start : hold;
}

/** Where what has begun begins, and where the paragraph that it may stand in begins. */
function openBlock(text: string, blocks: readonly Block[], firstLine: number): { end: number; from: number } {
  const lines = new LineStarts(text, firstLine);
  const { leaf, item, before } = lastOf(blocks);
  const { end, from = end } = openLeaf(text, lines, leaf, item, lines.start(blocks.at(-1)?.from ?? firstLine));
  // A line that is all held back may turn out to belong to the paragraph before it.
  const begins = lines.start(leaf?.from ?? item?.from ?? firstLine);
  const belongs = end <= begins && before?.kind === "paragraph";
  return { end, from: belongs ? Math.min(from, lines.start(before.from)) : from };
}

function openLeaf(
  text: string,
  lines: LineStarts,
  leaf: Block | undefined,
  item: Item | undefined,
  first: number,
): { end: number; from?: number } {
  const line = text.lastIndexOf("\n") + 1;
  const current = text.slice(line);
  if (leaf?.kind === "code" && !leaf.closed) {
    const start = lines.start(leaf.from);
    if (leaf.marker !== undefined && !text.includes("\n", start)) return { end: start };
    if (/^[\s>]*(?:`*|~*)\s*$/u.test(current)) return { end: line };
    const hold = text.length - (BEGUN_IN_CODE.exec(current)?.[0].length ?? 0);
    return { end: hold < text.length && /^[\s>]*$/u.test(text.slice(line, hold)) ? line : hold };
  }
  // Its end may still turn out to be a line of code.
  if (leaf?.kind === "code" && current !== "" && text.indexOf("\n", lines.start(leaf.to - 1)) < 0) return { end: line };
  let hold = text.length;
  const since = leaf !== undefined ? lines.start(leaf.to) : item !== undefined ? lines.start(item.to) : first;
  if (current !== "" && !isLineKnown(text, line, text.length)) hold = line;
  if (leaf === undefined && item !== undefined && !/\n[ \t]*\n/u.test(text.slice(lines.start(item.from)))) {
    hold = Math.min(hold, lines.start(item.from));
  }
  // Lines that hold nothing but quote marks.
  for (let at = since; at < text.length; at = nextLine(text, at))
    if (text.slice(at, nextLine(text, at)).trim() !== "") {
      hold = Math.min(hold, at);
      break;
    }
  if (leaf === undefined || text.slice(lines.start(leaf.from)).match(/\n[ \t]*\n[ \t\n]*$/u) !== null)
    return { end: hold, from: text.length };
  let from = lines.start(leaf.from);
  if (leaf.kind === "table") {
    if (leaf.rows.length === 2 && current !== "") return { end: Math.min(hold, from), from };
    from = line;
    const pipe = /\|\s*$/u.exec(current);
    if (pipe !== null) hold = Math.min(hold, line + pipe.index);
  } else if (leaf.kind === "paragraph" || (leaf.kind === "heading" && leaf.underline !== undefined))
    hold = Math.min(hold, headerStart(text, from, line));
  else if (leaf.kind === "heading" && leaf.underline === undefined && current !== "") {
    hold = Math.min(hold, text.length - (/[ \t#]+$/u.exec(text)?.[0].length ?? 0));
  }
  return { end: Math.min(hold, openConstruct(text, from)), from };
}

/** Whether what the line at `at` is cannot change any more: its text has begun, and is not only what rules and underlines are made of. */
function isLineKnown(text: string, at: number, end: number): boolean {
  return isHeadKnown(text, at, end) && !ONLY_MARKS.test(text.slice(at, end));
}

const ONLY_MARKS =
  /^(?:[\s>]*(?:=+|[-:|][-:|\s]*|[*_][*_\s]*)|(?:[ \t>]|(?:[-+*]|\d{1,9}[.)])[ \t])*(?:[-+*]|\d{1,9}[.)]?)?)$/u;
/** The beginning of what code must not hold as it is. */
const BEGUN_IN_CODE = /<\/?[a-z]{0,6}$/iu;
/** An item that may still get its text from the next line. */
const EMPTY_ITEM = /(?:^|\n)([ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]*)+\n?)$/u;

class LineStarts {
  readonly #starts: number[] = [0];
  readonly #first: number;

  constructor(text: string, first: number) {
    this.#first = first;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
    this.#end = text.length;
  }

  readonly #end: number;

  start(line: number): number {
    return this.#starts[Math.max(0, line - this.#first)] ?? this.#end;
  }
}

function nextLine(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 ? text.length : newline + 1;
}

/** Where a line begins that may turn out to be a table's header: a table is known by its second line. */
function headerStart(text: string, from: number, line: number): number {
  const current = text.slice(line);
  if (current.includes("|") && !/^[\s>]*[-:|][-:|\s]*$/u.test(current)) return line;
  if (line <= from || !/^[-|:>\s]*$/u.test(current)) return text.length;
  const before = Math.max(from, text.lastIndexOf("\n", line - 2) + 1);
  return text.slice(before, line).includes("|") ? before : text.length;
}

/** Where the first construct begins that has neither ended nor been disproved; the text's end when there is none. */
function openConstruct(text: string, from: number): number {
  const open: number[] = [];
  const first = openMark(text, from, open);
  const label = open.find((bracket) => text.length - bracket <= LABEL_MAX);
  return label === undefined ? first : Math.min(first, labelStart(text, label, from));
}

const labelStart = (text: string, bracket: number, from: number): number =>
  text.charAt(bracket - 1) === "!" && bracket > from ? bracket - 1 : bracket;

/** As {@link openConstruct}, but for labels: those that are open are added to `open`. */
function openMark(text: string, from: number, open: number[]): number {
  const end = text.length;
  for (let at = from; at < end;) {
    switch (text.charAt(at)) {
      case "\\": {
        if (at + 1 >= end || /^\\\n[ \t>]*$/u.test(text.slice(at, at + 80))) return at;
        const closer = { "(": "\\)", "[": "\\]" }[text.charAt(at + 1)];
        if (closer !== undefined && end - at < MATH_MAX && !text.includes(closer, at + 2)) return at;
        at += 2;
        break;
      }
      case "`": {
        const run = /^`+/u.exec(text.slice(at))?.[0] ?? "`";
        const close = findRun(text, at + run.length, run.length);
        if (at + run.length >= end) return at;
        if (close < 0 && end - at <= CODE_MAX) return at;
        if (close >= 0 && close + run.length >= end) return at;
        at = close < 0 ? at + run.length : close + run.length;
        break;
      }
      case "$": {
        const rest = text.slice(at, at + MATH_MAX);
        const formula = formulaAt(text, at, end);
        if (formula === undefined ? MAY_BE_FORMULA.test(rest) && end - at < MATH_MAX : at + formula.length >= end)
          return at;
        at += formula?.length ?? 1;
        break;
      }
      case "<": {
        const rest = text.slice(at, at + TAG_MAX);
        if (MAY_BE_TAG.test(rest) && end - at < TAG_MAX) return at;
        const tag = /^<\/?[a-zA-Z][^<>]*>/u.exec(rest)?.[0] ?? "";
        at += isTag(tag) ? tag.length : 1;
        break;
      }
      case "!":
        if (at + 1 >= end) return at;
        at++;
        break;
      case "[":
        open.push(at++);
        break;
      case "]": {
        const opened = open.pop();
        const start = opened === undefined ? at : labelStart(text, opened, from);
        if (at + 1 >= end) return start;
        const next = text.charAt(at + 1);
        if (
          opened !== undefined &&
          next === ":" &&
          /(?:^|\n)[ \t>]*$/u.test(text.slice(0, opened)) &&
          !text.includes("\n", at)
        )
          return start;
        const close = next === "(" ? closingParen(text, at + 1) : next === "[" ? text.indexOf("]", at + 1) : at;
        if (opened !== undefined && close < 0 && end - start <= TARGET_MAX) return start;
        if (opened !== undefined && close >= end - 1 && next === "[") return start;
        // What a second pair of brackets holds may be a link's words of its own.
        at = next === "(" && close > at && opened !== undefined ? close + 1 : at + 1;
        break;
      }
      case "&":
        if (/^&(?:#?[0-9a-zA-Z]{0,31})$/u.test(text.slice(at, at + 34))) return at;
        at++;
        break;
      case "*":
      case "_":
      case "~": {
        let over = at;
        while (/[*_~]/u.test(text.charAt(over))) over++;
        if (over >= end) return at;
        at = over;
        break;
      }
      case "h":
      case "H": {
        const address = addressIn(text, at);
        const rest = text.slice(at, at + 9);
        if (address !== undefined && mayAddressChange(text, at, address)) return at;
        if (/^h(?:t(?:t(?:p(?:s?(?::\/{0,2})?)?)?)?)?$/iu.test(rest) && !/[a-z0-9]/iu.test(text.charAt(at - 1)))
          return at;
        at += address?.length ?? 1;
        break;
      }
      default:
        at++;
    }
  }
  return end;
}

const MAY_BE_FORMULA = /^\$(?:$|\$[^$`]*\$?$|(?![\s$\d])[^$\n`]*\$?$|\d[^$\s\u2e80-\uffef]*\$?$)/u;
/** The beginning of a tag that is one for Feishu, or of an address between `<` and `>`. What else begins with `<` is only text. */
const MAY_BE_TAG =
  /^<(?:\/?[a-z_]{0,14}\/?|\/?(?:at|person|font|text_tag|local_datetime|a|[bh]r)\s+(?:[a-z_]{0,11}\s*|(?:ids?|user_id|color|millisecond|href)\s*=[^<>]*)\/?|[a-z][a-z0-9+.-]{0,31}:[^<>\s]*|[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?:@[a-z0-9.-]*)?)$/iu;

/** Index of the `)` that ends the address of a link; -1 when it has not come. */
export function closingParen(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length && i - at <= TARGET_MAX; i++) {
    const char = text.charAt(i);
    if (char === "\\") i++;
    else if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return i;
    else if (char === "\n" && text.charAt(i + 1) === "\n") return i;
  }
  return -1;
}
