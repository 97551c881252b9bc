import type { ResolvedAccount, SecretInput } from "../../config/index.ts";

/** The environment variable that setup offers for the app secret. */
export const SECRET_VARIABLE = "FEISHU_APP_SECRET";

/** What the config says when the app secret is in the environment: the host looks it up. */
export const secretFromEnvironment: SecretInput = { source: "env", provider: "default", id: SECRET_VARIABLE };

/** Whether `value` has the form of an app id; Feishu's SDK takes no other for the long connection. */
export const isAppId = (value: string): boolean => /^cli_[0-9a-fA-F]{16}$/u.test(value);

/** Whether `value` can be the base URL of an API. */
export function isBaseUrl(value: string): boolean {
  const protocol = URL.parse(value)?.protocol;
  return protocol === "http:" || protocol === "https:";
}

/** Whether `value` names a place where Feishu lives. */
export const isDomain = (value: string): boolean => value === "feishu" || value === "lark" || isBaseUrl(value);

/** The app's page in the developer console. */
export function consolePage({ domain, appId = "" }: Pick<ResolvedAccount, "domain" | "appId">): string {
  const clouds: Readonly<Record<string, string>> = {
    feishu: "https://open.feishu.cn",
    lark: "https://open.larksuite.com",
  };
  return `${clouds[domain] ?? domain.replace(/\/+$/u, "")}/app/${appId}`;
}

/** The app secret if it can be known here: plain, or in the environment. Other references are for the host to look up. */
export function readableSecret(
  { appSecret, config }: Pick<ResolvedAccount, "appSecret" | "config">,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (appSecret !== undefined) return appSecret;
  const ref = config.appSecret;
  return typeof ref === "object" && ref.source === "env" ? env[ref.id] : undefined;
}
