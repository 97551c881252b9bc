/** Cancels a timer. Calling it twice, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/**
 * Where everything below the outer edge takes its time from, so that tests can run in virtual time.
 * Implementations call timer callbacks in order of their due time, ties in order of creation.
 */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start; never goes back. For durations. */
  now(): number;
  /** Wall-clock milliseconds since the Unix epoch. For timestamps that leave the process. */
  wallNow(): number;
  /** Calls `fn` once, `ms` milliseconds from now (0 and below: as soon as possible, never synchronously). */
  setTimer(ms: number, fn: () => void): CancelTimer;
}
