import { randomBytes } from "node:crypto";
import { createFeishuTools } from "../../extensions/feishu/index.ts";
import { createMcpServerFactory, serveMcpHttp, serveMcpStdio } from "../mcp/index.ts";
import type { ChannelToolset, Language } from "../plugin-sdk/index.ts";
import { keepCards } from "./card-keeper.ts";
import type { CliIo } from "./io.ts";
import { createImageLoader } from "./image-loader.ts";
import { openAccount } from "./open-account.ts";
import type { OpenedAccount } from "./open-account.ts";
import { listenForStop } from "./stop-on-signal.ts";
import type { StopSignal } from "./stop-on-signal.ts";
import { cliStrings } from "./strings/index.ts";
import { mcpStrings } from "./strings/mcp.ts";
import { readVersion } from "./version.ts";

/** Options of `cardstream mcp`. */
export interface McpCommandOptions {
  readonly language: Language;
  /** Port; true takes the default one. Without it standard input and output are used. */
  readonly http?: number | true | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly dryRun?: boolean | undefined;
  readonly files?: string | undefined;
  /** Seconds. */
  readonly idle?: number | undefined;
  readonly config?: string | undefined;
  readonly account?: string | undefined;
  readonly verbose?: boolean | undefined;
}

const DEFAULT_PORT = 7338;

/** `cardstream mcp`: serves the channel's tools until the client goes or a signal comes; then open streams are closed with their text. */
export async function mcp(options: McpCommandOptions, io: CliIo): Promise<number> {
  const words = mcpStrings[options.language];
  const opened = openAccount(options, io);
  if (opened === undefined) return 2;
  const stop = listenForStop(io);
  const keeper = options.dryRun === true ? undefined : keepCards(opened, options.language);
  const toolset = createFeishuTools({
    delivery: opened.delivery,
    newId: () => `stream_${randomBytes(12).toString("hex")}`,
    allow: options.allow,
    dryRun: options.dryRun,
    language: options.language,
    loadImage: options.files === undefined ? undefined : createImageLoader(options.files, io.cwd),
    images: opened.loadImage,
    streams: { idleMs: options.idle === undefined ? undefined : options.idle * 1000 },
    onOpen: (reply) => keeper?.follow(reply),
  });
  try {
    if (options.allow === undefined) io.err(`${words.allAllowed}\n`);
    if (options.dryRun === true) io.err(`${words.dryRun}\n`);
    return options.http === undefined
      ? await onStdio({ options, opened, toolset, stop }, io)
      : await onHttp({ options, opened, toolset, stop }, io);
  } finally {
    await toolset.close();
    await keeper?.close();
    await opened.close();
    stop.dispose();
  }
}

interface McpRun {
  readonly options: McpCommandOptions;
  readonly opened: OpenedAccount;
  readonly toolset: ChannelToolset;
  readonly stop: StopSignal;
}

async function onStdio({ options, opened, toolset, stop }: McpRun, io: CliIo): Promise<number> {
  const { logger } = opened;
  if (io.stdin.isTerminal) io.err(`${mcpStrings[options.language].stdio}\n`);
  const make = createMcpServerFactory({ toolset, version: readVersion(), logger });
  const server = serveMcpStdio({ make, input: process.stdin, output: process.stdout, logger });
  try {
    await Promise.race([server.ended, stop.received]);
    // Streams get their end while the client may still be told about it.
    await toolset.close();
    return 0;
  } finally {
    await server.close();
    process.stdin.destroy();
  }
}

async function onHttp({ options, opened, toolset, stop }: McpRun, io: CliIo): Promise<number> {
  const { logger } = opened;
  const words = mcpStrings[options.language];
  const given = io.env["CARDSTREAM_MCP_TOKEN"]?.trim();
  const token = given || randomBytes(24).toString("base64url");
  const port = options.http === true ? DEFAULT_PORT : (options.http ?? DEFAULT_PORT);
  const make = createMcpServerFactory({ toolset, version: readVersion(), logger });
  let server;
  try {
    server = await serveMcpHttp({ make, port, token, logger });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const { errors } = cliStrings[options.language];
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    io.err(`${code === "EACCES" ? errors.portDenied(port) : errors.portInUse(port)}\n`);
    return 2;
  }
  try {
    io.err(`${words.ready(server.url)}\n`);
    if (!given) io.err(`${words.token(token)}\n`);
    await stop.received;
    await toolset.close();
    return 0;
  } finally {
    await server.close();
  }
}
