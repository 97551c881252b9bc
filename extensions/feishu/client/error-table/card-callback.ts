import { errorRow as row } from "./row.ts";
import type { FeishuErrorRow } from "./row.ts";

const callback = {
  source: "cardkit-v1/card-callback-communication (codes of the client)",
  shownToPeople: true,
} as const;
const SUBSCRIBE: readonly [string, string] = [
  "Subscribe to the callback card.action.trigger under Events and callbacks, over the long connection or with an address, and publish a version.",
  "请在“事件与回调”中订阅回调 card.action.trigger（长连接或请求地址），并发布版本。",
];
const REACHABLE: readonly [string, string] = [
  "Check the callback's address: Feishu has to reach it from the internet.",
  "请检查回调地址：飞书须能从公网访问。",
];
const RUNNING: readonly [string, string] = [
  "See whether the bot runs and is connected; only one program may answer for an app.",
  "请确认机器人正在运行且已连接；同一应用只应由一个程序应答。",
];

/**
 * What a person sees who pressed something in a card (Feishu 7.28 and later). These come as no answer to a call: the press did not reach
 * the bot, or its answer was not understood.
 * @see Feishu server API, cardkit-v1/card-callback-communication
 */
export const CARD_CALLBACK_ERRORS: readonly FeishuErrorRow[] = [
  row(200080, "server", ["error of the platform", "平台内部错误"], ["Press again later.", "请稍后再点。"], callback),
  row(
    200340,
    "invalid",
    ["no address for card callbacks, or no published version", "未配置卡片回调地址，或应用版本未发布"],
    SUBSCRIBE,
    callback,
  ),
  row(
    200341,
    "server",
    ["the bot did not answer the press within 3 seconds", "机器人未在 3 秒内响应"],
    RUNNING,
    callback,
  ),
  row(
    200342,
    "server",
    ["the callback's address refuses connections", "无法与回调地址建立 TCP 连接"],
    REACHABLE,
    callback,
  ),
  row(200343, "server", ["the callback's host name does not resolve", "回调地址域名解析失败"], REACHABLE, callback),
  row(200344, "server", ["the callback's address could not be called", "回调地址请求失败"], REACHABLE, {
    ...callback,
    source: "no page of Feishu names it: read like its neighbours 200342 and 200343",
  }),
  row(200345, "invalid", ["the address for card callbacks is not valid", "卡片回调地址无效"], SUBSCRIBE, callback),
  row(200346, "invalid", ["the address for card callbacks is not valid", "卡片回调地址无效"], SUBSCRIBE, callback),
  row(200347, "invalid", ["the address for card callbacks is not valid", "卡片回调地址无效"], SUBSCRIBE, callback),
  row(
    200530,
    "invalid",
    ["a component of the form has no name", "表单中的组件缺少 name"],
    ["Give every component of the form a name of its own.", "请为表单内的每个组件设置唯一的 name。"],
    callback,
  ),
  row(
    200671,
    "invalid",
    ["the bot answered the press with an error", "机器人对回调返回了非 200 响应"],
    [
      "Look for the error in the bot's log; a value that is text and no object can cause it too.",
      "请查看机器人日志；组件的 value 为字符串而非对象也会导致该错误。",
    ],
    callback,
  ),
  row(
    200672,
    "invalid",
    ["the bot's answer to the press is not understood", "机器人的回调响应格式错误"],
    ["The answer has to be {} or an object with toast or card.", "响应体须为 {}，或含 toast、card 的对象。"],
    callback,
  ),
  row(
    200673,
    "invalid",
    ["the card in the bot's answer is malformed", "回调响应中的卡片格式错误"],
    [
      "The card has to be a JSON object of the same schema as the one that was pressed.",
      "响应中的卡片须为 JSON 对象，且与原卡片的 schema 版本一致。",
    ],
    callback,
  ),
  row(
    200830,
    "invalid",
    ["a card of version 2.0 was answered with one of version 1.0", "2.0 卡片的回调返回了 1.0 卡片"],
    ["Answer with a card of schema 2.0.", "请返回 schema 2.0 的卡片。"],
    callback,
  ),
  row(
    300000,
    "server",
    [
      "error of the platform, or the card was taken back while the press was handled",
      "平台内部错误，或处理期间卡片被撤回",
    ],
    ["Press again later.", "请稍后再点。"],
    callback,
  ),
];
