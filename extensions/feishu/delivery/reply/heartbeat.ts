import type { CancelTimer, Clock } from "../../../../src/time/index.ts";
import type { QuotaLevel } from "../../quota/index.ts";

/** Silence after which the card says that work goes on. */
const QUIET_MS = 1_000;
/** Longest time between signs of life: who has waited for minutes does not watch the seconds. */
const SLOWEST_MS = 60_000;

/** At least this much from the first to the second while calls are to be saved. */
const ECO_FIRST_MS = 30_000;

/** Milliseconds from the first sign of life to the second: as the reply's settings have it, later while calls are to be saved. */
export function firstBeatMs(heartbeatMs: number, level: QuotaLevel): number {
  return level === "live" ? heartbeatMs : Math.max(heartbeatMs, ECO_FIRST_MS);
}

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Milliseconds from the first sign of life to the second while nothing else changes; each further one takes twice as long as the last. */
  readonly firstMs: number;
  /** Time for a sign of life; `quietForMs` is how long nothing has changed. */
  readonly onBeat: (quietForMs: number) => void;
}

/**
 * Ticks while a reply is silent: first after a second, then ever more slowly (5, 10, 20, 40, then every 60 s): half an hour of waiting
 * costs some forty calls. Silent itself while text flows, and quick again after it.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #cancel: CancelTimer | undefined;
  #activeAt: number;
  #nextMs: number;
  #stopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#activeAt = options.clock.now();
    this.#nextMs = options.firstMs;
    this.#schedule(QUIET_MS);
  }

  /** Something the reader can see has changed. */
  active(): void {
    this.#activeAt = this.#options.clock.now();
    if (this.#nextMs === this.#options.firstMs) return;
    this.#nextMs = this.#options.firstMs;
    this.#schedule(QUIET_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #schedule(ms: number): void {
    this.#cancel?.();
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.setTimer(ms, () => {
      const quietForMs = this.#options.clock.now() - this.#activeAt;
      if (quietForMs < QUIET_MS) {
        // Less than a millisecond may be too little for a sum of fractions to grow by.
        this.#schedule(Math.max(1, QUIET_MS - quietForMs));
        return;
      }
      const waitMs = this.#nextMs;
      this.#nextMs = Math.max(this.#options.firstMs, Math.min(SLOWEST_MS, waitMs * 2));
      this.#options.onBeat(quietForMs);
      this.#schedule(waitMs);
    });
  }
}
