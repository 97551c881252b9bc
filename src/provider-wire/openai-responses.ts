import { endingOf } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { asList, asObject, asText, hasText, isObject } from "./json.ts";
import type { Json } from "./json.ts";
import type { ContentPart, Usage } from "./part.ts";
import type { Protocol, ProtocolReader, ReaderOptions } from "./protocol.ts";
import { ToolCalls } from "./tool-calls.ts";
import { usageOf } from "./usage.ts";
import { CLOSER, CONTENT, EMPTY, TERMINAL } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** Events that only say "still here". */
const WAITING: ReadonlySet<unknown> = new Set(["response.in_progress", "response.queued", "keepalive", "ping"]);
/** Events that end the stream. */
const ENDS: ReadonlySet<unknown> = new Set([
  "response.completed",
  "response.incomplete",
  "response.done",
  "response.cancelled",
]);

/**
 * OpenAI responses: `response.completed` and `response.incomplete` end the stream; `response.failed` and `error` are errors. Text comes as
 * deltas, and again with the item and the response that are done; where there were no deltas, that is where it is taken from.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export const openaiResponses: Protocol = {
  name: "openai-responses",
  detect: ({ type, object }) => (typeof type === "string" && type.startsWith("response.")) || object === "response",
  open: (options) => new ResponsesReader(options),
  fromWhole,
};

class ResponsesReader implements ProtocolReader {
  readonly closer = "";
  readonly #tools: ToolCalls;
  /** What was said of each item so far: text, reasoning. */
  readonly #said = new Map<string, { text: string; reasoning: string }>();
  /** Parts of items that deltas came for. */
  readonly #pieces = new Set<string>();
  /** Calls that have been told of, by their items. */
  readonly #called = new Map<unknown, "open" | "closed">();
  #wantsTools = false;
  readonly reopened = false;
  ending: Ending | undefined;
  usage: Usage | undefined;

  constructor(options: ReaderOptions = {}) {
    this.#tools = new ToolCalls(options.newToolId);
  }

  terminal(event: Json): Verdict {
    const { type } = event;
    if (event["object"] === "response") return this.#end(event);
    if (ENDS.has(type)) return this.#end(asObject(event["response"]), asText(type)?.slice("response.".length));
    if (WAITING.has(type) || typeof type !== "string") return EMPTY;
    if (asObject(event["item"])["type"] === "function_call") this.#wantsTools = true;
    if (type.endsWith(".delta")) return hasText(event["delta"]) ? CONTENT : EMPTY;
    return CONTENT;
  }

  #end(response: Json, said?: string): Verdict {
    const status = asText(response["status"]) ?? (said === "done" ? "completed" : said);
    const { usage, output, incomplete_details } = response;
    if (isObject(usage)) this.usage = usageOf(usage) ?? this.usage;
    if (asList(output).some((item) => asObject(item)["type"] === "function_call")) this.#wantsTools = true;
    const why = status === "incomplete" ? asObject(incomplete_details)["reason"] : status;
    const ending = endingOf(why) ?? { kind: "unknown", reason: status };
    this.ending = ending.kind === "complete" && this.#wantsTools ? { ...ending, kind: "tool" } : ending;
    return CONTENT | TERMINAL | CLOSER;
  }

  parts(event: Json): ContentPart[] {
    const { type, delta, item } = event;
    if (event["object"] === "response") return this.#output(event["output"]);
    if (ENDS.has(type)) return this.#output(asObject(event["response"])["output"]);
    switch (type) {
      case "response.output_text.delta":
      case "response.refusal.delta":
        return this.#add(event, "text", delta);
      case "response.reasoning_text.delta":
      case "response.reasoning_summary_text.delta":
      case "response.reasoning.delta":
        return this.#add(event, "reasoning", delta);
      case "response.output_text.done":
        return this.#done(event, "text", event["text"]);
      case "response.refusal.done":
        return this.#done(event, "text", event["refusal"]);
      case "response.reasoning_text.done":
      case "response.reasoning_summary_text.done":
        return this.#done(event, "reasoning", event["text"]);
      case "response.reasoning_summary_part.added":
        return Number(event["summary_index"]) > 0 ? this.#add(event, "reasoning", "\n\n") : [];
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta":
        return this.#tools.add({ index: keyOf(event), args: delta });
      case "response.output_item.added":
        return this.#call(asObject(item), keyOf(event), false);
      case "response.output_item.done":
        return this.#item(asObject(item), keyOf(event));
      default:
        return [];
    }
  }

  #add(event: Json, kind: "text" | "reasoning", value: unknown): ContentPart[] {
    const text = asText(value);
    if (text === undefined) return [];
    this.#pieces.add(pieceOf(event, kind));
    this.#of(keyOf(event))[kind] += text;
    return [{ type: kind, text }];
  }

  /** A part of an item that is done: all of it, where no deltas came. */
  #done(event: Json, kind: "text" | "reasoning", value: unknown): ContentPart[] {
    return this.#pieces.has(pieceOf(event, kind)) ? [] : this.#add(event, kind, value);
  }

  #of(key: string): { text: string; reasoning: string } {
    const known = this.#said.get(key);
    if (known !== undefined) return known;
    const fresh = { text: "", reasoning: "" };
    this.#said.set(key, fresh);
    return fresh;
  }

  #output(output: unknown): ContentPart[] {
    return asList(output).flatMap((item, index) => this.#item(asObject(item), String(index)));
  }

  /** A whole item: what its deltas have not said. */
  #item(item: Json, key: string): ContentPart[] {
    switch (item["type"]) {
      case "message":
        return this.#rest(key, "text", joined(item["content"]));
      case "reasoning": {
        const summary = asList(item["summary"])
          .map((part) => asText(asObject(part)["text"]) ?? "")
          .join("\n\n");
        return this.#rest(key, "reasoning", summary === "" ? joined(item["content"]) : summary);
      }
      default:
        return this.#call(item, key, true);
    }
  }

  #rest(key: string, kind: "text" | "reasoning", whole: string): ContentPart[] {
    const said = this.#of(key);
    if (whole === "" || !whole.startsWith(said[kind])) return [];
    const text = whole.slice(said[kind].length);
    said[kind] = whole;
    return text === "" ? [] : [{ type: kind, text }];
  }

  /** Calls of all kinds (`function_call`, `web_search_call`, …) are items of the output. */
  #call(item: Json, key: string, done: boolean): ContentPart[] {
    const type = asText(item["type"]);
    const known = this.#called.get(key);
    if (type === undefined || !type.endsWith("_call") || known === "closed") return [];
    const parts: ContentPart[] = [];
    const name = asText(item["name"]) ?? type.slice(0, -"_call".length);
    const id = asText(item["call_id"]) ?? asText(item["id"]);
    if (known === undefined) parts.push(...this.#tools.add({ index: key, id, name }));
    this.#called.set(key, done ? "closed" : "open");
    if (!done) return parts;
    const pieces = this.#tools.hasArgs(key);
    const args = item["arguments"] ?? item["input"];
    if (!pieces && args !== undefined) parts.push(...this.#tools.add({ index: key, args }));
    return [...parts, ...this.#tools.close(key)];
  }

  rest(): ContentPart[] {
    return this.#tools.closeAll();
  }

  lateTerminal(): string {
    return "";
  }
}

/** Where an event belongs: the place of its item in the output. */
function keyOf(event: Json): string {
  const index = event["output_index"];
  return typeof index === "number" ? String(index) : (asText(event["item_id"]) ?? "0");
}

/** One part of an item. */
const pieceOf = (event: Json, kind: string): string =>
  `${keyOf(event)} ${kind} ${Number(event["content_index"] ?? event["summary_index"] ?? 0)}`;

const joined = (content: unknown): string =>
  asList(content)
    .map((part) => asText(asObject(part)["text"]) ?? asText(asObject(part)["refusal"]) ?? "")
    .join("");

function fromWhole(event: Json): readonly Json[] | undefined {
  if (event["object"] !== "response" || !Array.isArray(event["output"])) return undefined;
  const created = { type: "response.created", response: { ...event, status: "in_progress", output: [] } };
  const items = event["output"].flatMap((item: unknown, output_index): Json[] => {
    const { id: item_id, type, content } = asObject(item);
    const texts = type === "message" ? asList(content) : [];
    const deltas = texts.map((part, content_index) => ({
      type: "response.output_text.delta",
      item_id,
      output_index,
      content_index,
      delta: asText(asObject(part)["text"]) ?? asText(asObject(part)["refusal"]) ?? "",
    }));
    const added = { type: "response.output_item.added", output_index, item: { ...asObject(item), content: [] } };
    return [added, ...deltas, { type: "response.output_item.done", output_index, item }];
  });
  const type = event["status"] === "incomplete" ? "response.incomplete" : "response.completed";
  return [created, ...items, { type, response: event }];
}
