import type { McpServerConfig } from "../../llm/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import type { CliIo } from "../terminal/io.ts";
import type { Settings } from "./settings.ts";
import { cliStrings } from "../strings/index.ts";
import { printable } from "../terminal/terminal-text.ts";

/**
 * The MCP servers that may be started. Commands of a file that was only found in the current folder are shown, and start only when
 * somebody at the terminal agrees; else the bot goes on without them.
 */
export async function confirmServers(
  { mcpServers, unconfirmed }: Pick<Settings, "mcpServers" | "unconfirmed">,
  { language, signal }: { readonly language: Language; readonly signal: AbortSignal },
  io: CliIo,
): Promise<Readonly<Record<string, McpServerConfig>>> {
  if (unconfirmed.length === 0) return mcpServers;
  const { commands } = cliStrings[language];
  io.err(`${commands.found}\n${unconfirmed.map((command) => `    ${printable(command)}\n`).join("")}`);
  if (io.stdin.isTerminal) {
    io.err(commands.ask);
    if (/^\s*(?:y|yes|是)\s*$/iu.test(await readLine(io, signal))) return mcpServers;
  }
  io.err(`${commands.skipped}\n`);
  return Object.fromEntries(Object.entries(mcpServers).filter(([, server]) => "url" in server));
}

async function readLine({ stdin }: CliIo, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let line = "";
  for await (const chunk of stdin.chunks(signal)) {
    line += decoder.decode(chunk, { stream: true });
    if (line.includes("\n")) break;
  }
  return line.split("\n")[0] ?? "";
}
