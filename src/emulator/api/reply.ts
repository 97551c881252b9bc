import type { Answer } from "./answer.ts";
import { CODES, FAULT_ONLY_CODES } from "./codes.ts";
import type { Core } from "../state/core.ts";
import type { Effect } from "../faults/index.ts";
import { textOr } from "../json.ts";
import { API_PER_SECOND } from "../limits.ts";
import { Refusal, refuse } from "./refusal.ts";
import type { TimelineEntry } from "../state/timeline.ts";

/** An answer as it goes over the wire. */
export interface Reply {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

/** The gateway's refusal of a call over one of its limits. @see docs:api-call-guide/uUzN04SN3QjL1cDN */
export function limited(core: Core, limit: number, resetSeconds: number): Refusal {
  const headers = { "x-ogw-ratelimit-limit": String(limit), "x-ogw-ratelimit-reset": String(resetSeconds) };
  const span = limit === core.settings.apiPerSecond ? "second" : "minute";
  const warning = `more than ${limit} calls in a ${span} of this API`;
  return refuse("rateLimited", { httpStatus: 429, headers, warning });
}

function logId(core: Core): string {
  return `${Math.round(core.clock.wallNow())}${core.ids.make("")}`;
}

function troubleshooter(id: string, code: number): string {
  return `排查建议查看(Troubleshooting suggestions): https://open.feishu.cn/search?from=openapi&log_id=${id}&code=${code}`;
}

/** The answer of an operation that succeeded; the entry notes it. */
export function succeed(core: Core, entry: TimelineEntry, answer: Answer): Reply {
  entry.httpStatus = answer.httpStatus;
  entry.code = 0;
  entry.warning = answer.warning;
  const headers = { ...JSON_TYPE, "x-tt-logid": logId(core), ...answer.headers };
  if (answer.body instanceof Uint8Array) {
    entry.responseBytes = answer.body.byteLength;
    return { httpStatus: answer.httpStatus, headers, body: answer.body };
  }
  const body = JSON.stringify(answer.body);
  entry.msg = textOr(answer.body["msg"]);
  entry.responseBytes = body.length;
  entry.answer = entry.operation.startsWith("auth.") ? undefined : core.timeline.cut(body, 0.5);
  return { httpStatus: answer.httpStatus, headers, body };
}

/** The answer of a call that was refused, in Feishu's shape; the entry notes it. */
export function fail(core: Core, entry: TimelineEntry, refusal: Refusal): Reply {
  const id = logId(core);
  const { parts } = refusal;
  entry.httpStatus = parts.httpStatus ?? 400;
  entry.code = refusal.code;
  entry.msg = refusal.message;
  entry.warning = parts.warning;
  const body = JSON.stringify({
    code: refusal.code,
    msg: refusal.message,
    error: { log_id: id, troubleshooter: troubleshooter(id, refusal.code), ...parts.error },
    data: {},
  });
  entry.responseBytes = body.length;
  entry.answer = core.timeline.cut(body, 0.5);
  return { httpStatus: entry.httpStatus, headers: { ...JSON_TYPE, "x-tt-logid": id, ...parts.headers }, body };
}

/** @see docs:im-v1/message/create */
const AUDIT_FAILED = 230028;
const KNOWN = new Map<number, string>([...FAULT_ONLY_CODES, ...Object.values(CODES)]);

/** The answer an injected fault gives in place of the operation. */
export function inject(core: Core, entry: TimelineEntry, effect: Effect): Reply {
  if (effect.type === "code") {
    const limit = effect.code === CODES.rateLimited[0];
    const headers: Record<string, string> = limit
      ? { "x-ogw-ratelimit-limit": String(API_PER_SECOND), "x-ogw-ratelimit-reset": String(effect.resetSeconds ?? 1) }
      : {};
    const httpStatus = effect.httpStatus ?? (limit ? 429 : 400);
    const msg = effect.msg ?? KNOWN.get(effect.code) ?? "injected fault";
    return fail(core, entry, new Refusal(effect.code, msg, { httpStatus, headers: { ...headers, ...effect.headers } }));
  }
  if (effect.type === "audit") {
    const msg = `The messages do NOT pass the audit, ext=contain sensitive data: ${effect.found ?? "EMAIL_ADDRESS"}`;
    return fail(core, entry, new Refusal(AUDIT_FAILED, msg));
  }
  const status = effect.type === "http" ? effect.status : 500;
  const html = effect.type === "http" && (effect.body ?? (status === 504 ? "html" : "json")) === "html";
  if (!html) return fail(core, entry, new Refusal(2200, "Internal Error", { httpStatus: status }));
  entry.httpStatus = status;
  const body = `<html><head><title>${status} Gateway Time-out</title></head><body><center><h1>${status} Gateway Time-out</h1></center></body></html>`;
  entry.responseBytes = body.length;
  entry.msg = "(html)";
  return { httpStatus: status, headers: { "content-type": "text/html", "x-tt-logid": logId(core) }, body };
}
