import { errorRow as row, REMEDY } from "./row.ts";
import type { FeishuErrorRow } from "./row.ts";

const ws = { source: "larksuite/oapi-sdk-go ws/const.go" };
const CREDENTIALS: readonly [string, string] = [
  "Check app id and app secret, and that domain is where the app was made.",
  "请检查 App ID、App Secret，以及 domain 是否与应用所在平台一致。",
];

/** Codes of the long connection's endpoint (`POST /callback/ws/endpoint`); a space of their own. */
export const LONG_CONNECTION_ERRORS: readonly FeishuErrorRow[] = [
  row(1, "busy", ["the long-connection service is busy", "长连接服务繁忙"], REMEDY.retry, ws),
  row(
    403,
    "forbidden",
    ["the app may not use the long connection", "应用无权使用长连接"],
    [
      "Only self-built apps may; choose the long connection under Events and callbacks.",
      "仅自建应用可用；请在“事件与回调”中选择长连接。",
    ],
    ws,
  ),
  row(514, "unauthenticated", ["the long connection refused app id or app secret", "长连接鉴权失败"], CREDENTIALS, ws),
  row(1000040343, "server", ["internal error of the long-connection service", "长连接服务内部错误"], REMEDY.retry, ws),
  row(
    1000040350,
    "rate-limited",
    ["the app already has 50 long connections", "长连接数已达上限（50）"],
    ["Stop other processes that run this app.", "请停止运行该应用的其他进程。"],
    ws,
  ),
];
