import { expect, it } from "vitest";
import { readRemainder } from "../../../extensions/feishu/delivery/debts/remainder.ts";
import { closeOrphanCard } from "../../../extensions/feishu/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

async function leaveOpen(bench: ReplyBench): Promise<{ cardId: string; messageId: string }> {
  const reply = bench.open({ buttons: { stop: { text: "Stop", value: { turn: "1" } } } });
  reply.append(toDelta("What was written before the crash."));
  await bench.clock.advance(2_000);
  const message = bench.emulator.visibleTexts(bench.chatId)[0];
  expect(message?.streaming).toBe(true);
  return { cardId: message?.cardId ?? "", messageId: message?.messageId ?? "" };
}

it("[D7] ends a card that a dead process left open, and keeps its text", async () => {
  const bench = createReplyBench();
  const { cardId } = await leaveOpen(bench);
  await bench.clock.runUntil(closeOrphanCard(bench.delivery, { cardId, locale: "zh" }));
  const message = bench.emulator.visibleTexts(bench.chatId)[0];
  expect(message).toMatchObject({ streaming: false });
  expect(message?.text).toContain("What was written before the crash.");
  expect(message?.text).toContain("服务重启");
  expect(message?.parts.map(({ elementId }) => elementId)).not.toContain("status");
  expect(message?.labels).not.toContain("Stop");
});

it("[D7][E3] ends a card entity by CardKit alone, however long that takes to answer", async () => {
  const bench = createReplyBench();
  const card = await leaveOpen(bench);
  const { emulator, clock } = bench;
  emulator.faults.add({ operation: "card.*", effect: { type: "http", status: 503 }, from: 0, until: 2 * 3_600_000 });
  await clock.runUntil(closeOrphanCard(bench.delivery, { ...card, locale: "en" }));
  expect(clock.now()).toBeGreaterThan(2 * 3_600_000);
  expect(emulator.timeline.find({ operation: "message.patch" })).toEqual([]);
  const message = emulator.visibleTexts(bench.chatId)[0];
  expect(message).toMatchObject({ streaming: false });
  expect(message?.text).toContain("What was written before the crash.");
  expect(message?.text).toContain("the service restarted");
  // Nor is there a gap where more of the answer was to come.
  expect(message?.parts.map(({ elementId }) => elementId)).toEqual(["a0", "note"]);
});

it("[D7] ends a card that cannot be read, and leaves what stood ready for more of the answer", async () => {
  const bench = createReplyBench();
  const card = await leaveOpen(bench);
  bench.emulator.faults.add({ operation: "message.get", effect: { type: "http", status: 503 } });
  await bench.clock.runUntil(closeOrphanCard(bench.delivery, { ...card, locale: "en" }));
  const message = bench.emulator.visibleTexts(bench.chatId)[0];
  expect(message).toMatchObject({ streaming: false });
  expect(message?.text).toContain("the service restarted");
});

it("[D7][S6][S17] takes away what the dead process added a moment before, although Feishu does not know it yet", async () => {
  const bench = createReplyBench();
  const card = await leaveOpen(bench);
  const { emulator, clock } = bench;
  const at = clock.now();
  const effect = { type: "code", code: 300_313, msg: "ErrMsg: not find elementID : status; " } as const;
  emulator.faults.add({ operation: "card.batch_update", effect, from: at, until: at + 2_000 });
  await clock.runUntil(closeOrphanCard(bench.delivery, { ...card, locale: "en" }));
  const message = emulator.visibleTexts(bench.chatId)[0];
  expect(message).toMatchObject({ streaming: false });
  expect(message?.parts.map(({ elementId }) => elementId)).not.toContain("status");
  expect(message?.text).toContain("the service restarted");
});

it("[E2][S2] ends a message that may have become an entity by CardKit, not by a patch that would change nothing", async () => {
  const bench = createReplyBench({
    emulator: { latencyMs: 50, world: { patchConvertedMessage: "noopAfterCardKitCall" } },
  });
  const { clock, emulator, delivery } = bench;
  // What its process knew of it when it died: sent, and that it was to be converted next.
  emulator.faults.add({ operation: "card.id_convert", effect: { type: "lost" }, count: 1 });
  const reply = bench.open({ settings: { start: "convert" } });
  let known: { messageId?: string | undefined; remainder?: string | undefined } = {};
  reply.events.on("card", ({ messageId, remainder }) => (known = { messageId, remainder }));
  reply.append(toDelta("What was written before the crash."));
  await clock.advance(130);
  reply.events.removeAllListeners();
  expect(emulator.timeline.find({ operation: "card.id_convert" })).toHaveLength(1);
  expect(known.messageId).toBeDefined();
  const before = emulator.timeline.find({ operation: "message.patch" }).length;
  await clock.runUntil(closeOrphanCard(delivery, { ...known, locale: "en" }));
  expect(emulator.timeline.find({ operation: "message.patch" })).toHaveLength(before);
  const message = emulator.visibleTexts(bench.chatId)[0];
  expect(message).toMatchObject({ streaming: false });
  expect(message?.text).toContain("the service restarted");
});

it("[S2][S17] a card that was never to become an entity is ended by a patch of its message", async () => {
  const bench = createReplyBench();
  const { clock, emulator, delivery } = bench;
  emulator.faults.add({ operation: ["card.*", "element.*"], effect: { type: "http", status: 503 } });
  const reply = bench.open();
  let known: { messageId?: string | undefined; remainder?: string | undefined } = {};
  reply.events.on("card", ({ messageId, remainder }) => (known = { messageId, remainder }));
  reply.append(toDelta("What was written before the crash."));
  await clock.advance(5_000);
  expect(known).toEqual({ messageId: expect.any(String) as string, remainder: undefined });
  await clock.runUntil(closeOrphanCard(delivery, { ...known, locale: "en" }));
  expect(emulator.visibleTexts(bench.chatId)[0]?.text).toContain("the service restarted");
});

it("a remainder that is not one is refused at once, by name", async () => {
  expect(() => readRemainder("{}")).toThrow('neither "cardkit" nor "patch"');
  const bench = createReplyBench();
  const closing = closeOrphanCard(bench.delivery, { messageId: "om_1", locale: "en", remainder: "null" });
  await expect(closing).rejects.toThrow(SyntaxError);
});

it("[S2] what was to be converted but goes on as an ordinary card is told to be one", async () => {
  const bench = createReplyBench();
  const { clock, emulator } = bench;
  emulator.faults.add({ operation: "card.id_convert", effect: { type: "code", code: 200_740 } });
  const reply = bench.open({ settings: { start: "convert" } });
  const told: (string | undefined)[] = [];
  reply.events.on("card", ({ messageId, remainder }) => {
    if (messageId !== undefined) told.push(remainder);
  });
  reply.append(toDelta("What was written before the crash."));
  await clock.advance(20_000);
  expect(told).toEqual(['{"by":"cardkit"}', undefined]);
  await clock.runUntil(reply.finalize());
});
