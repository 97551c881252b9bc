/** Text that arrives within this time is taken as one arrival. */
const GRAIN_MS = 20;
const MAX_MARKS = 64;

/** Remembers since when the reader has been waiting for text that is not visible yet. */
export class WaitingLine {
  /** Text from offset `from` on (up to the next mark's) arrived at `at`. */
  readonly #marks: { readonly from: number; readonly at: number }[] = [];

  /** Text from offset `from` on arrives. */
  arrived(from: number, now: number): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && (now - last.at < GRAIN_MS || this.#marks.length >= MAX_MARKS)) return;
    this.#marks.push({ from, at: now });
  }

  /** Text up to `end` of `length` is visible. */
  shown(end: number, length: number): void {
    if (end >= length) this.#marks.length = 0;
    else while ((this.#marks[1]?.from ?? Infinity) <= end) this.#marks.shift();
  }

  /** When the oldest text that is not visible arrived; `now` when all is. */
  since(now: number): number {
    return this.#marks[0]?.at ?? now;
  }
}
