import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  accountOptions,
  cardSettings,
  createFeishuInstance,
  createFeishuMessenger,
} from "../../../extensions/feishu/index.ts";
import type { FeishuChannelAccount, FeishuInstanceOptions } from "../../../extensions/feishu/index.ts";
import { createGateway, serveGateway } from "../../gateway/index.ts";
import type { Gateway } from "../../gateway/index.ts";
import { isStrongToken } from "../../http-guard/index.ts";
import type { GatewayServer } from "../../gateway/index.ts";
import { ChannelError, journalCards, openJournal } from "../../plugin-sdk/index.ts";
import type { Journal, Language, MessageChannel } from "../../plugin-sdk/index.ts";
import { SharedStateError } from "../../shared/index.ts";
import type { SharedState } from "../../shared/index.ts";
import { createSystemClock } from "../../time/index.ts";
import { createConsoleLogger } from "../terminal/console-logger.ts";
import type { LogFormat } from "../terminal/console-logger.ts";
import { openFeishu } from "../account/open-feishu.ts";
import type { OpenedFeishu } from "../account/open-feishu.ts";
import { describeFailure } from "../terminal/describe-failure.ts";
import type { CliIo } from "../terminal/io.ts";
import { readSettings } from "../settings/settings.ts";
import { gatewayScope, thisProcess } from "../settings/shared-settings.ts";
import { listenForStop, signalCode } from "../terminal/stop-on-signal.ts";
import { gatewayStrings } from "../strings/gateway.ts";
import { cliStrings } from "../strings/index.ts";
import { readVersion } from "../settings/version.ts";

/** Options of `cardstream gateway`. */
export interface GatewayCommandOptions {
  readonly language: Language;
  readonly config?: string | undefined;
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly tokenFile?: string | undefined;
  /** Names of a proxy before the gateway. */
  readonly allowHost?: readonly string[] | undefined;
  readonly idleSeconds?: number | undefined;
  readonly maxStreams?: number | undefined;
  readonly verbose?: boolean | undefined;
  readonly log?: LogFormat | undefined;
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
  const logger = createConsoleLogger(io.err, { verbose: options.verbose, format: options.log });
  const stop = listenForStop(io);
  let opened: OpenedFeishu | undefined;
  let channels: readonly MessageChannel[] = [];
  let server: GatewayServer | undefined;
  let journal: Journal | undefined;
  let served: Gateway | undefined;
  const states = new Map<string, SharedState>();
  /** Of each app, where its calls are counted: with those of its bots. */
  const budgets = new Map<string, SharedState>();
  try {
    opened = await openFeishu(settings, { anyPort: true, language, clock, logger }, io);
    if (opened === undefined) return 2;
    const { emulator, accounts, stateDir, shared: sharing } = opened;
    if (stateDir !== undefined) journal = openJournal(stateDir, logger);
    const ownership = { owns: (cardId: string) => served?.owns(cardId) ?? true };
    if (sharing !== undefined)
      for (const { id, appId } of accounts) {
        states.set(id, await sharing.open(gatewayScope(appId)));
        budgets.set(id, await sharing.open(appId));
      }
    channels = accounts.map((account) =>
      toChannel(account, { clock, logger, language, stateDir, ownership, leases: budgets.get(account.id) }),
    );
    if (emulator === undefined && !(await checkChannels(channels, { language, signal: stop.signal }, io))) return 1;
    served = createGateway({
      channels,
      language,
      shared: sharing && {
        states,
        lifetimeMs: settings.config.shared.leaseSeconds * 1_000,
        process: thisProcess(clock),
        random: Math.random,
      },
      token: token.value,
      clock,
      logger,
      newId: () => randomBytes(16).toString("base64url"),
      limits: { idleMs: secondsToMs(options.idleSeconds), maxOpen: options.maxStreams },
      version: readVersion(),
      onOpen: (reply, replyLanguage) => {
        const { instance, provider } = reply.session;
        const owner = { channel: provider, account: instance, language: replyLanguage ?? language };
        // Where gateways share their streams, cards are written down there: whoever takes a stream over goes on in them.
        if (journal !== undefined && sharing === undefined) journalCards(journal, reply, owner, clock);
      },
    });
    await served.start();
    server = await serveGateway(served, {
      port: options.port ?? DEFAULT_PORT,
      host,
      allowedHosts: options.allowHost,
      clock,
    });
    io.out(`${words.ready(server.url, channels.map(({ instance }) => instance).join(", "))}\n`);
    if (emulator !== undefined) io.out(`${words.local(emulator.pageUrl, emulator.directChatId())}\n`);
    if (settings.shared !== undefined && sharing === undefined) io.err(`${words.notShared}\n`);
    if (token.generated) io.out(`${words.token(token.value)}\n`);
    // Takes as long as Feishu does not answer.
    const recovered = recover(journal, channels, stop.signal);
    void recovered.then((closed) => closed > 0 && io.err(`${strings.journal.closed(closed)}\n`));
    await stop.received;
    io.err(`${strings.errors.interrupted}\n`);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return signalCode[await stop.received];
    if (error instanceof SharedStateError) {
      io.err(`${describeFailure(error, language)}\n`);
      return 1;
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") throw error;
    const port = options.port ?? DEFAULT_PORT;
    io.err(`${code === "EADDRINUSE" ? strings.errors.portInUse(port) : strings.errors.portDenied(port)}\n`);
    return 2;
  } finally {
    await (server ?? served)?.close(CLOSE_WITHIN_MS);
    await Promise.all(channels.map((channel) => channel.close()));
    await Promise.all([...states.values(), ...budgets.values()].map((state) => state.close()));
    journal?.close();
    await opened?.emulator?.close();
    stop.dispose();
  }
}

const secondsToMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;

function toChannel(
  account: FeishuChannelAccount,
  { language, ...options }: Partial<FeishuInstanceOptions> & { readonly language: Language },
): MessageChannel {
  const { card } = account.config;
  return createFeishuMessenger({
    instance: createFeishuInstance({ ...accountOptions(account), ...options }),
    title: card?.title,
    template: card?.template,
    settings: { ...cardSettings(card), locale: language },
  });
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
  if (!isStrongToken(given)) {
    io.err(`${words.badToken}\n`);
    return undefined;
  }
  return { value: given, generated: false };
}

/** Says which apps Feishu does not take; false when it takes none, so that there is nothing to serve. */
async function checkChannels(
  channels: readonly MessageChannel[],
  { language, signal }: { language: Language; signal: AbortSignal },
  io: CliIo,
): Promise<boolean> {
  const { errors } = cliStrings[language];
  const taken = await Promise.all(
    channels.map(async (channel) => {
      try {
        await channel.check({ signal, patient: true });
        return true;
      } catch (error) {
        signal.throwIfAborted();
        const cause = error instanceof ChannelError ? error.cause : error;
        io.err(`${errors.connect(channel.instance, describeFailure(cause, language))}\n`);
        return false;
      }
    }),
  );
  return taken.includes(true);
}

/** Ends the cards of earlier runs that were killed; gives their number. Never rejects. */
async function recover(
  journal: Journal | undefined,
  channels: readonly MessageChannel[],
  signal: AbortSignal,
): Promise<number> {
  const done = await journal?.recover(async (card) => {
    const owner = channels.find(({ provider, instance }) => provider === card.channel && instance === card.account);
    if (owner === undefined) throw new Error(`account ${card.account} is not configured any more`);
    await owner.closeOrphan(card, { signal });
  });
  return done?.closed ?? 0;
}
