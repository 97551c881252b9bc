import Anthropic from "@anthropic-ai/sdk";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { GoogleGenAI } from "@google/genai";
import { streamText } from "ai";
import type { LanguageModel } from "ai";
import OpenAI from "openai";
import type { Fetch, Protocol } from "../../../src/llm/index.ts";

/** What a client understood of a stream. */
export interface Heard {
  readonly text: string;
  /** Tokens of the answer, where the client tells. */
  readonly outputTokens: number | undefined;
}

/** One way of using a vendor's SDK: asks for a stream and reads it to its end. */
export interface LlmClient {
  readonly name: string;
  readonly protocol: Protocol;
  /** @param base the server's URL with the behaviour; @param signal cancels it, as the SDK offers. */
  ask(base: string, fetch: Fetch, signal?: AbortSignal): Promise<Heard>;
}

const apiKey = "test-key";
const model = "fake";
const prompt = "hi";
const messages = [{ role: "user" as const, content: prompt }];

const openai = (base: string, fetch: Fetch): OpenAI =>
  new OpenAI({ apiKey, baseURL: `${base}/v1`, fetch, maxRetries: 0, logLevel: "off" });
const anthropic = (base: string, fetch: Fetch): Anthropic =>
  new Anthropic({ apiKey, baseURL: base, fetch, maxRetries: 0, logLevel: "off" });

async function readAiSdk(languageModel: LanguageModel, signal: AbortSignal | undefined): Promise<Heard> {
  let text = "";
  let outputTokens: number | undefined;
  const result = streamText({ model: languageModel, prompt, maxRetries: 0, abortSignal: signal, onError: () => {} });
  for await (const part of result.fullStream) {
    if (part.type === "text-delta") text += part.text;
    if (part.type === "error") throw part.error;
    if (part.type === "abort") signal?.throwIfAborted();
    if (part.type === "finish") outputTokens = part.totalUsage.outputTokens;
  }
  return { text, outputTokens };
}

/** All ways of streaming that the table of behaviours is measured with. */
export const CLIENTS: readonly LlmClient[] = [
  {
    name: "openai chat.create",
    protocol: "openai-chat",
    async ask(base, fetch, signal) {
      let text = "";
      let outputTokens: number | undefined;
      const params = { model, messages, stream: true, stream_options: { include_usage: true } } as const;
      for await (const chunk of await openai(base, fetch).chat.completions.create(params, { signal })) {
        text += chunk.choices[0]?.delta.content ?? "";
        outputTokens = chunk.usage?.completion_tokens ?? outputTokens;
      }
      signal?.throwIfAborted();
      return { text, outputTokens };
    },
  },
  {
    name: "openai chat.stream",
    protocol: "openai-chat",
    async ask(base, fetch, signal) {
      const params = { model, messages, stream_options: { include_usage: true } };
      const final = await openai(base, fetch).chat.completions.stream(params, { signal }).finalChatCompletion();
      return { text: final.choices[0]?.message.content ?? "", outputTokens: final.usage?.completion_tokens };
    },
  },
  {
    name: "openai responses",
    protocol: "openai-responses",
    async ask(base, fetch, signal) {
      let text = "";
      let outputTokens: number | undefined;
      for await (const event of await openai(base, fetch).responses.create(
        { model, input: prompt, stream: true },
        { signal },
      )) {
        if (event.type === "response.output_text.delta") text += event.delta;
        if (event.type === "response.completed") outputTokens = event.response.usage?.output_tokens;
      }
      signal?.throwIfAborted();
      return { text, outputTokens };
    },
  },
  {
    name: "anthropic create",
    protocol: "anthropic",
    async ask(base, fetch, signal) {
      let text = "";
      let outputTokens: number | undefined;
      const params = { model, messages, max_tokens: 100, stream: true } as const;
      for await (const event of await anthropic(base, fetch).messages.create(params, { signal })) {
        if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text;
        if (event.type === "message_delta") outputTokens = event.usage.output_tokens;
      }
      signal?.throwIfAborted();
      return { text, outputTokens };
    },
  },
  {
    name: "anthropic stream",
    protocol: "anthropic",
    async ask(base, fetch, signal) {
      const stream = anthropic(base, fetch).messages.stream({ model, messages, max_tokens: 100 }, { signal });
      const final = await stream.finalMessage();
      const text = final.content.map((block) => (block.type === "text" ? block.text : "")).join("");
      return { text, outputTokens: final.usage.output_tokens };
    },
  },
  {
    name: "google genai",
    protocol: "gemini",
    async ask(base, fetch, signal) {
      const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base, fetch, retryOptions: { attempts: 1 } } });
      const config = signal === undefined ? {} : { abortSignal: signal };
      let text = "";
      let outputTokens: number | undefined;
      for await (const chunk of await ai.models.generateContentStream({ model, contents: prompt, config })) {
        text += chunk.text ?? "";
        outputTokens = chunk.usageMetadata?.candidatesTokenCount ?? outputTokens;
      }
      signal?.throwIfAborted();
      return { text, outputTokens };
    },
  },
  {
    name: "ai-sdk openai-compatible",
    protocol: "openai-chat",
    ask(base, fetch, signal) {
      const provider = createOpenAICompatible({
        name: "fake",
        apiKey,
        baseURL: `${base}/v1`,
        fetch,
        includeUsage: true,
      });
      return readAiSdk(provider(model), signal);
    },
  },
  {
    name: "ai-sdk anthropic",
    protocol: "anthropic",
    ask: (base, fetch, signal) => readAiSdk(createAnthropic({ apiKey, baseURL: `${base}/v1`, fetch })(model), signal),
  },
  {
    name: "ai-sdk google",
    protocol: "gemini",
    ask: (base, fetch, signal) =>
      readAiSdk(createGoogleGenerativeAI({ apiKey, baseURL: `${base}/v1beta`, fetch })(model), signal),
  },
];
