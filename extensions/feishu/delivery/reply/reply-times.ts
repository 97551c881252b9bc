import type { Clock } from "../../../../src/time/index.ts";
import { WaitingLine } from "./waiting-line.ts";

/** When what happened to one reply: how long its reader waited, and how fast its model wrote. */
export class ReplyTimes {
  readonly #clock: Clock;
  readonly #waiting = new WaitingLine();
  /** Wall-clock ms. */
  readonly startedAt: number;
  /** Wall-clock ms of the last acknowledged write. */
  lastFlushAt: number | undefined;
  #firstTextAt: number | undefined;
  #lastTextAt = 0;
  #firstGlyphAt: number | undefined;
  #endedAt: number | undefined;
  #allShownAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.startedAt = clock.wallNow();
  }

  /** Text from offset `from` on arrives. */
  arrived(from: number): void {
    const now = this.#clock.now();
    this.#firstTextAt ??= now;
    this.#lastTextAt = now;
    this.#waiting.arrived(from, now);
  }

  /** Text up to `end` of `length` is visible. */
  shown(end: number, length: number): void {
    const now = this.#clock.now();
    this.lastFlushAt = this.#clock.wallNow();
    if (end > 0) this.#firstGlyphAt ??= now;
    if (this.#endedAt !== undefined && end >= length) this.#allShownAt ??= now;
    this.#waiting.shown(end, length);
  }

  /** The reply was ended. */
  ended(): void {
    this.#endedAt ??= this.#clock.now();
  }

  /** Clock time since when the reader has been waiting for text; now when nothing is waited for. */
  get waitingSince(): number {
    return this.#waiting.since(this.#clock.now());
  }

  /** Milliseconds for which the model wrote; undefined when it wrote nothing. */
  get writingMs(): number | undefined {
    return this.#firstTextAt === undefined ? undefined : this.#lastTextAt - this.#firstTextAt;
  }

  /** Milliseconds from the first text to the first that was visible; undefined when there was none. */
  get firstGlyphMs(): number | undefined {
    if (this.#firstTextAt === undefined || this.#firstGlyphAt === undefined) return undefined;
    return Math.max(0, this.#firstGlyphAt - this.#firstTextAt);
  }

  /** Milliseconds from the end of the reply to all text visible. */
  get finishLagMs(): number {
    const endedAt = this.#endedAt ?? this.#clock.now();
    return Math.max(0, (this.#allShownAt ?? endedAt) - endedAt);
  }
}
