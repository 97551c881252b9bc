import type { ToolUpdate } from "../stream/index.ts";
import type { Trouble } from "../provider-wire/index.ts";

/** Why an answer that a source calls over is not whole. */
export type CutShort = "length" | "content-filter" | "paused" | "unknown-ending";

/** One thing a source says. Any source (plain text, a provider's events, an AI SDK result) is read into these. */
export type FeedPart =
  /** Text to be added to the answer. */
  | { readonly type: "text"; readonly text: string }
  /** Text to be added to the reasoning. */
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "tool"; readonly update: ToolUpdate }
  /** What follows belongs to a new assistant message. */
  | { readonly type: "message" }
  /**
   * The source says that it is complete. `why` is set when it was cut short, for example by a token limit; `reason` is the provider's word
   * for a `why` that says little.
   */
  | { readonly type: "end"; readonly why?: CutShort | undefined; readonly reason?: string | undefined };

/** Why a source could not be read to its end. `code` and `message` may be shown; the message quotes no answer text. */
export class FeedError extends Error {
  override readonly name = "FeedError";
  readonly code: "truncated" | "provider-error" | "bad-input" | "too-long" | "client-gone";
  /** What a provider's error means for people; undefined when there was none. */
  readonly trouble: Trouble | undefined;
  /** The provider's own name for its error: a short word or number. */
  readonly reason: string | undefined;

  constructor(
    code: FeedError["code"],
    message: string,
    detail: {
      readonly cause?: unknown;
      readonly trouble?: Trouble | undefined;
      readonly reason?: string | undefined;
    } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.trouble = detail.trouble;
    this.reason = detail.reason;
  }
}
