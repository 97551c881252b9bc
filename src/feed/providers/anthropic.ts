import { asObject, asText } from "../json.ts";
import type { FeedPart } from "../part.ts";
import type { EventReader } from "../providers.ts";

/**
 * Anthropic messages: text and thinking come as deltas of numbered blocks, `message_stop` ends.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming "Event types"
 */
export function anthropicEvents(): EventReader {
  const tools = new Map<unknown, { id: string; name: string }>();
  let why: "length" | "content-filter" | undefined;
  return (event): FeedPart[] => {
    switch (event["type"]) {
      case "content_block_start": {
        const block = asObject(event["content_block"]);
        const text = asText(block["text"]);
        if (text !== undefined) return [{ type: "text", text }];
        const [id, name] = [asText(block["id"]), asText(block["name"])];
        if (id === undefined || name === undefined) return [];
        tools.set(event["index"], { id, name });
        return [{ type: "tool", update: { id, name, state: "running" } }];
      }
      case "content_block_delta": {
        const delta = asObject(event["delta"]);
        const [text, thinking] = [asText(delta["text"]), asText(delta["thinking"])];
        if (text !== undefined) return [{ type: "text", text }];
        return thinking === undefined ? [] : [{ type: "reasoning", text: thinking }];
      }
      case "content_block_stop": {
        const tool = tools.get(event["index"]);
        return tool === undefined ? [] : [{ type: "tool", update: { ...tool, state: "done" } }];
      }
      case "message_delta": {
        const reason = asObject(event["delta"])["stop_reason"];
        if (reason === "max_tokens") why = "length";
        if (reason === "refusal") why = "content-filter";
        return [];
      }
      case "message_stop":
        return [{ type: "end", why }];
      default:
        return [];
    }
  };
}
