import { silentLogger } from "../log/index.ts";
import type { Logger } from "../log/index.ts";
import type { Clock } from "../time/index.ts";
import { McpServer } from "./mcp/server.ts";
import type { McpServerConfig } from "./mcp/config.ts";
import type { McpToolInfo } from "./mcp/server.ts";
import type { Tool } from "./tool.ts";

/** What became of one configured server. */
export interface McpServerStatus {
  readonly name: string;
  readonly state: "connected" | "failed" | "disabled";
  /** How many of its tools are offered. */
  readonly tools: number;
  /** Why it failed; may quote the server, so show it to the operator and do not log it. */
  readonly error?: Error | undefined;
}

/** Tools from MCP servers. */
export interface McpTools {
  /** Named `<server>_<tool>`, so that servers cannot take each other's names. */
  readonly tools: readonly Tool[];
  readonly servers: readonly McpServerStatus[];
  /** Ends all connections and started programs, within 5 s. Idempotent. */
  close(): Promise<void>;
}

/** What {@link connectMcpTools} works with. */
export interface McpDependencies {
  readonly clock: Clock;
  /** @defaultValue silent */
  readonly logger?: Logger | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Longest name of a tool that all providers accept. */
const MAX_NAME = 64;

/**
 * Connects to MCP servers, all at once, and offers their tools. A server that cannot be reached is reported in `servers` and logged;
 * the others work without it. One that dies later makes its tools fail, and is connected again by the next call.
 * @throws the signal's reason when it aborts; nothing stays connected then.
 */
export async function connectMcpTools(
  servers: Readonly<Record<string, McpServerConfig>>,
  dependencies: McpDependencies,
): Promise<McpTools> {
  const { clock, logger = silentLogger, signal = new AbortController().signal } = dependencies;
  const names = Object.keys(servers).filter((name) => servers[name]?.disabled !== true);
  const opened = names.map((name) => new McpServer({ name, config: servers[name] as McpServerConfig, clock, logger }));
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((server) => server.close()));
  };
  const lists = await Promise.allSettled(opened.map((server) => server.listTools(signal)));
  if (signal.aborted) {
    await close();
    throw signal.reason;
  }
  const tools = new Map<string, Tool>();
  const statuses = new Map<string, McpServerStatus>();
  for (const [i, list] of lists.entries()) {
    const server = opened[i] as McpServer;
    if (list.status === "rejected") {
      const error = list.reason instanceof Error ? list.reason : new Error(String(list.reason));
      logger.warn("mcp: server cannot be used", { server: server.name, error: error.name });
      statuses.set(server.name, { name: server.name, state: "failed", tools: 0, error });
      continue;
    }
    for (const info of list.value) {
      const tool = toTool(server, info, tools);
      tools.set(tool.name, tool);
    }
    statuses.set(server.name, { name: server.name, state: "connected", tools: list.value.length });
  }
  return {
    tools: [...tools.values()],
    servers: Object.keys(servers).map((name) => statuses.get(name) ?? { name, state: "disabled", tools: 0 }),
    close,
  };
}

function toTool(server: McpServer, info: McpToolInfo, taken: ReadonlyMap<string, Tool>): Tool {
  return {
    name: uniqueName(`${server.name}_${info.name}`, taken),
    title: info.title ?? info.name,
    description: info.description,
    inputSchema: info.inputSchema,
    execute: (input, { signal }) => server.callTool(info.name, input, signal),
  };
}

/** `wanted` in the characters that providers accept; numbered when another tool has that name. */
function uniqueName(wanted: string, taken: ReadonlyMap<string, Tool>): string {
  const plain = wanted.replace(/[^\w-]/gu, "_");
  let name = plain.slice(0, MAX_NAME);
  for (let n = 2; taken.has(name); n++) name = `${plain.slice(0, MAX_NAME - 1 - String(n).length)}_${n}`;
  return name;
}
