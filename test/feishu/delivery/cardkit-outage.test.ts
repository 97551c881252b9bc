import { describe, expect, it } from "vitest";
import type { FaultRule } from "../../../src/emulator/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import type { DeliveryResult } from "../../../src/stream/index.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import { explainVisible, visibleEnd } from "../../support/visible-oracle.ts";

const TEXT = Array.from({ length: 70 }, (_, n) => `Sentence ${n} says something of its own. `)
  .join("")
  .trim();
const EVERY_MS = 50;
const CHARS = 4;
const CARDKIT = ["card.*", "element.*"];

/** How long each of the text's characters took to be seen, ms, in order. */
async function stream(bench: ReplyBench): Promise<{ lags: number[]; result: DeliveryResult }> {
  const { clock, emulator, chatId } = bench;
  const reply = bench.open();
  const startedAt = clock.now();
  const lags: number[] = [];
  const look = (): void => {
    const seen = visibleEnd(emulator.visibleTexts(chatId), TEXT.slice(0, reply.text.length));
    while (lags.length < seen) {
      const handedInAt = startedAt + Math.floor(lags.length / CHARS) * EVERY_MS;
      lags.push(clock.now() - handedInAt);
    }
  };
  reply.events.on("flush", look);
  for (let at = 0; at < TEXT.length; at += CHARS) {
    reply.append(toDelta(TEXT.slice(at, at + CHARS)));
    await clock.advance(EVERY_MS);
    look();
  }
  const result = await clock.runUntil(reply.finalize());
  look();
  return { lags, result };
}

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;

const DOWN: readonly [string, FaultRule["effect"]][] = [
  ["answers 503", { type: "http", status: 503 }],
  ["hangs", { type: "hang" }],
  ["resets the connection", { type: "reset" }],
];
const MOMENTS = [100, 300, 700, 1_000, 2_000, 5_000, 9_000, 15_000, 25_000, 35_200];

describe.each(DOWN)("CardKit %s", (_name, effect) => {
  it("[E2][E3][E4][S1][S8][S9] in mid-card: words go on elsewhere, no patch touches the card, and it is closed in the end", async () => {
    for (const from of MOMENTS) {
      const bench = createReplyBench();
      const { emulator, clock, chatId } = bench;
      const until = 3_600_000;
      emulator.faults.add({ operation: CARDKIT, effect, from, until });
      const { lags, result } = await stream(bench);
      expect(result).toMatchObject({ delivered: TEXT.length, total: TEXT.length, error: undefined });
      expect([from, Math.max(...lags) <= 2_500 ? "in time" : Math.max(...lags)]).toEqual([from, "in time"]);

      const entities = new Set(
        emulator.visibleTexts(chatId).flatMap(({ cardId, messageId }) => (cardId === undefined ? [] : [messageId])),
      );
      const patched = emulator.timeline.find({ operation: "message.patch" }).map(({ messageId }) => messageId);
      for (const { cardId, messageId } of result.owed) {
        expect(cardId).toBeDefined();
        expect(patched).not.toContain(messageId);
        expect(entities).toContain(messageId);
      }
      const open = emulator.visibleTexts(chatId).filter(({ streaming }) => streaming);
      expect(open.map(({ messageId }) => messageId)).toEqual(result.owed.map(({ messageId }) => messageId));
      expect(bench.delivery.debts.list).toHaveLength(result.owed.length);

      await clock.advance(until + 300_000);
      expect(bench.delivery.debts.list).toEqual([]);
      expect(emulator.visibleTexts(chatId).some(({ streaming }) => streaming)).toBe(false);
      expect(explainVisible(emulator.visibleTexts(chatId), TEXT)).toEqual([]);
      await bench.close();
    }
  });

  it("[E4][S10] from the start: the first words come soon, the others at the pace of patches", async () => {
    const bench = createReplyBench();
    bench.emulator.faults.add({ operation: CARDKIT, effect });
    const { lags, result } = await stream(bench);
    expect(result).toMatchObject({ delivered: TEXT.length, owed: [], error: undefined });
    expect(lags[0]).toBeLessThanOrEqual(1_500);
    expect(p95(lags)).toBeLessThanOrEqual(1_600);
    await bench.close();
  });

  it("[E4] for a second: that costs no card", async () => {
    for (const from of MOMENTS) {
      const bench = createReplyBench();
      bench.emulator.faults.add({ operation: CARDKIT, effect, from, until: from + 1_000 });
      const { result } = await stream(bench);
      expect(result).toMatchObject({ delivered: TEXT.length, cards: 1, tier: "cardkit", owed: [], error: undefined });
      await bench.close();
    }
  });
});

it("[E4][S10] the next card streams again when CardKit is back", async () => {
  const bench = createReplyBench();
  bench.emulator.faults.add({ operation: CARDKIT, effect: { type: "http", status: 503 }, from: 2_000, until: 9_000 });
  const reply = bench.open({ settings: { rolloverChars: 600 } });
  for (let at = 0; at < TEXT.length; at += CHARS) {
    reply.append(toDelta(TEXT.slice(at, at + CHARS)));
    await bench.clock.advance(EVERY_MS);
  }
  const { parts, owed } = await bench.clock.runUntil(reply.finalize());
  const tiers = parts.map(({ tier }) => tier);
  expect(tiers[0]).toBe("cardkit");
  expect(tiers).toContain("im-patch");
  expect(tiers.at(-1)).toBe("cardkit");
  expect(owed).toEqual([]);
  await bench.close();
});

it("[D1][S11] a card that may show more than its part, and cannot be looked at, makes the result carry an error", async () => {
  const bench = createReplyBench({ emulator: { latencyMs: 50 } });
  const { clock, emulator } = bench;
  const reply = bench.open();
  reply.append(toDelta("What is there. "));
  await clock.advance(2_000);
  // What is written still lands, but nobody hears of it.
  emulator.faults.add({ operation: ["card.*", "element.*"], effect: { type: "lost" }, until: 3_600_000 });
  emulator.faults.add({ operation: "message.get", effect: { type: "http", status: 503 }, until: 3_600_000 });
  reply.append(toDelta("What may be there twice."));
  await clock.advance(20_000);
  const { error, owed, delivered, total } = await clock.runUntil(reply.finalize());
  expect([delivered, owed.length]).toEqual([total, 1]);
  expect(error?.message).toContain("may show text that stands in the next message, too");
  await clock.advance(3 * 3_600_000);
  expect(explainVisible(emulator.visibleTexts(bench.chatId), reply.text)).toEqual([]);
  await bench.close();
});
