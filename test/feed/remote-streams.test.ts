import { describe, expect, it } from "vitest";
import { FeedError, RemoteStreamError, RemoteStreams } from "../../src/feed/index.ts";
import type { FeedPart, RemoteStreamsLimits } from "../../src/feed/index.ts";
import { toSnapshot } from "../../src/stream/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { MemoryReply } from "../support/memory-reply.ts";

interface Bench {
  readonly clock: FakeClock;
  readonly streams: RemoteStreams;
  /** Opens a stream on a reply in memory. */
  open(key?: string): { id: string; reply: MemoryReply };
}

function createBench(limits: RemoteStreamsLimits = {}): Bench {
  const clock = new FakeClock();
  let next = 0;
  const streams = new RemoteStreams({ clock, newId: () => `s${next++}`, limits });
  return {
    clock,
    streams,
    open(key) {
      const reply = new MemoryReply();
      const { stream } = streams.open(() => reply, key);
      return { id: stream.id, reply };
    },
  };
}

function refusal(work: () => unknown): Pick<RemoteStreamError, "code" | "expected"> | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof RemoteStreamError)) throw error;
    return { code: error.code, expected: error.expected };
  }
}

describe("RemoteStreams", () => {
  it("[C12] takes a repeated append once, in whole and in part", () => {
    const { streams, open } = createBench();
    const { id, reply } = open();
    expect(streams.append(id, "hello", 0)).toBe(5);
    expect(streams.append(id, "hello", 0)).toBe(5);
    expect(streams.append(id, "lo world", 3)).toBe(11);
    expect(streams.append(id, "!")).toBe(12);
    expect(reply.text).toBe("hello world!");
  });

  it("[C12] refuses a gap and other text at a known offset, and says where to go on", () => {
    const { streams, open } = createBench();
    const { id, reply } = open();
    streams.append(id, "hello", 0);
    expect(refusal(() => streams.append(id, "x", 6))).toEqual({ code: "gap", expected: 5 });
    expect(refusal(() => streams.append(id, "HELLO", 0))).toEqual({ code: "conflict", expected: 5 });
    expect(reply.text).toBe("hello");
  });

  it("ends a stream once, gives the same result again, and takes only repeats after that", async () => {
    const { streams, open } = createBench();
    const { id, reply } = open();
    streams.append(id, "text", 0);
    const result = await streams.finalize(id);
    expect(await streams.finalize(id)).toBe(result);
    expect(await streams.fail(id, { code: "late" })).toBe(result);
    expect([reply.end?.by, streams.get(id).result]).toEqual(["finalize", result]);
    expect(streams.append(id, "text", 0)).toBe(4);
    expect(refusal(() => streams.append(id, "more", 4))?.code).toBe("ended");
    expect(refusal(() => streams.update(id, { status: "x" }))?.code).toBe("ended");
  });

  it("opens a stream once per key", async () => {
    const { streams, open, clock } = createBench({ keepMs: 1000 });
    const first = open("k");
    expect(open("k").id).toBe(first.id);
    await streams.finalize(first.id);
    expect(open("k").id).toBe(first.id);
    await clock.advance(1001);
    expect(open("k").id).not.toBe(first.id);
  });

  it("is bounded in streams, in characters and in what it remembers", async () => {
    const { streams, open, clock } = createBench({ maxOpen: 2, maxChars: 10, keepMs: 5_000, maxKept: 1 });
    const [a, b] = [open(), open()];
    expect(refusal(() => open())).toEqual({ code: "too-many", expected: undefined });
    expect(refusal(() => streams.append(a.id, "x".repeat(11), 0))).toEqual({ code: "too-long", expected: 0 });
    expect(streams.append(a.id, "x".repeat(10), 0)).toBe(10);
    await streams.finalize(a.id);
    await streams.finalize(b.id);
    expect(refusal(() => streams.get(a.id))?.code).toBe("unknown-stream");
    expect(streams.get(b.id).result?.outcome).toBe("finalized");
    await clock.advance(5_001);
    expect(refusal(() => streams.get(b.id))?.code).toBe("unknown-stream");
    expect([clock.pending, streams.size]).toEqual([0, 0]);
  });

  it("[C12][E10] bounds reasoning and tools as it does text, and keeps what was said", async () => {
    const { streams, open } = createBench({ maxChars: 1_000 });
    const { id, reply } = open();
    streams.append(id, "answer", 0);
    streams.update(id, { reasoning: "r".repeat(600) });
    expect(refusal(() => streams.update(id, { status: "s", reasoning: "r".repeat(401) }))).toEqual({
      code: "too-long",
      expected: 6,
    });
    streams.update(id, { reasoning: "r".repeat(100) });
    // A tool's line takes the place of its last, so one tool may say how far it is as often as it likes.
    for (let i = 0; i < 1_000; i++)
      streams.update(id, { tool: { id: "t", name: "search", state: "running", detail: `${i} %` } });
    const many = (): void => {
      for (let i = 0; i < 1_000; i++) streams.update(id, { tool: { id: `t${i}`, name: "x", state: "done" } });
    };
    expect(refusal(many)?.code).toBe("too-long");
    expect(new Set(reply.tools.map((tool) => tool.id)).size).toBeLessThan(6);
    expect([reply.thinking, reply.statusLine]).toEqual(["r".repeat(700), undefined]);
    expect(refusal(() => void streams.finalize(id, { text: toSnapshot("x".repeat(1_001)) }))?.code).toBe("too-long");
    expect(streams.append(id, "!", 6)).toBe(7);
    await streams.finalize(id);
    expect([reply.text, reply.end?.by]).toEqual(["answer!", "finalize"]);
  });

  it("[C12][E10] ends a source as failed that reasons or calls tools without end, and keeps its text", async () => {
    const reasoning = { type: "reasoning", text: "r".repeat(90) } as const;
    const tool = (id: string): FeedPart => ({ type: "tool", update: { id, name: "x", state: "running" } });
    for (const endless of [() => reasoning, tool]) {
      const { streams, open } = createBench({ maxChars: 1_000 });
      const { id, reply } = open();
      let given = 0;
      async function* source(): AsyncGenerator<FeedPart> {
        yield { type: "text", text: "answer" };
        for (; given < 100_000; given++) yield endless(`t${given}`);
      }
      const { error } = await streams.feed(id, source());
      expect([error instanceof FeedError && error.code, reply.text, reply.end?.by]).toEqual([
        "too-long",
        "answer",
        "fail",
      ]);
      expect(given).toBeLessThan(20);
    }
  });

  it("[C12] closes each of 10,000 silent streams with its text, and no other", async () => {
    const { streams, open, clock } = createBench({ maxOpen: 20_000, idleMs: 60_000, keepMs: 1_000, maxKept: 20_000 });
    const silent = Array.from({ length: 10_000 }, () => open());
    const busy = open();
    for (const [index, { id }] of silent.entries()) streams.append(id, `text ${index}`, 0);
    await clock.advance(59_000);
    streams.append(busy.id, "still here", 0);
    expect(streams.size).toBe(10_001);
    await clock.advance(1_001);
    expect(streams.size).toBe(1);
    expect(silent.every(({ reply }, index) => reply.end?.by === "fail" && reply.text === `text ${index}`)).toBe(true);
    expect(busy.reply.end).toBeUndefined();
    await streams.finalize(busy.id);
    await clock.advance(1_001);
    expect(clock.pending).toBe(0);
  }, 60_000);

  it("ends everything as interrupted when it closes, and takes no more", async () => {
    const { streams, open, clock } = createBench();
    const [a, b] = [open(), open()];
    await streams.finalize(b.id);
    await streams.close(3000);
    expect([a.reply.end, b.reply.end?.by]).toEqual([{ by: "fail", failure: { code: "interrupted" } }, "finalize"]);
    expect(refusal(() => open())?.code).toBe("closed");
    expect(clock.pending).toBe(0);
  });
});
