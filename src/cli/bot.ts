import { randomBytes } from "node:crypto";
import { createFeishuChannel } from "../../extensions/feishu/index.ts";
import type { FeishuChannelAccount } from "../../extensions/feishu/index.ts";
import { Host, toHostSettings } from "../host/index.ts";
import type { HostConfig, HostedAccount, Journal, ModelCatalog, StreamingMode } from "../host/index.ts";
import type { Tool } from "../llm/index.ts";
import type { Logger } from "../log/index.ts";
import type { AccountStreaming, ConnectionStatus, Language } from "../plugin-sdk/index.ts";
import type { Clock } from "../time/index.ts";
import { openJournal } from "./open-journal.ts";

/** What a bot is put together from. */
export interface BotOptions {
  readonly config: HostConfig;
  /** For chats whose language is not known yet. */
  readonly language: Language;
  readonly accounts: readonly FeishuChannelAccount[];
  readonly models: ModelCatalog;
  readonly tools: readonly Tool[];
  /** Folder of the journal; without it nothing is written (an emulator's cards die with the process anyway). */
  readonly stateDir: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** A host with its connected accounts. */
export interface Bot {
  readonly host: Host;
  readonly accounts: readonly ConnectionStatus[];
  /** Cards of earlier runs that were closed; settles when that is done. */
  readonly recovered: Promise<number>;
}

/** One account could not be connected; `cause` says why. */
export class ConnectError extends Error {
  override readonly name = "ConnectError";
  readonly account: string;

  constructor(account: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.account = account;
  }
}

/**
 * Connects all accounts to a host.
 * @throws ConnectError when one cannot be connected; the others are disconnected again.
 */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { config, models, tools, clock, logger, stateDir } = options;
  const settings = toHostSettings(config, options.language);
  const journal = stateDir === undefined ? undefined : openJournal(stateDir, logger);
  const host = new Host({ settings, models, tools, journal, secret: randomBytes(32), clock, logger });
  const channel = createFeishuChannel();
  const attached: HostedAccount[] = [];
  for (const account of options.accounts) {
    // Messages may arrive before `start` has returned; they wait for the account to be known.
    const ready = Promise.withResolvers<void>();
    try {
      const connection = await channel.start({
        account,
        onMessage: (message) => void ready.promise.then(() => host.onMessage(message)),
        onCardAction: (action) => ready.promise.then(() => host.onCardAction(action)),
        logger,
        clock,
        stateDir,
        random: options.random,
        signal: options.signal,
      });
      const hosted: HostedAccount = {
        channel: channel.id,
        capabilities: channel.capabilities,
        streaming: streamingMode(account.streaming, settings.blockStreaming),
        coalesce: account.streaming.coalesce,
        connection,
      };
      attached.push(hosted);
      host.attach(hosted);
      ready.resolve();
    } catch (error) {
      await host.stop();
      throw new ConnectError(account.id, error);
    }
  }
  return {
    host,
    accounts: attached.map(({ connection }) => connection.status()),
    recovered: recover(journal, attached, logger),
  };
}

const streamingMode = ({ live, blocks }: AccountStreaming, blocksByDefault: boolean): StreamingMode => {
  if (!live) return "off";
  return (blocks ?? blocksByDefault) ? "block" : "partial";
};

async function recover(
  journal: Journal | undefined,
  attached: readonly HostedAccount[],
  logger: Logger,
): Promise<number> {
  try {
    const done = await journal?.recover(async (card) => {
      const owner = attached.find(
        ({ channel, connection }) => channel === card.channel && connection.account === card.account,
      );
      if (owner === undefined) throw new Error(`account ${card.account} is not configured any more`);
      await owner.connection.closeOrphan(card);
    });
    return done?.closed ?? 0;
  } catch (error) {
    // The folder may be unreadable; the bot is of use all the same.
    logger.warn("the journal of an earlier run could not be read", {
      error: error instanceof Error ? error.message : "unknown",
    });
    return 0;
  }
}
