import type { ToolUpdate } from "../stream/index.ts";

/** One thing a source says. Any source (plain text, a provider's events, an AI SDK result) is read into these. */
export type FeedPart =
  /** Text to be added to the answer. */
  | { readonly type: "text"; readonly text: string }
  /** Text to be added to the reasoning. */
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "tool"; readonly update: ToolUpdate }
  /** What follows belongs to a new assistant message. */
  | { readonly type: "message" }
  /** The source says that it is complete. `why` is set when it was cut short, for example by a token limit. */
  | { readonly type: "end"; readonly why?: "length" | "content-filter" | undefined };

/** Why a source could not be read to its end. `code` and `message` may be shown; the message quotes no answer text. */
export class FeedError extends Error {
  override readonly name = "FeedError";
  readonly code: "truncated" | "provider-error" | "bad-input" | "too-long" | "client-gone";

  constructor(code: FeedError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
