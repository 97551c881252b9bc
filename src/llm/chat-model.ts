import type { StreamPart } from "./stream-part.ts";
import type { Tool } from "./tool.ts";

/** One message of the conversation so far. What tools said belongs to the turn that used them and is not repeated. */
export interface ChatMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** What a turn needs. */
export interface TurnRequest {
  /** Instructions for the model. */
  readonly system?: string | undefined;
  /** The conversation, oldest first; the last one is the person's new message. */
  readonly messages: readonly ChatMessage[];
  /** What the model may call. @defaultValue none */
  readonly tools?: readonly Tool[] | undefined;
  /** Ends the turn; its `reason` is thrown to the reader. */
  readonly signal?: AbortSignal | undefined;
  /** Most requests to the provider in this turn, 1–100. @defaultValue 8 */
  readonly maxSteps?: number | undefined;
}

/**
 * A model that can answer. Implementations promise that a turn always ends, in exactly one of three ways:
 * - the last part is `finish`;
 * - the iterator throws an `LlmStreamError`: the provider or the connection failed;
 * - the iterator throws the `reason` of `signal`, after it aborted.
 *
 * Leaving the loop early (`break`, or a throw in its body) aborts the request and releases the connection.
 */
export interface ChatModel {
  /** Who answers, for logs and people: a preset or vendor name such as `deepseek`. */
  readonly provider: string;
  /** The model's name at the provider. */
  readonly model: string;
  /** Answers `request.messages`. Nothing is sent before the first part is asked for. */
  streamTurn(request: TurnRequest): AsyncIterable<StreamPart>;
  /** Gives up running turns and closes connections, within 5 s. Idempotent. */
  close(): Promise<void>;
}
