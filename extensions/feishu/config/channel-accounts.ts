import { parseConfig } from "../../../src/plugin-sdk/index.ts";
import type { ChannelAccount, ConfigIssue, Localized, ParsedConfig } from "../../../src/plugin-sdk/index.ts";
import { defaultAccountId, listAccountIds, resolveAccount } from "./accounts.ts";
import { readEntry } from "./entry.ts";
import { CARDSTREAM } from "./host-traits.ts";
import { findIgnoredKeys } from "./ignored-keys.ts";
import { defaultProblem, findProblems } from "./problems.ts";
import { feishuChannelSchema } from "./schema.ts";
import type { FeishuAccountConfig, FeishuChannelConfig } from "./schema.ts";
import { resolveStreamingConfig } from "./streaming.ts";

/** One Feishu or Lark app as the embedded host connects it. */
export interface FeishuChannelAccount extends ChannelAccount {
  readonly appId: string;
  readonly appSecret: string;
  /** `feishu`, `lark`, or the base URL of another deployment or a local emulator. */
  readonly domain: string;
  readonly encryptKey: string | undefined;
  readonly verificationToken: string | undefined;
  /** Whether everybody who can see the app may write to the bot alone. */
  readonly isOpen: boolean;
  /** All settings of the account: its own over those of the section's top level. */
  readonly config: FeishuAccountConfig;
}

/** Environment variables that stand for an account; the id is also the account's id. */
const FROM_ENV = [
  { id: "default", prefix: "FEISHU", domain: "feishu" },
  { id: "lark", prefix: "LARK", domain: "lark" },
] as const;

/**
 * Reads `channels.feishu` and the environment (`FEISHU_APP_ID`, `FEISHU_APP_SECRET`, `FEISHU_DOMAIN`, the same with `LARK_`). The file wins
 * over the environment. Half-given credentials are an issue that says where the other half is found. The default account comes first.
 */
export function readFeishuAccounts(
  section: unknown,
  env: Readonly<Record<string, string | undefined>>,
): ParsedConfig<readonly FeishuChannelAccount[]> {
  const parsed = parseConfig(feishuChannelSchema, section ?? {}, "channels.feishu");
  if (parsed.value === undefined) {
    // Wrong values and misspelt names are told together.
    const unknownKeys =
      typeof section === "object" && section !== null ? findIgnoredKeys(section, CARDSTREAM) : parsed.unknownKeys;
    return { ...parsed, issues: [...parsed.issues, ...wrongDomainsIn(section)], unknownKeys, value: undefined };
  }
  const unknownKeys = findIgnoredKeys(parsed.value, CARDSTREAM);
  const { config, fromEnv } = withEnvironment(parsed.value, env);
  const issues: ConfigIssue[] = [];
  const accounts: FeishuChannelAccount[] = [];
  if (config.enabled !== false) {
    // Going on would write as another app than the one that was meant.
    const problem = defaultProblem(config);
    if (problem !== undefined) issues.push(problem);
    const host = { channels: { feishu: config } };
    for (const id of listAccountIds(host)) {
      const account = resolveAccount(host, id);
      if (!account.enabled) continue;
      const { appId, appSecret, domain } = account;
      const prefix = fromEnv.get(id);
      const path = (key: string, name: string): string =>
        prefix === undefined ? configPath(parsed.value, id, key) : `${prefix}_${name}`;
      if (appId === undefined && appSecret === undefined) {
        if (id !== "default")
          issues.push(missing(path("appId", "APP_ID"), domain), missing(path("appSecret", "APP_SECRET"), domain));
        continue;
      }
      if (appId === undefined) issues.push(missing(path("appId", "APP_ID"), domain));
      if (appSecret === undefined) issues.push(missing(path("appSecret", "APP_SECRET"), domain));
      if (!isDomain(domain)) issues.push(wrongDomain(path("domain", "DOMAIN")));
      if (account.config.connectionMode === "webhook")
        issues.push(noWebhook(path("connectionMode", "CONNECTION_MODE")));
      if (appId === undefined || appSecret === undefined) continue;
      const twin = accounts.find((other) => other.appId === appId && other.domain === domain);
      if (twin !== undefined) issues.push(sameApp(path("appId", "APP_ID"), twin.id));
      const { encryptKey, verificationToken } = account;
      const { mode, blocks, coalesce } = resolveStreamingConfig(account.config);
      accounts.push({
        id,
        appId,
        appSecret,
        domain,
        encryptKey,
        verificationToken,
        isOpen: isOpen(account.config),
        config: account.config,
        streaming: { live: mode === "live", blocks, coalesce },
      });
    }
  }
  const first = defaultAccountId({ channels: { feishu: config } });
  const value = accounts.toSorted((one, other) => Number(other.id === first) - Number(one.id === first));
  return {
    value: issues.length === 0 ? value : undefined,
    issues,
    unknownKeys,
    warnings: findProblems(config, CARDSTREAM).filter(({ path }) => !issues.some((issue) => issue.path === path)),
  };
}

/** The section with accounts from the environment added, and which account ids came from which variables. */
function withEnvironment(
  config: FeishuChannelConfig,
  env: Readonly<Record<string, string | undefined>>,
): { config: FeishuChannelConfig; fromEnv: ReadonlyMap<string, string> } {
  const fromEnv = new Map<string, string>();
  let result = config;
  for (const { id, prefix, domain } of FROM_ENV) {
    const [appId, appSecret] = [env[`${prefix}_APP_ID`], env[`${prefix}_APP_SECRET`]].map(
      (value) => value?.trim() || undefined,
    );
    if (appId === undefined && appSecret === undefined) continue;
    // Credentials in the file are complete or an issue of their own; the environment does not mix with them.
    const inFile = id === "default" ? (result.appId ?? result.appSecret) : result.accounts?.[id];
    if (inFile !== undefined) continue;
    const own = {
      appId,
      appSecret,
      domain: env[`${prefix}_DOMAIN`]?.trim() || (id === "default" ? config.domain : undefined) || domain,
    };
    fromEnv.set(id, prefix);
    result =
      id === "default" && result.accounts?.["default"] === undefined
        ? { ...result, ...own }
        : { ...result, accounts: { ...result.accounts, [id]: own } };
  }
  return { config: result, fromEnv };
}

const configPath = (config: FeishuChannelConfig | undefined, id: string, key: string): string =>
  config?.accounts?.[id] === undefined ? `channels.feishu.${key}` : `channels.feishu.accounts.${id}.${key}`;

function isOpen({ dmPolicy = CARDSTREAM.defaults.dmPolicy, allowFrom }: FeishuAccountConfig): boolean {
  if (dmPolicy === "disabled") return false;
  const listsAll = allowFrom?.some((raw) => readEntry(raw).kind === "everybody");
  return listsAll ?? dmPolicy === "open";
}

const isDomain = (domain: string): boolean =>
  domain === "feishu" || domain === "lark" || (/^https?:\/\//u.test(domain) && URL.canParse(domain));

function missing(path: string, domain: string): ConfigIssue {
  const console = domain === "lark" ? "https://open.larksuite.com/app" : "https://open.feishu.cn/app";
  const fix: Localized = {
    en: `open ${console}, choose your app, copy it from "Credentials & Basic Info"`,
    zh: `打开 ${console}，进入你的应用，在“凭证与基础信息”中复制`,
  };
  return {
    path,
    problem: { en: "missing: app id and app secret belong together", zh: "缺少该项：App ID 与 App Secret 需同时提供" },
    fix,
  };
}

/** Feishu hands each event to only one of an app's connections, so two accounts of one app would each miss half of them. */
const sameApp = (path: string, other: string): ConfigIssue => ({
  path,
  problem: { en: `the same app as account ${other}`, zh: `与账号 ${other} 是同一个应用` },
  fix: { en: "give each account an app of its own, or remove one", zh: "每个账号使用各自的应用，或删除其中一个" },
});

const noWebhook = (path: string): ConfigIssue => ({
  path,
  problem: { en: "events by webhook are not taken here", zh: "这里不支持以 webhook 接收事件" },
  fix: {
    en: 'use "websocket" (no public address needed), and choose "long connection" in the developer console',
    zh: "请改为 websocket（无需公网地址），并在开发者后台选择“使用长连接接收事件”",
  },
});

/** Of a section whose other values are wrong as well. */
function wrongDomainsIn(section: unknown): ConfigIssue[] {
  const own = (value: unknown, key: string): unknown =>
    typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  const accounts = own(section, "accounts");
  const ids = typeof accounts === "object" && accounts !== null ? Object.keys(accounts) : [];
  const domains: [string, unknown][] = [
    ["channels.feishu.domain", own(section, "domain")],
    ...ids.map((id): [string, unknown] => [`channels.feishu.accounts.${id}.domain`, own(own(accounts, id), "domain")]),
  ];
  return domains.flatMap(([path, domain]) =>
    typeof domain === "string" && !isDomain(domain) ? [wrongDomain(path)] : [],
  );
}

function wrongDomain(path: string): ConfigIssue {
  return {
    path,
    problem: { en: "is no domain", zh: "不是合法的域" },
    fix: { en: 'use "feishu", "lark", or an http(s) base URL', zh: "请填写 feishu、lark 或以 http(s) 开头的地址" },
  };
}
