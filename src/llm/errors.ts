/**
 * Why an LLM stream broke:
 * - `header-timeout`: no response headers in time
 * - `first-event-timeout`: headers, but no event in time
 * - `idle-timeout`: nothing arrived for too long
 * - `progress-timeout`: only comments, pings and empty events arrived for too long
 * - `total-timeout`: the whole request took too long
 * - `truncated`: the stream ended before the provider said that the answer is complete
 * - `connection-lost`: the connection failed or was reset
 * - `not-sse`: the answer to a streaming request was not an event stream
 * - `provider-error`: the provider said no, by HTTP status (then `status` is set) or by an event in the stream
 * - `too-large`: one event was larger than the limit
 * - `closed`: the client was closed
 */
export type LlmErrorCode =
  | "header-timeout"
  | "first-event-timeout"
  | "idle-timeout"
  | "progress-timeout"
  | "total-timeout"
  | "truncated"
  | "connection-lost"
  | "not-sse"
  | "provider-error"
  | "too-large"
  | "closed";

/** Everything an {@link LlmStreamError} can carry besides its message. */
export interface LlmErrorDetail {
  /** The provider's name, when known. */
  readonly provider?: string | undefined;
  /** HTTP status of the provider's answer, when there was one. */
  readonly status?: number | undefined;
  /** How long the provider asks to wait before the next try, from `retry-after`. */
  readonly retryAfterMs?: number | undefined;
  /** The provider's own name for the error, for example `overloaded_error`. */
  readonly providerType?: string | undefined;
  /** The provider's explanation, shortened and without keys. It may quote the prompt: show it to its owner, do not log it. */
  readonly providerMessage?: string | undefined;
  readonly cause?: unknown;
}

/** A provider's stream broke. Branch on `code`, never on the message. Messages hold no keys and no text of people. */
export class LlmStreamError extends Error {
  override readonly name = "LlmStreamError";
  readonly code: LlmErrorCode;
  readonly provider: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly providerType: string | undefined;
  readonly providerMessage: string | undefined;

  constructor(code: LlmErrorCode, message: string, detail: LlmErrorDetail = {}) {
    super(`${message} (${code})`, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.provider = detail.provider;
    this.status = detail.status;
    this.retryAfterMs = detail.retryAfterMs;
    this.providerType = detail.providerType;
    this.providerMessage = detail.providerMessage;
  }
}

/** Longest chain of causes that {@link findLlmError} follows; SDKs wrap a handful of times, and a cycle must not hang us. */
const MAX_CAUSES = 16;

/** The `LlmStreamError` in `error` or among its causes: SDKs wrap what their `fetch` throws in errors of their own. */
export function findLlmError(error: unknown): LlmStreamError | undefined {
  let current = error;
  for (let i = 0; i < MAX_CAUSES && current instanceof Error; i++) {
    if (current instanceof LlmStreamError) return current;
    current = current.cause;
  }
  return undefined;
}
