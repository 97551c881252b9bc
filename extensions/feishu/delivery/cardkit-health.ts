import type { Clock } from "../../../src/time/index.ts";

/** How long new cards go without CardKit after it failed one: each time in a row longer. */
const RESTS_MS: readonly number[] = [5_000, 10_000, 20_000, 30_000, 60_000];
/** A scope is not granted from one minute to the next. */
const FORBIDDEN_REST_MS = 5 * 60_000;

/** Whether CardKit works for this account, as its replies have found. */
export class CardKitHealth {
  readonly #clock: Clock;
  readonly #onWorked: () => void;
  #restsUntil = -Infinity;
  #failures = 0;

  /** @param onWorked told when it works again */
  constructor(clock: Clock, onWorked: () => void) {
    this.#clock = clock;
    this.#onWorked = onWorked;
  }

  /** New cards should be tried through CardKit now. */
  get usable(): boolean {
    return this.#clock.now() >= this.#restsUntil;
  }

  /** A call worked: new cards may use it at once. */
  worked(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#restsUntil = -Infinity;
    this.#onWorked();
  }

  /** It was given up for a card. */
  failed(forbidden: boolean): void {
    // Several cards that fail in the same outage are one failure.
    if (!this.usable) return;
    const restMs = RESTS_MS[Math.min(this.#failures, RESTS_MS.length - 1)] ?? 0;
    this.#failures += 1;
    this.#restsUntil = this.#clock.now() + (forbidden ? FORBIDDEN_REST_MS : restMs);
  }
}
