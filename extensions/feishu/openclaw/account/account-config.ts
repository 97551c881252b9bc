import { DEFAULT_ACCOUNT_ID, findAccountKey, readSection } from "../../config/index.ts";
import type { FeishuAccountConfig, FeishuChannelConfig } from "../../config/index.ts";
import type { HostConfig } from "../host/index.ts";

/** What belongs to one app alone, and goes with its account. */
const CREDENTIAL_KEYS = ["appId", "appSecret", "encryptKey", "verificationToken"] as const;

function withSection<Config extends HostConfig>(cfg: Config, feishu: FeishuChannelConfig | undefined): Config {
  const { feishu: _, ...others } = (cfg.channels ?? {}) as Record<string, unknown>;
  return { ...cfg, channels: feishu === undefined ? others : { ...others, feishu } };
}

/** Settings that an account has itself: its entry under `accounts`, or for `default` without an entry the top level. */
export function ownSettings(cfg: HostConfig, accountId: string): FeishuAccountConfig {
  const section = readSection(cfg);
  const key = findAccountKey(section, accountId);
  if (key !== undefined) return section.accounts?.[key] ?? {};
  return accountId === DEFAULT_ACCOUNT_ID ? section : {};
}

/**
 * Changes settings of one account; `undefined` takes one away. `default` lives at the top level of `channels.feishu` unless it has an
 * entry under `accounts`, where all others live.
 */
export function patchAccount<Config extends HostConfig>(
  cfg: Config,
  accountId: string,
  patch: FeishuAccountConfig,
): Config {
  const section = readSection(cfg);
  const key = findAccountKey(section, accountId);
  if (key === undefined && accountId === DEFAULT_ACCOUNT_ID) return withSection(cfg, merge(section, patch));
  const { [key ?? accountId]: own = {}, ...others } = section.accounts ?? {};
  return withSection(cfg, { ...section, accounts: { ...others, [key ?? accountId]: merge(own, patch) } });
}

/** Switches an account on or off and keeps its settings; the channel is switched on with it. */
export function setAccountEnabled<Config extends HostConfig>(params: {
  cfg: Config;
  accountId: string;
  enabled: boolean;
}): Config {
  const { cfg, accountId, enabled } = params;
  const section = readSection(cfg);
  const on = enabled && section.enabled === false ? withSection(cfg, { ...section, enabled: true }) : cfg;
  const isOnly = section.accounts === undefined || Object.keys(section.accounts).length === 0;
  if (isOnly || findAccountKey(section, accountId) !== undefined) return patchAccount(on, accountId, { enabled });
  // The top level's switch is for every account, so `default` gets an entry for its own.
  const accounts = { ...section.accounts, [accountId]: { enabled } };
  return withSection(on, { ...readSection(on), accounts });
}

/** Removes an account. The last one takes `channels.feishu` with it; else settings that others inherit stay. */
export function deleteAccount<Config extends HostConfig>(params: { cfg: Config; accountId: string }): Config {
  const { cfg, accountId } = params;
  const { accounts = {}, defaultAccount, ...top } = readSection(cfg);
  const key = findAccountKey({ accounts }, accountId);
  const rest = Object.fromEntries(Object.entries(accounts).filter(([other]) => other !== key));
  const shared: FeishuAccountConfig = { ...top };
  if (accountId === DEFAULT_ACCOUNT_ID)
    for (const name of [...CREDENTIAL_KEYS, "name"] as const) delete (shared as Writable)[name];
  const isLast = Object.keys(rest).length === 0;
  if (isLast && shared.appId === undefined) return withSection(cfg, undefined);
  return withSection(cfg, {
    ...shared,
    ...(defaultAccount !== undefined && defaultAccount.toLowerCase() !== accountId.toLowerCase() && { defaultAccount }),
    ...(!isLast && { accounts: rest }),
  });
}

type Writable = { -readonly [Key in keyof FeishuAccountConfig]: FeishuAccountConfig[Key] };

function merge<Settings extends FeishuAccountConfig>(settings: Settings, patch: FeishuAccountConfig): Settings {
  const merged = Object.entries({ ...settings, ...patch }).filter(([, value]) => value !== undefined);
  // Keys of both, without those that were taken away.
  return Object.fromEntries(merged) as Settings;
}
