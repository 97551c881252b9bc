import { runLength } from "./line-head.ts";

/**
 * Inline markup that must not be cut: `end` is where it is over, `stray` that what begins here is ordinary text up to `end`,
 * `open` that it has neither ended nor been disproved by the end of what may be looked at.
 */
export type Span = { readonly kind: "whole" | "stray"; readonly end: number } | { readonly kind: "open" };

/**
 * Longest spans that are kept whole (UTF-16 units); a longer one is taken for a stray opening mark. Close to a card's end a span
 * cannot be shown before it is complete, so these also bound how early that begins to matter.
 */
const CODE_MAX = 512;
const STRONG_MAX = 256;
const TAG_MAX = 512;
const LABEL_MAX = 256;
const LINK_MAX = 1_280;
/** A longer run of one mark is no markup that anybody wrote: it is text, and may be cut anywhere. */
const RUN_MAX = 16;
/** The longest of them. */
export const SPAN_MAX: number = LINK_MAX;

const OPEN: Span = { kind: "open" };
const TAG = /^<(?:https?:|mailto:|tel:|\/?[a-zA-Z][a-zA-Z0-9_-]*(?=[\s/>]))/u;
const PAIRED = /^<(at|a|font|person|local_datetime|text_tag|raw|link|number_tag)(?=[\s>])/u;
const TAG_NAME_MAX = 24;

/** How long the span may become that begins with `unit`. */
export function spanMax(unit: number): number {
  if (unit === 0x5b || unit === 0x21) return LINK_MAX;
  return unit === 0x60 ? CODE_MAX : unit === 0x3c ? TAG_MAX : STRONG_MAX;
}

const stray = (end: number): Span => ({ kind: "stray", end });
const whole = (end: number): Span => ({ kind: "whole", end });

/** The first number in an ascending list that is at least `least`; Infinity when there is none. */
function firstFrom(list: readonly number[] | undefined, least: number): number {
  let low = 0;
  let high = list?.length ?? 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list?.[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return list?.[low] ?? Infinity;
}

/** What one pass over a line finds out for all of its spans. */
interface LineIndex {
  /** Where runs of backquotes begin, by their length. */
  readonly ticks: ReadonlyMap<number, readonly number[]>;
  /** Where runs of two or more `*`, `_`, `~` begin that may close, by their unit. */
  readonly closers: ReadonlyMap<number, readonly number[]>;
  /** Index of the bracket that closes the one at the key. */
  readonly brackets: ReadonlyMap<number, number>;
}

/**
 * Reads the inline spans of one line. The line is gone through once, whatever it holds, so reading all of its spans takes a
 * number of steps that grows with its length only.
 */
export class LineSpans {
  /** Units looked at so far: what tests of the cost count. */
  steps = 0;
  readonly #text: string;
  readonly #from: number;
  readonly #end: number;
  readonly #complete: boolean;
  #index: LineIndex | undefined;
  /** Results of searches for what ends a tag, by what was searched: the last one is valid while it lies ahead. */
  readonly #next = new Map<string, { readonly from: number; readonly at: number }>();

  /**
   * @param from where the line's own text begins; nothing at or after `end` is looked at.
   * @param complete the line ends at `end`, so that nothing can close there any more (spans do not go over line ends here).
   */
  constructor(text: string, from: number, end: number, complete: boolean) {
    this.#text = text;
    this.#from = from;
    this.#end = end;
    this.#complete = complete;
  }

  /** The span that begins at `at`, or undefined when no markup begins there. */
  at(at: number): Span | undefined {
    const text = this.#text;
    const end = this.#end;
    this.steps++;
    switch (text.charCodeAt(at)) {
      case 0x5c: // Backslash: an escape is one thing.
        if (at + 1 >= end) return this.#complete ? stray(at + 1) : OPEN;
        return /[!-/:-@[-`{-~]/u.test(text.charAt(at + 1)) ? whole(at + 2) : stray(at + 1);
      case 0x60:
        return this.#code(at);
      case 0x5b:
        return this.#link(at, at);
      case 0x21:
        if (at + 1 >= end && !this.#complete) return OPEN;
        return text.charCodeAt(at + 1) === 0x5b && at + 1 < end ? this.#link(at, at + 1) : stray(at + 1);
      case 0x3c:
        return this.#tag(at);
      case 0x2a:
      case 0x5f:
      case 0x7e:
        return this.#strong(at);
      default:
        return undefined;
    }
  }

  /** What a search that met the end without finding anything means. */
  #unfinished(start: number, max: number, strayEnd: number): Span {
    return this.#complete || this.#end - start > max ? stray(strayEnd) : OPEN;
  }

  /** Length of the run of one mark that begins at `at`. */
  #run(at: number): number {
    const run = runLength(this.#text, at, this.#end);
    this.steps += run;
    return run;
  }

  #code(at: number): Span {
    const run = this.#run(at);
    if (run > RUN_MAX) return stray(at + run);
    const close = firstFrom(this.#lineIndex().ticks.get(run), at + run);
    if (close + run > Math.min(this.#end, at + CODE_MAX)) return this.#unfinished(at, CODE_MAX, at + run);
    return close + run < this.#end || this.#complete ? whole(close + run) : OPEN;
  }

  #strong(at: number): Span {
    const text = this.#text;
    const end = this.#end;
    const unit = text.charCodeAt(at);
    const run = this.#run(at);
    if (run > RUN_MAX) return stray(at + run);
    if (at + run >= end) return this.#complete ? stray(at + run) : OPEN;
    if (run < 2 || /\s/u.test(text.charAt(at + run))) return stray(at + run);
    if (unit === 0x5f && at > 0 && /[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return stray(at + run);
    const close = firstFrom(this.#lineIndex().closers.get(unit), at + run + 1);
    if (close >= Math.min(end, at + STRONG_MAX)) return this.#unfinished(at, STRONG_MAX, at + run);
    const over = close + this.#run(close);
    if (over - close > RUN_MAX) return stray(at + run);
    return over < end || this.#complete ? whole(over) : OPEN;
  }

  /** Index after the bracket that closes the one at `at`; -1 when there is none, or -2 when the search met its end. */
  #closing(at: number, max: number): number {
    const close = this.#lineIndex().brackets.get(at) ?? Infinity;
    if (close < at + max) return close + 1;
    return at + max >= this.#end && !this.#complete ? -2 : -1;
  }

  /** `[label](target)`, `[label][reference]`, and with `at` at the `!` the same as an image. */
  #link(at: number, bracket: number): Span {
    const text = this.#text;
    const label = this.#closing(bracket, LABEL_MAX);
    if (label === -2) return OPEN;
    if (label === -1) return stray(bracket + 1);
    if (label >= this.#end) return this.#complete ? stray(bracket + 1) : OPEN;
    const next = text.charCodeAt(label);
    if (next !== 0x28 && next !== 0x5b) return stray(bracket + 1);
    const target = this.#closing(label, LINK_MAX - LABEL_MAX);
    if (target === -2) return OPEN;
    return target === -1 || target - at > LINK_MAX ? stray(bracket + 1) : whole(target);
  }

  /** A tag or autolink; one of Feishu's paired tags with everything up to its end tag. */
  #tag(at: number): Span {
    const text = this.#text;
    const end = this.#end;
    const start = text.slice(at, Math.min(end, at + TAG_NAME_MAX + 2));
    this.steps += start.length;
    if (!TAG.test(start)) {
      const growing = at + start.length >= end && !this.#complete && /^<\/?[a-zA-Z0-9_:-]*$/u.test(start);
      return growing && start.length <= TAG_NAME_MAX ? OPEN : stray(at + 1);
    }
    const over = this.#find(">", at);
    if (over > at + TAG_MAX) return over >= end ? this.#unfinished(at, TAG_MAX, at + 1) : stray(at + 1);
    const name = PAIRED.exec(start)?.[1];
    if (name === undefined || text.charAt(over - 1) === "/") return whole(over + 1);
    const endTag = `</${name}>`;
    const close = this.#find(endTag, over) + endTag.length;
    if (close <= Math.min(end, at + TAG_MAX)) return whole(close);
    return this.#complete || end - at > TAG_MAX ? whole(over + 1) : OPEN;
  }

  /** Where `what` stands in the line at or after `from`; Infinity when it does not. Asked with growing `from`. */
  #find(what: string, from: number): number {
    const known = this.#next.get(what);
    if (known !== undefined && known.from <= from && known.at >= from) return known.at;
    const found = this.#text.slice(from, this.#end).indexOf(what);
    const at = found < 0 ? Infinity : from + found;
    this.steps += Math.min(at, this.#end) - from;
    this.#next.set(what, { from, at });
    return at;
  }

  #lineIndex(): LineIndex {
    this.#index ??= this.#readLine();
    return this.#index;
  }

  #readLine(): LineIndex {
    const text = this.#text;
    const end = this.#end;
    const ticks = new Map<number, number[]>();
    const closers = new Map<number, number[]>();
    const brackets = new Map<number, number>();
    const open: { readonly square: number[]; readonly round: number[] } = { square: [], round: [] };
    const add = (lists: Map<number, number[]>, key: number, at: number): void => {
      const list = lists.get(key);
      if (list === undefined) lists.set(key, [at]);
      else list.push(at);
    };
    const close = (stack: number[], at: number): void => {
      const opened = stack.pop();
      if (opened !== undefined) brackets.set(opened, at);
    };
    let escaped = false;
    for (let at = this.#from; at < end;) {
      const unit = text.charCodeAt(at);
      let run = 1;
      if (unit === 0x60) {
        run = runLength(text, at, end);
        add(ticks, run, at);
      } else if (unit === 0x2a || unit === 0x5f || unit === 0x7e) {
        run = runLength(text, at, end);
        if (run >= 2 && !/\s/u.test(text.charAt(at - 1))) add(closers, unit, at);
      } else if (!escaped && unit === 0x5b) open.square.push(at);
      else if (!escaped && unit === 0x28) open.round.push(at);
      else if (!escaped && unit === 0x5d) close(open.square, at);
      else if (!escaped && unit === 0x29) close(open.round, at);
      escaped = unit === 0x5c && !escaped;
      this.steps += run;
      at += run;
    }
    return { ticks, closers, brackets };
  }
}
