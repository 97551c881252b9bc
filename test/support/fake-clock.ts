import type { CancelTimer, Clock } from "../../src/time/index.ts";

interface Timer {
  readonly at: number;
  readonly id: number;
  readonly fn: () => void;
}

/** Lets everything that is ready to run (microtasks, immediates, in-process I/O callbacks) run until it waits for time. */
export async function settle(rounds = 3): Promise<void> {
  for (let i = 0; i < rounds; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Virtual time. Nothing fires until `advance`, `runUntil` or `runAll` is awaited; the order is exact and repeatable. */
export class FakeClock implements Clock {
  #now = 0;
  #nextId = 0;
  readonly #timers = new Map<number, Timer>();
  readonly #epoch: number;
  readonly #settleRounds: number;

  constructor(options: { epoch?: number; settleRounds?: number } = {}) {
    this.#epoch = options.epoch ?? Date.UTC(2026, 0, 1);
    this.#settleRounds = options.settleRounds ?? 3;
  }

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#epoch + this.#now;
  }

  setTimer(ms: number, fn: () => void): CancelTimer {
    const id = this.#nextId++;
    this.#timers.set(id, { at: this.#now + Math.max(0, ms), id, fn });
    return () => void this.#timers.delete(id);
  }

  /** Number of timers waiting; a leak check for tests. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves time on by `ms`, firing every timer that falls due, in order, letting promises settle between them. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle(this.#settleRounds);
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) await this.#fire(next);
    this.#now = end;
  }

  /** Fires timers until `promise` settles, then gives its value (or rethrows). Fails when `limitMs` of virtual time pass first. */
  async runUntil<T>(promise: Promise<T>, limitMs: number = 24 * 3_600_000): Promise<T> {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    watched.catch(() => {});
    const end = this.#now + limitMs;
    for (;;) {
      await settle(this.#settleRounds);
      if (settled) return watched;
      const next = this.#next();
      if (next === undefined)
        throw new Error(`nothing left to wait for at ${this.#now} ms, but the promise is pending`);
      if (next.at > end) throw new Error(`the promise is still pending after ${limitMs} ms of virtual time`);
      await this.#fire(next);
    }
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.id < first.id)) first = timer;
    }
    return first;
  }

  async #fire(timer: Timer): Promise<void> {
    this.#timers.delete(timer.id);
    this.#now = Math.max(this.#now, timer.at);
    timer.fn();
    await settle(this.#settleRounds);
  }
}
