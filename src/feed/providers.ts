import { anthropicEvents } from "./providers/anthropic.ts";
import { geminiEvents } from "./providers/gemini.ts";
import { chatEvents } from "./providers/openai-chat.ts";
import { responsesEvents } from "./providers/openai-responses.ts";
import type { Json } from "./json.ts";
import type { FeedPart } from "./part.ts";

/** Reads the events of one stream, in order. */
export type EventReader = (event: Json) => readonly FeedPart[];

/** The reader for a stream, by one of its events; undefined while it could be any. */
export function readerFor(event: Json): EventReader | undefined {
  if (Array.isArray(event["choices"])) return chatEvents();
  if (Array.isArray(event["candidates"]) || "promptFeedback" in event || "usageMetadata" in event)
    return geminiEvents();
  const { type } = event;
  if (typeof type !== "string") return undefined;
  if (type.startsWith("response.")) return responsesEvents();
  return /^(?:message|content_block)_/u.test(type) ? anthropicEvents() : undefined;
}
