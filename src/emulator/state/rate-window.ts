/**
 * Counts calls in a window that ends now. Times must not go back. A call exactly one window ago no longer counts.
 */
export class RateWindow {
  readonly #limit: () => number;
  readonly #windowMs: number;
  readonly #isFixed: () => boolean;
  #times: number[] = [];
  #head = 0;

  /** `limit`: calls per window, or a function that says how many now. `isFixed`: do windows start at multiples of `windowMs` now, instead of sliding with the call? */
  constructor(limit: number | (() => number), windowMs: number, isFixed: () => boolean = () => false) {
    this.#limit = typeof limit === "number" ? (): number => limit : limit;
    this.#windowMs = windowMs;
    this.#isFixed = isFixed;
  }

  #drop(now: number): void {
    const fixed = this.#isFixed();
    const start = fixed ? Math.floor(now / this.#windowMs) * this.#windowMs : now - this.#windowMs;
    const gone = (time: number): boolean => (fixed ? time < start : time <= start);
    while (this.#head < this.#times.length && gone(this.#times[this.#head] ?? 0)) this.#head += 1;
    // Compacting now and then keeps the array at about twice what it counts.
    if (this.#head > 64 && this.#head * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Calls counted in the window that ends at `now`. */
  count(now: number): number {
    this.#drop(now);
    return this.#times.length - this.#head;
  }

  /** Milliseconds until one more call fits; 0 when it fits now. */
  waitMs(now: number): number {
    const limit = this.#limit();
    if (this.count(now) < limit) return 0;
    if (this.#isFixed()) return this.#windowMs - (now % this.#windowMs);
    return (this.#times[this.#times.length - limit] ?? now) + this.#windowMs - now;
  }

  /** Counts a call. */
  add(now: number): void {
    this.#drop(now);
    this.#times.push(now);
  }
}
