import { asObject } from "./json.ts";
import type { Json } from "./json.ts";
import type { Usage } from "./part.ts";

const count = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;

/** Usage as OpenAI (chat and responses), Anthropic and most others write it; undefined when it says nothing. */
export function usageOf(usage: Json): Usage | undefined {
  const inputs = asObject(usage["prompt_tokens_details"] ?? usage["input_tokens_details"]);
  const outputs = asObject(usage["completion_tokens_details"] ?? usage["output_tokens_details"]);
  const inputTokens = count(usage["prompt_tokens"]) ?? count(usage["input_tokens"]);
  const outputTokens = count(usage["completion_tokens"]) ?? count(usage["output_tokens"]);
  const total = count(usage["total_tokens"]);
  if (inputTokens === undefined && outputTokens === undefined && total === undefined) return undefined;
  return {
    inputTokens,
    outputTokens,
    totalTokens: total ?? sum(inputTokens, outputTokens),
    reasoningTokens: count(outputs["reasoning_tokens"]) ?? count(usage["reasoning_tokens"]),
    cachedInputTokens:
      count(inputs["cached_tokens"]) ??
      count(usage["prompt_cache_hit_tokens"]) ??
      count(usage["cache_read_input_tokens"]) ??
      count(usage["cached_tokens"]),
  };
}

/** Gemini's `usageMetadata`. Thoughts are counted apart from the candidates there. */
export function geminiUsage(usage: Json): Usage | undefined {
  const inputTokens = count(usage["promptTokenCount"]);
  const reasoningTokens = count(usage["thoughtsTokenCount"]);
  const said = count(usage["candidatesTokenCount"]);
  const outputTokens =
    said === undefined && reasoningTokens === undefined ? undefined : (said ?? 0) + (reasoningTokens ?? 0);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    inputTokens,
    outputTokens,
    totalTokens: count(usage["totalTokenCount"]) ?? sum(inputTokens, outputTokens),
    reasoningTokens,
    cachedInputTokens: count(usage["cachedContentTokenCount"]),
  };
}

/** Ollama's counts, which stand beside the answer. */
export function ollamaUsage(event: Json): Usage | undefined {
  const inputTokens = count(event["prompt_eval_count"]);
  const outputTokens = count(event["eval_count"]);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return {
    inputTokens,
    outputTokens,
    totalTokens: sum(inputTokens, outputTokens),
    reasoningTokens: undefined,
    cachedInputTokens: undefined,
  };
}

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;
