import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createFeishuInstance, createFeishuMessenger } from "../../extensions/feishu/index.ts";
import type { FeishuChannelAccount } from "../../extensions/feishu/index.ts";
import type { Emulator } from "../emulator/index.ts";
import { createGateway, serveGateway } from "../gateway/index.ts";
import type { GatewayServer } from "../gateway/index.ts";
import { journalCards } from "../host/index.ts";
import type { Journal } from "../host/index.ts";
import type { Language, MessageChannel } from "../plugin-sdk/index.ts";
import { createSystemClock } from "../time/index.ts";
import { createConsoleLogger } from "./console-logger.ts";
import { toEmulatorAccount } from "./emulator-account.ts";
import type { CliIo } from "./io.ts";
import { openLocalFeishu } from "./local-feishu.ts";
import { openJournal } from "./open-journal.ts";
import { readSettings } from "./settings.ts";
import { listenForStop, signalCode } from "./stop-on-signal.ts";
import { gatewayStrings } from "./strings/gateway.ts";
import { cliStrings } from "./strings/index.ts";
import { readVersion } from "./version.ts";

/** Options of `cardstream gateway`. */
export interface GatewayCommandOptions {
  readonly language: Language;
  readonly config?: string | undefined;
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly idleSeconds?: number | undefined;
  readonly maxStreams?: number | undefined;
  readonly verbose?: boolean | undefined;
}

const DEFAULT_PORT = 7339;
const LOOPBACK = ["127.0.0.1", "::1", "localhost"];
/** Open streams get this long for their last state; the process ends after 4.8 s in any case. */
const CLOSE_WITHIN_MS = 4_000;

/** `cardstream gateway`: serves cards over HTTP until a signal ends it. Gives the exit code. */
export async function gateway(options: GatewayCommandOptions, io: CliIo): Promise<number> {
  const { language } = options;
  const strings = cliStrings[language];
  const words = gatewayStrings[language];
  const settings = readSettings(options, io);
  if (settings === undefined) return 2;
  const host = options.host ?? LOOPBACK[0] ?? "";
  const token = readToken(options, host, io);
  if (token === undefined) return 2;
  const clock = createSystemClock();
  const logger = createConsoleLogger(io.err, options.verbose === true);
  const stop = listenForStop(io);
  let emulator: Emulator | undefined;
  let channels: readonly MessageChannel[] = [];
  let server: GatewayServer | undefined;
  let journal: Journal | undefined;
  try {
    if (settings.accounts.length === 0) {
      emulator = await openLocalFeishu({ port: undefined, anyPort: true, language }, io);
      if (emulator === undefined) return 2;
    } else journal = openJournal(settings.stateDir, logger);
    const accounts =
      emulator === undefined ? settings.accounts : [toEmulatorAccount(emulator, settings.config.channels["feishu"])];
    const stateDir = emulator === undefined ? settings.stateDir : undefined;
    channels = accounts.map((account) => toChannel(account, { clock, logger, language, stateDir }));
    const served = createGateway({
      channels,
      token: token.value,
      clock,
      logger,
      newId: () => randomBytes(16).toString("base64url"),
      limits: { idleMs: secondsToMs(options.idleSeconds), maxOpen: options.maxStreams },
      version: readVersion(),
      onOpen: (reply, replyLanguage) => {
        const { instance, provider } = reply.session;
        const owner = { channel: provider, account: instance, language: replyLanguage ?? language };
        if (journal !== undefined) journalCards(journal, reply, owner, clock);
      },
    });
    server = await serveGateway(served, { port: options.port ?? DEFAULT_PORT, host, clock });
    io.out(`${words.ready(server.url, channels.map(({ instance }) => instance).join(", "))}\n`);
    if (emulator !== undefined) io.out(`${words.local(emulator.pageUrl, emulator.directChatId())}\n`);
    if (token.generated) io.out(`${words.token(token.value)}\n`);
    const closed = await recover(journal, channels);
    if (closed > 0) io.err(`${strings.journal.closed(closed)}\n`);
    await stop.received;
    io.err(`${strings.errors.interrupted}\n`);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return signalCode[await stop.received];
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") throw error;
    const port = options.port ?? DEFAULT_PORT;
    io.err(`${code === "EADDRINUSE" ? strings.errors.portInUse(port) : strings.errors.portDenied(port)}\n`);
    return 2;
  } finally {
    await server?.close(CLOSE_WITHIN_MS);
    await Promise.all(channels.map((channel) => channel.close()));
    journal?.close();
    await emulator?.close();
    stop.dispose();
  }
}

const secondsToMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;

function toChannel(
  account: FeishuChannelAccount,
  deps: Pick<Parameters<typeof createFeishuInstance>[0], "clock" | "logger" | "stateDir"> & { language: Language },
): MessageChannel {
  const { id, appId, appSecret, domain, config } = account;
  const { language, ...rest } = deps;
  const instance = createFeishuInstance({
    ...rest,
    name: id,
    appId,
    appSecret,
    domain,
    proxy: config.proxy,
    timeoutMs: config.httpTimeoutMs,
    images: config.card?.images,
    quota: config.quota,
  });
  const { title, template, maxChars } = config.card ?? {};
  return createFeishuMessenger({ instance, title, template, settings: { rolloverChars: maxChars, locale: language } });
}

/** The token from a file or the environment; a new one when only this machine can reach the gateway. Says what is missing. */
function readToken(
  { tokenFile, language }: GatewayCommandOptions,
  host: string,
  io: CliIo,
): { value: string; generated: boolean } | undefined {
  const words = gatewayStrings[language];
  let given = io.env["CARDSTREAM_GATEWAY_TOKEN"]?.trim();
  if (tokenFile !== undefined) {
    const path = resolve(io.cwd, tokenFile);
    try {
      given = readFileSync(path, "utf8").trim();
    } catch {
      io.err(`${words.noTokenFile(path)}\n`);
      return undefined;
    }
  }
  if (given === undefined || given === "") {
    if (LOOPBACK.includes(host)) return { value: randomBytes(24).toString("base64url"), generated: true };
    io.err(`${words.needsToken(host)}\n`);
    return undefined;
  }
  if (!/^[\x21-\x7e]{16,}$/u.test(given)) {
    io.err(`${words.badToken}\n`);
    return undefined;
  }
  return { value: given, generated: false };
}

/** Ends the cards of earlier runs that were killed; gives their number. */
async function recover(journal: Journal | undefined, channels: readonly MessageChannel[]): Promise<number> {
  const done = await journal?.recover(async (card) => {
    const owner = channels.find(({ provider, instance }) => provider === card.channel && instance === card.account);
    if (owner === undefined) throw new Error(`account ${card.account} is not configured any more`);
    await owner.closeOrphan(card);
  });
  return done?.closed ?? 0;
}
