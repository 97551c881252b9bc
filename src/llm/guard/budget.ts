import type { CancelTimer, Clock } from "../../time/index.ts";

/**
 * A span of time that is used up only while it runs. `onSpent` is called once when nothing is left. Refilling is cheap: the
 * timer is left alone and looks at the deadline when it fires, for it happens with every chunk of a stream.
 */
export class Budget {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #onSpent: () => void;
  #left: number;
  /** When it is spent, in clock time; undefined while paused. */
  #deadline: number | undefined;
  #cancel: CancelTimer | undefined;

  /** @param ms `Infinity` never ends. Starts paused. */
  constructor(clock: Clock, ms: number, onSpent: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#left = ms;
    this.#onSpent = onSpent;
  }

  /** Lets it run; does nothing when it runs already. */
  resume(): void {
    if (this.#deadline !== undefined || this.#ms === Infinity) return;
    this.#deadline = this.#clock.now() + this.#left;
    this.#arm(this.#left);
  }

  /** Stops it and keeps what is left. */
  pause(): void {
    if (this.#deadline === undefined) return;
    this.#left = Math.max(0, this.#deadline - this.#clock.now());
    this.#deadline = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Makes it whole again, running or paused. */
  refill(): void {
    this.#left = this.#ms;
    if (this.#deadline !== undefined) this.#deadline = this.#clock.now() + this.#ms;
  }

  #arm(ms: number): void {
    this.#cancel = this.#clock.setTimer(ms, () => {
      if (this.#deadline === undefined) return;
      const left = this.#deadline - this.#clock.now();
      // Timers of the platform may fire a fraction of a millisecond early.
      if (left >= 1) {
        this.#arm(left);
        return;
      }
      this.#deadline = undefined;
      this.#left = 0;
      this.#onSpent();
    });
  }
}
