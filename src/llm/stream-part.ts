import type { Usage } from "../provider-wire/index.ts";

/**
 * Why the model stopped. The names are the AI SDK's; `other` stands for reasons that are not known here and is no good end; `paused`: the
 * provider interrupted the model, which would go on when asked.
 */
export type FinishReason = "stop" | "length" | "content-filter" | "tool-calls" | "paused" | "other";

export type { Usage } from "../provider-wire/index.ts";

/**
 * What a turn tells, in the order it happens. Names and fields are the AI SDK's, so that readers of one know the other.
 *
 * A turn has one or more steps; a step is one request to the provider. Each step ends with `finish-step`; when its reason is
 * `tool-calls` the results are sent back and another step follows. A turn that ends well ends with exactly one `finish`; a turn
 * that does not end well throws (see `ChatModel.streamTurn`), so there is no `error` part to forget about.
 */
export type StreamPart =
  /** A step begins: 0 for the first. Text after it belongs to a new assistant message. */
  | { readonly type: "start-step"; readonly step: number }
  /** Text to be added to the answer. Never empty. */
  | { readonly type: "text-delta"; readonly text: string }
  /** Text to be added to the reasoning. Never empty. */
  | { readonly type: "reasoning-delta"; readonly text: string }
  /** The model began to write a tool call; its input follows in pieces. */
  | { readonly type: "tool-input-start"; readonly toolCallId: string; readonly toolName: string }
  /** A piece of the JSON of the tool's input. */
  | { readonly type: "tool-input-delta"; readonly toolCallId: string; readonly delta: string }
  /** The call is complete and the tool runs from now on. */
  | { readonly type: "tool-call"; readonly toolCallId: string; readonly toolName: string; readonly input: unknown }
  /** The tool answered. */
  | { readonly type: "tool-result"; readonly toolCallId: string; readonly toolName: string; readonly output: unknown }
  /** The tool failed; the model is told and goes on. */
  | { readonly type: "tool-error"; readonly toolCallId: string; readonly toolName: string; readonly error: Error }
  /** A step ended. `reason` is the provider's own word, where `finishReason` says little. */
  | {
      readonly type: "finish-step";
      readonly finishReason: FinishReason;
      readonly reason?: string | undefined;
      readonly usage: Usage;
    }
  /** The request failed before anything was visible and is made again after `delayMs`; `attempt` counts from 1. */
  | { readonly type: "retry"; readonly attempt: number; readonly delayMs: number; readonly error: Error }
  /** The turn ended. Always the last part. `usage` is the sum of all steps. */
  | {
      readonly type: "finish";
      readonly finishReason: FinishReason;
      readonly reason?: string | undefined;
      readonly usage: Usage;
    };

/** Usage of which nothing is known. */
export const unknownUsage: Usage = {
  inputTokens: undefined,
  outputTokens: undefined,
  totalTokens: undefined,
  reasoningTokens: undefined,
  cachedInputTokens: undefined,
};

/** Sums two usages; a figure is unknown only when both are. */
export function addUsage(a: Usage, b: Usage): Usage {
  const add = (x: number | undefined, y: number | undefined): number | undefined =>
    x === undefined && y === undefined ? undefined : (x ?? 0) + (y ?? 0);
  return {
    inputTokens: add(a.inputTokens, b.inputTokens),
    outputTokens: add(a.outputTokens, b.outputTokens),
    totalTokens: add(a.totalTokens, b.totalTokens),
    reasoningTokens: add(a.reasoningTokens, b.reasoningTokens),
    cachedInputTokens: add(a.cachedInputTokens, b.cachedInputTokens),
  };
}
