import { afterAll } from "vitest";

/**
 * StrykerJS switches a fault on for the time of a file's tests and leaves it on. In a worker that is kept (kept-worker.ts) it would be on while the
 * next file is loaded, whose fault is another.
 */
afterAll(() => {
  const faults = (globalThis as { __stryker__?: { activeMutant?: string | undefined } }).__stryker__;
  if (faults !== undefined) faults.activeMutant = undefined;
});
