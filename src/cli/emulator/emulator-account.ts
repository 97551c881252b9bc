import { createFeishuChannel } from "../../../extensions/feishu/index.ts";
import type { FeishuChannelAccount } from "../../../extensions/feishu/index.ts";
import type { Emulator } from "../../emulator/index.ts";

/** The account of the emulator's own app, with what `channels.feishu` says about streaming and looks. */
export function toEmulatorAccount(emulator: Emulator, section: unknown): FeishuChannelAccount {
  const { appId, appSecret } = emulator.app;
  const own = { appId, appSecret, domain: emulator.apiUrl, enabled: true, accounts: undefined };
  const { value } = createFeishuChannel().readConfig({ ...(section as object | undefined), ...own }, {});
  const [account] = value ?? [];
  // The section was read before and found to be without issues; the emulator's credentials are complete.
  if (account === undefined) throw new TypeError("the emulator's app does not make an account");
  return account;
}
