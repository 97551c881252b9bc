import { errorRow as row, REMEDY } from "./row.ts";
import type { FeishuErrorRow } from "./row.ts";

const generic = { source: "Generic error codes (api-call-guide/ugjM14COyUjL4ITN)" };
const limits = { source: "Rate limits (api-call-guide/uUzN04SN3QjL1cDN)" };
const auth = { source: "tenant_access_token_internal (authentication-management/access-token)" };
const stale = { ...generic, refreshToken: true } as const;

/**
 * Codes of the gateway and of getting a token; any operation may meet them.
 * @see Feishu server API, api-call-guide/ugjM14COyUjL4ITN
 */
export const GATEWAY_ERRORS: readonly FeishuErrorRow[] = [
  row(9499, "invalid", ["the request is malformed", "请求格式错误"], REMEDY.bug, {
    source: "Custom bot guide (bad request); public reports: a wrong body or unknown field names",
  }),
  row(99991400, "rate-limited", ["API rate limit reached", "触发接口频率限制"], REMEDY.retry, limits),
  row(
    99991401,
    "forbidden",
    ["this machine's IP is not on the app's allow list", "本机 IP 不在应用的 IP 白名单内"],
    ["Add the IP in the developer console under Security settings.", "请在开发者后台“安全设置”中添加该 IP。"],
    generic,
  ),
  row(
    99991403,
    "forbidden",
    ["the tenant's monthly API call quota is used up", "租户本月 API 调用量已用尽"],
    ["Wait for the next month or have an administrator buy more calls.", "等待下月重置，或由管理员购买调用量。"],
    generic,
  ),
  row(
    99991201,
    "invalid",
    ["unknown API path", "接口路径不存在"],
    ["Check the domain setting (feishu, lark or a base URL).", "请检查 domain 设置（feishu、lark 或基础 URL）。"],
    generic,
  ),
  row(99991301, "invalid", ["wrong HTTP method", "HTTP 方法错误"], REMEDY.bug, generic),
  row(99991661, "unauthenticated", ["no token in the request", "请求未携带令牌"], REMEDY.bug, generic),
  row(
    99991662,
    "forbidden",
    ["the app is disabled", "应用已停用"],
    ["Enable the app in the admin console.", "请在管理后台启用该应用。"],
    generic,
  ),
  row(
    99991673,
    "forbidden",
    ["the app cannot be used in this tenant", "应用在该租户中不可用"],
    ["Publish the app and have an administrator approve it.", "请发布应用并由管理员审批通过。"],
    generic,
  ),
  row(
    99991663,
    "unauthenticated",
    ["tenant token invalid or expired", "tenant_access_token 无效或已过期"],
    REMEDY.token,
    stale,
  ),
  row(99991664, "unauthenticated", ["app token invalid", "app_access_token 无效"], REMEDY.token, stale),
  row(99991665, "unauthenticated", ["token of another or unknown tenant", "租户标识无效"], REMEDY.token, stale),
  row(99991671, "unauthenticated", ["token has the wrong form", "令牌格式错误"], REMEDY.token, stale),
  row(
    99991668,
    "unauthenticated",
    ["user token invalid", "user_access_token 无效"],
    ["Ask the user to sign in again.", "请让用户重新授权登录。"],
    generic,
  ),
  row(
    99991677,
    "unauthenticated",
    ["user token expired", "user_access_token 已过期"],
    ["Ask the user to sign in again.", "请让用户重新授权登录。"],
    generic,
  ),
  row(
    99991672,
    "forbidden",
    ["the app lacks a permission (scope)", "应用缺少权限"],
    [
      "Grant one of the listed scopes on the linked page, then publish a new version of the app.",
      "请在链接页面开通所列任一权限，然后发布应用新版本。",
    ],
    generic,
  ),
  row(
    99991679,
    "forbidden",
    ["the user has not granted the permission", "用户未授予该权限"],
    ["Ask the user to authorise the app again.", "请让用户重新授权。"],
    generic,
  ),
  row(99992351, "not-found", ["open_id does not exist", "open_id 不存在"], REMEDY.target, generic),
  row(99992361, "not-found", ["open_id belongs to another app", "open_id 属于其他应用"], REMEDY.target, generic),
  row(99992360, "not-found", ["user_id does not exist", "user_id 不存在"], REMEDY.target, generic),
  row(99992354, "not-found", ["message id does not exist", "消息 ID 不存在"], REMEDY.target, generic),
  row(99992356, "not-found", ["chat id does not exist", "群组 ID 不存在"], REMEDY.target, generic),
  row(99992402, "invalid", ["a field of the request failed validation", "请求字段校验失败"], REMEDY.bug, generic),
  row(
    10003,
    "invalid",
    ["bad parameter while getting a token", "获取令牌的参数错误"],
    ["Check app id and app secret.", "请检查 App ID 与 App Secret。"],
    auth,
  ),
  row(
    10014,
    "unauthenticated",
    ["the app is unavailable or the app secret is wrong", "应用不可用，或 App Secret 错误"],
    ["Check app id, app secret and domain; publish the app.", "请检查 App ID、App Secret 与 domain，并发布应用。"],
    auth,
  ),
  row(
    10015,
    "unauthenticated",
    ["wrong app secret, or no such app", "App Secret 错误，或应用不存在"],
    [
      "Copy app id and app secret again from the developer console, and check the domain (feishu or lark).",
      "请从开发者后台重新复制 App ID 与 App Secret，并检查 domain（feishu 或 lark）。",
    ],
    auth,
  ),
  row(
    10012,
    "unauthenticated",
    ["getting the app token failed", "获取 app_access_token 失败"],
    ["Check app id and app secret.", "请检查 App ID 与 App Secret。"],
    auth,
  ),
  row(
    11205,
    "forbidden",
    ["the bot ability is off", "应用未启用机器人能力"],
    ["Switch the bot ability on in the developer console and publish.", "请在开发者后台启用机器人能力并发布。"],
    { source: 'public report: bot information of an app without a bot, "app do not have bot"' },
  ),
  row(1663, "server", ["internal error of Feishu", "飞书内部错误"], REMEDY.retry, {
    source: "public clients, which repeat the call after 0.15, 0.5 and 1 s",
  }),
  row(2200, "server", ["internal error of Feishu", "飞书内部错误"], REMEDY.retry, generic),
  row(5000, "server", ["internal error of Feishu", "飞书内部错误"], REMEDY.retry, generic),
  row(55001, "server", ["internal error of Feishu", "飞书内部错误"], REMEDY.retry, generic),
  row(1000004, "rate-limited", ["too many calls", "调用过于频繁"], REMEDY.retry, generic),
  row(1000005, "rate-limited", ["too many calls", "调用过于频繁"], REMEDY.retry, generic),
];
