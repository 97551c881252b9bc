import { silentLogger } from "../../src/log/index.ts";
import { MemoryState, SharedLanes, SharedStateError } from "../../src/shared/index.ts";
import type { HeldEntry, NoteChanges, Notes, SharedState } from "../../src/shared/index.ts";
import { sleep } from "../../src/time/index.ts";
import type { Clock } from "../../src/time/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** Feishu's own answer to a sequence that is not larger than the last one. */
const STALE = 300_317;

interface BoardCard {
  readonly chat: string;
  sequence: number;
  /** Texts that were written as its end. */
  readonly ends: Set<string>;
  isOpen: boolean;
}

/** Cards as Feishu keeps them: a message's `uuid` makes no second card, and a number that is not larger is refused. */
class Board {
  readonly cards: Map<string, BoardCard> = new Map();
  /** A card of a chat was written while another one of the same chat was open. */
  overlaps = 0;
  stale = 0;

  create(uuid: string, chat: string): void {
    if (!this.cards.has(uuid)) this.cards.set(uuid, { chat, sequence: 0, ends: new Set(), isOpen: true });
  }

  write(uuid: string, sequence: number, end?: string): number {
    const card = this.cards.get(uuid);
    if (card === undefined) throw new Error(`no card ${uuid}`);
    if (sequence <= card.sequence) {
      this.stale += 1;
      return STALE;
    }
    card.sequence = sequence;
    const others = [...this.cards].filter(([id, { chat, isOpen }]) => id !== uuid && chat === card.chat && isOpen);
    if (card.isOpen && others.some(([, { sequence: written }]) => written > 0)) this.overlaps += 1;
    if (end !== undefined) {
      card.ends.add(end);
      card.isOpen = false;
    }
    return 0;
  }
}

/** What happens to one process at one of its calls. */
export type Mishap =
  /** It is killed before or after the call took effect. */
  | { readonly what: "kill"; readonly at: number; readonly when: "before" | "after" }
  /** It stands still (SIGSTOP) for some lifetimes, with the call's answer before it. */
  | { readonly what: "freeze"; readonly at: number; readonly lifetimes: number }
  /** It cannot reach the state for some lifetimes. */
  | { readonly what: "cut"; readonly at: number; readonly lifetimes: number };

const LIFETIME_MS = 1_500;

/** One process: its own clock, its own way to the state and to Feishu, and an end that may come at any call. */
class SimProcess {
  isDead = false;
  calls = 0;
  abandoned = 0;
  /** Where it was killed: `before accept`, `after card`. */
  killedAt: string | undefined;
  readonly lanes: SharedLanes;
  readonly #clock: FakeClock;
  readonly #board: Board;
  readonly #mishaps: readonly Mishap[];
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #random: () => number;
  #thaw: Promise<void> | undefined;
  #cutUntil = -Infinity;

  constructor(given: {
    clock: FakeClock;
    state: SharedState;
    board: Board;
    mishaps: readonly Mishap[];
    random: () => number;
  }) {
    this.#clock = given.clock;
    this.#board = given.board;
    this.#mishaps = given.mishaps;
    this.#random = given.random;
    this.lanes = new SharedLanes({
      state: this.#reaching(given.state),
      handler: {
        adopt: () => {},
        handle: (entry) => this.#inOrder(entry),
        abandon: () => (this.abandoned += 1),
      },
      clock: this.#ownClock(),
      logger: silentLogger,
      random: given.random,
      lifetimeMs: LIFETIME_MS,
    });
  }

  /** Passes a call on, with what the schedule has in mind for it. A dead process never hears of it. */
  async call<T>(name: string, work: () => Promise<T>, reachesState: boolean): Promise<T> {
    await this.#alive();
    const number = this.calls++;
    const mishap = this.#mishaps.find(({ at }) => at === number);
    if (mishap?.what === "kill" && mishap.when === "before") this.#die(`before ${name}`);
    if (mishap?.what === "cut") this.#cutUntil = this.#clock.now() + mishap.lifetimes * LIFETIME_MS;
    await this.#alive();
    await sleep(this.#clock, 1);
    await this.#alive();
    const isCut = reachesState && this.#clock.now() < this.#cutUntil;
    // The first call after the cut may have arrived: only its answer is lost.
    if (isCut && mishap?.what !== "cut") throw new SharedStateError("unreachable", "cut off");
    const result = await work();
    if (mishap?.what === "kill") this.#die(`after ${name}`);
    if (mishap?.what === "freeze") {
      this.#thaw = sleep(this.#clock, mishap.lifetimes * LIFETIME_MS).then(() => (this.#thaw = undefined));
    }
    await sleep(this.#clock, 1);
    await this.#alive();
    if (isCut) throw new SharedStateError("unknown", "cut off");
    return result;
  }

  #die(at: string): void {
    this.isDead = true;
    this.killedAt = at;
  }

  async #alive(): Promise<void> {
    while (this.#thaw !== undefined && !this.isDead) await this.#thaw;
    if (this.isDead) await new Promise(() => {});
  }

  #ownClock(): Clock {
    return {
      now: () => this.#clock.now(),
      wallNow: () => this.#clock.wallNow(),
      setTimer: (ms, fn) =>
        this.#clock.setTimer(ms, () => {
          if (this.isDead) return;
          if (this.#thaw === undefined) fn();
          else void this.#alive().then(fn);
        }),
    };
  }

  #reaching(state: SharedState): SharedState {
    return new Proxy(state, {
      get: (target, name: keyof SharedState) => {
        if (name === "listen")
          return (session: string, listener: Parameters<SharedState["listen"]>[1]) =>
            target.listen(session, {
              ...listener,
              onChat: (chat) => void this.#alive().then(() => listener.onChat(chat)),
            });
        const method = target[name] as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => this.call(name, () => method.apply(target, args), true);
      },
    });
  }

  /** Turns of a chat one after another. */
  #inOrder(entry: HeldEntry): Promise<NoteChanges | undefined> {
    const before = this.#queues.get(entry.chat) ?? Promise.resolve();
    const turn = before.then(() => this.#turn(entry));
    this.#queues.set(entry.chat, turn);
    return turn;
  }

  /** A turn as hosts run it: noted, shown, its end noted before it is shown. */
  async #turn(entry: HeldEntry): Promise<NoteChanges | undefined> {
    const name = `turn:${entry.id}`;
    const earlier = entry.notes[name];
    const begun = earlier === undefined ? undefined : (JSON.parse(earlier) as { end?: string });
    if (!entry.isHeld) return undefined;
    if (begun === undefined && !(await entry.note({ [name]: "{}" }))) return undefined;
    const card = entry.body;
    await this.call("card", async () => this.#board.create(card, entry.chat), false);
    // Larger than what anybody wrote before: thousands by time, ones by count.
    let sequence = Math.floor(this.#clock.now() / 10) * 1_000;
    const write = async (end?: string): Promise<boolean> => {
      for (;;) {
        const what = end === undefined ? "text" : "end";
        const code = await this.call(what, async () => this.#board.write(card, ++sequence, end), false);
        if (code === 0) return true;
        if (!(await entry.stillMine())) return false;
        sequence += 1_000_000;
      }
    };
    let end = begun?.end;
    if (end === undefined) {
      for (let i = 0; i < 2; i++) if (!entry.isHeld || !(await write())) return undefined;
      end = String(this.#random());
      if (!(await entry.note({ [name]: JSON.stringify({ end }) }))) return undefined;
    }
    if (!entry.isHeld || !(await write(end))) return undefined;
    return { [name]: null, [`done:${card}`]: end };
  }
}

/** What is to happen in one run. */
export interface Schedule {
  readonly seed: number;
  readonly processes: readonly (readonly Mishap[])[];
  readonly messages: readonly { readonly chat: number; readonly atMs: number; readonly to: number }[];
}

export interface Outcome {
  readonly board: Board;
  readonly messages: number;
  readonly acknowledged: ReadonlySet<string>;
  readonly notes: Notes;
  readonly waiting: number;
  /** Where each process that was killed was: `before accept`, `after end`. */
  readonly deaths: readonly string[];
  /** Calls that the first process made. */
  readonly calls: number;
}

/** Plays a schedule to its end. Feishu delivers what was not acknowledged again, to another process. */
export async function simulate(schedule: Schedule): Promise<Outcome> {
  const clock = new FakeClock({ settleRounds: 1 });
  const random = mulberry(schedule.seed);
  let names = 0;
  const state = new MemoryState(clock, () => `s${++names}`);
  const board = new Board();
  const processes: SimProcess[] = [];
  const start = (mishaps: readonly Mishap[]): void => {
    const process = new SimProcess({ clock, state, board, mishaps, random });
    processes.push(process);
    void process.lanes.start().catch(() => {});
  };
  for (const mishaps of schedule.processes) start(mishaps);
  // One that nothing happens to, and comes later: without anybody alive nobody answers.
  clock.setTimer(3 * LIFETIME_MS, () => start([]));
  const acknowledged = new Set<string>();
  const deliver = async (key: string, chat: string, to: number, attempt: number): Promise<void> => {
    const alive = processes.filter(({ isDead, lanes }) => !isDead && lanes.session !== undefined);
    const process = alive[(to + attempt) % Math.max(1, alive.length)];
    const answer = process?.lanes.take({ chat, key, body: key });
    const late = sleep(clock, 3_000).then(() => undefined);
    const outcome = await Promise.race([answer?.catch(() => undefined), late]);
    if (outcome === undefined || outcome === "full") {
      await sleep(clock, 200);
      await deliver(key, chat, to, attempt + 1);
    } else acknowledged.add(key);
  };
  schedule.messages.forEach(({ chat, atMs, to }, index) => {
    const [key, name] = [`m${index}`, `c${chat}`];
    clock.setTimer(atMs, () => void deliver(key, name, to, 0));
    // And once more, as Feishu does.
    if (index % 3 === 0) clock.setTimer(atMs + 400, () => void deliver(key, name, to + 1, 0));
  });
  await clock.advance(20 * LIFETIME_MS);
  const chats = [...new Set(schedule.messages.map(({ chat }) => `c${chat}`))];
  const notes = Object.assign({}, ...(await Promise.all(chats.map((chat) => state.notes(chat))))) as Notes;
  const owners = await Promise.all(chats.map((chat) => state.ownerOf(chat)));
  return {
    board,
    messages: schedule.messages.length,
    acknowledged,
    notes,
    waiting: owners.filter((owner) => owner !== undefined).length,
    deaths: processes.flatMap(({ killedAt }) => killedAt ?? []),
    calls: processes[0]?.calls ?? 0,
  };
}

function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
