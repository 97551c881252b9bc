import { bodyKind } from "./body-kind.ts";
import type { BodyHint } from "./body-kind.ts";
import type { Ending } from "./ending.ts";
import { EventStream } from "./event-stream.ts";
import type { WireEvent } from "./event-stream.ts";
import type { ContentPart, WirePart } from "./part.ts";
import type { Protocol, ReaderOptions } from "./protocol.ts";
import { ThinkTags } from "./think-tags.ts";
import type { ThinkTagMode } from "./think-tags.ts";
import { WireError } from "./wire-error.ts";

/** How a body is read. */
export interface WireReaderOptions extends ReaderOptions {
  /** What the sender says the body is. @defaultValue `none` */
  readonly hint?: BodyHint | undefined;
  /** @defaultValue by the first event that can only be of one */
  readonly protocol?: Protocol | undefined;
  /** @defaultValue `auto` */
  readonly thinkTags?: ThinkTagMode | undefined;
  /** Longest event, in characters. @defaultValue 16,777,216 */
  readonly maxEventChars?: number | undefined;
}

const DEFAULT_MAX_EVENT_CHARS = 16 * 1024 * 1024;

/**
 * Reads one body from its first character to its end: server-sent events or JSON of any known protocol, or plain text. Give it the
 * decoded text in any pieces; every call gives the parts that it completes. The last part of all is one `end` or one `error`. Nothing
 * makes it throw.
 */
export class WireReader {
  readonly #options: WireReaderOptions;
  readonly #hint: BodyHint;
  readonly #tags: ThinkTags;
  #kind: "undecided" | "text" | "events" = "undecided";
  /** What came before it was known what it is. */
  #head = "";
  #isFirst = true;
  #events: EventStream | undefined;
  #out: WirePart[] = [];
  /** Text came since something else did. */
  #said = false;
  /** What the answer ends in so far: enough to see whether a paragraph has ended. */
  #tail = "";
  /** Anything was told: words, thoughts, a tool. */
  #told = false;
  #over = false;

  constructor(options: WireReaderOptions = {}) {
    this.#options = options;
    this.#hint = options.hint ?? "none";
    this.#tags = new ThinkTags(options.thinkTags ?? "auto");
  }

  /** The body is plain text, as far as is known. */
  get isText(): boolean {
    return this.#kind !== "events";
  }

  /** Nothing that could still come changes the parts: the stream was closed, or it broke. `end` is still to be called. */
  get over(): boolean {
    return this.#over || this.#events?.over === true;
  }

  /** The next piece of the body. */
  push(text: string): WirePart[] {
    if (text === "" || this.over) return [];
    const given = this.#isFirst && text.startsWith("\uFEFF") ? text.slice(1) : text;
    this.#isFirst = false;
    this.#out = [];
    if (this.#kind === "undecided") this.#decide(given, false);
    else this.#take(given);
    return this.#out;
  }

  /** The body is over. Called once; the last part is the end. */
  end(): WirePart[] {
    this.#out = [];
    if (this.#over) return this.#out;
    if (this.#kind === "undecided") this.#decide("", true);
    if (this.#over) return this.#out;
    const ended = this.#ended();
    const reader = this.#events?.reader;
    for (const part of reader?.rest() ?? []) this.#give(part);
    this.#tags.end(this.#out);
    this.#over = true;
    const usage = reader?.usage;
    if (usage !== undefined) this.#out.push({ type: "usage", usage });
    if (ended instanceof WireError) this.#out.push({ type: "error", error: ended });
    else if (reader?.unread === true && !this.#told)
      this.#out.push({ type: "error", error: new WireError("bad-input", UNREAD) });
    else this.#out.push({ type: "end", ending: ended });
    return this.#out;
  }

  #ended(): Ending | WireError {
    if (this.#events === undefined) return { kind: "complete", reason: undefined };
    const ended = this.#events.finish();
    const isForeign =
      this.#events.protocol === undefined && !(ended instanceof WireError && ended.complaint !== undefined);
    return isForeign ? new WireError("bad-input", "the body holds no answer of a provider that is known here") : ended;
  }

  #decide(text: string, isWhole: boolean): void {
    this.#head += text;
    const kind = bodyKind(this.#head, this.#hint, isWhole);
    if (kind === undefined) return;
    const head = this.#head;
    this.#head = "";
    if (kind === "foreign") {
      this.#over = true;
      const what = head.trim() === "" ? "holds nothing" : "holds no answer of a provider that is known here";
      this.#out.push({ type: "error", error: new WireError("bad-input", `the body ${what}`) });
      return;
    }
    this.#kind = kind === "text" ? "text" : "events";
    if (kind !== "text")
      this.#events = new EventStream({
        ...this.#options,
        framing: kind,
        maxEventChars: this.#options.maxEventChars ?? DEFAULT_MAX_EVENT_CHARS,
        onEvent: (event) => this.#onEvent(event),
      });
    this.#take(head);
  }

  #take(text: string): void {
    if (this.#events === undefined) {
      if (text !== "") this.#tags.push(text, this.#out);
      return;
    }
    this.#events.feed(text);
  }

  #onEvent(event: WireEvent): void {
    const reader = this.#events?.reader;
    if (reader === undefined) return;
    for (const part of reader.parts(event.json)) this.#give(part);
  }

  #give(part: ContentPart): void {
    if (part.type === "text") {
      this.#said = true;
      if (part.text !== "") this.#say(part.text, part.apart === true);
      if (part.metadata !== undefined) this.#out.push({ type: "text", text: "", metadata: part.metadata });
      return;
    }
    // Words that were held back as the beginning of a tag come before what follows them.
    if (this.#said) {
      this.#said = false;
      this.#tags.flush(this.#out);
    }
    this.#told = true;
    if (part.type !== "reasoning") this.#out.push(part);
    else {
      const text = this.#tags.thought(part.text);
      if (text !== "" || part.metadata !== undefined) this.#out.push({ ...part, text });
    }
  }

  /** Words of another message stand in a paragraph of their own. */
  #say(text: string, apart: boolean): void {
    this.#told = true;
    const before = apart && this.#tail.trim() !== "" ? lineBreaksBetween(this.#tail, text) : "";
    this.#tail = `${this.#tail}${text}`.slice(-TAIL);
    this.#tags.push(before + text, this.#out);
  }
}

const UNREAD = "the answer ended well, but nothing of it could be read";
const TAIL = 40;

/** The line breaks that two texts lack between them. */
function lineBreaksBetween(before: string, after: string): string {
  const there = /\n*$/u.exec(before)?.[0].length ?? 0;
  const next = /^\n*/u.exec(after)?.[0].length ?? 0;
  return "\n".repeat(Math.max(0, 2 - there - next));
}
