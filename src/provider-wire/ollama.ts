import { reasoningOf } from "./content.ts";
import { endingOf } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { asObject, asText, hasText, isObject } from "./json.ts";
import type { Json } from "./json.ts";
import type { ContentPart, Usage } from "./part.ts";
import type { Protocol, ProtocolReader, ReaderOptions } from "./protocol.ts";
import { chatCalls, ToolCalls } from "./tool-calls.ts";
import { ollamaUsage } from "./usage.ts";
import { CLOSER, CONTENT, EMPTY, TERMINAL } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Ollama's own chat and generate: one JSON object a line, the last one with `done: true`.
 * @see https://docs.ollama.com/api/chat, https://docs.ollama.com/api/generate
 */
export const ollama: Protocol = {
  name: "ollama",
  detect: ({ done, message, response, model }) =>
    typeof done === "boolean" && (isObject(message) || typeof response === "string" || typeof model === "string"),
  open: (options) => new OllamaReader(options),
  // A whole answer is the one line of its stream.
  fromWhole: () => undefined,
};

class OllamaReader implements ProtocolReader {
  readonly closer = "";
  readonly #tools: ToolCalls;
  #calls = false;
  readonly reopened = false;
  ending: Ending | undefined;
  usage: Usage | undefined;

  constructor(options: ReaderOptions = {}) {
    this.#tools = new ToolCalls(options.newToolId);
  }

  terminal(event: Json): Verdict {
    const { role: _, ...message } = asObject(event["message"]);
    const carrying = hasText(message) || hasText(event["response"]) || hasText(event["thinking"]);
    if (carrying && message["tool_calls"] !== undefined) this.#calls = true;
    const verdict = carrying ? CONTENT : EMPTY;
    if (event["done"] !== true) return verdict;
    this.usage = ollamaUsage(event) ?? this.usage;
    // Servers before 0.1.38 give no reason.
    const ending = endingOf(event["done_reason"]) ?? { kind: "complete", reason: undefined };
    this.ending = ending.kind === "complete" && this.#calls ? { ...ending, kind: "tool" } : ending;
    return verdict | TERMINAL | CLOSER;
  }

  parts(event: Json): ContentPart[] {
    const message = asObject(event["message"] ?? event);
    const parts: ContentPart[] = [];
    const reasoning = reasoningOf(message);
    if (reasoning !== "") parts.push({ type: "reasoning", text: reasoning });
    const text = asText(message["content"]) ?? asText(event["response"]);
    if (text !== undefined) parts.push({ type: "text", text });
    // Calls come whole, each in an event or all in one.
    if (message["tool_calls"] !== undefined) parts.push(...chatCalls(message, this.#tools), ...this.#tools.closeAll());
    return parts;
  }

  rest(): ContentPart[] {
    return this.#tools.closeAll();
  }

  lateTerminal(): string {
    return "";
  }
}
