import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/log/index.ts";
import { MemoryState, SharedLanes, SharedStateError } from "../../src/shared/index.ts";
import type { HeldEntry, LaneHandler, SharedState } from "../../src/shared/index.ts";
import type { Clock } from "../../src/time/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

const LIFETIME_MS = 1_500;

/** A process that does what a test says, on a state that a test can take away. */
class Bench {
  readonly clock: FakeClock = new FakeClock();
  #names = 0;
  state: SharedState = new MemoryState(this.clock, () => `s${++this.#names}`);
  /** What a call is to throw instead of reaching the state; `after`: once it has taken effect. */
  trouble: { readonly error: SharedStateError; readonly after: boolean; readonly only?: string } | undefined;

  /** Calls that the state has answered, in order. */
  readonly answers: string[] = [];

  /** The state as processes see it: whichever it is now. */
  readonly seen: SharedState = new Proxy({} as SharedState, {
    get: (_, name: keyof SharedState) => {
      if (name === "listen") return (...args: Parameters<SharedState["listen"]>) => this.state.listen(...args);
      return async (...args: unknown[]): Promise<unknown> => {
        const { trouble } = this;
        const hit = trouble !== undefined && (trouble.only ?? name) === name;
        if (hit && !trouble.after) throw trouble.error;
        const answer: unknown = await (this.state[name] as (...given: unknown[]) => Promise<unknown>)(...args);
        if (hit) throw trouble.error;
        this.answers.push(name);
        return answer;
      };
    },
  });

  process(handler: Partial<LaneHandler> = {}, clock: Clock = this.clock): SharedLanes {
    return new SharedLanes({
      state: this.seen,
      handler: { adopt() {}, handle: async () => ({}), abandon() {}, ...handler },
      clock,
      logger: silentLogger,
      random: () => 0.5,
      lifetimeMs: LIFETIME_MS,
    });
  }
}

const away = (trouble: SharedStateError["trouble"]): SharedStateError => new SharedStateError(trouble, "away");

describe("lanes that processes share", () => {
  it("[lesson 2] nobody is taken for dead when the state was away from all of them for long", async () => {
    const bench = new Bench();
    const abandoned: string[] = [];
    const hang = { handle: () => new Promise<never>(() => {}), abandon: (chat: string) => void abandoned.push(chat) };
    const processes = [bench.process(hang), bench.process(hang), bench.process(hang)];
    // Not in step with each other, so that one is heard again before the next.
    for (const process of processes) {
      await process.start();
      await bench.clock.advance(170);
    }
    await processes[0]?.take({ chat: "c1", key: "m1", body: "" });
    const before = processes.map(({ session }) => session);
    await bench.clock.advance(3 * LIFETIME_MS);
    for (const lifetimes of [1, 2, 5, 10]) {
      bench.trouble = { error: away("unreachable"), after: false };
      await bench.clock.advance(lifetimes * LIFETIME_MS + 77);
      bench.trouble = undefined;
      await bench.clock.advance(4 * LIFETIME_MS);
    }
    expect(processes.map(({ session }) => session)).toEqual(before);
    expect(abandoned).toEqual([]);
  });

  it("what came to a process while it stood still is put into its queue once the state is found again, never dealt with unasked", async () => {
    const bench = new Bench();
    let stoodMs = 0;
    const { clock } = bench;
    const own: Clock = {
      now: () => clock.now() + stoodMs,
      wallNow: () => clock.wallNow(),
      setTimer: (ms, run) => clock.setTimer(ms, run),
    };
    const process = bench.process({}, own);
    await process.start();
    await clock.advance(100);
    bench.trouble = { error: away("unreachable"), after: false };
    await expect(process.take({ chat: "c1", key: "m1", body: "" }), "it was awake").rejects.toMatchObject({
      trouble: "unreachable",
    });
    // Its timers stood still with it.
    stoodMs = 2 * LIFETIME_MS;
    const late = process.take({ chat: "c1", key: "m2", body: "" });
    await clock.advance(500);
    bench.trouble = undefined;
    expect(await clock.runUntil(late)).toBe("taken");
    stoodMs *= 2;
    bench.trouble = { error: away("unreachable"), after: false, only: "accept" };
    const lost = expect(process.take({ chat: "c1", key: "m3", body: "" })).rejects.toMatchObject({
      trouble: "unknown",
    });
    await clock.advance(4 * LIFETIME_MS);
    await lost;
  });

  it("what a process dealt with by itself is not dealt with again when it comes to another one", async () => {
    const bench = new Bench();
    const seen: string[] = [];
    const [one, other] = [
      bench.process(),
      bench.process({ handle: async ({ body }) => ({ [body]: String(seen.push(body)) }) }),
    ];
    await one.start();
    await other.start();
    bench.trouble = { error: away("unreachable"), after: false };
    await expect(one.take({ chat: "c1", key: "m1", body: "question" })).rejects.toMatchObject({
      trouble: "unreachable",
    });
    void one.know("m1");
    await bench.clock.advance(500);
    bench.trouble = undefined;
    await bench.clock.advance(500);
    expect(await other.take({ chat: "c1", key: "m1", body: "question" })).toBe("duplicate");
    await bench.clock.advance(100);
    expect(seen).toEqual([]);
  });

  it("a process that is really gone is taken over from, after its lifetime", async () => {
    const bench = new Bench();
    const seen: string[] = [];
    const survivor = bench.process({
      handle: async ({ body, notes }) => {
        seen.push(`${body} ${notes["turn"]}`);
        return {};
      },
    });
    await survivor.start();
    await bench.clock.advance(2 * LIFETIME_MS);
    const dead = await bench.state.join(LIFETIME_MS);
    const { claim } = await bench.state.accept(dead, { chat: "c1", key: "m1", body: "question" });
    if (claim === undefined) throw new Error("no owner");
    await bench.state.write(claim, { turn: "half an answer" });
    await bench.clock.advance(LIFETIME_MS - 1);
    expect(seen).toEqual([]);
    await bench.clock.advance(LIFETIME_MS / 2);
    expect(seen).toEqual(["question half an answer"]);
  });

  it("[lesson 4] the rightful owner goes on when the state has forgotten who owns the chat", async () => {
    const bench = new Bench();
    let entry: HeldEntry | undefined;
    let end = (): void => {};
    const process = bench.process({
      handle: (held) => {
        entry = held;
        return new Promise((resolve) => (end = () => resolve({ memory: "answered" })));
      },
    });
    await process.start();
    await process.take({ chat: "c1", key: "m1", body: "question" });
    await bench.clock.advance(10);
    // Redis comes back without its newest writes: the session is known, the chat is not.
    const { session } = process;
    bench.state = new MemoryState(bench.clock, () => session ?? "");
    await bench.state.join(LIFETIME_MS);
    expect(await bench.clock.runUntil(entry?.note({ turn: "half" }) ?? Promise.resolve(false))).toBe(true);
    expect(await entry?.stillMine()).toBe(true);
    end();
    await bench.clock.advance(10);
    expect(await bench.state.notes("c1")).toMatchObject({ memory: "answered" });
  });

  it("a chat whose last entry ends while its owner asks for it is nobody else's", async () => {
    const bench = new Bench();
    const abandoned: string[] = [];
    let end = (): void => {};
    const process = bench.process({
      handle: () => new Promise((resolve) => (end = () => resolve({ memory: "answered" }))),
      abandon: (chat) => void abandoned.push(chat),
    });
    await process.start();
    await process.take({ chat: "c1", key: "m1", body: "question" });
    await bench.clock.advance(10);
    // The state is away; what is answered meanwhile without it asks whether it may write.
    bench.trouble = { error: away("unreachable"), after: false };
    end();
    await bench.clock.advance(100);
    const asked = process.stillOwns("c1");
    // Its end is tried again every 200 ms, and comes first.
    await bench.clock.advance(450);
    bench.trouble = undefined;
    expect(await bench.clock.runUntil(asked)).toBe(true);
    expect(process.owns("c1")).toBe(false);
    expect(abandoned).toEqual([]);
  });

  it("a chat that was released, as its owner was not told, is not another's", async () => {
    const bench = new Bench();
    const [abandoned, released]: [string[], string[]] = [[], []];
    const process = bench.process({
      abandon: (chat) => void abandoned.push(chat),
      onReleased: (chat) => void released.push(chat),
    });
    await process.start();
    // The end of the entry is stored, and the answer that says so is lost.
    bench.trouble = { error: away("unknown"), after: true, only: "finish" };
    await process.take({ chat: "c1", key: "m1", body: "question" });
    await bench.clock.advance(300);
    bench.trouble = undefined;
    await bench.clock.advance(LIFETIME_MS);
    expect({ abandoned, released }).toEqual({ abandoned: [], released: ["c1"] });
    expect(process.owns("c1")).toBe(false);
  });

  it("an owner stops at once when the chat is another's, and its late words change nothing", async () => {
    const bench = new Bench();
    let entry: HeldEntry | undefined;
    const abandoned: string[] = [];
    const process = bench.process({
      handle: (held) => {
        entry = held;
        return new Promise(() => {});
      },
      abandon: (chat) => void abandoned.push(chat),
    });
    await process.start();
    await process.take({ chat: "c1", key: "m1", body: "question" });
    await bench.clock.advance(10);
    const other = await bench.state.join(60_000);
    await bench.state.leave(process.session ?? "");
    await bench.state.reap(other, 25);
    expect(await bench.clock.runUntil(entry?.note({ turn: "late" }) ?? Promise.resolve(true))).toBe(false);
    expect(abandoned).toEqual(["c1"]);
    expect(entry?.isHeld).toBe(false);
    expect(await bench.state.notes("c1")).toEqual({});
  });

  it("[lesson 5] what a process owns without knowing it is found when it compares itself with the state", async () => {
    const bench = new Bench();
    const seen: string[] = [];
    const process = bench.process({
      handle: async ({ body }) => {
        seen.push(body);
        return {};
      },
    });
    await process.start();
    // The event is stored, and the answer that says so is lost.
    bench.trouble = { error: away("unknown"), after: true, only: "accept" };
    await expect(process.take({ chat: "c1", key: "m1", body: "question" })).rejects.toMatchObject({
      trouble: "unknown",
    });
    bench.trouble = undefined;
    await bench.clock.advance(LIFETIME_MS);
    expect(seen).toEqual(["question"]);
  });

  it("an event is in the hands of the process that it came to after one answer of the state", async () => {
    const bench = new Bench();
    const seen: string[] = [];
    const process = bench.process({
      adopt: (_, notes) => void seen.push(`adopted ${JSON.stringify(notes)}`),
      handle: async ({ body, notes }) => {
        seen.push(`${body} ${JSON.stringify(notes)}`);
        return { memory: body };
      },
    });
    await process.start();
    for (const body of ["first", "second"]) {
      const answers = bench.answers.length;
      await process.take({ chat: "c1", key: body, body });
      expect(bench.answers.slice(answers)).toEqual(["accept"]);
      expect(seen.at(-1)).toMatch(body);
      await bench.clock.advance(10);
      expect(process.owns("c1"), "it was dealt with").toBe(false);
    }
    expect(seen).toEqual(["adopted {}", "first {}", 'adopted {"memory":"first"}', 'second {"memory":"first"}']);
  });

  it("reads on where more waits in a chat than one answer brings", async () => {
    const bench = new Bench();
    const seen: string[] = [];
    const process = bench.process({
      handle: async ({ body }) => {
        seen.push(body);
        return {};
      },
    });
    await process.start();
    const bodies = Array.from({ length: 250 }, (_, index) => `m${index}`);
    const gone = await bench.state.join(LIFETIME_MS);
    for (const body of bodies) await bench.state.accept(gone, { chat: "c1", key: body, body });
    // As a state answers that has lost whose chat it was, and nothing else.
    const { state } = bench;
    const accept: SharedState["accept"] = async (session, event) => {
      const { outcome } = await state.accept(gone, event);
      await state.leave(gone);
      const [claim] = await state.reap(session, 25);
      return { outcome, claim, contents: { notes: {}, entries: (claim && (await state.read(claim, "0"))) ?? [] } };
    };
    bench.state = new Proxy(state, {
      get: (target, name: keyof SharedState) =>
        name === "accept" ? accept : (target[name] as () => unknown).bind(target),
    });
    await process.take({ chat: "c1", key: "last", body: "last" });
    await bench.clock.advance(100);
    expect(seen).toEqual([...bodies, "last"]);
  });

  it("leaves what has not begun to the others when it stops, and lets what has begun end", async () => {
    const bench = new Bench();
    let end = (): void => {};
    const first = bench.process({
      handle: ({ body }) =>
        body === "begun"
          ? new Promise((resolve) => (end = () => resolve({ memory: "kept" })))
          : Promise.resolve(undefined),
    });
    const seen: string[] = [];
    const second = bench.process({
      handle: async ({ body, notes }) => {
        seen.push(`${body} ${notes["memory"]}`);
        return {};
      },
    });
    await first.start();
    await second.start();
    await bench.clock.advance(2 * LIFETIME_MS);
    await first.take({ chat: "c1", key: "m1", body: "begun" });
    await first.take({ chat: "c1", key: "m2", body: "waits" });
    await bench.clock.advance(10);
    const drained = first.drain(10_000);
    await bench.clock.advance(100);
    end();
    await bench.clock.runUntil(drained);
    await bench.clock.advance(LIFETIME_MS / 2);
    expect(seen).toEqual(["waits kept"]);
  });
});
