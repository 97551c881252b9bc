import { createFeishuChannel, createFeishuClient, proveAccess } from "../../../extensions/feishu/index.ts";
import type { FeishuChannelAccount } from "../../../extensions/feishu/index.ts";
import { Host, SharedChats, toHostSettings } from "../../host/index.ts";
import type { HostConfig, HostedAccount, ModelCatalog, StreamingMode } from "../../host/index.ts";
import type { Tool } from "../../llm/index.ts";
import type { Logger } from "../../log/index.ts";
import { openJournal } from "../../plugin-sdk/index.ts";
import type { AccountStreaming, ConnectionStatus, Language } from "../../plugin-sdk/index.ts";
import type { SharedState } from "../../shared/index.ts";
import type { Clock } from "../../time/index.ts";
import { thisProcess } from "../settings/shared-settings.ts";

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
  /** What several processes of an app share. @defaultValue this one is alone */
  readonly shared?: { open(appId: string): Promise<SharedState> } | undefined;
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
  /** Where others can take the rest: begins nothing more, and lets turns end for the time that the config gives. */
  drain(): Promise<void>;
  /** Ends its turns and disconnects. */
  stop(): Promise<void>;
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
  // Where processes share what they have open, another one may be going on with it.
  const isAlone = options.shared === undefined;
  const journal = stateDir === undefined || !isAlone ? undefined : openJournal(stateDir, logger);
  const host = new Host({ settings, models, tools, clock, logger });
  const states: SharedState[] = [];
  const sharing: SharedChats[] = [];
  const drain = async (): Promise<void> => {
    await Promise.all(sharing.map((chats) => chats.drain(config.shared.drainSeconds * 1_000)));
  };
  const stop = async (): Promise<void> => {
    await host.stop();
    await Promise.all(states.map((state) => state.close()));
  };
  const channel = createFeishuChannel();
  const attached: HostedAccount[] = [];
  for (const account of options.accounts) {
    // Messages may arrive before `start` has returned; they wait for the account to be known.
    const ready = Promise.withResolvers<void>();
    try {
      await proveAccount(account, options);
      const state = await options.shared?.open(account.appId);
      if (state !== undefined) states.push(state);
      const chats =
        state &&
        new SharedChats({
          state,
          host,
          channel: channel.id,
          account: account.id,
          clock,
          logger,
          random: options.random,
          lifetimeMs: config.shared.leaseSeconds * 1_000,
          process: thisProcess(clock),
        });
      const connection = await channel.start({
        account,
        onMessage: (message) =>
          chats === undefined ? void ready.promise.then(() => host.onMessage(message)) : chats.onMessage(message),
        onChatLost: (chat) => void ready.promise.then(() => host.onChatLost(chat)),
        onCardAction: (action) => ready.promise.then(() => (chats ?? host).onCardAction(action)),
        questions: host.questions,
        shared: chats,
        journal,
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
      if (chats !== undefined) {
        sharing.push(chats);
        await chats.start(connection);
      }
      ready.resolve();
    } catch (error) {
      await drain();
      await stop();
      throw new ConnectError(account.id, error);
    }
  }
  return {
    host,
    accounts: attached.map(({ connection }) => connection.status()),
    recovered: closedOf(attached),
    drain,
    stop,
  };
}

/** The channel itself waits for a network that is down for as long as it takes; whoever starts a bot wants to know. */
async function proveAccount(
  account: FeishuChannelAccount,
  { clock, logger, random, signal }: BotOptions,
): Promise<void> {
  const { id, appId, appSecret, domain, config } = account;
  const client = createFeishuClient({
    account: { accountId: id, appId, appSecret, domain, proxy: config.proxy },
    clock,
    logger,
    random,
    timeoutMs: config.httpTimeoutMs,
  });
  try {
    await proveAccess(client, { clock, signal });
  } finally {
    await client.close();
  }
}

const streamingMode = ({ live, blocks }: AccountStreaming, blocksByDefault: boolean): StreamingMode => {
  if (!live) return "off";
  return (blocks ?? blocksByDefault) ? "block" : "partial";
};

/** How many cards of an earlier run all accounts have closed. */
async function closedOf(accounts: readonly HostedAccount[]): Promise<number> {
  const closed = await Promise.all(accounts.map(({ connection }) => connection.recovered));
  return closed.reduce((sum, count) => sum + count, 0);
}
