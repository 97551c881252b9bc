import type { Protocol } from "../../../src/llm/index.ts";

/** One server-sent event. */
export interface SseEvent {
  readonly event?: string | undefined;
  readonly data: string;
}

/** An answer as a provider of one protocol streams it, in the pieces that the server's behaviours are made of. */
export interface RecordedAnswer {
  readonly start: readonly SseEvent[];
  readonly deltas: readonly SseEvent[];
  /** Says that the answer is complete. */
  readonly terminal: readonly SseEvent[];
  /** Comes after the terminal event, when the protocol has such a thing. */
  readonly usage: readonly SseEvent[];
  readonly closer: readonly SseEvent[];
  /** Carries nothing. */
  readonly empty: SseEvent;
  readonly error: SseEvent;
}

/** The words of the answer; joined they are {@link ANSWER}. */
const WORDS: readonly string[] = ["你好，", "world ", "👨‍👩‍👧‍👦 ", "naïve\n", "终于", "说完了。"];
export const ANSWER: string = WORDS.join("");

const named = (data: { readonly type: string; readonly [key: string]: unknown }): SseEvent => ({
  event: data.type,
  data: JSON.stringify(data),
});
const plain = (data: unknown): SseEvent => ({ data: JSON.stringify(data) });

function chatAnswer(words: readonly string[]): RecordedAnswer {
  const chunk = (choices: readonly unknown[], more: object = {}): SseEvent =>
    plain({ id: "chat_1", object: "chat.completion.chunk", created: 1_780_000_000, model: "fake", choices, ...more });
  const delta = (delta: object, finish_reason: string | null = null): SseEvent =>
    chunk([{ index: 0, delta, finish_reason }]);
  return {
    start: [delta({ role: "assistant", content: "" })],
    deltas: words.map((content) => delta({ content })),
    terminal: [delta({}, "stop")],
    usage: [chunk([], { usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 } })],
    closer: [{ data: "[DONE]" }],
    empty: delta({ content: "" }),
    error: plain({
      error: { type: "server_error", code: "overloaded", message: "The engine is overloaded, key sk-abcdef123456" },
    }),
  };
}

function anthropicAnswer(words: readonly string[]): RecordedAnswer {
  return {
    start: [
      named({
        type: "message_start",
        message: {
          id: "msg_1",
          type: "message",
          role: "assistant",
          model: "fake",
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 5, output_tokens: 1 },
        },
      }),
      named({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    ],
    deltas: words.map((text) => named({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })),
    terminal: [
      named({ type: "content_block_stop", index: 0 }),
      named({
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { output_tokens: 7 },
      }),
    ],
    usage: [],
    closer: [named({ type: "message_stop" })],
    empty: named({ type: "ping" }),
    error: named({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
  };
}

function geminiAnswer(words: readonly string[]): RecordedAnswer {
  const chunk = (text: string, finishReason?: string): SseEvent =>
    plain({
      candidates: [{ index: 0, content: { role: "model", parts: [{ text }] }, finishReason }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 7, totalTokenCount: 12 },
      modelVersion: "fake",
    });
  return {
    start: [],
    deltas: words.slice(0, -1).map((text) => chunk(text)),
    terminal: [chunk(words.at(-1) ?? "", "STOP")],
    usage: [],
    closer: [],
    empty: chunk(""),
    error: plain({ error: { code: 503, status: "UNAVAILABLE", message: "The model is overloaded." } }),
  };
}

/** Ollama's objects; over the wire they stand one a line, here as the events that a proxy makes of them. */
function ollamaAnswer(words: readonly string[]): RecordedAnswer {
  const line = (content: string, more: object = {}): SseEvent =>
    plain({
      model: "fake",
      created_at: "2026-11-01T00:00:00Z",
      message: { role: "assistant", content },
      done: false,
      ...more,
    });
  return {
    start: [],
    deltas: words.map((word) => line(word)),
    terminal: [line("", { done: true, done_reason: "stop", prompt_eval_count: 5, eval_count: 7 })],
    usage: [],
    closer: [],
    empty: line(""),
    error: plain({ error: "the model runner has stopped" }),
  };
}

function responsesAnswer(words: readonly string[]): RecordedAnswer {
  let sequence = 0;
  const event = (type: string, more: object): SseEvent => named({ type, sequence_number: sequence++, ...more });
  const response = (status: string, output: readonly unknown[]): object => ({
    id: "resp_1",
    object: "response",
    created_at: 1_780_000_000,
    model: "fake",
    status,
    output,
    usage: status === "completed" ? { input_tokens: 5, output_tokens: 7, total_tokens: 12 } : null,
  });
  const where = { item_id: "item_1", output_index: 0, content_index: 0 };
  const text = words.join("");
  const part = { type: "output_text", text, annotations: [] };
  const item = { id: "item_1", type: "message", role: "assistant", status: "completed", content: [part] };
  return {
    start: [
      event("response.created", { response: response("in_progress", []) }),
      event("response.output_item.added", { output_index: 0, item: { ...item, status: "in_progress", content: [] } }),
      event("response.content_part.added", { ...where, part: { ...part, text: "" } }),
    ],
    deltas: words.map((delta) => event("response.output_text.delta", { ...where, delta, logprobs: [] })),
    terminal: [
      event("response.output_text.done", { ...where, text, logprobs: [] }),
      event("response.output_item.done", { output_index: 0, item }),
      event("response.completed", { response: response("completed", [item]) }),
    ],
    usage: [],
    closer: [],
    empty: event("response.in_progress", { response: response("in_progress", []) }),
    error: event("error", { code: "server_error", message: "The server had an error", param: null }),
  };
}

const ANSWERS: Readonly<Record<Protocol, (words: readonly string[]) => RecordedAnswer>> = {
  "openai-chat": chatAnswer,
  "openai-responses": responsesAnswer,
  anthropic: anthropicAnswer,
  gemini: geminiAnswer,
  ollama: ollamaAnswer,
};

/** The answer `words` in a protocol. */
export function recordAnswer(protocol: Protocol, words: readonly string[] = WORDS): RecordedAnswer {
  return ANSWERS[protocol](words);
}

/** All events of a good answer. */
export function wholeAnswer(answer: RecordedAnswer): SseEvent[] {
  return [...answer.start, ...answer.deltas, ...answer.terminal, ...answer.usage, ...answer.closer];
}

/** Events as they go over the wire. @param eol what ends a line */
export function encodeEvents(events: readonly SseEvent[], eol = "\n"): string {
  return events
    .map(({ event, data }) => `${event === undefined ? "" : `event: ${event}${eol}`}data: ${data}${eol}${eol}`)
    .join("");
}
