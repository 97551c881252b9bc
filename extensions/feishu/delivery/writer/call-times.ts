/** What a call is taken to last until some have been seen. */
const FIRST_GUESS_MS = 100;
const LEARNING = 0.2;

/**
 * How long Feishu takes to answer this account's calls, as seen, and so how long an answer is worth waiting for while a reader waits for
 * words: a call that hangs must not hold up the text for its full time.
 */
export class CallTimes {
  #typicalMs = FIRST_GUESS_MS;

  /** A call was answered after `ms`. */
  answered(ms: number): void {
    this.#typicalMs += (ms - this.#typicalMs) * LEARNING;
  }

  /** Milliseconds a first attempt may take while a reader waits. */
  get waitMs(): number {
    return clamp(this.#typicalMs * 6, 1_000, 5_000);
  }

  /** And a further one, when the one before failed. */
  get retryMs(): number {
    return clamp(this.#typicalMs * 2.5, 300, 2_500);
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
