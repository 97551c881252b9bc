import { describe, expect, it } from "vitest";
import { admitMessage, CARDSTREAM, OPENCLAW, readAccess } from "../../../extensions/feishu/config/index.ts";
import type { FeishuAccountConfig } from "../../../extensions/feishu/config/index.ts";
import type { FeishuInboundMessage } from "../../../extensions/feishu/inbound/index.ts";
import { toGate } from "../../../extensions/feishu/openclaw/turn/gate.ts";
import type { Gate } from "../../../extensions/feishu/openclaw/turn/gate.ts";
import { inboundMessage } from "../../support/samples/inbound-message.ts";

const a = { openId: "ou_a", unionId: "on_a", userId: "a1Bc", type: "user" } as const;
const b = { openId: "ou_b", unionId: "on_b", userId: "a1bc", type: "user" } as const;
const bot = { openId: "ou_bot", type: "bot" } as const;

/** Two people alone and in two groups, one of them without a mention, and another bot. */
const MESSAGES: Readonly<Record<string, FeishuInboundMessage>> = {
  a: inboundMessage({ sender: a, chatType: "direct", chatId: "oc_p2p_a" }),
  b: inboundMessage({ sender: b, chatType: "direct", chatId: "oc_p2p_b" }),
  a1: inboundMessage({ sender: a, chatId: "oc_1", mentionedBot: true }),
  b1: inboundMessage({ sender: b, chatId: "oc_1", mentionedBot: true }),
  a2: inboundMessage({ sender: a, chatId: "oc_2", mentionedBot: true }),
  b2: inboundMessage({ sender: b, chatId: "oc_2", mentionedBot: true }),
  q1: inboundMessage({ sender: a, chatId: "oc_1" }),
  all1: inboundMessage({ sender: a, chatId: "oc_1", mentionAll: true }),
  bot1: inboundMessage({ sender: bot, chatId: "oc_1", mentionedBot: true }),
};

/**
 * OpenClaw's gate, read from its own code once more: for one person "open" is those whom the list names or `*`, "allowlist" and
 * "pairing" are those in the list (nobody has paired here); for groups "open" is everybody, "allowlist" those in the group's list;
 * then a mention, where one is required.
 */
function hostGate({ chatType, sender, mentionedBot }: FeishuInboundMessage, gate: Gate): boolean {
  const { dmPolicy, groupPolicy, activation } = gate.policy;
  const lists = (list: readonly (string | number)[]): boolean =>
    list.some((entry) => entry === "*" || entry === sender.openId);
  if (chatType === "direct") return dmPolicy !== "disabled" && lists(gate.allowFrom);
  if (groupPolicy === "disabled" || (groupPolicy === "allowlist" && !lists(gate.groupAllowFrom))) return false;
  return activation?.requireMention !== true || mentionedBot;
}

const inCardstream = (message: FeishuInboundMessage, config: FeishuAccountConfig): boolean =>
  admitMessage(message, readAccess(message, config, CARDSTREAM)).admitted;

function inOpenclaw(message: FeishuInboundMessage, config: FeishuAccountConfig): boolean {
  const access = readAccess(message, config, OPENCLAW);
  return access.kind === "ask" && hostGate(message, toGate(message, access, config, true));
}

const who = (admits: (message: FeishuInboundMessage) => boolean): string =>
  Object.keys(MESSAGES)
    .filter((name) => admits(MESSAGES[name] ?? inboundMessage()))
    .join(" ");

const open = { dmPolicy: "open", groupPolicy: "open", requireMention: true } as const;
const listed = { dmPolicy: "allowlist", groupPolicy: "allowlist", requireMention: true } as const;
const off = { dmPolicy: "disabled", groupPolicy: "disabled", requireMention: true } as const;

/** A config that names policy and mention, and the messages that it admits. */
const TABLE: readonly (readonly [FeishuAccountConfig, string])[] = [
  [open, "a b a1 b1 a2 b2"],
  [off, ""],
  [listed, ""],
  [{ ...open, dmPolicy: "pairing" }, "a1 b1 a2 b2"],
  [{ ...open, groupPolicy: "allowall" }, "a b a1 b1 a2 b2"],
  [{ ...open, requireMention: false }, "a b a1 b1 a2 b2 q1 all1"],
  [{ ...open, allowBots: true }, "a b a1 b1 a2 b2 bot1"],
  // One person alone.
  [{ ...off, dmPolicy: "open", allowFrom: ["*"] }, "a b"],
  [{ ...off, dmPolicy: "open", allowFrom: ["ou_a"] }, "a"],
  [{ ...off, dmPolicy: "open", allowFrom: [] }, ""],
  [{ ...off, dmPolicy: "open", allowFrom: ["ou_x", "*"] }, "a b"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["ou_a"] }, "a"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["*"] }, "a b"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["ou_a", "ou_b"] }, "a b"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["on_a"] }, "a"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["a1Bc"] }, "a"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["a1bc"] }, "b"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["feishu:ou_a"] }, "a"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["lark:user:ou_a"] }, "a"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["user:ou_a", "open_id:ou_b"] }, "a b"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: [" OU_A "] }, "a"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["user:a1Bc"] }, "a"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: [""] }, ""],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["oc_p2p_a", "chat:oc_p2p_a"] }, ""],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["ou_", "ou_a x", "a@example.com", 7] }, ""],
  [{ ...off, dmPolicy: "pairing", allowFrom: ["ou_a"] }, "a"],
  [{ ...off, dmPolicy: "pairing", allowFrom: ["*"] }, "a b"],
  [{ ...off, dmPolicy: "disabled", allowFrom: ["*"] }, ""],
  [{ ...off, dmPolicy: "open", dms: { ou_a: { enabled: false } } }, "b"],
  [{ ...off, dmPolicy: "open", dms: { on_a: { enabled: false } } }, "b"],
  [{ ...off, dmPolicy: "open", dms: { "feishu:OU_A": { enabled: false } } }, "b"],
  [{ ...off, dmPolicy: "open", dms: { "*": { enabled: false } } }, ""],
  [{ ...off, dmPolicy: "open", dms: { "*": { enabled: false }, ou_a: { enabled: true } } }, "a"],
  [{ ...off, dmPolicy: "allowlist", allowFrom: ["ou_b"], dms: { ou_a: { enabled: true } } }, "b"],
  // Groups that are admitted by name.
  [{ ...listed, groupAllowFrom: ["oc_1"] }, "a1 b1"],
  [{ ...listed, groupAllowFrom: ["OC_1"] }, "a1 b1"],
  [{ ...listed, groupAllowFrom: ["chat:oc_1"] }, "a1 b1"],
  [{ ...listed, groupAllowFrom: ["feishu:group:oc_1"] }, "a1 b1"],
  [{ ...listed, groupAllowFrom: ["*"] }, "a1 b1 a2 b2"],
  [{ ...listed, groupAllowFrom: ["oc_1", "oc_2"] }, "a1 b1 a2 b2"],
  [{ ...listed, groupAllowFrom: ["oc_3", ""] }, ""],
  [{ ...listed, groupAllowFrom: [] }, ""],
  [{ ...listed, groups: { oc_1: {} } }, "a1 b1"],
  [{ ...listed, groups: { "chat:OC_1": {} } }, "a1 b1"],
  [{ ...listed, groups: { "*": {} } }, ""],
  [{ ...listed, groups: { "*": { enabled: false }, oc_1: { enabled: true } }, groupAllowFrom: ["oc_2"] }, "a1 b1"],
  [{ ...listed, groups: { oc_1: { enabled: false } }, groupAllowFrom: ["oc_1"] }, ""],
  [{ ...open, dmPolicy: "disabled", groups: { oc_1: { enabled: false } } }, "a2 b2"],
  [{ ...off, groups: { oc_1: { enabled: true } } }, ""],
  // People in groups.
  [{ ...listed, groupAllowFrom: ["ou_a"] }, "a1 a2"],
  [{ ...listed, groupAllowFrom: ["on_a"] }, "a1 a2"],
  [{ ...listed, groupAllowFrom: ["user:OU_A"] }, "a1 a2"],
  [{ ...listed, groupAllowFrom: ["oc_1", "ou_a"] }, "a1 a2"],
  [{ ...listed, groupSenderAllowFrom: ["ou_a"] }, ""],
  [{ ...listed, groupAllowFrom: ["oc_1"], groupSenderAllowFrom: ["ou_a"] }, "a1"],
  [{ ...listed, groupAllowFrom: ["oc_1"], groupSenderAllowFrom: ["*"] }, "a1 b1"],
  [{ ...listed, groupAllowFrom: ["oc_1"], groupSenderAllowFrom: [] }, ""],
  [{ ...open, dmPolicy: "disabled", groupSenderAllowFrom: ["ou_a"] }, "a1 a2"],
  [{ ...open, dmPolicy: "disabled", groupSenderAllowFrom: ["feishu:on_a"] }, "a1 a2"],
  [{ ...open, dmPolicy: "disabled", groupSenderAllowFrom: [] }, ""],
  [{ ...open, dmPolicy: "disabled", groupAllowFrom: ["oc_1"] }, "a1 b1 a2 b2"],
  [{ ...open, dmPolicy: "disabled", groups: { oc_1: { allowFrom: ["ou_b"] } } }, "b1 a2 b2"],
  [
    { ...open, dmPolicy: "disabled", groups: { oc_1: { allowFrom: ["*"] } }, groupSenderAllowFrom: ["ou_a"] },
    "a1 b1 a2",
  ],
  [{ ...open, dmPolicy: "disabled", groups: { "*": { allowFrom: ["ou_a"] }, oc_1: {} } }, "a1 a2"],
  [{ ...open, dmPolicy: "disabled", groups: { "*": { allowFrom: ["ou_a"] }, oc_1: { allowFrom: ["ou_b"] } } }, "b1 a2"],
  [{ ...open, dmPolicy: "disabled", groups: { oc_1: { allowFrom: [] } } }, "a2 b2"],
  [{ ...listed, groups: { oc_1: { allowFrom: ["ou_a"] } }, groupAllowFrom: ["oc_2"] }, "a1 a2 b2"],
  [{ ...open, dmPolicy: "disabled", allowFrom: ["ou_a"] }, "a1 b1 a2 b2"],
  // Mentions.
  [{ ...open, dmPolicy: "disabled", groups: { oc_1: { requireMention: false } } }, "a1 b1 a2 b2 q1 all1"],
  [{ ...open, dmPolicy: "disabled", requireMention: false, groups: { oc_1: { requireMention: true } } }, "a1 b1 a2 b2"],
  [{ ...open, dmPolicy: "disabled", groups: { "*": { requireMention: false }, oc_1: {} } }, "a1 b1 a2 b2 q1 all1"],
  [{ ...listed, requireMention: false, groupAllowFrom: ["ou_a"] }, "a1 a2 q1 all1"],
  [{ ...listed, requireMention: false, groupAllowFrom: ["ou_b"] }, "b1 b2"],
  // Other bots.
  [{ ...listed, allowBots: true, groupAllowFrom: ["oc_1"] }, "a1 b1 bot1"],
  [{ ...listed, allowBots: true, groupAllowFrom: ["oc_1"], groupSenderAllowFrom: ["ou_bot"] }, "bot1"],
];

describe("[E8] who may talk is read once", () => {
  it.each(TABLE)("%j: %s, in cardstream", (config, expected) => {
    expect(who((message) => inCardstream(message, config))).toBe(expected);
  });

  it.each(TABLE)("%j: %s, in OpenClaw", (config, expected) => {
    expect(who((message) => inOpenclaw(message, config))).toBe(expected);
  });

  it("says why, for the log", () => {
    const why = (config: FeishuAccountConfig, message: FeishuInboundMessage | undefined): string => {
      const it = message ?? inboundMessage();
      const admission = admitMessage(it, readAccess(it, config, CARDSTREAM));
      return admission.admitted ? "ok" : admission.reason;
    };
    expect(why(off, MESSAGES["a"])).toBe("dm-disabled");
    expect(why(listed, MESSAGES["a"])).toBe("dm-not-allowed");
    expect(why(off, MESSAGES["a1"])).toBe("group-disabled");
    expect(why(listed, MESSAGES["a1"])).toBe("group-not-allowed");
    expect(why({ ...open, groupSenderAllowFrom: [] }, MESSAGES["a1"])).toBe("sender-not-allowed");
    expect(why(open, MESSAGES["q1"])).toBe("not-mentioned");
    expect(why(open, MESSAGES["bot1"])).toBe("bot-sender");
  });

  it("names nobody who has no id", () => {
    const nobody = inboundMessage({ chatType: "direct", sender: { openId: "", type: "user" } });
    expect(inCardstream(nobody, { dmPolicy: "allowlist", allowFrom: [""] })).toBe(false);
  });
});
