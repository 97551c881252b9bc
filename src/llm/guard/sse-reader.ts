import { createParser } from "eventsource-parser";
import type { EventSourceMessage, EventSourceParser } from "eventsource-parser";
import type { Logger } from "../../log/index.ts";
import { LlmStreamError } from "../errors.ts";
import type { BodyReader, Fed } from "./body-reader.ts";
import type { ResolvedTimeouts } from "./options.ts";
import { createReader, protocolOfEvent } from "./protocol.ts";
import type { Protocol } from "./protocol.ts";
import { complaintOf, providerEventError } from "./provider-error.ts";
import { asObject, CLOSER, CONTENT, EMPTY, ERROR, FOREIGN, SUSPECT, TERMINAL, USAGE } from "./verdict.ts";
import type { Json, ProtocolReader, Verdict } from "./verdict.ts";

/** What an {@link SseReader} needs to know about its stream. */
export interface SseReaderOptions {
  readonly protocol: Protocol | undefined;
  readonly provider: string | undefined;
  readonly timeouts: ResolvedTimeouts;
  readonly maxEventChars: number;
  /** Whether the response called itself an event stream. */
  readonly declaredSse: boolean;
  readonly status: number;
  readonly logger: Logger;
}

const DONE = "[DONE]";
const DROPPED = "llm stream: dropped an event that is not JSON or not of the protocol";
const encoder = new TextEncoder();

/**
 * Reads server-sent events and writes them out again, clean: UTF-8, LF, one `data:` line each, no comments. Knows from the
 * events when the answer is complete, and gives the consumer the closing event if the provider does not.
 */
export class SseReader implements BodyReader {
  readonly #options: SseReaderOptions;
  readonly #parser: EventSourceParser;
  readonly #decoder = new TextDecoder();
  readonly #fed: Fed = { output: undefined, progressed: false, graceMs: undefined, error: undefined };
  #reader: ProtocolReader | undefined;
  #protocol: Protocol | undefined;
  #out = "";
  #events = 0;
  #garbage = 0;
  /** Start of the body, until its first visible character is known; undefined from then on. */
  #head: string | undefined = "";
  /** The last chunk ended with CR, which was taken for a line end: an LF at the start of the next one belongs to it. */
  #skipLf = false;
  #terminal = false;
  #stamped = false;
  #closed = false;
  /** The closing event was the provider's own. */
  #closerSeen = false;

  constructor(options: SseReaderOptions) {
    this.#options = options;
    this.#setProtocol(options.protocol);
    this.#parser = createParser({
      maxBufferSize: options.maxEventChars,
      onEvent: (event) => this.#onEvent(event),
      onError: (error) => {
        if (error.type !== "max-buffer-size-exceeded") return;
        this.#fail("too-large", `an event is larger than ${options.maxEventChars} characters`);
      },
    });
  }

  get protocol(): string {
    return this.#protocol ?? "unknown";
  }

  get events(): number {
    return this.#events;
  }

  get garbage(): number {
    return this.#garbage;
  }

  feed(chunk: Uint8Array): Fed {
    return this.#feedText(this.#decoder.decode(chunk, { stream: true }));
  }

  eof(): Fed {
    // The last event often lacks its blank line; incomplete JSON is dropped as any other garbage.
    const fed = this.#feedText(`${this.#decoder.decode()}\n\n`);
    if (fed.error !== undefined) return fed;
    if (this.#terminal || this.#closed || (this.#protocol === undefined && this.#events > 0)) fed.graceMs = 0;
    else if (!this.#options.declaredSse && this.#events === 0) this.#failNotSse("");
    else this.#fail("truncated", "the stream ended before the answer was complete");
    return fed;
  }

  closing(): Uint8Array | undefined {
    const closer = this.#closerSeen ? "" : (this.#reader?.closer ?? "");
    this.#closerSeen = true;
    return closer === "" ? undefined : encoder.encode(closer);
  }

  #feedText(text: string): Fed {
    const fed = this.#fed;
    fed.progressed = false;
    fed.error = undefined;
    if (this.#isSse(text)) this.#parse(text);
    fed.output = this.#out === "" ? undefined : encoder.encode(this.#out);
    this.#out = "";
    if (this.#closed) fed.graceMs = 0;
    return fed;
  }

  /** Looks at the first visible character: `{`, `[` and `<` begin JSON and HTML, and no line of an event stream. */
  #isSse(text: string): boolean {
    if (this.#head === undefined) return true;
    this.#head += text;
    const start = this.#head.trimStart();
    if (start === "") return true;
    this.#head = undefined;
    if (!/^[{[<]/u.test(start)) return true;
    this.#failNotSse(start);
    return false;
  }

  #parse(text: string): void {
    let rest = text;
    if (this.#skipLf && rest.startsWith("\n")) rest = rest.slice(1);
    if (rest === "" || this.#fed.error !== undefined) return;
    // A CR at the end may be half of CRLF, and the parser would wait for the other half. Waiting for ever is what we are here
    // to prevent, so it counts as a line end at once.
    this.#skipLf = rest.endsWith("\r");
    this.#parser.feed(rest.includes("\r") ? rest.replace(/\r\n?/gu, "\n") : rest);
  }

  #onEvent(event: EventSourceMessage): void {
    if (this.#closed || this.#fed.error !== undefined) return;
    const data = event.data.trim();
    if (data === "") return;
    if (data === DONE) {
      this.#onDone();
      return;
    }
    const json = parse(data);
    if (json === undefined) {
      this.#onGarbage();
      return;
    }
    this.#events++;
    if (this.#reader === undefined) this.#setProtocol(protocolOfEvent(json));
    const verdict = this.#reader?.judge(json) ?? (event.event === "error" ? ERROR : CONTENT);
    if ((verdict & ERROR) !== 0) {
      this.#onErrorEvent(json);
      return;
    }
    if ((verdict & FOREIGN) !== 0) {
      this.#onGarbage();
      return;
    }
    this.#follow(verdict);
    // Line breaks in JSON stand only between values, so a blank keeps the meaning.
    const line = data.includes("\n") ? data.replaceAll("\n", " ") : data;
    this.#out += event.event === undefined ? `data: ${line}\n\n` : `event: ${event.event}\ndata: ${line}\n\n`;
    if (this.#closed && this.#protocol === "anthropic") this.#closerSeen = true;
  }

  /** The error reaches the consumer as a typed error and not as an event: each client reads such events differently, if at all. */
  #onErrorEvent(json: Json): void {
    const { logger, provider } = this.#options;
    if (!this.#terminal) {
      this.#fed.error = providerEventError(json, provider);
      return;
    }
    // After its end the answer is whole; what goes wrong then is no longer its business.
    logger.warn("llm stream: error event after the end", { provider, protocol: this.protocol });
    this.#closed = true;
  }

  /** Updates what is known about the end of the stream. */
  #follow(verdict: Verdict): void {
    const fed = this.#fed;
    const { timeouts } = this.#options;
    const content = (verdict & CONTENT) !== 0;
    const ends = (verdict & TERMINAL) !== 0;
    // Repeated terminal events do not count, or a provider that repeats them for ever would keep us for ever.
    if (content || (ends && !this.#terminal)) fed.progressed = true;
    if (content && this.#terminal) this.#stamped = true;
    if (ends) this.#terminal = true;
    if (!this.#terminal || verdict === EMPTY) return;
    if ((verdict & (CLOSER | USAGE)) !== 0) this.#closed = true;
    const doubtful = this.#stamped || (verdict & SUSPECT) !== 0;
    const usual = this.#protocol === "openai-chat" ? timeouts.chatGraceMs : timeouts.graceMs;
    fed.graceMs = doubtful ? timeouts.stampedGraceMs : usual;
  }

  #onDone(): void {
    if (this.#events === 0) {
      this.#fail("truncated", "the stream ended without an answer");
      return;
    }
    this.#closed = true;
    if (!this.#terminal) this.#out += this.#reader?.lateTerminal() ?? "";
    // Only chat clients know this word; the others would try to read it as JSON.
    if (this.#protocol !== "openai-chat" && this.#protocol !== undefined) return;
    this.#closerSeen = true;
    this.#out += `data: ${DONE}\n\n`;
  }

  #onGarbage(): void {
    const { logger, provider } = this.#options;
    if (this.#garbage++ === 0) logger.warn(DROPPED, { provider, protocol: this.protocol });
    else logger.debug(DROPPED, { provider, garbage: this.#garbage });
  }

  #setProtocol(protocol: Protocol | undefined): void {
    if (protocol === undefined) return;
    this.#protocol = protocol;
    this.#reader = createReader(protocol);
  }

  #failNotSse(start: string): void {
    const complaint = complaintOf(parse(start.trimEnd()) ?? {});
    const what = start.startsWith("<") ? "an HTML page" : start === "" ? "nothing" : "JSON";
    this.#fed.error = new LlmStreamError("not-sse", `asked for a stream, got ${what}`, {
      provider: this.#options.provider,
      status: this.#options.status,
      providerType: complaint.type,
      providerMessage: complaint.message,
    });
  }

  #fail(code: "truncated" | "too-large", message: string): void {
    this.#fed.error = new LlmStreamError(code, message, {
      provider: this.#options.provider,
      status: this.#options.status,
    });
  }
}

/** The event as an object; undefined when it is not JSON or not an object. */
function parse(data: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? asObject(value) : undefined;
  } catch {
    return undefined;
  }
}
