import { recordAnswer, wholeAnswer } from "./llm-streams.ts";
import type { SseEvent } from "./llm-streams.ts";

/** The protocols that the embedded host's models speak. */
export type ModelProtocol = "openai-chat" | "anthropic" | "gemini";

/** A step that thinks and then calls one tool, as a provider streams it. */
export interface ToolStep {
  readonly reasoning: string;
  readonly toolName: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const plain = (data: unknown): SseEvent => ({ data: JSON.stringify(data) });
const named = (data: { readonly type: string; readonly [key: string]: unknown }): SseEvent => ({
  event: data.type,
  data: JSON.stringify(data),
});

function chatToolStep({ reasoning, toolName, input }: ToolStep): SseEvent[] {
  const json = JSON.stringify(input);
  const chunk = (delta: object, finish_reason: string | null = null): SseEvent =>
    plain({
      id: "chat_1",
      object: "chat.completion.chunk",
      created: 1,
      model: "fake",
      choices: [{ index: 0, delta, finish_reason }],
    });
  const call = (fn: object, more: object = {}): SseEvent =>
    chunk({ tool_calls: [{ index: 0, ...more, function: fn }] });
  return [
    chunk({ role: "assistant", reasoning_content: reasoning }),
    call({ name: toolName, arguments: "" }, { id: "call_1", type: "function" }),
    call({ arguments: json.slice(0, 5) }),
    call({ arguments: json.slice(5) }),
    chunk({}, "tool_calls"),
    plain({ id: "chat_1", choices: [], usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 } }),
    { data: "[DONE]" },
  ];
}

function anthropicToolStep({ reasoning, toolName, input }: ToolStep): SseEvent[] {
  const json = JSON.stringify(input);
  const start = recordAnswer("anthropic").start[0];
  const block = (index: number, content_block: object): SseEvent =>
    named({ type: "content_block_start", index, content_block });
  const delta = (index: number, delta: object): SseEvent => named({ type: "content_block_delta", index, delta });
  const stop = (index: number): SseEvent => named({ type: "content_block_stop", index });
  return [
    ...(start === undefined ? [] : [start]),
    block(0, { type: "thinking", thinking: "", signature: "" }),
    delta(0, { type: "thinking_delta", thinking: reasoning }),
    delta(0, { type: "signature_delta", signature: "c2ln" }),
    stop(0),
    block(1, { type: "tool_use", id: "call_1", name: toolName, input: {} }),
    delta(1, { type: "input_json_delta", partial_json: json.slice(0, 5) }),
    delta(1, { type: "input_json_delta", partial_json: json.slice(5) }),
    stop(1),
    named({
      type: "message_delta",
      delta: { stop_reason: "tool_use", stop_sequence: null },
      usage: { output_tokens: 3 },
    }),
    named({ type: "message_stop" }),
  ];
}

function geminiToolStep({ reasoning, toolName, input }: ToolStep): SseEvent[] {
  const chunk = (part: object, finishReason?: string): SseEvent =>
    plain({
      candidates: [{ index: 0, content: { role: "model", parts: [part] }, finishReason }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 },
    });
  return [chunk({ text: reasoning, thought: true }), chunk({ functionCall: { name: toolName, args: input } }, "STOP")];
}

const STEPS: Readonly<Record<ModelProtocol, (step: ToolStep) => SseEvent[]>> = {
  "openai-chat": chatToolStep,
  anthropic: anthropicToolStep,
  gemini: geminiToolStep,
};

/** The events of a step that thinks and calls a tool. */
export function recordToolStep(protocol: ModelProtocol, step: ToolStep): SseEvent[] {
  return STEPS[protocol](step);
}

/** The events of a step that answers in words. */
export function recordWords(protocol: ModelProtocol, ...words: string[]): SseEvent[] {
  return wholeAnswer(recordAnswer(protocol, words));
}
