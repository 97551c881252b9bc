import type { FeishuInboundMessage } from "../inbound/index.ts";
import type { FeishuAccountConfig, GroupConfig } from "./config-schema.ts";

/** What the config says about one message, before the host is asked about its sender. */
export type Access =
  | { readonly kind: "drop"; readonly reason: string }
  | {
      readonly kind: "ask";
      readonly requireMention: boolean;
      /** Senders that are allowed in the group; undefined: all. */
      readonly senders: readonly (string | number)[] | undefined;
      readonly systemPrompt: string | undefined;
      readonly replyInThread: boolean;
      readonly sessionScope: NonNullable<GroupConfig["groupSessionScope"]>;
    };

const drop = (reason: string): Access => ({ kind: "drop", reason });

/**
 * Reads groups, topics and bots out of the config. A group counts as allowed when it is listed in `groupAllowFrom` or has settings
 * under `groups` (those of `*` do not admit); `@all` never counts as a mention of the bot.
 */
export function readAccess(message: FeishuInboundMessage, config: FeishuAccountConfig): Access {
  if (message.sender.type === "bot" && config.allowBots !== true) return drop("bot");
  if (message.chatType === "direct") return readDirect(message, config);
  const own = config.groups?.[message.chatId];
  const settings: GroupConfig = { ...config.groups?.["*"], ...own };
  const policy = config.groupPolicy ?? "allowlist";
  if (policy === "disabled" || settings.enabled === false) return drop("group-disabled");
  const listed = (config.groupAllowFrom ?? []).map(String);
  const chats = listed.filter((entry) => entry === "*" || entry.startsWith("oc_"));
  const people = listed.filter((entry) => entry.startsWith("ou_") || entry.startsWith("on_"));
  if (
    policy === "allowlist" &&
    own === undefined &&
    !chats.includes("*") &&
    !chats.includes(message.chatId) &&
    people.length === 0
  ) {
    return drop("group-not-allowed");
  }
  return {
    kind: "ask",
    requireMention: settings.requireMention ?? config.requireMention ?? policy === "allowlist",
    senders: settings.allowFrom ?? config.groupSenderAllowFrom ?? (people.length > 0 ? people : undefined),
    systemPrompt: settings.systemPrompt,
    replyInThread: (settings.replyInThread ?? config.replyInThread) === "enabled",
    sessionScope: scopeOf(settings) ?? scopeOf(config) ?? "group",
  };
}

function readDirect(message: FeishuInboundMessage, config: FeishuAccountConfig): Access {
  const settings = { ...config.dms?.["*"], ...config.dms?.[message.sender.openId] };
  if (settings.enabled === false) return drop("dm-disabled");
  return {
    kind: "ask",
    requireMention: false,
    senders: undefined,
    systemPrompt: settings.systemPrompt,
    replyInThread: config.replyInThread === "enabled",
    sessionScope: "group",
  };
}

const scopeOf = (
  settings: Pick<GroupConfig, "groupSessionScope" | "topicSessionMode">,
): GroupConfig["groupSessionScope"] =>
  settings.groupSessionScope ?? (settings.topicSessionMode === "enabled" ? "group_topic" : undefined);

/** The id by which the host keeps a conversation apart from others: a person, a group, or a part of a group. */
export function conversationPeer(
  message: FeishuInboundMessage,
  scope: NonNullable<GroupConfig["groupSessionScope"]>,
): string {
  if (message.chatType === "direct") return message.sender.openId;
  const parts = [message.chatId];
  const topic = message.threadId ?? message.rootId;
  if (scope.startsWith("group_topic") && topic !== undefined) parts.push("topic", topic);
  if (scope.endsWith("_sender")) parts.push("sender", message.sender.openId);
  return parts.join(":");
}
