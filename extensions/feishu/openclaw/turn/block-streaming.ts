import type { HostConfig } from "../host/index.ts";
import type { StreamingConfig } from "../../config/index.ts";

/**
 * Whether the host is to deliver completed blocks: the channel's own setting, else `agents.defaults.blockStreamingDefault`. The card
 * shows the running text in either case; blocks decide what of a turn with tools belongs to the answer.
 */
export function wantsBlocks(streaming: StreamingConfig, cfg: HostConfig): boolean {
  if (streaming.mode === "final") return false;
  if (streaming.blocks !== undefined) return streaming.blocks;
  const agents: { defaults?: { blockStreamingDefault?: unknown } } | undefined = cfg.agents;
  const defaults = agents?.defaults;
  return defaults?.blockStreamingDefault === "on";
}
