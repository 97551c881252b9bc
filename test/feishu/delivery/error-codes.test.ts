import { describe, expect, it } from "vitest";
import {
  CARD_CONTENT_ERRORS,
  CARDKIT_ERRORS,
  finalCause,
  GATEWAY_ERRORS,
  IM_ERRORS,
} from "../../../extensions/feishu/client/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import { explainVisible, visibleEnd } from "../../support/visible-oracle.ts";

const PARAGRAPH = "A paragraph that is long enough to fill several writes and a few elements of one card.\n\n";
const TEXT = PARAGRAPH.repeat(45);

/** Streams a reply of two cards while `operation` fails `count` times with a code of Feishu. */
async function deliver(operation: string, code: number, count: number, msg?: string): Promise<void> {
  const bench = createReplyBench({ emulator: { latencyMs: 60 } });
  bench.emulator.faults.add({ operation, skip: 1, count, effect: { type: "code", code, msg } });
  const reply = bench.open({ settings: { finishWithinMs: 300_000 } });
  for (let at = 0; at < TEXT.length; at += 60) {
    reply.append(toDelta(TEXT.slice(at, at + 60)));
    await bench.clock.advance(20);
  }
  const result = await bench.clock.runUntil(reply.finalize());
  const shown = bench.emulator.visibleTexts(bench.chatId);
  if (result.outcome === "failed") {
    // Only a person can change that: the reply ends at once, and says what is so.
    const refused = bench.emulator.timeline.entries().find((entry) => entry.fault !== undefined && entry.code === code);
    expect(finalCause(result.error)).toBeDefined();
    expect(bench.clock.wallNow() - (refused?.at ?? 0)).toBeLessThan(TEXT.length);
    expect(visibleEnd(shown, TEXT)).toBe(result.delivered);
  } else {
    expect(result).toMatchObject({ delivered: TEXT.length, total: TEXT.length });
    expect(explainVisible(shown, TEXT)).toEqual([]);
  }
  const owed = new Set(result.owed.map(({ messageId }) => messageId));
  expect(shown.filter(({ streaming, messageId }) => streaming && !owed.has(messageId))).toEqual([]);
  expect(await bench.clock.runUntil(bench.delivery.debts.settle(600_000))).toBe(0);
  expect(bench.emulator.visibleTexts(bench.chatId).some(({ streaming }) => streaming)).toBe(false);
  await bench.close();
}

const codesOf = (rows: readonly { code: number }[]): number[] => [...new Set(rows.map(({ code }) => code))];

describe("[S16] a reply survives every code of Feishu's tables, or ends at once when only a person can help", () => {
  it.each(codesOf(CARDKIT_ERRORS))(
    "[A7][D2] %i from CardKit: once and repeatedly, wherever it strikes",
    async (code) => {
      for (const operation of ["card.create", "element.content", "card.batch_update", "card.update"]) {
        await deliver(operation, code, 1);
        await deliver(operation, code, 8);
      }
    },
  );

  it.each(codesOf(GATEWAY_ERRORS))("[A7][D2] %i from the gateway, at a write and at a send", async (code) => {
    await deliver("element.content", code, 2);
    await deliver("card.*", code, 3);
    await deliver("message.create", code, 1);
  });

  it.each(codesOf(IM_ERRORS))("[A7][D2] %i at sending the second card", async (code) => {
    await deliver("message.create", code, 1);
  });

  it.each(codesOf(CARD_CONTENT_ERRORS))("[A7][D5] 230099 with sub-code %i", async (subCode) => {
    const msg = `Failed to create card content, ext=ErrCode: ${subCode}; ErrMsg: refused; ErrorValue: ; `;
    await deliver("element.content", 230_099, 1, msg);
    await deliver("message.create", 230_099, 1, msg);
  });
});
