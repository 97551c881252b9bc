import { sleep } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import type { ChatModel, TurnRequest } from "./chat-model.ts";
import { LlmStreamError } from "./errors.ts";
import { runTool, TOOL_TIMEOUT_MS } from "./run-tool.ts";
import { answer } from "./scripted/answer.ts";
import type { Beat, Question, Script, ToolOutcome } from "./scripted/beat.ts";
import { createSeededRandom } from "./scripted/random.ts";
import { toTokens } from "./scripted/tokens.ts";
import { addUsage, unknownUsage } from "./stream-part.ts";
import type { StreamPart, Usage } from "./stream-part.ts";

/** How {@link createScriptedModel} behaves. */
export interface ScriptedModelOptions {
  readonly clock: Clock;
  /** Same seed, same rhythm. @defaultValue 1 */
  readonly seed?: number | undefined;
  /** Characters a second on average, above 0; `Infinity` does not wait at all. @defaultValue 60 in Chinese, 180 in English */
  readonly charsPerSecond?: number | undefined;
  /** Silence before the first piece, in milliseconds. @defaultValue 100 */
  readonly firstDelayMs?: number | undefined;
  /** What to answer. @defaultValue the demo, which introduces cardstream */
  readonly script?: ((question: Question) => Script | Iterable<Beat>) | undefined;
}

const HAN = /\p{Script=Han}/u;
/** About sixty tokens a second, as a quick model of today writes. */
const CHARS_PER_SECOND = { zh: 60, en: 180 } as const;
const LATIN_WORD = /[a-z]{2,}/iu;

/** Chinese when there is any Chinese character, and when there are no Latin words either (this is a Feishu bot). */
function languageOf(text: string): "zh" | "en" {
  return HAN.test(text) || !LATIN_WORD.test(text) ? "zh" : "en";
}

/**
 * A model without a provider, for the demo and for tests: it types prepared answers at a natural rhythm, thinks, calls tools
 * and, when asked to, dies in mid-stream. All time comes from `clock`; the same seed, question and clock give the same stream.
 * @throws TypeError when `charsPerSecond` is not above 0 or `firstDelayMs` is below 0.
 */
export function createScriptedModel(options: ScriptedModelOptions): ChatModel {
  const { clock, seed = 1, charsPerSecond, firstDelayMs = 100, script = answer } = options;
  if (charsPerSecond !== undefined && !(charsPerSecond > 0))
    throw new TypeError(`charsPerSecond must be above 0, got ${charsPerSecond}`);
  if (!(firstDelayMs >= 0)) throw new TypeError(`firstDelayMs must be 0 or more, got ${firstDelayMs}`);
  const closing = new AbortController();

  return {
    provider: "scripted",
    model: "demo",
    async *streamTurn(request) {
      const signal = request.signal === undefined ? closing.signal : AbortSignal.any([closing.signal, request.signal]);
      yield* new ScriptedTurn({ clock, seed, charsPerSecond, firstDelayMs }, request, signal).run(script);
    },
    async close() {
      closing.abort(new LlmStreamError("closed", "the scripted model was closed", { provider: "scripted" }));
    },
  };
}

interface Pace {
  readonly clock: Clock;
  readonly seed: number;
  readonly charsPerSecond: number | undefined;
  readonly firstDelayMs: number;
}

/** One turn: plays a script as stream parts. */
class ScriptedTurn {
  readonly #pace: Pace;
  readonly #request: TurnRequest;
  readonly #signal: AbortSignal;
  readonly #random: () => number;
  /** When the next piece is due. Kept as a sum, so that timer granularity does not slow a fast model down. */
  #dueAt = 0;
  #charsPerSecond = 0;
  #tokens = 0;
  #calls = 0;

  constructor(pace: Pace, request: TurnRequest, signal: AbortSignal) {
    this.#pace = pace;
    this.#request = request;
    this.#signal = signal;
    this.#random = createSeededRandom(pace.seed);
  }

  async *run(script: (question: Question) => Script | Iterable<Beat>): AsyncGenerator<StreamPart, void, undefined> {
    this.#signal.throwIfAborted();
    const asked = this.#request.messages.filter((message) => message.role === "user");
    const text = asked.at(-1)?.content ?? "";
    const inputTokens = Math.ceil(this.#request.messages.reduce((sum, message) => sum + message.content.length, 0) / 2);
    let total: Usage = unknownUsage;
    let step = 0;
    yield { type: "start-step", step };
    await sleep(this.#pace.clock, this.#pace.firstDelayMs, this.#signal);
    this.#dueAt = this.#pace.clock.now();

    const language = languageOf(text);
    this.#charsPerSecond = this.#pace.charsPerSecond ?? CHARS_PER_SECOND[language];
    const previous = this.#request.messages.findLast((message) => message.role === "assistant")?.content;
    const beats = script({ text, language, previous, turn: asked.length })[Symbol.iterator]();
    try {
      for (let next = beats.next(); !next.done;) {
        const beat = next.value;
        if (!("call" in beat)) {
          yield* this.#play(beat);
          next = beats.next();
          continue;
        }
        const outcome = yield* this.#call(beat.call, beat.input);
        const usage = this.#usage(inputTokens);
        total = addUsage(total, usage);
        yield { type: "finish-step", finishReason: "tool-calls", usage };
        yield { type: "start-step", step: ++step };
        this.#dueAt = this.#pace.clock.now();
        next = (beats as Script).next(outcome);
      }
    } finally {
      beats.return?.();
    }
    const usage = this.#usage(inputTokens);
    yield { type: "finish-step", finishReason: "stop", usage };
    yield { type: "finish", finishReason: "stop", usage: addUsage(total, usage) };
  }

  async *#play(beat: Exclude<Beat, { call: string }>): AsyncGenerator<StreamPart, void, undefined> {
    if ("pauseMs" in beat) {
      if (beat.pauseMs === Infinity) await untilAborted(this.#signal);
      await sleep(this.#pace.clock, beat.pauseMs, this.#signal);
      this.#dueAt = this.#pace.clock.now();
      return;
    }
    if ("die" in beat) {
      throw new LlmStreamError("connection-lost", "the scripted model broke off, as it was asked to", {
        provider: "scripted",
      });
    }
    const type = "say" in beat ? "text-delta" : "reasoning-delta";
    for (const text of toTokens("say" in beat ? beat.say : beat.think, this.#random)) {
      await this.#wait(text);
      this.#tokens++;
      yield { type, text };
    }
  }

  /** Waits as long as a model would take to write `text`, give or take a half; longer at the end of a sentence or paragraph. */
  async #wait(text: string): Promise<void> {
    this.#signal.throwIfAborted();
    const breath = /[。！？.!?]\s*$|\n\n/u.test(text) ? 2 : 0;
    this.#dueAt += ((text.length + breath) / this.#charsPerSecond) * 1000 * (0.5 + this.#random());
    const ms = this.#dueAt - this.#pace.clock.now();
    if (ms >= 1) await sleep(this.#pace.clock, ms, this.#signal);
  }

  async *#call(toolName: string, input: unknown): AsyncGenerator<StreamPart, ToolOutcome, undefined> {
    const tool = this.#request.tools?.find((candidate) => candidate.name === toolName);
    const toolCallId = `call_${++this.#calls}`;
    yield { type: "tool-input-start", toolCallId, toolName };
    const json = JSON.stringify(input);
    await this.#wait(json);
    yield { type: "tool-input-delta", toolCallId, delta: json };
    yield { type: "tool-call", toolCallId, toolName, input };
    if (tool === undefined) {
      yield { type: "tool-error", toolCallId, toolName, error: new Error(`there is no tool named ${toolName}`) };
      return { kind: "missing" };
    }
    let outcome: ToolOutcome;
    try {
      outcome = { kind: "result", output: await runTool(this.#pace.clock, tool, input, TOOL_TIMEOUT_MS, this.#signal) };
    } catch (error) {
      this.#signal.throwIfAborted();
      outcome = { kind: "error", error: error instanceof Error ? error : new Error(String(error)) };
    }
    if (outcome.kind === "result") yield { type: "tool-result", toolCallId, toolName, output: outcome.output };
    else yield { type: "tool-error", toolCallId, toolName, error: outcome.error };
    return outcome;
  }

  #usage(inputTokens: number): Usage {
    const outputTokens = this.#tokens;
    this.#tokens = 0;
    return { ...unknownUsage, inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
  }
}

/** Never resolves. @throws the signal's reason when it aborts. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
