import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ChannelToolError } from "../../../src/plugin-sdk/index.ts";
import { createToolBench } from "../../support/tool-bench.ts";
import type { ToolBench } from "../../support/tool-bench.ts";

let bench: ToolBench;
afterEach(() => bench.close());

async function open(input: object = {}): Promise<string> {
  const { data } = await bench.use("stream_card_open", { chat_id: bench.chatId, ...input });
  return String(data["stream_id"]);
}

const append = (
  stream_id: string,
  text: string,
  offset?: number,
): Promise<{ data: Readonly<Record<string, unknown>> }> => bench.use("stream_card_append", { stream_id, text, offset });

const close = (stream_id: string, more: object = {}): Promise<{ data: Readonly<Record<string, unknown>> }> =>
  bench.use("stream_card_close", { stream_id, ...more });

const codeOf = (use: Promise<unknown>): Promise<string> =>
  use.then(
    () => "done",
    (error: unknown) => (error instanceof ChannelToolError ? error.code : String(error)),
  );

describe("the streaming-card tools", () => {
  it("[C11] show the card at once, grow it, and tell the truth at the end", async () => {
    bench = createToolBench();
    const { data } = await bench.use("stream_card_open", { chat_id: bench.chatId, title: "Plan" });
    expect(data).toMatchObject({ next_offset: 0, chat_id: bench.chatId, message_id: expect.stringMatching(/^om_/u) });
    const id = String(data["stream_id"]);
    expect(bench.emulator.visibleTexts(bench.chatId)).toMatchObject([{ title: "Plan", streaming: true }]);
    expect((await append(id, "First. ", 0)).data).toMatchObject({ next_offset: 7 });
    await bench.clock.advance(2_000);
    expect((await append(id, "Second.", 7)).data).toMatchObject({ next_offset: 14, visible: 7 });
    expect((await close(id)).data).toEqual({
      outcome: "finalized",
      closed_by: "close",
      owed: 0,
      delivered: 14,
      total: 14,
      cards: 1,
      message_ids: [data["message_id"]],
      dry_run: false,
    });
    expect(bench.answers()).toEqual(["First. Second."]);
    expect(bench.emulator.visibleTexts(bench.chatId)).toMatchObject([{ streaming: false }]);
    expect((await close(id)).data).toMatchObject({ outcome: "finalized", delivered: 14 });
    expect(await codeOf(append(id, "more", 14))).toBe("closed-stream");
  });

  it("[C11][E3] say how many cards still look unfinished, and that their text is there", async () => {
    bench = createToolBench();
    const id = await open();
    await append(id, "All of it.");
    await bench.clock.advance(2_000);
    bench.emulator.faults.add({ operation: ["card.*", "element.*"], effect: { type: "http", status: 503 } });
    const { data, text } = await bench.use("stream_card_close", { stream_id: id });
    expect(data).toMatchObject({ outcome: "finalized", delivered: 10, total: 10, owed: 1 });
    expect(text).toContain("may still look unfinished");
  });

  it("[C11] 200 appends arrive as one text, in order", async () => {
    bench = createToolBench();
    const id = await open();
    let offset = 0;
    let text = "";
    for (let i = 0; i < 200; i++) {
      const part = `Line ${i} 流式. `;
      text += part;
      offset = Number((await append(id, part, offset)).data["next_offset"]);
      await bench.clock.advance(100);
    }
    expect(offset).toBe(text.length);
    expect((await close(id)).data).toMatchObject({ delivered: text.length, total: text.length });
    expect(bench.answers().join("")).toBe(text);
    expect(bench.mostWritesAtOnce).toBe(1);
  });

  it("[C11] repeated, overlapping and reordered appends add every word once, or say which offset is right", async () => {
    bench = createToolBench();
    const id = await open();
    await append(id, "Hello ", 0);
    expect((await append(id, "Hello ", 0)).data).toMatchObject({ next_offset: 6 });
    expect((await append(id, "lo world", 3)).data).toMatchObject({ next_offset: 11 });
    expect((await append(id, "world", 6)).data).toMatchObject({ next_offset: 11 });
    for (const [offset, text] of [
      [12, "!"],
      [0, "Other"],
      [6, "World"],
    ] as const) {
      const error: unknown = await append(id, text, offset).catch((error: unknown) => error);
      expect(error).toMatchObject({ code: "wrong-offset", next: expect.stringContaining("offset 11") });
    }
    await append(id, "!");
    await close(id);
    expect(bench.answers()).toEqual(["Hello world!"]);
  });

  it("[C11] any sequence of repeats of any pieces gives the text once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text: fc.stringMatching(/^[a-z字。 ]{1,8}$/u), repeats: fc.nat(2), back: fc.nat(12) })),
        async (parts) => {
          bench = createToolBench({ dryRun: true });
          const id = await open();
          let text = "";
          for (const { text: part, repeats, back } of parts) {
            const at = text.length;
            text += part;
            for (let i = 0; i <= repeats; i++) await append(id, part, at);
            const from = Math.max(0, at - back);
            expect((await append(id, text.slice(from), from)).data["next_offset"]).toBe(text.length);
          }
          expect((await close(id)).data["total"]).toBe(text.length);
          await bench.close();
        },
      ),
      { numRuns: 30 },
    );
  });

  it("[C11] a stream nobody appends to is closed with its text, and says so", async () => {
    bench = createToolBench({ streams: { idleMs: 30_000 } });
    const id = await open();
    await append(id, "half a thought", 0);
    await bench.clock.advance(29_000);
    await append(id, ",", 14);
    await bench.clock.advance(29_000);
    expect(bench.emulator.visibleTexts(bench.chatId)).toMatchObject([{ streaming: true }]);
    await bench.clock.advance(5_000);
    const [shown] = bench.emulator.visibleTexts(bench.chatId);
    expect(shown).toMatchObject({ streaming: false });
    expect(shown?.text).toContain("half a thought,");
    expect(shown?.text).toContain("nothing more came");
    expect(await codeOf(append(id, " whole", 15))).toBe("closed-stream");
    expect((await close(id)).data).toMatchObject({ closed_by: "idle", outcome: "failed", delivered: 15, total: 15 });
    expect(bench.clock.pending).toBe(0);
  });

  it("[C11] an incomplete end shows its reason", async () => {
    bench = createToolBench();
    const id = await open();
    await append(id, "So far", 0);
    expect((await close(id, { complete: false, reason: "the source went away" })).data["outcome"]).toBe("failed");
    expect(bench.emulator.visibleTexts(bench.chatId)[0]?.text).toContain("the source went away");
  });

  it("[C11] stopping the server closes what is open, with its text", async () => {
    bench = createToolBench();
    const ids = [await open(), await open()];
    for (const id of ids) await append(id, "words", 0);
    await bench.clock.runUntil(bench.toolset.close());
    for (const message of bench.emulator.visibleTexts(bench.chatId)) {
      expect(message).toMatchObject({ streaming: false });
      expect(message.text).toContain("words");
      expect(message.text).toContain("Interrupted");
    }
    expect(await codeOf(append(ids[0]!, "more", 5))).toBe("closed-stream");
    expect(await codeOf(open())).toBe("too-many-streams");
    await bench.toolset.close();
    expect(bench.clock.pending).toBe(0);
  });

  it("[C11] streams do not touch each other, and there is a most of them", async () => {
    bench = createToolBench({ streams: { maxOpen: 3 } });
    const ids = [await open(), await open(), await open()];
    expect(await codeOf(open())).toBe("too-many-streams");
    await Promise.all(ids.map((id, i) => append(id, `text of ${i}`, 0)));
    for (const id of ids) await close(id);
    expect(bench.answers()).toEqual(["text of 0", "text of 1", "text of 2"]);
    await close(await open());
  });

  it("[C11] a chat that does not exist is known when the stream is opened, and nothing is left open", async () => {
    bench = createToolBench();
    expect(await codeOf(open({ chat_id: "oc_nosuchchat" }))).not.toBe("done");
    expect(bench.clock.pending).toBe(0);
    expect(await codeOf(append("stream_1", "x", 0))).toBe("unknown-stream");
  });

  it("[C11][A8] goes on without CardKit when its scope is missing", async () => {
    bench = createToolBench({}, { emulator: { apps: [{ name: "narrow", scopes: ["im:message:send_as_bot"] }] } });
    const id = await open();
    await append(id, "still readable", 0);
    expect((await close(id)).data).toMatchObject({ delivered: 14, total: 14 });
    expect(
      bench.emulator
        .visibleTexts(bench.chatId)
        .map(({ text }) => text)
        .join(),
    ).toContain("still readable");
  });

  it("[C11] text that could not be delivered is a failure that says from where", async () => {
    bench = createToolBench();
    const id = await open();
    await append(id, "visible. ", 0);
    await bench.clock.advance(3_000);
    bench.emulator.faults.add({ operation: "*", effect: { type: "reset" } });
    await append(id, "lost.", 9);
    const error: unknown = await close(id).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "not-delivered", next: expect.stringContaining("character 9") });
  });

  it("[C11] text in many cards makes the caller wait instead of piling up", async () => {
    bench = createToolBench();
    const id = await open();
    const text = `${"word ".repeat(39)}end.\n\n`.repeat(120);
    let visible = 0;
    for (let at = 0; at < text.length; at += 12_000)
      visible = Number((await append(id, text.slice(at, at + 12_000), at)).data["visible"]);
    expect(text.length - visible).toBeLessThan(12_000);
    expect((await close(id)).data).toMatchObject({ delivered: text.length, cards: expect.any(Number) });
    expect(bench.answers().join("").replace(/\s+/gu, " ").trim()).toBe(text.replace(/\s+/gu, " ").trim());
  });
});
