import type { LanguageModelMiddleware } from "ai";
import { readWire } from "../../provider-wire/index.ts";
import type { Ending, ThinkTagMode, Usage, WireMetadata, WirePart } from "../../provider-wire/index.ts";
import { findLlmError, LlmStreamError } from "../errors.ts";
import type { Fetch } from "../guard/options.ts";

type StreamResult = Awaited<ReturnType<NonNullable<LanguageModelMiddleware["wrapStream"]>>>;
/** What a provider's model streams, before the AI SDK makes its own parts of it. */
type Part = StreamResult["stream"] extends ReadableStream<infer P> ? P : never;
type Metadata = Record<string, Record<string, string>>;

/** How {@link createOurReading} reads. */
export interface OurReadingOptions {
  readonly provider: string;
  /** Whose names the provider's own data go by in the AI SDK. */
  readonly metadataName: "anthropic" | "google";
  readonly thinkTags: ThinkTagMode;
  /** Ids for tool calls that come without one; they must differ between the steps of a turn. */
  readonly newToolId: () => string;
  /** Told of each warning of the AI SDK. */
  readonly onWarning: (type: string) => void;
}

/**
 * Our reading of a provider's stream in the place of the AI SDK's: the SDK makes the requests and runs the steps, but knows fewer shapes
 * of streams (docs/decisions/0005-one-reading.md). `fetch` keeps the body of each answer back from the SDK, `middleware` makes the
 * SDK's parts of it. Both belong to one turn, whose requests come one after the other.
 */
export function createOurReading(
  fetch: Fetch,
  options: OurReadingOptions,
): { readonly fetch: Fetch; readonly middleware: LanguageModelMiddleware } {
  let body: ReadableStream<Uint8Array> | undefined;
  return {
    async fetch(input, init) {
      const response = await fetch(input, init);
      if (!response.ok || response.body === null) return response;
      body = response.body;
      return new Response("", { status: response.status, headers: { "content-type": "text/event-stream" } });
    },
    middleware: {
      specificationVersion: "v4",
      async wrapStream({ doStream }) {
        body = undefined;
        const result = await doStream();
        void collectWarnings(result.stream, options.onWarning);
        return body === undefined ? result : { ...result, stream: ReadableStream.from(readParts(body, options)) };
      },
    },
  };
}

/** The warnings would be printed on the console of the whole process. The SDK's own stream is empty but for them. */
async function collectWarnings(stream: ReadableStream<Part>, onWarning: (type: string) => void): Promise<void> {
  try {
    for await (const part of stream)
      if (part.type === "stream-start") for (const { type } of part.warnings) onWarning(type);
  } catch {
    // It misses an answer that we have.
  }
}

async function* readParts(body: ReadableStream<Uint8Array>, options: OurReadingOptions): AsyncGenerator<Part> {
  const { provider, thinkTags, newToolId } = options;
  yield { type: "stream-start", warnings: [] };
  const writer = new PartWriter(options.metadataName);
  try {
    for await (const part of readWire(body, { hint: "sse", thinkTags, newToolId })) {
      if (part.type === "error") {
        const { code, message, complaint } = part.error;
        const detail = { provider, providerType: complaint?.type, providerMessage: complaint?.message };
        throw new LlmStreamError(code === "bad-input" ? "not-sse" : code, message, detail);
      }
      yield* writer.write(part);
    }
  } catch (error) {
    // As a part, so that what came before it is told first: a stream that throws makes the SDK forget what it has read ahead.
    yield { type: "error", error: findLlmError(error) ?? error };
  }
}

/** Makes the AI SDK's parts of ours, which have no beginnings and ends of blocks. */
class PartWriter {
  readonly #name: OurReadingOptions["metadataName"];
  #block: { readonly kind: "text" | "reasoning"; readonly id: string } | undefined;
  #blocks = 0;
  #usage: Usage | undefined;

  constructor(name: OurReadingOptions["metadataName"]) {
    this.#name = name;
  }

  *write(part: Exclude<WirePart, { type: "error" }>): Generator<Part> {
    switch (part.type) {
      case "text":
      case "reasoning":
        yield* this.#say(part.type, part.text, part.metadata);
        break;
      case "tool-start":
        yield* this.#close();
        yield { type: "tool-input-start", id: part.id, toolName: part.name };
        break;
      case "tool-args":
        yield { type: "tool-input-delta", id: part.id, delta: part.delta };
        break;
      case "tool-end":
        yield { type: "tool-input-end", id: part.id };
        yield {
          type: "tool-call",
          toolCallId: part.id,
          toolName: part.name,
          input: part.args,
          ...this.#metadata(part.metadata),
        };
        break;
      case "usage":
        this.#usage = part.usage;
        break;
      case "end":
        yield* this.#close();
        yield { type: "finish", finishReason: toFinishReason(part.ending), usage: toUsage(this.#usage) };
        break;
    }
  }

  *#say(kind: "text" | "reasoning", delta: string, given: WireMetadata | undefined): Generator<Part> {
    if (this.#block?.kind !== kind) {
      yield* this.#close();
      this.#block = { kind, id: String(this.#blocks++) };
      const begun = given?.["redactedData"] === undefined ? {} : this.#metadata(given);
      yield { type: `${kind}-start`, id: this.#block.id, ...begun };
    }
    yield { type: `${kind}-delta`, id: this.#block.id, delta, ...this.#metadata(given) };
    // A proof belongs to the thoughts before it, and the next ones have their own.
    if (given !== undefined && this.#name === "anthropic") yield* this.#close();
  }

  *#close(): Generator<Part> {
    const block = this.#block;
    this.#block = undefined;
    if (block !== undefined) yield { type: `${block.kind}-end`, id: block.id };
  }

  #metadata(given: WireMetadata | undefined): { providerMetadata?: Metadata } {
    return given === undefined ? {} : { providerMetadata: { [this.#name]: { ...given } } };
  }
}

const UNIFIED = {
  complete: "stop",
  tool: "tool-calls",
  length: "length",
  filtered: "content-filter",
  paused: "other",
  trouble: "error",
  unknown: "other",
} as const satisfies Record<Ending["kind"], string>;

const toFinishReason = ({ kind, reason }: Ending): Extract<Part, { type: "finish" }>["finishReason"] => ({
  unified: UNIFIED[kind],
  raw: reason,
});

function toUsage(usage: Usage | undefined): Extract<Part, { type: "finish" }>["usage"] {
  return {
    inputTokens: {
      total: usage?.inputTokens,
      noCache: undefined,
      cacheRead: usage?.cachedInputTokens,
      cacheWrite: undefined,
    },
    outputTokens: { total: usage?.outputTokens, text: undefined, reasoning: usage?.reasoningTokens },
  };
}
