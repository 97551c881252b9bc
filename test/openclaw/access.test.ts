import { describe, expect, it } from "vitest";
import type { FeishuInboundMessage } from "../../extensions/feishu/inbound/index.ts";
import { conversationPeer, readAccess } from "../../extensions/feishu/openclaw/access.ts";
import type { FeishuAccountConfig } from "../../extensions/feishu/openclaw/config-schema.ts";

const message = (change: Partial<FeishuInboundMessage> = {}): FeishuInboundMessage => ({
  accountId: "main",
  messageId: "om_1",
  chatId: "oc_1",
  chatType: "group",
  sender: { openId: "ou_1", type: "user" },
  createdAt: 0,
  type: "text",
  text: "hi",
  mentionedBot: false,
  mentionAll: true,
  mentions: [],
  attachments: [],
  raw: undefined,
  ...change,
});
const asked = (config: FeishuAccountConfig, change: Partial<FeishuInboundMessage> = {}): object =>
  readAccess(message(change), config);

describe("access to groups", () => {
  it.each<[string, FeishuAccountConfig, object]>([
    ["is for listed groups by default", {}, { reason: "group-not-allowed" }],
    [
      "is given by groupAllowFrom",
      { groupAllowFrom: ["oc_1"] },
      { kind: "ask", requireMention: true, senders: undefined },
    ],
    ["is given by settings of its own", { groups: { oc_1: {} } }, { kind: "ask" }],
    ["is not given by settings for all", { groups: { "*": {} } }, { reason: "group-not-allowed" }],
    ["is given to people in groupAllowFrom", { groupAllowFrom: ["ou_1"] }, { kind: "ask", senders: ["ou_1"] }],
    ["needs no mention when all groups are open", { groupPolicy: "open" }, { kind: "ask", requireMention: false }],
    [
      "needs one when the config says so",
      { groupPolicy: "allowall", requireMention: true },
      { kind: "ask", requireMention: true },
    ],
    [
      "goes by the group's settings first",
      { groupPolicy: "open", groups: { oc_1: { requireMention: true, allowFrom: ["ou_2"] } } },
      { requireMention: true, senders: ["ou_2"] },
    ],
    [
      "takes what a group does not say from *",
      { groupPolicy: "open", groups: { "*": { replyInThread: "enabled" }, oc_1: {} } },
      { replyInThread: true },
    ],
    [
      "ends where a group is off",
      { groupPolicy: "open", groups: { oc_1: { enabled: false } } },
      { reason: "group-disabled" },
    ],
    ["ends where groups are off", { groupPolicy: "disabled", groups: { oc_1: {} } }, { reason: "group-disabled" }],
  ])("%s", (_name, config, expected) => {
    expect(asked(config)).toMatchObject(expected);
  });

  it("is not for other bots unless they are allowed", () => {
    const sender = { openId: "ou_b", type: "bot" as const };
    expect(asked({ groupPolicy: "open" }, { sender })).toMatchObject({ reason: "bot" });
    expect(asked({ groupPolicy: "open", allowBots: true }, { sender })).toMatchObject({ kind: "ask" });
  });

  it("to a person's chat can be switched off for one person", () => {
    expect(asked({ dms: { ou_1: { enabled: false } } }, { chatType: "direct" })).toMatchObject({
      reason: "dm-disabled",
    });
    expect(asked({}, { chatType: "direct" })).toMatchObject({ kind: "ask", requireMention: false });
  });
});

describe("conversations", () => {
  it.each([
    ["group", "oc_1"],
    ["group_sender", "oc_1:sender:ou_1"],
    ["group_topic", "oc_1:topic:omt_1"],
    ["group_topic_sender", "oc_1:topic:omt_1:sender:ou_1"],
  ] as const)("are kept apart by %s", (scope, peer) => {
    expect(conversationPeer(message({ threadId: "omt_1" }), scope)).toBe(peer);
  });

  it("are one per person, and one per group where there is no topic", () => {
    expect(conversationPeer(message({ chatType: "direct" }), "group")).toBe("ou_1");
    expect(conversationPeer(message(), "group_topic")).toBe("oc_1");
  });
});
