import { asObject, CONTENT, EMPTY, ERROR, hasText, isSomething, SUSPECT, TERMINAL } from "./verdict.ts";
import type { ProtocolReader, Verdict } from "./verdict.ts";

/**
 * Gemini: a candidate's `finishReason` completes the answer, and so does a blocked prompt; then the connection closes. There is
 * no closing event. Some proxies stamp `finishReason: "STOP"` on every chunk, so a mark on the first chunk is suspect.
 * @see https://ai.google.dev/api/generate-content "Method: models.streamGenerateContent", `Candidate.finishReason`, `PromptFeedback.blockReason`
 */
export function createGeminiReader(): ProtocolReader {
  let texts = 0;
  return {
    closer: "",
    lateTerminal: () => "",
    judge(json) {
      if (isSomething(json["error"])) return ERROR;
      let verdict: Verdict = EMPTY;
      const candidates = json["candidates"];
      for (const item of Array.isArray(candidates) ? (candidates as unknown[]) : []) {
        const candidate = asObject(item);
        const parts = asObject(candidate["content"])["parts"];
        if (Array.isArray(parts) && hasText(parts)) verdict |= CONTENT;
        const reason = candidate["finishReason"];
        if (isSomething(reason) && reason !== "FINISH_REASON_UNSPECIFIED") verdict |= TERMINAL;
      }
      if (isSomething(asObject(json["promptFeedback"])["blockReason"])) verdict |= TERMINAL;
      if ((verdict & CONTENT) !== 0 && texts++ === 0 && (verdict & TERMINAL) !== 0) verdict |= SUSPECT;
      return verdict;
    },
  };
}
