import { describe, expect, it } from "vitest";
import { findSent } from "../../../extensions/feishu/delivery/seen/find-sent.ts";
import type { FeishuApiError } from "../../../extensions/feishu/client/index.ts";
import { createCardEntityFeishu, sendCardEntityFeishu, sendCardFeishu } from "../../../extensions/feishu/send.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";

const card = (content: string): Record<string, unknown> => ({
  schema: "2.0",
  body: { elements: [{ tag: "markdown", element_id: "a1", content }] },
});

async function put(bench: ReplyBench, content: string): Promise<string> {
  const to = { type: "chat", chatId: bench.chatId } as const;
  const sent = await bench.clock.runUntil(sendCardFeishu(bench.client, { to, card: card(content) }));
  return sent.messageId;
}

function find(bench: ReplyBench, answer: string, known: readonly string[] = []): Promise<string> {
  const { client, chatId } = bench;
  const lost = { target: { type: "chat", chatId } as const, chatId, since: bench.clock.wallNow(), cardId: undefined };
  const isKnown = (messageId: string): boolean => known.includes(messageId);
  const finding = findSent(client, { ...lost, answers: [answer], isKnown }, {});
  return bench.clock.runUntil(
    finding.then((found) => (typeof found === "string" ? found : `found ${found.messageId}`)),
  );
}

describe("findSent", () => {
  it("[D2] finds the card that shows the answer, and none that is accounted for", async () => {
    const bench = createReplyBench();
    const other = await put(bench, "other");
    const lost = await put(bench, "lost");
    expect(await find(bench, "lost")).toBe(`found ${lost}`);
    expect(await find(bench, "lost", [lost])).toBe("absent");
    expect(await find(bench, "other", [])).toBe(`found ${other}`);
    await bench.close();
  });

  it("[D2][A5] takes no card when two could be it, or when nothing tells it from others", async () => {
    const bench = createReplyBench();
    expect(await find(bench, "")).toBe("absent");
    await put(bench, "好");
    await put(bench, "好");
    expect(await find(bench, "好")).toBe("unknown");
    await put(bench, "");
    expect(await find(bench, "")).toBe("unknown");
    await bench.close();
  });

  it("[D2] takes no no for an answer that Feishu gives for the moment alone", async () => {
    const bench = createReplyBench();
    const { client, chatId, clock } = bench;
    const to = { type: "chat", chatId } as const;
    const { cardId } = await clock.runUntil(createCardEntityFeishu(client, { card: card("lost") }));
    const { messageId } = await clock.runUntil(sendCardEntityFeishu(client, { to, cardId }));
    const lost = { target: to, chatId, since: clock.wallNow(), cardId, answers: [], isKnown: () => false };
    for (const [code, says] of [
      [200_810, "throws busy"],
      [230_020, "throws rate-limited"],
      [200_740, "absent"],
    ] as const) {
      bench.emulator.faults.add({ operation: "card.id_convert", effect: { type: "code", code }, count: 1 });
      const found = findSent(client, lost, {}).then(
        (one) => (typeof one === "string" ? one : one.messageId),
        ({ kind }: FeishuApiError) => `throws ${kind}`,
      );
      expect(await clock.runUntil(found)).toBe(says);
    }
    const found = await clock.runUntil(findSent(client, lost, {}));
    expect(found).toMatchObject({ messageId });
    await bench.close();
  });

  it("[D2] does not say it is absent when there are more messages than it has seen", async () => {
    const bench = createReplyBench();
    for (let count = 0; count < 51; count++) {
      await put(bench, "other");
      await bench.clock.advance(1_000);
    }
    expect(await find(bench, "lost")).toBe("unknown");
    await bench.close();
  });

  it("[D2][A7] a first card whose sending is never acknowledged, nor repeated by Feishu, is there once", async () => {
    const bench = createReplyBench({ emulator: { world: { imUuidReplay: 230049 } } });
    bench.emulator.faults.add({ operation: "message.create", effect: { type: "lost" }, count: 1 });
    const reply = bench.open();
    reply.append(toDelta("Every word, exactly once."));
    const { delivered, error } = await bench.clock.runUntil(reply.finalize());
    expect({ delivered, error }).toEqual({ delivered: 25, error: undefined });
    expect(bench.answers()).toEqual(["Every word, exactly once."]);
    await bench.close();
  });

  it("[D2][A7] a reply whose send was answered by silence, and whose repeat is refused, is found and not sent twice", async () => {
    for (const effect of [{ type: "lost" }, { type: "late", ms: 900 }, { type: "reset" }] as const) {
      const bench = createReplyBench({ emulator: { world: { imUuidReplay: 230049 } } });
      bench.emulator.faults.add({ operation: "message.create", count: 1, effect });
      const reply = bench.open();
      reply.append(toDelta("Said once."));
      const result = await bench.clock.runUntil(reply.finalize());
      expect(result).toMatchObject({ delivered: 10, cards: 1, error: undefined });
      expect(bench.answers()).toEqual(["Said once."]);
      expect(bench.emulator.visibleTexts(bench.chatId).some(({ streaming }) => streaming)).toBe(false);
      await bench.close();
    }
  });
});
