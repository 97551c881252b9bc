import { complaintOf, hintOf, parseObject, troubleOf } from "../provider-wire/index.ts";
import type { ThinkTagMode } from "../provider-wire/index.ts";
import { fromAiSdk } from "./from-ai-sdk.ts";
import { fromItems } from "./from-items.ts";
import type { SourceItem } from "./from-items.ts";
import { fromBody } from "./from-wire.ts";
import { FeedError } from "./part.ts";
import type { FeedPart } from "./part.ts";

/**
 * Anything an answer can be read from:
 * - an async iterable of strings (text to be added, or a provider's body as text), of a body's bytes, of the events that a provider's
 *   own SDK gives (OpenAI chat and responses, Anthropic, Gemini, Ollama), or of parts of the AI SDK;
 * - the result of the AI SDK's `streamText`, or of a Mastra agent's `stream` (its text, reasoning and tools);
 * - a `Response` of `fetch`: a stream or a whole answer of OpenAI (chat and responses), Anthropic, Gemini, Ollama and compatible
 *   providers, or plain UTF-8 text. What it is shows in its body; its content type only helps.
 */
export type TextSource = AsyncIterable<SourceItem> | AiSdkResult | Response;

/** What is read of an AI SDK result: all its parts when it gives them, else its text. */
export type AiSdkResult =
  | { readonly stream: AsyncIterable<unknown> }
  | { readonly fullStream: AsyncIterable<unknown> }
  | { readonly textStream: AsyncIterable<string> };

/** How a source is read. */
export interface ReadSourceOptions {
  /** What to do with reasoning that a model writes into its answer between `<think>` and `</think>`. @defaultValue `auto` */
  readonly thinkTags?: ThinkTagMode | undefined;
}

/** The parts of any source. @throws TypeError when it is none; what the reader of its kind throws */
export async function* readSource(source: TextSource, options: ReadSourceOptions = {}): AsyncGenerator<FeedPart> {
  const { thinkTags } = options;
  if (typeof source !== "object" || source === null) throw new TypeError(NO_SOURCE);
  if (isResponse(source)) yield* fromResponse(source, thinkTags);
  else if (Symbol.asyncIterator in source) yield* fromItems(source, { thinkTags });
  // Getters of a result: reading one starts it, so exactly one is read.
  else if ("stream" in source) yield* fromAiSdk(source.stream, thinkTags);
  else if ("fullStream" in source) yield* fromAiSdk(source.fullStream, thinkTags);
  else if ("textStream" in source) yield* fromItems(source.textStream, { thinkTags });
  else throw new TypeError(NO_SOURCE);
}

const NO_SOURCE = "source must be an async iterable, an AI SDK result or a Response";

/** By what it can do: servers put a `Response` of their own in the global one's place, and `fetch` goes on giving the other. */
const isResponse = (source: TextSource): source is Response =>
  "body" in source && "headers" in source && "status" in source;

/** Longest error body that is read, in bytes. */
const MAX_ERROR_BYTES = 65_536;

async function* fromResponse(response: Response, thinkTags: ThinkTagMode | undefined): AsyncGenerator<FeedPart> {
  const { status } = response;
  if (!response.ok) {
    const complaint = complaintOf(parseObject(await beginningOf(response)) ?? {});
    throw new FeedError("provider-error", `the provider answered with HTTP ${status}`, {
      trouble: troubleOf({ type: complaint.type, status }),
      reason: complaint.type,
    });
  }
  if (response.body === null) throw new FeedError("bad-input", "the response has no body");
  yield* fromBody(response.body, { hint: hintOf(response.headers.get("content-type")), thinkTags });
}

async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_ERROR_BYTES) break;
    }
  } catch {
    // The status is known; the body would only have said more.
  }
  return text;
}
