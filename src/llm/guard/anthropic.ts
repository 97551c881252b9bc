import { asObject, CLOSER, CONTENT, EMPTY, ERROR, hasText, isSomething, TERMINAL } from "./verdict.ts";
import type { ProtocolReader } from "./verdict.ts";

/**
 * Anthropic messages: `message_delta` with a `stop_reason` completes the answer, `message_stop` closes. Some compatible
 * providers (Zhipu, for one) never send `message_stop`.
 * @see https://docs.anthropic.com/en/api/messages-streaming "Event types"
 */
export const anthropicReader: ProtocolReader = {
  closer: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
  lateTerminal: () => "",
  judge(json) {
    switch (json["type"]) {
      case "content_block_delta": {
        const { type: _, ...rest } = asObject(json["delta"]);
        return hasText(rest) ? CONTENT : EMPTY;
      }
      case "message_delta":
        return isSomething(asObject(json["delta"])["stop_reason"]) ? TERMINAL : EMPTY;
      case "message_stop":
        return TERMINAL | CLOSER;
      case "error":
        return ERROR;
      case "message_start":
      case "content_block_start":
      case "content_block_stop":
        return CONTENT;
      default:
        return json["type"] === undefined && isSomething(json["error"]) ? ERROR : EMPTY;
    }
  },
};
