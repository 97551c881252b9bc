import type { HostConfig } from "../host/index.ts";
import { patchAccount } from "./account-config.ts";

interface PluginEntries {
  entries?: Readonly<Record<string, { hooks?: { allowConversationAccess?: unknown } } | undefined>>;
}

/** The config with the operator's consent to both: the plugin sees conversations, and this account uses what it sees. */
export function grantConversationAccess(cfg: HostConfig, accountId: string): HostConfig {
  const plugins: PluginEntries | undefined = cfg.plugins;
  const entry = plugins?.entries?.["feishu"];
  const granted = { ...entry, hooks: { ...entry?.hooks, allowConversationAccess: true } };
  const entries = { ...plugins?.entries, feishu: granted };
  return patchAccount({ ...cfg, plugins: { ...plugins, entries } }, accountId, { liveSource: true });
}

/** Whether the operator lets this plugin see conversations (`plugins.entries.feishu.hooks.allowConversationAccess: true`). */
export function hasConversationAccess(cfg: HostConfig): boolean {
  const plugins: PluginEntries | undefined = cfg.plugins;
  return plugins?.entries?.["feishu"]?.hooks?.allowConversationAccess === true;
}
