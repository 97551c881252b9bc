import type { Language } from "../../../src/plugin-sdk/index.ts";
import { parseConfig } from "../../../src/plugin-sdk/index.ts";
import type { CardHeader } from "../card/index.ts";
import { feishuChannelSchema } from "../config/index.ts";
import type { FeishuAccountConfig } from "../config/index.ts";
import type { DedupeStore } from "../inbound/index.ts";
import type { FeishuInstanceOptions } from "../instance.ts";
import type { SharedRedis } from "../shared-redis.ts";

const ACCESS_KEYS = [
  "allowBots",
  "allowFrom",
  "dmPolicy",
  "dms",
  "groupAllowFrom",
  "groupPolicy",
  "groups",
  "groupSenderAllowFrom",
  "replyInThread",
  "requireMention",
] as const;

/**
 * Who may talk to the bot, and where: the keys of `channels.feishu` with the same meaning. Without any, everybody who can reach the app
 * may, in groups when the bot is mentioned.
 */
export type BotAccess = Pick<FeishuAccountConfig, (typeof ACCESS_KEYS)[number]>;

/** How a bot's cards look. */
export interface BotCard {
  /** Header. @defaultValue none */
  readonly title?: string | undefined;
  /** Colour of the header, for example `blue` or `green`. @defaultValue Feishu's */
  readonly template?: CardHeader["template"] | undefined;
  /** Stop, while an answer is being written, for the person who asked. @defaultValue true */
  readonly stopButton?: boolean | undefined;
  /** 👍 and 👎 below each answer, told as `feedback`: for who asked (`asker`, `true`), or for everybody who may talk to the bot. @defaultValue false */
  readonly feedback?: boolean | "asker" | "everybody" | undefined;
  /** A next card takes over at this many characters (UTF-16 code units), at least 200. @defaultValue 3000 */
  readonly maxChars?: number | undefined;
  /** Milliseconds between writes of text to one card. @defaultValue 0: as often as Feishu allows */
  readonly flushMs?: number | undefined;
  /** `create`: card entity first. `convert`: the message with its first text at once, then `id_convert`. @defaultValue `create` */
  readonly start?: "create" | "convert" | undefined;
}

/** Where a handler was when it failed. */
export interface BotErrorContext {
  readonly during:
    | "message"
    | "command"
    | "press"
    | "reaction"
    | "joined"
    | "left"
    | "recalled"
    | "answered"
    | "feedback";
  readonly chatId: string | undefined;
}

/** One bot. Only `appId` and `appSecret` are needed. */
export interface BotOptions extends FeishuInstanceOptions {
  /** @defaultValue everybody; in groups when the bot is mentioned */
  readonly access?: BotAccess | undefined;
  /**
   * Events come by HTTP to {@link FeishuBot.fetch} instead of the long connection. "Encrypt Key" and "Verification Token" of the developer
   * console; at least one is needed, and without the key whoever saw one event can forge others.
   */
  readonly webhook?:
    | { readonly encryptKey?: string | undefined; readonly verificationToken?: string | undefined }
    | undefined;
  /** Language of the bot's own words on cards. @defaultValue `auto`: that of the message */
  readonly language?: Language | "auto" | undefined;
  readonly card?: BotCard | undefined;
  /** Look up people's names; two scopes allow it, see the page on permissions. @defaultValue true */
  readonly resolveSenderNames?: boolean | undefined;
  /** Remembers which events were taken. Processes that share one take each event once among them. @defaultValue in this process's memory */
  readonly dedupe?: DedupeStore | undefined;
  /**
   * Several processes run this bot: each message is handled once among them and in its chat's order, and the cards of one that dies are
   * ended by another. They meet in a Redis or Valkey, for which the package `@redis/client` is loaded. `false`: this one is alone.
   * @defaultValue that of `CARDSTREAM_REDIS` in the environment, if it is set
   */
  readonly shared?: SharedRedis | false | undefined;
  /** Folder for what outlives the process: open cards, which the next start closes, kept buttons that were pressed, and the month's calls. @defaultValue none */
  readonly stateDir?: string | undefined;
  /**
   * Told what a handler threw. Must not throw. @defaultValue the error's kind and place, not its message (it may quote people), go to
   * `logger`, or are a process warning where there is none
   */
  readonly onError?: ((error: unknown, context: BotErrorContext) => void) | undefined;
}

/**
 * The access settings, checked: one that is not understood might leave a door open.
 * @throws TypeError naming each key that is unknown or has no usable value
 */
export function checkAccess(access: BotAccess = {}): BotAccess {
  const known: readonly string[] = ACCESS_KEYS;
  const unknown = Object.keys(access).filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw new TypeError(`access: ${unknown.join(", ")} is no setting of it; there are ${known.join(", ")}`);
  const { issues } = parseConfig(feishuChannelSchema, access, "access");
  if (issues.length > 0)
    throw new TypeError(issues.map(({ path, problem, fix }) => `${path} ${problem.en}: ${fix.en}`).join("; "));
  return access;
}
