import { EventEmitter } from "eventemitter3";
import { createHash } from "node:crypto";
import type { ReplyButton, ReplyButtons } from "../../src/plugin-sdk/index.ts";
import type {
  AbortOptions,
  DeliveryResult,
  Delta,
  EndOptions,
  FinalizeOptions,
  ReplyEvents,
  ReplyFailure,
  ReplyStream,
  Snapshot,
  StreamSession,
  ToolUpdate,
} from "../../src/stream/index.ts";
import type { CardHeader } from "./card/index.ts";
import type { FeishuDelivery, Outcome, ReplySettings, ReplyState, TakenUpReply } from "./delivery/index.ts";
import {
  CardChain,
  checkSettings,
  firstBeatMs,
  FlushWaiters,
  Heartbeat,
  ReplyDeadline,
  ReplyTarget,
  ReplyTimes,
  StatusLine,
  Tally,
  newReplyState,
  ReplyInput,
  seamLimits,
  toResult,
} from "./delivery/index.ts";
import type { LoadImage } from "./images/index.ts";
import type { QuotaLevel } from "./quota/index.ts";
import type { MessageTarget, SentMessage } from "./send.ts";

export type { ReplySettings } from "./delivery/index.ts";

export interface ReplyDispatcherOptions {
  readonly delivery: FeishuDelivery;
  readonly target: MessageTarget;
  /** The chat, when known: replies to it share its send limit. */
  readonly chatId?: string | undefined;
  readonly settings?: ReplySettings | undefined;
  /** Ids (`open_id` and the like, or `all`) that the answer may mention with `<at id=…></at>`; others are shown as text. @defaultValue none */
  readonly mentionable?: readonly string[] | undefined;
  /** Fetches the images of the answer, which are then uploaded and take the place of their links. @defaultValue none: they stay links */
  readonly loadImage?: LoadImage | undefined;
  readonly header?: CardHeader | undefined;
  /** Names the reply: who goes on with it in another process finds by it what was sent. @defaultValue a random one */
  readonly id?: string | undefined;
  /** Whether this process may send or patch a message of the reply now; settles when it is known. @defaultValue as `delivery` says of the chat */
  readonly mayWrite?: (() => boolean | Promise<boolean>) | undefined;
  /** Goes on with what another process has written; see `takeUp`. @defaultValue begins */
  readonly takenUp?: TakenUpReply | undefined;
  /** One shown while the reply is being written, others on the last card once it has ended. */
  readonly buttons?: ReplyButtons | undefined;
}

/** A reply in Feishu; see {@link ReplyStream} for what all replies promise. */
export interface ReplyDispatcher extends ReplyStream {
  /** Shows the card now, before there is any text. */
  open(): void;
  /** Adds a button that the last card shows once the reply has ended. Without effect after the end. */
  addButton(button: ReplyButton): void;
}

/**
 * One reply on its way into Feishu cards. All streaming state (cards, sequence numbers, text, ledger) belongs to this object and
 * ends with it, so that replies cannot touch each other's cards.
 * @throws TypeError for a setting that is out of range.
 */
export function createReplyDispatcher(options: ReplyDispatcherOptions): ReplyDispatcher {
  return new FeishuReply(options);
}

/** The same for the same reply in any process. */
const nonceOf = (id: string): string => createHash("sha256").update(id).digest("hex").slice(0, 16);

/** Buttons that no longer count are not taken away later than this: by then somebody has pressed them, or nobody will. */
const RETIRE_WITHIN_MS = 30_000;

class FeishuReply implements ReplyDispatcher {
  readonly events: EventEmitter<ReplyEvents> = new EventEmitter<ReplyEvents>();
  readonly #delivery: FeishuDelivery;
  readonly #state: ReplyState;
  readonly #input: ReplyInput;
  readonly #chain: CardChain;
  readonly #target: ReplyTarget;
  readonly #tally = new Tally();
  readonly #times: ReplyTimes;
  readonly #status: StatusLine;
  readonly #deadline: ReplyDeadline;
  readonly #finishWithinMs: number;
  readonly #heartbeatMs: number;
  /** For the whole reply: who waits for a flush must not wait for another level's. */
  readonly #level: QuotaLevel;
  #heartbeat: Heartbeat | undefined;
  readonly #flushers = new FlushWaiters();
  #message: SentMessage | undefined;
  #end: Promise<DeliveryResult> | undefined;
  #finalized = false;

  constructor(options: ReplyDispatcherOptions) {
    const { delivery, target } = options;
    const settings = checkSettings(options.settings ?? {});
    this.#delivery = delivery;
    this.#target = new ReplyTarget(target, options.chatId);
    this.#times = new ReplyTimes(delivery.clock);
    this.#deadline = new ReplyDeadline(delivery.clock);
    this.#status = new StatusLine(delivery.clock);
    this.#finishWithinMs = settings.finishWithinMs;
    this.#level = delivery.quotaLevel;
    this.#heartbeatMs = firstBeatMs(settings.heartbeatMs, this.#level);
    this.#state = newReplyState(options, settings, this.#level, () => this.#chain.imagesChanged());
    this.#input = new ReplyInput(this.#state, this.#status, this.#times, delivery.clock);
    this.#chain = new CardChain({
      delivery,
      state: this.#state,
      target: this.#target,
      start: settings.start,
      limits: seamLimits(options.settings),
      maxMessages: settings.maxMessages,
      flushMs: settings.flushMs,
      level: this.#level,
      imagesWithinMs: settings.imagesWithinMs,
      signal: this.#deadline.signal,
      tally: this.#tally,
      nonce: options.id === undefined ? delivery.nonce(16) : nonceOf(options.id),
      takenUp: options.takenUp,
      mayWrite: options.mayWrite,
      events: this.events,
      waitingSince: () => this.#times.waitingSince,
      onAcknowledged: (acknowledged) => this.#onAcknowledged(acknowledged),
      onMessage: (message) => {
        this.#message ??= message;
      },
      // Nobody need write on, nor wait: the result says why.
      onRefused: () => void this.#finish({ kind: "failed", failure: { code: "undeliverable" } }, {}),
    });
  }

  get session(): StreamSession {
    return {
      provider: "feishu",
      instance: this.#delivery.client.accountId,
      chatId: this.#target.chatId,
      messageId: this.#message?.messageId,
      startedAt: this.#times.startedAt,
      lastFlushAt: this.#times.lastFlushAt,
      finalized: this.#finalized,
    };
  }

  get text(): string {
    return this.#state.text.value;
  }

  open(): void {
    if (this.#end !== undefined || this.#level === "final-only") return;
    this.#chain.open();
    this.#startHeartbeat();
  }

  addButton(button: ReplyButton): void {
    this.#take((input) => input.addButton(button));
  }

  append(text: Delta): void {
    this.#take((input) => input.append(text));
  }

  replace(text: Snapshot): void {
    this.#take((input) => input.replace(text));
  }

  beginMessage(options: { keep: boolean }): void {
    this.#take((input) => input.beginMessage(options, this.#chain.current));
  }

  reasoning(text: Delta): void {
    this.#take((input) => input.think(this.#state.thoughts + text));
  }

  replaceReasoning(text: Snapshot): void {
    this.#take((input) => input.think(text));
  }

  tool(update: ToolUpdate): void {
    this.#take((input) => input.tool(update, this.#chain.current));
  }

  status(text: string | undefined): void {
    this.#take((input) => input.status(text));
  }

  flush(): Promise<void> {
    const upTo = this.#state.text.length;
    if (this.#finalized || this.#level === "final-only" || upTo <= this.#chain.acknowledged) return Promise.resolve();
    return this.#flushers.until(upTo);
  }

  finalize(options: FinalizeOptions = {}): Promise<DeliveryResult> {
    if (this.#end === undefined && options.text !== undefined) this.#state.text.replaceAll(options.text);
    return this.#finish({ kind: "finalized", footer: options.footer, incomplete: options.incomplete }, options);
  }

  fail(failure: ReplyFailure, options: EndOptions = {}): Promise<DeliveryResult> {
    return this.#finish({ kind: "failed", failure }, options);
  }

  abort(options: AbortOptions = {}): Promise<DeliveryResult> {
    if (options.handedOver === true && !this.#finalized) this.#chain.handOver();
    return this.#finish({ kind: "aborted", by: options.by }, options);
  }

  async retireButtons(): Promise<void> {
    const { after } = this.#state;
    // Calls that are to be saved are not spent on it.
    if (!this.#finalized || after.length === 0 || this.#delivery.quotaLevel !== "live") return;
    after.length = 0;
    this.#deadline.set(RETIRE_WITHIN_MS);
    await this.#chain.redrawLast();
    this.#deadline.clear();
  }

  /** Takes in what is said, unless the reply has ended. @param take gives whether there is something new to show */
  #take(take: (input: ReplyInput) => boolean): void {
    if (this.#end === undefined && take(this.#input)) this.#changed();
  }

  #changed(): void {
    this.#heartbeat?.active();
    this.#state.status = this.#status.draw(this.#state, 0);
    if (this.#level === "final-only") return;
    this.#chain.open();
    this.#startHeartbeat();
    this.#chain.poke();
  }

  #startHeartbeat(): void {
    this.#heartbeat ??= new Heartbeat({
      clock: this.#delivery.clock,
      firstMs: this.#heartbeatMs,
      onBeat: (quietForMs) => {
        this.#state.status = this.#status.draw(this.#state, quietForMs);
        this.#chain.poke();
      },
    });
  }

  #onAcknowledged(acknowledged: number): void {
    this.#times.shown(acknowledged, this.#state.text.length);
    this.#flushers.tell(acknowledged);
  }

  #finish(outcome: Outcome, options: EndOptions): Promise<DeliveryResult> {
    // Whoever ends a reply early does not wait for pictures, neither when its text is complete already.
    if (outcome.kind !== "finalized") this.#state.images.close();
    const first = this.#end === undefined;
    this.#end ??= this.#conclude(outcome);
    // A reply that had to end by itself keeps the time of whoever ends it after that, too.
    if (!this.#finalized && (first || options.withinMs !== undefined))
      this.#deadline.set(options.withinMs ?? this.#finishWithinMs);
    return this.#end;
  }

  async #conclude(outcome: Outcome): Promise<DeliveryResult> {
    const { clock } = this.#delivery;
    const endedAt = clock.now();
    this.#times.ended();
    this.#heartbeat?.stop();
    const state = this.#state;
    state.outcome = outcome;
    state.thoughtsDone = true;
    for (const [id, tool] of state.tools) {
      if (tool.state === "running") state.tools.set(id, { ...tool, state: "failed", endedAt });
    }
    this.#chain.poke();
    const error = await this.#chain.finish();
    this.#deadline.clear();
    const { writingMs } = this.#times;
    if (writingMs !== undefined) this.#delivery.observeRate(state.text.length, writingMs);
    this.#finalized = true;
    const result = toResult({ chain: this.#chain, state, tally: this.#tally, times: this.#times, error });
    this.#flushers.tell(Infinity);
    this.events.emit("finalize", result);
    this.#dropListeners();
    return result;
  }

  /** Once nothing is told any more: cards that are owed still say when they are paid. */
  #dropListeners(): void {
    if (this.#chain.owed.length === 0) this.events.removeAllListeners();
    else this.events.once("paid", () => this.#dropListeners());
  }
}
