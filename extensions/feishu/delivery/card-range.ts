import type { CardPlan, Carry, SeamLimits } from "../../../src/text/index.ts";
import { bodyStart, detached, findBlockEnd, NO_CARRY, planCard } from "../../../src/text/index.ts";
import type { Ending } from "../dialect/index.ts";
import { firstImageEnd, withoutTargets } from "../dialect/index.ts";

/**
 * A finished paragraph gets an element of its own once the element has this many characters, so that later writes do not carry it again.
 * Not sooner: what ends an element and what begins the next are two writes, and the reader waits for the second.
 */
const ELEMENT_MIN_CHARS = 300;
/** So many elements of a card may be shorter than that and end after an image, which can be shown once its element is complete. */
const MAX_IMAGE_BREAKS = 20;

/** How far from where the lengths meet the end of what a card shows is looked for. */
const NEAR_END = 80;

/** What a card shows of the reply's text. */
export interface ShownPieces {
  /** The answer's elements. */
  readonly pieces: readonly string[];
  /** Offsets of the text up to which each goes. */
  readonly ends: readonly number[];
  /** Offset of the text up to which the card goes. */
  readonly end: number;
}

/** Which part of a reply's text one card shows, and in which elements. Knows nothing of how it gets there. */
export class CardRange {
  limits: SeamLimits;
  readonly #index: number | undefined;
  #start: number;
  #carry: Carry;
  #end: number | undefined;
  #close = "";
  #next: Carry = NO_CARRY;
  #fixed = false;
  /** Offsets at which the next element of the answer begins. */
  #breaks: number[] = [];
  #imageBreaks = 0;
  /** What was planned last: one step of a reply asks for the same text several times. */
  #planned:
    | { readonly text: string; readonly final: boolean; readonly limits: SeamLimits; readonly plan: CardPlan }
    | undefined;

  /** @param index number of the card in its reply. */
  constructor(start: number, carry: Carry, limits: SeamLimits, index?: number) {
    this.#index = index;
    this.#start = start;
    this.#carry = carry;
    this.limits = limits;
  }

  /** Offset of the reply's text at which the card begins. */
  get start(): number {
    return this.#start;
  }

  /** What the card repeats of the card before. */
  get carry(): Carry {
    return this.#carry;
  }

  /** Offset at which the card ends; undefined while more may come. */
  get end(): number | undefined {
    return this.#end;
  }

  /** What the next card repeats of this one. */
  get next(): Carry {
    return this.#next;
  }

  /** The card takes no text any more: its end does not move with what comes, only with text that changes before it. */
  get fixed(): boolean {
    return this.#fixed;
  }

  fix(): void {
    this.#fixed = true;
  }

  /** Begins elsewhere than was planned. */
  moveTo(start: number, carry: Carry): void {
    if (this.#start === start && this.#carry.prefix === carry.prefix && this.#carry.skip === carry.skip) return;
    this.#start = start;
    this.#carry = carry;
    this.#breaks = [];
    this.#planned = undefined;
    this.reopen(start);
  }

  /** The text changed from offset `from` on: the card's end is open again. */
  reopen(from: number): void {
    this.#end = undefined;
    this.#close = "";
    this.#breaks = this.#breaks.filter((at) => at < from);
  }

  /** No text from `end` on comes to this card; `close` is added to it, and the next card repeats `next`. */
  endAt(end: number, close: string, next: Carry): void {
    this.#end = end;
    this.#close = close;
    this.#next = next;
    this.#planned = undefined;
    this.#breaks = this.#breaks.filter((at) => at < end);
  }

  /** Where the card ends by the text, and how much of it may be shown. @param final no more text comes. */
  plan(text: string, final: boolean): CardPlan {
    const { limits } = this;
    const last = this.#planned;
    if (last?.text === text && last.final === final && last.limits === limits) return last.plan;
    const plan = planCard(text, this.#start, this.#carry, limits, { final, index: this.#index });
    this.#planned = { text, final, limits, plan };
    return plan;
  }

  /** What the card shows of `text` now. */
  show(text: string): ShownPieces {
    const end = this.#end ?? this.plan(text, false).shown;
    return this.showUpTo(text, end, this.#close);
  }

  /** What the card shows of `text` when it goes up to `end`; `close` is added to it. */
  showUpTo(text: string, end: number, close: string): ShownPieces {
    this.#findBreaks(text.slice(0, end));
    const pieces: string[] = [];
    const ends: number[] = [];
    let from = Math.min(bodyStart(text, this.#start, this.#carry), end);
    let prefix = end > this.#start ? this.#carry.prefix : "";
    for (const at of [...this.#breaks.filter((offset) => offset < end), end]) {
      // What is kept of a piece must not keep the whole text as it was at that moment.
      const piece = prefix + detached(text.slice(from, Math.max(from, at)));
      prefix = "";
      from = Math.max(from, at);
      if (piece === "") continue;
      pieces.push(piece);
      ends.push(from);
    }
    const last = pieces.length - 1;
    if (last >= 0 && close !== "") pieces[last] += close;
    return { pieces, ends, end };
  }

  /**
   * The offset between `least` and `most` up to which the card shows `text` when its answer elements hold `answer`, images or links
   * in it; undefined when they hold something else. `render` gives Markdown as the card shows it.
   */
  endOf(
    answer: string,
    text: string,
    { least, most, render }: { least: number; most: number; render: (markdown: string, ending: Ending) => string },
  ): number | undefined {
    if (answer === "") return this.#start;
    const seen = withoutTargets(answer);
    const from = Math.max(least, bodyStart(text, this.#start, this.#carry));
    const limit = Math.min(most, text.length);
    const shownAt = (end: number, close: string, ending: Ending): string => {
      const { pieces } = this.showUpTo(text, end, close);
      return withoutTargets(pieces.map((piece, i) => render(piece, i < pieces.length - 1 ? {} : ending)).join(""));
    };
    // What is shown grows with the text, all but a construct at its end: the place is near where the lengths meet.
    let low = from;
    let high = limit;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (shownAt(middle, "", { grows: true }).length < seen.length) low = middle + 1;
      else high = middle;
    }
    for (let near = 0; near <= NEAR_END; near++) {
      for (const end of near === 0 ? [low] : [low - near, low + near]) {
        if (end < from || end > limit) continue;
        if (shownAt(end, "", { grows: true }) === seen) return end;
        const isEnd = end === this.#end;
        if (isEnd && [{}, { cut: true }].some((ending) => shownAt(end, this.#close, ending) === seen)) return end;
      }
    }
    return undefined;
  }

  #findBreaks(shown: string): void {
    for (;;) {
      const last = this.#breaks.at(-1);
      const [from, carry] = last === undefined ? [this.#start, this.#carry] : [last, NO_CARRY];
      const least = this.#leastChars(shown, from, carry);
      const next = findBlockEnd(shown, from, least, carry);
      if (next === undefined || next >= shown.length) return;
      if (least < ELEMENT_MIN_CHARS) this.#imageBreaks += 1;
      this.#breaks.push(next);
    }
  }

  /** How long the element that begins at `from` must become before it may end. */
  #leastChars(shown: string, from: number, carry: Carry): number {
    if (this.#imageBreaks >= MAX_IMAGE_BREAKS) return ELEMENT_MIN_CHARS;
    const begin = from + carry.skip;
    const image = firstImageEnd(carry.prefix + shown.slice(begin, begin + ELEMENT_MIN_CHARS));
    if (image === undefined) return ELEMENT_MIN_CHARS;
    return Math.min(ELEMENT_MIN_CHARS, image - carry.prefix.length + carry.skip);
  }
}
