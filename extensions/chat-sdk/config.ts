import type { Logger } from "chat";
import type { Language } from "../../src/plugin-sdk/index.ts";
import type { BotCard, DedupeStore, FeishuDomain, FeishuInstanceOptions, SharedRedis } from "../feishu/index.ts";

/** How an adapter is set up. App id and secret are needed, here or in the environment. */
export interface LarkAdapterConfig extends Omit<FeishuInstanceOptions, "appId" | "appSecret" | "name" | "logger"> {
  /** @defaultValue `LARK_APP_ID`, or `FEISHU_APP_ID` */
  readonly appId?: string | undefined;
  /** @defaultValue `LARK_APP_SECRET`, or `FEISHU_APP_SECRET` */
  readonly appSecret?: string | undefined;
  /** @defaultValue `LARK_DOMAIN`, or `FEISHU_DOMAIN`, or Feishu */
  readonly domain?: FeishuDomain | undefined;
  /** The adapter's key in `new Chat({ adapters })`; thread ids begin with it. @defaultValue "lark" */
  readonly name?: string | undefined;
  /** What the bot is called. @defaultValue `LARK_BOT_USERNAME`, or "bot" */
  readonly userName?: string | undefined;
  /**
   * Events come by HTTP to `chat.webhooks.lark` instead of the long connection. "Encrypt Key" and "Verification Token" of the developer
   * console; at least one is needed.
   */
  readonly webhook?:
    | { readonly encryptKey?: string | undefined; readonly verificationToken?: string | undefined }
    | undefined;
  /** Language of the adapter's own words on cards. @defaultValue `auto`: that of what was said in the chat last */
  readonly language?: Language | "auto" | undefined;
  /** How cards of streamed answers look. Stop shows for the person who asked, and ends the turn in whichever process it runs. */
  readonly card?: BotCard | undefined;
  /** Answers in groups open a topic. @defaultValue false: they quote the message that the thread began with */
  readonly replyInThread?: boolean | undefined;
  /** Look up people's names; two scopes allow it. @defaultValue true */
  readonly resolveSenderNames?: boolean | undefined;
  /** Remembers which events were taken; processes may share one. @defaultValue in `shared`, else in this process's memory */
  readonly dedupe?: DedupeStore | undefined;
  /**
   * Several processes run this Chat: they keep Feishu's limits together, and the cards of one that dies are ended by another. They meet in a
   * Redis or Valkey, for which the package `@redis/client` is loaded. What is said in which order, and who is stopped, is for the Chat's
   * own `state`, which they have to share, too. `false`: this one is alone.
   * @defaultValue that of `CARDSTREAM_REDIS` in the environment, if it is set
   */
  readonly shared?: SharedRedis | false | undefined;
  /** @defaultValue the Chat's own */
  readonly logger?: Logger | undefined;
}

/** A config with nothing of what has to be there left out. */
export interface CheckedConfig extends LarkAdapterConfig {
  readonly appId: string;
  readonly appSecret: string;
  readonly name: string;
  readonly userName: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws TypeError naming what is missing, and where it may be given */
export function checkConfig(config: LarkAdapterConfig, env: Environment): CheckedConfig {
  const pick = (given: string | undefined, key: string): string | undefined =>
    given || env[`LARK_${key}`] || env[`FEISHU_${key}`] || undefined;
  const need = (option: "appId" | "appSecret", key: string): string => {
    const value = pick(config[option], key);
    if (value === undefined)
      throw new TypeError(`${option}: give it to createLarkAdapter, or set LARK_${key} (or FEISHU_${key})`);
    return value;
  };
  const { name = "lark" } = config;
  if (!/^[\w-]+$/u.test(name))
    throw new TypeError(`name: ${JSON.stringify(name)} must be letters, digits, _ and -, for thread ids begin with it`);
  return {
    ...config,
    appId: need("appId", "APP_ID"),
    appSecret: need("appSecret", "APP_SECRET"),
    domain: config.domain ?? pick(undefined, "DOMAIN"),
    name,
    userName: pick(config.userName, "BOT_USERNAME") ?? "bot",
  };
}
