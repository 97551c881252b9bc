import { describe, expect, it } from "vitest";
import { toDelta } from "../../../src/stream/index.ts";
import type { DeliveryResult } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";

const SENTENCES = Array.from({ length: 100 }, (_, i) => `Sentence ${i} says ha ha 0 0. `);

/** A model that writes a sentence every 100 ms, ten seconds long, with a tool call and a flush in between. */
async function write(bench: ReplyBench, sentences: readonly string[] = SENTENCES): Promise<DeliveryResult> {
  const reply = bench.open();
  for (const [i, sentence] of sentences.entries()) {
    if (i === 20) reply.tool({ id: "t", name: "search", state: "running" });
    if (i === 40) reply.tool({ id: "t", name: "search", state: "done" });
    reply.append(toDelta(sentence));
    if (i === 50) await bench.clock.runUntil(reply.flush());
    await bench.clock.advance(100);
  }
  return bench.clock.runUntil(reply.finalize());
}

const calls = (bench: ReplyBench): string[] =>
  bench.emulator.timeline
    .entries()
    .map(({ operation }) => operation)
    .filter((name) => !name.startsWith("auth."));

describe("[D17] a reply within a budget of calls", () => {
  it("saves calls when much of the budget is used, and shows every word", async () => {
    const live = createReplyBench({ quota: { monthlyCalls: 1_000_000, used: 0 } });
    const eco = createReplyBench({ quota: { monthlyCalls: 1_000, used: 700 } });
    const [generous, frugal] = [await write(live), await write(eco)];
    expect(frugal).toMatchObject({ outcome: "finalized", tier: "cardkit", delivered: generous.total });
    expect(eco.answers().join("")).toBe(SENTENCES.join(""));
    expect(generous.calls).toBeGreaterThan(60);
    // Create, send, close; one write every three seconds of the ten or so; at most two cards.
    expect(frugal.calls).toBeLessThanOrEqual(10);
  });

  it("sends one message a card when nearly all of it is used, at the end", async () => {
    const bench = createReplyBench({ quota: { monthlyCalls: 100, used: 95 } });
    const long = [...SENTENCES, ...SENTENCES];
    const result = await write(bench, long);
    expect(result).toMatchObject({ outcome: "finalized", cards: 2, calls: 2, delivered: result.total });
    expect(bench.answers().join("")).toBe(long.join(""));
    expect(calls(bench)).toEqual(["message.create", "message.create"]);
    expect(bench.emulator.visibleTexts(bench.chatId).every(({ streaming }) => !streaming)).toBe(true);
  });

  it("keeps the level it began with", async () => {
    const bench = createReplyBench({ quota: { monthlyCalls: 60, used: 0, ecoAt: 0.1, finalOnlyAt: 0.2 } });
    const first = await write(bench);
    expect(first.calls).toBeGreaterThan(60);
    const second = await write(bench);
    expect(second.calls).toBe(1);
    expect(bench.answers().at(-1)).toBe(SENTENCES.join(""));
  });

  it("says an error or a stop at the end as well", async () => {
    const bench = createReplyBench({ quota: { monthlyCalls: 100, used: 95 } });
    const reply = bench.open();
    reply.open();
    reply.append(toDelta("Half of"));
    await bench.clock.advance(60_000);
    expect(bench.answers()).toEqual([]);
    await bench.clock.runUntil(reply.fail({ code: "provider-error" }));
    expect(bench.answers()).toEqual(["Half of"]);
    expect(bench.emulator.visibleTexts(bench.chatId)[0]?.text).toContain("⚠️");
  });

  it("gives the rest to the next means when the one call is refused", async () => {
    const bench = createReplyBench({ quota: { monthlyCalls: 100, used: 95 } });
    bench.emulator.faults.add({ operation: "message.create", effect: { type: "lost" }, count: 1 });
    const result = await write(bench);
    expect(result).toMatchObject({ delivered: result.total });
    expect(bench.answers().join("")).toBe(SENTENCES.join(""));
  });
});
