import type { Clock } from "../../../../src/time/index.ts";

/** How long text waits for the end of the construct that it has begun, while nothing more comes. */
const STALLED_MS = 300;
/** How long it waits although more of it comes. */
const HELD_MAX_MS = 1_200;

/**
 * Holds back the end of a text that may still become something else: a link that is half there, a tag, a table's first line. Not for
 * long: a reader who waits is worse off than one who sees the beginning of a link.
 */
export class HeldText {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #cancel: (() => void) | undefined;
  /** What is held begins here, since when, and how much of it there was when. */
  #held: { readonly at: number; readonly since: number; length: number; grownAt: number } | undefined;
  #shown = 0;
  #text = "";

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /**
   * Up to where a text of `length`, settled up to `settled`, may be shown now. Never less than before.
   * @param text names the text: another one begins anew.
   */
  upTo(settled: number, length: number, text: string): number {
    this.#cancel?.();
    this.#cancel = undefined;
    if (text !== this.#text) {
      this.#text = text;
      this.#held = undefined;
      this.#shown = 0;
    }
    if (settled >= length) this.#held = undefined;
    else {
      const now = this.#clock.now();
      const before = this.#held?.at === settled ? this.#held : undefined;
      const held = before ?? { at: settled, since: now, length, grownAt: now };
      if (held.length !== length) {
        held.length = length;
        held.grownAt = now;
      }
      this.#held = held;
      const left = Math.min(held.grownAt + STALLED_MS, held.since + HELD_MAX_MS) - now;
      if (left > 0) {
        this.#cancel = this.#clock.setTimer(left, this.#wake);
        this.#shown = Math.max(this.#shown, settled);
        return Math.min(this.#shown, length);
      }
    }
    this.#shown = length;
    return length;
  }

  /** Nothing is held any more. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
