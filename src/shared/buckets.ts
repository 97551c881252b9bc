/** A bucket of calls that processes share: `burst` at once, then `perSecond`. */
export interface SharedBucket {
  readonly burst: number;
  readonly perSecond: number;
}

/** What a process asks of the buckets of one name. */
export interface LeaseAsk {
  /** Who asks: the same for all that one process asks. */
  readonly by: string;
  readonly name: string;
  /** All of them have to have room. */
  readonly buckets: readonly SharedBucket[];
  /** Calls that wait for a place. */
  readonly want: number;
  /** Calls that were made without asking; negative: calls that were asked for and not made. */
  readonly made: number;
}

/** What it gets. */
export interface Lease {
  /** Calls that may be made at once. */
  readonly granted: number;
  /** Milliseconds after which asking again makes sense; 0 when everything was granted. */
  readonly retryMs: number;
  /** Processes that have asked for anything in the last {@link ASKER_MS}. */
  readonly processes: number;
}

/** How full the buckets of a name are, for people. */
export interface BudgetInfo {
  readonly name: string;
  /** `left`: calls that may be made at once, of at most `burst`; then `perSecond`. */
  readonly buckets: readonly (SharedBucket & { readonly left: number })[];
  /** Calls that processes wait with now. */
  readonly waiting: number;
}

/** How long the buckets of a name are told of after the last call. */
export const TELL_BUDGET_MS = 600_000;
/** How long a process counts that asked for something. */
export const ASKER_MS = 15_000;
/** How long what a process asked for counts when what there is is shared out. */
export const DEMAND_MS = 1_500;

/** Longest time (ms) after which somebody who waits asks again. */
export const ASK_AGAIN_MS = 250;

interface Level {
  tokens: number;
  at: number;
  /** As it was asked for last. */
  bucket: SharedBucket;
}

/** What somebody still waits for, and how much of what has come since is theirs. */
interface Demand {
  readonly want: number;
  credit: number;
  readonly at: number;
}

/** Buckets within one process, by the rules that the script of Redis has, too: what is short is shared out by how much each waits for. */
export class MemoryBuckets {
  readonly #levels = new Map<string, Level>();
  readonly #demands = new Map<string, Map<string, Demand>>();
  readonly #askers = new Map<string, number>();

  lease({ by, name, buckets, want, made }: LeaseAsk, now: number): Lease {
    this.#askers.set(by, now);
    for (const [asker, at] of this.#askers) if (at <= now - ASKER_MS) this.#askers.delete(asker);
    const demands = this.#demands.get(name) ?? new Map<string, Demand>();
    this.#demands.set(name, demands);
    for (const [asker, { at }] of demands) if (at <= now - DEMAND_MS) demands.delete(asker);
    const before = demands.get(by)?.credit ?? 0;
    demands.delete(by);
    const others = [...demands.values()];
    const levels = buckets.map((bucket, index) => this.#level(`${index}:${name}`, bucket, made, now));
    const tokens = Math.max(0, Math.min(...levels.map((level) => level.tokens)));
    const total = others.reduce((sum, demand) => sum + demand.want, want);
    const spare = Math.max(
      0,
      others.reduce((rest, demand) => rest - demand.credit, tokens - before),
    );
    const partOf = (wanted: number, credit: number): number => Math.min(wanted, credit + (spare * wanted) / total);
    for (const demand of others) demand.credit = partOf(demand.want, demand.credit);
    const credit = want === 0 ? 0 : partOf(want, before);
    // Nothing runs over while somebody waits: with many processes the parts of each may be below one.
    const least = want > 0 && levels.every(({ tokens: held }, index) => held >= (buckets[index]?.burst ?? 0)) ? 1 : 0;
    const granted = Math.floor(Math.min(Math.max(credit, least), tokens) + 1e-6);
    for (const level of levels) level.tokens -= granted;
    const left = want - granted;
    if (left === 0) return { granted, retryMs: 0, processes: this.#askers.size };
    demands.set(by, { want: left, credit: Math.max(0, credit - granted), at: now });
    const perSecond = Math.min(...buckets.map((bucket) => bucket.perSecond));
    const nextMs = ((1 - credit + granted) * 1_000 * total) / (perSecond * want);
    return { granted, retryMs: Math.min(ASK_AGAIN_MS, Math.ceil(nextMs)), processes: this.#askers.size };
  }

  /** What was called lately, by name. */
  list(now: number): readonly BudgetInfo[] {
    return [...this.#demands.keys()].toSorted().flatMap((name) => {
      const levels: Level[] = [];
      for (let index = 0, level; (level = this.#levels.get(`${index}:${name}`)) !== undefined; index++)
        if (level.at > now - TELL_BUDGET_MS) levels.push(level);
      if (levels.length === 0) return [];
      const buckets = levels.map(({ tokens, at, bucket: { burst, perSecond } }) => {
        const left = Math.floor(Math.min(burst, tokens + ((now - at) * perSecond) / 1_000));
        return { burst, perSecond, left: Math.max(0, left) };
      });
      const demands = [...(this.#demands.get(name)?.values() ?? [])];
      const waiting = demands.filter(({ at }) => at > now - DEMAND_MS).reduce((sum, { want }) => sum + want, 0);
      return [{ name, buckets, waiting }];
    });
  }

  #level(key: string, bucket: SharedBucket, made: number, now: number): Level {
    const { burst, perSecond } = bucket;
    const level = this.#levels.get(key) ?? { tokens: burst, at: now, bucket };
    level.bucket = bucket;
    this.#levels.set(key, level);
    level.tokens = Math.min(burst, level.tokens + ((now - level.at) * perSecond) / 1_000 - made);
    level.at = now;
    return level;
  }
}
