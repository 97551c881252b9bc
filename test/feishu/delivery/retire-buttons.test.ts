import { describe, expect, it } from "vitest";
import type { ReplyButtons } from "../../../src/plugin-sdk/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";

const BUTTONS: ReplyButtons = {
  stop: { text: "Stop", value: { press: "stop" } },
  after: [
    { text: "Regenerate", value: { press: "again" }, when: "always" },
    { text: "Continue", value: { press: "on" }, when: "incomplete" },
  ],
};

const labels = (bench: ReplyBench): string[][] =>
  bench.emulator.visibleTexts(bench.chatId).map((message) => (message.kind === "card" ? [...message.labels] : []));
const calls = (bench: ReplyBench): number => bench.emulator.timeline.entries().length;

describe("[D8] buttons that no longer count", () => {
  it("leave the last card by one call, and everything else stays as it was", async () => {
    const bench = createReplyBench();
    const reply = bench.open({ buttons: BUTTONS, settings: { rolloverChars: 200 } });
    reply.append(toDelta("Some words of an answer. ".repeat(12)));
    await bench.clock.advance(2_000);
    await bench.clock.runUntil(reply.abort({ by: "Ann" }));
    expect(labels(bench)).toEqual([[], ["Regenerate", "Continue"]]);
    const before = { answers: bench.answers(), calls: calls(bench) };

    await bench.clock.runUntil(Promise.all([reply.retireButtons(), reply.retireButtons()]));
    expect(labels(bench)).toEqual([[], []]);
    expect(bench.answers()).toEqual(before.answers);
    expect(bench.emulator.visibleTexts(bench.chatId).at(-1)?.text).toContain("Ann");
    expect(calls(bench)).toBe(before.calls + 1);
    await bench.close();
  });

  it("leave an ordinary card as well", async () => {
    const bench = createReplyBench();
    bench.emulator.faults.add({ operation: "card.create", effect: { type: "http", status: 503 } });
    const reply = bench.open({ buttons: BUTTONS });
    reply.append(toDelta("Words."));
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result.tier).toBe("im-patch");
    expect(labels(bench)).toEqual([["Regenerate"]]);
    await bench.clock.runUntil(reply.retireButtons());
    expect(labels(bench)).toEqual([[]]);
    expect(bench.answers()).toEqual(["Words."]);
    await bench.close();
  });

  it("are not on a card that is owed still once it is closed", async () => {
    const bench = createReplyBench();
    const reply = bench.open({ buttons: BUTTONS, settings: { finishWithinMs: 4_000 } });
    reply.append(toDelta("Words."));
    await bench.clock.advance(2_000);
    const down = ["card.batch_update", "card.update", "card.settings"].map((operation) =>
      bench.emulator.faults.add({ operation, effect: { type: "http", status: 503 } }),
    );
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result.owed).toHaveLength(1);
    await bench.clock.runUntil(reply.retireButtons());
    for (const id of down) bench.emulator.faults.remove(id);
    await bench.clock.runUntil(bench.delivery.debts.settled());
    expect(labels(bench)).toEqual([[]]);
    expect(bench.answers()).toEqual(["Words."]);
    await bench.close();
  });

  it("stay where Feishu does not let them go, after half a minute of trying and no new card", async () => {
    const bench = createReplyBench();
    const reply = bench.open({ buttons: BUTTONS });
    reply.append(toDelta("Words."));
    await bench.clock.runUntil(reply.finalize());
    bench.emulator.faults.add({ operation: "*", effect: { type: "http", status: 503 } });
    const from = bench.clock.now();
    await bench.clock.runUntil(reply.retireButtons());
    expect(bench.clock.now() - from).toBeLessThanOrEqual(31_000);
    expect(labels(bench)).toEqual([["Regenerate"]]);
    expect(bench.delivery.debts.list).toEqual([]);
    await bench.close();
  });

  it("cost nothing before the end, where there are none, and while calls are to be saved", async () => {
    const bench = createReplyBench({ quota: { monthlyCalls: 100, used: 85 } });
    const reply = bench.open({ buttons: BUTTONS });
    reply.append(toDelta("Words."));
    await bench.clock.runUntil(reply.finalize());
    const before = calls(bench);
    await bench.clock.runUntil(reply.retireButtons());
    expect(calls(bench)).toBe(before);
    await bench.close();

    const other = createReplyBench();
    const plain = other.open();
    plain.append(toDelta("Words."));
    await other.clock.runUntil(plain.retireButtons());
    await other.clock.runUntil(plain.finalize());
    const made = calls(other);
    await other.clock.runUntil(plain.retireButtons());
    expect(calls(other)).toBe(made);
    await other.close();
  });
});
