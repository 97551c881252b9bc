import { z } from "zod";
import { nearest } from "../../text/index.ts";
import type { ModelIssue } from "../model/settings.ts";

/** A server that is started as a program and spoken to over its standard input and output. */
export interface McpStdioServer {
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  /** Added to the few harmless variables that every server gets (`PATH`, `HOME`, …); ours are not handed on. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** @defaultValue the folder this process runs in */
  readonly cwd?: string | undefined;
}

/** A server that is reached over HTTP. */
export interface McpHttpServer {
  readonly url: string;
  /** Sent with every request, for example `Authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The only proxy that is used. @defaultValue none */
  readonly proxy?: string | undefined;
}

/** What both kinds may have. */
export interface McpServerLimits {
  /** Skip this server. @defaultValue false */
  readonly disabled?: boolean | undefined;
  /** Names of the only tools to offer. @defaultValue all */
  readonly tools?: readonly string[] | undefined;
  /** How long connecting may take, in milliseconds. @defaultValue 15,000 */
  readonly connectTimeoutMs?: number | undefined;
}

/** One MCP server, in the form that most MCP hosts use in their config files. */
export type McpServerConfig = (McpStdioServer | McpHttpServer) & McpServerLimits;

const limits = {
  disabled: z.boolean().optional(),
  tools: z.array(z.string().min(1)).optional(),
  connectTimeoutMs: z.int().min(1).optional(),
  // Other hosts' files name the transport; the other fields say the same.
  type: z.string().optional(),
};
const httpUrl = z.string().regex(/^https?:\/\/[^/]/u, "not an http:// or https:// URL");
const stdioServer = z.strictObject({
  ...limits,
  command: z.string().min(1),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  cwd: z.string().min(1).optional(),
});
const httpServer = z.strictObject({
  ...limits,
  url: httpUrl,
  headers: z.record(z.string(), z.string()).optional(),
  proxy: httpUrl.optional(),
});

/**
 * Checks the `mcp.servers` section of a config file.
 * @param path where the section stands, for the issues; values are never quoted, they may be keys.
 */
export function readMcpServers(
  section: Readonly<Record<string, unknown>>,
  path = "mcp.servers",
): { readonly servers: Readonly<Record<string, McpServerConfig>>; readonly issues: readonly ModelIssue[] } {
  const servers: Record<string, McpServerConfig> = {};
  const issues: ModelIssue[] = [];
  for (const [name, raw] of Object.entries(section)) {
    const isHttp = typeof raw === "object" && raw !== null && "url" in raw;
    const parsed = isHttp ? httpServer.safeParse(raw) : stdioServer.safeParse(raw);
    if (parsed.success) servers[name] = parsed.data;
    else
      for (const issue of parsed.error.issues)
        issues.push(...toIssues([path, name], issue, Object.keys((isHttp ? httpServer : stdioServer).shape)));
  }
  return { servers, issues };
}

function toIssues(at: readonly string[], issue: z.core.$ZodIssue, known: readonly string[]): ModelIssue[] {
  const path = [...at, ...issue.path].join(".");
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined"))
    return [{ ...toIssue(path, ""), problem: { zh: "缺少该项", en: "is missing" } }];
  if (issue.code !== "unrecognized_keys") return [toIssue(path, issue.message)];
  return issue.keys.map((key) => {
    const meant = nearest(key, known) ?? known.join(", ");
    return {
      path: [...at, ...issue.path, key].join("."),
      problem: { en: "there is no such setting", zh: "没有这项设置" },
      fix: { en: `did you mean ${meant}?`, zh: `你是想写 ${meant} 吗？` },
    };
  });
}

const toIssue = (path: string, message: string): ModelIssue => ({
  path,
  problem: { zh: `不对：${message}`, en: `is not right: ${message}` },
  fix: {
    zh: '写成 { "command": "程序", "args": ["参数"] } 或 { "url": "https://…/mcp" }',
    en: 'write { "command": "program", "args": ["…"] } or { "url": "https://…/mcp" }',
  },
});
