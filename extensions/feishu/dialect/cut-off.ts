import { charBefore, isCjk, isPunctuation, isWhite } from "./characters.ts";
import { flanks } from "./flanking.ts";
import { addressIn, formulaAt } from "./inline-rules.ts";
import { closingParen, lastOf } from "./settled.ts";
import { CELL_CODE_MAX as CODE_MAX, findRun } from "./table.ts";
import { isTag, TAG_MAX } from "./tags.ts";
import type { Block } from "./tree.ts";

/** What began longer ago than so many UTF-16 units was never meant to end: it is shown as it was written. */
const BEGUN_MAX = 300;
/** A last line that has come no further than the mark that begins it. */
const BEGUN_LINE = /(?:^|\n)(?=[^\n]*\S)[ \t>]*(?:[-+*=]{1,2}|#{1,6}|[>|:]|`{1,2}|~{1,2})?[ \t]*$/u;
/** The paragraph is over: what is open in it was not cut off. */
const IS_OVER = /\n[ \t>]*\n[ \t>\n]*$/u;

/**
 * A text that broke off, without what it broke off in the middle of: what is emphasised or code ends where the text does, marks that began
 * nothing are left out, a link without its end is its words and what is known of its address. No word is lost, and none is added.
 * @param blocksOf reads a text's blocks
 */
export function mendCutOff(source: string, blocksOf: (source: string) => readonly Block[]): string {
  const last = lastOf(blocksOf(source)).leaf;
  if (last?.kind === "code") return withoutBegunFence(source, last);
  if (IS_OVER.test(source)) return source;
  const text = source.replace(BEGUN_LINE, "");
  const { leaf } = lastOf(blocksOf(text));
  if (leaf === undefined || leaf.kind === "code" || leaf.kind === "rule") return text;
  const from = leaf.kind === "table" ? text.lastIndexOf("\n") + 1 : startOf(text, leaf.from);
  return text.slice(0, from) + ended(text.slice(from));
}

/** Code whose own end had begun. */
function withoutBegunFence(source: string, { marker, closed }: Extract<Block, { kind: "code" }>): string {
  if (closed || marker === undefined) return source;
  const line = source.slice(source.lastIndexOf("\n") + 1).replace(/^[\s>]*/u, "");
  return line !== "" && marker.startsWith(line) ? source.slice(0, source.lastIndexOf("\n")) : source;
}

function startOf(text: string, line: number): number {
  let at = 0;
  for (let i = 0; i < line; i++) at = text.indexOf("\n", at) + 1;
  return at;
}

/** What has begun and not ended: a run of marks of which `length` have no partner, or a bracket. */
interface Begun {
  readonly mark: string;
  readonly at: number;
  readonly end: number;
  readonly length: number;
}

/** A paragraph, heading or row, ended. */
function ended(text: string): string {
  const scan = new Scan(text);
  const { begun } = scan;
  // What is seen already stays as it is.
  if (begun.length === 0 && scan.text === text) return text;
  let whole = scan.text.trimEnd();
  // What began at the very end began nothing.
  for (let one = begun.at(-1); one !== undefined && one.end >= whole.length; one = begun.at(-1)) {
    whole = whole.slice(0, one.at).trimEnd();
    begun.pop();
  }
  const open = begun.filter(({ at }) => whole.length - at <= BEGUN_MAX);
  const ends = open.toReversed().map(({ mark, length }) => (mark === "[" ? "" : mark.repeat(length)));
  for (const { mark, at, end } of open.toReversed())
    if (mark === "[" && mayBeLink(whole, at)) whole = whole.slice(0, at) + whole.slice(end);
  return whole + ends.join("");
}

/** A bracket inside of a word belongs to it. */
function mayBeLink(text: string, at: number): boolean {
  const before = charBefore(text, at);
  return isWhite(before) || isPunctuation(before) || isCjk(before);
}

/** Reads a paragraph to its end, and keeps what has begun. */
class Scan {
  readonly begun: Begun[] = [];
  /** The paragraph, with code and a link at its end that were cut off made whole. */
  text: string;

  constructor(text: string) {
    this.text = text;
    for (let at = 0; at < this.text.length;) at = this.#step(at);
  }

  #step(at: number): number {
    const { text } = this;
    switch (text.charAt(at)) {
      case "\\":
        if (at + 1 >= text.length) this.text = text.slice(0, at);
        return at + 2;
      case "`":
        return this.#code(at);
      case "$":
        return at + (formulaAt(text, at, text.length)?.length ?? 1);
      case "<": {
        const tag = /^<\/?[a-zA-Z][^<>]*>/u.exec(text.slice(at, at + TAG_MAX))?.[0] ?? "";
        return at + (isTag(tag) ? tag.length : 1);
      }
      case "h":
      case "H":
        return at + (addressIn(text, at)?.length ?? 1);
      case "[": {
        const begins = text.charAt(at - 1) === "!" ? at - 1 : at;
        this.begun.push({ mark: "[", at: begins, end: at + 1, length: 1 });
        return at + 1;
      }
      case "]":
        return this.#label(at);
      case "*":
      case "_":
      case "~":
        return this.#marks(at);
      default:
        return at + 1;
    }
  }

  #code(at: number): number {
    const { text } = this;
    const run = /^`+/u.exec(text.slice(at))?.[0] ?? "`";
    const over = at + run.length;
    const close = findRun(text, over, run.length);
    if (close >= 0) return close + run.length;
    if (text.length - at > CODE_MAX) return over;
    const code = text
      .slice(over)
      .replace(/`+\s*$/u, "")
      .trimEnd();
    this.text = code.trim() === "" ? text.slice(0, at) : text.slice(0, over) + code + run;
    return this.text.length;
  }

  /** The end of a link's words, and its address if that has come. */
  #label(at: number): number {
    const { text, begun } = this;
    const opened = begun.findLastIndex(({ mark }) => mark === "[");
    const bracket = begun[opened];
    if (bracket === undefined) return at + 1;
    begun.splice(opened);
    if (text.charAt(at + 1) !== "(") return at + 1;
    const close = closingParen(text, at + 1);
    if (close >= 0) return close + 1;
    const address = text
      .slice(at + 2)
      .replaceAll("`", "")
      .trim();
    const words = text.slice(bracket.end, at);
    this.text = `${text.slice(0, bracket.at)}${words}${address === "" ? "" : ` (\`${address}\`)`}`;
    return this.text.length;
  }

  #marks(at: number): number {
    const { text, begun } = this;
    const mark = text.charAt(at);
    let end = at;
    while (text.charAt(end) === mark) end++;
    let left = end - at;
    if (mark === "~" && left === 1 && end === text.length && begun.at(-1)?.mark === mark) this.text = text.slice(0, at);
    if (left > 3 || (mark === "~" && left !== 2)) return end;
    const may = flanks(text, at, end, mark);
    while (may.closes && left > 0) {
      const bracket = begun.findLastIndex((one) => one.mark === "[");
      const found = begun.findLastIndex((one) => one.mark === mark);
      const partner = begun[found];
      if (partner === undefined || found < bracket) break;
      const used = Math.min(left, partner.length);
      begun.splice(found);
      if (partner.length > used) begun.push({ ...partner, length: partner.length - used });
      left -= used;
    }
    if (left === 0) return end;
    if (may.opens) begun.push({ mark, at: end - left, end, length: left });
    // At the very end a mark begins nothing and ends nothing; a single `_` or the like may be a part of a name.
    else if (text.slice(end).trim() === "" && (left > 1 || mark === "*" || isWhite(charBefore(text, at))))
      this.text = text.slice(0, end - left);
    return end;
  }
}
