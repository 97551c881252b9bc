import { EventEmitter } from "eventemitter3";
import { ReplyText, unsentResult } from "../stream/index.ts";
import type {
  Delta,
  DeliveryResult,
  FinalizeOptions,
  ReplyEvents,
  ReplyStream,
  Snapshot,
  StreamSession,
} from "../stream/index.ts";

/** A reply that nobody sees: it takes everything, keeps the text in memory and says that nothing was shown. For dry runs. */
export class DryReply implements ReplyStream {
  readonly events: EventEmitter<ReplyEvents> = new EventEmitter();
  readonly #text = new ReplyText();
  readonly #startedAt: number;
  #end: Promise<DeliveryResult> | undefined;

  /** @param startedAt wall-clock milliseconds */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  get session(): StreamSession {
    return {
      provider: "none",
      instance: "dry-run",
      chatId: undefined,
      messageId: undefined,
      startedAt: this.#startedAt,
      lastFlushAt: undefined,
      finalized: this.#end !== undefined,
    };
  }

  get text(): string {
    return this.#text.value;
  }

  append(text: Delta): void {
    if (this.#end === undefined) this.#text.append(text);
  }

  replace(text: Snapshot): void {
    if (this.#end === undefined) this.#text.replace(text);
  }

  beginMessage({ keep }: { keep: boolean }): void {
    if (this.#end === undefined) this.#text.beginMessage(keep);
  }

  reasoning(): void {}

  replaceReasoning(): void {}

  tool(): void {}

  status(): void {}

  flush(): Promise<void> {
    return Promise.resolve();
  }

  finalize(options: FinalizeOptions = {}): Promise<DeliveryResult> {
    if (this.#end === undefined && options.text !== undefined) this.#text.replaceAll(options.text);
    return this.#finish("finalized");
  }

  fail(): Promise<DeliveryResult> {
    return this.#finish("failed");
  }

  abort(): Promise<DeliveryResult> {
    return this.#finish("aborted");
  }

  retireButtons(): Promise<void> {
    return Promise.resolve();
  }

  #finish(outcome: DeliveryResult["outcome"]): Promise<DeliveryResult> {
    if (this.#end !== undefined) return this.#end;
    const result = unsentResult(outcome, this.#text.length);
    this.#end = Promise.resolve(result);
    this.events.emit("finalize", result);
    return this.#end;
  }
}
