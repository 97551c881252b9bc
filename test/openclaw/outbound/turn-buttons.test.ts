import { describe, expect, it } from "vitest";
import { ButtonRegistry } from "../../../extensions/feishu/openclaw/outbound/turn-buttons.ts";
import type { TurnButtons } from "../../../extensions/feishu/openclaw/outbound/turn-buttons.ts";

const asker = { openId: "ou_asker", type: "user" as const };
const stranger = { openId: "ou_other", type: "user" as const };

function rig(): { registry: ButtonRegistry; buttons: TurnButtons; done: string[] } {
  let next = 0;
  const registry = new ButtonRegistry(() => `id-${next++}`);
  const done: string[] = [];
  const buttons = registry.register({
    askedBy: asker.openId,
    language: "en",
    stop: () => done.push("stop"),
    again: () => done.push("again"),
  });
  return { registry, buttons, done };
}

describe("[D8] Stop and Regenerate", () => {
  it("stop once, for the person who asked, while the turn runs", () => {
    const { registry, buttons, done } = rig();
    expect(registry.press({ value: buttons.stop.value, operator: stranger })?.toast?.type).toBe("warning");
    expect(done).toEqual([]);
    expect(registry.press({ value: buttons.stop.value, operator: asker })?.toast?.type).toBe("success");
    expect(registry.press({ value: buttons.stop.value, operator: asker })?.toast?.type).toBe("info");
    expect(done).toEqual(["stop"]);
  });

  it("repeat once, only after the end", () => {
    const { registry, buttons, done } = rig();
    expect(registry.press({ value: buttons.again.value, operator: asker })?.toast?.type).toBe("info");
    buttons.ended();
    expect(registry.press({ value: buttons.stop.value, operator: asker })?.toast?.type).toBe("info");
    registry.press({ value: buttons.again.value, operator: asker });
    registry.press({ value: buttons.again.value, operator: asker });
    expect(done).toEqual(["again"]);
  });

  it("leave the cards that show them when they were used, and no others", () => {
    const { registry, buttons, done } = rig();
    const { value: other } = registry.register({
      askedBy: asker.openId,
      language: "en",
      stop: () => {},
      again: () => done.push("other"),
    }).again;
    const retired: string[] = [];
    const card = (name: string) => ({
      retireButtons: async () => {
        retired.push(name);
      },
    });
    buttons.on(card("one"));
    buttons.on(card("two"));
    buttons.ended();
    registry.press({ value: other, operator: asker });
    registry.press({ value: buttons.again.value, operator: stranger });
    expect(retired).toEqual([]);
    registry.press({ value: buttons.again.value, operator: asker });
    expect(retired).toEqual(["one", "two"]);
    expect(done).toEqual(["again"]);
  });

  it.each([{ cardstream: "stop", turn: "guess" }, { cardstream: "stop" }, { cardstream: "again", turn: 1 }])(
    "answer a forged press %j and do nothing",
    (value) => {
      const { registry, done } = rig();
      expect(registry.press({ value, operator: asker })?.toast?.type).toBe("warning");
      expect(done).toEqual([]);
    },
  );

  it("name the gateway that they are of, for others of the app: only where it is not this one", () => {
    const { registry, buttons } = rig();
    expect(buttons.stop.value).not.toHaveProperty("at");
    const turn = { askedBy: asker.openId, language: "en", stop: () => {}, again: () => {} } as const;
    const { value } = new ButtonRegistry(() => "id-9").register(turn, "bob").stop;
    expect(registry.elsewhere({ value })).toBe("bob");
    expect(registry.elsewhere({ value: registry.register(turn, "ann").stop.value })).toBeUndefined();
    expect(registry.elsewhere({ value: { ...value, cardstream: "else" } })).toBeUndefined();
    expect(registry.elsewhere({ value: { cardstream: "stop", turn: "id-9" } })).toBeUndefined();
  });

  it("leave other buttons alone", () => {
    expect(rig().registry.press({ value: { a: 1 }, operator: asker })).toBeUndefined();
  });

  it("[D16] answer in Chinese and English", () => {
    const { registry, buttons } = rig();
    const toast = registry.press({ value: buttons.stop.value, operator: asker })?.toast;
    expect(toast?.i18n).toEqual({ zh_cn: "正在停止", en_us: "Stopping" });
  });
});
