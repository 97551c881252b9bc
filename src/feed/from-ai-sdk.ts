import { asObject, asText } from "./json.ts";
import { FeedError } from "./part.ts";
import type { FeedPart } from "./part.ts";

/**
 * The parts of an AI SDK result (`result.stream`, earlier `result.fullStream`). Kinds that nobody reads are left out, so that
 * newer versions do no harm.
 * @see https://ai-sdk.dev/docs/reference/ai-sdk-core/stream-text `fullStream`
 * @throws FeedError `provider-error` for an `error` part, `truncated` when the stream ends without `finish`; an `abort` part's reason.
 */
export async function* fromAiSdk(parts: AsyncIterable<unknown>): AsyncGenerator<FeedPart> {
  let steps = 0;
  let finished = false;
  for await (const value of parts) {
    const part = asObject(value);
    const text = asText(part["text"]) ?? asText(part["textDelta"]) ?? asText(part["delta"]);
    const [id, name] = [asText(part["toolCallId"]) ?? asText(part["id"]), asText(part["toolName"])];
    switch (part["type"]) {
      case "start-step":
        if (steps++ > 0) yield { type: "message" };
        break;
      case "text-delta":
        if (text !== undefined) yield { type: "text", text };
        break;
      case "reasoning-delta":
      case "reasoning":
        if (text !== undefined) yield { type: "reasoning", text };
        break;
      case "tool-input-start":
      case "tool-call":
        if (id !== undefined && name !== undefined) yield { type: "tool", update: { id, name, state: "running" } };
        break;
      case "tool-result":
        if (id !== undefined && name !== undefined) yield { type: "tool", update: { id, name, state: "done" } };
        break;
      case "tool-error":
        if (id !== undefined && name !== undefined) yield { type: "tool", update: { id, name, state: "failed" } };
        break;
      case "error":
        throw new FeedError("provider-error", messageOf(part["error"]), part["error"]);
      case "abort":
        throw new FeedError("truncated", "the model was stopped");
      case "finish": {
        finished = true;
        const reason = part["finishReason"];
        yield { type: "end", why: reason === "length" || reason === "content-filter" ? reason : undefined };
        break;
      }
      default:
        break;
    }
  }
  if (!finished) throw new FeedError("truncated", "the stream broke off before its end");
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : "the provider reported an error";
