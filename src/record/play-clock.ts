import type { CancelTimer, Clock } from "../time/index.ts";

/** Time as a recording tells it: it stands still until it is moved on. */
export class PlayClock implements Clock {
  readonly #start: number;
  #now = 0;
  #nextId = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly fn: () => void }>();

  /** @param start wall-clock milliseconds at the beginning */
  constructor(start: number) {
    this.#start = start;
  }

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#start + this.#now;
  }

  setTimer(ms: number, fn: () => void): CancelTimer {
    const id = this.#nextId++;
    this.#timers.set(id, { at: this.#now + Math.max(0, ms), fn });
    return () => void this.#timers.delete(id);
  }

  /** Moves on to a wall-clock time, never back; what falls due meanwhile fires in order. */
  moveTo(wall: number): void {
    const end = Math.max(this.#now, wall - this.#start);
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).toSorted(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].fn();
    }
    this.#now = end;
  }
}
