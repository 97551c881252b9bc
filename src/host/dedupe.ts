import { LRUCache } from "lru-cache";
import type { Clock } from "../time/index.ts";

/** Remembers keys for a while; platforms deliver events at least once, so every event is asked about here first. */
export interface Dedupe {
  /** True when the key was seen before within the time; remembers it otherwise. */
  seen(key: string): boolean;
}

/** How long and how much is remembered. */
export interface DedupeOptions {
  readonly clock: Clock;
  /**
   * Feishu repeats an unanswered event for the last time about 7 h after the first attempt.
   * @defaultValue 12 h
   */
  readonly ttlMs?: number | undefined;
  /** Keys kept; the oldest goes first. @defaultValue 5000 */
  readonly max?: number | undefined;
}

/** A bounded memory of keys on the given clock. */
export function createDedupe(options: DedupeOptions): Dedupe {
  const { clock, ttlMs = 12 * 3_600_000, max = 5000 } = options;
  const keys = new LRUCache<string, true>({ max, ttl: ttlMs, ttlResolution: 0, perf: { now: () => clock.now() + 1 } });
  return {
    seen(key) {
      if (keys.has(key)) return true;
      keys.set(key, true);
      return false;
    },
  };
}
