import type { Logger } from "../log/index.ts";
import { sleep } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { HeldLanes } from "./held-lanes.ts";
import type { LaneHandler } from "./lane-handler.ts";
import { LIFETIME_MS, Membership } from "./membership.ts";
import { SharedStateError } from "./state.ts";
import type { Accepted, NewEvent, ProcessInfo, SharedState } from "./state.ts";

export interface SharedLanesOptions {
  readonly state: SharedState;
  readonly handler: LaneHandler;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly lifetimeMs?: number | undefined;
  /** What others are told of this process. */
  readonly process?: ProcessInfo | undefined;
}

const RETRY_MS = 200;
/** Feishu waits three seconds for an answer. */
const JOIN_WITHIN_MS = 1_500;
/** Feishu sends an event again after 15 s and after 5 min more, when it was told too late that it arrived. */
const KNOW_WITHIN_MS = 330_000;
/** A process that stood still has lost its connections, and finds the state again within moments. */
const AWAKE_WITHIN_MS = 5_000;

/** The way of an event into the queue of its chat, whoever owns it, and this process among those that own such queues. */
export class SharedLanes {
  readonly #options: SharedLanesOptions;
  readonly #member: Membership;
  readonly #lanes: HeldLanes;
  readonly #ending = new AbortController();
  #deaf = (): void => {};

  constructor(options: SharedLanesOptions) {
    const { state, clock, logger, random, lifetimeMs, process, handler } = options;
    this.#options = options;
    this.#lanes = new HeldLanes({ state, handler, clock, logger });
    this.#member = new Membership({
      state,
      clock,
      logger,
      random,
      lifetimeMs,
      process,
      events: {
        onJoined: (session) => this.#listen(session),
        onLost: () => this.#lanes.loseAll(),
        onTakenOver: (claims) => {
          logger.info("chats of a process that is gone are taken over", { chats: claims.length });
          for (const claim of claims) this.#lanes.hold(claim);
        },
      },
    });
  }

  /** @throws SharedStateError when the state cannot be reached */
  async start(): Promise<void> {
    await this.#member.start();
    void this.#keepInStep();
  }

  /** The name of this process among the others; undefined before it has one. */
  get session(): string | undefined {
    return this.#member.session;
  }

  /** Whether no other process can take over before a call that is made now has had a third of a lifetime to end. */
  get isSafe(): boolean {
    return this.#member.isSafe;
  }

  /** Whether this process owns a chat, as far as it knows. */
  owns(chat: string): boolean {
    return this.#lanes.has(chat);
  }

  /** Asks whether a chat is this process's still, for as long as it takes; when it is released meanwhile it is no other's. */
  stillOwns(chat: string): Promise<boolean> {
    return this.#lanes.stillOwns(chat);
  }

  /**
   * Puts an event into the queue of its chat. When it resolves, the event will be dealt with, by this process or another one.
   * @throws SharedStateError: with `unreachable` and `refused` nothing was stored; with `unknown` the event must come again, or has come to
   * another process
   */
  async take(event: NewEvent): Promise<"taken" | "duplicate" | "full"> {
    for (;;) {
      if (this.#member.session === undefined) await this.#member.untilJoined(JOIN_WITHIN_MS);
      const { session } = this.#member;
      // It was taken for dead: others may have had the event.
      if (session === undefined) throw new SharedStateError("unknown", "this process has no session now");
      const { outcome, claim, contents } = await this.#accept(session, event);
      if (claim?.session === session && session === this.#member.session) this.#lanes.hold(claim, contents);
      if (outcome !== "lost") return outcome;
      await this.#member.lost(session);
    }
  }

  /** What came while this process stood still may have come to another one: only the state knows, and is asked as soon as it answers. */
  async #accept(session: string, event: NewEvent): Promise<Accepted> {
    const { state, clock } = this.#options;
    let stoodStill = false;
    for (const until = clock.now() + AWAKE_WITHIN_MS; ;) {
      try {
        return await state.accept(session, event);
      } catch (error) {
        stoodStill ||= this.#member.stoodStill;
        if (!(error instanceof SharedStateError) || !stoodStill) throw error;
        if (clock.now() >= until)
          throw new SharedStateError("unknown", "this process stood still, and others may have had the event", {
            cause: error,
          });
        await sleep(clock, RETRY_MS, this.#ending.signal).catch(() => {});
      }
    }
  }

  /** Begins nothing new from now on; what happens is for the others, see {@link SharedLanes.drain}. */
  rest(): void {
    this.#lanes.rest();
  }

  /** An event is dealt with here, without the state, which is told of it as soon as it answers: it may come again, to another process. */
  async know(key: string): Promise<void> {
    const { state, clock } = this.#options;
    for (const until = clock.now() + KNOW_WITHIN_MS; clock.now() < until && !this.#ending.signal.aborted;) {
      try {
        await state.know(key);
        return;
      } catch (error) {
        if (!(error instanceof SharedStateError)) throw error;
        await sleep(clock, RETRY_MS, this.#ending.signal).catch(() => {});
      }
    }
  }

  /**
   * Begins nothing new, lets what is running end for `withinMs`, and leaves the rest to the others. What happens meanwhile is for them:
   * stop taking events before.
   */
  async drain(withinMs: number): Promise<void> {
    this.rest();
    const late = new AbortController();
    await Promise.race([this.idle(), sleep(this.#options.clock, withinMs, late.signal).catch(() => {})]);
    late.abort();
    this.#ending.abort();
    this.#deaf();
    this.#lanes.end();
    await this.#member.leave();
  }

  /** Resolves when nothing is being dealt with here. */
  idle(): Promise<void> {
    return this.#lanes.idle();
  }

  #listen(session: string): void {
    this.#deaf();
    const { state, handler } = this.#options;
    this.#deaf = state.listen(session, {
      onChat: (chat) => {
        if (!this.#lanes.poke(chat)) void this.#reconcile();
      },
      onMessage: (body) => handler.onMessage?.(body),
      onLog: (log) => handler.onLog?.(log),
      onReconnected: () => void this.#reconcile(),
    });
  }

  /** Now and then: what was told may have been lost with the connection. */
  async #keepInStep(): Promise<void> {
    const { clock, lifetimeMs = LIFETIME_MS } = this.#options;
    for (;;) {
      await sleep(clock, lifetimeMs / 3, this.#ending.signal).catch(() => {});
      if (this.#ending.signal.aborted) return;
      await this.#reconcile();
    }
  }

  async #reconcile(): Promise<void> {
    const { session } = this.#member;
    if (session === undefined || this.#ending.signal.aborted) return;
    try {
      await this.#lanes.compare(async () => {
        const claims = await this.#options.state.claims(session);
        return session === this.#member.session ? claims : undefined;
      });
    } catch (error) {
      if (!(error instanceof SharedStateError)) throw error;
    }
  }
}
