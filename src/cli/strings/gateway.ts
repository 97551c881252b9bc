import type { Language } from "../../plugin-sdk/index.ts";

/** What `cardstream gateway` says. */
interface GatewayStrings {
  readonly help: {
    readonly about: string;
    readonly port: string;
    readonly host: string;
    readonly tokenFile: string;
    readonly allowHost: string;
    readonly idle: string;
    readonly maxStreams: string;
    readonly more: string;
  };
  readonly badCount: string;
  ready(url: string, instances: string): string;
  local(pageUrl: string, chatId: string): string;
  token(token: string): string;
  needsToken(host: string): string;
  noTokenFile(path: string): string;
  readonly badToken: string;
  readonly notShared: string;
}

/** By language. */
export const gatewayStrings: Readonly<Record<Language, GatewayStrings>> = {
  en: {
    help: {
      about: "serve messages and streaming cards over HTTP, to programs in any language",
      port: "port, 0 for any free one (default: 7339)",
      host: "address to listen on (default: 127.0.0.1); others need a token of your own",
      tokenFile: "file that holds the token (or CARDSTREAM_GATEWAY_TOKEN)",
      allowHost: "host names of a proxy before the gateway",
      idle: "close a stream nobody writes to after this many seconds (default: 120)",
      maxStreams: "streams open at the same time (default: 1000)",
      more: [
        "Without a token a new one is made and printed. Without Feishu credentials a local Feishu (emulator) is started.",
        "What it can do: GET /openapi.json. Example, the output of a program as it comes:",
        '  make 2>&1 | curl -sT- -X POST -H "Authorization: Bearer $TOKEN" -H "Content-Type: text/plain" \\',
        '    "http://127.0.0.1:7339/gateway/feishu/pipe?chat_id=oc_…"',
      ].join("\n"),
    },
    badCount: "takes a number from 1 to 9999999.",
    ready: (url, instances) => `gateway  ${url}  (${instances})`,
    local: (pageUrl, chatId) => `page     ${pageUrl}\nchat     ${chatId}`,
    token: (token) => `token    ${token}`,
    needsToken: (host) =>
      `Others can reach ${host}: set CARDSTREAM_GATEWAY_TOKEN or --token-file, with at least 16 characters.`,
    noTokenFile: (path) => `The token file ${path} cannot be read.`,
    notShared: "shared.redis (CARDSTREAM_REDIS) is not used here: this local Feishu is this process's alone.",
    badToken: "The token must be at least 16 visible ASCII characters. openssl rand -hex 24 makes one.",
  },
  zh: {
    help: {
      about: "以 HTTP 提供消息与流式卡片，供任意语言的程序调用",
      port: "端口，0 表示任意空闲端口（默认 7339）",
      host: "监听地址（默认 127.0.0.1）；其他地址须自行设置令牌",
      tokenFile: "保存令牌的文件（或使用 CARDSTREAM_GATEWAY_TOKEN）",
      allowHost: "网关前代理的主机名",
      idle: "流多少秒无人写入后关闭（默认 120）",
      maxStreams: "同时打开的流的上限（默认 1000）",
      more: [
        "未设置令牌时会生成并打印一个；没有飞书凭证时启动本地飞书（模拟器）。",
        "接口说明见 GET /openapi.json。示例，把程序输出实时写入卡片：",
        '  make 2>&1 | curl -sT- -X POST -H "Authorization: Bearer $TOKEN" -H "Content-Type: text/plain" \\',
        '    "http://127.0.0.1:7339/gateway/feishu/pipe?chat_id=oc_…"',
      ].join("\n"),
    },
    badCount: "应为 1 到 9999999 的数字。",
    ready: (url, instances) => `网关     ${url}  （${instances}）`,
    local: (pageUrl, chatId) => `页面     ${pageUrl}\n会话     ${chatId}`,
    token: (token) => `令牌     ${token}`,
    needsToken: (host) => `${host} 可被他人访问：请设置 CARDSTREAM_GATEWAY_TOKEN 或 --token-file，至少 16 个字符。`,
    noTokenFile: (path) => `无法读取令牌文件 ${path}。`,
    notShared: "这里不使用 shared.redis（CARDSTREAM_REDIS）：本地飞书只属于本进程。",
    badToken: "令牌至少为 16 个可见 ASCII 字符，可用 openssl rand -hex 24 生成。",
  },
};
