import type { LlmStreamError } from "../errors.ts";

/** When a failed request is made again. */
export interface RetryOptions {
  /** Most repetitions of one request, 0–10. @defaultValue 2 */
  readonly maxRetries?: number | undefined;
  /** First wait in milliseconds; doubles every time. @defaultValue 500 */
  readonly baseMs?: number | undefined;
  /** Longest wait; a provider that asks for more is not asked again. @defaultValue 20,000 */
  readonly maxMs?: number | undefined;
}

/** {@link RetryOptions} with nothing left open. */
export interface RetryPolicy {
  readonly maxRetries: number;
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Fills in the defaults. @throws TypeError for numbers out of range. */
export function resolveRetry(given: RetryOptions = {}): RetryPolicy {
  const { maxRetries = 2, baseMs = 500, maxMs = 20_000 } = given;
  if (!Number.isInteger(maxRetries) || maxRetries < 0 || maxRetries > 10) {
    throw new TypeError(`retry.maxRetries must be a whole number from 0 to 10, got ${maxRetries}`);
  }
  if (!(baseMs >= 0) || !(maxMs >= 0))
    throw new TypeError(`retry.baseMs and retry.maxMs must be 0 or more, got ${baseMs} and ${maxMs}`);
  return { maxRetries, baseMs, maxMs };
}

/** Statuses that may pass: timeout, conflict, too early, rate limit, and the server's own troubles (529: Anthropic overloaded). */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);
/** The providers' names for troubles that may pass, when they come as an event in the stream. */
const PASSING_TYPES = /overload|unavailable|server_error|internal|rate_limit|timeout|^5\d\d$|^429$/iu;
/** A 429 of this kind stays until somebody pays. */
const FINAL_TYPES = /quota|billing|balance|arrear/iu;
/** Broken ways of answering that have nothing to do with the question. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "header-timeout",
  "first-event-timeout",
  "idle-timeout",
  "truncated",
  "connection-lost",
]);

/**
 * How long to wait before request number `attempt` + 1 (`attempt` counts from 1); undefined: do not make it. Only ask when
 * nothing of the answer has been seen, or it would be seen twice.
 */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  error: LlmStreamError,
  random: () => number,
): number | undefined {
  if (attempt > policy.maxRetries || !mayPass(error)) return undefined;
  const asked = error.retryAfterMs;
  if (asked !== undefined) return asked <= policy.maxMs ? asked : undefined;
  // Half fixed, half random: many chats that failed together do not come back together.
  return Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1)) * (0.5 + random() / 2);
}

function mayPass(error: LlmStreamError): boolean {
  if (error.code !== "provider-error") return PASSING_CODES.has(error.code);
  if (error.providerType !== undefined && FINAL_TYPES.test(error.providerType)) return false;
  if (error.status !== undefined) return PASSING.has(error.status);
  return error.providerType !== undefined && PASSING_TYPES.test(error.providerType);
}
