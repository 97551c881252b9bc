import { describe, expect, it } from "vitest";
import { createCalculatorTool, createClockTool, createScriptedModel } from "../../src/llm/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import type { ChatModel } from "../../src/llm/index.ts";
import { sayingModel, startE2e } from "../support/e2e.ts";
import type { E2e } from "../support/e2e.ts";
import { untilShown } from "../support/until-shown.ts";
import { explainVisible } from "../support/visible-oracle.ts";

const clock = createSystemClock();
/** Far more than it takes, in milliseconds. */
const SLOW = 60_000;

describe("from a person's message to a card that types itself out, over real sockets", () => {
  it("[A10][B6][C7] streams, and ends with every word there once", async () => {
    const e2e = await startE2e({ model: createScriptedModel({ clock, charsPerSecond: 2000 }) });
    try {
      const { result, shown } = await e2e.ask("写一段长文");
      expect(result.end).toBe("finished");
      expect(result.delivery).toMatchObject({ outcome: "finalized", tier: "cardkit", rejected: 0 });
      expect(result.delivery.delivered).toBe(result.text.length);
      expect(explainVisible(shown, result.text)).toEqual([]);
      expect(shown.every(({ streaming }) => !streaming)).toBe(true);
      const operations = e2e.emulator.timeline.entries().map(({ operation }) => operation);
      expect(operations.indexOf("card.create")).toBeLessThan(operations.indexOf("message.create"));
    } finally {
      await e2e.close();
    }
  });

  it("[A10][B6] shows each part of the answer while the model is still thinking about the next", async () => {
    const shown: string[] = [];
    const silent = sayingModel("");
    let e2e: E2e | undefined;
    const e2eOf = (): E2e => e2e ?? expect.fail("a question came before the bot was started");
    const model: ChatModel = {
      ...silent,
      async *streamTurn(...request) {
        for await (const part of silent.streamTurn(...request)) {
          yield part;
          if (part.type !== "start-step") continue;
          for (const text of ["春天来了，", "万物复苏，", "小草发芽。"]) {
            yield { type: "text-delta", text };
            const { emulator } = e2eOf();
            await untilShown(emulator, emulator.directChatId(), (message) => message.text.includes(text), SLOW);
            shown.push(text);
          }
        }
      },
    };
    e2e = await startE2e({ model });
    try {
      const { result } = await e2e.ask("写一段短文");
      expect(shown).toEqual(["春天来了，", "万物复苏，", "小草发芽。"]);
      expect(result.delivery).toMatchObject({ outcome: "finalized", cards: 1, delivered: 15, total: 15 });
    } finally {
      await e2e.close();
    }
  });

  it("[B23][B12] shows tools and reasoning beside the answer, in Chinese", async () => {
    const e2e = await startE2e({
      model: createScriptedModel({ clock, charsPerSecond: 2000 }),
      tools: [createClockTool(clock), createCalculatorTool()],
    });
    try {
      const tool = await e2e.ask("算一下 12*(3+4)");
      expect(tool.shown[0]?.parts.find(({ elementId }) => elementId === "tools")?.text).toMatch(
        /^💬 这个交给计算器。<br>✅ .*\d+\.\d s$/u,
      );
      expect(tool.shown[0]?.text).toContain("84");
      const thinking = await e2e.ask("想一想");
      expect(thinking.shown[0]?.labels).toContain("思考过程");
      expect(thinking.shown[0]?.parts.find(({ elementId }) => elementId === "think_md")?.text).not.toBe("");
    } finally {
      await e2e.close();
    }
  });

  it.each([1, 2999, 3000, 3001, 50_000])("[A6] brings a reply of %i characters whole", async (length) => {
    const text = "一二三四五六七八九十 abc。".repeat(Math.ceil(length / 15)).slice(0, length);
    const e2e = await startE2e({ model: sayingModel(...(text.match(/[\s\S]{1,997}/gu) ?? [])) });
    try {
      const { result, shown } = await e2e.ask("说");
      expect(result.delivery).toMatchObject({
        outcome: "finalized",
        delivered: length,
        total: length,
        tier: "cardkit",
        error: undefined,
      });
      expect(explainVisible(shown, text)).toEqual([]);
      if (length <= 3000) expect(shown).toHaveLength(1);
    } finally {
      await e2e.close();
    }
  });

  it.each([
    ["pure emoji", "👨‍👩‍👧‍👦🏳️‍🌈👍🏽".repeat(500)],
    ["combining characters", "e\u0301a\u0308\u0323ก็ำ".repeat(900)],
  ])("[A6] brings %s whole", async (_name, text) => {
    const e2e = await startE2e({ model: sayingModel(...(text.match(/[\s\S]{1,333}/gu) ?? [])) });
    try {
      const { result, shown } = await e2e.ask("说");
      expect(result.delivery).toMatchObject({ delivered: text.length, total: text.length });
      expect(explainVisible(shown, text)).toEqual([]);
    } finally {
      await e2e.close();
    }
  });

  it("says so when the answer is empty", async () => {
    const e2e = await startE2e({ model: sayingModel("") });
    try {
      const { result, shown } = await e2e.ask("说");
      expect(result.delivery).toMatchObject({ outcome: "finalized", delivered: 0, total: 0 });
      expect(shown[0]?.text).toContain("模型没有返回内容");
      expect(shown[0]?.streaming).toBe(false);
    } finally {
      await e2e.close();
    }
  });
});
