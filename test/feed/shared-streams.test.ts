import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RemoteStreamError, SharedStreams } from "../../src/feed/index.ts";
import type { FeedPart, MayWrite, RemoteStreamsLimits } from "../../src/feed/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { MemoryState, SharedStateError } from "../../src/shared/index.ts";
import type { SharedState } from "../../src/shared/index.ts";
import { toDelta, toSnapshot } from "../../src/stream/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { MemoryReply } from "../support/memory-reply.ts";

const LIFETIME_MS = 1_500;

interface Head {
  readonly title: string;
}

/** One process, as it is seen from outside and from within. */
interface Process {
  readonly streams: SharedStreams<Head>;
  /** Replies that it writes, by stream. */
  readonly replies: Map<string, MemoryReply>;
  /** Whether it may send messages of them, by stream. */
  readonly fences: Map<string, MayWrite>;
  /** Ends it without a word: nothing that it does reaches anybody any more. */
  kill(): void;
  /** What each of its calls of the state is to throw instead. */
  trouble: SharedStateError | undefined;
}

/** Several processes, their state, and what people see. */
class World {
  readonly clock: FakeClock = new FakeClock();
  readonly state: MemoryState;
  /** Of each stream: whose cards were taken up, and which were ended as left behind. */
  readonly takenUp: string[] = [];
  readonly orphans: string[] = [];
  canTakeUp = true;
  /** Whether replies tell which card they have. */
  tellsCards = true;
  /** Replies that were opened as new ones. */
  opened = 0;
  #names = 0;

  constructor() {
    this.state = new MemoryState(this.clock, () => `s${++this.#names}`);
  }

  async process(limits: RemoteStreamsLimits = {}): Promise<Process> {
    let isDead = false;
    const replies = new Map<string, MemoryReply>();
    const fences = new Map<string, MayWrite>();
    const own: { trouble: SharedStateError | undefined } = { trouble: undefined };
    const seen = new Proxy({} as SharedState, {
      get: (_, name: keyof SharedState) => {
        if (name === "listen")
          return (session: string, listener: Parameters<SharedState["listen"]>[1]) =>
            this.state.listen(session, {
              onChat: (chat) => isDead || listener.onChat(chat),
              onMessage: (body) => isDead || listener.onMessage(body),
              onLog: (log) => isDead || listener.onLog(log),
              onReconnected() {},
            });
        return async (...args: unknown[]): Promise<unknown> => {
          if (isDead) return new Promise(() => {});
          if (own.trouble !== undefined) throw own.trouble;
          const answer: unknown = await (this.state[name] as (...given: unknown[]) => Promise<unknown>)(...args);
          return isDead ? new Promise(() => {}) : answer;
        };
      },
    });
    const streams = new SharedStreams<Head>({
      state: seen,
      clock: this.clock,
      logger: silentLogger,
      random: () => 0.5,
      newId: () => `id${++this.#names}`,
      lifetimeMs: LIFETIME_MS,
      limits,
      opener: {
        read: () => ({}),
        open: (_, id = "", mayWrite = () => true) => {
          fences.set(id, mayWrite);
          this.opened += 1;
          const reply = new MemoryReply(`card of ${id}`, "", this.tellsCards);
          replies.set(id, reply);
          return reply;
        },
        takeUp: async (_, id, { text, cards }, mayWrite) => {
          fences.set(id, mayWrite);
          this.takenUp.push(...cards.map(({ cardId }) => cardId ?? ""));
          if (!this.canTakeUp) return undefined;
          const reply = new MemoryReply(cards[0]?.cardId);
          reply.append(toDelta(text));
          replies.set(id, reply);
          return reply;
        },
        closeOrphan: async (_, { cardId }) => void this.orphans.push(cardId ?? ""),
      },
    });
    await streams.start();
    return Object.assign(own, {
      streams,
      replies,
      fences,
      kill: () => {
        isDead = true;
      },
    });
  }

  run<T>(work: Promise<T>): Promise<T> {
    return this.clock.runUntil(work);
  }

  /** Until others have taken over what a process had that is gone. */
  takeover(): Promise<void> {
    return this.clock.advance(3 * LIFETIME_MS);
  }
}

const head: Head = { title: "t" };

async function refusal(work: Promise<unknown>): Promise<Pick<RemoteStreamError, "code" | "expected"> | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (!(error instanceof RemoteStreamError)) throw error;
    return { code: error.code, expected: error.expected };
  }
}

describe("streams that processes share", () => {
  it("takes calls about a stream at any process; one of them writes it", async () => {
    const world = new World();
    const [a, b] = [await world.process(), await world.process()];
    const { id } = (await world.run(a.streams.open(head))).stream;
    expect((await world.run(b.streams.append(id, "one", 0))).offset).toBe(3);
    expect((await world.run(b.streams.append(id, "one", 0))).offset, "again").toBe(3);
    expect((await world.run(a.streams.append(id, "ne two", 1))).offset).toBe(7);
    await world.run(b.streams.update(id, { status: "busy", tool: { id: "t", name: "search", state: "running" } }));
    expect(await refusal(world.run(b.streams.append(id, "x", 8)))).toEqual({ code: "gap", expected: 7 });
    expect(await refusal(world.run(b.streams.append(id, "ONE", 0)))).toEqual({ code: "conflict", expected: 7 });
    expect(await refusal(world.run(b.streams.finalize(id, { offset: 8 })))).toEqual({ code: "gap", expected: 7 });
    await world.run(b.streams.flush(id, 1_000));
    const reply = a.replies.get(id);
    expect([reply?.text, reply?.statusLine, reply?.tools.map(({ name }) => name)]).toEqual([
      "one two",
      "busy",
      ["search"],
    ]);
    const ended = await world.run(b.streams.finalize(id, { offset: 7, footer: "f" }));
    expect(ended).toMatchObject({
      offset: 7,
      endedBy: "writer",
      result: { outcome: "finalized", delivered: 7, total: 7 },
    });
    for (const { streams } of [a, b]) {
      expect((await world.run(streams.get(id))).result).toEqual(ended.result);
      expect((await world.run(streams.finalize(id))).result).toEqual(ended.result);
      expect(await refusal(world.run(streams.append(id, "more")))).toMatchObject({ code: "ended" });
    }
    expect([b.replies.size, world.takenUp, reply?.lateEnds]).toEqual([0, [], 0]);
  });

  it("goes on in the same card when its process is killed, with every character once", async () => {
    const world = new World();
    const [a, b] = [await world.process(), await world.process()];
    const { id } = (await world.run(a.streams.open(head))).stream;
    await world.run(a.streams.append(id, "one ", 0));
    await world.run(a.streams.update(id, { reasoning: "hm" }));
    await world.clock.advance(500);
    a.kill();
    // Its answer is lost, so its writer asks again at the other one.
    expect((await world.run(b.streams.append(id, "one ", 0))).offset).toBe(4);
    expect((await world.run(b.streams.append(id, "two", 4))).offset).toBe(7);
    await world.takeover();
    expect(world.takenUp).toEqual([`card of ${id}`]);
    expect([b.replies.get(id)?.text, b.replies.get(id)?.thinking]).toEqual(["one two", "hm"]);
    await world.run(b.streams.append(id, " three", 7));
    const { result } = await world.run(b.streams.finalize(id, { offset: 13 }));
    expect(result).toMatchObject({ outcome: "finalized", delivered: 13, total: 13 });
    expect([b.replies.get(id)?.text, world.orphans]).toEqual(["one two three", []]);
  });

  it("[lesson 3] what was to end is ended by who takes over, once", async () => {
    const world = new World();
    const [a, b, c] = [await world.process(), await world.process(), await world.process()];
    const { id } = (await world.run(a.streams.open(head))).stream;
    await world.run(a.streams.append(id, "all", 0));
    await world.clock.advance(500);
    a.kill();
    const ends = Promise.all([b.streams.finalize(id, { offset: 3 }), c.streams.finalize(id, { offset: 3 })]);
    const [one, two] = await world.run(ends);
    expect(one.result).toMatchObject({ outcome: "finalized", delivered: 3 });
    expect(two.result).toEqual(one.result);
    expect([...b.replies.values(), ...c.replies.values()].map(({ text, lateEnds }) => [text, lateEnds])).toEqual([
      ["all", 0],
    ]);
  });

  it("a stream can be opened by its key wherever its process died while it opened it", async () => {
    for (let turns = 0; turns < 60; turns++) {
      const world = new World();
      const [a, b] = [await world.process(), await world.process()];
      void a.streams.open(head, "k");
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      a.kill();
      const { stream } = await world.run(b.streams.open(head, "k"));
      await world.run(b.streams.append(stream.id, "text", 0));
      expect((await world.run(b.streams.finalize(stream.id))).result.delivered, `${turns} turns`).toBe(4);
      expect([...b.replies.values()].map(({ text }) => text)).toEqual(["text"]);
    }
  });

  it("the same key is the same stream in every process, until it is forgotten", async () => {
    const world = new World();
    const limits = { keepMs: 5_000 };
    const [a, b] = [await world.process(limits), await world.process(limits)];
    const opened = await world.run(Promise.all([a.streams.open(head, "k"), b.streams.open(head, "k")]));
    const [{ stream }] = opened;
    expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(opened.map((each) => each.stream.id)).toEqual([stream.id, stream.id]);
    expect(a.replies.size + b.replies.size).toBe(1);
    await world.run(b.streams.finalize(stream.id));
    expect((await world.run(b.streams.open(head, "k"))).isNew).toBe(false);
    await world.clock.advance(6_000);
    expect(await refusal(world.run(a.streams.get(stream.id)))).toMatchObject({ code: "unknown-stream" });
    expect((await world.run(b.streams.open(head, "k"))).isNew).toBe(true);
    expect(a.replies.size + b.replies.size).toBe(2);
  });

  it("ends a stream whose writer is silent, but not one that is called about elsewhere", async () => {
    const world = new World();
    const limits = { idleMs: 10_000 };
    const [a, b] = [await world.process(limits), await world.process(limits)];
    const { id } = (await world.run(a.streams.open(head))).stream;
    for (let at = 0; at < 5; at++) {
      await world.clock.advance(9_000);
      await world.run(b.streams.append(id, "x", at));
    }
    await world.clock.advance(9_000);
    expect(a.replies.get(id)?.end).toBeUndefined();
    await world.clock.advance(2_000);
    expect(a.replies.get(id)?.end).toEqual({ by: "fail", failure: { code: "client-gone" } });
    expect(await world.run(b.streams.get(id))).toMatchObject({ endedBy: "silence", result: { outcome: "failed" } });
    expect(await refusal(world.run(b.streams.append(id, "late", 5)))).toEqual({ code: "ended", expected: 5 });
    expect((await world.run(b.streams.append(id, "x", 4))).offset, "a repeat is welcome").toBe(5);
  });

  it("a process that is told to stop leaves its streams to the others, uninterrupted", async () => {
    const world = new World();
    const [a, b] = [await world.process(), await world.process()];
    await world.takeover();
    const { id } = (await world.run(a.streams.open(head))).stream;
    await world.run(a.streams.append(id, "one ", 0));
    const first = a.replies.get(id);
    await world.run(a.streams.close(1_000));
    expect(await refusal(a.streams.open(head))).toEqual({ code: "closed", expected: undefined });
    expect(first?.end, "not a word more from this one").toMatchObject({ by: "abort", options: { handedOver: true } });
    await world.run(b.streams.append(id, "two", 4));
    expect((await world.run(b.streams.finalize(id, { offset: 7 }))).result.outcome).toBe("finalized");
    expect([b.replies.get(id)?.text, world.orphans]).toEqual(["one two", []]);
  });

  it.each([true, false])(
    "is the same reply where its card was not written down, and a new one only where nobody can go on: %j",
    async (canTakeUp) => {
      const world = new World();
      const [a, b] = [await world.process(), await world.process()];
      Object.assign(world, { canTakeUp, tellsCards: false });
      const { id } = (await world.run(a.streams.open(head))).stream;
      await world.run(a.streams.append(id, "text", 0));
      await world.clock.advance(500);
      a.kill();
      await world.takeover();
      expect(world.opened).toBe(canTakeUp ? 1 : 2);
      expect(b.replies.get(id)?.text).toBe("text");
      expect((await world.run(b.streams.finalize(id))).result).toMatchObject({ outcome: "finalized" });
    },
  );

  it("says so when nobody can go on in the cards: nothing is called delivered that may not be", async () => {
    const world = new World();
    const [a, b] = [await world.process(), await world.process()];
    world.canTakeUp = false;
    const { id } = (await world.run(a.streams.open(head))).stream;
    await world.run(a.streams.append(id, "text", 0));
    await world.clock.advance(500);
    a.kill();
    await world.takeover();
    expect(world.orphans).toEqual([`card of ${id}`]);
    const { result } = await world.run(b.streams.finalize(id));
    expect(result).toMatchObject({ outcome: "failed", delivered: 0, total: 4 });
    expect(result.error?.message).toContain("cannot be gone on with");
  });

  it("a process that may have been taken for dead asks before it sends a message, and must not when it was", async () => {
    const world = new World();
    const [a, b] = [await world.process(), await world.process()];
    const { id } = (await world.run(a.streams.open(head))).stream;
    await world.clock.advance(3 * LIFETIME_MS);
    expect(a.fences.get(id)?.()).toBe(true);
    a.trouble = new SharedStateError("unreachable", "cut off");
    await world.takeover();
    expect(b.fences.get(id)?.()).toBe(true);
    let told: boolean | undefined;
    void Promise.resolve(a.fences.get(id)?.()).then((may) => (told = may));
    await world.clock.advance(1_000);
    expect(told, "nobody can be asked").toBeUndefined();
    a.trouble = undefined;
    await world.clock.advance(1_000);
    expect(told).toBe(false);
  });

  it("ends the cards of a source whose process is gone", async () => {
    const world = new World();
    const [a, b] = [await world.process(), await world.process()];
    const never = Promise.withResolvers<never>();
    async function* source(): AsyncGenerator<FeedPart> {
      yield { type: "text", text: "half" };
      yield await never.promise;
    }
    void a.streams.feed(head, source()).catch(() => {});
    await world.clock.advance(500);
    expect([...a.replies.values()].map(({ text }) => text)).toEqual(["half"]);
    expect(a.streams.size).toBe(1);
    a.kill();
    await world.takeover();
    expect([world.orphans, world.takenUp, b.streams.size]).toEqual([
      [...a.replies.keys()].map((id) => `card of ${id}`),
      [],
      0,
    ]);
  });

  it("reads a whole source in one process", async () => {
    const world = new World();
    const a = await world.process();
    async function* source(): AsyncGenerator<FeedPart> {
      yield { type: "text", text: "all of it" };
      yield { type: "end" };
    }
    const { stream, error } = await world.run(a.streams.feed(head, source()));
    expect([error, stream.result?.delivered]).toEqual([undefined, 9]);
    expect((await world.run(a.streams.get(stream.id))).result?.outcome).toBe("finalized");
  });

  it("a state that is away refuses what it cannot keep, and costs nothing that was taken", async () => {
    const world = new World();
    const [a, b] = [await world.process(), await world.process()];
    const { id } = (await world.run(a.streams.open(head))).stream;
    await world.run(a.streams.append(id, "one ", 0));
    a.trouble = new SharedStateError("unknown", "away");
    await expect(world.run(a.streams.append(id, "two", 4))).rejects.toBe(a.trouble);
    expect((await world.run(a.streams.get(id))).offset, "its owner knows").toBe(4);
    await world.run(b.streams.append(id, "two", 4));
    a.trouble = undefined;
    await world.clock.advance(6_000);
    expect(a.replies.get(id)?.text).toBe("one two");
  });

  it("a text that is given whole at the end counts, also when it is too long", async () => {
    const world = new World();
    const [a, b] = [await world.process({ maxChars: 10 }), await world.process({ maxChars: 10 })];
    const { id } = (await world.run(a.streams.open(head))).stream;
    expect(await refusal(world.run(b.streams.append(id, "x".repeat(11), 0)))).toEqual({
      code: "too-long",
      expected: 0,
    });
    expect(await refusal(world.run(b.streams.update(id, { reasoning: "x".repeat(11) })))).toMatchObject({
      code: "too-long",
    });
    expect(await refusal(world.run(b.streams.finalize(id, { text: toSnapshot("x".repeat(11)) })))).toMatchObject({
      code: "too-long",
    });
    await world.run(b.streams.finalize(id, { text: toSnapshot("whole") }));
    expect(a.replies.get(id)?.end).toMatchObject({ by: "finalize", options: { text: "whole" } });
  });

  it(
    "holds each character once, whichever process is called and whichever is killed",
    { timeout: 60_000 },
    async () => {
      const step = fc.oneof(
        {
          weight: 6,
          arbitrary: fc.record({
            text: fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
            at: fc.nat(2),
            lost: fc.boolean(),
          }),
        },
        { weight: 1, arbitrary: fc.record({ kill: fc.nat(2) }) },
        { weight: 2, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 4_000 }) }) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 15 }), async (steps) => {
          const world = new World();
          const all = [await world.process(), await world.process(), await world.process()];
          const alive = [...all];
          const { id } = (await world.run(all[0]!.streams.open(head))).stream;
          let offset = 0;
          let given = "";
          for (const each of steps) {
            if ("pass" in each) await world.clock.advance(each.pass);
            else if ("kill" in each) {
              if (alive.length > 1) alive.splice(each.kill % alive.length, 1)[0]?.kill();
            } else {
              const at = alive[each.at % alive.length]!;
              given += each.text;
              const answer = await world.run(at.streams.append(id, each.text, offset));
              // Who has no answer asks somebody else.
              const again = each.lost ? await world.run(alive[0]!.streams.append(id, each.text, offset)) : answer;
              offset = again.offset;
            }
          }
          const { result } = await world.run(alive.at(-1)!.streams.finalize(id, { offset }));
          const texts = all.flatMap(({ replies }) => [...replies.values()]).filter(({ end }) => end?.by === "finalize");
          expect(texts.map(({ text }) => text)).toEqual([given]);
          expect([result.outcome, result.delivered, offset]).toEqual(["finalized", given.length, given.length]);
        }),
        { numRuns: 60 },
      );
    },
  );
});
