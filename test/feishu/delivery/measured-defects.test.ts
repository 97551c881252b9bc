import { describe, expect, it } from "vitest";
import { toDelta, toSnapshot } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

const sentence = (n: number): string => `Sentence number ${n} says something of its own. `;
const story = (length: number): string =>
  Array.from({ length: Math.ceil(length / 40) }, (_, n) => sentence(n))
    .join("")
    .slice(0, length);

/** What other implementations were measured doing (acceptance rows, last section); each is what naive code does. */
describe("defects measured in others", () => {
  it("[B9][D6] 200 partials at 20 ms over a 200 ms round trip end when the model ends, not 36 s later", async () => {
    const bench = createReplyBench({ emulator: { latencyMs: 200 } });
    const reply = bench.open();
    const text = story(4_000);
    for (let i = 1; i <= 200; i++) {
      reply.replace(toSnapshot(text.slice(0, i * 20)));
      await bench.clock.advance(20);
    }
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: 4_000, error: undefined });
    expect(result.finishLagMs).toBeLessThan(1_000);
    expect(result.calls).toBeLessThan(45);
    expect(result.bytes / 4_000).toBeLessThan(12);
    await bench.close();
  });

  it("[D3] never writes more than ten times a second to one card", async () => {
    const bench = createReplyBench({ emulator: { latencyMs: 1 } });
    const reply = bench.open();
    const text = story(2_500);
    for (const char of text) {
      reply.append(toDelta(char));
      await bench.clock.advance(4);
    }
    await bench.clock.runUntil(reply.finalize());
    const writes = bench.emulator.timeline.entries().filter(({ sequence }) => sequence !== undefined);
    expect(writes.length).toBeGreaterThan(60);
    writes.forEach(({ at }, index) => {
      const tenth = writes[index + 10];
      if (tenth !== undefined) expect(tenth.at - at).toBeGreaterThanOrEqual(1_000);
    });
    expect(writes.every(({ code }) => code === 0)).toBe(true);
    await bench.close();
  });

  it("[D4][D1] shows all of a reply whose streaming mode Feishu closes, without hammering the closed card", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    const text = story(4_000);
    for (let at = 0; at < text.length; at += 20) {
      reply.append(toDelta(text.slice(at, at + 20)));
      if (at === 100) {
        await bench.clock.advance(500);
        bench.emulator.closeStreaming();
      }
      await bench.clock.advance(20);
    }
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: 4_000, tier: "cardkit", error: undefined });
    expect(bench.answers().join("")).toBe(text);
    expect(result.rejected).toBeLessThanOrEqual(2);
    await bench.close();
  });

  it("[A10] shows ha,ha,ha,! ,1,0,0,0,0 as it is", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    for (const delta of ["ha", "ha", "ha", "! ", "1", "0", "0", "0", "0"]) {
      reply.append(toDelta(delta));
      await bench.clock.advance(130);
    }
    await bench.clock.runUntil(reply.finalize());
    expect(bench.answers()).toEqual(["hahaha! 10000"]);
    await bench.close();
  });

  it("[A7][D1] goes on after a failed update, and never calls text delivered that is not", async () => {
    const bench = createReplyBench();
    bench.emulator.faults.add({
      operation: "element.content",
      skip: 1,
      count: 1,
      effect: { type: "http", status: 500 },
    });
    const reply = bench.open();
    const text = story(1_910);
    for (let at = 0; at < text.length; at += 20) {
      reply.append(toDelta(text.slice(at, at + 20)));
      await bench.clock.advance(20);
    }
    expect(await bench.clock.runUntil(reply.finalize())).toMatchObject({ delivered: 1_910, retries: 1 });
    expect(bench.answers().join("")).toBe(text);

    bench.emulator.faults.add({ operation: "*", effect: { type: "code", code: 230_002 } });
    const refused = bench.open();
    refused.append(toDelta("nobody will see this"));
    const result = await bench.clock.runUntil(refused.finalize());
    expect(result).toMatchObject({ delivered: 0, total: 20, cards: 0, tier: "none" });
    expect(result.error).toBeInstanceOf(Error);
    await bench.close();
  });

  it("[A6] makes two cards, not 27, of a 4,690-character reply that comes as snapshots", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    const text = story(4_690);
    for (let end = 30; end < text.length + 30; end += 30) {
      reply.replace(toSnapshot(text.slice(0, end)));
      await bench.clock.advance(25);
    }
    expect(await bench.clock.runUntil(reply.finalize())).toMatchObject({ cards: 2, delivered: 4_690 });
    expect(bench.answers().join("")).toBe(text);
    await bench.close();
  });

  it("[A11] keeps every card of a rate-limited topic reply in its topic", async () => {
    const bench = createReplyBench();
    const { emulator } = bench;
    const group = emulator.store.chats.all().find(({ type }) => type === "group");
    const chatId = group?.chatId ?? "";
    const asked = emulator.sendAsUser({ chatId, text: "question", mentionBot: true });
    emulator.faults.add({ operation: "message.reply", count: 3, effect: { type: "code", code: 230_020 } });
    emulator.faults.add({ operation: "card.*", skip: 6, count: 2, effect: { type: "http", status: 503 } });
    const reply = bench.open({ target: { type: "reply", messageId: asked.messageId, inThread: true }, chatId });
    const text = story(7_000);
    for (let at = 0; at < text.length; at += 50) {
      reply.append(toDelta(text.slice(at, at + 50)));
      await bench.clock.advance(20);
    }
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: 7_000, error: undefined });
    const shown = emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app");
    expect(shown.length).toBeGreaterThan(2);
    const topics = new Set(shown.map(({ threadId }) => threadId));
    expect(topics.size).toBe(1);
    expect([...topics][0]).toMatch(/^omt_/u);
    await bench.close();
  });

  it("[B4] wraps settings in config, and leaves no spinner", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    reply.append(toDelta("short"));
    await bench.clock.advance(9 * 60_000);
    await bench.clock.runUntil(reply.finalize());
    const settings = bench.emulator.timeline.find({ operation: "card.settings" });
    expect(settings).toHaveLength(1);
    expect(settings[0]?.body).toContain(String.raw`{\"config\":{\"streaming_mode\":true`);
    expect(bench.emulator.visibleTexts(bench.chatId)[0]?.streaming).toBe(false);
    await bench.close();
  });
});
