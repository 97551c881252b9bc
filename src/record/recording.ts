import { readFile } from "node:fs/promises";

/** First line of a recording. */
export interface RecordingHeader {
  readonly kind: "recording";
  readonly version: 1;
  /** Wall-clock milliseconds of the start. */
  readonly at: number;
  /** `feishu`, `lark`, or `other` for an address of one's own. */
  readonly upstream: string;
  /** Are texts replaced by their shape? Secrets never stand in a recording, whichever it is. */
  readonly masked: boolean;
  /** What wrote it: `cardstream 0.1.0`. */
  readonly by: string;
}

/** A body as a recording holds it: parsed JSON, form fields, or only its length. */
export interface RecordedBody {
  readonly bytes: number;
  readonly json?: unknown;
  /** Text fields of a form; of files the name, type and length. */
  readonly form?: readonly { readonly name: string; readonly value?: string; readonly fileBytes?: number }[];
  /** The body was no JSON, or too large to be kept. */
  readonly left?: "binary" | "large" | "unreadable";
}

/** A call of a bot, or a webhook delivery to it. */
interface RecordedHttp<Kind extends string> {
  readonly kind: Kind;
  readonly seq: number;
  readonly at: number;
  readonly ms: number;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** App id of the caller, when its token was issued through the proxy. */
  readonly app?: string | undefined;
  readonly request: RecordedBody;
  readonly status: number;
  /** `x-ogw-ratelimit-limit`, `x-ogw-ratelimit-reset`, `retry-after`, `x-tt-logid`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly response: RecordedBody;
  readonly outcome: "answered" | "upstream-failed" | "caller-left";
}

export type RecordedCall = RecordedHttp<"call">;
export type RecordedWebhook = RecordedHttp<"webhook">;

/** A frame of a long connection; events that came in several parts stand in one line, with the last part's time. */
export interface RecordedFrame {
  readonly kind: "frame";
  readonly seq: number;
  readonly at: number;
  readonly connection: number;
  readonly from: "feishu" | "bot";
  /** `event`, `card`, `ping`, `pong`, `ack`, or `unreadable`. */
  readonly type: string;
  readonly json?: unknown;
}

/** A long connection that opened, closed or was refused. */
export interface RecordedConnection {
  readonly kind: "connection";
  readonly seq: number;
  readonly at: number;
  readonly connection: number;
  readonly state: "open" | "closed" | "refused";
  readonly code?: number | undefined;
}

/** Lines that could not be written because the disk was slower than the traffic. */
export interface RecordedGap {
  readonly kind: "gap";
  readonly at: number;
  readonly lost: number;
}

export type RecordedLine = RecordedCall | RecordedWebhook | RecordedFrame | RecordedConnection | RecordedGap;

/** A whole recording. */
export interface Recording {
  readonly header: RecordingHeader;
  /** In order of arrival. */
  readonly lines: readonly RecordedLine[];
  /** Lines at the end that were cut off, as after a crash: 0 or 1. */
  readonly cut: number;
}

/** What is wrong with a file that should be a recording. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}

const KINDS = new Set(["call", "webhook", "frame", "connection", "gap"]);

/** @throws RecordingError when it is none, naming the line */
export function parseRecording(text: string): Recording {
  const rows = text.split("\n");
  const last = rows.at(-1)?.trim() ?? "";
  // A process that was killed leaves half a line; what stands before it is whole.
  let cut = 0;
  const values: unknown[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.trim() === "") continue;
    try {
      values.push(JSON.parse(row));
    } catch {
      if (index === rows.length - 1 && last !== "" && values.length > 0) cut = 1;
      else throw new RecordingError(`line ${index + 1} is no JSON: not a recording of \`cardstream record\``);
    }
  }
  const [header, ...lines] = values;
  if (!isObject(header) || header["kind"] !== "recording")
    throw new RecordingError("the first line is no recording header: not a recording of `cardstream record`");
  if (header["version"] !== 1)
    throw new RecordingError(`the recording has version ${String(header["version"])}; this cardstream reads version 1`);
  for (const [index, line] of lines.entries()) {
    if (!isObject(line) || !KINDS.has(String(line["kind"])))
      throw new RecordingError(`line ${index + 2} is no line of a recording`);
  }
  // The kinds were checked above; the fields of a line are read with care where they are used.
  const sorted = (lines as RecordedLine[]).toSorted((a, b) => order(a) - order(b));
  return { header: header as unknown as RecordingHeader, lines: sorted, cut };
}

/** @throws RecordingError, and what reading the file throws */
export async function readRecording(path: string): Promise<Recording> {
  return parseRecording(await readFile(path, "utf8"));
}

function order(line: RecordedLine): number {
  return line.kind === "gap" ? Number.MAX_SAFE_INTEGER : line.seq;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
