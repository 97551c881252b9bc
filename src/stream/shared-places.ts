import type { Clock } from "../time/index.ts";
import { TokenBucket } from "./rate-window.ts";

/** A bucket of calls that processes share: `burst` at once, then `perSecond`. */
export interface CallBucket {
  readonly burst: number;
  readonly perSecond: number;
}

/** What keeps the buckets for all processes. @see SharedState.lease */
export interface CallLeases {
  /**
   * Takes up to `want` calls out of the buckets of a name. `made`: calls that were made without asking; negative: calls that were asked for
   * and not made. Rejects when the buckets cannot be reached.
   */
  lease(ask: {
    readonly by: string;
    readonly name: string;
    readonly buckets: readonly CallBucket[];
    readonly want: number;
    readonly made: number;
  }): Promise<{ readonly granted: number; readonly retryMs: number; readonly processes: number }>;
}

export interface SharedPlacesOptions {
  readonly leases: CallLeases;
  readonly clock: Clock;
  /** From 0 (inclusive) to 1. */
  readonly random: () => number;
  /** The buckets of a name; undefined when only this process makes its calls. */
  readonly bucketsOf: (name: string) => readonly CallBucket[] | undefined;
}

interface Name {
  readonly buckets: readonly CallBucket[];
  places: number;
  /** When the places were leased. */
  leasedAt: number;
  want: number;
  /** Calls that come in a moment, and are asked for with the next asking. */
  soon: number;
  /** To be told with the next asking. */
  made: number;
  isAsking: boolean;
  restUntil: number;
  /** What this process takes by itself while the others cannot be asked. */
  alone: TokenBucket | undefined;
  wake: (() => void) | undefined;
}

/** An answer takes a few milliseconds; after this long (ms) calls are not held back for it. */
const PATIENCE_MS = 250;
/** Between attempts while the buckets cannot be reached (ms). */
const AGAIN_MS = 1_000;
/** A place that nobody took for this long (ms) is given back. */
const KEEP_MS = 300;
const LEAST_REST_MS = 20;

/**
 * Places for calls whose limits several processes share. Whoever waits for calls of one name is asked for together. While the others
 * cannot be asked, each process takes its part of what the buckets refill, and nothing of what they hold: together that stays within the
 * limit whatever each had before.
 */
export class SharedPlaces {
  readonly #options: SharedPlacesOptions;
  readonly #by: string;
  readonly #names = new Map<string, Name | undefined>();
  #processes = 1;
  #onChange = (): void => {};

  constructor(options: SharedPlacesOptions) {
    this.#options = options;
    this.#by = Math.floor(options.random() * 2 ** 52).toString(36);
  }

  /** Calls back when a place may be there that was not. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Earliest time at which a call may start, as far as the others go; Infinity while that has to be asked. */
  readyAt(name: string, now: number): number {
    const known = this.#name(name);
    if (known === undefined || known.places > 0) return now;
    return known.alone?.readyAt(now) ?? Infinity;
  }

  /** A call starts. */
  take(name: string): void {
    const known = this.#name(name);
    if (known === undefined) return;
    if (known.places > 0) known.places -= 1;
    else {
      known.alone?.take(this.#options.clock.now());
      known.made += 1;
      // The others count with what it takes by itself as soon as they can be told.
      this.#askSoon(name, known);
    }
  }

  /** The call was not made after all. */
  giveBack(name: string): void {
    const known = this.#name(name);
    if (known !== undefined) known.made -= 1;
  }

  /** How many calls wait that nothing but the others holds back. */
  want(name: string, calls: number): void {
    const known = calls === 0 ? this.#names.get(name) : this.#name(name);
    if (known === undefined) return;
    known.want = calls;
    this.#askSoon(name, known);
  }

  /** A call comes in a moment: a place is asked for now, unless places are short. When it does not come, the place is given back. */
  expect(name: string): void {
    const known = this.#name(name);
    if (known === undefined || known.alone !== undefined) return;
    known.soon += 1;
    this.#askSoon(name, known);
  }

  #name(name: string): Name | undefined {
    if (this.#names.has(name)) return this.#names.get(name);
    const buckets = this.#options.bucketsOf(name);
    const known = buckets && {
      buckets,
      places: 0,
      leasedAt: -Infinity,
      want: 0,
      soon: 0,
      made: 0,
      isAsking: false,
      restUntil: -Infinity,
      alone: undefined,
      wake: undefined,
    };
    // Names that are not shared are many, and come and go.
    if (known !== undefined) this.#names.set(name, known);
    return known;
  }

  #askSoon(name: string, known: Name): void {
    if (known.isAsking) return;
    const { clock } = this.#options;
    const restMs = known.restUntil - clock.now();
    // What is short is for calls that wait.
    if (restMs > 0) known.soon = 0;
    const isOwing = known.alone !== undefined && known.made > 0;
    const isWanting = known.want > known.places || known.soon > 0 || isOwing;
    if (!isWanting || known.wake !== undefined) return;
    if (restMs <= 0) void this.#ask(name, known);
    else
      known.wake = clock.setTimer(restMs, () => {
        known.wake = undefined;
        this.#askSoon(name, known);
      });
  }

  async #ask(name: string, known: Name): Promise<void> {
    const { leases, clock, random } = this.#options;
    const { buckets, made } = known;
    const want = Math.max(0, known.want - known.places) + known.soon;
    known.isAsking = true;
    known.made = 0;
    known.soon = 0;
    const cancel = clock.setTimer(PATIENCE_MS, () => this.#goAlone(known));
    try {
      const lease = await leases.lease({ by: this.#by, name, buckets, want, made });
      this.#processes = Math.max(1, lease.processes);
      known.alone = undefined;
      known.places += lease.granted;
      known.leasedAt = clock.now();
      if (lease.granted > 0) this.#expire(known);
      const restMs = Math.max(LEAST_REST_MS, lease.retryMs * (0.5 + random()));
      known.restUntil = lease.granted >= want ? -Infinity : clock.now() + restMs;
    } catch {
      known.made += made;
      this.#goAlone(known);
      known.restUntil = clock.now() + AGAIN_MS;
    } finally {
      cancel();
      known.isAsking = false;
    }
    this.#onChange();
    this.#askSoon(name, known);
  }

  #goAlone(known: Name): void {
    if (known.alone !== undefined) return;
    const perSecond = Math.min(...known.buckets.map((bucket) => bucket.perSecond)) / this.#processes;
    known.alone = new TokenBucket(1, perSecond, this.#options.clock.now());
    this.#onChange();
  }

  #expire(known: Name): void {
    const { leasedAt } = known;
    this.#options.clock.setTimer(KEEP_MS, () => {
      if (known.places === 0 || known.leasedAt !== leasedAt) return;
      known.made -= known.places;
      known.places = 0;
    });
  }
}
