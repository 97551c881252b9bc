import { asObject, CONTENT, EMPTY, ERROR, FOREIGN, hasText, isSomething, TERMINAL, USAGE } from "./verdict.ts";
import type { Json, ProtocolReader, Verdict } from "./verdict.ts";

/**
 * OpenAI chat completions, as OpenAI and all compatible providers stream them: the answer is complete when every choice that
 * was begun has a `finish_reason`; a chunk with `usage` and no choices may follow; `[DONE]` closes.
 * @see https://platform.openai.com/docs/api-reference/chat-streaming "The chat completion chunk object"
 */
export function createChatReader(): ProtocolReader {
  const open = new Set<unknown>();
  let finished = false;
  let id: unknown;
  let calledTools = false;
  return {
    closer: "data: [DONE]\n\n",
    // Some compatible servers close with `[DONE]` and never give a reason; clients take that for a broken stream.
    lateTerminal() {
      const finish_reason = calledTools ? "tool_calls" : "stop";
      const choices = Array.from(open, (index) => ({ index, delta: {}, finish_reason }));
      return `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: 0, model: "", choices })}\n\n`;
    },
    judge(json) {
      if (isSomething(json["error"]) || isMiniMaxError(json)) return ERROR;
      const choices = json["choices"];
      if (!Array.isArray(choices)) return isSomething(json["usage"]) ? USAGE : FOREIGN;
      if (choices.length === 0) return isSomething(json["usage"]) ? USAGE : EMPTY;
      id ??= json["id"];
      let verdict: Verdict = EMPTY;
      for (const item of choices as unknown[]) {
        const choice = asObject(item);
        const index = choice["index"] ?? 0;
        const carrying = carries(choice);
        if (carrying) verdict |= CONTENT;
        if (carrying && !calledTools) calledTools = isSomething(asObject(choice["delta"])["tool_calls"]);
        const reason = choice["finish_reason"];
        // Some servers write the word for "not yet".
        if (isSomething(reason) && reason !== "null") {
          open.delete(index);
          finished = true;
        } else if (carrying || !finished) open.add(index);
      }
      return finished && open.size === 0 ? verdict | TERMINAL : verdict;
    },
  };
}

/** Whether a choice adds anything; `role` alone, which opens most streams and is repeated in some pings, does not. */
function carries(choice: Json): boolean {
  // `text` is what the older /completions streams.
  if (hasText(choice["text"])) return true;
  const delta = asObject(choice["delta"] ?? choice["message"]);
  for (const key in delta) if (key !== "role" && hasText(delta[key])) return true;
  return false;
}

/**
 * MiniMax reports errors as `base_resp` with a `status_code` other than 0.
 * @see https://platform.minimaxi.com/document/ChatCompletion%20v2 `base_resp.status_code`
 */
function isMiniMaxError(json: Json): boolean {
  const code = asObject(json["base_resp"])["status_code"];
  return typeof code === "number" && code !== 0;
}
