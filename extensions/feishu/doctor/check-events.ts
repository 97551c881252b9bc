import type { FeishuClient } from "../client/index.ts";
import { LONG_CONNECTION_ERRORS } from "../client/index.ts";
import { explainFailure } from "./explain-failure.ts";
import type { Finding } from "./finding.ts";
import { same } from "./finding.ts";

/**
 * Whether Feishu lets the app have a long connection. Only the address is asked for: a connection would take events away from a bot
 * that is running, since each event goes to one of an app's connections.
 */
export async function checkLongConnection(client: FeishuClient, signal: AbortSignal): Promise<Finding> {
  const check = { id: "long-connection", title: { en: "long connection", zh: "长连接" } };
  const { baseUrl, appId, appSecret } = client.account;
  try {
    await client.call("ws.endpoint", { signal }, (sdk) =>
      sdk.httpInstance.request({
        method: "POST",
        url: `${baseUrl}/callback/ws/endpoint`,
        data: { AppID: appId, AppSecret: appSecret },
      }),
    );
    return { ...check, status: "ok", detail: { en: "may be opened", zh: "可以建立" } };
  } catch (error) {
    signal.throwIfAborted();
    return { ...check, status: "fail", ...explainFailure(error, LONG_CONNECTION_ERRORS) };
  }
}

/** The event without which the bot hears nothing. */
const EVENT = "im.message.receive_v1";
const VERSION_SCOPE = "application:application:self_manage";

/** Whether the published version of the app subscribes to messages. The callback of buttons cannot be read; it is named. */
export async function checkEvents(client: FeishuClient, signal: AbortSignal): Promise<Finding> {
  const check = { id: "events", title: { en: `event ${EVENT}`, zh: `事件 ${EVENT}` } };
  const url = `${client.account.baseUrl}/app/${client.account.appId}`;
  const fix = {
    en: `in the developer console, Events & Callbacks: choose the long connection, add the event ${EVENT} and the callback card.action.trigger, and publish (while the bot is running)`,
    zh: `开发者后台“事件与回调”：选择长连接，添加事件 ${EVENT} 与回调 card.action.trigger，并发布（保存时机器人须在运行）`,
  };
  let events: readonly string[] | undefined;
  try {
    events = await readEvents(client, signal);
  } catch {
    signal.throwIfAborted();
  }
  if (events === undefined) {
    const detail = {
      en: `cannot be read (that takes the scope ${VERSION_SCOPE}); check by hand`,
      zh: `无法读取（需要权限 ${VERSION_SCOPE}），请人工检查`,
    };
    return { ...check, status: "skip", detail, fix, url };
  }
  if (events.includes(EVENT)) {
    const detail = {
      en: "subscribed; buttons also need the callback card.action.trigger",
      zh: "已订阅；按钮还需要回调 card.action.trigger",
    };
    return { ...check, status: "ok", detail };
  }
  const detail = { en: "the published version does not subscribe to it", zh: "已发布的版本未订阅该事件" };
  return { ...check, status: "fail", detail, fix, url };
}

/** Event types of the published version; undefined when Feishu does not tell. @see Feishu server API, application-v6/application-app_version/get */
async function readEvents(client: FeishuClient, signal: AbortSignal): Promise<string[] | undefined> {
  const { appId: app_id } = client.account;
  const params = { lang: "zh_cn" } as const;
  const app = await client.call("application.application.get", { signal }, (sdk) =>
    sdk.application.v6.application.get({ path: { app_id }, params }),
  );
  const version_id = app.data?.app?.online_version_id;
  if (!version_id) return undefined;
  const version = await client.call("application.applicationAppVersion.get", { signal }, (sdk) =>
    sdk.application.v6.applicationAppVersion.get({ path: { app_id, version_id }, params }),
  );
  const infos = version.data?.app_version?.event_infos;
  return infos?.flatMap(({ event_type }) => (event_type === undefined ? [] : [event_type]));
}

/** Proxies that the environment names and this client does not use. */
export function checkProxies(
  client: FeishuClient,
  env: Readonly<Record<string, string | undefined>>,
  reachable: boolean,
): Finding {
  const check = { id: "proxy", title: { en: "proxy", zh: "代理" } };
  const { proxy } = client.account;
  if (proxy !== undefined) return { ...check, status: "ok", detail: same(URL.parse(proxy)?.host ?? "?") };
  const seen = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].flatMap((name) =>
    [name, name.toLowerCase()].filter((variable) => (env[variable] ?? "") !== ""),
  );
  if (seen.length === 0) return { ...check, status: "ok", detail: { en: "none", zh: "无" } };
  const detail = {
    en: `${seen.join(", ")} is set but not used: connections are direct unless the config says otherwise`,
    zh: `设置了 ${seen.join("、")}，但不会使用：除非配置指定，否则直连`,
  };
  const fix = {
    en: "if Feishu can only be reached through it, set channels.feishu.proxy",
    zh: "若必须经代理访问飞书，请设置 channels.feishu.proxy",
  };
  return reachable ? { ...check, status: "ok", detail } : { ...check, status: "warn", detail, fix };
}
