import { readWire, troubleOf, WireReader } from "../provider-wire/index.ts";
import type { BodyHint, ByteSource, Ending, ThinkTagMode, WireError, WirePart } from "../provider-wire/index.ts";
import { FeedError } from "./part.ts";
import type { CutShort, FeedPart } from "./part.ts";

/** How a provider's body, or text, is read. */
export interface WireOptions {
  /** What the sender says the body is. @defaultValue `none`: only what is certainly a provider's is read as that */
  readonly hint?: BodyHint | undefined;
  /** What to do with reasoning that stands in the text between tags. @defaultValue `auto` */
  readonly thinkTags?: ThinkTagMode | undefined;
}

/** Longest event, in characters; providers send a few kilobytes, and whole answers in one. */
const MAX_EVENT_CHARS = 4_000_000;
/** What an answer may pass to tools, in characters: it is not shown, but kept until a call is whole. */
const MAX_TOOL_CHARS = 4_000_000;

/**
 * The body of an answer: a provider's stream or whole answer, of any protocol and in any framing, or plain UTF-8 text. What it is shows in
 * the body; `hint` only helps.
 * @throws FeedError `provider-error` when the provider says so, `truncated` when the body ends before the answer does, `bad-input`
 * when it is neither a provider's nor text, `too-long` when an event, or all that is passed to tools, is; what `source` throws.
 */
export async function* fromBody(source: ByteSource, options: WireOptions = {}): AsyncGenerator<FeedPart> {
  let toolChars = 0;
  for await (const part of readWire(source, { ...options, maxEventChars: MAX_EVENT_CHARS })) {
    if (part.type === "tool-args") toolChars += part.delta.length;
    if (toolChars > MAX_TOOL_CHARS)
      throw new FeedError("too-long", `more than ${MAX_TOOL_CHARS} characters were passed to tools`);
    const ours = toFeedPart(part);
    if (ours !== undefined) yield ours;
  }
}

/** Pieces of text, of a model or of a provider's body, read as {@link fromBody} does. */
export async function* fromStrings(source: AsyncIterable<string>, options: WireOptions = {}): AsyncGenerator<FeedPart> {
  const reader = new TextReader(options);
  for await (const text of source) yield* reader.push(text);
  const { parts, error } = reader.end();
  yield* parts;
  if (error !== undefined) throw error;
}

/** Reads a text that comes call by call, as {@link fromBody} does. */
export class TextReader {
  readonly #reader: WireReader;

  constructor(options: WireOptions = {}) {
    this.#reader = new WireReader({ ...options, maxEventChars: MAX_EVENT_CHARS });
  }

  /** What `text` adds. What is wrong with it is told at its end. */
  push(text: string): FeedPart[] {
    return this.#reader.push(text).flatMap((part) => toFeedPart(part) ?? []);
  }

  /** The text is over: what was held back, and either its `end` as the last part or why it is none. */
  end(): { readonly parts: FeedPart[]; readonly error: FeedError | undefined } {
    const parts: FeedPart[] = [];
    try {
      for (const part of this.#reader.end()) {
        const ours = toFeedPart(part);
        if (ours !== undefined) parts.push(ours);
      }
      return { parts, error: undefined };
    } catch (error) {
      if (error instanceof FeedError) return { parts, error };
      throw error;
    }
  }
}

function toFeedPart(part: WirePart): FeedPart | undefined {
  switch (part.type) {
    case "text":
    case "reasoning":
      return part.text === "" ? undefined : { type: part.type, text: part.text };
    case "tool-start":
      return { type: "tool", update: { id: part.id, name: part.name, state: "running" } };
    case "tool-end":
      // The call is written; whoever reads this stream runs it elsewhere.
      return { type: "tool", update: { id: part.id, name: part.name, state: "done" } };
    case "end":
      return toEnd(part.ending);
    case "error":
      throw toFeedError(part.error);
    default:
      return undefined;
  }
}

const WHY: Readonly<Partial<Record<Ending["kind"], CutShort>>> = {
  length: "length",
  filtered: "content-filter",
  paused: "paused",
  unknown: "unknown-ending",
};

/** How a provider's ending ends a reply. @throws FeedError `provider-error` for a provider in trouble */
export function toEnd({ kind, reason }: Ending): FeedPart & { type: "end" } {
  if (kind === "trouble")
    throw new FeedError("provider-error", `the provider broke off its answer: ${reason ?? "no reason given"}`, {
      trouble: troubleOf({ type: reason }),
      reason,
    });
  const why = WHY[kind];
  if (why === undefined) return { type: "end" };
  return why === "unknown-ending" ? { type: "end", why, reason } : { type: "end", why };
}

function toFeedError(error: WireError): FeedError {
  const { code, complaint, message } = error;
  if (complaint === undefined)
    return new FeedError(code === "too-large" ? "too-long" : code, message, { cause: error });
  return new FeedError("provider-error", complaint.message ?? message, {
    cause: error,
    trouble: troubleOf(complaint),
    reason: complaint.type,
  });
}
