import type { CancelTimer, Clock } from "../../../../src/time/index.ts";

/** The time by which a reply has to have ended: the earliest of those that were set. */
export class ReplyDeadline {
  readonly #clock: Clock;
  readonly #over = new AbortController();
  readonly #timers: CancelTimer[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  set(withinMs: number): void {
    const late = (): void =>
      this.#over.abort(new Error(`the reply was not fully visible ${withinMs} ms after its end`));
    this.#timers.push(this.#clock.setTimer(withinMs, late));
  }

  /** The reply has ended: the time does not count any more. */
  clear(): void {
    for (const cancel of this.#timers.splice(0)) cancel();
  }
}
