import { knownKeys } from "./config-schema.ts";

/** Accepted so that an existing config stays valid, but not acted upon here. */
const unsupported: ReadonlySet<string> = new Set([
  "tools",
  "stickerSets",
  "vcAutoJoin",
  "dynamicAgentCreation",
  "heartbeatVisibility",
]);

function inspect(config: Readonly<Record<string, unknown>>, path: string, found: string[]): void {
  for (const [key, value] of Object.entries(config)) {
    if (value === undefined) continue;
    if (key === "accounts" && typeof value === "object" && value !== null) {
      for (const [id, account] of Object.entries(value)) {
        if (typeof account === "object" && account !== null)
          inspect(account as Record<string, unknown>, `${path}.accounts.${id}`, found);
      }
    } else if (key === "actions" && typeof value === "object" && value !== null && "sticker" in value) {
      found.push(`${path}.actions.sticker`);
    } else if (unsupported.has(key) || !knownKeys.has(key)) {
      found.push(`${path}.${key}`);
    }
  }
}

/** Paths of settings under `channels.feishu` that have no effect with this plugin, in the order they are written. */
export function findIgnoredKeys(config: Readonly<Record<string, unknown>>): readonly string[] {
  const found: string[] = [];
  inspect(config, "channels.feishu", found);
  return found;
}
