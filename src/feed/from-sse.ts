import { createParser } from "eventsource-parser";
import { decodeUtf8 } from "./from-bytes.ts";
import type { ByteSource } from "./from-bytes.ts";
import { asObject, asText } from "./json.ts";
import type { Json } from "./json.ts";
import { FeedError } from "./part.ts";
import type { FeedPart } from "./part.ts";
import { readerFor } from "./providers.ts";
import type { EventReader } from "./providers.ts";

/** Longest event, in characters; providers send a few kilobytes. */
const MAX_EVENT_CHARS = 4_000_000;

/**
 * Server-sent events of a model's answer: OpenAI chat completions and whatever is compatible, OpenAI responses, Anthropic messages,
 * Gemini; told apart by their events. Events of other kinds are left out. The body may go on after the answer is complete (usage,
 * `[DONE]`); it is read to its end.
 * @throws FeedError `provider-error` when an event says so, `truncated` when the body ends before the answer does, `bad-input`
 * when it is no such stream at all.
 */
export async function* fromSse(source: ByteSource): AsyncGenerator<FeedPart> {
  const events: Json[] = [];
  let done = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent({ data }) {
      if (data.trim() === "[DONE]") done = true;
      else events.push(parseEvent(data));
    },
    onError(error) {
      if (error.type === "max-buffer-size-exceeded")
        throw new FeedError("too-long", `an event is longer than ${MAX_EVENT_CHARS} characters`);
    },
  });
  let reader: EventReader | undefined;
  let end: (FeedPart & { type: "end" }) | undefined;
  const read = function* (): Generator<FeedPart> {
    for (const event of events.splice(0)) {
      throwIfError(event);
      reader ??= readerFor(event);
      for (const part of reader?.(event) ?? []) {
        // Held until the body is over: some proxies mark every chunk as the last.
        if (part.type === "end") end = part;
        else yield part;
      }
    }
  };
  for await (const text of decodeUtf8(source)) {
    parser.feed(text);
    yield* read();
  }
  // The last event may lack its blank line.
  parser.feed("\n\n");
  yield* read();
  if (reader === undefined)
    throw new FeedError("bad-input", "the stream holds no events of a provider that is known here");
  if (end === undefined && !done) throw new FeedError("truncated", "the stream broke off before its end");
  yield end ?? { type: "end" };
}

function parseEvent(data: string): Json {
  try {
    return asObject(JSON.parse(data));
  } catch {
    // Pings and comments of proxies; an answer that suffers from it ends without its end mark.
    return {};
  }
}

/** Errors look alike at all providers; `type: "error"` is Anthropic's and OpenAI's own. */
function throwIfError(event: Json): void {
  const { error } = event;
  const failed =
    event["type"] === "error" || (error !== undefined && error !== null && error !== "" && !("choices" in event));
  if (!failed) return;
  const message = asText(asObject(error)["message"]) ?? asText(event["message"]) ?? asText(error);
  throw new FeedError("provider-error", message ?? "the provider reported an error");
}
