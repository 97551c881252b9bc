import type { Language } from "../../plugin-sdk/index.ts";

/** What `cardstream mcp` says, all of it on standard error. */
interface McpStrings {
  readonly help: {
    readonly about: string;
    readonly http: string;
    readonly allow: string;
    readonly dryRun: string;
    readonly files: string;
    readonly idle: string;
    readonly more: string;
  };
  readonly badIdle: string;
  readonly badToken: string;
  ready(url: string): string;
  token(token: string): string;
  readonly stdio: string;
  readonly allAllowed: string;
  readonly dryRun: string;
}

/** By language. */
export const mcpStrings: Readonly<Record<Language, McpStrings>> = {
  en: {
    help: {
      about: "serve messages and streaming cards as MCP tools, to any assistant",
      http: "serve streamable HTTP on this port of 127.0.0.1 instead of standard input and output (default: 7338)",
      allow: "chats (oc_…) and people (ou_…, e-mail) that may be written to; without it all",
      dryRun: "check everything, send nothing",
      files: "folder that pictures may be read from; without it none",
      idle: "close a stream nobody appends to after this many seconds (default: 300)",
      more: [
        "In the settings of an assistant:",
        '  "cardstream": {',
        '    "command": "npx", "args": ["cardstream", "mcp", "--allow", "oc_…"],',
        '    "env": { "FEISHU_APP_ID": "…", "FEISHU_APP_SECRET": "…" }',
        "  }",
        "",
        "Over HTTP the token is CARDSTREAM_MCP_TOKEN, or a new one that is printed. Logs go to standard error.",
      ].join("\n"),
    },
    badIdle: "--idle takes a whole number of seconds from 1.",
    badToken: "CARDSTREAM_MCP_TOKEN must be at least 16 visible ASCII characters. openssl rand -hex 24 makes one.",
    ready: (url) => `MCP server at ${url}`,
    token: (token) => `Token: ${token}`,
    stdio: "MCP server on standard input and output; an assistant starts it (cardstream mcp --help). Ctrl-D ends it.",
    allAllowed: "The tools may write to every chat of the bot; --allow limits them.",
    dryRun: "Dry run: nothing is sent.",
  },
  zh: {
    help: {
      about: "以 MCP 工具的形式向任意助手提供消息与流式卡片",
      http: "在 127.0.0.1 的该端口提供 streamable HTTP，代替标准输入输出（默认 7338）",
      allow: "允许写入的群（oc_…）和用户（ou_…、邮箱）；不设则全部允许",
      dryRun: "只检查，不发送",
      files: "允许读取图片的文件夹；不设则不可读取",
      idle: "流在多少秒无追加后自动关闭（默认 300）",
      more: [
        "在助手的设置中：",
        '  "cardstream": {',
        '    "command": "npx", "args": ["cardstream", "mcp", "--allow", "oc_…"],',
        '    "env": { "FEISHU_APP_ID": "…", "FEISHU_APP_SECRET": "…" }',
        "  }",
        "",
        "HTTP 方式的令牌取自 CARDSTREAM_MCP_TOKEN，否则新建并打印。日志输出到标准错误。",
      ].join("\n"),
    },
    badIdle: "--idle 需要不小于 1 的整数秒。",
    badToken: "CARDSTREAM_MCP_TOKEN 至少为 16 个可见 ASCII 字符，可用 openssl rand -hex 24 生成。",
    ready: (url) => `MCP 服务：${url}`,
    token: (token) => `令牌：${token}`,
    stdio: "MCP 服务使用标准输入输出，由助手启动（见 cardstream mcp --help）。按 Ctrl-D 结束。",
    allAllowed: "工具可以写入机器人所在的所有群；可用 --allow 限制。",
    dryRun: "演练模式：不会发送任何内容。",
  },
};
