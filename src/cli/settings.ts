import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createFeishuChannel } from "../../extensions/feishu/index.ts";
import type { FeishuChannelAccount } from "../../extensions/feishu/index.ts";
import { readHostConfig } from "../host/index.ts";
import type { HostConfig } from "../host/index.ts";
import { readMcpServers } from "../llm/index.ts";
import type { McpServerConfig } from "../llm/index.ts";
import { formatConfigIssues } from "../plugin-sdk/index.ts";
import type { ConfigIssue, Language } from "../plugin-sdk/index.ts";
import type { CliIo } from "./io.ts";
import { cliStrings } from "./strings/index.ts";

/** Everything the file and the environment say. */
export interface Settings {
  readonly config: HostConfig;
  readonly accounts: readonly FeishuChannelAccount[];
  readonly mcpServers: Readonly<Record<string, McpServerConfig>>;
  /** Where the journal of open cards lives. */
  readonly stateDir: string;
}

const DEFAULT_FILES = ["cardstream.json5", "cardstream.json"];

/**
 * Reads the config file and the environment. Everything that is wrong is printed at once, with its fix; then there are no settings.
 */
export function readSettings(
  options: { config?: string | undefined; language: Language },
  io: CliIo,
): Settings | undefined {
  const { errors } = cliStrings[options.language];
  const path =
    options.config === undefined
      ? DEFAULT_FILES.map((name) => join(io.cwd, name)).find(existsSync)
      : resolve(io.cwd, options.config);
  if (path !== undefined && !existsSync(path)) {
    io.err(`${errors.configNotFound(path)}\n`);
    return undefined;
  }
  const host = readHostConfig(path === undefined ? "{}" : readFileSync(path, "utf8"), io.env);
  const feishu = createFeishuChannel().readConfig(host.value?.channels["feishu"], io.env);
  const mcp = readMcpServers(host.value?.mcp.servers ?? {});
  const issues: ConfigIssue[] = [...host.issues, ...mcp.issues, ...feishu.issues];
  const unknownKeys = [...host.unknownKeys, ...feishu.unknownKeys];
  if (unknownKeys.length > 0) io.err(`${errors.unknownKeys} ${unknownKeys.join(", ")}\n`);
  if (host.value === undefined || feishu.value === undefined || issues.length > 0) {
    io.err(
      `${errors.config}${path === undefined ? "" : ` (${path})`}\n${formatConfigIssues(issues, options.language)}\n`,
    );
    return undefined;
  }
  const folder = path === undefined ? io.cwd : dirname(path);
  return {
    config: host.value,
    accounts: feishu.value,
    mcpServers: mcp.servers,
    stateDir: resolve(folder, host.value.stateDir ?? ".cardstream"),
  };
}
