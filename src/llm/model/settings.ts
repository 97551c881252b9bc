import type { ThinkTagMode } from "../../provider-wire/index.ts";
import { nearest } from "../../text/index.ts";
import { findPreset, providerPresets } from "./presets.ts";

/** The protocol a provider speaks; the names are OpenClaw's (`models.providers.<name>.api`). */
export type ModelApi = "openai-completions" | "anthropic-messages" | "google-generative-ai";

/** One sentence in both languages. */
export interface Localized {
  readonly zh: string;
  readonly en: string;
}

/** One thing that is missing or wrong: where, what, and what to do about it. */
export interface ModelIssue {
  /** Path in the config file, or the name of an environment variable. */
  readonly path: string;
  readonly problem: Localized;
  readonly fix: Localized;
}

/** The settings of a model cannot be used. Carries every issue at once. Holds no keys. */
export class ModelSettingsError extends Error {
  override readonly name = "ModelSettingsError";
  readonly issues: readonly ModelIssue[];

  constructor(issues: readonly ModelIssue[]) {
    super(`model settings: ${issues.map(({ path, problem, fix }) => `${path}: ${problem.en} (${fix.en})`).join("; ")}`);
    this.issues = issues;
  }
}

/** What a person says about a model. */
export interface ModelSettings {
  /** A known name such as `deepseek`, or a name of one's own together with `baseUrl`. */
  readonly provider: string;
  /** The model's name at the provider. */
  readonly model?: string | undefined;
  readonly apiKey?: string | undefined;
  /** @defaultValue the known provider's; `openai-completions` for a name of one's own */
  readonly api?: ModelApi | undefined;
  /** @defaultValue the known provider's */
  readonly baseUrl?: string | undefined;
  /** The only proxy that is used, for example `http://127.0.0.1:7890`. @defaultValue none */
  readonly proxy?: string | undefined;
  /**
   * Most tokens of one answer, 1 or more. @defaultValue the provider's; for models that speak Anthropic's protocol and are unknown
   * to the AI SDK, its 4,096
   */
  readonly maxOutputTokens?: number | undefined;
  /**
   * What to do with reasoning that the model writes into its answer, between `<think>` and `</think>`, as many models do on servers of
   * one's own: `true` (the same as `always`) takes it out wherever it stands, `false` (`off`) leaves it in; see `ThinkTagMode`.
   * @defaultValue the known provider's, else `auto`
   */
  readonly thinkTags?: boolean | ThinkTagMode | undefined;
}

/** {@link ModelSettings} that can be used. */
export interface ResolvedModelSettings {
  readonly provider: string;
  readonly model: string;
  readonly apiKey: string | undefined;
  readonly api: ModelApi;
  readonly baseUrl: string;
  readonly proxy: string | undefined;
  readonly thinkTags: ThinkTagMode;
  readonly maxOutputTokens: number | undefined;
}

/** How the fields are called where the person wrote them, so that an issue points there. */
export interface SettingNames {
  readonly provider: string;
  readonly model: string;
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly proxy: string;
}

const OPTION_NAMES: SettingNames = {
  provider: "provider",
  model: "model",
  apiKey: "apiKey",
  baseUrl: "baseUrl",
  proxy: "proxy",
};

/** Servers of one's own, which often want no key: this machine and private networks (RFC 1918). */
const LOCAL_HOSTS =
  /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0|host\.docker\.internal|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2})$/iu;

/**
 * Checks the settings of a model and fills in what a known provider needs.
 * @throws ModelSettingsError that names every missing and wrong field, with `names` as their names.
 */
export function resolveModelSettings(given: ModelSettings, names: SettingNames = OPTION_NAMES): ResolvedModelSettings {
  const issues: ModelIssue[] = [];
  const preset = findPreset(given.provider);
  const api = given.api ?? preset?.api ?? "openai-completions";
  const base = given.baseUrl ?? preset?.baseUrl;
  if (base === undefined) issues.push(noBaseUrl(given.provider, names));
  const url = base === undefined ? undefined : parseUrl(base);
  if (base !== undefined && url === undefined) issues.push(badUrl(names.baseUrl));
  if (given.proxy !== undefined && parseUrl(given.proxy) === undefined) issues.push(badUrl(names.proxy));
  if (blank(given.model)) issues.push(noModel(names.model, preset?.docsUrl));
  const local = url !== undefined && LOCAL_HOSTS.test(url.hostname);
  if (blank(given.apiKey) && !local && (preset?.needsKey ?? true)) issues.push(noKey(names.apiKey, preset?.keyUrl));
  const { maxOutputTokens: max } = given;
  if (max !== undefined && !(Number.isInteger(max) && max > 0)) issues.push(badCount("maxOutputTokens"));
  if (issues.length > 0 || url === undefined) throw new ModelSettingsError(issues);
  return {
    provider: preset?.name ?? given.provider,
    model: given.model?.trim() ?? "",
    apiKey: blank(given.apiKey) ? undefined : given.apiKey?.trim(),
    api,
    baseUrl: versioned(url, api),
    proxy: given.proxy,
    thinkTags: toMode(given.thinkTags ?? preset?.thinkTags ?? "auto"),
    maxOutputTokens: given.maxOutputTokens ?? preset?.maxOutputTokens,
  };
}

const toMode = (given: boolean | ThinkTagMode): ThinkTagMode =>
  typeof given === "string" ? given : given ? "always" : "off";

const blank = (text: string | undefined): boolean => text === undefined || text.trim() === "";

function parseUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
}

/**
 * The base URL with the version that the protocol's paths start with. The vendors' own SDKs add it themselves, so people write
 * `https://api.anthropic.com` and `https://open.bigmodel.cn/api/anthropic`; who writes the version gets no second one.
 */
function versioned(url: URL, api: ModelApi): string {
  const base = url.href.replace(/\/+$/u, "");
  if (api === "openai-completions" || /\/v\d[a-z\d]*$/u.test(url.pathname.replace(/\/+$/u, ""))) return base;
  return api === "anthropic-messages" ? `${base}/v1` : `${base}/v1beta`;
}

function noBaseUrl(provider: string, names: SettingNames): ModelIssue {
  const presets = providerPresets.map(({ name }) => name);
  const known = presets.join(", ");
  const meant = nearest(provider, presets);
  return {
    path: names.baseUrl,
    problem: {
      zh: `缺少接口地址，而 ${JSON.stringify(provider)} 不是内置的服务商`,
      en: `is missing, and ${JSON.stringify(provider)} is not a known provider`,
    },
    fix: {
      zh: `${meant === undefined ? "" : `你是想写 ${meant} 吗？否则请`}填写服务商文档里的接口地址（base URL），或把 ${names.provider} 改成内置的名字：${known}`,
      en: `${meant === undefined ? "" : `did you mean ${meant}? If not, `}give the base URL from the provider's documentation, or make ${names.provider} one of ${known}`,
    },
  };
}

const badUrl = (path: string): ModelIssue => ({
  path,
  problem: { zh: "不是 http:// 或 https:// 开头的网址", en: "is not an http:// or https:// URL" },
  fix: {
    zh: "写完整的网址，例如 https://api.deepseek.com",
    en: "write the whole URL, such as https://api.deepseek.com",
  },
});

const badCount = (path: string): ModelIssue => ({
  path,
  problem: { zh: "不是大于 0 的整数", en: "is not a whole number above 0" },
  fix: { zh: "写一个整数，例如 8192，或去掉这一项", en: "write a whole number such as 8192, or leave it out" },
});

const noModel = (path: string, docsUrl: string | undefined): ModelIssue => ({
  path,
  problem: { zh: "没有说用哪个模型", en: "does not say which model to use" },
  fix: {
    zh: docsUrl === undefined ? "填写模型名，见服务商的文档" : `填写模型名，见 ${docsUrl}`,
    en:
      docsUrl === undefined
        ? "give the model's name; the provider's documentation lists them"
        : `give the model's name; see ${docsUrl}`,
  },
});

const noKey = (path: string, keyUrl: string | undefined): ModelIssue => ({
  path,
  problem: { zh: "缺少密钥（API key）", en: "is missing (the API key)" },
  fix: {
    zh: keyUrl === undefined ? "到服务商的控制台创建一个密钥" : `到 ${keyUrl} 创建一个密钥`,
    en: keyUrl === undefined ? "create a key in the provider's console" : `create a key at ${keyUrl}`,
  },
});
