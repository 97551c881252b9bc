import type { Logger } from "../log/index.ts";
import { sleep } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import type { Claim, ProcessInfo, SharedState } from "./state.ts";

/** How long the others wait for a sign of life before they take a process for dead, when nothing else is said (ms). */
export const LIFETIME_MS = 15_000;

/** What a process does when its session changes. */
export interface MembershipEvents {
  /** A session has begun: the first one, or one after another was lost. */
  onJoined(session: string): void;
  /** The others have taken over what was this process's. Told before the next session begins. */
  onLost(): void;
  /** Chats of a process that is gone are this one's now. */
  onTakenOver(claims: readonly Claim[]): void;
}

export interface MembershipOptions {
  readonly state: SharedState;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 (inclusive) to 1. */
  readonly random: () => number;
  /** How long the others wait for a sign of life. @defaultValue 15000 */
  readonly lifetimeMs?: number | undefined;
  /** What others are told of this process. */
  readonly process?: ProcessInfo | undefined;
  readonly events: MembershipEvents;
}

/** Chats taken over in one step. */
const BATCH = 25;
const RETRY_MS = 200;
/** Signs of life are due every third of a lifetime; one that is this late was not given by a process that ran. */
const STILL_SHARE = 2 / 3;

/**
 * One process among those that share a state: it says that it lives, and takes over from who does not. It is gone only when another one has
 * begun to take over, and takes over itself only after its own signs of life have been heard for a whole lifetime: when Redis was away,
 * everybody was silent and nobody is dead.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #lifetimeMs: number;
  readonly #ending = new AbortController();
  #session: string | undefined;
  #renewedAt = -Infinity;
  /** When the last sign of life was given, or tried to. */
  #beatAt = -Infinity;
  #stoodStillUntil = -Infinity;
  #steadySince: number | undefined;
  #rejoining: Promise<void> | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#lifetimeMs = options.lifetimeMs ?? LIFETIME_MS;
  }

  /** @throws SharedStateError when the state cannot be reached */
  async start(): Promise<void> {
    await this.#join();
    void this.#beat();
    void this.#watch();
  }

  /** The name of this process; undefined before it has one. */
  get session(): string | undefined {
    return this.#session;
  }

  /** Nobody can begin to take over within a third of a lifetime: what only one process may do is begun while this holds. */
  get isSafe(): boolean {
    return this.#options.clock.now() + this.#lifetimeMs / 3 < this.#renewedAt + this.#lifetimeMs;
  }

  /**
   * This process stood still a moment ago (SIGSTOP, a suspended machine): what comes to it now may have come to another one meanwhile.
   */
  get stoodStill(): boolean {
    const now = this.#options.clock.now();
    return now < this.#stoodStillUntil || now - this.#beatAt > this.#lifetimeMs * STILL_SHARE;
  }

  /** Resolves when there is a session, or is none after `ms`. */
  async untilJoined(ms: number): Promise<void> {
    const late = new AbortController();
    const over = sleep(this.#options.clock, ms, AbortSignal.any([late.signal, this.#ending.signal])).catch(() => {});
    await Promise.race([this.#rejoining, over]);
    late.abort();
  }

  /** The state says that a session is over: begins another one, once however often it is told. */
  lost(session: string): Promise<void> {
    if (session !== this.#session) return this.#rejoining ?? Promise.resolve();
    this.#session = undefined;
    this.#options.logger.warn("another process took this one for dead; it begins again");
    this.#options.events.onLost();
    return (this.#rejoining = this.#rejoin());
  }

  /** Ends it: what is this process's is for the others from now on. */
  async leave(): Promise<void> {
    this.#ending.abort();
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) await this.#options.state.leave(session).catch(() => {});
  }

  async #join(): Promise<void> {
    const { state, clock, events } = this.#options;
    const at = clock.now();
    const session = await state.join(this.#lifetimeMs, this.#options.process);
    this.#renewedAt = at;
    this.#beatAt = at;
    this.#steadySince = at;
    this.#session = session;
    events.onJoined(session);
  }

  async #rejoin(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#ending.signal.aborted) {
      try {
        await this.#join();
        return;
      } catch {
        await sleep(clock, RETRY_MS, this.#ending.signal).catch(() => {});
      }
    }
  }

  async #beat(): Promise<void> {
    while (await this.#pause(this.#lifetimeMs / 3)) {
      const session = this.#session;
      if (session === undefined) continue;
      const { state, clock } = this.#options;
      const at = clock.now();
      if (at - this.#beatAt > this.#lifetimeMs * STILL_SHARE) this.#stoodStillUntil = at + this.#lifetimeMs;
      this.#beatAt = at;
      try {
        const lives = await state.renew(session, this.#lifetimeMs);
        if (!lives) await this.lost(session);
        else {
          if (at - this.#renewedAt > this.#lifetimeMs) this.#steadySince = undefined;
          this.#renewedAt = at;
          this.#steadySince ??= at;
        }
      } catch {
        this.#steadySince = undefined;
      }
      // Waiting for an answer is not standing still.
      this.#beatAt = clock.now();
    }
  }

  async #watch(): Promise<void> {
    const { state, random, events } = this.#options;
    // Not all at once: whoever comes first does it.
    while (await this.#pause((this.#lifetimeMs / 6) * (1 + random()))) {
      try {
        for (let session = this.#session; session !== undefined && this.#mayReap(); session = this.#session) {
          const claims = await state.reap(session, BATCH);
          if (claims.length === 0) break;
          events.onTakenOver(claims);
        }
      } catch {
        // The next round tries again.
      }
    }
  }

  #mayReap(): boolean {
    const now = this.#options.clock.now();
    const isSteady = this.#steadySince !== undefined && now - this.#steadySince >= this.#lifetimeMs;
    return isSteady && now - this.#renewedAt <= this.#lifetimeMs / 2;
  }

  /** False when it is over. */
  async #pause(ms: number): Promise<boolean> {
    await sleep(this.#options.clock, ms, this.#ending.signal).catch(() => {});
    return !this.#ending.signal.aborted;
  }
}
