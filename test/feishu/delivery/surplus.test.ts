import { describe, expect, it } from "vitest";
import { toDelta, toSnapshot } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";
import { explainVisible } from "../../support/visible-oracle.ts";

const line = (count: number): string => "word ".repeat(count);

/** A reply of two cards that becomes one of one word while nobody knows whether the second card's message was sent. */
async function shrink(bench: ReplyBench): ReturnType<ReturnType<ReplyBench["open"]>["finalize"]> {
  const reply = bench.open({ settings: { rolloverChars: 400 } });
  reply.append(toDelta(line(40)));
  reply.append(toDelta(line(60)));
  await bench.clock.advance(369);
  reply.replace(toSnapshot("word "));
  return await bench.clock.runUntil(reply.finalize({ withinMs: 60_000 }));
}

const shownBy = (bench: ReplyBench): ReturnType<ReplyBench["emulator"]["visibleTexts"]> =>
  bench.emulator.visibleTexts(bench.chatId).filter(({ sender }) => sender === "app");

describe("a card that is not needed any more and may have been sent", () => {
  it("[D2] is looked for until somebody answers, and recalled", async () => {
    const bench = createReplyBench();
    bench.emulator.faults.add({ operation: "message.create", effect: { type: "lost" }, skip: 1, count: 1 });
    bench.emulator.faults.add({ operation: "message.list", effect: { type: "lost" }, count: 2 });
    expect(await shrink(bench)).toMatchObject({ delivered: 5, total: 5, error: undefined, owed: [] });
    await bench.clock.advance(90_000);
    expect(explainVisible(shownBy(bench), "word ")).toEqual([]);
    await bench.close();
  });

  it("[D2] makes the reply a failed one when nobody answers", async () => {
    const bench = createReplyBench();
    bench.emulator.faults.add({ operation: "message.create", effect: { type: "lost" }, skip: 1, count: 1 });
    bench.emulator.faults.add({ operation: "message.list", effect: { type: "http", status: 503 }, count: 1_000 });
    const result = await shrink(bench);
    expect(result.error).toMatchObject({ message: expect.stringContaining("may have been sent") });
    await bench.close();
  });
});
