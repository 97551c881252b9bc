import { endingOf } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { asList, asObject, asText, hasText, isObject, isSomething } from "./json.ts";
import type { Json } from "./json.ts";
import type { ContentPart, Usage } from "./part.ts";
import type { Protocol, ProtocolReader, ReaderOptions } from "./protocol.ts";
import { ToolCalls } from "./tool-calls.ts";
import { usageOf } from "./usage.ts";
import { CLOSER, CONTENT, EMPTY, TERMINAL } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Anthropic messages: text and thinking come as deltas of numbered blocks, `message_delta` with a `stop_reason` completes the answer,
 * `message_stop` closes. Some compatible providers (Zhipu, for one) never send `message_stop`.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming "Event types"
 */
export const anthropic: Protocol = {
  name: "anthropic",
  detect: ({ type, content, role }) =>
    typeof type === "string" &&
    (/^(?:message|content_block)_/u.test(type) ||
      type === "completion" ||
      (type === "message" && role === "assistant" && Array.isArray(content))),
  open: (options) => new AnthropicReader(options),
  fromWhole,
};

class AnthropicReader implements ProtocolReader {
  readonly closer = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
  readonly #tools: ToolCalls;
  /** Inputs that came with the start of their block, for blocks that get no deltas. */
  readonly #inputs = new Map<unknown, Json>();
  /** A tool of the provider stood between: what is said next is another paragraph. */
  #apart = false;
  readonly reopened = false;
  ending: Ending | undefined;
  usage: Usage | undefined;

  constructor(options: ReaderOptions = {}) {
    this.#tools = new ToolCalls(options.newToolId);
  }

  terminal(event: Json): Verdict {
    switch (event["type"]) {
      case "content_block_delta": {
        const { type: _, ...rest } = asObject(event["delta"]);
        return hasText(rest) ? CONTENT : EMPTY;
      }
      case "message_delta": {
        this.#count(event["usage"]);
        return this.#stopped(asObject(event["delta"])["stop_reason"]) ? TERMINAL : EMPTY;
      }
      case "message_stop":
        return TERMINAL | CLOSER;
      case "message_start": {
        const message = asObject(event["message"]);
        this.#count(message["usage"]);
        this.#stopped(message["stop_reason"]);
        return CONTENT;
      }
      case "message":
        this.#count(event["usage"]);
        this.#stopped(event["stop_reason"]);
        return CONTENT | TERMINAL | CLOSER;
      case "completion":
        return this.#stopped(event["stop_reason"]) ? CONTENT | TERMINAL : CONTENT;
      case "content_block_start":
      case "content_block_stop":
        return CONTENT;
      default:
        return EMPTY;
    }
  }

  #stopped(reason: unknown): boolean {
    const ending = endingOf(reason);
    if (ending !== undefined) this.ending = ending;
    return ending !== undefined;
  }

  /** The start tells what went in, the end what came out; either may tell both. */
  #count(usage: unknown): void {
    const said = isObject(usage) ? usageOf(usage) : undefined;
    if (said === undefined) return;
    const inputTokens = said.inputTokens ?? this.usage?.inputTokens;
    const { outputTokens } = said;
    this.usage = {
      inputTokens,
      outputTokens,
      totalTokens: inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens,
      reasoningTokens: said.reasoningTokens ?? this.usage?.reasoningTokens,
      cachedInputTokens: said.cachedInputTokens ?? this.usage?.cachedInputTokens,
    };
  }

  parts(event: Json): ContentPart[] {
    const block = asObject(event["content_block"]);
    if (event["type"] === "content_block_start" && isBetween(block)) this.#apart = true;
    const parts = this.#parts(event);
    const [first] = parts;
    if (!this.#apart || first?.type !== "text") return parts;
    this.#apart = false;
    return [{ ...first, apart: true }, ...parts.slice(1)];
  }

  #parts(event: Json): ContentPart[] {
    const index = event["index"];
    switch (event["type"]) {
      case "message_start":
        return blocksParts(asObject(event["message"])["content"], this.#tools);
      case "message":
        return blocksParts(event["content"], this.#tools);
      case "content_block_start":
        return this.#begin(index, asObject(event["content_block"]));
      case "content_block_delta":
        return this.#delta(index, asObject(event["delta"]));
      case "content_block_stop":
        return this.#finish(index);
      case "completion":
        return textPart("text", event["completion"]);
      default:
        return [];
    }
  }

  #begin(index: unknown, block: Json): ContentPart[] {
    if (!isTool(block)) return blockParts(block);
    const { input } = block;
    if (isObject(input) && isSomething(input)) this.#inputs.set(index, input);
    return this.#tools.add({ index, id: block["id"], name: block["name"] });
  }

  #delta(index: unknown, delta: Json): ContentPart[] {
    const args = asText(delta["partial_json"]);
    if (args !== undefined) {
      this.#inputs.delete(index);
      return this.#tools.add({ index, args });
    }
    return [...textPart("text", delta["text"]), ...thought(delta)];
  }

  #finish(index: unknown): ContentPart[] {
    const input = this.#inputs.get(index);
    this.#inputs.delete(index);
    return [...(input === undefined ? [] : this.#tools.add({ index, args: input })), ...this.#tools.close(index)];
  }

  rest(): ContentPart[] {
    const late = [...this.#inputs.keys()].flatMap((index) => this.#finish(index));
    return [...late, ...this.#tools.closeAll()];
  }

  /** The reason that clients want is in an event of its own. */
  lateTerminal(): string {
    return "";
  }
}

/** `tool_use`, `server_tool_use`, `mcp_tool_use`. */
const isTool = (block: Json): boolean => (asText(block["type"]) ?? "").endsWith("tool_use");

const textPart = (type: "text" | "reasoning", value: unknown): ContentPart[] => {
  const text = asText(value);
  return text === undefined ? [] : [{ type, text }];
};

/** Thinking, and what proves it in the next request. */
function thought(block: Json): ContentPart[] {
  const signature = asText(block["signature"]);
  const proof: ContentPart[] =
    signature === undefined ? [] : [{ type: "reasoning", text: "", metadata: { signature } }];
  return [...textPart("reasoning", block["thinking"]), ...proof];
}

function blockParts(block: Json): ContentPart[] {
  const redacted = block["type"] === "redacted_thinking" ? asText(block["data"]) : undefined;
  if (redacted !== undefined) return [{ type: "reasoning", text: "", metadata: { redactedData: redacted } }];
  return [...textPart("text", block["text"]), ...thought(block)];
}

/** What a tool was asked, and what the provider's own tools answered. */
const isBetween = (block: Json): boolean => isTool(block) || (asText(block["type"]) ?? "").endsWith("tool_result");

/** The blocks of a whole message. */
function blocksParts(content: unknown, tools: ToolCalls): ContentPart[] {
  if (typeof content === "string") return textPart("text", content);
  let apart = false;
  return asList(content).flatMap((item): ContentPart[] => {
    const block = asObject(item);
    const wasApart = apart;
    apart = isBetween(block) || (apart && asText(block["text"]) === undefined);
    if (!isTool(block))
      return blockParts(block).map((part) => (wasApart && part.type === "text" ? { ...part, apart: true } : part));
    const parts = tools.add({ id: block["id"], name: block["name"], args: block["input"] });
    return [...parts, ...tools.closeAll()];
  });
}

function fromWhole(event: Json): readonly Json[] | undefined {
  const { type, content } = event;
  if (type !== "message" || !Array.isArray(content)) return undefined;
  const { content: _content, stop_reason, stop_sequence, usage, ...rest } = event;
  const blocks = content.flatMap((item: unknown, index): Json[] => {
    const block = asObject(item);
    const start = (content_block: object): Json => ({ type: "content_block_start", index, content_block });
    const delta = (delta: object): Json => ({ type: "content_block_delta", index, delta });
    const stop = { type: "content_block_stop", index };
    if (isTool(block))
      return [
        start({ ...block, input: {} }),
        delta({ type: "input_json_delta", partial_json: JSON.stringify(block["input"] ?? {}) }),
        stop,
      ];
    if (block["type"] === "text")
      return [start({ ...block, text: "" }), delta({ type: "text_delta", text: block["text"] }), stop];
    if (block["type"] === "thinking")
      return [
        start({ ...block, thinking: "", signature: "" }),
        delta({ type: "thinking_delta", thinking: block["thinking"] }),
        delta({ type: "signature_delta", signature: block["signature"] ?? "" }),
        stop,
      ];
    return [start(block), stop];
  });
  return [
    { type: "message_start", message: { ...rest, content: [], stop_reason: null, stop_sequence: null, usage } },
    ...blocks,
    { type: "message_delta", delta: { stop_reason, stop_sequence: stop_sequence ?? null }, usage },
    { type: "message_stop" },
  ];
}
