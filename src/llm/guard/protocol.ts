import { anthropicReader } from "./anthropic.ts";
import { createChatReader } from "./openai-chat.ts";
import { responsesReader } from "./openai-responses.ts";
import { createGeminiReader } from "./gemini.ts";
import type { Json, ProtocolReader } from "./verdict.ts";

/** The streaming protocols whose terminal events we know. */
export type Protocol = "openai-chat" | "openai-responses" | "anthropic" | "gemini";

/** The last part of a request's path, per protocol. Base URLs differ; these ends do not. */
const PATHS: readonly (readonly [RegExp, Protocol])[] = [
  [/\/chat\/completions\/?$/u, "openai-chat"],
  [/\/responses\/?$/u, "openai-responses"],
  [/\/messages\/?$/u, "anthropic"],
  [/:streamGenerateContent$/u, "gemini"],
];

/** The protocol of a request, by its path. */
export function protocolOfPath(pathname: string): Protocol | undefined {
  return PATHS.find(([path]) => path.test(pathname))?.[1];
}

/** The protocol of a stream, by one of its events; undefined when it could be any. */
export function protocolOfEvent(json: Json): Protocol | undefined {
  if (Array.isArray(json["choices"])) return "openai-chat";
  if (Array.isArray(json["candidates"]) || "usageMetadata" in json || "promptFeedback" in json) return "gemini";
  const type = json["type"];
  if (typeof type !== "string") return undefined;
  if (type.startsWith("response.")) return "openai-responses";
  return /^(?:message|content_block)_/u.test(type) ? "anthropic" : undefined;
}

const READERS: Readonly<Record<Protocol, () => ProtocolReader>> = {
  "openai-chat": createChatReader,
  "openai-responses": () => responsesReader,
  anthropic: () => anthropicReader,
  gemini: createGeminiReader,
};

/** A reader for one stream of the protocol. */
export function createReader(protocol: Protocol): ProtocolReader {
  return READERS[protocol]();
}
