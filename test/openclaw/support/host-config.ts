import type { Emulator } from "../../../src/emulator/index.ts";

/** The app whose messages are answered by the anthropic-messages model, by completed blocks, after pairing. */
export const BLOCKS_APP = { appId: "cli_b1b2b3b4b5b6b7b8", appSecret: "blocks-secret", name: "blocks" } as const;

/** The app whose account may read the model's own stream. */
export const LIVE_APP = { appId: "cli_c1c2c3c4c5c6c7c8", appSecret: "live-secret", name: "live" } as const;

/** The app whose events come by webhook, encrypted and signed, and whose secrets the host looks up. */
export const HOOK_APP = { appId: "cli_d1d2d3d4d5d6d7d8", appSecret: "hook-secret", name: "hook" } as const;
export const HOOK_ENCRYPT_KEY = "hook-encrypt-key";
/** Where the `hook` account takes events. */
export const HOOK_PATH = "/feishu/events?from=feishu";

/** The app that can be reached through its account's proxy alone. */
export const PROXIED_APP = { appId: "cli_e1e2e3e4e5e6e7e8", appSecret: "proxied-secret", name: "proxied" } as const;
/** A name that only the proxy knows. */
export const PROXIED_HOST = "feishu.invalid";

/** The app that most tests talk to. */
export const MAIN_APP = { appId: "cli_a1a2a3a4a5a6a7a8", appSecret: "main-secret", name: "main" } as const;

const model = (id: string): object => ({
  id,
  name: id,
  reasoning: true,
  input: ["text", "image"],
  contextWindow: 128_000,
  maxTokens: 4096,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
});

/** The host's config for this suite, on top of what installing the plugin wrote. */
export function makeConfig(installed: Record<string, unknown>, options: ConfigOptions): Record<string, unknown> {
  const { emulator, modelUrl, port, workspace, channel } = options;
  const { port: apiPort } = new URL(emulator.apiUrl);
  const { port: feishuPort } = new URL(options.feishuUrl);
  return {
    ...installed,
    gateway: {
      mode: "local",
      port,
      bind: "loopback",
      auth: { mode: "token", token: "t" },
      controlUi: { enabled: false },
    },
    plugins: {
      ...(installed["plugins"] as object),
      allow: ["feishu"],
      // The operator's half of the consent to the live source; the other half is the account's.
      entries: { feishu: { enabled: true, hooks: { allowConversationAccess: true } } },
    },
    models: {
      providers: {
        chat: { baseUrl: `${modelUrl}/v1`, apiKey: "sk-test", api: "openai-completions", models: [model("one")] },
        messages: { baseUrl: modelUrl, apiKey: "sk-test", api: "anthropic-messages", models: [model("two")] },
      },
    },
    agents: {
      defaults: {
        model: { primary: "chat/one" },
        workspace,
        skipBootstrap: true,
        reasoningDefault: "stream",
        blockStreamingChunk: { minChars: 100, maxChars: 300, breakPreference: "paragraph" },
      },
      entries: { main: {}, second: { model: { primary: "messages/two" }, workspace } },
    },
    // One conversation per person, so that two people can be answered at once.
    session: { dmScope: "per-account-channel-peer" },
    bindings: ["blocks", "proxied"].map((accountId) => ({
      agentId: "second",
      match: { channel: "feishu", accountId },
    })),
    channels: {
      // Two bots get this far with each other, not to the host's twenty.
      defaults: { botLoopProtection: { maxEventsPerWindow: 2 } },
      feishu: {
        // By its name, because the environment names a dead proxy for all but 127.0.0.1.
        domain: `http://localhost:${feishuPort}`,
        streaming: true,
        groupPolicy: "open",
        requireMention: true,
        accounts: {
          main: { appId: MAIN_APP.appId, appSecret: MAIN_APP.appSecret, dmPolicy: "open", allowFrom: ["*"] },
          live: {
            appId: LIVE_APP.appId,
            appSecret: LIVE_APP.appSecret,
            dmPolicy: "open",
            allowFrom: ["*"],
            liveSource: true,
          },
          blocks: {
            appId: BLOCKS_APP.appId,
            appSecret: BLOCKS_APP.appSecret,
            streaming: { mode: "partial", block: { enabled: true } },
          },
          hook: {
            appId: HOOK_APP.appId,
            appSecret: envRef("HOOK_APP_SECRET"),
            encryptKey: envRef("HOOK_ENCRYPT_KEY"),
            connectionMode: "webhook",
            webhookPort: options.hookPort,
            webhookPath: HOOK_PATH,
            mediaMaxMb: 0.01,
            closeSilentAfterSeconds: 4,
            reactionNotifications: "off",
            dmPolicy: "open",
            allowFrom: ["*"],
          },
          proxied: {
            appId: PROXIED_APP.appId,
            appSecret: PROXIED_APP.appSecret,
            domain: `http://${PROXIED_HOST}:${apiPort}`,
            proxy: options.proxyUrl,
            dmPolicy: "open",
            allowFrom: ["*"],
            groupPolicy: "allowlist",
            groupAllowFrom: [options.groupId],
            allowBots: true,
            reactionNotifications: "all",
          },
        },
        ...channel,
      },
    },
  };
}

const envRef = (id: string): object => ({ source: "env", provider: "default", id });

/** What the host's processes find in their environment: the secrets, and a proxy that nothing of ours may use. */
export function makeEnvironment(): Record<string, string> {
  // Nothing listens on port 9 of loopback.
  const variables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
  return {
    ...Object.fromEntries(variables.map((name) => [name, "http://127.0.0.1:9"])),
    // The host's own model calls and health checks.
    NO_PROXY: "127.0.0.1",
    no_proxy: "127.0.0.1",
    HOOK_APP_SECRET: HOOK_APP.appSecret,
    HOOK_ENCRYPT_KEY,
  };
}

/** What the config is made of. */
export interface ConfigOptions {
  readonly emulator: Emulator;
  /** What the accounts take for Feishu's address, but for `proxied`, which knows the emulator's own. */
  readonly feishuUrl: string;
  readonly modelUrl: string;
  readonly port: number;
  readonly workspace: string;
  /** Where the `hook` account listens. */
  readonly hookPort: number;
  readonly proxyUrl: string;
  /** The one group that the `proxied` account answers in. */
  readonly groupId: string;
  /** More keys of `channels.feishu`. */
  readonly channel?: object | undefined;
}
