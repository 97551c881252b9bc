import { describe, expect, it } from "vitest";
import { CARDSTREAM, conversationPeer, OPENCLAW, readAccess } from "../../../extensions/feishu/config/index.ts";
import type { FeishuAccountConfig, HostTraits } from "../../../extensions/feishu/config/index.ts";
import type { FeishuInboundMessage } from "../../../extensions/feishu/inbound/index.ts";
import { inboundMessage as message } from "../../support/samples/inbound-message.ts";

const asked = (
  config: FeishuAccountConfig,
  change: Partial<FeishuInboundMessage> = {},
  host: HostTraits = OPENCLAW,
): object => readAccess(message({ mentionAll: true, ...change }), config, host);

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
    ["is not given by groupSenderAllowFrom", { groupSenderAllowFrom: ["ou_1"] }, { reason: "group-not-allowed" }],
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
      { groupPolicy: "open", groups: { "*": { replyInThread: "enabled", allowFrom: ["ou_2"] }, oc_1: {} } },
      { replyInThread: true, senders: ["ou_2"] },
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

  it("has each host's own defaults", () => {
    expect(asked({}, {}, CARDSTREAM)).toMatchObject({ kind: "ask", requireMention: true, senders: undefined });
    expect(asked({}, { chatType: "direct" }, CARDSTREAM)).toMatchObject({ pairs: false, senders: undefined });
    expect(asked({}, { chatType: "direct" })).toMatchObject({ pairs: true, senders: [] });
  });

  it("is not for other bots unless they are allowed", () => {
    const sender = { openId: "ou_b", type: "bot" as const };
    expect(asked({ groupPolicy: "open" }, { sender })).toMatchObject({ reason: "bot-sender" });
    expect(asked({ groupPolicy: "open", allowBots: true }, { sender })).toMatchObject({ kind: "ask" });
  });

  it("to a person's chat can be switched off for one person, by any of the person's ids", () => {
    const chatType = "direct";
    expect(asked({ dms: { ou_1: { enabled: false } } }, { chatType })).toMatchObject({ reason: "dm-disabled" });
    expect(asked({ dms: { "user:on_1": { enabled: false } } }, { chatType })).toMatchObject({ reason: "dm-disabled" });
    expect(asked({ dms: { "*": { enabled: false }, ou_1: { enabled: true } } }, { chatType })).toMatchObject({
      kind: "ask",
    });
    expect(asked({}, { chatType })).toMatchObject({ kind: "ask", requireMention: false });
  });

  it.each(["toString", "__proto__", "constructor"])("finds no settings for a chat called %s", (chatId) => {
    expect(asked({ groups: {} }, { chatId })).toMatchObject({ reason: "group-not-allowed" });
  });
});

describe("conversations", () => {
  const plain = { replyInThread: false } as const;

  it.each([
    ["group", "oc_1"],
    ["group_sender", "oc_1:sender:ou_1"],
    ["group_topic", "oc_1:topic:omt_1"],
    ["group_topic_sender", "oc_1:topic:omt_1:sender:ou_1"],
  ] as const)("are kept apart by %s", (sessionScope, peer) => {
    expect(conversationPeer(message({ threadId: "omt_1" }), { sessionScope, ...plain })).toBe(peer);
  });

  it("are one per person, and one per group where there is no topic", () => {
    expect(conversationPeer(message({ chatType: "direct" }), { sessionScope: "group", ...plain })).toBe("ou_1");
    expect(conversationPeer(message(), { sessionScope: "group_topic", ...plain })).toBe("oc_1");
  });

  it("[E8] are one from the first question on, where the answer opens a topic", () => {
    const scope = { sessionScope: "group_topic", replyInThread: true } as const;
    const first = message({ messageId: "om_first" });
    const again = message({ messageId: "om_first:again:17" });
    const next = message({ messageId: "om_next", rootId: "om_first", threadId: "omt_9" });
    const peers = [first, again, next].map((it) => conversationPeer(it, scope));
    expect(peers).toEqual(Array(3).fill("oc_1:topic:om_first"));
    expect(conversationPeer(message({ messageId: "om_card:action:e", type: "card_action" }), scope)).toBe("oc_1");
  });

  it("are one per topic in a group of topics, from the message that begins it", () => {
    const scope = { sessionScope: "group_topic", replyInThread: true } as const;
    const first = message({ messageId: "om_first", threadId: "omt_9", inTopicGroup: true });
    const next = message({ messageId: "om_next", rootId: "om_first", threadId: "omt_9", inTopicGroup: true });
    expect([first, next].map((it) => conversationPeer(it, scope))).toEqual(Array(2).fill("oc_1:topic:omt_9"));
  });
});
