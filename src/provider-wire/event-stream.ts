import { createParser } from "eventsource-parser";
import type { EventSourceMessage, EventSourceParser } from "eventsource-parser";
import { errorInWords, errorOf, complaintOf } from "./complaint.ts";
import type { Complaint } from "./complaint.ts";
import { isGoodEnding } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { isObject, parseObject } from "./json.ts";
import type { Json } from "./json.ts";
import { JsonSplitter } from "./json-splitter.ts";
import type { Protocol, ProtocolReader, ReaderOptions } from "./protocol.ts";
import { protocolOf } from "./protocols.ts";
import { CLOSER, CONTENT, FOREIGN, TERMINAL } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";
import { WireError } from "./wire-error.ts";

/** How a body is cut into events: server-sent events, or JSON values one after the other. */
export type Framing = "sse" | "json";

/** One event of a stream. Reused between calls: read it before the next one. */
export interface WireEvent {
  /** What the provider called it; undefined in most protocols. */
  name: string | undefined;
  /** As it was sent, on one line. */
  data: string;
  json: Json;
  verdict: Verdict;
}

/** What an {@link EventStream} works with. */
export interface EventStreamOptions extends ReaderOptions {
  readonly framing: Framing;
  /** What the stream is expected to be; the first event that can only be of one protocol decides. */
  readonly protocol?: Protocol | undefined;
  /** Longest event, in characters. */
  readonly maxEventChars: number;
  /** Called for every event of the protocol, in order, and for those that come before it is known. */
  readonly onEvent: (event: WireEvent) => void;
  /** Called for everything that is no event of the protocol. */
  readonly onGarbage?: (() => void) | undefined;
}

const PREFIX = /^data[ \t]*:\s*/iu;
const DONE = /^"?\[?DONE\]?"?$/iu;

/**
 * The events of one provider's body and what they say about its end. It knows nothing of what is done with them: the guard hands them on,
 * the reader makes parts of them, and so both see the same stream and the same end.
 */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #parser: EventSourceParser;
  readonly #splitter = new JsonSplitter();
  readonly #event: WireEvent = { name: undefined, data: "", json: {}, verdict: 0 };
  #protocol: Protocol | undefined;
  /** An event has shown the protocol. */
  #isKnown = false;
  #lateError = false;
  #reader: ProtocolReader | undefined;
  /** The last chunk ended with CR, which was taken for a line end: an LF at the start of the next one belongs to it. */
  #skipLf = false;
  /** The beginning of a line. */
  #line = "";
  #events = 0;
  #garbage = 0;
  /** Events that could not be read: without a reason to stop such a stream is not whole. */
  #broken = false;
  #words: Complaint | undefined;
  /** A status that a comment named: DashScope writes `:HTTP_STATUS/429` before its errors. */
  #status: number | undefined;
  #content = false;
  /** An event of the protocol had something to say: a ping has not. */
  #told = false;
  #terminal = false;
  #done = false;
  #over = false;
  #error: WireError | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#setProtocol(options.protocol);
    this.#parser = createParser({
      maxBufferSize: options.maxEventChars,
      onEvent: (event) => this.#onSse(event),
      onComment: (comment) => {
        const status = /^\s*HTTP_STATUS\/(\d{3})/u.exec(comment)?.[1];
        if (status !== undefined) this.#status = Number(status);
      },
      onError: ({ type, line }) => {
        if (type === "max-buffer-size-exceeded") this.#tooLarge();
        // A line that is no field: some proxies write their errors between the events as they are.
        else if (type === "unknown-field" && line !== undefined) this.#onBareLine(line.trim());
      },
    });
  }

  get protocol(): Protocol | undefined {
    return this.#protocol;
  }

  /** The reader of the protocol, once that is known. */
  get reader(): ProtocolReader | undefined {
    return this.#reader;
  }

  /** JSON events so far. */
  get events(): number {
    return this.#events;
  }

  /** Events that were dropped. */
  get garbage(): number {
    return this.#garbage;
  }

  /** The provider has said that the answer is complete. */
  get terminal(): boolean {
    return this.#terminal;
  }

  /** `[DONE]` came. */
  get done(): boolean {
    return this.#done;
  }

  /** Nothing that comes now is looked at: the stream was closed, or it broke. */
  get over(): boolean {
    return this.#over;
  }

  /** An error came after the good end of the answer, which it does not touch. */
  get lateError(): boolean {
    return this.#lateError;
  }

  /** An event has shown what protocol it is. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Why the stream broke. */
  get error(): WireError | undefined {
    return this.#error;
  }

  /** Takes the next piece of the body. */
  feed(text: string): void {
    if (this.#over || text === "") return;
    if (this.#options.framing === "json") this.#feedJson(text);
    else this.#feedSse(text);
  }

  /** The body is over, or there is no use in waiting for more. What kind of end that is follows from what came. */
  finish(): Ending | WireError {
    if (!this.#over) {
      // The last event often lacks its blank line; incomplete JSON is dropped as any other garbage.
      if (this.#options.framing === "json") for (const { text } of this.#splitter.end()) this.#onData(text, undefined);
      else this.#feedSse("\n\n");
      this.#over = true;
    }
    return this.#error ?? this.#endOf();
  }

  #endOf(): Ending | WireError {
    const ending = this.#reader?.ending;
    if (ending?.kind === "complete" && this.#broken && !this.#told)
      return new WireError("bad-input", "the answer ended well, but nothing of it could be read");
    if (ending !== undefined) return ending;
    const reopened = this.#reader?.reopened === true && !this.#done;
    if (this.#words !== undefined)
      return new WireError("provider-error", "the provider reported an error in words", this.#words);
    const closed = this.#terminal || this.#done;
    if (closed && !reopened && (this.#content || this.#terminal) && !this.#broken)
      return { kind: "complete", reason: undefined };
    const what = this.#events === 0 ? "without an answer" : "before the answer was complete";
    return new WireError("truncated", `the stream ended ${what}`);
  }

  #feedJson(text: string): void {
    for (const { text: data } of this.#splitter.push(text)) this.#onData(data, undefined);
    if (this.#splitter.pending > this.#options.maxEventChars) this.#tooLarge();
  }

  #feedSse(text: string): void {
    let rest = text;
    if (this.#skipLf && rest.startsWith("\n")) rest = rest.slice(1);
    if (rest === "") return;
    // A CR at the end may be half of CRLF, and the parser would wait for the other half. Waiting for ever is what we are here
    // to prevent, so it counts as a line end at once.
    this.#skipLf = rest.endsWith("\r");
    if (rest.includes("\r")) rest = rest.replace(/\r\n?/gu, "\n");
    // The parser gets whole lines: one that is no field is told by it only then.
    const end = rest.lastIndexOf("\n") + 1;
    if (end > 0) this.#parser.feed(this.#line + rest.slice(0, end));
    this.#line = end > 0 ? rest.slice(end) : this.#line + rest;
    if (this.#line.length > this.#options.maxEventChars) this.#tooLarge();
  }

  #onSse({ data, event }: EventSourceMessage): void {
    this.#onData(data.trim(), event);
  }

  #onData(given: string, name: string | undefined): void {
    if (this.#over || given === "") return;
    // Some proxies put the prefix on what has one already, or write it in a way of their own.
    const data = unquoted(given.replace(PREFIX, ""));
    if (DONE.test(data)) {
      this.#done = true;
      this.#over = true;
      return;
    }
    const json = parseObject(data);
    if (json !== undefined) this.#onJson(json, data, name);
    else this.#onOther(data, name);
  }

  #onBareLine(line: string): void {
    // llama.cpp gave its errors a field of their own.
    const error = /^error:\s*(?=\{)/u.exec(line);
    if (error === null) this.#onData(line, undefined);
    else this.#onData(line.slice(error[0].length), "error");
  }

  /** Several objects in one event, an error in words, or garbage. */
  #onOther(data: string, name: string | undefined): void {
    if (name === "error") {
      this.#complain(errorInWords(data) ?? { type: undefined, message: undefined, status: undefined });
      return;
    }
    const pieces = /^[{[]/u.test(data) ? splitWhole(data) : [];
    for (const text of pieces) {
      const json = parseObject(text);
      if (json === undefined) this.#drop(text, true);
      else this.#onJson(json, text, name);
    }
    if (pieces.length === 0) this.#drop(data, true);
  }

  #onJson(json: Json, data: string, name: string | undefined): void {
    if (this.#over) return;
    this.#events++;
    if (!this.#isKnown) {
      const found = protocolOf(json);
      this.#isKnown = found !== undefined;
      if (found !== this.#protocol) this.#setProtocol(found);
    }
    const event = this.#event;
    event.name = name;
    event.data = data.includes("\n") ? data.replace(/\s*\n\s*/gu, " ") : data;
    event.json = json;
    const complaint = name === "error" && !this.#isContent(json) ? complaintOf(json) : errorOf(json);
    event.verdict = this.#reader?.terminal(json) ?? CONTENT;
    if (complaint !== undefined) {
      this.#lastWords(event);
      this.#complain(complaint);
      return;
    }
    if ((event.verdict & FOREIGN) !== 0) {
      this.#drop(data, false);
      return;
    }
    if ((event.verdict & CONTENT) !== 0) {
      this.#content = true;
      this.#told ||= this.#isContent(json);
    }
    if ((event.verdict & TERMINAL) !== 0) this.#terminal = true;
    if (this.#terminal && (event.verdict & CLOSER) !== 0) this.#over = true;
    this.#options.onEvent(event);
    const ending = this.#terminal ? this.#reader?.ending : undefined;
    if (ending?.kind !== "trouble") return;
    const said = { type: ending.reason, message: undefined, status: undefined };
    this.#fail(
      new WireError("provider-error", `the provider broke off its answer: ${ending.reason ?? "unknown"}`, said),
    );
  }

  /** An error may stand beside words, which are told first, without it: clients would see only the error. */
  #lastWords(event: WireEvent): void {
    if ((event.verdict & CONTENT) === 0 || event.json["type"] !== undefined || !this.#isContent(event.json)) return;
    const { error: _, ...rest } = event.json;
    event.json = rest;
    event.data = JSON.stringify(rest);
    event.verdict = CONTENT;
    this.#options.onEvent(event);
  }

  #isContent(json: Json): boolean {
    return this.#protocol?.detect(json) === true;
  }

  /** After a good end the answer is whole; what goes wrong then is no longer its business. */
  #complain(given: Complaint): void {
    const ending = this.#reader?.ending;
    if (this.#terminal && (ending === undefined || isGoodEnding(ending))) {
      this.#over = true;
      this.#lateError = true;
      return;
    }
    const complaint = { ...given, status: given.status ?? this.#status };
    const type = complaint.type === undefined ? "" : `: ${complaint.type}`;
    this.#fail(new WireError("provider-error", `the provider reported an error in the stream${type}`, complaint));
  }

  #drop(data: string, broken: boolean): void {
    this.#garbage++;
    if (broken && !this.#terminal) {
      this.#broken = true;
      this.#words = errorInWords(data);
    }
    this.#options.onGarbage?.();
  }

  #tooLarge(): void {
    this.#fail(new WireError("too-large", `an event is larger than ${this.#options.maxEventChars} characters`));
  }

  #fail(error: WireError): void {
    this.#error ??= error;
    this.#over = true;
  }

  #setProtocol(protocol: Protocol | undefined): void {
    if (protocol === undefined) return;
    this.#protocol = protocol;
    this.#reader = protocol.open(this.#options);
  }
}

/** An event that was written as a JSON text of JSON. */
export function unquoted(data: string): string {
  if (!data.startsWith('"{')) return data;
  try {
    return String(JSON.parse(data)).trim();
  } catch {
    return data;
  }
}

/** The objects in a text of several, and the rest as it is: by lines where a line is one, else wherever one ends and the next begins. */
function splitWhole(data: string): string[] {
  const lines = data.split("\n").map((line) => line.trim());
  if (lines.length > 1 && lines.some((line) => parseObject(line) !== undefined))
    return lines.filter((line) => line !== "");
  const splitter = new JsonSplitter();
  return [...splitter.push(data), ...splitter.end()].map(({ text }) => text);
}

/** Whether a value of a body that is JSON is an answer or an error of a provider at all. */
export const isProviderJson = (json: unknown): boolean =>
  isObject(json) && (protocolOf(json) !== undefined || errorOf(json) !== undefined);
