import type { Localized, ModelApi } from "./settings.ts";

/** A provider that is known by name: a person gives the name, a model and a key. */
export interface ProviderPreset {
  readonly name: string;
  readonly label: Localized;
  readonly api: ModelApi;
  readonly baseUrl: string;
  /** Environment variables that hold the key and the model's name. */
  readonly keyEnv: string;
  readonly modelEnv: string;
  /** The model when only the key is given: a name that the provider keeps for its current general model. */
  readonly defaultModel?: string | undefined;
  /** False for servers of one's own, which often want no key. */
  readonly needsKey: boolean;
  /** Where a person gets a key, or reads how to start the server. */
  readonly keyUrl: string;
  /** The provider's page that `baseUrl` is taken from; most of them list the models too. */
  readonly docsUrl: string;
  /** The models write their reasoning into the answer, between `<think>` and `</think>`. */
  readonly thinkTags?: boolean | undefined;
  /** Most tokens of one answer, where the AI SDK would assume fewer than the provider's models write. */
  readonly maxOutputTokens?: number | undefined;
}

type Row = Omit<ProviderPreset, "name" | "api" | "needsKey"> & { readonly api?: ModelApi; readonly needsKey?: boolean };

/** Every URL stands on the provider's page named in `docsUrl` (looked up November 2026). */
const ROWS: Readonly<Record<string, Row>> = {
  openai: {
    label: { zh: "OpenAI", en: "OpenAI" },
    baseUrl: "https://api.openai.com/v1",
    keyEnv: "OPENAI_API_KEY",
    modelEnv: "OPENAI_MODEL",
    keyUrl: "https://platform.openai.com/api-keys",
    docsUrl: "https://platform.openai.com/docs/api-reference/introduction",
  },
  anthropic: {
    label: { zh: "Anthropic", en: "Anthropic" },
    api: "anthropic-messages",
    baseUrl: "https://api.anthropic.com",
    keyEnv: "ANTHROPIC_API_KEY",
    modelEnv: "ANTHROPIC_MODEL",
    keyUrl: "https://console.anthropic.com/settings/keys",
    docsUrl: "https://docs.anthropic.com/en/api/overview",
  },
  gemini: {
    label: { zh: "Google Gemini", en: "Google Gemini" },
    api: "google-generative-ai",
    baseUrl: "https://generativelanguage.googleapis.com",
    keyEnv: "GEMINI_API_KEY",
    modelEnv: "GEMINI_MODEL",
    // https://ai.google.dev/gemini-api/docs/generate-content/latest-model
    defaultModel: "gemini-3.6-flash",
    keyUrl: "https://aistudio.google.com/apikey",
    docsUrl: "https://ai.google.dev/api",
  },
  deepseek: {
    label: { zh: "深度求索 DeepSeek", en: "DeepSeek" },
    baseUrl: "https://api.deepseek.com",
    keyEnv: "DEEPSEEK_API_KEY",
    modelEnv: "DEEPSEEK_MODEL",
    // https://api-docs.deepseek.com/ (September 2026); `deepseek-chat` is gone since July 2026.
    defaultModel: "deepseek-flash",
    keyUrl: "https://platform.deepseek.com/api_keys",
    docsUrl: "https://api-docs.deepseek.com/",
  },
  qwen: {
    label: { zh: "阿里云百炼 通义千问", en: "Qwen (Alibaba Cloud, Beijing)" },
    baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
    keyEnv: "DASHSCOPE_API_KEY",
    modelEnv: "DASHSCOPE_MODEL",
    keyUrl: "https://bailian.console.aliyun.com/?tab=model#/api-key",
    docsUrl: "https://help.aliyun.com/zh/model-studio/compatibility-of-openai-with-dashscope",
  },
  "qwen-intl": {
    label: { zh: "阿里云百炼 通义千问（国际站）", en: "Qwen (Alibaba Cloud, Singapore)" },
    baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    keyEnv: "DASHSCOPE_INTL_API_KEY",
    modelEnv: "DASHSCOPE_INTL_MODEL",
    keyUrl: "https://modelstudio.console.alibabacloud.com/?tab=model#/api-key",
    docsUrl: "https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope",
  },
  zhipu: {
    label: { zh: "智谱 GLM", en: "Zhipu GLM" },
    baseUrl: "https://open.bigmodel.cn/api/paas/v4",
    keyEnv: "ZHIPU_API_KEY",
    modelEnv: "ZHIPU_MODEL",
    keyUrl: "https://bigmodel.cn/usercenter/proj-mgmt/apikeys",
    docsUrl: "https://docs.bigmodel.cn/cn/guide/develop/openai/introduction",
  },
  "zhipu-anthropic": {
    label: { zh: "智谱 GLM（Anthropic 协议）", en: "Zhipu GLM (Anthropic protocol)" },
    api: "anthropic-messages",
    baseUrl: "https://open.bigmodel.cn/api/anthropic",
    keyEnv: "ZHIPU_ANTHROPIC_API_KEY",
    modelEnv: "ZHIPU_ANTHROPIC_MODEL",
    keyUrl: "https://bigmodel.cn/usercenter/proj-mgmt/apikeys",
    docsUrl: "https://docs.bigmodel.cn/cn/guide/develop/claude",
    // The models behind this endpoint (GLM-4.5 and later) write up to 96K tokens; a third of that is long for a chat.
    maxOutputTokens: 32_768,
  },
  minimax: {
    label: { zh: "MiniMax", en: "MiniMax (China)" },
    baseUrl: "https://api.minimaxi.com/v1",
    keyEnv: "MINIMAX_API_KEY",
    modelEnv: "MINIMAX_MODEL",
    keyUrl: "https://platform.minimaxi.com/user-center/basic-information/interface-key",
    docsUrl: "https://platform.minimaxi.com/docs/api-reference/text-openai-api",
    thinkTags: true,
  },
  "minimax-intl": {
    label: { zh: "MiniMax（国际站）", en: "MiniMax (international)" },
    baseUrl: "https://api.minimax.io/v1",
    keyEnv: "MINIMAX_INTL_API_KEY",
    modelEnv: "MINIMAX_INTL_MODEL",
    keyUrl: "https://platform.minimax.io/user-center/basic-information/interface-key",
    docsUrl: "https://platform.minimax.io/docs/api-reference/text-openai-api",
    thinkTags: true,
  },
  moonshot: {
    label: { zh: "月之暗面 Kimi", en: "Moonshot Kimi (China)" },
    baseUrl: "https://api.moonshot.cn/v1",
    keyEnv: "MOONSHOT_API_KEY",
    modelEnv: "MOONSHOT_MODEL",
    keyUrl: "https://platform.moonshot.cn/console/api-keys",
    docsUrl: "https://platform.moonshot.cn/docs",
  },
  "moonshot-intl": {
    label: { zh: "月之暗面 Kimi（国际站）", en: "Moonshot Kimi (international)" },
    baseUrl: "https://api.moonshot.ai/v1",
    keyEnv: "MOONSHOT_INTL_API_KEY",
    modelEnv: "MOONSHOT_INTL_MODEL",
    keyUrl: "https://platform.moonshot.ai/console/api-keys",
    docsUrl: "https://platform.moonshot.ai/docs",
  },
  siliconflow: {
    label: { zh: "硅基流动 SiliconFlow", en: "SiliconFlow (China)" },
    baseUrl: "https://api.siliconflow.cn/v1",
    keyEnv: "SILICONFLOW_API_KEY",
    modelEnv: "SILICONFLOW_MODEL",
    keyUrl: "https://cloud.siliconflow.cn/account/ak",
    docsUrl: "https://docs.siliconflow.cn/docs/userguide/quickstart",
  },
  openrouter: {
    label: { zh: "OpenRouter", en: "OpenRouter" },
    baseUrl: "https://openrouter.ai/api/v1",
    keyEnv: "OPENROUTER_API_KEY",
    modelEnv: "OPENROUTER_MODEL",
    keyUrl: "https://openrouter.ai/settings/keys",
    docsUrl: "https://openrouter.ai/docs/quickstart",
  },
  ollama: {
    label: { zh: "Ollama（本机）", en: "Ollama (this machine)" },
    baseUrl: "http://127.0.0.1:11434/v1",
    keyEnv: "OLLAMA_API_KEY",
    modelEnv: "OLLAMA_MODEL",
    needsKey: false,
    keyUrl: "https://ollama.com/download",
    docsUrl: "https://docs.ollama.com/api/openai-compatibility",
  },
  vllm: {
    label: { zh: "vLLM（自建）", en: "vLLM (a server of one's own)" },
    baseUrl: "http://127.0.0.1:8000/v1",
    keyEnv: "VLLM_API_KEY",
    modelEnv: "VLLM_MODEL",
    needsKey: false,
    keyUrl: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
    docsUrl: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
  },
};

/** Other names that people use for the same provider. */
const ALIASES: Readonly<Record<string, string>> = {
  bigmodel: "zhipu",
  claude: "anthropic",
  dashscope: "qwen",
  glm: "zhipu",
  google: "gemini",
  kimi: "moonshot",
};

/** All known providers, the most general first. */
export const providerPresets: readonly ProviderPreset[] = Object.entries(ROWS).map(([name, row]) => ({
  api: "openai-completions",
  needsKey: true,
  ...row,
  name,
}));

/** The provider of that name or alias, in any case; undefined when it is not known. */
export function findPreset(name: string): ProviderPreset | undefined {
  const lower = name.toLowerCase();
  const known = Object.hasOwn(ALIASES, lower) ? ALIASES[lower] : lower;
  return providerPresets.find((preset) => preset.name === known);
}
