import { expect, it } from "vitest";
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

it("[D7] does so by patching the message when CardKit is down", async () => {
  const bench = createReplyBench();
  const card = await leaveOpen(bench);
  bench.emulator.faults.add({ operation: "card.*", effect: { type: "http", status: 503 } });
  await bench.clock.runUntil(closeOrphanCard(bench.delivery, { ...card, locale: "en" }));
  const message = bench.emulator.visibleTexts(bench.chatId)[0];
  expect(message).toMatchObject({ streaming: false });
  expect(message?.text).toContain("What was written before the crash.");
  expect(message?.text).toContain("the service restarted");
});
