/** Where an account's app lives: Feishu (China), Lark (international), or the base URL of another deployment or a local emulator. */
export type FeishuDomain = "feishu" | "lark" | URL | (string & {});

/** One Feishu or Lark app (a self-built app with the bot ability). */
export interface FeishuAccount {
  /** Name of the account among several. @defaultValue the app id */
  readonly accountId?: string | undefined;
  /** `cli_…` from the developer console, "Credentials & Basic Info". */
  readonly appId: string;
  /** Never logged, never part of an error message. */
  readonly appSecret: string;
  /** @defaultValue "feishu" */
  readonly domain?: FeishuDomain | undefined;
  /** `http://` or `https://` URL of a proxy for everything of this account. @defaultValue none: connect directly, whatever the environment says */
  readonly proxy?: string | URL | undefined;
}

/** An account after validation. */
export interface ResolvedAccount {
  readonly accountId: string;
  readonly appId: string;
  readonly appSecret: string;
  /** Scheme, host and port (and path prefix), without a trailing slash. */
  readonly baseUrl: string;
  readonly proxy: string | undefined;
}

/**
 * Base URLs of the two clouds; paths are the same on both.
 * @see Feishu server API, cardkit-v1/card/create
 */
const CLOUDS: Readonly<Record<"feishu" | "lark", string>> = {
  feishu: "https://open.feishu.cn",
  lark: "https://open.larksuite.com",
};

/**
 * Checks an account and fills in its defaults.
 * @throws TypeError naming the field, the rule and (never for the secret) the value.
 */
export function resolveAccount(account: FeishuAccount): ResolvedAccount {
  if (typeof account.appId !== "string" || account.appId.trim() === "")
    throw new TypeError("appId: missing; it is cli_… from the developer console");
  if (typeof account.appSecret !== "string" || account.appSecret.trim() === "")
    throw new TypeError("appSecret: missing; it stands next to the app id in the developer console");
  return Object.freeze({
    accountId: account.accountId ?? account.appId,
    appId: account.appId.trim(),
    appSecret: account.appSecret.trim(),
    baseUrl: resolveBaseUrl(account.domain ?? "feishu"),
    proxy: account.proxy === undefined ? undefined : httpUrl("proxy", account.proxy),
  });
}

/**
 * The API base URL of a domain, without a trailing slash.
 * @throws TypeError when it is neither `feishu`, `lark` nor an http(s) URL.
 */
function resolveBaseUrl(domain: FeishuDomain): string {
  if (domain === "feishu") return CLOUDS.feishu;
  return domain === "lark" ? CLOUDS.lark : httpUrl("domain", domain);
}

/**
 * The console page where an app's owner grants scopes; the scopes are already searched for.
 * On a local emulator the URL points nowhere useful but names app and scopes all the same.
 * @see Feishu server API, api-call-guide (99991672): the page that `permission_violations` links to
 */
export function scopeGrantUrl(account: Pick<ResolvedAccount, "appId" | "baseUrl">, scopes: readonly string[]): string {
  return `${account.baseUrl}/app/${encodeURIComponent(account.appId)}/auth?q=${scopes.map(encodeURIComponent).join(",")}&token_type=tenant`;
}

function httpUrl(field: "domain" | "proxy", value: string | URL): string {
  const url = URL.parse(String(value));
  // A proxy URL may carry a password, so its value stays out of the message.
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new TypeError(
      field === "proxy"
        ? "proxy: must be an http:// or https:// URL"
        : `domain: must be "feishu", "lark" or an http(s) URL, not ${JSON.stringify(String(value))}`,
    );
  }
  return url.href.replace(/\/+$/u, "");
}
