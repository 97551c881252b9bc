import { defineChannelSetupContract } from "openclaw/plugin-sdk/channel-setup";
import { DEFAULT_ACCOUNT_ID, readSection } from "./account.ts";
import type { HostConfig } from "./host.ts";

interface SetupInput {
  name?: string | undefined;
  appId?: string | undefined;
  appSecret?: string | undefined;
  domain?: "feishu" | "lark" | undefined;
}

/** Writes an account into the config: `default` at the top level of `channels.feishu`, others under `accounts`. */
function applyAccountConfig<Config extends HostConfig>(params: {
  cfg: Config;
  accountId: string;
  input: SetupInput;
}): Config {
  const { cfg, accountId, input } = params;
  const section = readSection(cfg);
  const given = Object.fromEntries(
    Object.entries({ appId: input.appId, appSecret: input.appSecret, domain: input.domain }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const feishu =
    accountId === DEFAULT_ACCOUNT_ID
      ? { ...section, enabled: true, ...given }
      : {
          ...section,
          enabled: true,
          accounts: {
            ...section.accounts,
            [accountId]: {
              ...section.accounts?.[accountId],
              ...(input.name !== undefined && { name: input.name }),
              enabled: true,
              ...given,
            },
          },
        };
  return { ...cfg, channels: { ...cfg.channels, feishu } };
}

/** `openclaw channels add --channel feishu --app-id … --app-secret … [--domain lark]`, and the same as questions. */
export const setupContract: ReturnType<typeof defineChannelSetupContract> = defineChannelSetupContract({
  fields: {
    appId: {
      kind: "string",
      cli: { flags: "--app-id <id>", description: "App ID (cli_…) from the developer console" },
    },
    appSecret: {
      kind: "string",
      sensitive: true,
      cli: { flags: "--app-secret <secret>", description: "App secret, next to the app ID" },
    },
    domain: {
      kind: "choice",
      choices: ["feishu", "lark"],
      cli: { flags: "--domain <cloud>", description: "feishu (China) or lark (international)" },
    },
  },
  adapter: {
    applyAccountConfig,
    validateInput: ({ input }) =>
      input.appId === undefined || input.appSecret === undefined ? "--app-id and --app-secret are both needed" : null,
  },
});
