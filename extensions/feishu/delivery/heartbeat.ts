import type { CancelTimer, Clock } from "../../../src/time/index.ts";

/** Silence after which the card says that work goes on. */
const QUIET_MS = 1_000;

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Milliseconds between signs of life while nothing else changes. */
  readonly everyMs: number;
  /** Time for a sign of life; `quietForMs` is how long nothing has changed. */
  readonly onBeat: (quietForMs: number) => void;
}

/** Ticks while a reply is silent: first after a second, then at a slow pace. Silent itself while text flows. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #cancel: CancelTimer | undefined;
  #activeAt: number;
  #stopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#activeAt = options.clock.now();
    this.#schedule(QUIET_MS);
  }

  /** Something the reader can see has changed. */
  active(): void {
    this.#activeAt = this.#options.clock.now();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.setTimer(ms, () => {
      const quietForMs = this.#options.clock.now() - this.#activeAt;
      if (quietForMs < QUIET_MS) {
        this.#schedule(QUIET_MS - quietForMs);
        return;
      }
      this.#options.onBeat(quietForMs);
      this.#schedule(this.#options.everyMs);
    });
  }
}
