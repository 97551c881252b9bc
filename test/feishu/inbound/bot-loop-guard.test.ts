import { describe, expect, it } from "vitest";
import { BotLoopGuard } from "../../../extensions/feishu/inbound/index.ts";
import type { FeishuInboundMessage } from "../../../extensions/feishu/inbound/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { inboundMessage } from "../../support/samples/inbound-message.ts";

describe("bots", () => {
  const bot = inboundMessage({ sender: { openId: "ou_b", type: "bot" } });

  it("get four answers in a row per chat, until a person speaks or ten minutes pass", async () => {
    const clock = new FakeClock();
    const guard = new BotLoopGuard({ clock });
    const answers = (count: number, of: FeishuInboundMessage): boolean[] =>
      Array.from({ length: count }, () => guard.allows(of));
    expect(answers(6, bot)).toEqual([true, true, true, true, false, false]);
    expect(guard.allows(inboundMessage({ chatId: "oc_2", sender: bot.sender }))).toBe(true);
    expect(guard.allows(inboundMessage())).toBe(true);
    expect(answers(5, bot)).toEqual([true, true, true, true, false]);
    await clock.advance(600_001);
    expect(guard.allows(bot)).toBe(true);
  });
});
