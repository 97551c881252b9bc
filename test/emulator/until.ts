import { setTimeout as wait } from "node:timers/promises";

/** Resolves once `isTrue` holds; for things that come over a real socket. Rejects after `limitMs`. */
export async function until(isTrue: () => boolean, limitMs = 10_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`still not true after ${limitMs} ms: ${isTrue.toString()}`);
    await wait(5);
  }
}
