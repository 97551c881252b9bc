import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ReplyDispatcher, ReplyDispatcherOptions } from "../../../extensions/feishu/reply-dispatcher.ts";
import type { DeliveryResult } from "../../../src/stream/index.ts";
import { toDelta, toSnapshot } from "../../../src/stream/index.ts";
import type { Fault } from "../../second-feishu/faults.ts";
import type { SecondBench } from "../../support/second-bench.ts";
import { createSecondBench } from "../../support/second-bench.ts";

/**
 * Ten and more typical replies as the calls they become, in `traces/`: to read how the engine works, and to see in a review what a change
 * changes. `npm run traces` writes them anew.
 */
interface Typical {
  readonly faults?: readonly Fault[];
  readonly topic?: boolean;
  readonly options?: Partial<ReplyDispatcherOptions>;
  run(reply: ReplyDispatcher, bench: SecondBench): Promise<DeliveryResult>;
}

const DOWN = { kind: "http", status: 503, applied: false } as const;
const prose = (sentences: number): string =>
  Array.from({ length: sentences }, (_, n) => `Sentence ${n + 1} says something. `).join("");

async function write({ clock }: SecondBench, reply: ReplyDispatcher, text: string, everyMs = 40): Promise<void> {
  for (let at = 0; at < text.length; at += 10) {
    reply.append(toDelta(text.slice(at, at + 10)));
    await clock.advance(everyMs);
  }
}

const whole =
  (text: string): Typical["run"] =>
  async (reply, bench) => {
    await write(bench, reply, text);
    return bench.clock.runUntil(reply.finalize());
  };

const TYPICAL: Readonly<Record<string, Typical>> = {
  "a short reply": { run: whole("Hello. This is all I have to say.") },
  "a reply over two cards": { options: { settings: { rolloverChars: 300 } }, run: whole(prose(20)) },
  "code and a table over two cards": {
    options: { settings: { rolloverChars: 300 } },
    run: whole(
      `Look:\n\n\`\`\`ts\n${"const answer = 42;\n".repeat(20)}\`\`\`\n\n| a | b |\n| --- | --- |\n${"| 1 | 2 |\n".repeat(30)}`,
    ),
  },
  "thoughts and a tool before the answer": {
    async run(reply, { clock }) {
      reply.reasoning(toDelta("First I look it up. "));
      await clock.advance(400);
      reply.tool({ id: "t1", name: "search", state: "running" });
      await clock.advance(2_300);
      reply.tool({ id: "t1", name: "search", state: "done" });
      await clock.advance(200);
      reply.append(toDelta("It is so."));
      await clock.advance(300);
      return clock.runUntil(reply.finalize({ footer: "42 tokens" }));
    },
  },
  "words before a tool, then the answer": {
    async run(reply, bench) {
      await write(bench, reply, "Let me look it up.");
      reply.tool({ id: "t1", name: "search", state: "running" });
      await bench.clock.advance(900);
      reply.tool({ id: "t1", name: "search", state: "done" });
      await bench.clock.advance(200);
      reply.beginMessage({ keep: false });
      return whole("It is so, and it has been so for long.")(reply, bench);
    },
  },
  "a reply in a topic, by snapshots": {
    topic: true,
    async run(reply, { clock }) {
      for (const text of ["One", "One, two", "One, two, three."]) {
        reply.replace(toSnapshot(text));
        await clock.advance(250);
      }
      return clock.runUntil(reply.finalize());
    },
  },
  "a reply that is stopped": {
    options: { buttons: { stop: { text: "Stop", value: { turn: "t1" } } } },
    async run(reply, bench) {
      await write(bench, reply, prose(4));
      return bench.clock.runUntil(reply.abort({ by: "Ming" }));
    },
  },
  "a reply whose model falls silent for ten minutes": {
    async run(reply, bench) {
      await write(bench, reply, prose(2));
      await bench.clock.advance(10 * 60_000);
      await write(bench, reply, "And then it goes on.");
      return bench.clock.runUntil(reply.finalize());
    },
  },
  "CardKit is down for a second": {
    faults: [{ calls: ["card.*"], effect: DOWN, from: 600, until: 1_600 }],
    run: whole(prose(20)),
  },
  "CardKit dies in mid-card and comes back": {
    faults: [{ calls: ["card.*"], effect: DOWN, from: 800, until: 20_000 }],
    async run(reply, bench) {
      const result = await whole(prose(40))(reply, bench);
      await bench.clock.advance(5 * 60_000);
      return result;
    },
  },
  "CardKit is down from the start": { faults: [{ calls: ["card.*"], effect: DOWN }], run: whole(prose(20)) },
  "the limit is reached": {
    faults: [{ calls: ["card.content"], effect: { kind: "rate", resetSeconds: 2 }, skip: 2, count: 1 }],
    run: whole(prose(20)),
  },
  "an answer gets lost": {
    faults: [{ calls: ["im.send"], effect: { kind: "reset", applied: true }, count: 1 }],
    run: whole(prose(4)),
  },
};

describe("[B6][B7][B8][D1] the calls of a typical reply", () => {
  it.each(Object.entries(TYPICAL))("%s", async (name, { faults, topic, options, run }) => {
    const bench = createSecondBench({ latency: [80, 80], ...(faults && { faults }) });
    const { feishu, chatId, trace } = bench;
    const messageId = topic === true ? feishu.userSays(chatId, "question").messageId : "";
    const { settings, ...rest } = options ?? {};
    const reply = bench.open({
      ...rest,
      ...(topic === true && { target: { type: "reply", messageId, inThread: true } }),
      settings: { locale: "en", ...settings },
    });
    const { outcome, delivered, total, cards, tier, owed, calls, rejected, firstGlyphMs, finishLagMs } = await run(
      reply,
      bench,
    );
    const result = { outcome, delivered, total, cards, tier, owed: owed.length, calls, rejected };
    const text = [
      `${name}: ms, call, what it says, answer`,
      "",
      ...trace.lines,
      "",
      `result: ${JSON.stringify({ ...result, firstGlyphMs: Math.round(firstGlyphMs ?? -1), finishLagMs: Math.round(finishLagMs ?? -1) })}`,
      ...bench
        .texts()
        .map((shown, i) => `message ${i + 1} shows ${shown.length} characters: ${JSON.stringify(shown.slice(0, 60))}`),
      "",
    ].join("\n");
    await expect(text).toMatchFileSnapshot(
      join(import.meta.dirname, "traces", `${name.replaceAll(/[ ,]+/gu, "-")}.txt`),
    );
  });
});
