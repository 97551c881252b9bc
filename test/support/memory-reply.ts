import { EventEmitter } from "eventemitter3";
import type {
  AbortOptions,
  Delta,
  DeliveryResult,
  FinalizeOptions,
  ReplyEvents,
  ReplyFailure,
  ReplyStream,
  Snapshot,
  StreamSession,
  ToolUpdate,
} from "../../src/stream/index.ts";

/** How a {@link MemoryReply} ended. */
export type MemoryEnd =
  | { readonly by: "finalize"; readonly options: FinalizeOptions }
  | { readonly by: "fail"; readonly failure: ReplyFailure }
  | { readonly by: "abort"; readonly options: AbortOptions };

/** A reply that keeps everything in memory and shows it at once: what a host does to a reply can be read off it. */
export class MemoryReply implements ReplyStream {
  readonly events: EventEmitter<ReplyEvents> = new EventEmitter();
  /** Every input in order, for example `append:ha`. */
  readonly calls: string[] = [];
  readonly tools: ToolUpdate[] = [];
  thinking = "";
  statusLine: string | undefined;
  commentary: string[] = [];
  end: MemoryEnd | undefined;
  /** Ends asked for after the first; a host that decides twice shows here. */
  lateEnds = 0;
  buttonsRetired = false;
  #before = "";
  #message = "";
  #result: Promise<DeliveryResult> | undefined;

  readonly cardId: string;

  /** @param begun what another process wrote there; @param tellsCard false: its process dies before that */
  constructor(cardId = "card-1", begun = "", tellsCard = true) {
    this.cardId = cardId;
    this.#message = begun;
    if (tellsCard) queueMicrotask(() => this.events.emit("card", { index: 0, cardId, messageId: `om_${cardId}` }));
  }

  get session(): StreamSession {
    return {
      provider: "memory",
      instance: "test",
      chatId: "oc_1",
      messageId: `om_${this.cardId}`,
      startedAt: 0,
      lastFlushAt: undefined,
      finalized: this.end !== undefined,
    };
  }

  get text(): string {
    return this.#before + this.#message;
  }

  append(text: Delta): void {
    if (this.end !== undefined) return;
    this.calls.push(`append:${text}`);
    this.#message += text;
  }

  replace(text: Snapshot): void {
    if (this.end !== undefined) return;
    this.calls.push(`replace:${text}`);
    this.#message = text;
  }

  beginMessage({ keep }: { keep: boolean }): void {
    if (this.end !== undefined) return;
    this.calls.push(`begin:${keep ? "keep" : "drop"}`);
    if (keep && this.#message !== "") this.#before += `${this.#message}\n\n`;
    else if (this.#message !== "") this.commentary.push(this.#message);
    this.#message = "";
  }

  reasoning(text: Delta): void {
    if (this.end === undefined) this.thinking += text;
  }

  replaceReasoning(text: Snapshot): void {
    if (this.end === undefined) this.thinking = text;
  }

  tool(update: ToolUpdate): void {
    if (this.end === undefined) this.tools.push(update);
  }

  status(text: string | undefined): void {
    if (this.end !== undefined) return;
    this.calls.push(`status:${text ?? ""}`);
    this.statusLine = text;
  }

  async flush(): Promise<void> {}

  finalize(options: FinalizeOptions = {}): Promise<DeliveryResult> {
    return this.#finish({ by: "finalize", options }, "finalized");
  }

  fail(failure: ReplyFailure): Promise<DeliveryResult> {
    return this.#finish({ by: "fail", failure }, "failed");
  }

  abort(options: AbortOptions = {}): Promise<DeliveryResult> {
    return this.#finish({ by: "abort", options }, "aborted");
  }

  async retireButtons(): Promise<void> {
    this.buttonsRetired = true;
  }

  #finish(end: MemoryEnd, outcome: DeliveryResult["outcome"]): Promise<DeliveryResult> {
    if (this.#result !== undefined) {
      this.lateEnds++;
      return this.#result;
    }
    this.end = end;
    const total = this.text.length;
    const result: DeliveryResult = {
      outcome,
      delivered: total,
      total,
      cards: 1,
      tier: "cardkit",
      parts: [
        {
          tier: "cardkit",
          cardId: this.cardId,
          messageId: `om_${this.cardId}`,
          start: 0,
          end: total,
          proof: "acknowledged",
        },
      ],
      owed: [],
      retries: 0,
      rejected: 0,
      unknownResolved: 0,
      calls: this.calls.length,
      bytes: total,
      firstGlyphMs: total > 0 ? 0 : undefined,
      finishLagMs: 0,
      error: undefined,
    };
    this.events.emit("finalize", result);
    return (this.#result = Promise.resolve(result));
  }
}
