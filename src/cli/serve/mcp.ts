import { randomBytes } from "node:crypto";
import { cardSettings, createFeishuTools, finalCause, proveAccess } from "../../../extensions/feishu/index.ts";
import type { FeishuDeliveryOptions, FeishuToolset } from "../../../extensions/feishu/index.ts";
import { isStrongToken } from "../../http-guard/index.ts";
import { SharedStateError } from "../../shared/index.ts";
import type { SharedState } from "../../shared/index.ts";
import { createMcpServerFactory, serveMcpHttp, serveMcpStdio } from "../../mcp/index.ts";
import type { ChannelToolset, Language } from "../../plugin-sdk/index.ts";
import { keepCards } from "../account/card-keeper.ts";
import type { LogFormat } from "../terminal/console-logger.ts";
import type { CliIo } from "../terminal/io.ts";
import { describeFailure } from "../terminal/describe-failure.ts";
import { createImageLoader } from "./image-loader.ts";
import { openAccount } from "../account/open-account.ts";
import type { OpenedAccount } from "../account/open-account.ts";
import { portOf } from "../settings/options.ts";
import { mcpScope, openShared, thisProcess } from "../settings/shared-settings.ts";
import { listenForStop } from "../terminal/stop-on-signal.ts";
import type { StopSignal } from "../terminal/stop-on-signal.ts";
import { cliStrings } from "../strings/index.ts";
import { mcpStrings } from "../strings/mcp.ts";
import { readVersion } from "../settings/version.ts";

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
  readonly log?: LogFormat | undefined;
}

const DEFAULT_PORT = 7338;

/** `cardstream mcp`: serves the channel's tools until the client goes or a signal comes; then open streams are closed with their text. */
export async function mcp(options: McpCommandOptions, io: CliIo): Promise<number> {
  const words = mcpStrings[options.language];
  let toolset: FeishuToolset | undefined;
  const ownership = { owns: (cardId: string): boolean => toolset?.owns(cardId) ?? true };
  let budget: SharedState | undefined;
  const leases: FeishuDeliveryOptions["leases"] = {
    lease: async (ask) => {
      if (budget === undefined) throw new SharedStateError("unreachable", "not connected yet");
      return budget.lease(ask);
    },
  };
  const isShared = options.dryRun !== true;
  const opened = openAccount({ ...options, ownership, leases: isShared ? leases : undefined }, io);
  if (opened === undefined) return 2;
  const { clock, logger, settings } = opened;
  const shared = isShared ? openShared(settings.shared, { clock, logger }) : undefined;
  let state: SharedState | undefined;
  try {
    state = await shared?.open(mcpScope(opened.account.appId));
    budget = await shared?.open(opened.account.appId);
  } catch (error) {
    await opened.close();
    await state?.close();
    if (!(error instanceof SharedStateError)) throw error;
    io.err(`${describeFailure(error, options.language)}\n`);
    return 1;
  }
  const stop = listenForStop(io);
  // Where processes share their streams, cards are written down there: whoever takes a stream over goes on in them.
  const keeper = options.dryRun === true || state !== undefined ? undefined : keepCards(opened, options.language);
  toolset = createFeishuTools({
    delivery: opened.delivery,
    newId: () => `stream_${randomBytes(12).toString("hex")}`,
    allow: options.allow,
    dryRun: options.dryRun,
    language: options.language,
    loadImage: options.files === undefined ? undefined : createImageLoader(options.files, io.cwd),
    images: opened.loadImage,
    settings: cardSettings(opened.account.config.card),
    streams: { idleMs: options.idle === undefined ? undefined : options.idle * 1000 },
    shared: state && {
      state,
      lifetimeMs: settings.config.shared.leaseSeconds * 1_000,
      process: thisProcess(clock),
      random: Math.random,
      logger,
    },
    onOpen: (reply) => keeper?.follow(reply),
  });
  try {
    await toolset.start();
    if (options.allow === undefined) io.err(`${words.allAllowed}\n`);
    if (options.dryRun === true) io.err(`${words.dryRun}\n`);
    const verdict =
      options.dryRun === true ? Promise.resolve("may-serve" as const) : askFeishu(opened, options, stop, io);
    const run: McpRun = { options, opened, toolset, stop, verdict };
    return options.http === undefined ? await onStdio(run, io) : await onHttp(run, io);
  } finally {
    await toolset.close();
    await keeper?.close();
    await opened.close();
    await Promise.all([state?.close(), budget?.close()]);
    stop.dispose();
  }
}

interface McpRun {
  readonly options: McpCommandOptions;
  readonly opened: OpenedAccount;
  readonly toolset: ChannelToolset;
  readonly stop: StopSignal;
  /** What Feishu says of the app; why it is refused has been said by then. */
  readonly verdict: Promise<Verdict>;
}

type Verdict = "may-serve" | "refused";

/** Asks Feishu beside serving, because a client does not wait long for its server. */
async function askFeishu(
  opened: OpenedAccount,
  { language }: McpCommandOptions,
  stop: StopSignal,
  io: CliIo,
): Promise<Verdict> {
  try {
    await proveAccess(opened.client, { clock: opened.clock, signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) {
      io.err(`${cliStrings[language].errors.connect(opened.account.id, describeFailure(error, language))}\n`);
      if (finalCause(error) !== undefined) return "refused";
    }
  }
  return "may-serve";
}

/** Resolves when the app is refused, which ends the server. */
const refusal = (verdict: Promise<Verdict>): Promise<Verdict> =>
  verdict.then((said) => (said === "refused" ? said : new Promise<Verdict>(() => {})));

async function onStdio({ options, opened, toolset, stop, verdict }: McpRun, io: CliIo): Promise<number> {
  const { logger } = opened;
  if (io.stdin.isTerminal) io.err(`${mcpStrings[options.language].stdio}\n`);
  const make = createMcpServerFactory({ toolset, version: readVersion(), logger });
  const server = serveMcpStdio({ make, input: process.stdin, output: process.stdout, logger });
  try {
    // A client that leaves at once is no reason to end well with an app that Feishu refuses.
    const end = await Promise.race([server.ended.then(() => verdict), stop.received, refusal(verdict)]);
    // Streams get their end while the client may still be told about it.
    await toolset.close();
    return end === "refused" ? 1 : 0;
  } finally {
    await server.close();
    process.stdin.destroy();
  }
}

async function onHttp({ options, opened, toolset, stop, verdict }: McpRun, io: CliIo): Promise<number> {
  const { logger } = opened;
  const words = mcpStrings[options.language];
  const given = io.env["CARDSTREAM_MCP_TOKEN"]?.trim();
  if (given && !isStrongToken(given)) {
    io.err(`${words.badToken}\n`);
    return 2;
  }
  const token = given || randomBytes(24).toString("base64url");
  const port = typeof options.http === "number" ? options.http : (portOf(io.env) ?? DEFAULT_PORT);
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
    const end = await Promise.race([stop.received, refusal(verdict)]);
    await toolset.close();
    return end === "refused" ? 1 : 0;
  } finally {
    await server.close();
  }
}
