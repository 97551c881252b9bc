import type { CancelTimer, Clock } from "../../../src/time/index.ts";

/** Cards in a row that nothing could be shown on, after which a reply that is still being written waits before it tries the next. */
const TRIES_IN_A_ROW = 2;
const FIRST_REST_MS = 5_000;
const MAX_REST_MS = 60_000;

/** Whether another card is worth trying, after cards that nothing could be shown on. */
export class CardAttempts {
  readonly #clock: Clock;
  #failuresInRow = 0;
  #triedAfterEnd = false;
  #restUntil = -Infinity;
  #restMs = 0;
  #cancelRest: CancelTimer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The card before was lost. */
  get failing(): boolean {
    return this.#failuresInRow > 0;
  }

  /** Something was shown. */
  succeeded(): void {
    this.#failuresInRow = 0;
  }

  /** A card was lost. */
  failed(): void {
    this.#failuresInRow += 1;
    this.#restMs = Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** Math.max(0, this.#failuresInRow - TRIES_IN_A_ROW));
    this.#restUntil = this.#clock.now() + this.#restMs;
  }

  /** Calls back when the rest after the last failure is over. */
  wakeAfterRest(wake: () => void): void {
    this.stop();
    this.#cancelRest = this.#clock.setTimer(this.#restMs, wake);
  }

  /** Calls back no more. */
  stop(): void {
    this.#cancelRest?.();
  }

  /** Whether the next card may be tried now; once the reply has `ended`, only one more. */
  mayTry(ended: boolean): boolean {
    if (this.#failuresInRow < TRIES_IN_A_ROW) return true;
    if (!ended) return this.#clock.now() >= this.#restUntil;
    const first = !this.#triedAfterEnd;
    this.#triedAfterEnd = true;
    return first;
  }
}
