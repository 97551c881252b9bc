import type { FeishuInboundMessage } from "./message.ts";

/** Settings of one group, by its chat id. */
export interface GroupSettings {
  /** @defaultValue true */
  readonly enabled?: boolean | undefined;
  /** @defaultValue the policy's `requireMention` */
  readonly requireMention?: boolean | undefined;
  /** Who may talk to the bot in this group (open_id or union_id, `*` for everybody). @defaultValue everybody */
  readonly allowFrom?: readonly string[] | undefined;
}

/** Who may talk to the bot, and where. The names are the host's (`channels.feishu.…`). */
export interface InboundPolicy {
  /** One-to-one chats: everybody, those in `allowFrom`, or nobody. @defaultValue "open" */
  readonly dmPolicy?: "open" | "allowlist" | "disabled" | undefined;
  /** Ids (open_id or union_id) for `dmPolicy: "allowlist"`; `*` for everybody. */
  readonly allowFrom?: readonly string[] | undefined;
  /** Groups: all, those in `groupAllowFrom` or `groups`, or none. @defaultValue "open" */
  readonly groupPolicy?: "open" | "allowlist" | "disabled" | undefined;
  /** For `groupPolicy: "allowlist"`: chat ids (`oc_…`) to allow a group, ids of people to allow them in any group; `*` for everybody. */
  readonly groupAllowFrom?: readonly string[] | undefined;
  /** In groups the bot answers only when it is mentioned. @defaultValue true */
  readonly requireMention?: boolean | undefined;
  /** Whether mentioning everybody mentions the bot. @defaultValue false */
  readonly mentionAllCounts?: boolean | undefined;
  /** Per chat id; `*` for groups without settings of their own. */
  readonly groups?: Readonly<Record<string, GroupSettings | undefined>> | undefined;
  /** Whether other bots may talk to the bot; see {@link BotLoopGuard}. @defaultValue false */
  readonly allowBots?: boolean | undefined;
}

/** Why a message is not answered. */
export type RefusalReason =
  | "bot-sender"
  | "dm-disabled"
  | "dm-not-allowed"
  | "group-disabled"
  | "group-not-allowed"
  | "sender-not-allowed"
  | "not-mentioned";

/** Whether a message is for the bot. */
export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly reason: RefusalReason };

/** Decides whether a message is to be answered; by its facts alone, so the same message is always decided the same. */
export function admitMessage(message: FeishuInboundMessage, policy: InboundPolicy): Admission {
  if (message.sender.type === "bot" && policy.allowBots !== true) return refuse("bot-sender");
  return message.chatType === "direct" ? admitDirect(message, policy) : admitGroup(message, policy);
}

function admitDirect(message: FeishuInboundMessage, policy: InboundPolicy): Admission {
  const mode = policy.dmPolicy ?? "open";
  if (mode === "disabled") return refuse("dm-disabled");
  if (mode === "allowlist" && !lists(policy.allowFrom, message)) return refuse("dm-not-allowed");
  return ADMITTED;
}

function admitGroup(message: FeishuInboundMessage, policy: InboundPolicy): Admission {
  const own = policy.groups?.[message.chatId];
  const settings = own ?? policy.groups?.["*"];
  const mode = policy.groupPolicy ?? "open";
  if (mode === "disabled" || settings?.enabled === false) return refuse("group-disabled");
  if (mode === "allowlist" && own === undefined && !lists(policy.groupAllowFrom, message))
    return refuse("group-not-allowed");
  if (settings?.allowFrom !== undefined && !lists(settings.allowFrom, message)) return refuse("sender-not-allowed");
  const mentioned = message.mentionedBot || (message.mentionAll && policy.mentionAllCounts === true);
  if ((settings?.requireMention ?? policy.requireMention ?? true) && !mentioned) return refuse("not-mentioned");
  return ADMITTED;
}

const ADMITTED: Admission = { admitted: true };

function refuse(reason: RefusalReason): Admission {
  return { admitted: false, reason };
}

function lists(list: readonly string[] | undefined, message: FeishuInboundMessage): boolean {
  const { openId, unionId, userId } = message.sender;
  return (list ?? []).some(
    (entry) => entry === "*" || (entry !== "" && [openId, unionId, userId, message.chatId].includes(entry)),
  );
}
