import type { CancelTimer, Clock } from "../time/index.ts";
import { RateWindow, TokenBucket } from "./rate-window.ts";
import type { SharedPlaces } from "./shared-places.ts";

/** Limits that belong to one name, for example one API of one app, or one card. */
export interface PaceRule {
  /** Every window holds: at most `max` calls in any `windowMs` milliseconds. */
  readonly windows: readonly { readonly max: number; readonly windowMs: number }[];
  /** Spreads calls over the longest window: `burst` at once, then `perSecond`. */
  readonly bucket?: { readonly burst: number; readonly perSecond: number } | undefined;
}

/** Who goes first: a reader who sees nothing yet, or waits for the end; then text; then signs of life. */
export type PacePriority = "first" | "text" | "sign";

const RANK: Record<PacePriority, number> = { first: 0, text: 1, sign: 2 };

/** One way of making the call; `names` are the rules that count it. */
export interface PaceOption<T> {
  readonly use: T;
  readonly names: readonly string[];
  /** Not granted before this clock time, even when it is free: a way for when the better ones take too long. @defaultValue at once */
  readonly notBefore?: number | undefined;
  /** The rules of the call that comes right behind this one: other processes are asked for its place meanwhile. @defaultValue none */
  readonly next?: readonly string[] | undefined;
}

export interface PaceRequest<T> {
  /** Ways that would do, best first; the first that is free is granted. */
  readonly options: readonly PaceOption<T>[];
  readonly priority: PacePriority;
  /** Clock time since when the reader has been waiting for what this call brings; among equals the longest wait goes first. */
  readonly since: number;
  /** Giving up while waiting; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A place to make one call. Exactly one of `done` and `cancel` must be called. */
export interface PaceGrant<T> {
  readonly use: T;
  /** The call was answered. `limited` names the rule the server refused by, and for how long (ms). */
  done: (limited?: { readonly name: string; readonly waitMs: number }) => void;
  /** The call was not made after all; its place is free again. Instead of `done`. */
  cancel: () => void;
}

export interface PacerOptions {
  readonly clock: Clock;
  /** The rule of a name; called once for each name in use. */
  readonly ruleFor: (name: string) => PaceRule;
  /** What other processes make calls of, too. @defaultValue nothing */
  readonly shared?: SharedPlaces | undefined;
}

interface Limiter {
  readonly windows: readonly RateWindow[];
  readonly bucket: TokenBucket | undefined;
}

interface Waiter {
  readonly rank: number;
  readonly since: number;
  readonly order: number;
  readonly options: readonly PaceOption<unknown>[];
  readonly grant: (option: PaceOption<unknown>) => void;
}

/**
 * Shares the platform's rate limits between all replies of one app. Nothing is sent that would exceed a limit, nobody is
 * starved, and a caller that is held back by its own card's limit holds back nobody else.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #ruleFor: (name: string) => PaceRule;
  readonly #shared: SharedPlaces | undefined;
  readonly #limiters = new Map<string, Limiter>();
  readonly #waiters = new Set<Waiter>();
  /** Names that other processes were asked for. */
  readonly #wanted = new Set<string>();
  #order = 0;
  #cancelTimer: CancelTimer | undefined;
  #grantsSinceSweep = 0;

  constructor(options: PacerOptions) {
    this.#clock = options.clock;
    this.#ruleFor = options.ruleFor;
    this.#shared = options.shared;
    this.#shared?.onChange(() => this.#pump());
  }

  /** Number of calls waiting for a place. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Resolves when the call may be made now. */
  acquire<T>(request: PaceRequest<T>): Promise<PaceGrant<T>> {
    return new Promise((resolve, reject) => {
      const { signal } = request;
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        this.#waiters.delete(waiter);
        // The timer may have been this waiter's alone.
        this.#pump();
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        rank: RANK[request.priority],
        since: request.since,
        order: this.#order++,
        options: request.options,
        grant: (option) => {
          signal?.removeEventListener("abort", onAbort);
          // The options of this waiter are the request's own, so the granted one has its type.
          resolve(this.#start(option as PaceOption<T>));
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiters.add(waiter);
      this.#pump();
    });
  }

  /** A call that these rules count comes in a moment: other processes are asked for its place already. */
  expect(names: readonly string[]): void {
    const shared = this.#shared;
    if (shared === undefined) return;
    const now = this.#clock.now();
    for (const name of names) if (this.#readyHereAt({ use: name, names: [name] }, now) <= now) shared.expect(name);
  }

  #start<T>(option: PaceOption<T>): PaceGrant<T> {
    const now = this.#clock.now();
    const limiters = option.names.map((name) => this.#limiter(name));
    for (const { windows, bucket } of limiters) {
      for (const window of windows) window.start();
      bucket?.take(now);
    }
    for (const name of option.names) this.#shared?.take(name);
    this.expect(option.next ?? []);
    this.#sweep(now);
    let open = true;
    const cancel = (): void => {
      if (!open) return;
      open = false;
      for (const { windows, bucket } of limiters) {
        for (const window of windows) window.cancel();
        bucket?.giveBack();
      }
      for (const name of option.names) this.#shared?.giveBack(name);
      this.#pump();
    };
    return {
      cancel,
      use: option.use,
      done: (limited) => {
        if (!open) return;
        open = false;
        const at = this.#clock.now();
        for (const { windows } of limiters) for (const window of windows) window.finish(at);
        if (limited !== undefined) {
          for (const window of this.#limiter(limited.name).windows) window.penalize(at, limited.waitMs);
        }
        this.#pump();
      },
    };
  }

  #pump(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (;;) {
      const now = this.#clock.now();
      let best: { waiter: Waiter; option: PaceOption<unknown> } | undefined;
      let next = Infinity;
      for (const waiter of this.#waiters) {
        if (best !== undefined && !goesBefore(waiter, best.waiter)) continue;
        for (const option of waiter.options) {
          const at = this.#readyAt(option, now);
          if (at <= now) {
            best = { waiter, option };
            break;
          }
          next = Math.min(next, at);
        }
      }
      if (best === undefined) {
        this.#askOthers(now);
        if (next !== Infinity) this.#cancelTimer = this.#clock.setTimer(next - now, () => this.#pump());
        return;
      }
      this.#waiters.delete(best.waiter);
      best.waiter.grant(best.option);
    }
  }

  /** Calls that nothing holds back but what other processes make of the same limits. */
  #askOthers(now: number): void {
    const shared = this.#shared;
    if (shared === undefined) return;
    const wanted = new Map<string, number>([...this.#wanted].map((name) => [name, 0]));
    for (const { options } of this.#waiters)
      for (const option of options) {
        if (this.#readyHereAt(option, now) > now) continue;
        for (const name of option.names)
          if (shared.readyAt(name, now) > now) wanted.set(name, (wanted.get(name) ?? 0) + 1);
      }
    for (const [name, calls] of wanted) {
      if (calls === 0) this.#wanted.delete(name);
      else this.#wanted.add(name);
      shared.want(name, calls);
    }
  }

  /** When to look at it again: others are asked only once nothing here holds it back. */
  #readyAt(option: PaceOption<unknown>, now: number): number {
    const at = this.#readyHereAt(option, now);
    const shared = this.#shared;
    if (shared === undefined || at > now) return at;
    return Math.max(at, ...option.names.map((name) => shared.readyAt(name, now)));
  }

  #readyHereAt(option: PaceOption<unknown>, now: number): number {
    let at = Math.max(now, option.notBefore ?? now);
    for (const name of option.names) {
      const { windows, bucket } = this.#limiter(name);
      for (const window of windows) at = Math.max(at, window.readyAt(now));
      if (bucket !== undefined) at = Math.max(at, bucket.readyAt(now));
    }
    return at;
  }

  #limiter(name: string): Limiter {
    let limiter = this.#limiters.get(name);
    if (limiter === undefined) {
      const rule = this.#ruleFor(name);
      const { bucket } = rule;
      limiter = {
        windows: rule.windows.map(({ max, windowMs }) => new RateWindow(max, windowMs)),
        bucket: bucket && new TokenBucket(bucket.burst, bucket.perSecond, this.#clock.now()),
      };
      this.#limiters.set(name, limiter);
    }
    return limiter;
  }

  /** Forgets names that nobody uses any more (cards come and go), now and then. */
  #sweep(now: number): void {
    this.#grantsSinceSweep += 1;
    if (this.#grantsSinceSweep < 256) return;
    this.#grantsSinceSweep = 0;
    for (const [name, { windows, bucket }] of this.#limiters) {
      const full = bucket === undefined || bucket.level(now) === 1;
      if (full && windows.every((window) => window.idle(now))) this.#limiters.delete(name);
    }
  }
}

function goesBefore(a: Waiter, b: Waiter): boolean {
  return (
    a.rank - b.rank < 0 || (a.rank === b.rank && (a.since < b.since || (a.since === b.since && a.order < b.order)))
  );
}
