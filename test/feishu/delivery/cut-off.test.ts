import { describe, expect, it } from "vitest";
import { toDelta } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";

const summaryOf = (bench: ReplyBench): unknown => {
  const { cardId } = bench.emulator.visibleTexts(bench.chatId).at(-1) ?? {};
  const { config } = (bench.emulator.store.cards.get(cardId ?? "")?.tree.json ?? {}) as {
    config?: { summary?: { content?: string } };
  };
  return config?.summary?.content;
};

describe("[E5] an answer that breaks off in the middle of Markdown", () => {
  const ends = [
    ["is stopped", (reply: ReturnType<ReplyBench["open"]>) => reply.abort({ by: "Ann" })],
    ["fails", (reply: ReturnType<ReplyBench["open"]>) => reply.fail({ code: "truncated" })],
    ["reaches the model's limit", (reply: ReturnType<ReplyBench["open"]>) => reply.finalize({ incomplete: true })],
  ] as const;

  it.each(ends)("reads well when it %s, and none of its words is lost", async (_, end) => {
    for (const down of [false, true]) {
      const bench = createReplyBench();
      if (down) bench.emulator.faults.add({ operation: "card.create", effect: { type: "http", status: 503 } });
      const reply = bench.open();
      reply.append(toDelta("This is **very"));
      await bench.clock.advance(1_000);
      reply.append(toDelta(" important, see [the docs"));
      // Longer than what has begun is held back for its end.
      await bench.clock.advance(10_000);
      const result = await bench.clock.runUntil(end(reply));
      expect(result).toMatchObject({ delivered: result.total, error: undefined });
      expect(bench.answers()).toEqual(["This is **very important, see the docs**"]);
      if (!down) expect(summaryOf(bench)).toBe("This is very important, see the docs");
      await bench.close();
    }
  });

  it("keeps the marks of one that is whole", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    reply.append(toDelta("This is **very important"));
    await bench.clock.runUntil(reply.finalize());
    expect(bench.answers()).toEqual(["This is **very important"]);
    await bench.close();
  });

  it("is shown once, also when nobody knows whether its end arrived and the card is given up", async () => {
    const bench = createReplyBench();
    const reply = bench.open({ settings: { finishWithinMs: 20_000 } });
    reply.append(toDelta("This is **very important"));
    await bench.clock.advance(3_000);
    for (const operation of ["card.batch_update", "card.update"])
      bench.emulator.faults.add({ operation, effect: { type: "lost" } });
    const ended = reply.abort();
    await bench.clock.advance(15_000);
    bench.emulator.faults.clear();
    const result = await bench.clock.runUntil(ended);
    expect(result.delivered).toBe(result.total);
    await bench.clock.runUntil(bench.delivery.debts.settled());
    expect(bench.answers()).toEqual(["This is **very important**"]);
    await bench.close();
  });
});
