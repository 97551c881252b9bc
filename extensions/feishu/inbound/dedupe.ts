import { LRUCache } from "lru-cache";
import type { Clock } from "../../../src/time/index.ts";

/**
 * Remembers what was already taken. Hosts with several processes hand in one that all of them share (a database, Redis); then
 * each event is taken once among all.
 */
export interface DedupeStore {
  /** Takes `key` for `ttlMs`; true for the first taker only. May be asked again after `ttlMs`. */
  claim(key: string, ttlMs: number): boolean | Promise<boolean>;
}

/** Entries kept; about 300 bytes each. */
const MAX_ENTRIES = 20_000;

/** Remembers in this process, up to 20,000 keys: the oldest are forgotten first. */
export class MemoryDedupe implements DedupeStore {
  readonly #seen: LRUCache<string, true>;

  constructor(clock: Clock) {
    this.#seen = new LRUCache({
      max: MAX_ENTRIES,
      // Without a resolution of 0 the cache would set timers of its own; a start of 0 would count as "never expires".
      ttlResolution: 0,
      perf: { now: () => clock.now() + 1 },
    });
  }

  claim(key: string, ttlMs: number): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.set(key, true, { ttl: ttlMs });
    return true;
  }
}
