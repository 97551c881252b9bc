import type { BotLoopLimits, HostConfig } from "../host/index.ts";

/** The operator's own limits; the host leaves it to the channel to hand them over. */
export function loopDefaults({ channels }: HostConfig): BotLoopLimits | undefined {
  const defaults: unknown = (channels as Readonly<Record<string, unknown>> | undefined)?.["defaults"];
  if (typeof defaults !== "object" || defaults === null || !("botLoopProtection" in defaults)) return undefined;
  // The host checked it against its own schema.
  return defaults.botLoopProtection as BotLoopLimits;
}
