import { readInto, readSource } from "../../../src/feed/index.ts";
import type { ReadSourceOptions, TextSource } from "../../../src/feed/index.ts";
import type { DeliveryResult, FinalizeOptions, ReplyFailure, ToolUpdate } from "../../../src/stream/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import type { ReplyDispatcher } from "../reply-dispatcher.ts";
import type { BotButton, Deed, MayPress } from "./buttons.ts";

/**
 * The answer that a handler writes. Nothing is sent before there is something to show; then it grows in a card. Methods that take
 * text return at once and never throw; writing to Feishu happens behind them, paced, merged and repaired. When the handler returns the
 * reply ends by itself.
 */
export interface BotReply<Value = unknown> {
  /** Aborts when nobody waits any more: stopped by its asker, taken back, the bot stops. Hand it to the model. */
  readonly signal: AbortSignal;
  /** The answer so far. */
  readonly text: string;
  /** Adds Markdown. */
  append(markdown: string): this;
  /**
   * Adds all of a source: an AI SDK result (its text, reasoning and tools), a provider's `Response`, an async iterable of strings. Does
   * not end the reply. Resolves when all is read; waits while the reader is more than 50,000 characters behind. A source that ends as
   * less than a whole answer (length limit, filter) makes the card say so.
   * @throws FeedError when it breaks off, what it throws, or the signal's reason. Let it pass and the card says what happened.
   */
  stream(source: TextSource, options?: ReadSourceOptions): Promise<void>;
  /** Adds to the thinking panel. */
  reasoning(text: string): this;
  /** Shows a tool at work; the same `id` again changes its state. */
  tool(update: ToolUpdate): this;
  /** One line that says what is going on; undefined clears it, and so does text. */
  status(text: string | undefined): this;
  /** Adds a button that the card shows once the answer has ended. @throws TypeError for one that cannot be kept */
  button(button: BotButton<Value>): this;
  /**
   * Adds questions to ask next, a button each, for who asked. A press asks it as if they had written it; the card that answers has it as
   * its title. @throws TypeError for an empty one
   */
  suggest(...questions: readonly string[]): this;
  /** Shows the card now, before there is any text ("thinking…"). */
  open(): this;
  /** Resolves when everything so far is visible, or has been given up. */
  flush(): Promise<void>;
  /** Ends the reply before the handler returns. The result tells what is visible and never rejects. */
  finish(options?: FinalizeOptions): Promise<DeliveryResult>;
  /** Ends the reply as incomplete: it keeps its text, and `note` (Markdown, for the reader) stands below. */
  fail(note: string): Promise<DeliveryResult>;
}

/** What a reply of a bot works with. */
export interface LazyReplyOptions<Value> {
  /** Opens the real reply; called at most once. */
  readonly open: () => ReplyDispatcher;
  /** Notes a button; gives what its card sends. */
  readonly hold: (deed: Deed<Value>, to?: MayPress, once?: boolean) => Record<string, string>;
  /** What the card of a kept button sends. @throws TypeError for one that cannot be kept */
  readonly keep: (button: BotButton<Value>) => Record<string, string>;
  /** Text came after the handler had returned. */
  readonly onLate: () => void;
}

/** A {@link BotReply} that becomes a real one when it is first written to. */
export class LazyReply<Value> implements BotReply<Value> {
  readonly #options: LazyReplyOptions<Value>;
  readonly #stop = new AbortController();
  #reply: ReplyDispatcher | undefined;
  /** How a source ended that was not whole. */
  #incomplete: ReplyFailure | undefined;
  #over = false;
  #told = false;

  constructor(options: LazyReplyOptions<Value>) {
    this.#options = options;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get text(): string {
    return this.#reply?.text ?? "";
  }

  /** Whether anything was written. */
  get begun(): boolean {
    return this.#reply !== undefined;
  }

  append(markdown: string): this {
    if (markdown !== "") this.#write((reply) => reply.append(toDelta(markdown)));
    return this;
  }

  async stream(source: TextSource, options?: ReadSourceOptions): Promise<void> {
    const { signal } = this.#stop;
    signal.throwIfAborted();
    const { why, reason } = await readInto(this.#open(), readSource(source, options), { signal });
    if (why !== undefined) this.#incomplete = { code: why, detail: reason };
  }

  reasoning(text: string): this {
    if (text !== "") this.#write((reply) => reply.reasoning(toDelta(text)));
    return this;
  }

  tool(update: ToolUpdate): this {
    this.#write((reply) => reply.tool(update));
    return this;
  }

  status(text: string | undefined): this {
    if (text !== undefined || this.begun) this.#write((reply) => reply.status(text));
    return this;
  }

  button(button: BotButton<Value>): this {
    const { text, for: to, once, keep } = button;
    const { hold, keep: kept } = this.#options;
    this.#write((reply) => {
      reply.addButton({ text, value: keep === true ? kept(button) : hold({ kind: "button", button }, to, once) });
    });
    return this;
  }

  suggest(...questions: readonly string[]): this {
    for (const question of questions.map((one) => one.trim())) {
      if (question === "") throw new TypeError("suggest: a question is empty");
      this.#write((reply) => reply.addButton({ text: question, value: this.#options.hold({ kind: "ask", question }) }));
    }
    return this;
  }

  open(): this {
    this.#write((reply) => reply.open());
    return this;
  }

  flush(): Promise<void> {
    return this.#reply?.flush() ?? Promise.resolve();
  }

  finish(options?: FinalizeOptions): Promise<DeliveryResult> {
    const reply = this.#open();
    reply.open();
    this.#over = true;
    return this.#incomplete === undefined ? reply.finalize(options) : reply.fail(this.#incomplete);
  }

  fail(note: string): Promise<DeliveryResult> {
    return this.end((reply) => reply.fail({ code: "handler", message: note }));
  }

  /** Ends it in another way, with a card in any case, unless it has ended. */
  end(how: (reply: ReplyDispatcher) => Promise<DeliveryResult>): Promise<DeliveryResult> {
    const reply = this.#open();
    reply.open();
    this.#over = true;
    return how(reply);
  }

  /** Another process has its cards: says nothing more. */
  handOver(): void {
    this.#over = true;
    void this.#reply?.abort({ handedOver: true });
  }

  /** The handler has returned: ends what was begun, and begins nothing any more. */
  async settle(): Promise<void> {
    if (this.begun) await this.finish();
    this.#over = true;
  }

  /** Nobody waits for it any more. What is written from now on is ignored. */
  abandon(reason: Error): void {
    this.#over = true;
    this.#stop.abort(reason);
  }

  #write(work: (reply: ReplyDispatcher) => void): void {
    if (!this.#over) return work(this.#open());
    if (this.#told || this.#stop.signal.aborted) return;
    this.#told = true;
    this.#options.onLate();
  }

  #open(): ReplyDispatcher {
    return (this.#reply ??= this.#options.open());
  }
}
