import type { Language } from "../../plugin-sdk/index.ts";
import type { HostSettings } from "../settings.ts";
import { defaultSystemPrompt } from "../system-prompt.ts";
import type { HostConfig } from "./schema.ts";

/** The host's settings as the config file says them. */
export function toHostSettings(config: HostConfig, fallbackLanguage: Language): HostSettings {
  const { defaults } = config.agents;
  const { blockStreamingChunk: chunk, blockStreamingCoalesce: coalesce } = defaults;
  // A maximum below the minimum could never be met; the larger one wins.
  const { minChars } = chunk;
  const maxChars = Math.max(minChars, chunk.maxChars);
  const least = coalesce.minChars ?? minChars;
  const merging = {
    minChars: least,
    maxChars: Math.max(least, coalesce.maxChars ?? maxChars),
    idleMs: coalesce.idleMs,
  };
  return {
    language: config.language,
    fallbackLanguage,
    systemPrompt: defaults.systemPrompt ?? defaultSystemPrompt,
    queueMode: config.messages.queue.mode === "interrupt" ? "interrupt" : "queue",
    memory: config.session.memory,
    blockStreaming: defaults.blockStreamingDefault === "on",
    block: { minChars, maxChars, breakPreference: chunk.breakPreference, coalesce: merging },
    reasoning: defaults.reasoningDefault !== "off",
    usageFooter: defaults.usageFooter,
    maxSteps: defaults.maxSteps,
    turnTimeoutMs: defaults.timeoutSeconds * 1000,
  };
}
