import type { FeishuChannelAccount } from "../../../extensions/feishu/index.ts";
import type { Emulator } from "../../emulator/index.ts";
import type { Logger } from "../../log/index.ts";
import type { Language } from "../../plugin-sdk/index.ts";
import type { SharedState } from "../../shared/index.ts";
import type { Clock } from "../../time/index.ts";
import { toEmulatorAccount } from "../emulator/emulator-account.ts";
import { openLocalFeishu } from "../emulator/local-feishu.ts";
import type { Settings } from "../settings/settings.ts";
import { openShared } from "../settings/shared-settings.ts";
import type { CliIo } from "../terminal/io.ts";

/** What {@link openFeishu} goes by. */
export interface OpenFeishuOptions {
  readonly language: Language;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Port of the local Feishu. @defaultValue the usual one */
  readonly port?: number | undefined;
  /** Any port will do for it. */
  readonly anyPort: boolean;
}

/** The Feishu that a bot or a gateway works with, and what of this machine goes with it. */
export interface OpenedFeishu {
  /** The local Feishu, to be closed by the command; undefined where the settings name accounts. */
  readonly emulator: Emulator | undefined;
  readonly accounts: readonly FeishuChannelAccount[];
  /** Undefined with the local Feishu: its cards die with the process. */
  readonly stateDir: string | undefined;
  /** What several processes of an app share; undefined when this one is alone. */
  readonly shared: { open(scope: string): Promise<SharedState> } | undefined;
}

/** The accounts of the settings, or a local Feishu where there are none. Says so and gives undefined when that cannot be opened. */
export async function openFeishu(
  { accounts, stateDir, shared, config }: Settings,
  { language, clock, logger, port, anyPort }: OpenFeishuOptions,
  io: CliIo,
): Promise<OpenedFeishu | undefined> {
  if (accounts.length > 0)
    return { emulator: undefined, accounts, stateDir, shared: openShared(shared, { clock, logger }) };
  const emulator = await openLocalFeishu({ port, anyPort, language }, io);
  if (emulator === undefined) return undefined;
  const own = toEmulatorAccount(emulator, config.channels["feishu"]);
  return { emulator, accounts: [own], stateDir: undefined, shared: undefined };
}
