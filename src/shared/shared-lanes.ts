import type { Logger } from "../log/index.ts";
import { sleep } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { LIFETIME_MS, Membership } from "./membership.ts";
import { READ_AT_ONCE, SharedStateError } from "./state.ts";
import type { Accepted, Claim, Entry, NewEvent, NoteChanges, Notes, ProcessInfo, SharedState } from "./state.ts";

/** An entry in the hands of the process that owns its chat. */
export interface HeldEntry extends Entry {
  readonly chat: string;
  /** What was written down about the chat when this process began to own it. */
  readonly notes: Notes;
  /** Whether this process owns the chat, as far as it knows. */
  readonly isHeld: boolean;
  /** Writes notes down, however long it takes. @returns false when the chat is another process's now, and this one stops */
  note(changes: NoteChanges): Promise<boolean>;
  /** Asks whether this process may go on with the chat. @returns false when it is another's */
  stillMine(): Promise<boolean>;
}

/** What a process does in the chats that it owns. */
export interface LaneHandler {
  /** The chat is this process's from now on: what is known of it. Before the first entry is handled. */
  adopt(chat: string, notes: Notes): void;
  /**
   * Deals with an entry. Entries are handed over in order; the next one may come before this one is dealt with. Must not reject.
   * @returns what is to be noted together with its end; undefined leaves it to who owns the chat next
   */
  handle(entry: HeldEntry): Promise<NoteChanges | undefined>;
  /** The chat is another process's: stop whatever is done in it, without a word. */
  abandon(chat: string): void;
  /** What another process says. */
  onMessage?(body: string): void;
  /** There is news in the log of a chat. */
  onLog?(chat: string): void;
  /** Nothing waits in the chat any more, and it is nobody's. */
  onReleased?(chat: string): void;
}

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

interface Lane {
  claim: Claim;
  /** What was written about the chat; undefined before it was read. */
  notes: Notes | undefined;
  cursor: string;
  readonly running: Set<string>;
  isReading: boolean;
  readAgain: boolean;
  isOver: boolean;
  /** Nothing waits there any more: it is over, and nobody else's. */
  isReleased: boolean;
}

const RETRY_MS = 200;
/** Feishu waits three seconds for an answer. */
const JOIN_WITHIN_MS = 1_500;
/** Feishu sends an event again after 15 s and after 5 min more, when it was told too late that it arrived. */
const KNOW_WITHIN_MS = 330_000;
/** A process that stood still has lost its connections, and finds the state again within moments. */
const AWAKE_WITHIN_MS = 5_000;

/** The queues of the chats that this process owns, and the way of an event into the queue of its chat, whoever owns it. */
export class SharedLanes {
  readonly #options: SharedLanesOptions;
  readonly #member: Membership;
  readonly #lanes = new Map<string, Lane>();
  readonly #running = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  #deaf = (): void => {};
  #isDraining = false;

  constructor(options: SharedLanesOptions) {
    const { state, clock, logger, random, lifetimeMs, process } = options;
    this.#options = options;
    this.#member = new Membership({
      state,
      clock,
      logger,
      random,
      lifetimeMs,
      process,
      events: {
        onJoined: (session) => this.#listen(session),
        onLost: () => {
          for (const lane of this.#lanes.values()) this.#lose(lane);
        },
        onTakenOver: (claims) => {
          logger.info("chats of a process that is gone are taken over", { chats: claims.length });
          for (const claim of claims) this.#hold(claim);
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
  async stillOwns(chat: string): Promise<boolean> {
    const lane = this.#lanes.get(chat);
    if (lane === undefined) return false;
    const held = await this.#persist(lane, () => this.#options.state.write(lane.claim, {}));
    return (held !== undefined && (held.value || (await this.#regain(lane)))) || lane.isReleased;
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
      const { outcome, claim } = await this.#accept(session, event);
      if (claim?.session === session && session === this.#member.session) this.#hold(claim);
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
    this.#isDraining = true;
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
    for (const lane of this.#lanes.values()) lane.isOver = true;
    this.#lanes.clear();
    await this.#member.leave();
  }

  /** Resolves when nothing is being dealt with here. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #listen(session: string): void {
    this.#deaf();
    this.#deaf = this.#options.state.listen(session, {
      onChat: (chat) => {
        const lane = this.#lanes.get(chat);
        if (lane === undefined) void this.#reconcile();
        else void this.#read(lane);
      },
      onMessage: (body) => this.#options.handler.onMessage?.(body),
      onLog: (log) => this.#options.handler.onLog?.(log),
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

  /** Compares what this process thinks it owns with what the state says. */
  async #reconcile(): Promise<void> {
    const { session } = this.#member;
    if (session === undefined || this.#ending.signal.aborted) return;
    try {
      const before = [...this.#lanes.values()];
      const claims = await this.#options.state.claims(session);
      if (session !== this.#member.session) return;
      for (const claim of claims) this.#hold(claim);
      const known = new Set(claims.map(({ chat }) => chat));
      // A restart of Redis may have cost it what it knew of them.
      for (const lane of before) if (!known.has(lane.claim.chat) && !lane.isOver) await this.#regain(lane);
    } catch (error) {
      if (!(error instanceof SharedStateError)) throw error;
    }
  }

  #hold(claim: Claim): void {
    if (this.#ending.signal.aborted) return;
    const known = this.#lanes.get(claim.chat);
    if (known === undefined) {
      const lane: Lane = {
        claim,
        notes: undefined,
        cursor: "0",
        running: new Set(),
        isReading: false,
        readAgain: false,
        isOver: false,
        isReleased: false,
      };
      this.#lanes.set(claim.chat, lane);
      void this.#read(lane);
      return;
    }
    if (known.claim.epoch > claim.epoch) return;
    if (known.claim.epoch < claim.epoch) this.#renumber(known, claim);
    void this.#read(known);
  }

  /** The chat has been out of our hands, or the state has gone back in time: everything is read again. */
  #renumber(lane: Lane, claim: Claim): void {
    lane.claim = claim;
    lane.cursor = "0";
    if (lane.running.size === 0) lane.notes = undefined;
  }

  async #read(lane: Lane): Promise<void> {
    lane.readAgain = true;
    if (lane.isReading) return;
    lane.isReading = true;
    const { state, handler } = this.#options;
    while (lane.readAgain && !lane.isOver) {
      lane.readAgain = false;
      if (this.#isDraining) break;
      const { claim, cursor } = lane;
      const isNew = lane.notes === undefined;
      // Asked in one breath: somebody waits for the first word of an answer.
      const [notes, read] = await Promise.all([
        isNew ? this.#persist(lane, () => state.notes(claim.chat)) : undefined,
        this.#persist(lane, () => state.read(claim, cursor)),
      ]);
      if (read === undefined || (isNew && notes === undefined) || lane.isOver) break;
      if (notes !== undefined && lane.notes === undefined && lane.claim === claim) {
        lane.notes = notes.value;
        handler.adopt(claim.chat, notes.value);
      }
      if (lane.claim !== claim) lane.readAgain = true;
      else if (read.value === undefined) lane.readAgain = await this.#regain(lane);
      else {
        for (const entry of read.value) this.#begin(lane, entry);
        lane.readAgain ||= read.value.length >= READ_AT_ONCE;
      }
    }
    lane.isReading = false;
  }

  #begin(lane: Lane, entry: Entry): void {
    lane.cursor = entry.id;
    if (lane.running.has(entry.id) || this.#isDraining) return;
    lane.running.add(entry.id);
    const work = this.#run(lane, entry).finally(() => {
      lane.running.delete(entry.id);
      this.#running.delete(work);
    });
    this.#running.add(work);
  }

  async #run(lane: Lane, entry: Entry): Promise<void> {
    const { state, handler, logger } = this.#options;
    const { chat } = lane.claim;
    const persist = <T>(work: () => Promise<T>): Promise<{ readonly value: T } | undefined> =>
      this.#persist(lane, work);
    const held: HeldEntry = {
      ...entry,
      chat,
      notes: lane.notes ?? {},
      get isHeld() {
        return !lane.isOver;
      },
      note: async (changes) => {
        for (;;) {
          const written = await persist(() => state.write(lane.claim, changes));
          if (written === undefined) return false;
          if (written.value) return true;
          if (!(await this.#regain(lane))) return false;
        }
      },
      stillMine: () => this.#regain(lane),
    };
    let notes: NoteChanges | undefined;
    try {
      notes = await handler.handle(held);
    } catch (error) {
      // Left in the queue it would fail for ever.
      logger.error("an event could not be dealt with", { error: error instanceof Error ? error.name : typeof error });
      notes = {};
    }
    if (notes === undefined) return;
    const done = notes;
    for (;;) {
      const { claim } = lane;
      const end = await persist(() => state.finish(claim, entry.id, done));
      if (end === undefined) return;
      if (end.value === "more") return void this.#read(lane);
      if (end.value === "released") {
        // Unless it has come back in the meantime.
        if (lane.claim === claim && lane.running.size <= 1) this.#release(lane);
        return;
      }
      if (!(await this.#regain(lane))) return;
    }
  }

  /** The state refused what this process did in a chat. @returns whether the chat is its own after all, with a new number */
  async #regain(lane: Lane): Promise<boolean> {
    const { claim } = lane;
    const raised = await this.#persist(lane, () => this.#options.state.raise(claim));
    if (raised === undefined || lane.isOver) return false;
    if (lane.claim !== claim) return true;
    if (raised.value === undefined || raised.value === "released") {
      // Released: the end of the last entry was stored, and this process was not told.
      if (raised.value === undefined) this.#lose(lane);
      else this.#release(lane);
      return false;
    }
    lane.claim = raised.value;
    lane.cursor = "0";
    void this.#read(lane);
    return true;
  }

  #drop(lane: Lane): void {
    lane.isOver = true;
    if (this.#lanes.get(lane.claim.chat) === lane) this.#lanes.delete(lane.claim.chat);
  }

  #release(lane: Lane): void {
    lane.isReleased = true;
    this.#drop(lane);
    this.#options.handler.onReleased?.(lane.claim.chat);
  }

  #lose(lane: Lane): void {
    if (lane.isOver) return;
    this.#drop(lane);
    this.#options.handler.abandon(lane.claim.chat);
  }

  /** Asks until there is an answer; undefined when the lane is over before. */
  async #persist<T>(lane: Lane, work: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    while (!lane.isOver) {
      try {
        return { value: await work() };
      } catch (error) {
        if (!(error instanceof SharedStateError)) throw error;
        await sleep(this.#options.clock, RETRY_MS, this.#ending.signal).catch(() => {});
        if (this.#ending.signal.aborted) return undefined;
      }
    }
    return undefined;
  }
}
