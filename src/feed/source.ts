import { fromAiSdk } from "./from-ai-sdk.ts";
import { fromTextBytes } from "./from-bytes.ts";
import { fromSse } from "./from-sse.ts";
import { FeedError } from "./part.ts";
import type { FeedPart } from "./part.ts";

/**
 * Anything an answer can be read from:
 * - an async iterable of strings (text to be added);
 * - the result of the AI SDK's `streamText` (its text, reasoning and tools);
 * - a `Response` of `fetch`: server-sent events of OpenAI, Anthropic, Gemini and compatible providers, or plain UTF-8 text.
 */
export type TextSource = AsyncIterable<string> | AiSdkResult | Response;

/** What is read of an AI SDK result: all its parts when it gives them, else its text. */
export type AiSdkResult =
  | { readonly stream: AsyncIterable<unknown> }
  | { readonly fullStream: AsyncIterable<unknown> }
  | { readonly textStream: AsyncIterable<string> };

/** The parts of any source. @throws TypeError when it is none; what the reader of its kind throws */
export async function* readSource(source: TextSource): AsyncGenerator<FeedPart> {
  if (source instanceof Response) yield* fromResponse(source);
  else if (Symbol.asyncIterator in source) yield* fromStrings(source);
  // Getters of a result: reading one starts it, so exactly one is read.
  else if ("stream" in source) yield* fromAiSdk(source.stream);
  else if ("fullStream" in source) yield* fromAiSdk(source.fullStream);
  else if ("textStream" in source) yield* fromStrings(source.textStream);
  else throw new TypeError("source must be an async iterable of strings, an AI SDK result or a Response");
}

async function* fromStrings(source: AsyncIterable<string>): AsyncGenerator<FeedPart> {
  for await (const text of source) {
    if (typeof text !== "string") throw new TypeError(`the source gave a ${typeof text} where a string was expected`);
    if (text !== "") yield { type: "text", text };
  }
  yield { type: "end" };
}

async function* fromResponse(response: Response): AsyncGenerator<FeedPart> {
  if (!response.ok) {
    await response.body?.cancel();
    throw new FeedError("provider-error", `the provider answered with HTTP ${response.status}`);
  }
  if (response.body === null) throw new FeedError("bad-input", "the response has no body");
  const isSse = /^\s*text\/event-stream\b/iu.test(response.headers.get("content-type") ?? "");
  yield* isSse ? fromSse(response.body) : fromTextBytes(response.body);
}
