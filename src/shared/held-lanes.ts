import type { Logger } from "../log/index.ts";
import { sleep } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import type { HeldEntry, LaneHandler } from "./lane-handler.ts";
import { READ_AT_ONCE, SharedStateError } from "./state.ts";
import type { ChatContents, Claim, Entry, NoteChanges, Notes, SharedState } from "./state.ts";

export interface HeldLanesOptions {
  readonly state: SharedState;
  readonly handler: LaneHandler;
  readonly clock: Clock;
  readonly logger: Logger;
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

/** The queues of the chats that this process owns: their entries are handed over in order, and taken out when they are dealt with. */
export class HeldLanes {
  readonly #options: HeldLanesOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #running = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  #isResting = false;

  constructor(options: HeldLanesOptions) {
    this.#options = options;
  }

  /** Whether this process owns a chat, as far as it knows. */
  has(chat: string): boolean {
    return this.#lanes.has(chat);
  }

  /** Asks whether a chat is this process's still, for as long as it takes; when it is released meanwhile it is no other's. */
  async stillOwns(chat: string): Promise<boolean> {
    const lane = this.#lanes.get(chat);
    if (lane === undefined) return false;
    const held = await this.#persist(lane, () => this.#options.state.write(lane.claim, {}));
    return (held !== undefined && (held.value || (await this.#regain(lane)))) || lane.isReleased;
  }

  /** A chat is this process's. @param contents what is there, when it is known already */
  hold(claim: Claim, contents?: ChatContents): void {
    if (this.#ending.signal.aborted) return;
    const known = this.#lanes.get(claim.chat);
    if (known === undefined) {
      this.#begin(claim, contents);
      return;
    }
    if (known.claim.epoch > claim.epoch) return;
    if (known.claim.epoch < claim.epoch) this.#renumber(known, claim);
    void this.#read(known);
  }

  /** There is news in a chat. @returns false when it is not known here */
  poke(chat: string): boolean {
    const lane = this.#lanes.get(chat);
    if (lane !== undefined) void this.#read(lane);
    return lane !== undefined;
  }

  /** Compares what this process thinks it owns with what the state says. @param ask what that is; undefined when nobody can say */
  async compare(ask: () => Promise<readonly Claim[] | undefined>): Promise<void> {
    const before = [...this.#lanes.values()];
    const claims = await ask();
    if (claims === undefined) return;
    for (const claim of claims) this.hold(claim);
    const known = new Set(claims.map(({ chat }) => chat));
    // A restart of Redis may have cost it what it knew of them.
    for (const lane of before) if (!known.has(lane.claim.chat) && !lane.isOver) await this.#regain(lane);
  }

  /** All of them are others' now. */
  loseAll(): void {
    for (const lane of this.#lanes.values()) this.#lose(lane);
  }

  /** Begins nothing new from now on. */
  rest(): void {
    this.#isResting = true;
  }

  /** Resolves when nothing is being dealt with here. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Lets go of all, without a word: what is left is for the others. */
  end(): void {
    this.#ending.abort();
    for (const lane of this.#lanes.values()) lane.isOver = true;
    this.#lanes.clear();
  }

  #begin(claim: Claim, contents: ChatContents | undefined): void {
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
    if (contents === undefined) {
      void this.#read(lane);
      return;
    }
    this.#adopt(lane, contents.notes);
    if (this.#takeUp(lane, contents.entries)) void this.#read(lane);
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
    const { state } = this.#options;
    while (lane.readAgain && !lane.isOver) {
      lane.readAgain = false;
      if (this.#isResting) break;
      const { claim, cursor } = lane;
      const isNew = lane.notes === undefined;
      // Asked in one breath: somebody waits for the first word of an answer.
      const [notes, read] = await Promise.all([
        isNew ? this.#persist(lane, () => state.notes(claim.chat)) : undefined,
        this.#persist(lane, () => state.read(claim, cursor)),
      ]);
      if (read === undefined || (isNew && notes === undefined) || lane.isOver) break;
      if (notes !== undefined && lane.notes === undefined && lane.claim === claim) this.#adopt(lane, notes.value);
      if (lane.claim !== claim) lane.readAgain = true;
      else if (read.value === undefined) lane.readAgain = await this.#regain(lane);
      else if (this.#takeUp(lane, read.value)) lane.readAgain = true;
    }
    lane.isReading = false;
  }

  #adopt(lane: Lane, notes: Notes): void {
    lane.notes = notes;
    this.#options.handler.adopt(lane.claim.chat, notes);
  }

  /** Hands entries over. @returns whether there may be more behind them */
  #takeUp(lane: Lane, entries: readonly Entry[]): boolean {
    for (const entry of entries) {
      lane.cursor = entry.id;
      if (lane.running.has(entry.id) || this.#isResting) continue;
      lane.running.add(entry.id);
      const work = this.#run(lane, entry).finally(() => {
        lane.running.delete(entry.id);
        this.#running.delete(work);
      });
      this.#running.add(work);
    }
    return entries.length >= READ_AT_ONCE;
  }

  async #run(lane: Lane, entry: Entry): Promise<void> {
    const { state, handler, logger } = this.#options;
    let notes: NoteChanges | undefined;
    try {
      notes = await handler.handle(this.#held(lane, entry));
    } catch (error) {
      // Left in the queue it would fail for ever.
      logger.error("an event could not be dealt with", { error: error instanceof Error ? error.name : typeof error });
      notes = {};
    }
    if (notes === undefined) return;
    const done = notes;
    for (;;) {
      const { claim } = lane;
      const end = await this.#persist(lane, () => state.finish(claim, entry.id, done));
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

  #held(lane: Lane, entry: Entry): HeldEntry {
    const { state } = this.#options;
    return {
      ...entry,
      chat: lane.claim.chat,
      notes: lane.notes ?? {},
      get isHeld() {
        return !lane.isOver;
      },
      note: async (changes) => {
        for (;;) {
          const written = await this.#persist(lane, () => state.write(lane.claim, changes));
          if (written === undefined) return false;
          if (written.value) return true;
          if (!(await this.#regain(lane))) return false;
        }
      },
      stillMine: () => this.#regain(lane),
    };
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
