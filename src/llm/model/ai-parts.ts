import { endingOf } from "../../provider-wire/index.ts";
import type { LanguageModelUsage, TextStreamPart, ToolSet } from "ai";
import type { FinishReason, StreamPart, Usage } from "../stream-part.ts";

/** The parts of the AI SDK that end a turn badly; they are handled before translation. */
type AiEnd = Extract<TextStreamPart<ToolSet>, { type: "error" | "abort" }>;
type AiPart = Exclude<TextStreamPart<ToolSet>, AiEnd>;

/** Our part for one of the AI SDK's; undefined for those we have no use for. @param step number of the step it belongs to */
export function toStreamPart(part: AiPart, step: number): StreamPart | undefined {
  switch (part.type) {
    case "start-step":
      return { type: "start-step", step };
    case "text-delta":
    case "reasoning-delta":
      return part.text === "" ? undefined : { type: part.type, text: part.text };
    case "tool-input-start":
      return { type: "tool-input-start", toolCallId: part.id, toolName: part.toolName };
    case "tool-input-delta":
      return { type: "tool-input-delta", toolCallId: part.id, delta: part.delta };
    case "tool-call":
      return { type: "tool-call", toolCallId: part.toolCallId, toolName: part.toolName, input: part.input };
    case "tool-result":
      return { type: "tool-result", toolCallId: part.toolCallId, toolName: part.toolName, output: part.output };
    case "tool-error":
      return { type: "tool-error", toolCallId: part.toolCallId, toolName: part.toolName, error: toError(part.error) };
    case "finish-step":
      return { type: "finish-step", ...toFinish(part), usage: toUsage(part.usage) };
    case "finish":
      return { type: "finish", ...toFinish(part), usage: toUsage(part.totalUsage) };
    default:
      return undefined;
  }
}

const KNOWN: ReadonlySet<string> = new Set<FinishReason>(["stop", "length", "content-filter", "tool-calls"]);

/** The provider's own word stands beside a reason that says little. */
function toFinish(part: { finishReason: string; rawFinishReason: string | undefined }): {
  finishReason: FinishReason;
  reason?: string;
} {
  const { finishReason, rawFinishReason: raw } = part;
  // The set holds nothing else.
  if (KNOWN.has(finishReason)) return { finishReason: finishReason as FinishReason };
  const paused = endingOf(raw)?.kind === "paused";
  return { finishReason: paused ? "paused" : "other", ...(raw === undefined ? {} : { reason: raw }) };
}

function toUsage(usage: LanguageModelUsage): Usage {
  return {
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    totalTokens: usage.totalTokens,
    reasoningTokens: usage.outputTokenDetails.reasoningTokens,
    cachedInputTokens: usage.inputTokenDetails.cacheReadTokens,
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
