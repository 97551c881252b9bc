import type { Language } from "../plugin-sdk/index.ts";
import type { MemoryLimits } from "./conversation.ts";

/** What a second message in a chat does while the first is being answered. */
type QueueMode = "queue" | "interrupt";

/** How the answer reaches the reader: word by word, in finished blocks, or when it is complete. */
export type StreamingMode = "partial" | "block" | "off";

/** Sizes of blocks when block streaming is on; characters are UTF-16 code units. */
export interface BlockSettings {
  readonly minChars: number;
  readonly maxChars: number;
  readonly breakPreference: "paragraph" | "newline" | "sentence";
  readonly coalesce: { readonly minChars: number; readonly maxChars: number; readonly idleMs: number };
}

/** Everything the embedded host can be told, with all defaults filled in. */
export interface HostSettings {
  /** Language of the host's own words; `auto`: that of the person's message. */
  readonly language: "auto" | "zh" | "en";
  /** What `auto` means for a message without words, when the chat's language is not known yet. */
  readonly fallbackLanguage: Language;
  readonly systemPrompt: string;
  readonly queueMode: QueueMode;
  readonly memory: MemoryLimits;
  readonly blockStreaming: boolean;
  readonly block: BlockSettings;
  readonly reasoning: boolean;
  readonly usageFooter: boolean;
  readonly maxSteps: number;
  readonly turnTimeoutMs: number;
}
