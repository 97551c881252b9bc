import type { ChatModel, LlmStreamError } from "../llm/index.ts";
import type { Clock } from "../time/index.ts";
import type { CliStrings } from "./strings/index.ts";

/** One request that costs next to nothing: one word, no tools, no history. */
export async function askForOneWord(
  model: ChatModel,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ firstMs: number; totalMs: number }> {
  const startedAt = clock.now();
  let firstMs: number | undefined;
  const messages = [{ role: "user", content: 'Answer with the single word "ok".' }] as const;
  for await (const part of model.streamTurn({ messages, signal, maxSteps: 1 })) {
    if (part.type === "text-delta" || part.type === "reasoning-delta") firstMs ??= clock.now() - startedAt;
  }
  const totalMs = clock.now() - startedAt;
  return { firstMs: firstMs ?? totalMs, totalMs };
}

/** What to do when a model does not answer. */
export function explainModelError(failure: LlmStreamError | undefined, { models: words }: CliStrings): string {
  if (failure?.status === 401 || failure?.status === 403) return words.reasons.unauthorized;
  if (failure?.status === 404) return words.reasons.notFound;
  if (failure?.status === 402 || failure?.status === 429) return words.reasons.quota;
  return words.causes[failure?.code ?? ""] ?? words.otherCause;
}
