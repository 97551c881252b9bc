import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createFeishuChannel } from "../../../extensions/feishu/index.ts";
import type { FeishuChannelAccount } from "../../../extensions/feishu/index.ts";
import { readHostConfig } from "../../host/index.ts";
import type { HostConfig } from "../../host/index.ts";
import { readMcpServers } from "../../llm/index.ts";
import type { McpServerConfig } from "../../llm/index.ts";
import { formatConfigIssues } from "../../plugin-sdk/index.ts";
import type { ConfigIssue, Language } from "../../plugin-sdk/index.ts";
import { findCommands, findTrustIssues } from "./config-trust.ts";
import { fileTrouble } from "../terminal/file-trouble.ts";
import type { CliIo } from "../terminal/io.ts";
import { findUnknownChannels, sortUnknownKeys } from "./misspelt-keys.ts";
import { readModels } from "./named-models.ts";
import type { NamedModels } from "./named-models.ts";
import { readShared } from "./shared-settings.ts";
import type { SharedSettings } from "./shared-settings.ts";
import { cliStrings } from "../strings/index.ts";
import { printable, printableLines } from "../terminal/terminal-text.ts";

/** Everything the file and the environment say. */
export interface Settings {
  readonly config: HostConfig;
  readonly accounts: readonly FeishuChannelAccount[];
  readonly mcpServers: Readonly<Record<string, McpServerConfig>>;
  readonly models: NamedModels;
  /** Commands of a file that nobody named: they run only when somebody at the terminal agrees. */
  readonly unconfirmed: readonly string[];
  /** What processes of one app share; undefined: this one is alone. */
  readonly shared: SharedSettings | undefined;
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
  const text = path === undefined ? "{}" : readText(path, options.language, io);
  if (text === undefined) return undefined;
  const host = readHostConfig(text, io.env);
  const channels = record(host.sections["channels"]);
  const channel = createFeishuChannel();
  const feishu = channel.readConfig(channels[channel.id], io.env);
  const mcp = readMcpServers(record(record(host.sections["mcp"])["servers"]));
  const origin = options.config === undefined ? "found" : "named";
  const models = readModels(host, io.env);
  const folder = path === undefined ? io.cwd : dirname(path);
  const shared = readShared(host.value?.shared, { env: io.env, folder });
  const unknown = sortUnknownKeys([...host.unknownKeys, ...feishu.unknownKeys]);
  const issues = onePerPath([
    ...host.issues,
    ...unknown.issues,
    ...findUnknownChannels(channels, [channel.id]),
    ...models.issues,
    ...mcp.issues,
    ...feishu.issues,
    ...shared.issues,
    ...findTrustIssues({ sections: host.sections, variables: host.variables, env: io.env, origin }),
  ]);
  if (path !== undefined) io.err(`${errors.configFile(path, origin)}\n`);
  if (unknown.others.length > 0) io.err(`${errors.unknownKeys} ${printable(unknown.others.join(", "))}\n`);
  const warnings = [...(host.warnings ?? []), ...(feishu.warnings ?? [])];
  if (warnings.length > 0)
    io.err(`${errors.configWarnings}\n${printableLines(formatConfigIssues(warnings, options.language))}\n`);
  if (host.value === undefined || feishu.value === undefined || issues.length > 0) {
    io.err(`${errors.config(path)}\n${printableLines(formatConfigIssues(issues, options.language))}\n`);
    return undefined;
  }
  return {
    config: host.value,
    accounts: feishu.value,
    mcpServers: mcp.servers,
    models,
    unconfirmed: origin === "found" ? findCommands(host.sections) : [],
    shared: shared.value,
    stateDir: resolve(folder, host.value.stateDir ?? ".cardstream"),
  };
}

/** The text of the config file; says why there is none. */
function readText(path: string, language: Language, io: CliIo): string | undefined {
  const { errors } = cliStrings[language];
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const say =
      code === "ENOENT" ? errors.configNotFound(path) : errors.configUnreadable(path, fileTrouble(error, language));
    io.err(`${code === "EISDIR" ? errors.configIsFolder(path) : say}\n`);
    return undefined;
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

/** What is wrong in one place is said once: the first reader of a section knows it best. */
const onePerPath = (issues: readonly ConfigIssue[]): ConfigIssue[] =>
  issues.filter(({ path }, index) => issues.findIndex((other) => other.path === path) === index);
