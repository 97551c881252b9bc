import { describe, expect, it } from "vitest";
import { toDelta } from "../../../src/stream/index.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

const TEXT = "Every word of this sentence is read once. ".repeat(12);

/** Headers of the chat's cards as a reader sees them: title and subtitle. */
function headers(bench: ReturnType<typeof createReplyBench>): unknown[] {
  return bench.emulator.visibleTexts(bench.chatId).map(({ cardId }) => {
    const { header } = (bench.emulator.store.cards.get(cardId ?? "")?.tree.json ?? {}) as {
      header?: { title: { content: string }; subtitle?: { content: string }; template?: string };
    };
    return header && [header.title.content, header.subtitle?.content, header.template];
  });
}

describe("[A6][D16] a card that is not the first of its reply", () => {
  it.each([
    ["en", undefined, [undefined, ["Continued", undefined, "default"], ["Continued", undefined, "default"]]],
    ["zh", undefined, [undefined, ["接上文", undefined, "default"], ["接上文", undefined, "default"]]],
    [
      "zh",
      { title: "助手", template: "green" },
      [
        ["助手", undefined, "green"],
        ["助手", "接上文", "green"],
        ["助手", "接上文", "green"],
      ],
    ],
  ] as const)(
    "says so in its header (%s, %j), and the answer's text stays what it is",
    async (locale, header, shown) => {
      const bench = createReplyBench();
      const reply = bench.open({ header, settings: { locale, rolloverChars: 200 } });
      for (const word of TEXT.split(/(?<= )/u)) {
        reply.append(toDelta(word));
        await bench.clock.advance(30);
      }
      await bench.clock.runUntil(reply.finalize());
      expect(headers(bench)).toEqual(shown);
      expect(bench.answers().join("")).toBe(TEXT);
      await bench.close();
    },
  );

  it("says so while it is written, and when all of the text was there before the first card", async () => {
    const bench = createReplyBench();
    const reply = bench.open({ header: { title: "Bot" }, settings: { locale: "en", rolloverChars: 200 } });
    reply.append(toDelta(TEXT));
    await bench.clock.advance(1_500);
    expect(headers(bench).slice(0, 2)).toEqual([
      ["Bot", undefined, "blue"],
      ["Bot", "Continued", "blue"],
    ]);
    await bench.clock.runUntil(reply.finalize());
    expect(headers(bench)).toHaveLength(3);
    await bench.close();
  });

  it("does not say so when no text came before it", async () => {
    const bench = createReplyBench();
    bench.emulator.faults.add({ operation: "card.create", effect: { type: "http", status: 503 } });
    const reply = bench.open({ settings: { locale: "en" } });
    reply.append(toDelta("Short."));
    await bench.clock.runUntil(reply.finalize());
    expect(bench.emulator.visibleTexts(bench.chatId).map(({ title }) => title)).toEqual([""]);
    await bench.close();
  });
});
