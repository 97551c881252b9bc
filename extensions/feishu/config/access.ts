import type { FeishuInboundMessage, FeishuPerson } from "../inbound/index.ts";
import { findByEntry, readEntry } from "./entry.ts";
import type { Entry } from "./entry.ts";
import type { HostTraits } from "./host-traits.ts";
import type { FeishuAccountConfig, GroupConfig, GroupSessionScope } from "./schema.ts";

/** Why a message is not for the bot, whoever wrote it. */
export type DropReason = "bot-sender" | "dm-disabled" | "group-disabled" | "group-not-allowed";

/** What the config says about one message: it is dropped, or these people may ask, under these conditions. */
export type Access =
  | { readonly kind: "drop"; readonly reason: DropReason }
  | {
      readonly kind: "ask";
      /** Whether strangers may ask to be let in. */
      readonly pairs: boolean;
      /**
       * Who may ask here; undefined: everybody. Whatever names the sender stands here as the sender's open_id, so that a host may
       * compare it as it is; `*` is everybody.
       */
      readonly senders: readonly string[] | undefined;
      readonly requireMention: boolean;
      readonly systemPrompt: string | undefined;
      readonly replyInThread: boolean;
      readonly sessionScope: GroupSessionScope;
    };

const drop = (reason: DropReason): Access => ({ kind: "drop", reason });

type Config = Pick<
  FeishuAccountConfig,
  | "allowBots"
  | "allowFrom"
  | "dmPolicy"
  | "dms"
  | "groupAllowFrom"
  | "groupPolicy"
  | "groups"
  | "groupSenderAllowFrom"
  | "groupSessionScope"
  | "replyInThread"
  | "requireMention"
  | "topicSessionMode"
>;
type Ids = readonly (string | number)[];

/**
 * The one reading of who may talk to the bot, and where; both hosts act on it.
 *
 * One-to-one chats: `disabled` is nobody; `open` is everybody, or those in `allowFrom` where there is such a list; `allowlist` and
 * `pairing` are those in `allowFrom`. Groups: `allowlist` admits groups that are listed in `groupAllowFrom` or have settings under
 * `groups` (those of `*` do not admit), and people in `groupAllowFrom` in any group. In an admitted group the group's `allowFrom`,
 * else `groupSenderAllowFrom`, else the people of `groupAllowFrom` are heard, else everybody. A group's settings stand over those
 * of `*`, key by key. `@all` never counts as a mention of the bot.
 */
export function readAccess(message: FeishuInboundMessage, config: Config, host: HostTraits): Access {
  if (message.sender.type === "bot" && config.allowBots !== true) return drop("bot-sender");
  return message.chatType === "direct" ? readDirect(message, config, host) : readGroup(message, config, host);
}

function readDirect({ sender }: FeishuInboundMessage, config: Config, { defaults, pairs }: HostTraits): Access {
  const policy = config.dmPolicy ?? defaults.dmPolicy;
  const settings = { ...config.dms?.["*"], ...findByEntry(config.dms, (entry) => names(entry, sender)) };
  if (policy === "disabled" || settings.enabled === false) return drop("dm-disabled");
  return {
    kind: "ask",
    pairs: pairs && policy === "pairing",
    senders: policy === "open" && config.allowFrom === undefined ? undefined : toSenders(config.allowFrom, sender),
    requireMention: false,
    systemPrompt: settings.systemPrompt,
    replyInThread: config.replyInThread === "enabled",
    sessionScope: "group",
  };
}

function readGroup({ chatId, sender }: FeishuInboundMessage, config: Config, { defaults }: HostTraits): Access {
  const own = ownSettings(config, chatId);
  const settings = { ...config.groups?.["*"], ...own };
  const policy = config.groupPolicy ?? defaults.groupPolicy;
  if (policy === "disabled" || settings.enabled === false) return drop("group-disabled");
  const listed = (config.groupAllowFrom ?? []).map(readEntry);
  const people = listed.flatMap((entry) => (entry.kind === "person" ? [entry.id] : []));
  const isListed = own !== undefined || listed.some((entry) => entry.kind === "everybody" || isChat(entry, chatId));
  if (policy === "allowlist" && !isListed && people.length === 0) return drop("group-not-allowed");
  const senders = settings.allowFrom ?? config.groupSenderAllowFrom ?? (people.length > 0 ? people : undefined);
  return {
    kind: "ask",
    pairs: false,
    senders: senders && toSenders(senders, sender),
    requireMention:
      settings.requireMention ??
      config.requireMention ??
      (defaults.requireMention === "unless-open" ? policy === "allowlist" : defaults.requireMention),
    systemPrompt: settings.systemPrompt,
    replyInThread: repliesInThread(config, chatId),
    sessionScope: scopeOf(settings) ?? scopeOf(config) ?? "group",
  };
}

/** Whether an answer in a group opens a topic there: the group's own setting, else that for all groups, else the account's. */
export function repliesInThread(config: Pick<Config, "groups" | "replyInThread">, chatId: string): boolean {
  const settings = { ...config.groups?.["*"], ...ownSettings(config, chatId) };
  return (settings.replyInThread ?? config.replyInThread) === "enabled";
}

const ownSettings = ({ groups }: Pick<Config, "groups">, chatId: string): GroupConfig | undefined =>
  findByEntry(groups, (entry) => isChat(entry, chatId));

const scopeOf = (
  settings: Pick<GroupConfig, "groupSessionScope" | "topicSessionMode">,
): GroupSessionScope | undefined =>
  settings.groupSessionScope ?? (settings.topicSessionMode === "enabled" ? "group_topic" : undefined);

/** A list for one sender: see {@link Access.senders}. */
export function toSenders(list: Ids | undefined, sender: FeishuPerson): string[] {
  return (list ?? []).flatMap((raw) => {
    const entry = readEntry(raw);
    if (entry.kind === "everybody") return ["*"];
    if (names(entry, sender)) return [sender.openId];
    return entry.kind === "person" ? [entry.id] : [];
  });
}

function names(entry: Entry, { openId, unionId, userId }: FeishuPerson): boolean {
  if (entry.kind !== "person") return false;
  return [openId.toLowerCase(), unionId?.toLowerCase(), userId].includes(entry.id);
}

const isChat = (entry: Entry, chatId: string): boolean => entry.kind === "chat" && entry.id === chatId.toLowerCase();
