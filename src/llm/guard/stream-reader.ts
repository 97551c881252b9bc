import type { Logger } from "../../log/index.ts";
import { EventStream, protocolNamed, verdicts, WireError } from "../../provider-wire/index.ts";
import type { Complaint, Ending, Framing, ProtocolName, WireEvent } from "../../provider-wire/index.ts";
import { LlmStreamError } from "../errors.ts";
import type { BodyReader, Fed } from "./body-reader.ts";
import type { ResolvedTimeouts } from "./options.ts";

const { CLOSER, CONTENT, EMPTY, SUSPECT, TERMINAL, USAGE } = verdicts;

/** What a {@link StreamReader} needs to know about its stream. */
export interface StreamReaderOptions {
  readonly protocol: ProtocolName | undefined;
  readonly provider: string | undefined;
  readonly timeouts: ResolvedTimeouts;
  readonly maxEventChars: number;
  /** Whether the response called itself an event stream. */
  readonly declaredSse: boolean;
  readonly status: number;
  readonly logger: Logger;
}

const DROPPED = "llm stream: dropped an event that is not JSON or not of the protocol";
const encoder = new TextEncoder();

/**
 * Reads a provider's body and writes it out again, clean, as clients want it: server-sent events in UTF-8, LF, one `data:` line each, no
 * comments (one JSON object a line for Ollama's own protocol). A whole answer that came instead of a stream is written as a stream. Knows
 * from the events when the answer is complete, and gives the consumer the closing event if the provider does not.
 */
export class StreamReader implements BodyReader {
  readonly #options: StreamReaderOptions;
  readonly #decoder = new TextDecoder();
  readonly #fed: Fed = { output: undefined, progressed: false, graceMs: undefined, error: undefined };
  #framing: Framing | undefined;
  #stream: EventStream | undefined;
  #out = "";
  /** Start of the body, until its first visible character is known. */
  #head = "";
  #terminal = false;
  #stamped = false;
  #closed = false;
  /** The closing event was the provider's own, or has been written. */
  #closerSeen = false;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
  }

  get protocol(): string {
    return this.#stream?.protocol?.name ?? this.#options.protocol ?? "unknown";
  }

  get events(): number {
    return this.#stream?.events ?? 0;
  }

  get garbage(): number {
    return this.#stream?.garbage ?? 0;
  }

  get ending(): Ending | undefined {
    return this.#stream?.reader?.ending;
  }

  feed(chunk: Uint8Array): Fed {
    return this.#feedText(this.#decoder.decode(chunk, { stream: true }));
  }

  eof(): Fed {
    const fed = this.#feedText(this.#decoder.decode());
    if (fed.error !== undefined || this.#closed) return fed;
    const stream = this.#stream;
    const ended = stream?.finish();
    this.#flush();
    if (fed.error !== undefined) return fed;
    // Streams of protocols that are unknown here end with their body.
    const isForeign = stream?.protocol === undefined && this.events > 0;
    if (this.#framing === "json" && stream?.isKnown !== true) this.#failNotSse("{");
    else if (ended !== undefined && !(ended instanceof WireError)) fed.graceMs = 0;
    else if (isForeign && ended?.code === "truncated") fed.graceMs = 0;
    else if (!this.#options.declaredSse && this.events === 0) this.#failNotSse("");
    else this.#break(ended ?? new WireError("truncated", "the stream ended before the answer was complete"));
    return fed;
  }

  closing(): Uint8Array | undefined {
    const closer = this.#closerSeen ? "" : (this.#stream?.reader?.closer ?? "");
    this.#closerSeen = true;
    return closer === "" ? undefined : encoder.encode(closer);
  }

  #feedText(text: string): Fed {
    const fed = this.#fed;
    fed.progressed = false;
    fed.error = undefined;
    const rest = this.#stream === undefined ? this.#begin(text) : text;
    this.#stream?.feed(rest);
    this.#settle();
    this.#flush();
    return fed;
  }

  #flush(): void {
    this.#fed.output = this.#out === "" ? undefined : encoder.encode(this.#out);
    this.#out = "";
  }

  /** Looks at the first visible character: `{` and `[` begin JSON, `<` HTML; none of them begins a line of an event stream. */
  #begin(text: string): string {
    this.#head += text;
    const start = this.#head.replace(/^\uFEFF?\s*/u, "");
    if (start === "" || this.#fed.error !== undefined) return "";
    if (start.startsWith("<")) {
      this.#failNotSse(start);
      return "";
    }
    this.#framing = /^[{[]/u.test(start) ? "json" : "sse";
    const whole = this.#head;
    this.#head = "";
    const { protocol, maxEventChars } = this.#options;
    this.#stream = new EventStream({
      framing: this.#framing,
      protocol: protocol === undefined ? undefined : protocolNamed(protocol),
      maxEventChars,
      onEvent: (event) => this.#onEvent(event),
      onGarbage: () => this.#onGarbage(),
    });
    return whole;
  }

  /** Takes over how the stream stands after a piece of it. */
  #settle(): void {
    const stream = this.#stream;
    const fed = this.#fed;
    if (stream === undefined || this.#closed || !stream.over) return;
    if (stream.lateError) {
      const { logger, provider } = this.#options;
      logger.warn("llm stream: error event after the end", { provider, protocol: this.protocol });
    }
    const ended = stream.finish();
    if (ended instanceof WireError) {
      // What was asked for was a stream; JSON that says no is an answer of another kind.
      if (this.#framing === "json" && !stream.isKnown && ended.code === "provider-error")
        this.#failNotSse("{", ended.complaint);
      else this.#break(ended);
      return;
    }
    this.#closed = true;
    fed.graceMs = 0;
    if (stream.done) this.#writeDone(stream);
  }

  #writeDone(stream: EventStream): void {
    if (!this.#terminal) this.#out += stream.reader?.lateTerminal() ?? "";
    // Only chat clients know this word; the others would try to read it as JSON.
    if (stream.protocol !== undefined && stream.protocol.name !== "openai-chat") return;
    this.#closerSeen = true;
    this.#out += "data: [DONE]\n\n";
  }

  #onEvent(event: WireEvent): void {
    const { json, verdict } = event;
    const protocol = this.#stream?.protocol;
    if (this.#framing === "json" && protocol === undefined) return;
    this.#follow(verdict);
    if ((verdict & CLOSER) !== 0 && protocol?.name === "anthropic") this.#closerSeen = json["type"] === "message_stop";
    const whole = this.#framing === "json" ? protocol?.fromWhole(json) : undefined;
    if (whole !== undefined) {
      for (const part of whole) this.#write(JSON.stringify(part), nameOf(part["type"]));
      if (protocol?.name === "anthropic") this.#closerSeen = true;
    } else if (this.#framing === "json" && protocol?.name === "ollama") this.#out += `${event.data}\n`;
    // Clients want the list of choices also where there is nothing to choose from.
    else if ((verdict & USAGE) !== 0 && !Array.isArray(json["choices"]))
      this.#write(JSON.stringify({ ...json, choices: [] }), event.name);
    else this.#write(event.data, event.name);
  }

  #write(data: string, name: string | undefined): void {
    this.#out += name === undefined ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`;
  }

  /** Updates what is known about the end of the stream. */
  #follow(verdict: number): void {
    const fed = this.#fed;
    const { timeouts } = this.#options;
    const content = (verdict & CONTENT) !== 0;
    const ends = (verdict & TERMINAL) !== 0;
    // Repeated terminal events do not count, or a provider that repeats them for ever would keep us for ever.
    if (content || (ends && !this.#terminal)) fed.progressed = true;
    if (content && this.#terminal) this.#stamped = true;
    if (ends) this.#terminal = true;
    if (!this.#terminal || verdict === EMPTY) return;
    if ((verdict & USAGE) !== 0) {
      this.#closed = true;
      fed.graceMs = 0;
      return;
    }
    const doubtful = this.#stamped || (verdict & SUSPECT) !== 0;
    const usual = this.protocol === "openai-chat" ? timeouts.chatGraceMs : timeouts.graceMs;
    fed.graceMs = doubtful ? timeouts.stampedGraceMs : usual;
  }

  #onGarbage(): void {
    const { logger, provider } = this.#options;
    const fields = { provider, protocol: this.protocol };
    if (this.garbage === 1) logger.warn(DROPPED, fields);
    else logger.debug(DROPPED, { ...fields, garbage: this.garbage });
  }

  #failNotSse(start: string, complaint?: Complaint): void {
    const what = start.startsWith("<") ? "an HTML page" : start === "" ? "nothing" : "JSON";
    this.#fed.error = new LlmStreamError("not-sse", `asked for a stream, got ${what}`, {
      provider: this.#options.provider,
      status: this.#options.status,
      providerType: complaint?.type,
      providerMessage: complaint?.message,
    });
  }

  /** The error reaches the consumer as a typed error and not as an event: each client reads such events differently, if at all. */
  #break({ code, message, complaint }: WireError): void {
    const { provider, status } = this.#options;
    this.#fed.error = new LlmStreamError(code === "bad-input" ? "not-sse" : code, message, {
      provider,
      status: code === "provider-error" ? complaint?.status : status,
      providerType: complaint?.type,
      providerMessage: complaint?.message,
    });
  }
}

/** Events of OpenAI responses and Anthropic carry their type as their name too. */
const nameOf = (type: unknown): string | undefined => (typeof type === "string" ? type : undefined);
