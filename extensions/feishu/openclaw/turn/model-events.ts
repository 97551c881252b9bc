/** What one event of a model's stream says to a reader. */
export interface ModelEvent {
  readonly text?: string | undefined;
  /** The model calls a tool. */
  readonly toolCall?: boolean | undefined;
  /** It is the end of what the model says to this call. */
  readonly finished?: boolean | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const said = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/**
 * Reads the data of one server-sent event of chat completions, Anthropic messages or OpenAI responses. Reasoning is left out on
 * purpose. Undefined for everything else.
 */
export function readModelEvent(data: string): ModelEvent | undefined {
  let event: Fields;
  try {
    event = fields(JSON.parse(data));
  } catch {
    return undefined;
  }
  switch (event["type"]) {
    case "content_block_start":
      return fields(event["content_block"])["type"] === "tool_use" ? { toolCall: true } : undefined;
    case "content_block_delta": {
      const delta = fields(event["delta"]);
      return delta["type"] === "text_delta" ? { text: said(delta["text"]) } : undefined;
    }
    case "message_delta":
      return said(fields(event["delta"])["stop_reason"]) === undefined ? undefined : { finished: true };
    case "response.completed":
    case "response.incomplete":
      return { finished: true };
    case "response.output_text.delta":
      return { text: said(event["delta"]) };
    case "response.output_item.added":
      return fields(event["item"])["type"] === "function_call" ? { toolCall: true } : undefined;
    case undefined: {
      const choices = Array.isArray(event["choices"]) ? (event["choices"] as unknown[]) : [];
      const choice = fields(choices[0]);
      const delta = fields(choice["delta"]);
      return {
        text: said(delta["content"]),
        toolCall: Array.isArray(delta["tool_calls"]) && delta["tool_calls"].length > 0,
        ...(said(choice["finish_reason"]) !== undefined && { finished: true }),
      };
    }
    default:
      return undefined;
  }
}
