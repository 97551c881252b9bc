import { LlmStreamError } from "../errors.ts";
import { asObject } from "./verdict.ts";
import type { Json } from "./verdict.ts";

/** Longest message of a provider that we keep. */
const MAX_MESSAGE = 300;

/** What a provider said when it refused. */
export interface ProviderComplaint {
  /** Its name for the error, for example `overloaded_error` or `1301`. */
  readonly type: string | undefined;
  /** Its explanation, shortened and without anything that looks like a key. Not for logs: it may quote the prompt. */
  readonly message: string | undefined;
}

/** Keys as the known providers shape them, and bearer tokens. Providers quote the key they were given. */
const SECRETS = /\b(?:sk|pk|rk|gsk|xai|AIza|ak|nvapi)[-_]?[A-Za-z0-9*_.-]{6,}|Bearer\s+\S+|\b[A-Za-z0-9_-]{32,}\b/gu;

/** Removes what looks like a key and shortens. */
function redact(text: string): string {
  const clean = text.replace(SECRETS, "***").replace(/\s+/gu, " ").trim();
  return clean.length > MAX_MESSAGE ? `${clean.slice(0, MAX_MESSAGE)}…` : clean;
}

/** Finds the complaint in any of the shapes that providers use: `error`, `response.error`, `base_resp`, or flat. */
export function complaintOf(json: Json): ProviderComplaint {
  const error = json["error"] ?? asObject(json["response"])["error"] ?? json["base_resp"] ?? json;
  if (typeof error === "string") return { type: undefined, message: redact(error) };
  const detail = asObject(error);
  const type = [detail["type"], detail["status"], detail["code"], detail["status_code"]].find(isName);
  const message = detail["message"] ?? detail["status_msg"] ?? detail["msg"];
  return {
    type: type === undefined ? undefined : String(type),
    message: typeof message === "string" ? redact(message) : undefined,
  };
}

/** A short word or number; long texts are no names and may hold what people wrote. `error` says nothing. */
function isName(value: unknown): value is string | number {
  return typeof value === "number" || (typeof value === "string" && /^[\w.-]{1,64}$/u.test(value) && value !== "error");
}

/** The error that a provider reported by an event in its stream. */
export function providerEventError(json: Json, provider: string | undefined): LlmStreamError {
  const complaint = complaintOf(json);
  const name = complaint.type === undefined ? "" : `: ${complaint.type}`;
  return new LlmStreamError("provider-error", `the provider reported an error in the stream${name}`, {
    provider,
    providerType: complaint.type,
    providerMessage: complaint.message,
  });
}
