import type { Clock } from "../../../../src/time/index.ts";
import { CLOSE_TIMEOUT_MS } from "./steps.ts";
import type { Shown, TextRange } from "./surface.ts";
import { LATE_MS, sameText } from "./surface.ts";

/** What a message is known to show of the reply's text, and what it may show instead if a call that was not answered took effect. */
export class VisibleRange {
  readonly #clock: Clock;
  #shown: Shown | undefined;
  /** What the last write was to show. */
  #attempt: TextRange = { start: 0, end: 0, version: 0 };
  #lateUntil = -Infinity;
  /** When the last write went out. */
  #attemptAt = -Infinity;
  #safeEnd = Infinity;

  constructor(clock: Clock, shown?: Shown) {
    this.#clock = clock;
    this.#shown = shown;
  }

  /** Undefined while nothing is known to be there. */
  get shown(): Shown | undefined {
    return this.#shown;
  }

  /** Clock time until which a call that was not answered may take effect; -Infinity for never. */
  get lateUntil(): number {
    return this.#lateUntil;
  }

  /** Up to which offset the text is there even if a write that was not answered took effect after all others; Infinity for all of it. */
  get safeEnd(): number {
    return this.#safeEnd;
  }

  /** A write goes out that is to show `range`. */
  attempt({ start, end, version }: TextRange): void {
    this.#attempt = { start, end, version };
    this.#attemptAt = this.#clock.now();
  }

  /** `range` is there, whatever was written before. */
  shows({ start, end, version }: TextRange): void {
    this.#shown = { start, end, version, maybeEnd: undefined };
    if (this.#attemptAt >= this.#lateUntil) this.#safeEnd = Infinity;
  }

  /** What is known to be there was seen when nothing could take effect late any more. */
  confirmed(): void {
    this.#safeEnd = Infinity;
  }

  /** Nothing is there, nor can be. */
  forget(): void {
    this.#shown = undefined;
  }

  /** A call that shows nothing else was not answered. `cutOff`: by the reply's deadline, before it had had its time. */
  late(cutOff = false): void {
    this.#lateUntil = Math.max(this.#lateUntil, this.#clock.now() + (cutOff ? CLOSE_TIMEOUT_MS : 0) + LATE_MS);
  }

  /** What is there may go on beyond what is known to be shown, as far as there is text. */
  mayShowAll(): void {
    if (this.#shown !== undefined) this.#shown = { ...this.#shown, maybeEnd: Infinity };
  }

  /** Until then writes of another process may take effect, with whatever text. */
  lateElsewhere(until: number): void {
    if (this.#clock.now() >= until) return;
    this.#lateUntil = Math.max(this.#lateUntil, until);
    this.#safeEnd = Math.min(this.#safeEnd, this.#shown?.start ?? 0);
  }

  /** The last write was not answered: it may show more, or have taken away what was there. */
  lost(cutOff = false): void {
    this.late(cutOff);
    const shown = this.#shown;
    const attempt = this.#attempt;
    const isSame = shown?.start === attempt.start && shown.version === attempt.version;
    this.#safeEnd = Math.min(this.#safeEnd, isSame ? attempt.end : attempt.start);
    if (shown === undefined || sameText(shown, attempt)) return;
    const end = isSame ? Math.min(shown.end, attempt.end) : shown.end;
    const most = isSame ? Math.max(shown.end, attempt.end) : attempt.end;
    this.#shown = { ...shown, end, maybeEnd: Math.max(shown.maybeEnd ?? 0, most) };
  }
}
