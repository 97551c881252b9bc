import type { FeishuAccountConfig } from "./schema.ts";

/**
 * Which settings of an object have an effect: `true` for all of it, else key by key; `*` stands for keys that people choose
 * (chat ids, account names).
 */
export type Effects = true | { readonly [key: string]: Effects };

/** In what the two hosts differ when they read `channels.feishu`. */
export interface HostTraits {
  readonly name: "cardstream" | "openclaw";
  /** What holds where the config says nothing. */
  readonly defaults: {
    readonly dmPolicy: NonNullable<FeishuAccountConfig["dmPolicy"]>;
    readonly groupPolicy: NonNullable<FeishuAccountConfig["groupPolicy"]>;
    /** `unless-open`: where every group is allowed no mention is needed. */
    readonly requireMention: boolean | "unless-open";
  };
  /** Whether strangers may ask to be let in; without it `pairing` admits those in `allowFrom` alone. */
  readonly pairs: boolean;
  /** Settings that are acted upon, by this code or by the host around it. */
  readonly effects: Effects;
}

/** What both hosts act upon; everything but `accounts` may also stand in an account. */
const COMMON = {
  enabled: true,
  appId: true,
  appSecret: true,
  domain: true,
  connectionMode: true,
  proxy: true,
  dmPolicy: true,
  allowFrom: true,
  groupPolicy: true,
  groupAllowFrom: true,
  groupSenderAllowFrom: true,
  requireMention: true,
  httpTimeoutMs: true,
  renderMode: true,
  blockStreaming: true,
  blockStreamingCoalesce: { minChars: true, maxChars: true, idleMs: true },
  replyInThread: true,
  resolveSenderNames: true,
  allowBots: true,
  card: {
    title: true,
    template: true,
    maxChars: true,
    flushMs: true,
    start: true,
    buttons: true,
    images: { hosts: true },
  },
  quota: { monthlyCalls: true, ecoAt: true, finalOnlyAt: true },
} satisfies Effects;

const GROUP = { enabled: true, requireMention: true, allowFrom: true, replyInThread: true } satisfies Effects;
const STREAMING = {
  mode: true,
  block: { enabled: true, coalesce: { minChars: true, maxChars: true, idleMs: true } },
} satisfies Effects;

const CARDSTREAM_ACCOUNT = {
  ...COMMON,
  groups: { "*": GROUP },
  dms: { "*": { enabled: true } },
  streaming: STREAMING,
} satisfies Effects;

const OPENCLAW_ACCOUNT = {
  ...COMMON,
  name: true,
  encryptKey: true,
  verificationToken: true,
  webhookPath: true,
  webhookHost: true,
  webhookPort: true,
  groups: {
    "*": { ...GROUP, systemPrompt: true, groupSessionScope: true, topicSessionMode: true, tools: true },
  },
  dms: { "*": { enabled: true, systemPrompt: true, historyLimit: true } },
  historyLimit: true,
  textChunkLimit: true,
  mediaMaxMb: true,
  streaming: { ...STREAMING, chunkMode: true },
  chunkMode: true,
  actions: { reactions: true },
  replyToMode: true,
  reactionNotifications: true,
  typingIndicator: true,
  groupSessionScope: true,
  topicSessionMode: true,
  shared: { redis: true, prefix: true, caFile: true, leaseSeconds: true },
  liveSource: true,
  closeSilentAfterSeconds: true,
  // The host itself acts on these.
  capabilities: true,
  markdown: true,
  configWrites: true,
  contextVisibility: true,
  responsePrefix: true,
  dmHistoryLimit: true,
  tts: true,
} satisfies Effects;

/** The embedded host: it answers everybody who can reach the app unless the config says otherwise, and in groups when it is mentioned. */
export const CARDSTREAM: HostTraits = {
  name: "cardstream",
  defaults: { dmPolicy: "open", groupPolicy: "open", requireMention: true },
  pairs: false,
  effects: { ...CARDSTREAM_ACCOUNT, defaultAccount: true, accounts: { "*": CARDSTREAM_ACCOUNT } },
};

/** The OpenClaw gateway: strangers pair first, and groups are named. */
export const OPENCLAW: HostTraits = {
  name: "openclaw",
  defaults: { dmPolicy: "pairing", groupPolicy: "allowlist", requireMention: "unless-open" },
  pairs: true,
  effects: { ...OPENCLAW_ACCOUNT, defaultAccount: true, accounts: { "*": OPENCLAW_ACCOUNT } },
};
