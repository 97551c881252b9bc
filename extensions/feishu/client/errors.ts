import { CARD_CONTENT_CODE, findErrorRow } from "./error-table/index.ts";
import type { FeishuErrorKind, FeishuErrorRow } from "./error-table/index.ts";
import { causeOfRefusal } from "./final-cause.ts";
import type { FinalCause } from "./final-cause.ts";

/** A scope (permission) that is missing, and the console page to grant it on. */
export interface PermissionViolation {
  readonly scope: string;
  readonly url: string;
}

/** What {@link FeishuApiError} is made of. */
export interface FeishuApiErrorInit {
  readonly operation: string;
  readonly apiCode: number;
  readonly apiMessage: string;
  readonly httpStatus: number;
  readonly logId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly permissionViolations?: readonly PermissionViolation[] | undefined;
}

/**
 * Feishu answered and said no: the operation was not done. Act on `kind`; show `row.meaning` and `row.remedy`.
 * The error's `message` never contains Feishu's own text, which may quote what people wrote.
 */
export class FeishuApiError extends Error {
  override readonly name = "FeishuApiError";
  /** The operation, for example `cardkit.cardElement.content`. */
  readonly operation: string;
  /** What to do about it; decided by code, never by text (but for sub-code 11310). */
  readonly kind: FeishuErrorKind;
  /** Trying again cannot help until a person changes something about this; the message then says what to do. */
  readonly final: FinalCause | undefined;
  /** Feishu's `code`. */
  readonly apiCode: number;
  /** Feishu's `msg`. Not enumerable, so that printing the error does not print it: it may quote people's text. */
  declare readonly apiMessage: string;
  /** The `ErrCode` inside a 230099. */
  readonly subCode: number | undefined;
  /** What there is too much of, when `kind` is `too-large` and Feishu says it. */
  readonly tooMany: "elements" | "tables" | undefined;
  readonly httpStatus: number;
  /** Feishu's log id; support asks for it. */
  readonly logId: string | undefined;
  /** How long Feishu asks to wait, in milliseconds; from `x-ogw-ratelimit-reset` or `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  /** The scopes of which one is missing (99991672), with the page to grant each on. */
  readonly permissionViolations: readonly PermissionViolation[] | undefined;
  /** Meaning and remedy in English and Chinese; undefined for an unknown code. */
  declare readonly row: FeishuErrorRow | undefined;

  constructor(init: FeishuApiErrorInit) {
    const subCode = init.apiCode === CARD_CONTENT_CODE ? parseSubCode(init.apiMessage) : undefined;
    const row = findErrorRow({ code: init.apiCode, subCode, message: init.apiMessage, operation: init.operation });
    const scopes = init.permissionViolations?.map((violation) => violation.scope).join(", ");
    const code = subCode === undefined ? String(init.apiCode) : `${init.apiCode}/${subCode}`;
    const kind =
      row?.kind ?? (init.httpStatus === 429 ? "rate-limited" : init.httpStatus >= 500 ? "server" : "unknown");
    const final = causeOfRefusal(init.operation, init.apiCode, kind);
    const remedy = final === undefined || row === undefined ? "" : `. ${row.remedy.en}`;
    super(
      `${init.operation} failed: ${row?.meaning.en ?? "Feishu refused it"}${scopes ? `: ${scopes}` : ""} (${code}${init.logId === undefined ? "" : `, log id ${init.logId}`})${remedy}`,
    );
    this.operation = init.operation;
    this.kind = kind;
    this.final = final;
    this.apiCode = init.apiCode;
    this.subCode = subCode;
    this.tooMany = row?.tooMany;
    this.httpStatus = init.httpStatus;
    this.logId = init.logId;
    this.retryAfterMs = init.retryAfterMs;
    this.permissionViolations = init.permissionViolations;
    Object.defineProperty(this, "apiMessage", { value: init.apiMessage });
    Object.defineProperty(this, "row", { value: row });
  }
}

/** Whether Feishu says no for the moment alone: the same call may do a little later. */
export function isPassing({ kind }: FeishuApiError): boolean {
  return kind === "rate-limited" || kind === "busy" || kind === "server";
}

/** Why there was no usable answer. */
export type FeishuTransportCode = "timeout" | "network" | "bad-body";

/** What {@link FeishuTransportError} is made of. */
export interface FeishuTransportErrorInit {
  readonly operation: string;
  readonly code: FeishuTransportCode;
  readonly detail: string;
  readonly maybeApplied: boolean;
  readonly httpStatus?: number | undefined;
  readonly logId?: string | undefined;
  readonly cause?: unknown;
}

/**
 * There was no usable answer: unless `maybeApplied` is false, the operation may or may not have been done.
 * Send again with the same `uuid`, so that it cannot happen twice.
 */
export class FeishuTransportError extends Error {
  override readonly name = "FeishuTransportError";
  readonly operation: string;
  readonly code: FeishuTransportCode;
  /** False when the request certainly never reached Feishu: no token to be had, connection refused, client closed. */
  readonly maybeApplied: boolean;
  /** Of an answer that could not be read, for example 504 with an HTML page. */
  readonly httpStatus: number | undefined;
  readonly logId: string | undefined;

  constructor(init: FeishuTransportErrorInit) {
    super(`${init.operation} failed: ${init.detail} (${init.code})`, { cause: init.cause });
    this.operation = init.operation;
    this.code = init.code;
    this.maybeApplied = init.maybeApplied;
    this.httpStatus = init.httpStatus;
    this.logId = init.logId;
  }
}

/** The rule an argument broke. */
export type FeishuInputCode =
  | "missing-id"
  | "placeholder-id"
  | "malformed-id"
  | "empty"
  | "too-long"
  | "out-of-range"
  | "malformed";

/** An argument cannot be right, so no call was made. The message names the field and the rule, never the value. */
export class FeishuInputError extends Error {
  override readonly name = "FeishuInputError";
  readonly operation: string;
  readonly field: string;
  readonly code: FeishuInputCode;
  /** So that callers can treat it like Feishu's own refusal. */
  readonly kind: "invalid" | "too-large";

  constructor(operation: string, field: string, code: FeishuInputCode, rule: string) {
    super(`${operation} not sent: ${field} ${rule} (${code})`);
    this.operation = operation;
    this.field = field;
    this.code = code;
    this.kind = code === "too-long" ? "too-large" : "invalid";
  }
}

/**
 * The reason inside a 230099: `Failed to create card content, ext=ErrCode: 11310; ErrMsg: …; ErrorValue: …; `.
 * @see Feishu server API, im-v1/message/create
 */
function parseSubCode(message: string): number | undefined {
  const digits = /ErrCode:\s*(\d+)/u.exec(message)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** {@link FeishuApiError.final} of any error: why trying again cannot help; undefined when it may. */
export const finalCause = (error: unknown): FinalCause | undefined =>
  error instanceof FeishuApiError ? error.final : undefined;
