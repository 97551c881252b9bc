import type { CancelTimer, Clock } from "./clock.ts";

/** Longest delay Node's timers take (int32 milliseconds); longer ones would fire at once. */
const MAX_DELAY_MS = 2_147_483_647;

/** The machine's own clock; the default at the outer edge. Its timers do not keep the process alive when `unref` is set. */
export function createSystemClock(options: { unref?: boolean | undefined } = {}): Clock {
  return {
    now: () => performance.now(),
    wallNow: () => Date.now(),
    setTimer(ms: number, fn: () => void): CancelTimer {
      const timer = setTimeout(fn, Math.min(Math.max(0, ms), MAX_DELAY_MS));
      if (options.unref) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
