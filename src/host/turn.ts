import type { StreamPart, ChatModel, ChatMessage, Tool, Usage } from "../llm/index.ts";
import { findLlmError } from "../llm/index.ts";
import type { Logger } from "../log/index.ts";
import type { Language } from "../plugin-sdk/index.ts";
import { isCommentary, toDelta } from "../stream/index.ts";
import type { DeliveryResult, ReplyStream } from "../stream/index.ts";
import { troubleOf } from "../provider-wire/index.ts";
import { abortable } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { failureText, hostStrings } from "./strings.ts";
import type { HostStrings } from "./strings.ts";
import type { TextSink } from "./text-sink.ts";
import type { TurnEnd } from "./turn-end.ts";
import { endReply } from "./turn-end.ts";
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
  /** The reply has the buttons that notes speak of. */
  readonly hasButtons: boolean;
  /** What the reply says already, of a turn that goes on. @defaultValue nothing */
  readonly begun?: string | undefined;
  /** Told before the reply is told to end, and waited for. */
  readonly onEnd?: ((end: TurnEnd) => Promise<void>) | undefined;
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

/** The part that ends a model's turn. */
type Finish = Extract<StreamPart, { type: "finish" }>;

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
  #messageText: string;
  #step = 0;
  #messageStep = 0;
  #hasStatus = false;
  #usage: Usage | undefined;

  constructor(options: TurnOptions) {
    this.#options = options;
    this.id = options.id;
    this.ownerId = options.ownerId;
    this.#messageText = options.begun ?? "";
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

  async #readModel(): Promise<Finish> {
    const { model, messages, system, tools, maxSteps } = this.#options;
    const { signal } = this.#abort;
    // Stop takes effect at once, even when the model or a tool never looks at the signal.
    for await (const part of abortable(model.streamTurn({ system, messages, tools, signal, maxSteps }), signal)) {
      if (part.type !== "finish") {
        this.#take(part);
        continue;
      }
      this.#usage = part.usage;
      return part;
    }
    throw new Error("the model's stream ended without saying so");
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
    this.#options.reply.beginMessage({ keep: !isCommentary(this.#messageText) });
    this.#messageText = "";
  }

  #tool(id: string, name: string, state: "running" | "done" | "failed", detail?: string): void {
    if (state === "running") this.#running.set(id, name);
    else this.#running.delete(id);
    if (!this.#options.progress.tools) return;
    const { tools, reply, language } = this.#options;
    const { title = name } = tools.find((tool) => tool.name === name) ?? {};
    reply.tool({ id, name: typeof title === "string" ? title : title[language], state, detail });
  }

  #setStatus(text: string | undefined): void {
    this.#hasStatus = text !== undefined;
    this.#options.reply.status(text);
  }

  /** A reply that shows nothing until it ends would end without a word when there is none. */
  #showSomething(text: string): void {
    this.#options.reply.status(text);
  }

  async #finished({ finishReason, reason }: Finish): Promise<TurnResult> {
    const { reply, sink, model, usageFooter, hasButtons } = this.#options;
    if (finishReason === "other") return this.#cut("unknown-ending", this.#strings.unknownEnding(reason, hasButtons));
    if (finishReason === "paused") return this.#cut("paused", this.#strings.paused(hasButtons));
    sink.endMessage();
    const notes: string[] = [];
    if (reply.text === "") {
      notes.push(this.#strings.emptyAnswer);
      this.#showSomething(this.#strings.emptyAnswer);
    }
    const incomplete = finishReason === "length" ? true : undefined;
    if (incomplete) notes.push(this.#strings.cutByLength(hasButtons));
    if (finishReason === "content-filter") notes.push(this.#strings.cutByFilter);
    if (usageFooter) notes.push(this.#strings.usage(this.#usage?.inputTokens, this.#usage?.outputTokens, model.model));
    const footer = notes.length > 0 ? notes.join(" · ") : undefined;
    const delivery = await this.#end({ by: "finalize", footer, incomplete });
    return this.#result("finished", undefined, delivery);
  }

  /** The model stopped, and not because it was done. */
  async #cut(code: string, message: string): Promise<TurnResult> {
    const { reply, sink, logger } = this.#options;
    sink.endMessage();
    logger.warn("turn cut short", { code });
    if (reply.text === "") this.#showSomething(message);
    const delivery = await this.#end({ by: "fail", failure: { code, message } });
    return this.#result("failed", code, delivery);
  }

  async #end(end: TurnEnd, withinMs?: number): Promise<DeliveryResult> {
    await this.#options.onEnd?.(end);
    return endReply(this.#options.reply, end, { withinMs });
  }

  async #ended(error: unknown): Promise<TurnResult> {
    const { reply, sink, logger } = this.#options;
    if (error instanceof TurnStop && error.kind === "handed-over") {
      sink.endMessage();
      return this.#result("failed", error.kind, await reply.abort({ handedOver: true }));
    }
    sink.endMessage();
    for (const [id, name] of this.#running) this.#tool(id, name, "failed", this.#strings.toolEnded);
    if (this.#hasStatus) this.#setStatus(undefined);
    if (reply.text === "") this.#showSomething(this.#strings.failedOtherwise);
    if (error instanceof TurnStop && (error.kind === "stopped" || error.kind === "superseded")) {
      logger.debug("turn stopped", { kind: error.kind });
      const delivery = await this.#end({ by: "abort", name: error.by });
      return this.#result("stopped", error.kind, delivery);
    }
    const code = failureCode(error);
    // The provider's words may quote the person; names and codes are enough to look further.
    const fields = { code, error: error instanceof Error ? error.name : typeof error };
    if (code === "interrupted") logger.debug("turn interrupted", fields);
    else logger.warn("turn failed", fields);
    const withinMs = code === "interrupted" ? FINISH_WITHIN_MS : undefined;
    const message = failureText(this.#strings, code, findLlmError(error)?.providerType);
    const delivery = await this.#end({ by: "fail", failure: { code, message } }, withinMs);
    return this.#result("failed", code, delivery);
  }

  #result(end: TurnResult["end"], code: string | undefined, delivery: DeliveryResult): TurnResult {
    return { end, code, text: this.#options.reply.text, usage: this.#usage, delivery };
  }
}

/** A word for what went wrong; provider errors are told apart where people can act on the difference. */
function failureCode(error: unknown): string {
  if (error instanceof TurnStop) return error.kind;
  const llm = findLlmError(error);
  if (llm === undefined) return "internal";
  const { code, providerType, providerMessage, status } = llm;
  if (code === "provider-error") return troubleOf({ type: providerType, status });
  // JSON that says no, under a status that says yes.
  const isRefusal = code === "not-sse" && (providerType ?? providerMessage) !== undefined;
  return isRefusal ? troubleOf({ type: providerType }) : code;
}
