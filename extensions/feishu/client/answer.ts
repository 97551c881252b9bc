import { FeishuApiError, FeishuTransportError } from "./errors.ts";
import type { PermissionViolation } from "./errors.ts";
import type { FetchResponse } from "./fetch.ts";

/** An HTTP answer, read to its end. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: FetchResponse["headers"];
  readonly bytes: Uint8Array;
}

/** What Feishu wraps every JSON answer in. Token and bot answers carry their data beside `code` instead of in `data`. */
export interface ApiEnvelope {
  readonly code: number;
  readonly msg?: string | undefined;
  readonly data?: unknown;
  readonly [field: string]: unknown;
}

/** What reading an answer needs to know besides the answer. */
export interface AnswerContext {
  readonly operation: string;
  /** Wall-clock ms, for `Retry-After` dates. */
  readonly wallNow: number;
  /** The console page to grant scopes on, for answers that do not link one. */
  readonly grantUrl: (scopes: readonly string[]) => string;
}

/** Gateway answer "API frequency limit"; assumed for an HTTP 429 that says nothing itself. */
const RATE_LIMIT_CODE = 99_991_400;
const SCOPE_MISSING_CODE = 99_991_672;
const UTF8 = new TextDecoder();
/** Guards against a reset header gone wrong. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Reads a JSON answer. Success is decided by `code` alone: HTTP 200 with another code than 0 is a failure.
 * @throws FeishuApiError when `code` is not 0; FeishuTransportError `bad-body` when there is no `code` to read.
 */
export function readEnvelope(answer: RawAnswer, context: AnswerContext): ApiEnvelope {
  const body = parseEnvelope(answer.bytes);
  if (body === undefined && answer.status !== 429) throw badBody(answer, context, "the answer is not Feishu's JSON");
  if (body !== undefined && body.code === 0) {
    if (answer.status < 400) return body;
    throw badBody(answer, context, "the answer contradicts itself (code 0)");
  }
  const apiCode = body?.code ?? RATE_LIMIT_CODE;
  const apiMessage = body?.msg ?? "";
  throw new FeishuApiError({
    operation: context.operation,
    apiCode,
    apiMessage,
    httpStatus: answer.status,
    logId: logIdOf(answer, body),
    retryAfterMs: retryAfterMs(answer.headers, context.wallNow),
    permissionViolations: permissionViolations(apiCode, apiMessage, body, context),
  });
}

/**
 * Reads a download: the bytes, unless the answer is an error in JSON. A downloaded file that happens to be JSON comes with a
 * `Content-Disposition`.
 * @throws like {@link readEnvelope}
 */
export function readDownload(answer: RawAnswer, context: AnswerContext): Uint8Array {
  const isJson = answer.headers.get("content-type")?.includes("json") === true;
  const isFile = answer.headers.get("content-disposition") !== null;
  if (answer.status >= 400 || (isJson && !isFile && (parseEnvelope(answer.bytes)?.code ?? 0) !== 0))
    readEnvelope(answer, context);
  if (answer.status >= 300) throw badBody(answer, context, "the answer is no file");
  return answer.bytes;
}

/** Feishu's log id of an answer, wherever it is. */
export function logIdOf(answer: RawAnswer, body?: ApiEnvelope): string | undefined {
  const error = asRecord(body?.["error"]);
  const fromBody = error?.["log_id"] ?? error?.["logid"];
  return (
    answer.headers.get("x-tt-logid") ??
    answer.headers.get("x-request-id") ??
    (typeof fromBody === "string" ? fromBody : undefined)
  );
}

/**
 * How long to wait, from `x-ogw-ratelimit-reset` (seconds) or `Retry-After` (seconds or a date).
 * @see Feishu server API, api-call-guide/uUzN04SN3QjL1cDN
 */
function retryAfterMs(headers: FetchResponse["headers"], wallNow: number): number | undefined {
  const value = headers.get("x-ogw-ratelimit-reset") ?? headers.get("retry-after");
  if (value === null || value.trim() === "") return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - wallNow;
  return Number.isFinite(ms) ? Math.min(Math.max(0, Math.ceil(ms)), MAX_RETRY_AFTER_MS) : undefined;
}

function parseEnvelope(bytes: Uint8Array): ApiEnvelope | undefined {
  let body: unknown;
  try {
    body = JSON.parse(UTF8.decode(bytes));
  } catch {
    return undefined;
  }
  const record = asRecord(body);
  // Checked here, so that the cast below is true.
  return typeof record?.["code"] === "number" ? (record as ApiEnvelope) : undefined;
}

function badBody(answer: RawAnswer, context: AnswerContext, detail: string): FeishuTransportError {
  return new FeishuTransportError({
    operation: context.operation,
    code: "bad-body",
    detail: `${detail}: HTTP ${answer.status}, ${answer.bytes.byteLength} bytes of ${answer.headers.get("content-type") ?? "unnamed type"}`,
    // A redirect or a 404 page says that no API was reached; everything else may come after the work was done.
    maybeApplied: answer.status < 300 || answer.status >= 500,
    httpStatus: answer.status,
    logId: logIdOf(answer),
  });
}

/** From `error.permission_violations`, else from the scope list Feishu writes into the text in square brackets. */
function permissionViolations(
  apiCode: number,
  message: string,
  body: ApiEnvelope | undefined,
  context: AnswerContext,
): readonly PermissionViolation[] | undefined {
  const listed = asRecord(body?.["error"])?.["permission_violations"];
  const violations = (Array.isArray(listed) ? listed : []).flatMap((entry: unknown): PermissionViolation[] => {
    const record = asRecord(entry);
    const scope = record?.["scope"] ?? record?.["subject"];
    const url = record?.["url"];
    if (typeof scope !== "string" || scope === "") return [];
    return [{ scope, url: typeof url === "string" && /^https?:\/\//u.test(url) ? url : context.grantUrl([scope]) }];
  });
  if (violations.length > 0) return violations;
  if (apiCode !== SCOPE_MISSING_CODE) return undefined;
  const scopes =
    /\[([\w:.,\s-]+)\]/u
      .exec(message)?.[1]
      ?.split(",")
      .map((scope) => scope.trim()) ?? [];
  return scopes.filter((scope) => scope.includes(":")).map((scope) => ({ scope, url: context.grantUrl([scope]) }));
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
