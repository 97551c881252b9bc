import { accountOptions, createFeishuInstance } from "../../../extensions/feishu/index.ts";
import type { FeishuChannelAccount, FeishuDeliveryOptions, FeishuInstance } from "../../../extensions/feishu/index.ts";
import { silentLogger } from "../../log/index.ts";
import type { Logger } from "../../log/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import { createSystemClock } from "../../time/index.ts";
import type { Clock } from "../../time/index.ts";
import { createConsoleLogger } from "../terminal/console-logger.ts";
import type { LogFormat } from "../terminal/console-logger.ts";
import type { CliIo } from "../terminal/io.ts";
import { readSettings } from "../settings/settings.ts";
import type { Settings } from "../settings/settings.ts";
import { accountStrings } from "../strings/account.ts";

/** Options that every command on one app takes. */
export interface AccountOptions {
  readonly language: Language;
  readonly config?: string | undefined;
  /** Id of the account. @defaultValue the first one */
  readonly account?: string | undefined;
  readonly verbose?: boolean | undefined;
  readonly log?: LogFormat | undefined;
  /** Log nothing: the command says itself what goes wrong. */
  readonly silent?: boolean | undefined;
  /** Which process writes which card, where several share an app. @defaultValue this process alone */
  readonly ownership?: FeishuDeliveryOptions["ownership"];
  /** Where the app's calls are counted, when the settings say that several processes make them. @defaultValue this process makes them all */
  readonly leases?: FeishuDeliveryOptions["leases"];
}

/** One app, ready to be called; nothing has been sent yet. */
export interface OpenedAccount extends FeishuInstance {
  readonly settings: Settings;
  readonly account: FeishuChannelAccount;
  readonly clock: Clock;
  readonly logger: Logger;
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
  const logger =
    options.silent === true
      ? silentLogger
      : createConsoleLogger(io.err, { verbose: options.verbose, format: options.log });
  const { stateDir } = settings;
  const { ownership } = options;
  const leases = settings.shared === undefined ? undefined : options.leases;
  const instance = createFeishuInstance({ ...accountOptions(account), stateDir, ownership, leases, clock, logger });
  return { ...instance, settings, account, clock, logger };
}
