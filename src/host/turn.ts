import type { FinishReason, StreamPart, ChatModel, ChatMessage, Tool, Usage } from "../llm/index.ts";
import { findLlmError } from "../llm/index.ts";
import type { Logger } from "../log/index.ts";
import type { Language } from "../plugin-sdk/index.ts";
import { toDelta } from "../stream/index.ts";
import type { DeliveryResult, ReplyStream } from "../stream/index.ts";
import type { Clock } from "../time/index.ts";
import { failureText, hostStrings } from "./strings.ts";
import type { HostStrings } from "./strings.ts";
import type { TextSink } from "./text-sink.ts";
import { TurnStop } from "./turn-stop.ts";

/** What a turn needs; everything belongs to this turn alone. */
export interface TurnOptions {
  readonly id: string;
  /** The person who asked; the only one whose buttons work. */
  readonly ownerId: string;
  readonly model: ChatModel;
  readonly system: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly Tool[];
  readonly reply: ReplyStream;
  readonly sink: TextSink;
  readonly language: Language;
  /** Show the model's reasoning and tools while they happen. */
  readonly progress: { readonly reasoning: boolean; readonly tools: boolean };
  /** Say below the answer how many tokens it took. */
  readonly usageFooter: boolean;
  /** Most requests to the provider. */
  readonly maxSteps: number;
  /** The turn ends after this many milliseconds, whatever the model does. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What became of a turn. */
export interface TurnResult {
  readonly end: "finished" | "stopped" | "failed";
  /** Why it did not finish: an `LlmErrorCode`, a `TurnStopKind`, or `internal`. */
  readonly code: string | undefined;
  /** The answer as far as it came. */
  readonly text: string;
  readonly usage: Usage | undefined;
  readonly delivery: DeliveryResult;
}

/** A step's text that led to a tool call is commentary up to this length; longer text is a part of the answer and stays. */
const MAX_COMMENTARY_CHARS = 300;

/** Time for the final card state when the process is being stopped. */
const FINISH_WITHIN_MS = 3000;

/**
 * One answer from question to final card. However the model behaves, `run` ends the reply exactly once: complete, failed with a
 * reason, or stopped; and it resolves, never rejects. A model or tool that ignores the abort is left behind.
 */
export class Turn {
  readonly id: string;
  readonly ownerId: string;
  readonly #options: TurnOptions;
  readonly #strings: HostStrings;
  readonly #abort = new AbortController();
  readonly #running = new Map<string, string>();
  #messageText = "";
  #step = 0;
  #messageStep = 0;
  #hasStatus = false;
  #usage: Usage | undefined;

  constructor(options: TurnOptions) {
    this.#options = options;
    this.id = options.id;
    this.ownerId = options.ownerId;
    this.#strings = hostStrings[options.language];
  }

  /** Where the answer goes. */
  get reply(): ReplyStream {
    return this.#options.reply;
  }

  /** Ends the turn from outside; the first reason counts. Does nothing when it has ended. */
  stop(reason: TurnStop): void {
    this.#abort.abort(reason);
  }

  async run(): Promise<TurnResult> {
    const { clock, timeoutMs } = this.#options;
    const cancelDeadline = clock.setTimer(timeoutMs, () => this.stop(new TurnStop("deadline")));
    try {
      const finish = await this.#readModel();
      return await this.#finished(finish);
    } catch (error) {
      return await this.#ended(error);
    } finally {
      cancelDeadline();
      // Whatever happened above, the model's request must not outlive its turn.
      this.#abort.abort(new TurnStop("interrupted"));
    }
  }

  async #readModel(): Promise<FinishReason> {
    const { model, messages, system, tools, maxSteps } = this.#options;
    const signal = this.#abort.signal;
    const aborted = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    aborted.catch(() => {});
    const parts = model.streamTurn({ system, messages, tools, signal, maxSteps })[Symbol.asyncIterator]();
    try {
      for (;;) {
        // The race lets Stop take effect at once, even when the model or a tool never looks at the signal.
        const next = await Promise.race([parts.next(), aborted]);
        if (next.done === true) throw new Error("the model's stream ended without saying so");
        if (next.value.type === "finish") {
          this.#usage = next.value.usage;
          return next.value.finishReason;
        }
        this.#take(next.value);
      }
    } finally {
      // Lets the model release its connection. Not awaited: it may be stuck, which is why it was left.
      parts.return?.().catch(() => {});
    }
  }

  #take(part: Exclude<StreamPart, { type: "finish" }>): void {
    const { reply, sink, progress } = this.#options;
    if (part.type !== "retry" && this.#hasStatus) this.#setStatus(undefined);
    switch (part.type) {
      case "start-step":
        this.#step = part.step;
        break;
      case "text-delta":
        this.#beginMessageIfNew();
        this.#messageText += part.text;
        sink.write(toDelta(part.text));
        break;
      case "reasoning-delta":
        if (progress.reasoning) reply.reasoning(toDelta(part.text));
        break;
      case "tool-input-start":
      case "tool-call":
        sink.endMessage();
        this.#tool(part.toolCallId, part.toolName, "running");
        break;
      case "tool-result":
        this.#tool(part.toolCallId, part.toolName, "done");
        break;
      case "tool-error":
        this.#options.logger.debug("tool failed", { tool: part.toolName, error: part.error.name });
        this.#tool(part.toolCallId, part.toolName, "failed");
        break;
      case "finish-step":
        this.#usage = part.usage;
        break;
      case "retry":
        this.#setStatus(this.#strings.retrying(part.attempt, Math.ceil(part.delayMs / 1000)));
        break;
      case "tool-input-delta":
        break;
    }
  }

  /** Text after a tool round is a new message; decided only now, so that commentary stays when it turns out to be all there is. */
  #beginMessageIfNew(): void {
    if (this.#step === this.#messageStep) return;
    this.#messageStep = this.#step;
    if (this.#messageText === "") return;
    this.#options.reply.beginMessage({ keep: this.#messageText.length > MAX_COMMENTARY_CHARS });
    this.#messageText = "";
  }

  #tool(id: string, name: string, state: "running" | "done" | "failed", detail?: string): void {
    if (state === "running") this.#running.set(id, name);
    else this.#running.delete(id);
    if (!this.#options.progress.tools) return;
    const title = this.#options.tools.find((tool) => tool.name === name)?.title ?? name;
    this.#options.reply.tool({ id, name: title, state, detail });
  }

  #setStatus(text: string | undefined): void {
    this.#hasStatus = text !== undefined;
    this.#options.reply.status(text);
  }

  /** A reply that shows nothing until it ends would end without a word when there is none. */
  #showSomething(text: string): void {
    this.#options.reply.status(text);
  }

  async #finished(reason: FinishReason): Promise<TurnResult> {
    const { reply, sink, model, usageFooter } = this.#options;
    sink.endMessage();
    const notes: string[] = [];
    if (reply.text === "") {
      notes.push(this.#strings.emptyAnswer);
      this.#showSomething(this.#strings.emptyAnswer);
    }
    if (reason === "length") notes.push(this.#strings.cutByLength);
    if (reason === "content-filter") notes.push(this.#strings.cutByFilter);
    if (usageFooter) notes.push(this.#strings.usage(this.#usage?.inputTokens, this.#usage?.outputTokens, model.model));
    const delivery = await reply.finalize({ footer: notes.length > 0 ? notes.join(" · ") : undefined });
    return this.#result("finished", undefined, delivery);
  }

  async #ended(error: unknown): Promise<TurnResult> {
    const { reply, sink, logger } = this.#options;
    sink.endMessage();
    for (const [id, name] of this.#running) this.#tool(id, name, "failed", this.#strings.toolEnded);
    if (this.#hasStatus) this.#setStatus(undefined);
    if (reply.text === "") this.#showSomething(this.#strings.failedOtherwise);
    if (error instanceof TurnStop && (error.kind === "stopped" || error.kind === "superseded")) {
      logger.debug("turn stopped", { kind: error.kind });
      const delivery = await reply.abort({ by: error.by });
      return this.#result("stopped", error.kind, delivery);
    }
    const code = failureCode(error);
    // The provider's words may quote the person; names and codes are enough to look further.
    const fields = { code, error: error instanceof Error ? error.name : typeof error };
    if (code === "interrupted") logger.debug("turn interrupted", fields);
    else logger.warn("turn failed", fields);
    const withinMs = code === "interrupted" ? FINISH_WITHIN_MS : undefined;
    const delivery = await reply.fail({ code, message: failureText(this.#strings, code) }, { withinMs });
    return this.#result("failed", code, delivery);
  }

  #result(end: TurnResult["end"], code: string | undefined, delivery: DeliveryResult): TurnResult {
    return { end, code, text: this.#options.reply.text, usage: this.#usage, delivery };
  }
}

/** A word for what went wrong; provider errors are told apart by HTTP status, because people can act on that. */
function failureCode(error: unknown): string {
  if (error instanceof TurnStop) return error.kind;
  const llm = findLlmError(error);
  if (llm === undefined) return "internal";
  if (llm.code !== "provider-error") return llm.code;
  if (llm.status === 401 || llm.status === 403) return "unauthorized";
  if (llm.status === 402 || llm.status === 429) return "quota-exceeded";
  return llm.status === 503 || llm.status === 529 ? "overloaded" : "provider-error";
}
