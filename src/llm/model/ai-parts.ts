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
      return { type: "finish-step", finishReason: toFinishReason(part.finishReason), usage: toUsage(part.usage) };
    case "finish":
      return { type: "finish", finishReason: toFinishReason(part.finishReason), usage: toUsage(part.totalUsage) };
    default:
      return undefined;
  }
}

function toFinishReason(reason: string): FinishReason {
  return reason === "stop" || reason === "length" || reason === "content-filter" || reason === "tool-calls"
    ? reason
    : "other";
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
