import { createFeishuClient, createWebImageLoader, FeishuDelivery, openQuota } from "../../extensions/feishu/index.ts";
import type { FeishuChannelAccount, FeishuClient, LoadImage } from "../../extensions/feishu/index.ts";
import { silentLogger } from "../log/index.ts";
import type { Logger } from "../log/index.ts";
import type { Language } from "../plugin-sdk/index.ts";
import { createSystemClock } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { createConsoleLogger } from "./console-logger.ts";
import type { CliIo } from "./io.ts";
import { readSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { accountStrings } from "./strings/account.ts";

/** Options that every command on one app takes. */
export interface AccountOptions {
  readonly language: Language;
  readonly config?: string | undefined;
  /** Id of the account. @defaultValue the first one */
  readonly account?: string | undefined;
  readonly verbose?: boolean | undefined;
  /** Log nothing: the command says itself what goes wrong. */
  readonly silent?: boolean | undefined;
}

/** One app, ready to be called; nothing has been sent yet. */
export interface OpenedAccount {
  readonly settings: Settings;
  readonly account: FeishuChannelAccount;
  readonly client: FeishuClient;
  readonly delivery: FeishuDelivery;
  /** Fetches pictures of texts; undefined when they are to stay links. Closed with {@link OpenedAccount.close}. */
  readonly loadImage: LoadImage | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Opens the app that the settings and `--account` name. Says what is missing and gives undefined when there is none. */
export function openAccount(options: AccountOptions, io: CliIo): OpenedAccount | undefined {
  const settings = readSettings(options, io);
  if (settings === undefined) return undefined;
  const words = accountStrings[options.language];
  const { accounts } = settings;
  const account = options.account === undefined ? accounts[0] : accounts.find(({ id }) => id === options.account);
  if (account === undefined) {
    io.err(
      `${options.account === undefined || accounts.length === 0 ? words.none : words.unknown(options.account, accounts.map(({ id }) => id).join(", "))}\n`,
    );
    return undefined;
  }
  const clock = createSystemClock();
  const logger = options.silent === true ? silentLogger : createConsoleLogger(io.err, options.verbose === true);
  const { appId, appSecret, domain, config } = account;
  const quota = openQuota(config.quota, { appId, stateDir: settings.stateDir, clock, logger });
  const client = createFeishuClient({
    account: { accountId: account.id, appId, appSecret, domain, proxy: config.proxy },
    clock,
    logger,
    random: Math.random,
    timeoutMs: config.httpTimeoutMs,
    onCall: quota?.onCall,
  });
  const delivery = new FeishuDelivery({ client, clock, random: Math.random, logger, quota });
  const images = config.card?.images === "link" ? undefined : createWebImageLoader();
  const close = async (): Promise<void> => {
    await Promise.all([client.close(), images?.close()]);
    quota?.close();
  };
  return { settings, account, client, delivery, loadImage: images?.load, clock, logger, close };
}
