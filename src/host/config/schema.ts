import { z } from "zod";
import { thinkTagModes } from "../../provider-wire/index.ts";
import type { ThinkTagMode } from "../../provider-wire/index.ts";

/** The model a chat uses: a name, or the host's nested shape. */
type ModelChoice = string | { readonly primary?: string | undefined };

/** The config file after checking, with defaults filled in. Channels check their own sections. */
export interface HostConfig {
  readonly language: "auto" | "zh" | "en";
  readonly stateDir?: string | undefined;
  readonly agents: {
    readonly defaults: {
      readonly model?: ModelChoice | undefined;
      readonly systemPrompt?: string | undefined;
      readonly timeoutSeconds: number;
      readonly maxSteps: number;
      readonly usageFooter: boolean;
      readonly reasoningDefault: "off" | "on" | "stream";
      readonly blockStreamingDefault: "off" | "on";
      readonly blockStreamingChunk: {
        readonly minChars: number;
        readonly maxChars: number;
        readonly breakPreference: "paragraph" | "newline" | "sentence";
      };
      readonly blockStreamingCoalesce: {
        readonly minChars?: number | undefined;
        readonly maxChars?: number | undefined;
        readonly idleMs: number;
      };
    };
  };
  readonly messages: { readonly queue: { readonly mode: "queue" | "interrupt" | "followup" | "collect" | "steer" } };
  readonly session: { readonly memory: { readonly maxTurns: number; readonly maxChars: number } };
  readonly models: { readonly providers: Readonly<Record<string, ProviderConfig>> };
  readonly tools: {
    readonly clock: boolean;
    readonly calculator: boolean;
    readonly larkCli?: { readonly allow: readonly string[] } | undefined;
  };
  readonly mcp: { readonly servers: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  readonly shared: {
    readonly redis?: string | undefined;
    readonly prefix: string;
    readonly caFile?: string | undefined;
    readonly leaseSeconds: number;
    readonly drainSeconds: number;
  };
  readonly channels: Readonly<Record<string, unknown>>;
}

/** `models.providers.<name>`. */
export interface ProviderConfig {
  readonly api?: "openai-completions" | "anthropic-messages" | "google-generative-ai" | undefined;
  readonly baseUrl?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly models?: readonly (string | { readonly id: string })[] | undefined;
  readonly proxy?: string | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly thinkTags?: ThinkTagMode | undefined;
}

/** Says what a setting is for, in both languages; the reference page is checked against it. */
const about = <T extends z.ZodType>(schema: T, description: string, zh: string): T => schema.meta({ description, zh });

const chars = z.int().min(1).max(100_000);
/** A block has to have room for closing a code fence. */
const blockChars = z.int().min(50).max(100_000);

const chunk = z.strictObject({
  minChars: about(
    chars.default(100),
    "A block is not sent before it has this many characters (100–300 suits cards)",
    "一个块至少积累到多少字才送出（卡片建议 100–300）",
  ),
  maxChars: about(blockChars.default(300), "A block never has more characters", "一个块最多多少字"),
  breakPreference: about(
    z.enum(["paragraph", "newline", "sentence"]).default("paragraph"),
    "Where a block ends if it can",
    "优先在哪里断块",
  ),
});

const coalesce = z.strictObject({
  minChars: about(chars.optional(), "Blocks are merged up to this many characters", "合并到至少多少字"),
  maxChars: about(chars.optional(), "Merged blocks never have more characters", "合并后最多多少字"),
  idleMs: about(
    z.int().min(0).max(60_000).default(1000),
    "What is held back is sent after this silence (ms)",
    "静默多少毫秒后送出剩余内容",
  ),
});

const provider = z.strictObject({
  api: about(
    z.enum(["openai-completions", "anthropic-messages", "google-generative-ai"]).optional(),
    "Protocol, for a provider that is not a known name",
    "协议；服务商名称未内置时填写",
  ),
  baseUrl: about(
    z.string().min(1).optional(),
    "Base URL, for a provider that is not a known name",
    "接口地址；服务商名称未内置时填写",
  ),
  apiKey: about(
    z.string().min(1).optional(),
    "Key, or `${NAME}` to read it from the environment",
    "密钥，或用 `${NAME}` 从环境变量读取",
  ),
  models: about(
    z.array(z.union([z.string().min(1), z.looseObject({ id: z.string().min(1) })])).optional(),
    "Models that people may choose with /model",
    "可用 /model 切换的模型",
  ),
  proxy: about(
    z.string().min(1).optional(),
    "Proxy for this provider alone; the environment's proxy is never used",
    "仅此服务商使用的代理；绝不使用环境变量里的代理",
  ),
  maxOutputTokens: about(
    z.int().min(1).optional(),
    "Longest answer in tokens, reasoning included; the provider's own limit when absent",
    "一次回答最多多少 token（含思考）；不填则由服务商决定",
  ),
  thinkTags: about(
    z.enum(thinkTagModes).optional(),
    "Reasoning that the model writes between `<think>` tags: found by itself, always, from the start (open), or left in (off)",
    "模型写在 `<think>` 标签里的思考：自动识别（auto）、一律取出（always）、正文从标签内开始（open）、原样保留（off）",
  ),
});

const defaults = z.strictObject({
  model: about(
    z.union([z.string().min(1), z.looseObject({ primary: z.string().min(1).optional() })]).optional(),
    "Model to answer with, `provider/model`",
    "默认模型，写作 `服务商/模型`",
  ),
  systemPrompt: about(z.string().max(100_000).optional(), "Instructions for the model", "给模型的系统提示词"),
  timeoutSeconds: about(
    z.int().min(5).max(86_400).default(1200),
    "An answer may take this long in all",
    "一次回答最长多少秒",
  ),
  maxSteps: about(
    z.int().min(1).max(100).default(8),
    "Most model calls in one answer (tools make several)",
    "一次回答最多调用模型几次（使用工具会多次）",
  ),
  usageFooter: about(z.boolean().default(false), "Name the tokens below each answer", "在回答下方显示 token 用量"),
  reasoningDefault: about(
    z.enum(["off", "on", "stream"]).default("stream"),
    "Show the model's reasoning in a panel",
    "是否在折叠面板中显示思考过程",
  ),
  blockStreamingDefault: about(
    z.enum(["off", "on"]).default("off"),
    "Feed the card with finished blocks instead of single words",
    "以完整的块而不是逐字更新卡片",
  ),
  blockStreamingChunk: chunk.prefault({}),
  blockStreamingCoalesce: coalesce.prefault({}),
});

/** The whole config file. Objects are strict, so that unknown keys can be named; `parseConfig` only warns about them. */
export const hostConfigSchema: z.ZodType<HostConfig> = z.strictObject({
  language: about(
    z.enum(["auto", "zh", "en"]).default("auto"),
    "Language of the bot's own words; auto: that of the message",
    "机器人自身用语的语言；auto 跟随消息",
  ),
  stateDir: about(
    z.string().min(1).optional(),
    "Folder for the journal of open cards; relative to the config file. Default: .cardstream",
    "记录未完成卡片的目录，相对配置文件；默认 .cardstream",
  ),
  agents: z.strictObject({ defaults: defaults.prefault({}) }).prefault({}),
  messages: z
    .strictObject({
      queue: z
        .strictObject({
          mode: about(
            z.enum(["queue", "interrupt", "followup", "collect", "steer"]).default("queue"),
            "A second message while the first is being answered: queue (also followup, collect, steer) or interrupt",
            "回答期间又来消息时：queue 排队（followup、collect、steer 同义）或 interrupt 打断",
          ),
        })
        .prefault({}),
    })
    .prefault({}),
  session: z
    .strictObject({
      memory: z
        .strictObject({
          maxTurns: about(
            z.int().min(0).max(1000).default(20),
            "Question-and-answer pairs the model is shown again",
            "模型能看到的历史轮数",
          ),
          maxChars: about(
            z.int().min(0).max(10_000_000).default(40_000),
            "Characters of all those pairs together",
            "历史的总字数上限",
          ),
        })
        .prefault({}),
    })
    .prefault({}),
  models: z.strictObject({ providers: z.record(z.string(), provider).default({}) }).prefault({}),
  tools: z
    .strictObject({
      clock: about(z.boolean().default(true), "The model may ask for the time", "模型可以查询时间"),
      calculator: about(z.boolean().default(true), "The model may calculate", "模型可以做计算"),
      larkCli: z
        .strictObject({
          allow: about(
            z.array(z.string().regex(/^[a-z+][\w+ .-]*$/u)).min(1),
            "Commands of the official `lark-cli` that the model may run, by their first words: `calendar`, `docs +create`. Off when absent",
            "模型可以运行的官方 `lark-cli` 命令，以其开头的词表示：`calendar`、`docs +create`；不填则关闭",
          ),
        })
        .optional(),
    })
    .prefault({}),
  mcp: z.strictObject({ servers: z.record(z.string(), z.record(z.string(), z.unknown())).default({}) }).prefault({}),
  shared: z
    .strictObject({
      redis: about(
        z.string().min(1).optional(),
        "Redis ≥ 7 or Valkey ≥ 8 that several processes of one app share: `redis://…`, `rediss://user:password@…` with TLS, or `redis+sentinel://host,host/master`; alone when absent",
        "同一应用的多个进程共用的 Redis ≥ 7 或 Valkey ≥ 8：`redis://…`、使用 TLS 的 `rediss://用户:密码@…`，或 `redis+sentinel://主机,主机/主节点名`；不填则单进程运行",
      ),
      prefix: about(
        z
          .string()
          .regex(/^[\w:.-]{1,64}$/u)
          .default("cs"),
        "Begins every key in that Redis",
        "Redis 中所有键的前缀",
      ),
      caFile: about(
        z.string().min(1).optional(),
        "PEM file of who signed that Redis's certificate; relative to the config file",
        "签发该 Redis 证书的 CA 的 PEM 文件，相对配置文件",
      ),
      leaseSeconds: about(
        z.int().min(1).max(300).default(15),
        "Silence after which a process counts as dead and another one takes its chats over",
        "进程静默多少秒后视为已死，由其他进程接管其会话",
      ),
      drainSeconds: about(
        z.int().min(0).max(3600).default(20),
        "When a process is stopped, its answers may go on for so long before they are interrupted",
        "停止进程时，正在写的回答最多再写多少秒，之后才会中断",
      ),
    })
    .prefault({}),
  channels: z.record(z.string(), z.unknown()).default({}),
});
