import { describe, expect, it } from "vitest";
import { toDelta } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

const TEXT = Array.from({ length: 60 }, (_, n) => `Paragraph ${n} says something of its own.\n\n`)
  .join("")
  .trim();

describe("[E10][S14] a reply of more messages than it may have", () => {
  it.each([
    ["zh", /其余 \d+ 字/u],
    ["en", /remaining \d+ characters/u],
  ] as const)("[E10] goes on in a file, with a line that says so (%s), and nothing is lost", async (locale, says) => {
    const bench = createReplyBench();
    const reply = bench.open({ settings: { rolloverChars: 200, maxMessages: 5, locale } });
    for (let at = 0; at < TEXT.length; at += 100) {
      reply.append(toDelta(TEXT.slice(at, at + 100)));
      await bench.clock.advance(50);
    }
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: TEXT.length, total: TEXT.length, error: undefined, tier: "text" });
    const shown = bench.emulator.visibleTexts(bench.chatId);
    expect(shown.map(({ kind }) => kind)).toEqual(["card", "card", "card", "text", "file"]);
    expect(shown[3]?.text).toMatch(says);
    const cards = bench.answers().slice(0, 3).join("");
    const upload = bench.emulator.timeline.find({ operation: "file.create" });
    expect(upload).toHaveLength(1);
    const rest = result.parts.at(-1);
    expect(rest).toMatchObject({ end: TEXT.length, messageId: shown[4]?.messageId });
    expect(TEXT.slice(0, rest?.start).trim()).toBe(cards.trim());
    expect(shown.some(({ streaming }) => streaming)).toBe(false);
    await bench.close();
  });

  it("[E10] takes ten megabytes at that: few calls, a bounded heap, and nothing lost", async () => {
    const bench = createReplyBench();
    const reply = bench.open({ settings: { maxMessages: 5 } });
    const line = "一行文字, a line of **words** and `code`.\n";
    const chunk = line.repeat(Math.ceil(250_000 / line.length));
    const before = process.memoryUsage().heapUsed;
    let total = 0;
    while (total < 10_000_000) {
      reply.append(toDelta(chunk));
      total += chunk.length;
      await bench.clock.advance(50);
    }
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: total, total, error: undefined });
    expect(bench.emulator.timeline.find({}).length).toBeLessThan(100);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300_000_000);
    const rest = result.parts.at(-1);
    const cards = bench.answers().slice(0, 3).join("").replace(/\s/gu, "");
    expect(cards).toBe(chunk.slice(0, rest?.start).replace(/\s/gu, ""));
    expect(rest?.end).toBe(total);
    await bench.close();
  });

  it("[E10] says what is missing when the file cannot be sent", async () => {
    const bench = createReplyBench();
    bench.emulator.faults.add({ operation: "file.create", effect: { type: "code", code: 99_991_672 } });
    const reply = bench.open({ settings: { rolloverChars: 200, maxMessages: 3 } });
    reply.append(toDelta(TEXT));
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result.delivered).toBeLessThan(TEXT.length);
    expect(result.error?.message).toMatch(/im\.file\.create/u);
    expect(bench.emulator.visibleTexts(bench.chatId)).toHaveLength(1);
    await bench.close();
  });
});
