import type { FeishuAccountConfig, FeishuChannelConfig, SecretInput } from "./schema.ts";

/** A host's configuration, as far as accounts are read out of it. */
export interface ChannelsConfig {
  readonly channels?: object | undefined;
}

/** Id of the account that the top level of `channels.feishu` describes. */
export const DEFAULT_ACCOUNT_ID = "default";

/** One account with every setting resolved: its own, else the top level's. */
export interface ResolvedAccount {
  readonly accountId: string;
  readonly name: string | undefined;
  readonly enabled: boolean;
  /** True when app id and secret are known. */
  readonly configured: boolean;
  readonly appId: string | undefined;
  /** Undefined also when the config holds a reference that the host has not resolved. */
  readonly appSecret: string | undefined;
  readonly encryptKey: string | undefined;
  readonly verificationToken: string | undefined;
  /** `feishu`, `lark`, or the origin of an API. */
  readonly domain: string;
  readonly config: FeishuAccountConfig;
}

/** `channels.feishu`, or an empty section when there is none. The host has checked it against the manifest's schema. */
export function readSection(cfg: ChannelsConfig): FeishuChannelConfig {
  const section = (cfg.channels as Readonly<Record<string, unknown>> | undefined)?.["feishu"];
  return typeof section === "object" && section !== null ? section : {};
}

/**
 * Ids of the configured accounts in the order they are written. The top level counts as one (`default`) when it has an app id of
 * its own that no account repeats, or when there are no accounts at all.
 */
export function listAccountIds(cfg: ChannelsConfig): string[] {
  const section = readSection(cfg);
  const ids = Object.keys(section.accounts ?? {});
  if (ids.length === 0) return [DEFAULT_ACCOUNT_ID];
  const repeated = ids.some((id) => id === DEFAULT_ACCOUNT_ID || section.accounts?.[id]?.appId === section.appId);
  return section.appId !== undefined && !repeated ? [DEFAULT_ACCOUNT_ID, ...ids] : ids;
}

/**
 * The account to use when none is named: `defaultAccount`, else the top level, else the first. A `defaultAccount` that names none is given
 * as it is written, and {@link resolveAccount} knows no app for it: nobody is written to by another app than the one that was meant.
 */
export function defaultAccountId(cfg: ChannelsConfig): string {
  const section = readSection(cfg);
  const ids = listAccountIds(cfg);
  const wanted = section.defaultAccount;
  if (wanted !== undefined) return ids.find((id) => isSameAccount(id, wanted)) ?? wanted;
  return ids.includes(DEFAULT_ACCOUNT_ID) ? DEFAULT_ACCOUNT_ID : (ids[0] ?? DEFAULT_ACCOUNT_ID);
}

/** Whether `defaultAccount` names an account that there is not. */
export function isDefaultMissing(section: FeishuChannelConfig): boolean {
  const { defaultAccount: wanted } = section;
  if (wanted === undefined) return false;
  return !listAccountIds({ channels: { feishu: section } }).some((id) => isSameAccount(id, wanted));
}

/** The key under `accounts` that an id means: OpenClaw writes ids in its own form whatever the config says. */
export function findAccountKey(section: FeishuChannelConfig, accountId: string): string | undefined {
  const keys = Object.keys(section.accounts ?? {});
  return keys.find((key) => key === accountId) ?? keys.find((key) => isSameAccount(key, accountId));
}

/** Whether two spellings name one account. */
export const isSameAccount = (one: string, other: string): boolean =>
  one === other || toHostId(one) === toHostId(other);

/** An account's id as OpenClaw writes it: lower case, and a hyphen for whatever is no letter, digit, `_` or `-`. */
export function toHostId(key: string): string {
  return key
    .trim()
    .toLowerCase()
    .replace(/[^a-z\d_-]+/gu, "-")
    .replace(/^-+|-+$/gu, "")
    .slice(0, 64);
}

const plain = (value: SecretInput | undefined): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;

/** Settings of `accountId` over those of the top level; objects (streaming, card, groups, actions) are replaced as a whole. */
export function resolveAccount(cfg: ChannelsConfig, accountId?: string | null): ResolvedAccount {
  const id = accountId ?? defaultAccountId(cfg);
  const section = readSection(cfg);
  const { accounts, defaultAccount: _, ...top } = section;
  const key = findAccountKey(section, id);
  const own = key === undefined ? {} : (accounts?.[key] ?? {});
  const config: FeishuAccountConfig = { ...top, ...own };
  // The app of the top level is another than the one that was meant.
  const isGone = isDefaultMissing(section) && isSameAccount(id, section.defaultAccount ?? "");
  const appId = isGone || config.appId?.trim() === "" ? undefined : config.appId?.trim();
  const appSecret = isGone ? undefined : plain(config.appSecret);
  return {
    accountId: id,
    name: key === undefined ? top.name : own.name,
    enabled: top.enabled !== false && own.enabled !== false,
    configured: appId !== undefined && appSecret !== undefined,
    appId,
    appSecret,
    encryptKey: plain(config.encryptKey),
    verificationToken: plain(config.verificationToken),
    domain: config.domain ?? "feishu",
    config,
  };
}
