import { anthropic } from "./anthropic.ts";
import { gemini } from "./gemini.ts";
import type { Json } from "./json.ts";
import { ollama } from "./ollama.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiResponses } from "./openai-responses.ts";
import type { Protocol, ProtocolName } from "./protocol.ts";

/** Every protocol that is read here. */
const PROTOCOLS: readonly Protocol[] = [openaiChat, openaiResponses, anthropic, ollama, gemini];

/** The last part of a request's path, per protocol. Base URLs differ; these ends do not. */
const PATHS: readonly (readonly [RegExp, ProtocolName])[] = [
  [/\/(?:chat\/)?completions\/?$/u, "openai-chat"],
  [/\/responses\/?$/u, "openai-responses"],
  [/\/messages\/?$/u, "anthropic"],
  [/:streamGenerateContent$/u, "gemini"],
  [/\/api\/(?:chat|generate)\/?$/u, "ollama"],
];

/** The protocol of a request, by its path. */
export function protocolOfPath(pathname: string): ProtocolName | undefined {
  return PATHS.find(([path]) => path.test(pathname))?.[1];
}

/** The protocol of a stream, by one of its events; undefined when it could be any. */
export function protocolOf(event: Json): Protocol | undefined {
  return PROTOCOLS.find((protocol) => protocol.detect(event));
}

/** The protocol of that name. */
export function protocolNamed(name: ProtocolName): Protocol {
  const found = PROTOCOLS.find((protocol) => protocol.name === name);
  if (found === undefined) throw new TypeError(`no such protocol: ${name}`);
  return found;
}
