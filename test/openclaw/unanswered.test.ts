import { expect, it } from "vitest";
import type { FeishuInboundMessage } from "../../extensions/feishu/inbound/index.ts";
import { UnansweredMessages } from "../../extensions/feishu/openclaw/unanswered.ts";

const message = (messageId: string, createdAt: number): FeishuInboundMessage => ({
  accountId: "main",
  messageId,
  chatId: "oc_1",
  chatType: "direct",
  sender: { openId: "ou_1", unionId: undefined, userId: undefined, type: "user" },
  createdAt,
  type: "text",
  text: "hello",
  mentionedBot: false,
  mentionAll: false,
  mentions: [],
  attachments: [],
  raw: undefined,
});

it("what an account left unanswered is handed out once, in order, to that account, and not for ever", () => {
  const unanswered = new UnansweredMessages();
  const now = 3_600_000;
  for (const [id, ageMs] of [
    ["late", 1_000] as const,
    ["early", 2_000] as const,
    ["late", 1_000] as const,
    ["old", 600_000] as const,
  ])
    unanswered.leave("main", { message: message(id, now - ageMs), origin: "message" });
  expect(unanswered.take("other", now)).toEqual([]);
  expect(unanswered.take("main", now).map((one) => one.message.messageId)).toEqual(["early", "late"]);
  expect(unanswered.take("main", now)).toEqual([]);
});
