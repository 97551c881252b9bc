import { asList, asObject, asText, isObject, isSomething } from "./json.ts";
import type { Json } from "./json.ts";

/** What a provider said when it refused or broke off. */
export interface Complaint {
  /** Its name for the error, for example `overloaded_error` or `1301`. */
  readonly type: string | undefined;
  /** Its explanation, shortened and without anything that looks like a key. Not for logs: it may quote the prompt. */
  readonly message: string | undefined;
  /** The HTTP status that the error names, 400–599. */
  readonly status: number | undefined;
}

/** Longest message of a provider that we keep, in characters. */
const MAX_MESSAGE = 300;

/** Keys as the known providers shape them, and bearer tokens. Providers quote the key they were given. */
const SECRETS = /\b(?:sk|pk|rk|gsk|xai|AIza|ak|nvapi)[-_]?[A-Za-z0-9*_.-]{6,}|Bearer\s+\S+|\b[A-Za-z0-9_-]{32,}\b/gu;

/** Takes out whatever looks like a key. */
export const redactSecrets = (text: string): string => text.replace(SECRETS, "***");

/** Removes what looks like a key, and shortens. */
function redact(text: string): string {
  // Cut first: a body of megabytes is not searched for keys.
  const clean = redactSecrets(text.slice(0, MAX_MESSAGE * 4))
    .replace(/\s+/gu, " ")
    .trim();
  return clean.length > MAX_MESSAGE ? `${clean.slice(0, MAX_MESSAGE).replace(/[\uD800-\uDBFF]$/u, "")}…` : clean;
}

/** Finds the complaint in any of the shapes that providers use: `error`, `response.error`, `base_resp`, or flat. */
export function complaintOf(json: Json): Complaint {
  const error = errorIn(json) ?? json;
  if (typeof error === "string") return { type: undefined, message: redact(error), status: undefined };
  const detail = asObject(error);
  const names = [
    detail["type"],
    detail["status"],
    detail["code"],
    detail["status_code"],
    detail["error_code"],
    detail["errorCode"],
  ];
  const type = names.find(isName);
  const message = messageOf(detail);
  const numbers = [...names, json["status_code"], json["status"]].map(Number);
  return {
    type: type === undefined ? undefined : String(type),
    message: message === undefined ? undefined : redact(message),
    status: numbers.find((status) => status >= 400 && status <= 599),
  };
}

/** The complaint of an event that is an error of a provider, whatever its protocol; undefined when it is none. */
export function errorOf(json: Json): Complaint | undefined {
  const { type } = json;
  const said =
    errorIn(json) !== undefined || type === "error" || type === "response.failed" || json["object"] === "error";
  return said || isFlatError(json) ? complaintOf(json) : undefined;
}

/** Words that an unreadable event begins with when it is an error told in words instead of JSON. */
const WORDS =
  /^\W{0,3}(?:error|exception|traceback|fatal|internal server error|bad gateway|service unavailable|upstream|rate limit|too many requests|unauthorized|forbidden|timed? ?out|\d{3} )/iu;

/** The complaint of an event that is no JSON but reads as an error; undefined when it does not. */
export function errorInWords(text: string): Complaint | undefined {
  return WORDS.test(text) ? { type: undefined, message: redact(text), status: undefined } : undefined;
}

/** The error object or text of an event: its own, its response's, a choice's, or MiniMax's `base_resp`. */
function errorIn(json: Json): unknown {
  const { error, response, choices, base_resp } = json;
  if (isFailure(error)) return error;
  if (isObject(response) && isFailure(response["error"])) return response["error"];
  // MiniMax: https://platform.minimaxi.com/document/ChatCompletion%20v2 `base_resp.status_code`, 0 when all is well
  if (isObject(base_resp) && !isFine(base_resp["status_code"])) return base_resp;
  if (choices === undefined) return undefined;
  for (const choice of asList(choices)) {
    const own = asObject(choice)["error"];
    if (isFailure(own)) return own;
  }
  return undefined;
}

/** Some servers send `error` with every event, and a code for "all is well". */
function isFailure(error: unknown): boolean {
  if (!isSomething(error) || error === false) return false;
  if (!isObject(error)) return true;
  const { code } = error;
  return !isSomething(code) || !isFine(code) || messageOf(error) !== undefined;
}

const FINE: ReadonlySet<string> = new Set(["0", "200", "ok", "success", "succeeded"]);
const isFine = (code: unknown): boolean => !isSomething(code) || FINE.has(String(code).toLowerCase());

/** Keys of events that carry an answer; beside them `code` and `message` mean something else. */
const ANSWERS: readonly string[] = ["choices", "candidates", "output", "content", "delta", "done", "usageMetadata"];

/** `{ code, message }` without more: DashScope, Zhipu (`msg`), Baidu (`error_code`, `error_msg`), FastAPI (`detail`). */
function isFlatError(json: Json): boolean {
  const message = messageOf(json);
  if (message === undefined) return false;
  for (const key of ANSWERS) if (json[key] !== undefined && json[key] !== null) return false;
  const code = json["code"] ?? json["error_code"] ?? json["errorCode"] ?? json["status_code"];
  if (isSomething(code)) return !isFine(code);
  const { status, success, type } = json;
  if (success === false || status === "error" || status === "failed" || Number(status) >= 400) return true;
  return type === undefined && typeof json["detail"] === "string";
}

function messageOf(detail: Json): string | undefined {
  return (
    asText(detail["message"]) ??
    asText(detail["status_msg"]) ??
    asText(detail["msg"]) ??
    asText(detail["error_msg"]) ??
    asText(detail["errorMessage"]) ??
    asText(detail["detail"])
  );
}

/** What looks like a key where the name of an error should be: names are shown. */
const KEY = /^(?:sk|pk|rk|gsk|xai|ak|nvapi|gh[a-z])[-_]|^AIza|^(?=.*\d)[\w-]{32,}$/u;

/** A short word or number; long texts are no names and may hold what people wrote. `error` says nothing. */
function isName(value: unknown): value is string | number {
  if (typeof value === "number") return value !== 0;
  if (typeof value !== "string" || !/^[\w.-]{1,64}$/u.test(value) || KEY.test(value)) return false;
  return value !== "error" && value !== "response.failed";
}

/** What a complaint means for people, who can act on some of it. */
export type Trouble = "unauthorized" | "quota-exceeded" | "overloaded" | "content-filter" | "provider-error";

/** Names and numbers of errors by what they mean, first match; numbers are Zhipu's (1xxx) and MiniMax's. */
const TROUBLES: readonly (readonly [RegExp, Trouble])[] = [
  [/content_?filter|inspection|sensitive|moderation|^1301$|^102[67]$/iu, "content-filter"],
  [
    /quota|throttl|rate_?limit|too_?many|balance|arrear|billing|credit|exhausted|^1002$|^1008$|^1039$|^11[12]\d$|^130[2-58]$/iu,
    "quota-exceeded",
  ],
  [/overload|unavailable|capacity|busy|engine_?dead|^insufficient_system_resource$/iu, "overloaded"],
  [/auth|api_?key|permission|forbidden|denied|^100[0134]$|^2049$/iu, "unauthorized"],
];

const BY_STATUS: Readonly<Record<number, Trouble>> = {
  401: "unauthorized",
  402: "quota-exceeded",
  403: "unauthorized",
  429: "quota-exceeded",
  503: "overloaded",
  529: "overloaded",
};

/** What an error means, by the provider's name for it and by its status. */
export function troubleOf(error: { type?: string | undefined; status?: number | undefined }): Trouble {
  const { type, status } = error;
  const named = type === undefined ? undefined : TROUBLES.find(([pattern]) => pattern.test(type))?.[1];
  return named ?? (status === undefined ? undefined : BY_STATUS[status]) ?? "provider-error";
}
