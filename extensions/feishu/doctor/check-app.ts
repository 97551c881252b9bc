import type { Clock } from "../../../src/time/index.ts";
import type { FeishuClient, Fetch } from "../client/index.ts";
import { getBotInfoFeishu } from "../send.ts";
import { explainFailure, grant } from "./explain-failure.ts";
import type { Finding } from "./finding.ts";
import { same } from "./finding.ts";
import { NEEDED_SCOPES } from "./needed-scopes.ts";

/** Whether app id, app secret and domain fit together. */
export async function checkToken(client: FeishuClient, clock: Clock): Promise<Finding> {
  const check = { id: "token", title: { en: "credentials", zh: "凭证" } };
  const startedAt = clock.now();
  try {
    await client.tenantToken();
    const ms = Math.round(clock.now() - startedAt);
    const { appId, baseUrl } = client.account;
    return { ...check, status: "ok", detail: same(`${appId} @ ${baseUrl}, ${ms} ms`) };
  } catch (error) {
    return { ...check, status: "fail", ...explainFailure(error) };
  }
}

/** Seconds from which a clock is worth a word, and from which events are misjudged by their age. */
const SKEW_WARN_S = 30;
const SKEW_FAIL_S = 300;

/** Whether this machine's clock agrees with Feishu's. */
export async function checkClock(
  client: FeishuClient,
  clock: Clock,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Finding> {
  const check = { id: "clock", title: { en: "clock", zh: "时钟" } };
  let date: string | null = null;
  try {
    const init = { method: "GET", headers: {}, signal, redirect: "manual" } as const;
    date = (await fetch(`${client.account.baseUrl}/open-apis/bot/v3/info`, init)).headers.get("date");
  } catch (error) {
    signal.throwIfAborted();
    return { ...check, status: "skip", detail: same(error instanceof Error ? error.message : "?") };
  }
  const theirs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs))
    return { ...check, status: "skip", detail: { en: "the answer has no date", zh: "响应没有日期" } };
  const skew = Math.round((clock.wallNow() - theirs) / 1000);
  const detail = { en: `${skew} s off Feishu's`, zh: `与飞书相差 ${skew} 秒` };
  if (Math.abs(skew) < SKEW_WARN_S) return { ...check, status: "ok", detail };
  const fix = { en: "set this machine's clock by NTP", zh: "请用 NTP 校准本机时钟" };
  return { ...check, status: Math.abs(skew) < SKEW_FAIL_S ? "warn" : "fail", detail, fix };
}

/** 2: the bot is active in this tenant. @see Feishu server API, bot-v3/uAjMxEjLwITMx4CMyETM, `activate_status` */
const ACTIVE = 2;

/** Whether the app is a bot, and active. */
export async function checkBot(client: FeishuClient, signal: AbortSignal): Promise<Finding> {
  const check = { id: "bot", title: { en: "bot ability", zh: "机器人能力" } };
  const enable = {
    en: "switch the bot ability on in the developer console, publish, and have an administrator enable the app",
    zh: "请在开发者后台启用机器人能力并发布，由管理员启用应用",
  };
  const url = `${client.account.baseUrl}/app/${client.account.appId}`;
  try {
    const { name, activateStatus } = await getBotInfoFeishu(client, {}, { signal });
    if (activateStatus === undefined || activateStatus === ACTIVE)
      return { ...check, status: "ok", detail: same(name) };
    const detail = { en: `${name} is not active (${activateStatus})`, zh: `${name} 未激活（${activateStatus}）` };
    return { ...check, status: "fail", detail, fix: enable, url };
  } catch (error) {
    signal.throwIfAborted();
    return { ...check, status: "fail", fix: enable, url, ...explainFailure(error) };
  }
}

/** 1: granted. @see Feishu server API, application-v6/scope/list, `grant_status` */
const GRANTED = 1;

/** Which permissions the app has; one finding each. */
export async function checkScopes(client: FeishuClient, signal: AbortSignal): Promise<Finding[]> {
  let granted: Set<string>;
  try {
    const answer = await client.call("application.scope.list", { signal }, (sdk) => sdk.application.v6.scope.list());
    const scopes = answer.data?.scopes ?? [];
    granted = new Set(scopes.filter((scope) => scope.grant_status === GRANTED).map((scope) => scope.scope_name));
  } catch (error) {
    signal.throwIfAborted();
    const title = { en: "permissions", zh: "权限" };
    return [{ id: "scopes", title, status: "skip", ...explainFailure(error) }];
  }
  return NEEDED_SCOPES.map(({ anyOf, purpose, required }): Finding => {
    const [name] = anyOf;
    const check = { id: `scope:${name}`, title: { en: `scope ${name}`, zh: `权限 ${name}` } };
    // The emulator's apps may be granted everything at once.
    const found = granted.has("*") ? name : anyOf.find((scope) => granted.has(scope));
    const detail = { en: `to ${purpose.en}`, zh: purpose.zh };
    if (found !== undefined) return { ...check, status: "ok", detail };
    const missing = { en: `missing; it is needed to ${purpose.en}`, zh: `缺少；用于${purpose.zh}` };
    const url = client.scopeGrantUrl([name]);
    return { ...check, status: required ? "fail" : "warn", detail: missing, fix: grant([name]), url };
  });
}
