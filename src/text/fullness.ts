import type { Carry } from "./carry.ts";
import type { SeamLimits } from "./card-plan.ts";

/**
 * Share of a card's limit that its own text must take before the card may end for the sake of a link, a word, a line or a table that
 * would be cut. Two cards more than that makes may be emptier: a text that is made for it could have any number of them.
 */
const FULL_SHARE = 0.8;
/** On a small card so many units may be left free for that at least: most links and words are shorter. */
const LEAST_FREE = 200;

/** Whether a card has enough of the text to end early. */
export class Fullness {
  /** Units of the text that a card holds which is full enough, and where in the rendered text that is reached. */
  readonly #full: number;
  readonly #least: number;
  readonly #index: number;
  readonly #shift: number;

  /**
   * @param from source offset at which the card begins.
   * @param shift what has to be added to an index of the rendered text to make a source offset of it.
   * @param index number of the card in its reply; without it, as if the cards before were full.
   */
  constructor(limits: SeamLimits, from: number, carry: Carry, shift: number, index: number | undefined) {
    // What a card holds at least, whatever the text is: the same for every length of it.
    const capacity = Math.min(limits.maxChars, Math.floor(limits.maxBytes / 3));
    const prefix = carry.prefix.length;
    this.#full = Math.max(1, Math.min(capacity * FULL_SHARE, capacity - prefix - LEAST_FREE));
    this.#least = prefix + Math.max(0, Math.ceil(this.#full) - carry.skip);
    this.#index = index ?? Math.floor(from / this.#full);
    this.#shift = shift;
  }

  /** Whether the card may end at `at` although more would fit: it is full enough, or the reply has had few cards for its length. */
  mayEnd(at: number): boolean {
    return at >= this.#least || this.#index <= Math.ceil((at + this.#shift) / this.#full);
  }
}
