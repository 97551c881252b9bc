import { EventEmitter } from "eventemitter3";
import { createHash } from "node:crypto";
import type { ReplyButton, ReplyButtons } from "../../src/plugin-sdk/index.ts";
import type {
  AbortOptions,
  DeliveryResult,
  DeliveryTier,
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
import { ReplyText, toDelta } from "../../src/stream/index.ts";
import type { CardHeader } from "./card/index.ts";
import { cardStrings } from "./card/index.ts";
import { ReplyDialect } from "./dialect/index.ts";
import { FEISHU_LIMITS } from "./client/index.ts";
import type { FeishuDelivery, Outcome, ReplySettings, ReplyState, TakenUpReply } from "./delivery/index.ts";
import {
  CardChain,
  checkSettings,
  FlushWaiters,
  Heartbeat,
  ReplyDeadline,
  ReplyTarget,
  ReplyTimes,
  StatusLine,
  Tally,
  uploadImage,
} from "./delivery/index.ts";
import type { LoadImage } from "./images/index.ts";
import { ReplyImages } from "./images/index.ts";
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

/** Characters of commentary on all cards of a reply; what comes beyond stays in the answer. */
const MAX_REMARKS = 3_000;

/** Buttons that no longer count are not taken away later than this: by then somebody has pressed them, or nobody will. */
const RETIRE_WITHIN_MS = 30_000;

/** The first sign of life while calls are to be saved. */
const ECO_HEARTBEAT_MS = 30_000;

class FeishuReply implements ReplyDispatcher {
  readonly events: EventEmitter<ReplyEvents> = new EventEmitter<ReplyEvents>();
  readonly #delivery: FeishuDelivery;
  readonly #state: ReplyState;
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
  /** Tool calls that came before the current message. */
  #toolsBefore: number | undefined;
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
    this.#heartbeatMs =
      this.#level === "live" ? settings.heartbeatMs : Math.max(settings.heartbeatMs, ECO_HEARTBEAT_MS);
    const strings = cardStrings(settings.locale);
    this.#state = {
      text: new ReplyText(),
      tools: new Map(),
      remarks: [],
      thoughts: "",
      thoughtsDone: false,
      status: strings.thinking,
      outcome: undefined,
      header: options.header,
      stop: options.buttons?.stop && { ...options.buttons.stop, id: "stop" },
      after: (options.buttons?.after ?? []).map((button, index) => ({ ...button, id: `after${index}` })),
      mentionable: new Set(options.mentionable),
      dialect: new ReplyDialect(),
      softened: new Set(),
      images: new ReplyImages({
        // A picture takes an upload and another write of its card.
        load: this.#level === "live" && delivery.uploadsUsable ? options.loadImage : undefined,
        upload: (data, signal) => uploadImage(delivery, data, signal),
        keys: delivery.imageKeys,
        clock: delivery.clock,
        logger: delivery.logger,
        maxImages: settings.maxImages,
        maxBytes: FEISHU_LIMITS.imageMaxBytes,
        onChange: () => this.#chain.imagesChanged(),
      }),
      strings,
      typing: delivery.typing,
    };
    const { takenUp } = options;
    if (takenUp !== undefined) this.#state.text.append(toDelta(takenUp.text));
    this.#chain = new CardChain({
      delivery,
      state: this.#state,
      target: this.#target,
      start: settings.start,
      limits: {
        maxChars: settings.rolloverChars,
        maxBytes: settings.rolloverBytes,
        maxTables: settings.rolloverTables,
      },
      maxMessages: settings.maxMessages,
      flushMs: settings.flushMs,
      level: this.#level,
      imagesWithinMs: settings.imagesWithinMs,
      signal: this.#deadline.signal,
      tally: this.#tally,
      nonce: options.id === undefined ? delivery.nonce(16) : nonceOf(options.id),
      takenUp,
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
    if (this.#end !== undefined) return;
    this.#state.after.push({ ...button, when: "always", id: `after${this.#state.after.length}` });
    this.#changed();
  }

  append(text: Delta): void {
    if (this.#end !== undefined || text === "") return;
    const before = this.#state.text.length;
    this.#state.text.append(text);
    this.#grew(before);
  }

  replace(text: Snapshot): void {
    if (this.#end !== undefined) return;
    const before = this.#state.text.length;
    this.#state.text.replace(text);
    this.#grew(before);
  }

  beginMessage(options: { keep: boolean }): void {
    if (this.#end !== undefined) return;
    const { text, remarks, tools } = this.#state;
    const said = remarks.reduce((sum, remark) => sum + remark.text.length, text.current.length);
    const commentary = text.beginMessage(options.keep || said > MAX_REMARKS);
    const toolsBefore = this.#toolsBefore ?? tools.size;
    this.#toolsBefore = undefined;
    if (commentary.trim() === "") return;
    remarks.push({ text: commentary, slot: this.#chain.current, toolsBefore });
    this.#changed();
  }

  reasoning(text: Delta): void {
    this.#think(this.#state.thoughts + text);
  }

  replaceReasoning(text: Snapshot): void {
    this.#think(text);
  }

  tool(update: ToolUpdate): void {
    if (this.#end !== undefined) return;
    const now = this.#delivery.clock.now();
    const known = this.#state.tools.get(update.id);
    this.#state.tools.set(update.id, {
      ...update,
      slot: known?.slot ?? this.#chain.current,
      startedAt: known?.startedAt ?? now,
      endedAt: update.state === "running" ? undefined : (known?.endedAt ?? now),
    });
    this.#changed();
  }

  status(text: string | undefined): void {
    if (this.#end !== undefined) return;
    this.#status.tell(text);
    this.#changed();
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

  #think(thoughts: string): void {
    if (this.#end !== undefined || thoughts === this.#state.thoughts) return;
    this.#state.thoughts = thoughts;
    this.#state.thoughtsDone = false;
    this.#changed();
  }

  #grew(before: number): void {
    if (this.#state.text.length > before) {
      this.#toolsBefore ??= this.#state.tools.size;
      this.#times.arrived(before);
    }
    this.#state.thoughtsDone = true;
    this.#status.tell(undefined);
    this.#changed();
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
    const result = this.#result(error);
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

  #result(error: unknown): DeliveryResult {
    const { parts, owed } = this.#chain;
    const total = this.#state.text.length;
    const delivered = Math.min(total, this.#chain.delivered);
    return {
      outcome: this.#chain.isOver ? "failed" : (this.#state.outcome?.kind ?? "failed"),
      delivered,
      total,
      cards: parts.length,
      tier: lowestTier(parts.map(({ tier }) => tier)),
      parts,
      owed,
      retries: this.#tally.retries,
      rejected: this.#tally.rejected,
      unknownResolved: this.#tally.unknownResolved,
      calls: this.#tally.calls,
      bytes: this.#tally.bytes,
      firstGlyphMs: this.#times.firstGlyphMs,
      finishLagMs: delivered === total ? this.#times.finishLagMs : undefined,
      error: error === undefined || error instanceof Error ? error : new Error("delivery failed", { cause: error }),
    };
  }
}

const TIERS: readonly DeliveryTier[] = ["none", "cardkit", "im-patch", "text"];

function lowestTier(tiers: readonly DeliveryTier[]): DeliveryTier {
  return TIERS[Math.max(0, ...tiers.map((tier) => TIERS.indexOf(tier)))] ?? "none";
}
