import { errorName } from "../../log/index.ts";
import { findLlmError, LlmStreamError } from "../errors.ts";
import { asObject, complaintOf } from "../../provider-wire/index.ts";

/** What the AI SDK's `APICallError` carries that we need. */
interface CallError extends Error {
  readonly statusCode: number;
  readonly responseHeaders?: Readonly<Record<string, string>> | undefined;
  readonly responseBody?: string | undefined;
}

const isCallError = (error: unknown): error is CallError =>
  error instanceof Error && typeof (error as Partial<CallError>).statusCode === "number";

/** Whatever the AI SDK throws or reports, as one of our errors. @param wallNow for `retry-after` given as a date, epoch ms */
export function toLlmError(error: unknown, provider: string, wallNow: number): LlmStreamError {
  const known = findLlmError(error);
  if (known !== undefined) return known;
  if (isCallError(error)) return fromResponse(error, provider, wallNow);
  const name = errorName(error);
  return new LlmStreamError("provider-error", `the provider's answer could not be used: ${name}`, {
    provider,
    cause: error,
  });
}

function fromResponse(error: CallError, provider: string, wallNow: number): LlmStreamError {
  const complaint = complaintOf(parse(error.responseBody));
  const type = complaint.type === undefined ? "" : `: ${complaint.type}`;
  return new LlmStreamError("provider-error", `the provider answered HTTP ${error.statusCode}${type}`, {
    provider,
    status: error.statusCode,
    providerType: complaint.type,
    providerMessage: complaint.message,
    retryAfterMs: retryAfter(error.responseHeaders ?? {}, wallNow),
    cause: error,
  });
}

function parse(body: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(body ?? "");
    // Gemini wraps its error in a list when no stream was begun.
    return asObject(Array.isArray(json) ? json[0] : json);
  } catch {
    return {};
  }
}

/**
 * The wait a provider asks for: `retry-after-ms`, or `retry-after` in seconds or as a date.
 * @see RFC 9110, section 10.2.3 "Retry-After"
 */
function retryAfter(headers: Readonly<Record<string, string>>, wallNow: number): number | undefined {
  const ms = Number(headers["retry-after-ms"] ?? Number.NaN);
  if (ms >= 0) return ms;
  const value = headers["retry-after"];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallNow);
}
