import type { FeishuInboundMessage } from "../../../extensions/feishu/inbound/index.ts";

/** A group message of a person who mentions nobody, with what a test is about changed. */
export const inboundMessage = (change: Partial<FeishuInboundMessage> = {}): FeishuInboundMessage => ({
  accountId: "main",
  messageId: "om_1",
  chatId: "oc_1",
  chatType: "group",
  sender: { openId: "ou_1", unionId: "on_1", userId: "u1Ab", type: "user" },
  createdAt: 0,
  type: "text",
  text: "hi",
  commandText: "hi",
  mentionedBot: false,
  mentionAll: false,
  mentions: [],
  attachments: [],
  raw: undefined,
  ...change,
});
