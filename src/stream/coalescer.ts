import type { CancelTimer, Clock } from "../time/index.ts";

export interface CoalescerOptions {
  readonly clock: Clock;
  /** Takes what was merged, in order; called synchronously from `push` and `flush`, or from a timer. Must not throw. */
  readonly onFlush: (text: string) => void;
  /** UTF-16 units below which silence does not flush. @defaultValue 800 */
  readonly minChars?: number | undefined;
  /** UTF-16 units that merging does not exceed; a longer block goes out alone. @defaultValue 1200 */
  readonly maxChars?: number | undefined;
  /** Silence, in milliseconds, after which what has been merged is flushed. @defaultValue 1000 */
  readonly idleMs?: number | undefined;
  /**
   * Put between merged blocks: a blank line when blocks come without the white space between them, nothing when they carry it.
   * @defaultValue ""
   */
  readonly joiner?: string | undefined;
}

/** A finite number of at least `least`, or a `TypeError` that names the option. */
function amount(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw new TypeError(`${name} must be a number of at least ${least}, got ${value}`);
}

/**
 * Merges blocks that come shortly after one another, so that readers get fewer and longer messages. Every block goes out exactly
 * once, in order, equal ones too: when the next would make it too long, when nothing came for `idleMs` and `minChars` are there, or
 * when asked to.
 * @see openclaw `docs/concepts/streaming.md`, "Coalescing (merge streamed blocks)" (2026.9.6)
 */
export class Coalescer {
  readonly #clock: Clock;
  readonly #onFlush: (text: string) => void;
  readonly #minChars: number;
  readonly #maxChars: number;
  readonly #idleMs: number;
  readonly #joiner: string;
  #merged: string | undefined;
  #cancelIdle: CancelTimer | undefined;

  /** @throws TypeError when a number is negative or not finite, or `minChars` exceeds `maxChars`. */
  constructor(options: CoalescerOptions) {
    this.#clock = options.clock;
    this.#onFlush = options.onFlush;
    this.#maxChars = amount("maxChars", options.maxChars ?? 1_200, 1);
    this.#minChars = amount("minChars", options.minChars ?? Math.min(800, this.#maxChars), 0);
    if (this.#minChars > this.#maxChars) {
      throw new TypeError(`minChars must not exceed maxChars, got ${this.#minChars} and ${this.#maxChars}`);
    }
    this.#idleMs = amount("idleMs", options.idleMs ?? 1_000, 0);
    this.#joiner = options.joiner ?? "";
  }

  /** Adds a block. An empty one is nothing. */
  push(block: string): void {
    if (block === "") return;
    const merged = this.#merged;
    if (merged !== undefined && merged.length + this.#joiner.length + block.length > this.#maxChars) this.flush();
    this.#merged = this.#merged === undefined ? block : this.#merged + this.#joiner + block;
    if (this.#merged.length >= this.#maxChars) this.flush();
    else this.#waitForSilence();
  }

  /** Hands out what has been merged, however little. Call it at the end of a message; no timer is left then. */
  flush(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    const merged = this.#merged;
    this.#merged = undefined;
    if (merged !== undefined) this.#onFlush(merged);
  }

  #waitForSilence(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = this.#clock.setTimer(this.#idleMs, () => {
      if ((this.#merged?.length ?? 0) >= this.#minChars) this.flush();
    });
  }
}
