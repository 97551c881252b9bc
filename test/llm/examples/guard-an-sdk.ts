// #region openai
import OpenAI from "openai";
import { createGuardedFetch } from "../../../src/llm/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";

export function openOpenAI(apiKey: string, baseURL?: string): { openai: OpenAI; close: () => Promise<void> } {
  const guard = createGuardedFetch({ clock: createSystemClock(), provider: "openai" });
  const openai = new OpenAI({ apiKey, baseURL, fetch: guard, maxRetries: 0 });
  return { openai, close: () => guard.close() };
}
// #endregion openai
