import { describe, expect, it } from "vitest";
import type { CardBlock } from "../../../extensions/feishu/card/index.ts";
import { buttonsBlock, markdownBlock, panelBlock } from "../../../extensions/feishu/card/index.ts";
import { withRoomAhead } from "../../../extensions/feishu/delivery/surface/room-ahead.ts";
import { createReplyBench } from "../../support/reply-bench.ts";
import { toDelta } from "../../../src/stream/index.ts";

const answer = (index: number, text: string): CardBlock => markdownBlock(`a${index}`, text);
const status = markdownBlock("status", "Writing…", { size: "notation" });
const stop = buttonsBlock([{ id: "stop", text: "Stop", value: {} }]);

/** Blocks in words: `id`, with `:text` when there is one. */
const words = (blocks: readonly CardBlock[]): string =>
  blocks.map(({ id, text }) => (text === "" ? id : `${id}:${text}`)).join(" ");

describe("[S5] the elements that are ready before their text", () => {
  it.each<[string, CardBlock[], CardBlock[] | undefined, boolean, string]>([
    ["three on the first card", [answer(0, "x")], undefined, true, "a0:x a1 a2 a3"],
    ["five on another", [answer(0, "x")], undefined, false, "a0:x a1 a2 a3 a4 a5"],
    [
      "also before there is an answer, where it will be",
      [panelBlock("T", "t", true), status],
      undefined,
      true,
      "think:t a0 a1 a2 status:Writing…",
    ],
    ["above everything, when nothing comes before the answer", [stop], undefined, true, "a0 a1 a2 actions"],
    [
      "those that are left",
      [answer(0, "x"), answer(1, "y")],
      [answer(0, "x"), answer(1, ""), answer(2, "")],
      true,
      "a0:x a1:y a2",
    ],
    [
      "more, when the last is in use",
      [answer(0, "x"), answer(1, "y")],
      [answer(0, "x"), answer(1, "")],
      true,
      "a0:x a1:y a2 a3 a4 a5 a6",
    ],
    [
      "none with text that is not wanted any more",
      [answer(0, "x")],
      [answer(0, "x"), answer(1, "old"), answer(2, "")],
      true,
      "a0:x a2",
    ],
  ])("%s", (_name, wanted, held, first, result) => {
    expect(words(withRoomAhead(wanted, held, first))).toBe(result);
  });

  it("none is left on a card that is closed, and a paragraph that begins costs no call before its words", async () => {
    const bench = createReplyBench({ emulator: { latencyMs: 80 } });
    const reply = bench.open();
    const paragraph = `${"Words of a paragraph that is long enough. ".repeat(9)}\n\n`;
    for (let i = 0; i < 3; i++) {
      reply.append(toDelta(paragraph));
      await bench.clock.advance(500);
    }
    const calls = bench.emulator.timeline.entries().map(({ operation }) => operation);
    expect(calls).toContain("element.content");
    expect(calls).not.toContain("card.batch_update");
    await bench.clock.runUntil(reply.finalize());
    const shown = bench.emulator.visibleTexts(bench.chatId).flatMap(({ parts }) => parts);
    expect(shown.map(({ elementId }) => elementId)).toEqual(["a0", "a1", "a2"]);
    await bench.close();
  });
});
