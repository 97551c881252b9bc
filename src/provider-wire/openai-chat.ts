import { choicesOf, indexOf, isFlatAnswer, reasonOf } from "./chat-choices.ts";
import { contentParts, hasWords, reasoningOf, transcriptOf } from "./content.ts";
import { endingOf, isGoodEnding } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { asList, asObject, asText, hasText, isObject, isSomething } from "./json.ts";
import type { Json } from "./json.ts";
import type { ContentPart, Usage } from "./part.ts";
import type { Protocol, ProtocolReader, ReaderOptions } from "./protocol.ts";
import { Snapshot } from "./snapshot.ts";
import { chatCalls, ToolCalls } from "./tool-calls.ts";
import { usageOf } from "./usage.ts";
import { CONTENT, EMPTY, FOREIGN, TERMINAL, USAGE } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/**
 * OpenAI chat completions, as OpenAI and all compatible providers stream them: the answer is complete when every choice that was begun
 * has a `finish_reason`; a chunk with `usage` and no choices may follow; `[DONE]` closes. DashScope's own form has the same below
 * `output`, Baidu's its words in `result`. Only the first choice is read.
 * @see https://platform.openai.com/docs/api-reference/chat-streaming "The chat completion chunk object"
 * @see https://help.aliyun.com/zh/model-studio/qwen-api-reference "DashScope", `output.choices`
 */
export const openaiChat: Protocol = {
  name: "openai-chat",
  detect: (event) =>
    Array.isArray(event["choices"]) ||
    /^(?:chat\.completion|text_completion)/u.test(asText(event["object"]) ?? "") ||
    isFlatAnswer(event),
  open: (options) => new ChatReader(options),
  fromWhole,
};

class ChatReader implements ProtocolReader {
  readonly closer = "data: [DONE]\n\n";
  readonly #tools: ToolCalls;
  readonly #message = new Snapshot();
  readonly #thoughts = new Snapshot();
  /** Choices that were begun and have no reason yet. */
  readonly #unfinished = new Set<unknown>();
  #finished = false;
  /** Number of the choice that is read: the first one that says anything. */
  #index: unknown;
  #id: unknown;
  #calls = false;
  #filtered = false;
  /** The words that come next are of another message. */
  #apart = false;
  reopened = false;
  unread = false;
  ending: Ending | undefined;
  usage: Usage | undefined;

  constructor(options: ReaderOptions = {}) {
    this.#tools = new ToolCalls(options.newToolId);
  }

  terminal(event: Json): Verdict {
    const choices = choicesOf(event);
    const usage = event["usage"];
    if (isObject(usage)) this.usage = usageOf(usage) ?? this.usage;
    // MiniMax: https://platform.minimaxi.com/document/ChatCompletion%20v2 `output_sensitive`
    if (event["output_sensitive"] === true || event["input_sensitive"] === true) this.#filtered = true;
    if (choices === undefined) {
      if (isSomething(usage)) return USAGE;
      return /^(?:chat\.completion|text_completion)/u.test(asText(event["object"]) ?? "") ? EMPTY : FOREIGN;
    }
    if (choices.length === 0) return isSomething(usage) ? USAGE : EMPTY;
    this.#id ??= event["id"];
    let verdict: Verdict = EMPTY;
    for (const item of choices) {
      const choice = asObject(item);
      const index = indexOf(choice);
      // Moonshot gives the usage inside the choice.
      if (isObject(choice["usage"])) this.usage = usageOf(choice["usage"]) ?? this.usage;
      const carrying = carries(choice);
      if (carrying) {
        verdict |= CONTENT;
        this.#index ??= index;
      }
      if (carrying && !this.#calls) this.#calls = hasCalls(choice);
      const ending = endingOf(reasonOf(choice));
      if (ending !== undefined) {
        this.#unfinished.delete(index);
        this.#finished = true;
        if (index === (this.#index ?? index)) this.#end(ending, carrying);
      } else {
        if (carrying && index === this.#index) this.#reopen();
        if (carrying || !this.#finished) this.#unfinished.add(index);
      }
    }
    return this.#finished && this.#unfinished.size === 0 ? verdict | TERMINAL : verdict;
  }

  /** A bad ending is not made good by a `stop` that some proxy adds after it. */
  #end(ending: Ending, carrying: boolean): void {
    if (this.ending !== undefined && isGoodEnding(ending) && !carrying) return;
    this.reopened = false;
    if (this.#filtered && isGoodEnding(ending)) this.ending = { kind: "filtered", reason: "output_sensitive" };
    else this.ending = ending.kind === "complete" && this.#calls ? { ...ending, kind: "tool" } : ending;
  }

  /** Words after the ending: it was a stamp, and the next one counts. */
  #reopen(): void {
    if (this.ending === undefined) return;
    // An agent behind the provider has called the tools, and speaks again.
    this.#apart ||= this.ending.kind === "tool";
    this.ending = undefined;
    this.reopened = true;
  }

  parts(event: Json): ContentPart[] {
    const parts: ContentPart[] = [];
    for (const item of choicesOf(event) ?? []) {
      const choice = asObject(item);
      const index = indexOf(choice);
      if (index === (this.#index ?? index)) this.#read(choice, parts);
    }
    return this.#apart ? this.#setApart(parts) : parts;
  }

  #setApart(parts: ContentPart[]): ContentPart[] {
    const first = parts.findIndex(({ type }) => type === "text");
    if (first < 0) return parts;
    this.#apart = false;
    return parts.map((part, at) => (at === first && part.type === "text" ? { ...part, apart: true } : part));
  }

  #read(choice: Json, parts: ContentPart[]): void {
    const { delta, message, text } = choice;
    const before = parts.length;
    const content = asObject(delta)["content"] ?? asObject(message)["content"] ?? choice["messages"];
    // Some servers write a piece in the older form as well.
    if (typeof text === "string" && text !== "" && !hasWords(content)) parts.push({ type: "text", text });
    if (isObject(delta) && (hasText(delta) || !isObject(message))) this.#readDelta(delta, parts);
    else if (isObject(message)) this.#readMessage(message, parts);
    if (parts.length === before && hasWords(content)) this.unread = true;
  }

  #readDelta(delta: Json, parts: ContentPart[]): void {
    const reasoning = reasoningOf(delta);
    if (reasoning !== "") {
      this.#thoughts.addDelta(reasoning);
      parts.push({ type: "reasoning", text: reasoning });
    }
    const { content } = delta;
    if (typeof content === "string") {
      if (content !== "") {
        this.#message.addDelta(content);
        parts.push({ type: "text", text: content });
      }
    } else if (content !== undefined && content !== null) {
      for (const part of contentParts(content)) {
        if (part.type === "text") this.#message.addDelta(part.text);
        parts.push(part);
      }
    }
    const spoken = asText(delta["refusal"]) ?? transcriptOf(delta);
    if (spoken !== undefined) parts.push({ type: "text", text: spoken });
    if (delta["tool_calls"] !== undefined || delta["function_call"] !== undefined)
      parts.push(...chatCalls(delta, this.#tools));
  }

  /** A whole message: of an answer that is no stream, or once more at the end of one; DashScope also sends its pieces so. */
  #readMessage(message: Json, parts: ContentPart[]): void {
    const blocks = contentParts(message["content"]);
    const joined = (type: "text" | "reasoning"): string =>
      blocks.map((part) => (part.type === type ? part.text : "")).join("");
    const thoughts = this.#thoughts.rest(reasoningOf(message) || joined("reasoning"));
    if (thoughts !== "") parts.push({ type: "reasoning", text: thoughts });
    const words = joined("text") + (asText(message["refusal"]) ?? transcriptOf(message) ?? "");
    // No content is none; an empty one is a piece.
    const text = words !== "" || typeof message["content"] === "string" ? this.#message.rest(words) : "";
    if (text !== "") parts.push({ type: "text", text });
    // Calls that were streamed are not made again by the message that sums them up.
    if (this.#tools.count === 0 || this.#message.isPieces) parts.push(...chatCalls(message, this.#tools));
  }

  rest(): ContentPart[] {
    const kept = [
      { type: "reasoning", text: this.#thoughts.end() },
      { type: "text", text: this.#message.end() },
    ] as const;
    return [...kept.filter(({ text }) => text !== ""), ...this.#tools.closeAll()];
  }

  /** Some compatible servers close with `[DONE]` and never give a reason; clients take that for a broken stream. */
  lateTerminal(): string {
    const finish_reason = this.#calls ? "tool_calls" : "stop";
    const choices = Array.from(this.#unfinished, (index) => ({ index, delta: {}, finish_reason }));
    const chunk = { id: this.#id, object: "chat.completion.chunk", created: 0, model: "", choices };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  }
}

const hasCalls = (choice: Json): boolean => {
  const said = asObject(choice["delta"] ?? choice["message"]);
  return isSomething(said["tool_calls"]) || isSomething(said["function_call"]);
};

/** Whether a choice adds anything; `role` alone, which opens most streams and is repeated in some pings, does not. */
function carries(choice: Json): boolean {
  // `text` is what the older /completions streams.
  if (hasText(choice["text"])) return true;
  const delta = asObject(choice["delta"] ?? choice["message"]);
  for (const key in delta) if (key !== "role" && hasText(delta[key])) return true;
  if (hasWords(delta["content"])) return true;
  return choice["delta"] !== undefined && isObject(choice["message"]) && hasText(choice["message"]["content"]);
}

function fromWhole(event: Json): readonly Json[] | undefined {
  const { choices, usage } = event;
  if (!Array.isArray(choices) || !choices.some((choice) => isObject(asObject(choice)["message"]))) return undefined;
  const { usage: _, ...rest } = event;
  const chunk = (list: readonly unknown[], more: object = {}): Json => ({
    ...rest,
    object: "chat.completion.chunk",
    choices: list,
    ...more,
  });
  const said = choices.map((item: unknown) => {
    const { message, finish_reason: _reason, ...choice } = asObject(item);
    const delta = asObject(message);
    const calls = asList(delta["tool_calls"]).map((call, index) => ({ index, ...asObject(call) }));
    return {
      index: 0,
      ...choice,
      delta: calls.length === 0 ? delta : { ...delta, tool_calls: calls },
      finish_reason: null,
    };
  });
  const ended = choices.map((item: unknown) => {
    const choice = asObject(item);
    return { index: choice["index"] ?? 0, delta: {}, finish_reason: reasonOf(choice) ?? null };
  });
  return [chunk(said), chunk(ended), ...(isSomething(usage) ? [chunk([], { usage })] : [])];
}
