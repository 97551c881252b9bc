import { connectMcpTools } from "../../llm/index.ts";
import type { McpTools } from "../../llm/index.ts";
import { createSystemClock } from "../../time/index.ts";
import { formatConfigIssues } from "../../plugin-sdk/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import type { Emulator } from "../../emulator/index.ts";
import { printBanner } from "./banner.ts";
import { ConnectError, startBot } from "./bot.ts";
import type { Bot } from "./bot.ts";
import { describeFailure } from "../terminal/describe-failure.ts";
import { createConsoleLogger } from "../terminal/console-logger.ts";
import type { LogFormat } from "../terminal/console-logger.ts";
import type { CliIo } from "../terminal/io.ts";
import { openFeishu } from "../account/open-feishu.ts";
import type { OpenedFeishu } from "../account/open-feishu.ts";
import { confirmServers } from "../settings/confirm-servers.ts";
import { createModels } from "../models/model-catalog.ts";
import { runOnce } from "./once.ts";
import { openInBrowser } from "../terminal/open-in-browser.ts";
import { readSettings } from "../settings/settings.ts";
import { listenForStop, signalCode } from "../terminal/stop-on-signal.ts";
import type { StopSignal } from "../terminal/stop-on-signal.ts";
import { cliStrings } from "../strings/index.ts";
import { printable } from "../terminal/terminal-text.ts";

/** Options of `cardstream start`. */
export interface StartOptions {
  readonly language: Language;
  readonly once?: string | undefined;
  readonly config?: string | undefined;
  readonly port?: number | undefined;
  readonly open?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly log?: LogFormat | undefined;
}

/** `cardstream start`: runs the bot until a signal ends it, or for one message with `--once`. Gives the exit code. */
export async function start(options: StartOptions, io: CliIo): Promise<number> {
  const { language, once } = options;
  const strings = cliStrings[language];
  if (once?.trim() === "") {
    io.err(`${strings.once.needsText}\n`);
    return 2;
  }
  const settings = readSettings(options, io);
  if (settings === undefined) return 2;
  if (once !== undefined && settings.accounts.length > 0) {
    io.err(`${strings.once.needsEmulator}\n`);
    return 2;
  }
  const logger = createConsoleLogger(io.err, { verbose: options.verbose, format: options.log });
  const clock = createSystemClock();
  // Who asks one thing waits for it.
  const failWhenSilent = once !== undefined;
  const models = createModels({ settings, env: io.env, language, clock, logger, random: Math.random, failWhenSilent });
  const [missing] = models.begun;
  if (missing !== undefined)
    io.err(`${strings.errors.modelBegun(missing.path)}\n${formatConfigIssues(models.begun, language)}\n`);
  const stop = listenForStop(io);
  let opened: OpenedFeishu | undefined;
  let mcp: McpTools | undefined;
  let bot: Bot | undefined;
  try {
    opened = await openFeishu(
      settings,
      { port: options.port, anyPort: once !== undefined, language, clock, logger },
      io,
    );
    if (opened === undefined) return 2;
    const { emulator, accounts, stateDir, shared } = opened;
    const servers = await confirmServers(settings, { language, signal: stop.signal }, io);
    mcp = await connectMcpTools(servers, { clock, logger, signal: stop.signal });
    for (const { name, error } of mcp.servers)
      if (error !== undefined) io.err(`${strings.errors.mcp(printable(name), printable(error.message))}\n`);
    bot = await startBot({
      config: settings.config,
      language,
      accounts,
      models: models.catalog,
      tools: [...models.tools, ...mcp.tools],
      stateDir,
      shared,
      clock,
      logger,
      random: Math.random,
      signal: stop.signal,
    });
    if (once !== undefined && emulator !== undefined)
      return await runOnce({ text: once, emulator, host: bot.host, models, stop, language }, io);
    // In the local Feishu there is nobody to keep out.
    const openAccounts = settings.accounts.filter(({ isOpen }) => isOpen).map(({ id }) => id);
    return await serve({ bot, emulator, openAccounts, modelName: models.label, stop, options }, io);
  } catch (error) {
    // A signal while connecting is no failure to connect.
    if (stop.signal.aborted) return signalCode[await stop.received];
    if (!(error instanceof ConnectError)) throw error;
    io.err(`${strings.errors.connect(error.account, describeFailure(error.cause, language))}\n`);
    return 1;
  } finally {
    // Turns need the model and the tools to come to their end.
    await bot?.drain();
    // All at once, to fit into five seconds together: stopping the host ends its turns before the tools lose their servers.
    await Promise.all([bot?.stop(), models.catalog.close(), mcp?.close()]);
    await opened?.emulator?.close();
    stop.dispose();
  }
}

async function serve(
  run: {
    bot: Bot;
    emulator: Emulator | undefined;
    openAccounts: readonly string[];
    modelName: string;
    stop: StopSignal;
    options: StartOptions;
  },
  io: CliIo,
): Promise<number> {
  const { bot, emulator, options, stop } = run;
  const strings = cliStrings[options.language];
  printBanner(
    {
      accounts: bot.accounts,
      pageUrl: emulator?.pageUrl,
      openAccounts: run.openAccounts,
      modelName: run.modelName,
      language: options.language,
    },
    io,
  );
  if (options.open === true && emulator !== undefined) openInBrowser(emulator.pageUrl);
  void reportRecovered(bot, options.language, io);
  await stop.received;
  io.err(`${strings.errors.interrupted}\n`);
  return 0;
}

/** Says how many cards of an earlier run were closed, when that is known. */
async function reportRecovered(bot: Bot, language: Language, io: CliIo): Promise<void> {
  const count = await bot.recovered;
  if (count > 0) io.err(`${cliStrings[language].journal.closed(count)}\n`);
}
