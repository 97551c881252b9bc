import { z } from "zod";
import { readHostPattern } from "../images/index.ts";
import type { ImageSource } from "../images/index.ts";

/** A secret as the host's config holds it: the plain value, or a reference that the host resolves before it reaches us. */
export type SecretInput = string | { readonly source: string; readonly provider: string; readonly id: string };

/** `channels.feishu.streaming` in its nested shape; the boolean and the string are shorthands, see `resolveStreamingConfig`. */
export interface StreamingObject {
  readonly mode?: "off" | "partial" | "block" | "progress" | undefined;
  readonly chunkMode?: "length" | "newline" | undefined;
  readonly block?:
    | { readonly enabled?: boolean | undefined; readonly coalesce?: CoalesceConfig | undefined }
    | undefined;
}

/** How completed blocks are merged; characters and milliseconds. */
export interface CoalesceConfig {
  readonly minChars?: number | undefined;
  readonly maxChars?: number | undefined;
  readonly idleMs?: number | undefined;
}

/** Which sessions a group's messages go to. */
export type GroupSessionScope = "group" | "group_sender" | "group_topic" | "group_topic_sender";

/** `channels.feishu.groups.<chat_id>`; `*` gives defaults for groups that have no entry. */
export interface GroupConfig {
  readonly enabled?: boolean | undefined;
  readonly requireMention?: boolean | undefined;
  readonly allowFrom?: readonly (string | number)[] | undefined;
  readonly systemPrompt?: string | undefined;
  readonly skills?: readonly string[] | undefined;
  readonly groupSessionScope?: GroupSessionScope | undefined;
  readonly topicSessionMode?: "disabled" | "enabled" | undefined;
  readonly replyInThread?: "disabled" | "enabled" | undefined;
}

/** How the card of a reply looks; ours alone. */
export interface CardConfig {
  /** Title of the card's header; without it the card has no header. */
  readonly title?: string | undefined;
  /** Colour of the header, one of Feishu's template names. @defaultValue `blue` */
  readonly template?: string | undefined;
  /** A next card takes over at this many characters (UTF-16 code units). @defaultValue 3000 */
  readonly maxChars?: number | undefined;
  /** Milliseconds between writes of text to one card; 0: as often as Feishu allows. @defaultValue 0 */
  readonly flushMs?: number | undefined;
  /**
   * `create`: the card entity first, then the message with it. `convert`: the message with its first text at once, then
   * `id_convert`, which Feishu no longer recommends. @defaultValue `create`
   */
  readonly start?: "create" | "convert" | undefined;
  /** Stop while streaming, Regenerate after it. @defaultValue true */
  readonly buttons?: boolean | undefined;
  /** Where the images of an answer may be fetched from; else they stay links. @defaultValue "link" */
  readonly images?: ImageSource | undefined;
}

/** The app's budget of API calls; ours alone. See `QuotaSettings`. */
export interface QuotaConfig {
  readonly monthlyCalls: number;
  /** @defaultValue 0.7 */
  readonly ecoAt?: number | undefined;
  /** @defaultValue 0.9 */
  readonly finalOnlyAt?: number | undefined;
}

/** The Redis or Valkey that several gateways of one app share; ours alone. See `SharedRedis`. */
export interface SharedConfig {
  readonly redis?: string | undefined;
  readonly prefix?: string | undefined;
  readonly caFile?: string | undefined;
  readonly leaseSeconds?: number | undefined;
}

/** What one account may set; at the top level of `channels.feishu` the same keys are defaults for every account. */
export interface FeishuAccountConfig {
  readonly enabled?: boolean | undefined;
  readonly name?: string | undefined;
  readonly appId?: string | undefined;
  readonly appSecret?: SecretInput | undefined;
  readonly encryptKey?: SecretInput | undefined;
  readonly verificationToken?: SecretInput | undefined;
  readonly domain?: string | undefined;
  readonly connectionMode?: "websocket" | "webhook" | undefined;
  readonly webhookPath?: string | undefined;
  readonly webhookHost?: string | undefined;
  readonly webhookPort?: number | undefined;
  readonly proxy?: string | undefined;
  readonly dmPolicy?: "pairing" | "allowlist" | "open" | "disabled" | undefined;
  readonly allowFrom?: readonly (string | number)[] | undefined;
  readonly groupPolicy?: "open" | "allowlist" | "disabled" | "allowall" | undefined;
  readonly groupAllowFrom?: readonly (string | number)[] | undefined;
  readonly groupSenderAllowFrom?: readonly (string | number)[] | undefined;
  readonly requireMention?: boolean | undefined;
  readonly groups?: Readonly<Record<string, GroupConfig>> | undefined;
  readonly dms?:
    | Readonly<Record<string, { readonly enabled?: boolean | undefined; readonly systemPrompt?: string | undefined }>>
    | undefined;
  readonly historyLimit?: number | undefined;
  readonly textChunkLimit?: number | undefined;
  readonly mediaMaxMb?: number | undefined;
  readonly httpTimeoutMs?: number | undefined;
  readonly renderMode?: "auto" | "raw" | "card" | undefined;
  readonly streaming?: boolean | string | StreamingObject | undefined;
  readonly blockStreaming?: boolean | undefined;
  readonly chunkMode?: "length" | "newline" | undefined;
  readonly blockStreamingCoalesce?: CoalesceConfig | undefined;
  readonly actions?: { readonly reactions?: boolean | undefined } | undefined;
  readonly replyToMode?: "off" | "first" | "all" | "batched" | undefined;
  readonly replyInThread?: "disabled" | "enabled" | undefined;
  readonly reactionNotifications?: "off" | "own" | "all" | undefined;
  readonly typingIndicator?: boolean | undefined;
  readonly resolveSenderNames?: boolean | undefined;
  readonly allowBots?: boolean | undefined;
  readonly groupSessionScope?: GroupSessionScope | undefined;
  readonly topicSessionMode?: "disabled" | "enabled" | undefined;
  readonly card?: CardConfig | undefined;
  readonly quota?: QuotaConfig | undefined;
  readonly shared?: SharedConfig | undefined;
  readonly liveSource?: boolean | undefined;
  /** A card with text that says nothing new for this many seconds is closed; what comes after goes on in a next one. 0: never. @defaultValue 180 */
  readonly closeSilentAfterSeconds?: number | undefined;
}

/** `channels.feishu`. */
export interface FeishuChannelConfig extends FeishuAccountConfig {
  readonly defaultAccount?: string | undefined;
  readonly accounts?: Readonly<Record<string, FeishuAccountConfig>> | undefined;
}

const secret = z.union([z.string(), z.looseObject({ source: z.string(), provider: z.string(), id: z.string() })]);
const ids = z.array(z.union([z.string(), z.number()]));
const onOff = z.enum(["disabled", "enabled"]);
const count = z.int().min(0);
const positive = z.int().min(1);
const scope = z.enum(["group", "group_sender", "group_topic", "group_topic_sender"]);
const anything = z.looseObject({});
const imageHost = z
  .string()
  .refine(
    (entry) => readHostPattern(entry) !== undefined,
    "is no host: write a name, *.name or name:port, without https:// and path",
  );

const coalesce = z.looseObject({
  minChars: positive.optional(),
  maxChars: positive.optional(),
  idleMs: count.optional(),
});

const streaming = z.union([
  z.boolean(),
  z.enum(["off", "partial", "block", "progress"]),
  z.looseObject({
    mode: z.enum(["off", "partial", "block", "progress"]).optional(),
    chunkMode: z.enum(["length", "newline"]).optional(),
    block: z.looseObject({ enabled: z.boolean().optional(), coalesce: coalesce.optional() }).optional(),
  }),
]);

const group = z.looseObject({
  enabled: z.boolean().optional(),
  requireMention: z.boolean().optional(),
  allowFrom: ids.optional(),
  systemPrompt: z.string().optional(),
  skills: z.array(z.string()).optional(),
  tools: anything.optional(),
  groupSessionScope: scope.optional(),
  topicSessionMode: onOff.optional(),
  replyInThread: onOff.optional(),
});

// Only the host's own files may stay unnamed: everything an operator of @openclaw/feishu 2026.9.5 can have set is listed, so
// that its type is checked; `looseObject` lets through what a later version adds, because one refused key would keep the whole
// gateway from starting. Keys that we do not act on are reported by `findIgnoredKeys`.
const accountShape = {
  enabled: z.boolean().optional(),
  appId: z.string().optional(),
  appSecret: secret.optional(),
  encryptKey: secret.optional(),
  verificationToken: secret.optional(),
  domain: z.string().optional(),
  connectionMode: z.enum(["websocket", "webhook"]).optional(),
  webhookPath: z.string().optional(),
  webhookHost: z.string().optional(),
  webhookPort: positive.optional(),
  proxy: z.string().optional(),
  capabilities: z.array(z.string()).optional(),
  markdown: anything.optional(),
  configWrites: z.boolean().optional(),
  contextVisibility: z.enum(["all", "allowlist", "allowlist_quote"]).optional(),
  replyToMode: z.enum(["off", "first", "all", "batched"]).optional(),
  responsePrefix: z.string().optional(),
  dmPolicy: z.enum(["pairing", "allowlist", "open", "disabled"]).optional(),
  allowFrom: ids.optional(),
  groupPolicy: z.enum(["open", "allowlist", "disabled", "allowall"]).optional(),
  groupAllowFrom: ids.optional(),
  groupSenderAllowFrom: ids.optional(),
  requireMention: z.boolean().optional(),
  groups: z.record(z.string(), group).optional(),
  historyLimit: count.optional(),
  dmHistoryLimit: count.optional(),
  dms: z
    .record(z.string(), z.looseObject({ enabled: z.boolean().optional(), systemPrompt: z.string().optional() }))
    .optional(),
  textChunkLimit: positive.optional(),
  mediaMaxMb: z.number().positive().optional(),
  httpTimeoutMs: z.int().min(1).max(300_000).optional(),
  heartbeatVisibility: anything.optional(),
  renderMode: z.enum(["auto", "raw", "card"]).optional(),
  streaming: streaming.optional(),
  // The flat keys that `streaming` replaced; the host's own doctor rewrites them, but a config may not have been through it.
  blockStreaming: z.boolean().optional(),
  blockStreamingCoalesce: coalesce.optional(),
  chunkMode: z.enum(["length", "newline"]).optional(),
  tools: anything.optional(),
  actions: z.looseObject({ reactions: z.boolean().optional(), sticker: z.boolean().optional() }).optional(),
  replyInThread: onOff.optional(),
  reactionNotifications: z.enum(["off", "own", "all"]).optional(),
  typingIndicator: z.boolean().optional(),
  resolveSenderNames: z.boolean().optional(),
  allowBots: z.boolean().optional(),
  vcAutoJoin: z.boolean().optional(),
  tts: anything.optional(),
  groupSessionScope: scope.optional(),
  topicSessionMode: onOff.optional(),
  card: z
    .looseObject({
      title: z.string().optional(),
      template: z.string().optional(),
      maxChars: z.int().min(200).max(30_000).optional(),
      flushMs: z.int().min(0).max(10_000).optional(),
      start: z.enum(["create", "convert"]).optional(),
      buttons: z.boolean().optional(),
      images: z.union([z.enum(["upload", "link"]), z.looseObject({ hosts: z.array(imageHost) })]).optional(),
    })
    .optional(),
  quota: z
    .looseObject({
      monthlyCalls: positive,
      ecoAt: z.number().min(0).max(1).optional(),
      finalOnlyAt: z.number().min(0).max(1).optional(),
    })
    .refine(({ ecoAt = 0.7, finalOnlyAt = 0.9 }) => ecoAt <= finalOnlyAt, "ecoAt must not be above finalOnlyAt")
    .optional(),
  shared: z
    .looseObject({
      redis: z.string().min(1).optional(),
      prefix: z.string().optional(),
      caFile: z.string().min(1).optional(),
      leaseSeconds: z.int().min(1).max(300).optional(),
    })
    .optional(),
  liveSource: z.boolean().optional(),
  closeSilentAfterSeconds: z.int().min(0).max(86_400).optional(),
};

/** The one description of `channels.feishu`; the manifest's JSON schema is generated from it. */
export const feishuChannelSchema: z.ZodType<FeishuChannelConfig> = z.looseObject({
  ...accountShape,
  defaultAccount: z.string().optional(),
  stickerSets: anything.optional(),
  dynamicAgentCreation: anything.optional(),
  accounts: z
    .record(z.string(), z.looseObject({ ...accountShape, name: z.string().optional(), botName: z.string().optional() }))
    .optional(),
});

/** Keys of `channels.feishu` and of one account that the schema names. */
export const knownKeys: ReadonlySet<string> = new Set([
  ...Object.keys(accountShape),
  "defaultAccount",
  "stickerSets",
  "dynamicAgentCreation",
  "accounts",
  "name",
  "botName",
]);
