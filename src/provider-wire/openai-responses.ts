import { endingOf } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { asList, asObject, asText, hasText, isObject } from "./json.ts";
import type { Json } from "./json.ts";
import type { ContentPart, Usage } from "./part.ts";
import type { Protocol, ProtocolReader, ReaderOptions } from "./protocol.ts";
import { SaidText } from "./said-text.ts";
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
  /** All that was said, whatever it belongs to. */
  readonly #all = { text: new SaidText(), reasoning: new SaidText() };
  /** Words came without their place in the output. */
  #vague = false;
  /** Calls that have been told of, by their places and by their ids, with the place that they began at. */
  readonly #called = new Map<string, { readonly key: string; open: boolean }>();
  #wantsTools = false;
  /** A message begins: what it says is not of the one before. */
  #apart = false;
  /** Where the last words stood in the output, when that was told. */
  #place: string | undefined;
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
      case "response.content_part.done":
        return this.#part(event, asObject(event["part"]));
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
        this.#apart ||= asObject(item)["type"] === "message";
        return this.#call(asObject(item), keyOf(event, item), false);
      case "response.output_item.done":
        return this.#item(asObject(item), keyOf(event, item), placeOf(event) === undefined ? "loose" : "item");
      default:
        return [];
    }
  }

  #add(event: Json, kind: "text" | "reasoning", value: unknown): ContentPart[] {
    const text = asText(value);
    if (text === undefined) return [];
    this.#pieces.add(pieceOf(event, kind));
    this.#all[kind].say(text);
    if (placeOf(event) === undefined) this.#vague = true;
    else this.#of(keyOf(event))[kind] += text;
    return [this.#told(kind, text, placeOf(event))];
  }

  #told(kind: "text" | "reasoning", text: string, place: string | undefined): ContentPart {
    if (kind === "reasoning") return { type: kind, text };
    const apart = this.#apart || (place !== undefined && this.#place !== undefined && place !== this.#place);
    this.#apart = false;
    this.#place = place;
    return apart ? { type: kind, text, apart } : { type: kind, text };
  }

  /** A part of an item that is done: all of it, where no deltas came. */
  #done(event: Json, kind: "text" | "reasoning", value: unknown): ContentPart[] {
    const text = asText(value);
    const piece = pieceOf(event, kind);
    if (text === undefined || this.#pieces.has(piece)) return [];
    this.#pieces.add(piece);
    const more = this.#all[kind].adds(String(event["type"]), text, { told: "", vague: this.#vague });
    if (placeOf(event) !== undefined) this.#of(keyOf(event))[kind] += more;
    return more === "" ? [] : [this.#told(kind, more, placeOf(event))];
  }

  #part(event: Json, part: Json): ContentPart[] {
    const kind = part["type"] === "reasoning_text" ? "reasoning" : "text";
    return this.#done(event, kind, asText(part["text"]) ?? part["refusal"]);
  }

  #of(key: string): { text: string; reasoning: string } {
    const known = this.#said.get(key);
    if (known !== undefined) return known;
    const fresh = { text: "", reasoning: "" };
    this.#said.set(key, fresh);
    return fresh;
  }

  #output(output: unknown): ContentPart[] {
    return asList(output).flatMap((item, index) => this.#item(asObject(item), String(index), "response"));
  }

  /**
   * A whole item: what its deltas have not said.
   * @param by what repeats it
   */
  #item(item: Json, key: string, by: Repeats): ContentPart[] {
    switch (item["type"]) {
      case "message":
        return this.#rest(key, "text", joined(item["content"]), by);
      case "reasoning": {
        const summary = asList(item["summary"])
          .map((part) => asText(asObject(part)["text"]) ?? "")
          .join("\n\n");
        return this.#rest(key, "reasoning", summary === "" ? joined(item["content"]) : summary, by);
      }
      default:
        return this.#call(item, key, true);
    }
  }

  #rest(key: string, kind: "text" | "reasoning", whole: string, by: Repeats): ContentPart[] {
    const said = this.#of(key);
    const text = this.#all[kind].adds(by, whole, { told: by === "loose" ? "" : said[kind], vague: this.#vague });
    if (by !== "loose" && whole !== "") said[kind] = whole;
    return text === "" ? [] : [this.#told(kind, text, /^\d+$/u.test(key) ? key : undefined)];
  }

  /** Calls of all kinds (`function_call`, `web_search_call`, …) are items of the output. */
  #call(item: Json, place: string, done: boolean): ContentPart[] {
    const type = asText(item["type"]);
    if (type === undefined || !type.endsWith("_call")) return [];
    const id = asText(item["call_id"]) ?? asText(item["id"]);
    const known = this.#called.get(place) ?? (id === undefined ? undefined : this.#called.get(`call ${id}`));
    if (known?.open === false) return [];
    const parts: ContentPart[] = [];
    const name = asText(item["name"]) ?? type.slice(0, -"_call".length);
    if (known === undefined) parts.push(...this.#tools.add({ index: place, id, name }));
    const called = known ?? { key: place, open: true };
    this.#called.set(place, called);
    if (id !== undefined) this.#called.set(`call ${id}`, called);
    if (!done) return parts;
    called.open = false;
    const args = item["arguments"] ?? item["input"];
    if (!this.#tools.hasArgs(called.key) && args !== undefined)
      parts.push(...this.#tools.add({ index: called.key, args }));
    return [...parts, ...this.#tools.close(called.key)];
  }

  rest(): ContentPart[] {
    return this.#tools.closeAll();
  }

  lateTerminal(): string {
    return "";
  }
}

/** What repeats an item: the event that ends it, with its place or without, or the response. */
type Repeats = "item" | "loose" | "response";

/** The place of an event's item in the output; some proxies leave it out. */
function placeOf(event: Json): string | undefined {
  const index = event["output_index"];
  return typeof index === "number" ? String(index) : undefined;
}

/** What tells an event's item from others: its place, or its id. */
const keyOf = (event: Json, item?: unknown): string =>
  placeOf(event) ?? `item ${asText(event["item_id"]) ?? asText(asObject(item)["id"]) ?? ""}`;

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
