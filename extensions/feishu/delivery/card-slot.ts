import type { Carry, SeamLimits } from "../../../src/text/index.ts";
import { findBlockEnd, NO_CARRY, planCard } from "../../../src/text/index.ts";
import type { SentMessage } from "../send.ts";
import { firstImageEnd, withoutTargets } from "../card/index.ts";
import { CardKitSurface } from "./cardkit-surface.ts";
import type { CardWriter } from "./card-writer.ts";
import type { Surface } from "./surface.ts";

/** A finished paragraph gets an element of its own once the element has this many characters, so that later writes do not carry it again. */
const ELEMENT_MIN_CHARS = 200;
/** So many elements of a card may be shorter than that and end after an image, which can be shown once its element is complete. */
const MAX_IMAGE_BREAKS = 20;

/** One card of a reply: which part of the text it shows, and what puts it there. */
export class CardSlot {
  readonly index: number;
  /** Names the chat for its send limit. */
  readonly chat: string;
  /** Prefix of the card's uuids. */
  readonly nonce: string;
  readonly onSent: (message: SentMessage) => void;
  limits: SeamLimits;
  /** The card cannot be written any more; its range stays as the reader sees it. */
  dead = false;
  driving = false;
  /** All its text has been written and the card closed: what may come is an image. */
  settled = false;
  /** Settles when nothing is done to the card any more. */
  work: Promise<void> = Promise.resolve();
  /** End of the visible text as read back, where acknowledgements left it open. */
  sureEnd: number | undefined;
  #surface: Surface;
  #writer: CardWriter;
  /** The CardKit surface that another one took over from. */
  #cardkit: CardKitSurface | undefined;
  readonly #retired = new AbortController();
  #start: number;
  #carry: Carry;
  #end: number | undefined;
  #close = "";
  #next: Carry = NO_CARRY;
  /** Offsets at which the next element of the answer begins. */
  #breaks: number[] = [];
  #imageBreaks = 0;

  constructor(init: {
    index: number;
    start: number;
    carry: Carry;
    limits: SeamLimits;
    surface: Surface;
    /** Makes the writer of a surface for this slot. */
    writer: (slot: CardSlot, surface: Surface) => CardWriter;
    chat: string;
    nonce: string;
    onSent: (slot: CardSlot, message: SentMessage) => void;
  }) {
    this.index = init.index;
    this.limits = init.limits;
    this.chat = init.chat;
    this.nonce = init.nonce;
    this.onSent = (message) => init.onSent(this, message);
    this.#start = init.start;
    this.#carry = init.carry;
    this.#surface = init.surface;
    this.#writer = init.writer(this, init.surface);
  }

  get surface(): Surface {
    return this.#surface;
  }

  get writer(): CardWriter {
    return this.#writer;
  }

  get cardId(): string | undefined {
    return this.#cardkit?.cardId ?? this.#surface.cardId;
  }

  /** The CardKit surface whose streaming mode may still be on. */
  get streaming(): CardKitSurface | undefined {
    const cardkit = this.#cardkit ?? (this.#surface instanceof CardKitSurface ? this.#surface : undefined);
    return cardkit?.streaming ? cardkit : undefined;
  }

  /** Offset of the reply's text at which this card begins. */
  get start(): number {
    return this.#start;
  }

  /** What this card repeats of the card before. */
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

  get retired(): boolean {
    return this.#retired.signal.aborted;
  }

  get retiredSignal(): AbortSignal {
    return this.#retired.signal;
  }

  /** The card is not needed any more. */
  retire(): void {
    this.#retired.abort(new Error("card not needed any more"));
  }

  /** Goes on by another surface, or by a fresh writer on the same. */
  use(surface: Surface, writer: CardWriter): void {
    if (this.#surface instanceof CardKitSurface && surface !== this.#surface) this.#cardkit = this.#surface;
    this.#surface = surface;
    this.#writer = writer;
  }

  /** Begins elsewhere than was planned. */
  moveTo(start: number, carry: Carry): void {
    if (this.#start === start && this.#carry.prefix === carry.prefix && this.#carry.skip === carry.skip) return;
    this.#start = start;
    this.#carry = carry;
    this.#breaks = [];
    this.reopen(start);
  }

  /** The text changed from offset `from` on: the card's end is open again. */
  reopen(from: number): void {
    this.settled = false;
    this.#end = undefined;
    this.#close = "";
    this.#breaks = this.#breaks.filter((at) => at < from);
  }

  /** No text from `end` on comes to this card; `close` is added to it, and the next card repeats `next`. */
  endAt(end: number, close: string, next: Carry): void {
    this.#end = end;
    this.#close = close;
    this.#next = next;
    this.#breaks = this.#breaks.filter((at) => at < end);
  }

  /** What the card shows of `text` now: the answer's elements, and the offset they go up to. */
  show(text: string): { pieces: string[]; end: number } {
    const end = this.#end ?? planCard(text, this.#start, this.#carry, this.limits, { final: false }).shown;
    const pieces = this.pieces(text, end);
    const last = pieces.length - 1;
    if (last >= 0 && this.#close !== "") pieces[last] += this.#close;
    return { pieces, end };
  }

  /** The answer's elements when the card shows `text` up to `end`. */
  pieces(text: string, end: number): string[] {
    this.#findBreaks(text.slice(0, end));
    const pieces: string[] = [];
    let from = Math.min(this.#start + this.#carry.skip, end);
    let prefix = end > this.#start ? this.#carry.prefix : "";
    for (const at of [...this.#breaks.filter((offset) => offset < end), end]) {
      const piece = prefix + text.slice(from, Math.max(from, at));
      if (piece !== "") pieces.push(piece);
      prefix = "";
      from = Math.max(from, at);
    }
    return pieces;
  }

  /**
   * The offset between `least` and `most` up to which the card shows `text` when its answer elements hold `answer`, images or links
   * in it; undefined when they hold something else. `render` gives Markdown as the card shows it.
   */
  endOf(
    answer: string,
    text: string,
    { least, most, render }: { least: number; most: number; render: (markdown: string) => string },
  ): number | undefined {
    if (answer === "") return this.#start;
    const seen = withoutTargets(answer);
    const from = this.#start + this.#carry.skip;
    for (let end = Math.max(least, from); end <= Math.min(most, text.length); end++) {
      const shown = this.#carry.prefix + text.slice(from, end);
      const closed = end === this.#end ? shown + this.#close : shown;
      if ([shown, closed].some((markdown) => withoutTargets(render(markdown)) === seen)) return end;
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
