import type { HostConfig } from "./host.ts";

interface PluginEntries {
  entries?: Readonly<Record<string, { hooks?: { allowConversationAccess?: unknown } } | undefined>>;
}

/** Whether the operator lets this plugin see conversations (`plugins.entries.feishu.hooks.allowConversationAccess: true`). */
export function hasConversationAccess(cfg: HostConfig): boolean {
  const plugins: PluginEntries | undefined = cfg.plugins;
  return plugins?.entries?.["feishu"]?.hooks?.allowConversationAccess === true;
}
