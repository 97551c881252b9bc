import type { SentMessage } from "../send.ts";
import type { Clock } from "../../../src/time/index.ts";
import type { CardRange, ShownPieces } from "./card-range.ts";
import type { CardWriter } from "./writer/card-writer.ts";
import { HeldText } from "./seen/held-text.ts";
import type { Surface } from "./surface/surface.ts";

/**
 * Where a card is in its life:
 * - `writing`: text comes, or its end is being written.
 * - `complete`: all its text is there and the card is closed; what may still come is a picture.
 * - `left`: nothing more is written by this reply; the card shows its part of the text up to the end of its range. `readBack`: what it
 *   shows was found by looking, not by what Feishu acknowledged.
 * - `dropped`: the text became shorter, and the card is not needed any more.
 */
export type CardPhase =
  | { readonly name: "writing" }
  | { readonly name: "complete" }
  | { readonly name: "left"; readonly readBack: boolean }
  | { readonly name: "dropped" };

/** One card of a reply: which part of the text it shows, what puts it there, and how far that has come. */
export class CardSlot {
  readonly index: number;
  /** Prefix of the card's uuids. */
  readonly nonce: string;
  readonly range: CardRange;
  /** Clock time until which calls of a process that began the reply and is gone may change its message; undefined when none has. */
  readonly othersUntil: number | undefined;
  readonly onSent: (message: SentMessage) => void;
  phase: CardPhase = { name: "writing" };
  /** Somebody is working on the card right now. */
  busy = false;
  /** Settles when nothing is done to the card any more. */
  work: Promise<void> = Promise.resolve();
  #surface: Surface | undefined;
  #writer: CardWriter | undefined;
  readonly #stop = new AbortController();
  readonly #held: HeldText;

  constructor(init: {
    index: number;
    nonce: string;
    range: CardRange;
    clock: Clock;
    othersUntil: number | undefined;
    onSent: (slot: CardSlot, message: SentMessage) => void;
  }) {
    this.index = init.index;
    this.nonce = init.nonce;
    this.range = init.range;
    this.othersUntil = init.othersUntil;
    this.#held = new HeldText(init.clock, () => this.#writer?.poke());
    this.onSent = (message) => init.onSent(this, message);
  }

  /** By which its message is sent, whatever card that carries: of all attempts only one succeeds (≤ 40 characters). */
  get uuid(): string {
    return `${this.nonce}-m1`;
  }

  get surface(): Surface {
    if (this.#surface === undefined) throw new Error("the card has no surface yet");
    return this.#surface;
  }

  get writer(): CardWriter {
    if (this.#writer === undefined) throw new Error("the card has no writer yet");
    return this.#writer;
  }

  /** Aborted when the card is not to be written any more. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /**
   * What the card shows of `text` now: all of it but what has begun and may still become something else.
   * @param settled how much of an element's text cannot change any more.
   * @param version of the text: a number that changes whenever it does in another way than by growing.
   */
  show(text: string, settled: (index: number, piece: string) => number, version: number): ShownPieces {
    const planned = this.range.show(text);
    const last = planned.pieces.length - 1;
    const piece = planned.pieces[last];
    if (this.range.end !== undefined || piece === undefined) {
      this.#held.close();
      return planned;
    }
    const open = planned.end - piece.length + settled(last, piece);
    const end = Math.max(this.range.start, this.#held.upTo(open, planned.end, `${version}:${this.range.start}`));
    return end >= planned.end ? planned : this.range.showUpTo(text, end, "");
  }

  /** Goes on by another surface, or by a fresh writer on the same. */
  use(surface: Surface, writer: CardWriter): void {
    this.#surface = surface;
    this.#writer = writer;
  }

  /** No further write begins. */
  stop(): void {
    this.#held.close();
    this.#stop.abort(new Error("the card is not written any more"));
  }

  /** The card is not needed any more. */
  drop(): void {
    this.phase = { name: "dropped" };
    this.stop();
  }
}
