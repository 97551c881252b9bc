import { describe, expect, it } from "vitest";
import { admitMessage, BotLoopGuard } from "../../../extensions/feishu/inbound/index.ts";
import type { FeishuInboundMessage, InboundPolicy } from "../../../extensions/feishu/inbound/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

function message(change: Partial<FeishuInboundMessage> = {}): FeishuInboundMessage {
  return {
    accountId: "main",
    messageId: "om_1",
    chatId: "oc_1",
    chatType: "direct",
    sender: { openId: "ou_a", unionId: "on_a", type: "user" },
    createdAt: 0,
    type: "text",
    text: "hi",
    mentionedBot: false,
    mentionAll: false,
    mentions: [],
    attachments: [],
    raw: {},
    ...change,
  };
}

const direct = message();
const group = message({ chatType: "group" });
const mentioned = message({ chatType: "group", mentionedBot: true });

/** "ok", or the reason against it. */
function verdict(policy: InboundPolicy, of: FeishuInboundMessage): string {
  const admission = admitMessage(of, policy);
  return admission.admitted ? "ok" : admission.reason;
}

describe("one-to-one chats", () => {
  it.each<[InboundPolicy, string]>([
    [{}, "ok"],
    [{ dmPolicy: "disabled" }, "dm-disabled"],
    [{ dmPolicy: "allowlist" }, "dm-not-allowed"],
    [{ dmPolicy: "allowlist", allowFrom: ["ou_b"] }, "dm-not-allowed"],
    [{ dmPolicy: "allowlist", allowFrom: [""] }, "dm-not-allowed"],
    [{ dmPolicy: "allowlist", allowFrom: ["ou_a"] }, "ok"],
    [{ dmPolicy: "allowlist", allowFrom: ["on_a"] }, "ok"],
    [{ dmPolicy: "allowlist", allowFrom: ["*"] }, "ok"],
    [{ groupPolicy: "disabled" }, "ok"],
  ])("%j: %s", (policy, expected) => {
    expect(verdict(policy, direct)).toBe(expected);
  });
});

describe("groups", () => {
  it.each<[InboundPolicy, FeishuInboundMessage, string]>([
    [{}, group, "not-mentioned"],
    [{}, mentioned, "ok"],
    [{ requireMention: false }, group, "ok"],
    [{}, message({ chatType: "group", mentionAll: true }), "not-mentioned"],
    [{ mentionAllCounts: true }, message({ chatType: "group", mentionAll: true }), "ok"],
    [{ groupPolicy: "disabled" }, mentioned, "group-disabled"],
    [{ groupPolicy: "allowlist" }, mentioned, "group-not-allowed"],
    [{ groupPolicy: "allowlist", groupAllowFrom: ["oc_1"] }, mentioned, "ok"],
    [{ groupPolicy: "allowlist", groupAllowFrom: ["ou_a"] }, mentioned, "ok"],
    [{ groupPolicy: "allowlist", groups: { oc_1: {} } }, mentioned, "ok"],
    [{ groupPolicy: "allowlist", groups: { "*": {} } }, mentioned, "group-not-allowed"],
    [{ groups: { oc_1: { enabled: false } } }, mentioned, "group-disabled"],
    [{ groups: { oc_1: { requireMention: false } } }, group, "ok"],
    [{ requireMention: false, groups: { oc_1: { requireMention: true } } }, group, "not-mentioned"],
    [{ groups: { oc_1: { allowFrom: ["ou_b"] } } }, mentioned, "sender-not-allowed"],
    [{ groups: { "*": { allowFrom: ["ou_b"] }, oc_1: {} } }, mentioned, "ok"],
    [{ groups: { "*": { requireMention: false } } }, group, "ok"],
  ])("%j, %#: %s", (policy, of, expected) => {
    expect(verdict(policy, of)).toBe(expected);
  });
});

describe("bots", () => {
  const bot = message({ sender: { openId: "ou_b", type: "bot" } });

  it("are not answered unless allowed", () => {
    expect(verdict({}, bot)).toBe("bot-sender");
    expect(verdict({ allowBots: true }, bot)).toBe("ok");
  });

  it("get four answers in a row per chat, until a person speaks or ten minutes pass", async () => {
    const clock = new FakeClock();
    const guard = new BotLoopGuard({ clock });
    const answers = (count: number, of: FeishuInboundMessage): boolean[] =>
      Array.from({ length: count }, () => guard.allows(of));
    expect(answers(6, bot)).toEqual([true, true, true, true, false, false]);
    expect(guard.allows(message({ chatId: "oc_2", sender: bot.sender }))).toBe(true);
    expect(guard.allows(direct)).toBe(true);
    expect(answers(5, bot)).toEqual([true, true, true, true, false]);
    await clock.advance(600_001);
    expect(guard.allows(bot)).toBe(true);
  });
});
