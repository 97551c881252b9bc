import type { HostConfig } from "../host/index.ts";
import { ownSettings, patchAccount } from "../account/account-config.ts";
import { isAppId, isDomain, secretFromEnvironment } from "./values.ts";

/** What `openclaw channels add` was given. */
export interface SetupInput {
  name?: string | undefined;
  appId?: string | undefined;
  appSecret?: string | undefined;
  useEnv?: boolean | undefined;
  domain?: string | undefined;
}

/** What is wrong with the options, or null. */
export function validateSetupInput(params: { cfg: HostConfig; accountId: string; input: SetupInput }): string | null {
  const { cfg, accountId, input } = params;
  const own = ownSettings(cfg, accountId);
  const appId = input.appId ?? own.appId;
  if (appId === undefined) return "--app-id is needed: cli_… from the developer console, Credentials & Basic Info.";
  if (!isAppId(appId.trim()))
    return `--app-id ${JSON.stringify(appId)} is no app id: it is cli_ and 16 hex digits, from the developer console, Credentials & Basic Info.`;
  if (input.appSecret === undefined && input.useEnv !== true && own.appSecret === undefined)
    return "--app-secret is needed (next to the app id in the developer console), or --use-env to take it from FEISHU_APP_SECRET.";
  if (input.domain !== undefined && !isDomain(input.domain.trim()))
    return `--domain ${JSON.stringify(input.domain)} must be feishu, lark or an http(s) URL.`;
  return null;
}

/** Writes an account into the config: `default` at the top level of `channels.feishu`, others under `accounts`. */
export function applyAccountConfig<Config extends HostConfig>(params: {
  cfg: Config;
  accountId: string;
  input: SetupInput;
}): Config {
  const { cfg, accountId, input } = params;
  const appSecret = input.useEnv === true ? secretFromEnvironment : input.appSecret?.trim();
  const given = { appId: input.appId?.trim(), appSecret, domain: input.domain?.trim(), name: input.name?.trim() };
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const section = { ...cfg.channels } as { feishu?: object };
  const on = { ...cfg, channels: { ...cfg.channels, feishu: { ...section.feishu, enabled: true } } };
  return patchAccount(on, accountId, { enabled: true, ...changes });
}
