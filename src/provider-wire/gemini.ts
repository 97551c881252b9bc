import { endingOf, isGoodEnding } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { asList, asObject, asText, hasText, isObject } from "./json.ts";
import type { Json } from "./json.ts";
import type { ContentPart, Usage } from "./part.ts";
import type { Protocol, ProtocolReader, ReaderOptions } from "./protocol.ts";
import { ToolCalls } from "./tool-calls.ts";
import { geminiUsage } from "./usage.ts";
import { CONTENT, EMPTY, SUSPECT, TERMINAL } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Gemini: a candidate's `finishReason` completes the answer, and so does a blocked prompt; then the connection closes. There is no
 * closing event. Some proxies stamp `finishReason: "STOP"` on every chunk, so a mark on the first chunk is suspect. `thought: true` marks
 * reasoning. Only the first candidate is read. Google's own assistants wrap each chunk into `response`; what its Python library writes has names with underscores.
 * @see https://ai.google.dev/api/generate-content "Method: models.streamGenerateContent", `Candidate.finishReason`, `PromptFeedback.blockReason`
 */
export const gemini: Protocol = {
  name: "gemini",
  detect: (event) => {
    const inner = unwrap(event);
    return Array.isArray(inner["candidates"]) || "usageMetadata" in inner || "promptFeedback" in inner;
  },
  open: (options) => new GeminiReader(options),
  // A whole answer is one chunk of a stream.
  fromWhole: () => undefined,
};

const unwrap = (event: Json): Json => {
  const inner = event["response"];
  return isObject(inner) && event["type"] === undefined && !("candidates" in event) ? inner : event;
};

const indexOf = (candidate: Json): number => Number(candidate["index"] ?? 0) || 0;

/** The parts of a candidate; some proxies leave out the list, or write the words right into it. */
function partsOf(candidate: Json): readonly unknown[] {
  const content = asObject(candidate["content"]);
  const { parts, text } = content;
  return Array.isArray(parts) ? parts : isObject(parts) ? [parts] : text === undefined ? [] : [{ text }];
}

const callIn = (part: Json): unknown => part["functionCall"] ?? part["function_call"];

/** What the provider's own interpreter got and gave. @see https://ai.google.dev/api/caching#Part */
const RUN = ["executableCode", "codeExecutionResult", "executable_code", "code_execution_result"] as const;

class GeminiReader implements ProtocolReader {
  readonly closer = "";
  readonly #tools: ToolCalls;
  #texts = 0;
  #calls = false;
  /** Number of the candidate that is read: the first one that was seen. */
  #index: number | undefined;
  unread = false;
  /** Code that the provider ran, or a call, stood between: what is said next is another paragraph. */
  #apart = false;
  reopened = false;
  ending: Ending | undefined;
  usage: Usage | undefined;

  constructor(options: ReaderOptions = {}) {
    this.#tools = new ToolCalls(options.newToolId);
  }

  terminal(event: Json): Verdict {
    const inner = unwrap(event);
    let verdict: Verdict = EMPTY;
    const metadata = inner["usageMetadata"];
    if (isObject(metadata)) this.usage = geminiUsage(metadata) ?? this.usage;
    for (const item of asList(inner["candidates"])) {
      const candidate = asObject(item);
      this.#index ??= indexOf(candidate);
      if (indexOf(candidate) !== this.#index) continue;
      const parts = partsOf(candidate);
      const carrying = hasText(parts);
      if (carrying) verdict |= CONTENT;
      if (carrying && parts.some((part: unknown) => isObject(callIn(asObject(part))))) this.#calls = true;
      const ending = endingOf(candidate["finishReason"] ?? candidate["finish_reason"]);
      if (ending !== undefined) {
        // Some proxies stamp STOP on empty chunks before the first word: that ends nothing, unless nothing else comes.
        if (carrying || this.#texts > 0 || !isGoodEnding(ending)) verdict |= TERMINAL;
        this.#end(ending, carrying);
      } else if (carrying && this.ending !== undefined) {
        this.ending = undefined;
        this.reopened = true;
      }
    }
    const blocked = asText(asObject(inner["promptFeedback"])["blockReason"]);
    if (blocked !== undefined && blocked !== "BLOCK_REASON_UNSPECIFIED") {
      verdict |= TERMINAL;
      this.ending = { kind: "filtered", reason: endingOf(blocked)?.reason };
    }
    if ((verdict & CONTENT) !== 0 && this.#texts++ === 0 && (verdict & TERMINAL) !== 0) verdict |= SUSPECT;
    return verdict;
  }

  /** The last stamp counts, but a bad one is not made good by an empty chunk after it. */
  #end(ending: Ending, carrying: boolean): void {
    if (this.ending !== undefined && isGoodEnding(ending) && !carrying) return;
    this.reopened = false;
    this.ending = ending.kind === "complete" && this.#calls ? { ...ending, kind: "tool" } : ending;
  }

  parts(event: Json): ContentPart[] {
    const candidates = asList(unwrap(event)["candidates"]).map(asObject);
    const own = candidates.find((candidate) => indexOf(candidate) === this.#index);
    if (own === undefined) return [];
    const parts = partsOf(own).flatMap((item) => this.#part(isObject(item) ? item : { text: item }));
    if (parts.length === 0 && hasText(own["output"])) this.unread = true;
    return parts;
  }

  #part(part: Json): ContentPart[] {
    const signature = asText(part["thoughtSignature"]) ?? asText(part["thought_signature"]);
    const metadata = signature === undefined ? undefined : { thoughtSignature: signature };
    const call = callIn(part);
    if (isObject(call) || RUN.some((name) => isObject(part[name]))) this.#apart = true;
    if (isObject(call)) {
      const begun = this.#tools.add({ id: call["id"], name: call["name"], args: call["args"], metadata });
      return [...begun, ...this.#tools.closeAll()];
    }
    const text = asText(part["text"]);
    if (text === undefined && metadata === undefined) return [];
    if (part["thought"] === true) return [{ type: "reasoning", text: text ?? "", metadata }];
    const apart = this.#apart && text !== undefined;
    if (apart) this.#apart = false;
    return [apart ? { type: "text", text, metadata, apart } : { type: "text", text: text ?? "", metadata }];
  }

  rest(): ContentPart[] {
    return this.#tools.closeAll();
  }

  lateTerminal(): string {
    return "";
  }
}
