/**
 * How an answer ended:
 * - `complete`: the model had said what it wanted
 * - `tool`: it wants a tool to be called
 * - `length`: a limit of tokens cut it short
 * - `filtered`: the provider withheld the rest
 * - `paused`: the provider interrupted the model, which would go on when asked
 * - `trouble`: something went wrong at the provider
 * - `unknown`: for a reason that is not known here. Never a good end.
 */
export type EndingKind = "complete" | "tool" | "length" | "filtered" | "paused" | "trouble" | "unknown";

/** How an answer ended, and the provider's own word for it. */
export interface Ending {
  readonly kind: EndingKind;
  /** As the provider wrote it, shortened; undefined when it gave none. */
  readonly reason: string | undefined;
}

/** The reasons of one provider by what they mean. */
interface ReasonRow {
  readonly source: string;
  readonly reasons: Readonly<Partial<Record<Exclude<EndingKind, "unknown">, readonly string[]>>>;
}

/**
 * Every reason to stop that a provider documents (looked up November 2026). Compared without regard to case: proxies hand reasons of
 * one protocol on in another. A word that two providers use means the same at both; a test holds the table to that.
 */
export const finishReasons: Readonly<Record<string, ReasonRow>> = {
  "OpenAI chat": {
    source: "https://platform.openai.com/docs/api-reference/chat/streaming finish_reason",
    reasons: {
      complete: ["stop"],
      length: ["length"],
      filtered: ["content_filter"],
      tool: ["tool_calls", "function_call"],
    },
  },
  "OpenAI responses": {
    source: "https://platform.openai.com/docs/api-reference/responses/object status, incomplete_details.reason",
    reasons: {
      complete: ["completed"],
      length: ["max_output_tokens"],
      filtered: ["content_filter"],
      trouble: ["failed", "cancelled"],
    },
  },
  Anthropic: {
    source: "https://docs.anthropic.com/en/api/handling-stop-reasons",
    reasons: {
      complete: ["end_turn", "stop_sequence"],
      length: ["max_tokens", "model_context_window_exceeded"],
      filtered: ["refusal"],
      paused: ["pause_turn"],
      tool: ["tool_use"],
    },
  },
  Gemini: {
    source: "https://ai.google.dev/api/generate-content#FinishReason; Vertex AI adds MODEL_ARMOR",
    reasons: {
      complete: ["STOP"],
      paused: ["CONTINUATION"],
      length: ["MAX_TOKENS"],
      filtered: [
        "SAFETY",
        "RECITATION",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "MODEL_ARMOR",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "JAILBREAK",
      ],
      trouble: [
        "LANGUAGE",
        "OTHER",
        "MALFORMED_FUNCTION_CALL",
        "UNEXPECTED_TOOL_CALL",
        "TOO_MANY_TOOL_CALLS",
        "MISSING_THOUGHT_SIGNATURE",
        "MALFORMED_RESPONSE",
        "IMAGE_OTHER",
        "NO_IMAGE",
      ],
    },
  },
  DeepSeek: {
    source: "https://api-docs.deepseek.com/api/create-chat-completion finish_reason",
    reasons: {
      complete: ["stop"],
      length: ["length"],
      filtered: ["content_filter"],
      tool: ["tool_calls"],
      trouble: ["insufficient_system_resource"],
    },
  },
  "Qwen (DashScope)": {
    source: "https://help.aliyun.com/zh/model-studio/qwen-api-reference finish_reason",
    reasons: { complete: ["stop"], length: ["length"], tool: ["tool_calls"] },
  },
  Zhipu: {
    source: "https://docs.bigmodel.cn/api-reference finish_reason; https://docs.z.ai/api-reference/llm/chat-completion",
    reasons: {
      complete: ["stop"],
      length: ["length", "model_context_window_exceeded"],
      filtered: ["sensitive"],
      tool: ["tool_calls"],
      trouble: ["network_error"],
    },
  },
  MiniMax: {
    source: "https://platform.minimaxi.com/document/ChatCompletion%20v2 finish_reason",
    reasons: {
      complete: ["stop"],
      length: ["length", "max_output"],
      filtered: ["content_filter"],
      tool: ["tool_calls"],
    },
  },
  Moonshot: {
    source: "https://platform.moonshot.cn/docs/api/chat finish_reason",
    reasons: { complete: ["stop"], length: ["length"], filtered: ["content_filter"], tool: ["tool_calls"] },
  },
  Mistral: {
    source: "https://docs.mistral.ai/api CompletionResponseStreamChoice.finish_reason",
    reasons: { complete: ["stop"], length: ["length", "model_length"], tool: ["tool_calls"], trouble: ["error"] },
  },
  OpenRouter: {
    source: "https://openrouter.ai/docs/api/reference/overview finish_reason",
    reasons: {
      complete: ["stop"],
      length: ["length"],
      filtered: ["content_filter"],
      tool: ["tool_calls"],
      trouble: ["error"],
    },
  },
  Ollama: {
    source: "https://github.com/ollama/ollama llm/server.go DoneReason; docs/api.md done_reason",
    reasons: { complete: ["stop"], length: ["length"], trouble: ["load", "unload"] },
  },
  vLLM: {
    source: "https://github.com/vllm-project/vllm vllm/v1/engine/__init__.py FinishReason",
    reasons: {
      complete: ["stop"],
      length: ["length"],
      tool: ["tool_calls"],
      trouble: ["abort", "error", "repetition"],
    },
  },
  Together: {
    source: "https://docs.together.ai/reference/chat-completions-1 finish_reason",
    reasons: { complete: ["stop", "eos"], length: ["length"], tool: ["tool_calls", "function_call"] },
  },
  "Text Generation Inference": {
    source: "https://huggingface.github.io/text-generation-inference FinishReason",
    reasons: { complete: ["eos_token", "stop_sequence"], length: ["length"] },
  },
};

const KINDS: ReadonlyMap<string, EndingKind> = new Map(
  Object.values(finishReasons).flatMap(({ reasons }) =>
    Object.entries(reasons).flatMap(([kind, words]) =>
      // `entries` forgets that the keys are kinds.
      words.map((word) => [word.toLowerCase(), kind as EndingKind] as const),
    ),
  ),
);

/** Words that some servers write for "not yet". */
const NOT_YET: ReadonlySet<string> = new Set(["null", "none", "undefined", "finish_reason_unspecified"]);

/** Longest reason that is kept; a reason is a word. */
const MAX_REASON = 60;

/** What a provider's reason to stop means; undefined when it has not stopped (no reason, or a word for "not yet"). */
export function endingOf(reason: unknown): Ending | undefined {
  if (typeof reason !== "string" || reason === "") return undefined;
  const word = reason.toLowerCase();
  const kind = KINDS.get(word);
  if (kind === undefined && NOT_YET.has(word)) return undefined;
  const clean = reason.replace(/[^\w.:-]+/gu, " ").trim();
  return { kind: kind ?? "unknown", reason: clean.length > MAX_REASON ? `${clean.slice(0, MAX_REASON)}…` : clean };
}

/** Whether an answer that ended so is whole. */
export const isGoodEnding = ({ kind }: Ending): boolean => kind === "complete" || kind === "tool";
