import { asObject, asText } from "../json.ts";
import { FeedError } from "../part.ts";
import type { FeedPart } from "../part.ts";
import type { EventReader } from "../providers.ts";

/**
 * OpenAI responses.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function responsesEvents(): EventReader {
  return (event): FeedPart[] => {
    const delta = asText(event["delta"]);
    switch (event["type"]) {
      case "response.output_text.delta":
      case "response.refusal.delta":
        return delta === undefined ? [] : [{ type: "text", text: delta }];
      case "response.reasoning_text.delta":
      case "response.reasoning_summary_text.delta":
        return delta === undefined ? [] : [{ type: "reasoning", text: delta }];
      case "response.output_item.added":
        return toolPart(event["item"], "running");
      case "response.output_item.done":
        return toolPart(event["item"], "done");
      case "response.completed":
        return [{ type: "end" }];
      case "response.incomplete": {
        const { reason } = asObject(asObject(event["response"])["incomplete_details"]);
        return [{ type: "end", why: reason === "content_filter" ? "content-filter" : "length" }];
      }
      case "response.failed": {
        const { message } = asObject(asObject(event["response"])["error"]);
        throw new FeedError("provider-error", asText(message) ?? "the provider reported a failure");
      }
      default:
        return [];
    }
  };
}

/** Calls of all kinds (`function_call`, `web_search_call`, …) are items of the output. */
function toolPart(value: unknown, state: "running" | "done"): FeedPart[] {
  const item = asObject(value);
  const [type, id] = [asText(item["type"]), asText(item["id"])];
  if (type === undefined || id === undefined || !type.endsWith("_call")) return [];
  return [{ type: "tool", update: { id, name: asText(item["name"]) ?? type.slice(0, -"_call".length), state } }];
}
