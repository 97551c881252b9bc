import { asObject, endingOf, ThinkTags } from "../provider-wire/index.ts";
import type { Ending, ThinkTagMode, WirePart } from "../provider-wire/index.ts";
import { FeedError } from "./part.ts";
import type { FeedPart } from "./part.ts";
import { toEnd } from "./from-wire.ts";

const asText = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/**
 * The parts of a result of the AI SDK (`result.stream`, earlier `result.fullStream`) or of a Mastra agent. Kinds that nobody reads are
 * left out, so that newer versions do no harm.
 * @see https://ai-sdk.dev/docs/reference/ai-sdk-core/stream-text `fullStream`
 * @throws FeedError `provider-error` for an `error` part, `truncated` when the stream ends without `finish`; an `abort` part's reason.
 */
export async function* fromAiSdk(
  parts: AsyncIterable<unknown>,
  thinkTags: ThinkTagMode = "auto",
): AsyncGenerator<FeedPart> {
  let steps = 0;
  let finished = false;
  // What was said last in this step: a tool of the provider's own may stand between two texts of one.
  let last: "nothing" | "text" | "tool" = "nothing";
  let tags = new ThinkTags(thinkTags);
  const told = function* (work: (out: WirePart[]) => void): Generator<FeedPart> {
    const out: WirePart[] = [];
    work(out);
    for (const part of out)
      if (part.type === "text" || part.type === "reasoning") yield { type: part.type, text: part.text };
  };
  for await (const value of parts) {
    const part = unwrap(asObject(value));
    const text = asText(part["text"]) ?? asText(part["textDelta"]) ?? asText(part["delta"]);
    const [id, name] = [asText(part["toolCallId"]) ?? asText(part["id"]), asText(part["toolName"])];
    if (part["type"] !== "text-delta" && part["type"] !== "text") yield* told((out) => tags.flush(out));
    switch (part["type"]) {
      case "start-step":
        tags = new ThinkTags(thinkTags);
        last = "nothing";
        if (steps++ > 0) yield { type: "message" };
        break;
      case "text-delta":
      case "text":
        if (text === undefined) break;
        if (last === "tool") yield { type: "message" };
        last = "text";
        yield* told((out) => tags.push(text, out));
        break;
      case "reasoning-delta":
      case "reasoning": {
        const thought = text === undefined ? "" : tags.thought(text);
        if (thought !== "") yield { type: "reasoning", text: thought };
        break;
      }
      case "tool-input-start":
      case "tool-call":
        if (id !== undefined && name !== undefined) yield { type: "tool", update: { id, name, state: "running" } };
        break;
      case "tool-result":
        if (last === "text") last = "tool";
        if (id !== undefined && name !== undefined) yield { type: "tool", update: { id, name, state: "done" } };
        break;
      case "tool-error":
        if (last === "text") last = "tool";
        if (id !== undefined && name !== undefined) yield { type: "tool", update: { id, name, state: "failed" } };
        break;
      case "error":
        throw new FeedError("provider-error", messageOf(part["error"]), { cause: part["error"] });
      case "abort":
        throw new FeedError("truncated", "the model was stopped");
      // The agent waits for a person, and its answer ends here until it is resumed.
      case "tool-call-approval":
      case "tool-call-suspended":
        finished = true;
        yield { type: "end" };
        break;
      case "finish":
        finished = true;
        yield toEnd(endingIn(asText(part["finishReason"]), asText(part["rawFinishReason"])));
        break;
      default:
        break;
    }
  }
  if (!finished) throw new FeedError("truncated", "the stream broke off before its end");
}

/** What Mastra calls otherwise. */
const MASTRA_TYPES: Readonly<Record<string, string>> = {
  "step-start": "start-step",
  "tool-call-input-streaming-start": "tool-input-start",
};

/**
 * Mastra's parts are those of the AI SDK with what they carry in a `payload`.
 * @see https://mastra.ai/reference/streaming/ChunkType
 */
function unwrap(part: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { type, from, payload } = part;
  if (typeof type !== "string" || typeof from !== "string" || typeof payload !== "object") return part;
  const carried = asObject(payload);
  const { reason, rawReason } = asObject(carried["stepResult"]);
  return { ...carried, type: MASTRA_TYPES[type] ?? type, finishReason: reason, rawFinishReason: rawReason };
}

/** The AI SDK's words for reasons to stop. */
const REASONS: Readonly<Record<string, Ending["kind"]>> = {
  stop: "complete",
  "tool-calls": "tool",
  length: "length",
  "content-filter": "filtered",
  error: "trouble",
  interrupted: "trouble",
};

/** The provider's own word is told apart more finely; the AI SDK's counts where there is none that is known here. */
function endingIn(reason: string | undefined, raw: string | undefined): Ending {
  const own = endingOf(raw);
  if (own !== undefined && own.kind !== "unknown") return own;
  // A stream of one's own may end without a reason.
  if (reason === undefined) return { kind: "complete", reason: undefined };
  return {
    kind: (Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined) ?? "unknown",
    reason: own?.reason ?? reason,
  };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : "the provider reported an error";
