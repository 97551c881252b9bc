import { asList, asObject, asText, hasText, isObject } from "./json.ts";
import type { Json } from "./json.ts";
import type { ContentPart } from "./part.ts";

/** Fields of a delta that hold reasoning, the most specific first. Some servers send the same text in two of them: one is read. */
const REASONING: readonly string[] = [
  // DeepSeek, Qwen, Zhipu, Moonshot, vLLM
  "reasoning_content",
  // OpenRouter, Groq, Together, newer vLLM
  "reasoning",
  // OpenRouter, MiniMax: a list
  "reasoning_details",
  // Ollama
  "thinking",
  // LiteLLM: a list
  "thinking_blocks",
  // GitHub Copilot
  "reasoning_text",
  "thought",
  "thoughts",
];

/** The reasoning of a delta, under any of its names; empty when there is none. */
export function reasoningOf(delta: Json): string {
  for (const key of REASONING) {
    const value = delta[key];
    if (value === undefined || value === null || value === "") continue;
    const text = typeof value === "string" ? value : textIn(value);
    if (text !== "") return text;
  }
  return "";
}

/** Keys under which blocks hold their text. */
const TEXTS: readonly string[] = ["text", "thinking", "reasoning", "summary", "content", "reasoning_content", "value"];

/** All text of a block or a list of blocks, at any depth; encrypted data and signatures are none. */
function textIn(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textIn).join("");
  if (!isObject(value)) return "";
  for (const key of TEXTS) {
    const text = textIn(value[key]);
    if (text !== "") return text;
  }
  return "";
}

/** Types of blocks that are not for the reader. */
const THOUGHTS = /think|reason|thought/u;
const UNREAD = /^(?:reference|citation|image|audio|file|document|tool_|encrypted|redacted)/u;

/**
 * `content` in any of its shapes: a string, or a list of strings and blocks. Mistral's reasoning models give
 * `[{ type: "thinking", thinking: [{ type: "text", text }] }, { type: "text", text }]`.
 * @see https://docs.mistral.ai/capabilities/reasoning/
 */
export function contentParts(content: unknown): ContentPart[] {
  // Some servers make numbers of words that look like one.
  if (typeof content === "number") return [{ type: "text", text: String(content) }];
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  if (isObject(content)) return blockPart(content);
  return asList(content).flatMap((item) => (isObject(item) ? blockPart(item) : contentParts(item)));
}

function blockPart(block: Json): ContentPart[] {
  const kind = asText(block["type"]) ?? "text";
  if (UNREAD.test(kind)) return [];
  const text = asText(block["refusal"]) ?? textIn(block);
  if (text === "") return [];
  return [{ type: THOUGHTS.test(kind) ? "reasoning" : "text", text }];
}

/** Whether `content` holds anything that could be words, in whatever shape. */
export const hasWords = (content: unknown): boolean => typeof content === "number" || hasText(content);

/** The words of a spoken answer. @see https://platform.openai.com/docs/api-reference/chat/streaming `delta.audio.transcript` */
export const transcriptOf = (delta: Json): string | undefined => asText(asObject(delta["audio"])["transcript"]);
