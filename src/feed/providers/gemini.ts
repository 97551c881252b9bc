import { asList, asObject, asText } from "../json.ts";
import type { FeedPart } from "../part.ts";
import type { EventReader } from "../providers.ts";

const BLOCKED: ReadonlySet<unknown> = new Set([
  "SAFETY",
  "RECITATION",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "IMAGE_SAFETY",
]);

/**
 * Gemini: parts of the first candidate, `thought: true` marks reasoning. Every chunk may carry `finishReason`; reading goes on
 * after it, since some proxies stamp it on all chunks.
 * @see https://ai.google.dev/api/generate-content "Method: models.streamGenerateContent"
 */
export function geminiEvents(): EventReader {
  let tools = 0;
  return (event) => {
    const candidate = asObject(asList(event["candidates"])[0]);
    const parts = asList(asObject(candidate["content"])["parts"]).flatMap((item): FeedPart[] => {
      const part = asObject(item);
      const name = asText(asObject(part["functionCall"])["name"]);
      if (name !== undefined) return [{ type: "tool", update: { id: `tool-${tools++}`, name, state: "done" } }];
      const text = asText(part["text"]);
      if (text === undefined) return [];
      return [{ type: part["thought"] === true ? "reasoning" : "text", text }];
    });
    const reason = candidate["finishReason"];
    if (BLOCKED.has(reason) || asText(asObject(event["promptFeedback"])["blockReason"]) !== undefined)
      return [...parts, { type: "end", why: "content-filter" }];
    if (reason === "MAX_TOKENS") return [...parts, { type: "end", why: "length" }];
    return asText(reason) === undefined || reason === "FINISH_REASON_UNSPECIFIED" ? parts : [...parts, { type: "end" }];
  };
}
