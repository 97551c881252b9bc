import { describe, expect, it } from "vitest";
import { toDelta, toSnapshot } from "../../../src/stream/index.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import type { ReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";

/** Writes `text` in pieces of `size` characters, one every `everyMs`. */
async function stream(bench: ReplyBench, reply: ReplyDispatcher, text: string, size = 8, everyMs = 20): Promise<void> {
  for (let at = 0; at < text.length; at += size) {
    reply.append(toDelta(text.slice(at, at + size)));
    await bench.clock.advance(everyMs);
  }
}

const operations = (bench: ReplyBench): string[] => bench.emulator.timeline.entries().map(({ operation }) => operation);

describe("createReplyDispatcher", () => {
  it("[B6][A3][A4] creates, sends, streams, closes and puts the final layout, in this order, with rising sequences", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    const text = "The quick brown fox jumps over the lazy dog. ".repeat(20);
    await stream(bench, reply, text);
    const result = await bench.clock.runUntil(reply.finalize());

    expect(result).toMatchObject({
      delivered: text.length,
      total: text.length,
      cards: 1,
      tier: "cardkit",
      rejected: 0,
    });
    expect(bench.answers()).toEqual([text]);
    const made = operations(bench).filter((operation) => operation !== "auth.tenant_token");
    expect(made.slice(0, 2)).toEqual(["card.create", "message.create"]);
    expect(made.slice(-2)).toEqual(["card.batch_update", "card.update"]);
    expect(new Set(made.slice(2, -2))).toEqual(new Set(["element.content"]));
    const sequences = bench.emulator.timeline.entries().flatMap(({ sequence }) => sequence ?? []);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    await bench.close();
  });

  it("[A4] writes one thousand updates and more to one card", async () => {
    const bench = createReplyBench({ emulator: { latencyMs: 1 } });
    const reply = bench.open({ settings: { rolloverChars: 5_000 } });
    await stream(bench, reply, "x".repeat(2_400), 2, 110);
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: 2_400, cards: 1, rejected: 0 });
    expect(operations(bench).filter((operation) => operation === "element.content").length).toBeGreaterThan(1_000);
    await bench.close();
  });

  it("[A10] never swallows a repeated delta and never doubles a snapshot", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    for (const delta of ["ha", "ha", "ha", "! ", "1", "0", "0", "0", "0"]) reply.append(toDelta(delta));
    await bench.clock.runUntil(reply.finalize());
    expect(bench.answers()).toEqual(["hahaha! 10000"]);

    const other = bench.open();
    for (const snapshot of ["ha", "haha", "haha", "hahaha"]) other.replace(toSnapshot(snapshot));
    await bench.clock.runUntil(other.finalize());
    expect(bench.answers()[1]).toBe("hahaha");
    await bench.close();
  });

  it.each([1, 2_999, 3_000, 3_001, 50_000])("[A6] brings a reply of %i characters whole, each once", async (length) => {
    for (const unit of ["a", "字", "👩‍👩‍👧‍👦", "e\u0301", "A line of text.\n\n"]) {
      const bench = createReplyBench({ emulator: { latencyMs: 20 } });
      const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
      const reply = bench.open();
      await stream(bench, reply, text, 500, 20);
      const result = await bench.clock.runUntil(reply.finalize());
      expect(result.delivered).toBe(length);
      expect(bench.answers().join("")).toBe(text);
      expect(bench.answers().every((answer) => answer.length <= 3_000)).toBe(true);
      await bench.close();
    }
  });

  it("[A5] keeps an empty reply without a card, and shows one that was opened as empty", async () => {
    const bench = createReplyBench();
    expect(await bench.clock.runUntil(bench.open().finalize())).toMatchObject({ cards: 0, total: 0, tier: "none" });
    const opened = bench.open();
    opened.open();
    await bench.clock.advance(500);
    expect(await bench.clock.runUntil(opened.finalize())).toMatchObject({ cards: 1, total: 0 });
    expect(bench.emulator.visibleTexts(bench.chatId)[0]?.text).toContain("没有内容");
    await bench.close();
  });

  it("[A5] never mixes two replies in one chat, nor a plain message after a streamed one", async () => {
    const bench = createReplyBench();
    const first = bench.open();
    const second = bench.open();
    for (let i = 0; i < 60; i++) {
      first.append(toDelta(`one${i} `));
      second.append(toDelta(`two${i} `));
      await bench.clock.advance(20);
    }
    await bench.clock.runUntil(Promise.all([first.finalize(), second.finalize()]));
    const third = bench.open();
    third.append(toDelta("plain"));
    await bench.clock.runUntil(third.finalize());
    const [a, b, c] = bench.answers();
    expect(a?.startsWith("one") ? [a, b] : [b, a]).toEqual([
      Array.from({ length: 60 }, (_, i) => `one${i} `).join(""),
      Array.from({ length: 60 }, (_, i) => `two${i} `).join(""),
    ]);
    expect(c).toBe("plain");
    await bench.close();
  });

  it("[C7] writes text no more often than flushMs, and always on completion", async () => {
    const bench = createReplyBench({ emulator: { latencyMs: 10 } });
    const reply = bench.open({ settings: { flushMs: 500 } });
    await stream(bench, reply, "y".repeat(1_000), 10, 50);
    await bench.clock.runUntil(reply.finalize());
    const at = bench.emulator.timeline
      .entries()
      .filter(({ operation }) => operation === "element.content")
      .map((entry) => entry.at);
    expect(at.length).toBeGreaterThan(5);
    for (let i = 1; i < at.length; i++) expect((at[i] ?? 0) - (at[i - 1] ?? 0)).toBeGreaterThanOrEqual(490);
    expect(bench.answers()).toEqual(["y".repeat(1_000)]);
    await bench.close();
  });

  it("[D4] renews streaming mode before Feishu's ten minutes are over", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    for (let minute = 0; minute < 25; minute++) {
      reply.append(toDelta(`minute ${minute} `));
      await bench.clock.advance(60_000);
    }
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ cards: 1, rejected: 0, delivered: result.total });
    expect(operations(bench).filter((operation) => operation === "card.settings")).toHaveLength(2);
    await bench.close();
  });

  it("[B11] shows elapsed time while it is silent, and is quiet while text flows", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    reply.tool({ id: "t1", name: "search", state: "running" });
    await bench.clock.advance(12_000);
    const status = bench.emulator.visibleTexts(bench.chatId)[0]?.parts.find(({ elementId }) => elementId === "status");
    expect(status?.text).toMatch(/正在运行 search · 6 秒/u);
    reply.tool({ id: "t1", name: "search", state: "done" });
    await bench.clock.advance(300);
    const before = operations(bench).length;
    await stream(bench, reply, "z".repeat(400), 4, 20);
    expect(
      operations(bench)
        .slice(before)
        .filter((operation) => operation === "element.patch"),
    ).toEqual([]);
    await bench.clock.runUntil(reply.finalize());
    expect(bench.emulator.visibleTexts(bench.chatId)[0]?.text).toMatch(/✅ \*\*search\*\* · 12\.\d s/u);
    await bench.close();
  });

  it("[B12] streams reasoning in an element of its own and folds it when the answer begins", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    reply.reasoning(toDelta("First I think. "));
    await bench.clock.advance(400);
    reply.reasoning(toDelta("Then I think more."));
    await bench.clock.advance(400);
    const panel = () =>
      bench.emulator.visibleTexts(bench.chatId)[0]?.parts.find(({ elementId }) => elementId === "think_md");
    expect(panel()?.text).toBe("First I think. Then I think more.");
    reply.append(toDelta("The answer."));
    await bench.clock.runUntil(reply.finalize());
    expect(panel()?.text).toBe("First I think. Then I think more.");
    expect(bench.answers()).toEqual(["The answer."]);
    await bench.close();
  });

  it("[C6] keeps the text of a reply that fails and says why", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    await stream(bench, reply, "Half an answer");
    const result = await bench.clock.runUntil(reply.fail({ code: "truncated" }));
    expect(result).toMatchObject({ outcome: "failed", delivered: 14 });
    expect(bench.answers()).toEqual(["Half an answer"]);
    expect(bench.emulator.visibleTexts(bench.chatId)[0]?.text).toContain("模型的回答在中途断开");
    expect(bench.emulator.visibleTexts(bench.chatId)[0]?.streaming).toBe(false);
    await bench.close();
  });

  it("[B16] says who stopped it; later ends change nothing", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    await stream(bench, reply, "Stopped answer");
    const aborted = reply.abort({ by: "小明" });
    expect(reply.finalize()).toBe(aborted);
    reply.append(toDelta("late"));
    await bench.clock.runUntil(aborted);
    expect(bench.answers()).toEqual(["Stopped answer"]);
    expect(bench.emulator.visibleTexts(bench.chatId)[0]?.text).toContain("已由 小明 停止");
    await bench.close();
  });

  it("[A2] starts by converting a sent card when told to", async () => {
    const bench = createReplyBench();
    const reply = bench.open({ settings: { start: "convert" } });
    await stream(bench, reply, "Converted cards stream too. ".repeat(10));
    const result = await bench.clock.runUntil(reply.finalize());
    expect(result).toMatchObject({ delivered: 280, cards: 1, tier: "cardkit" });
    expect(operations(bench).slice(1, 3)).toEqual(["message.create", "card.id_convert"]);
    await bench.close();
  });

  it("replaces commentary that turns out not to be the answer", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    await stream(bench, reply, "Let me check the workspace first.");
    await bench.clock.advance(500);
    reply.beginMessage({ keep: false });
    await stream(bench, reply, "The workspace is empty.");
    await bench.clock.runUntil(reply.finalize());
    expect(bench.answers()).toEqual(["The workspace is empty."]);
    await bench.close();
  });

  it("[E9] keeps what was said before tools beside them, in the order of time", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    await stream(bench, reply, "Let me check\nthe <at id=all></at> logs.");
    reply.tool({ id: "1", name: "exec", state: "running" });
    reply.tool({ id: "1", name: "exec", state: "done" });
    reply.beginMessage({ keep: false });
    await stream(bench, reply, "Now the tests.");
    reply.tool({ id: "2", name: "read", state: "done" });
    reply.beginMessage({ keep: false });
    await stream(bench, reply, "All is well.");
    await bench.clock.runUntil(reply.finalize());
    expect(bench.answers()).toEqual(["All is well."]);
    const parts = bench.emulator.visibleTexts(bench.chatId)[0]?.parts ?? [];
    const lines = parts.find(({ elementId }) => elementId === "tools")?.text.split("<br>");
    expect(lines).toHaveLength(4);
    expect(lines?.[0]).toMatch(/^💬 Let me check the .*logs\.$/u);
    expect(lines?.[0]).not.toContain("<at");
    expect(lines?.[1]).toMatch(/exec/u);
    expect(lines?.[2]).toBe("💬 Now the tests.");
    expect(lines?.[3]).toMatch(/read/u);
    await bench.close();
  });

  it("[E9] keeps commentary in the answer when there is too much of it for the place beside the tools", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    const said = Array.from({ length: 14 }, (_, i) => `Step ${i}: ${"checking ".repeat(28)}`.trim());
    for (const text of said) {
      await stream(bench, reply, text);
      reply.beginMessage({ keep: false });
    }
    await stream(bench, reply, "Done.");
    await bench.clock.runUntil(reply.finalize());
    const all = bench.emulator
      .visibleTexts(bench.chatId)
      .map(({ text }) => text)
      .join("\n");
    for (const text of [...said, "Done."]) expect(all.split(text)).toHaveLength(2);
    await bench.close();
  });

  it("takes cards away again when the final text needs fewer", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    await stream(bench, reply, "draft words ".repeat(600), 60, 20);
    await bench.clock.advance(3_000);
    expect(bench.answers().length).toBeGreaterThan(1);
    const result = await bench.clock.runUntil(reply.finalize({ text: toSnapshot("Short.") }));
    expect(bench.answers()).toEqual(["Short."]);
    expect(result).toMatchObject({ delivered: 6, total: 6, cards: 1 });
    await bench.close();
  });

  it.each([1, 400, 3_000])(
    "[D2][S15] ends within %i ms when nothing answers any more, and says what is open",
    async (withinMs) => {
      const bench = createReplyBench();
      const reply = bench.open();
      reply.append(toDelta("What was there before. "));
      await bench.clock.advance(2_000);
      bench.emulator.faults.add({ operation: "*", effect: { type: "hang" } });
      reply.append(toDelta("And what comes too late."));
      const endedAt = bench.clock.now();
      const result = await bench.clock.runUntil(reply.finalize({ withinMs }));
      expect(bench.clock.now() - endedAt).toBeLessThanOrEqual(withinMs);
      expect(result).toMatchObject({ delivered: 23 });
      expect(result.owed[0]?.messageId).toBe(reply.session.messageId);
      expect(result.error?.message).toContain(`${withinMs} ms after its end`);
      await bench.close();
    },
  );

  it("[S15] keeps the shortest of the times that it is given", async () => {
    const bench = createReplyBench();
    const reply = bench.open();
    reply.append(toDelta("Words."));
    await bench.clock.advance(2_000);
    bench.emulator.faults.add({ operation: "*", effect: { type: "hang" } });
    const endedAt = bench.clock.now();
    void reply.fail({ code: "truncated" }, { withinMs: 60_000 });
    await bench.clock.runUntil(reply.finalize({ withinMs: 500 }));
    expect(bench.clock.now() - endedAt).toBe(500);
    await bench.close();
  });
});
