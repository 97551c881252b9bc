import type { Json } from "../json.ts";
import { asList, asObject, asText } from "../json.ts";
import type { FeedPart } from "../part.ts";
import type { EventReader } from "../providers.ts";

/**
 * OpenAI chat completions and the many servers that speak them. Only the first choice is read. Reasoning comes as
 * `reasoning_content` (DeepSeek, Qwen, GLM) or `reasoning` (OpenRouter, Groq).
 * @see https://platform.openai.com/docs/api-reference/chat-streaming "The chat completion chunk object"
 */
export function chatEvents(): EventReader {
  const tools = new Map<unknown, { id: string; name: string }>();
  return (event) =>
    asList(event["choices"]).flatMap((item): FeedPart[] => {
      const choice = asObject(item);
      if ((choice["index"] ?? 0) !== 0) return [];
      const delta = asObject(choice["delta"] ?? choice["message"]);
      const parts: FeedPart[] = [];
      const reasoning = asText(delta["reasoning_content"]) ?? asText(delta["reasoning"]);
      if (reasoning !== undefined) parts.push({ type: "reasoning", text: reasoning });
      const text = asText(delta["content"]) ?? asText(choice["text"]);
      if (text !== undefined) parts.push({ type: "text", text });
      for (const call of asList(delta["tool_calls"])) {
        const started = toolStarted(asObject(call), tools);
        if (started !== undefined) parts.push(started);
      }
      return [...parts, ...ended(asText(choice["finish_reason"]), tools.values())];
    });
}

function toolStarted(call: Json, tools: Map<unknown, { id: string; name: string }>): FeedPart | undefined {
  const index = call["index"] ?? 0;
  const name = asText(asObject(call["function"])["name"]);
  if (name === undefined || tools.has(index)) return undefined;
  const tool = { id: asText(call["id"]) ?? `tool-${tools.size}`, name };
  tools.set(index, tool);
  return { type: "tool", update: { ...tool, state: "running" } };
}

function ended(reason: string | undefined, tools: Iterable<{ id: string; name: string }>): FeedPart[] {
  switch (reason) {
    case undefined:
    // Some servers write the word for "not yet".
    case "null":
      return [];
    case "length":
      return [{ type: "end", why: "length" }];
    case "content_filter":
      return [{ type: "end", why: "content-filter" }];
    default:
      // The calls are written; whoever reads this stream runs them elsewhere.
      return [
        ...Array.from(tools, (tool): FeedPart => ({ type: "tool", update: { ...tool, state: "done" } })),
        { type: "end" },
      ];
  }
}
