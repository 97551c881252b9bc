import { expect, it } from "vitest";
import type { FeishuInboundMessage } from "../../../extensions/feishu/inbound/index.ts";
import { UnansweredMessages } from "../../../extensions/feishu/openclaw/turn/unanswered.ts";

const message = (messageId: string, createdAt: number): FeishuInboundMessage => ({
  accountId: "main",
  messageId,
  chatId: "oc_1",
  chatType: "direct",
  sender: { openId: "ou_1", unionId: undefined, userId: undefined, type: "user" },
  createdAt,
  type: "text",
  text: "hello",
  commandText: "hello",
  mentionedBot: false,
  mentionAll: false,
  mentions: [],
  attachments: [],
  raw: undefined,
});

it("what an account left unanswered is handed to its next run, once, in order, and not for ever", () => {
  const unanswered = new UnansweredMessages();
  const now = 3_600_000;
  const leave = (id: string, ageMs: number): void =>
    unanswered.leave("main", { message: message(id, now - ageMs), origin: "message" });
  const runOf = (accountId: string): string[] => {
    const answered: string[] = [];
    unanswered.begin(accountId, now, (left) => answered.push(left.message.messageId));
    return answered;
  };
  leave("late", 1_000);
  leave("early", 2_000);
  leave("late", 1_000);
  leave("old", 600_000);
  expect(runOf("other")).toEqual([]);
  const first = runOf("main");
  expect(first).toEqual(["early", "late"]);
  // An earlier run has taken its time to give up.
  leave("last", 500);
  expect(first).toEqual(["early", "late", "last"]);
  unanswered.end("main");
  leave("next", 0);
  expect(first).toHaveLength(3);
  expect(runOf("main")).toEqual(["next"]);
});
