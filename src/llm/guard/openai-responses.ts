import { CLOSER, CONTENT, EMPTY, ERROR, hasText, isSomething, TERMINAL } from "./verdict.ts";
import type { ProtocolReader } from "./verdict.ts";

/** Events that only say "still here". */
const WAITING: ReadonlySet<unknown> = new Set(["response.in_progress", "response.queued", "keepalive", "ping"]);

/**
 * OpenAI responses: `response.completed` and `response.incomplete` end the stream; `response.failed` and `error` are errors.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export const responsesReader: ProtocolReader = {
  closer: "",
  lateTerminal: () => "",
  judge(json) {
    const type = json["type"];
    if (type === "response.completed" || type === "response.incomplete") return CONTENT | TERMINAL | CLOSER;
    if (type === "response.failed" || type === "error" || (type === undefined && isSomething(json["error"])))
      return ERROR;
    if (WAITING.has(type) || typeof type !== "string") return EMPTY;
    if (type.endsWith(".delta")) return hasText(json["delta"]) ? CONTENT : EMPTY;
    return CONTENT;
  },
};
