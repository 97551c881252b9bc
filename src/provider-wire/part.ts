import type { Ending } from "./ending.ts";
import type { WireError } from "./wire-error.ts";

/** Tokens a step or a turn took, as the provider counted them; undefined where it did not say. */
export interface Usage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly totalTokens: number | undefined;
  /** Part of `outputTokens` spent on reasoning. */
  readonly reasoningTokens: number | undefined;
  /** Part of `inputTokens` read from the provider's prompt cache. */
  readonly cachedInputTokens: number | undefined;
}

/**
 * What a provider wants to have back with the part in its next request (Anthropic's `signature` and redacted thoughts, Gemini's
 * `thoughtSignature`), under the names that the AI SDK gives them.
 */
export type WireMetadata = Readonly<Record<string, string>>;

/** What an event of a provider's stream adds. Joined, the parts of one kind are the same however the bytes were cut. */
export type ContentPart =
  /** Text of the answer. Empty only when it comes with `metadata`. `apart`: it is not of the message or block that was written before. */
  | {
      readonly type: "text";
      readonly text: string;
      readonly metadata?: WireMetadata | undefined;
      readonly apart?: boolean | undefined;
    }
  /** Text of the reasoning. Empty only when it comes with `metadata`. */
  | { readonly type: "reasoning"; readonly text: string; readonly metadata?: WireMetadata | undefined }
  /** The model begins to write a call. `id` is the provider's, or one of ours when it gives none. */
  | { readonly type: "tool-start"; readonly id: string; readonly name: string }
  /** A piece of the JSON of the call's input. */
  | { readonly type: "tool-args"; readonly id: string; readonly delta: string }
  /** The call is written. `args` is the JSON of its whole input, `{}` when there was none. */
  | {
      readonly type: "tool-end";
      readonly id: string;
      readonly name: string;
      readonly args: string;
      readonly metadata?: WireMetadata | undefined;
    };

/** What a provider's stream says from its first byte to its last. Exactly one `end` or `error` comes, and it is the last. */
export type WirePart =
  | ContentPart
  | { readonly type: "usage"; readonly usage: Usage }
  /** The answer is over. Only `complete` and `tool` are good ends. */
  | { readonly type: "end"; readonly ending: Ending }
  /** The stream broke, or the provider reported an error; what came before it stands. */
  | { readonly type: "error"; readonly error: WireError };
