import type { Framing } from "./event-stream.ts";
import { isProviderJson, unquoted } from "./event-stream.ts";
import { parseObject } from "./json.ts";
import { JsonSplitter } from "./json-splitter.ts";

/**
 * What the sender says a body is: by its content type, or nothing. It only helps: what the body is shows in its first characters.
 * - `sse`, `json`, `html`: it says so
 * - `text`: it says something else, or something that many servers say by default
 * - `none`: nobody said anything (a pipe, a call): only what is certainly a provider's is read as that
 */
export type BodyHint = "sse" | "json" | "html" | "text" | "none";

/** The hint in a content type. */
export function hintOf(contentType: string | null | undefined): BodyHint {
  const type = (contentType ?? "").trim().toLowerCase();
  if (type.startsWith("text/event-stream")) return "sse";
  if (/^(?:application|text)\/(?:[\w.-]+\+)?(?:x-)?(?:nd)?json/u.test(type) || type.includes("jsonl")) return "json";
  return type.startsWith("text/html") ? "html" : "text";
}

/** What a body turned out to be. `foreign`: neither text nor of a provider, by what its sender says. */
export type BodyKind = Framing | "text" | "foreign";

/** A text that might still be a provider's is held back no longer than this; the first event of a stream is far shorter. */
const MAX_HELD = 262_144;
/** Beginnings of server-sent events. */
const FIELD = /^(?:data|event|id|retry)[ \t]*(?::|$)|^:/u;
const FIELDS: readonly string[] = ["data:", "event:", "id:", "retry:"];

/**
 * What a body is, by all that has come of it; undefined when that is not known yet.
 * @param head the body so far, without its byte order mark; @param isWhole nothing more comes
 */
export function bodyKind(head: string, hint: BodyHint, isWhole: boolean): BodyKind | undefined {
  const start = head.trimStart();
  const first = start[0];
  if (first === undefined) return isWhole ? plain(hint) : undefined;
  if (first === "{" || first === "[") {
    const known = jsonKind(start, hint, isWhole);
    if (known !== "no") return known;
    return plain(hint);
  }
  if (first === "<") return hint === "sse" || hint === "json" || hint === "html" ? "foreign" : "text";
  if (hint === "sse") return "sse";
  return sseKind(start, hint, isWhole);
}

/** What is of no provider: text, unless its sender promised something else. */
const plain = (hint: BodyHint): BodyKind => (hint === "sse" || hint === "json" ? "foreign" : "text");

/** The beginning of an event that broke off. */
const BROKEN_OFF = /^\{[^]*"(?:choices|candidates|content_block|delta)"\s*:/u;

const FIRST_KEY = /^(?:\[\s*)?\{\s*"([^"\\]*)"\s*:/u;
/** Keys that answers and errors of providers begin with, whole ones and events of streams. */
const FIRST_KEYS: ReadonlySet<string> = new Set(
  (
    "id object created created_at model choices usage type role content index delta message candidates usageMetadata modelVersion " +
    "promptFeedback responseId response output status request_id error code msg detail event data done provider base_resp " +
    "system_fingerprint service_tier error_code error_msg errorCode errorMessage success status_code statusCode stop_reason trace_id prompt_filter_results citations"
  ).split(" "),
);

function jsonKind(start: string, hint: BodyHint, isWhole: boolean): BodyKind | "no" | undefined {
  // `[link](…)` and `{x}` are text; a value of a provider is an object with keys, or a list of those.
  if (!/^(?:\[\s*)?(?:$|\{\s*(?:$|"))/u.test(start) && start !== "[") return "no";
  // Words that are JSON are shown as they come: what a provider's answer begins with is known.
  const key = hint === "none" ? FIRST_KEY.exec(start)?.[1] : undefined;
  if (key !== undefined && !FIRST_KEYS.has(key)) return "no";
  const [piece] = new JsonSplitter().push(start);
  if (piece === undefined) {
    if (isWhole) return hint === "json" || hint === "sse" || BROKEN_OFF.test(start) ? "json" : "no";
    return hint === "none" && start.length > MAX_HELD ? "no" : undefined;
  }
  const json = parseObject(piece.text);
  if (json === undefined) return "no";
  if (hint === "none") return isAnswer(piece.text) ? "json" : "no";
  return isProviderJson(json) || hint === "json" ? "json" : "no";
}

/** An error alone may be what somebody wants to show. */
const isAnswer = (text: string): boolean => {
  const json = parseObject(text);
  return json !== undefined && isProviderJson({ ...json, error: undefined, code: undefined });
};

function sseKind(start: string, hint: BodyHint, isWhole: boolean): BodyKind | undefined {
  if (!FIELD.test(start) && !FIELDS.some((field) => field.startsWith(start))) return plain(hint);
  const lines = start.split(/\r\n|\r|\n/u);
  const last = isWhole ? undefined : lines.pop();
  let event = { name: "", data: "" };
  for (const line of lines) {
    if (line === "") {
      const kind = eventKind(event, hint);
      if (kind !== undefined) return kind;
      event = { name: "", data: "" };
      continue;
    }
    if (!FIELD.test(line)) return plain(hint);
    const [, field, value = ""] = /^(data|event)[ \t]*:[ \t]*(.*)$/u.exec(line) ?? [];
    if (field === "event") event.name = value;
    if (field !== "data") continue;
    const data = unquoted(value.replace(/^data:\s*/u, "").trim());
    event.data += `${data}\n`;
    if (/^"?\[?DONE\]?"?$/iu.test(data) || isEvent(data, event.name) || isEvent(event.data, event.name)) return "sse";
  }
  if (isWhole) return BROKEN_OFF.test(event.data) ? "sse" : (eventKind(event, hint) ?? plain(hint));
  if (last !== undefined && last.length > MAX_HELD) return "text";
  return start.length > MAX_HELD ? "text" : undefined;
}

/** Whether the data of an event is of a provider. */
function isEvent(data: string, name: string): boolean {
  const json = parseObject(data) ?? parseObject(/^\{.*?\}(?=\{)/u.exec(data)?.[0] ?? "");
  return json !== undefined && (isProviderJson(json) || name === "error");
}

/** What a whole event that is of no provider makes of the body: JSON of others may stand before the first one that is. */
function eventKind({ name, data }: { name: string; data: string }, hint: BodyHint): BodyKind | undefined {
  if (data.trim() === "" || /^[{[]/u.test(data)) return undefined;
  return name === "error" ? "sse" : plain(hint);
}
