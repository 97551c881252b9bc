import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import { toDelta } from "../../../src/stream/index.ts";
import type { ReplyBench } from "../../support/reply-bench.ts";
import { createReplyBench } from "../../support/reply-bench.ts";

const SAID = "Let me look at the clock first.";

let bench: ReplyBench;
beforeEach(() => {
  bench = createReplyBench();
});
afterEach(() => bench.close());

async function say(reply: ReplyDispatcher, text: string, everyMs = 60): Promise<void> {
  for (const word of text.match(/\S+\s*/gu) ?? []) {
    reply.append(toDelta(word));
    await bench.clock.advance(everyMs);
  }
}

async function useTool(reply: ReplyDispatcher, id: string): Promise<void> {
  reply.tool({ id, name: `tool-${id}`, state: "running" });
  await bench.clock.advance(900);
  reply.tool({ id, name: `tool-${id}`, state: "done" });
  await bench.clock.advance(300);
}

const shown = (): string =>
  bench.emulator
    .visibleTexts(bench.chatId)
    .flatMap(({ parts }) => parts.map(({ text }) => text))
    .join("\n");

/** The text of the first card's tools. */
const toolsText = (): string =>
  bench.emulator.visibleTexts(bench.chatId)[0]?.parts.find(({ elementId }) => elementId === "tools")?.text ?? "";

describe("[E9] what was said before a tool", () => {
  it("can be read at every moment, once, however fast the answer comes behind it", async () => {
    const reply = bench.open();
    await say(reply, SAID);
    await useTool(reply, "1");
    const seen: number[] = [];
    bench.emulator.feed.subscribe(({ type }) => {
      if (type === "text" || type === "card") seen.push(shown().split(SAID).length - 1);
    });
    reply.beginMessage({ keep: false });
    await say(reply, "It is twelve o'clock, and all is well. ".repeat(8), 30);
    await bench.clock.runUntil(reply.finalize());
    expect(seen.length).toBeGreaterThan(10);
    expect(new Set(seen)).toEqual(new Set([1]));
  });

  it("[D6] leaves the answer in one call, and nothing is typed over it", async () => {
    const reply = bench.open();
    await say(reply, SAID);
    await useTool(reply, "1");
    const repainted: string[] = [];
    bench.emulator.feed.subscribe((event) => {
      if (event.type === "text" && event.mode === "replace") repainted.push(event.elementId);
    });
    reply.beginMessage({ keep: false });
    await say(reply, "It is twelve o'clock, and all is well.");
    await bench.clock.runUntil(reply.finalize());
    expect(repainted).toEqual([]);
    expect(bench.answers()).toEqual(["It is twelve o'clock, and all is well."]);
  });

  it("leaves an answer that goes on before it as it is", async () => {
    const reply = bench.open();
    const kept = "This stays in the answer. ".repeat(6).trim();
    await say(reply, kept, 20);
    reply.beginMessage({ keep: true });
    await say(reply, SAID);
    await useTool(reply, "1");
    reply.beginMessage({ keep: false });
    await say(reply, "It is twelve.");
    await bench.clock.runUntil(reply.finalize());
    expect(bench.answers()).toEqual([`${kept}\n\nIt is twelve.`]);
    expect(toolsText()).toContain(SAID);
  });

  it("is a line of its own beside the tools, whether or not Feishu shows a single newline", async () => {
    const reply = bench.open();
    await say(reply, "Let me **look\nat `it.");
    await useTool(reply, "1");
    reply.beginMessage({ keep: false });
    await say(reply, "Now the tests.");
    await useTool(reply, "2");
    reply.beginMessage({ keep: false });
    await say(reply, "Done.");
    await bench.clock.runUntil(reply.finalize());
    const lines = toolsText().split("<br>");
    expect(lines).toEqual([
      expect.stringMatching(/^💬 Let me .*look at .*it\.$/u),
      expect.stringMatching(/^✅ \*\*tool-1\*\*/u),
      "💬 Now the tests.",
      expect.stringMatching(/^✅ \*\*tool-2\*\*/u),
    ]);
    expect(toolsText()).not.toContain("\n");
  });

  it("stays also where it began a card that is not needed without it", async () => {
    const reply = bench.open({ settings: { rolloverChars: 300 } });
    await say(reply, "Kept. ".repeat(40), 20);
    reply.beginMessage({ keep: true });
    await say(reply, `${SAID} It may take a moment. `.repeat(3));
    await useTool(reply, "1");
    expect(bench.answers().length).toBeGreaterThan(1);
    reply.beginMessage({ keep: false });
    await say(reply, "Ok.");
    await bench.clock.runUntil(reply.finalize());
    expect(bench.answers()).toHaveLength(1);
    expect(shown()).toContain(SAID);
    expect(shown()).toContain("tool-1");
  });
});
