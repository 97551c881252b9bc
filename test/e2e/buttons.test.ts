import { describe, expect, it } from "vitest";
import { createScriptedModel } from "../../src/llm/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startE2e } from "../support/e2e.ts";
import { untilShown } from "../support/until-shown.ts";

const clock = createSystemClock();

describe("[D8] the buttons of a card, pressed by real card actions", () => {
  it("Stop freezes the text within a second, for the asker alone; Regenerate answers again, once", async () => {
    const e2e = await startE2e({ model: createScriptedModel({ clock, charsPerSecond: 150 }) });
    const { emulator } = e2e;
    try {
      const chatId = emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "";
      const turn = await e2e.begin({ from: "小明", chatId, text: "写一段长文", mentionBot: true });
      const growing = await untilShown(
        emulator,
        turn.chatId,
        ({ parts, labels }) =>
          labels.includes("停止") && (parts.find(({ elementId }) => elementId === "a0")?.text.length ?? 0) > 30,
      );
      const card = { messageId: growing.messageId };

      const foreign = await emulator.clickAs({ ...card, from: "小红", elementId: "stop" });
      expect(foreign.toast?.content).toContain("只有提问者");
      const forged = { cardstream: "stop", turn: "x", sign: "y" };
      expect((await emulator.clickAs({ ...card, from: "小明", value: forged })).toast?.content).toContain("已失效");
      expect(emulator.visibleTexts(turn.chatId).at(-1)?.streaming).toBe(true);

      const stopValue = valueOf("stop", emulator.store.cards.get(growing.cardId ?? "")?.tree.json);
      const before = performance.now();
      const changed = { ...stopValue, cardstream: "regenerate" };
      expect((await emulator.clickAs({ ...card, from: "小明", value: changed })).toast?.content).toContain("已失效");
      const stopped = await emulator.clickAs({ ...card, from: "小明", elementId: "stop" });
      expect(stopped).toMatchObject({ status: "ok", toast: { content: "已停止" } });
      const answer = await turn.answered;
      expect(performance.now() - before).toBeLessThan(1000);
      expect(answer.result).toMatchObject({ end: "stopped", delivery: { outcome: "aborted" } });
      expect(answer.result.delivery.delivered).toBe(answer.result.text.length);
      const [final] = answer.shown;
      expect(final?.streaming).toBe(false);
      expect(final?.text).toContain("已由 小明 停止");
      expect(final?.labels).toEqual(expect.arrayContaining(["重新生成", "继续"]));
      expect(final?.labels).not.toContain("停止");

      // The old Stop button's value again, as a replay would send it.
      expect((await emulator.clickAs({ ...card, from: "小明", value: stopValue })).toast?.content).toContain("已使用");
      expect((await emulator.clickAs({ ...card, from: "小红", elementId: "after0" })).toast?.content).toContain(
        "只有提问者",
      );

      const againValue = valueOf("regenerate", emulator.store.cards.get(growing.cardId ?? "")?.tree.json);
      const again = await emulator.clickAs({ ...card, from: "小明", elementId: "after0" });
      expect(again.toast?.content).toBe("正在重新生成");
      const second = await untilShown(
        emulator,
        turn.chatId,
        ({ messageId, streaming }) => messageId !== card.messageId && streaming,
      );
      expect((await emulator.clickAs({ ...card, from: "小明", value: againValue })).toast?.content).toContain("已使用");
      // What they would ask for is not done any more.
      await untilShown(
        emulator,
        turn.chatId,
        ({ messageId, labels }) => messageId === card.messageId && labels.length === 0,
      );
      await emulator.clickAs({ messageId: second.messageId, from: "小明", elementId: "stop" });
      await e2e.host.idle();
      expect(e2e.shownAfter(turn.chatId, turn.messageId)).toHaveLength(2);
      expect(e2e.shownAfter(turn.chatId, turn.messageId)[0]?.parts).toEqual(final?.parts);
    } finally {
      await e2e.close();
    }
  });

  it("Continue appears only where an answer ended early", async () => {
    const e2e = await startE2e({ model: createScriptedModel({ clock, charsPerSecond: 3000, firstDelayMs: 0 }) });
    try {
      const whole = await e2e.ask("你好");
      expect(whole.shown[0]?.labels).toEqual(["重新生成"]);
      const dead = await e2e.ask("断线");
      expect(dead.result.end).toBe("failed");
      expect(dead.shown[0]?.labels).toEqual(["重新生成", "继续"]);
      await e2e.emulator.clickAs({ messageId: dead.shown[0]?.messageId ?? "", from: "小明", elementId: "after1" });
      await e2e.host.idle();
      const [, next] = e2e.shownAfter(dead.chatId, dead.messageId);
      expect(next).toMatchObject({ title: "接上文", labels: ["重新生成"] });
    } finally {
      await e2e.close();
    }
  });
});

/** The value in a card's button for `action`. */
function valueOf(action: string, card: unknown): Record<string, unknown> {
  const text = JSON.stringify(card);
  const found = new RegExp(`"value":(\\{"cardstream":"${action}"[^}]*\\})`, "u").exec(text)?.[1];
  if (found === undefined) throw new Error(`no button for ${action} in ${text}`);
  return JSON.parse(found);
}
