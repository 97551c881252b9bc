import { EventEmitter } from "eventemitter3";
import type { ReplyButtons } from "../../src/plugin-sdk/index.ts";
import type {
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
import { ReplyText } from "../../src/stream/index.ts";
import type { CancelTimer } from "../../src/time/index.ts";
import type { CardHeader, CardLocale } from "./card/index.ts";
import { cardStrings } from "./card/index.ts";
import { FEISHU_LIMITS } from "./client/index.ts";
import type { FeishuDelivery, Outcome, ReplyState } from "./delivery/index.ts";
import { CardChain, Heartbeat, Tally, uploadImage, WaitingLine } from "./delivery/index.ts";
import type { LoadImage } from "./images/index.ts";
import { ReplyImages } from "./images/index.ts";
import type { QuotaLevel } from "./quota/index.ts";
import type { MessageTarget, SentMessage } from "./send.ts";

/** Settings of one reply. */
export interface ReplySettings {
  /** Characters of the reply on one card; the rest goes on in the next. At least 200. @defaultValue 3000 */
  readonly rolloverChars?: number | undefined;
  /** UTF-8 bytes of the reply on one card (Feishu advises 30 KB for the whole card). @defaultValue 20000 */
  readonly rolloverBytes?: number | undefined;
  /** Markdown tables on one card. @defaultValue 3 */
  readonly rolloverTables?: number | undefined;
  /** Milliseconds between writes of text to one card. 0: as often as Feishu allows, about 9 a second. @defaultValue 0 */
  readonly flushMs?: number | undefined;
  /** Milliseconds between signs of life while nothing else changes. @defaultValue 5000 */
  readonly heartbeatMs?: number | undefined;
  /** Milliseconds from `finalize`, `fail` or `abort` until the result is given in any case. @defaultValue 120000 */
  readonly finishWithinMs?: number | undefined;
  /** Images that one reply shows at most; further ones stay links. @defaultValue 10 */
  readonly maxImages?: number | undefined;
  /** Milliseconds for which the end waits for images once all text is visible; later ones stay links. @defaultValue 10000 */
  readonly imagesWithinMs?: number | undefined;
  /** `create`: card entity first. `convert`: send the card with its first text at once, then `id_convert`. @defaultValue "create" */
  readonly start?: "create" | "convert" | undefined;
  /** Language of cardstream's own words on the card. @defaultValue "zh" */
  readonly locale?: CardLocale | undefined;
}

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
  /** One shown while the reply is being written, others on the last card once it has ended. */
  readonly buttons?: ReplyButtons | undefined;
}

/** A reply in Feishu; see {@link ReplyStream} for what all replies promise. */
export interface ReplyDispatcher extends ReplyStream {
  /** Shows the card now, before there is any text. */
  open(): void;
}

/**
 * One reply on its way into Feishu cards. All streaming state (cards, sequence numbers, text, ledger) belongs to this object and
 * ends with it, so that replies cannot touch each other's cards.
 * @throws TypeError for a setting that is out of range.
 */
export function createReplyDispatcher(options: ReplyDispatcherOptions): ReplyDispatcher {
  return new FeishuReply(options);
}

/** Between signs of life while calls are to be saved. */
const ECO_HEARTBEAT_MS = 30_000;

class FeishuReply implements ReplyDispatcher {
  readonly events: EventEmitter<ReplyEvents> = new EventEmitter<ReplyEvents>();
  readonly #delivery: FeishuDelivery;
  readonly #state: ReplyState;
  readonly #chain: CardChain;
  readonly #tally = new Tally();
  readonly #waiting = new WaitingLine();
  readonly #deadline = new AbortController();
  readonly #finishWithinMs: number;
  readonly #heartbeatMs: number;
  /** For the whole reply: who waits for a flush must not wait for another level's. */
  readonly #level: QuotaLevel;
  #heartbeat: Heartbeat | undefined;
  #flushers: { readonly upTo: number; readonly resolve: () => void }[] = [];
  #status: string | undefined;
  #message: SentMessage | undefined;
  readonly #startedAt: number;
  #lastFlushAt: number | undefined;
  #firstTextAt: number | undefined;
  #lastTextAt = 0;
  #firstGlyphAt: number | undefined;
  #allShownAt: number | undefined;
  #end: Promise<DeliveryResult> | undefined;
  #finalized = false;
  readonly #chatId: string | undefined;

  constructor(options: ReplyDispatcherOptions) {
    const { delivery, target } = options;
    const settings = checkSettings(options.settings ?? {});
    this.#delivery = delivery;
    this.#chatId = options.chatId ?? (target.type === "chat" ? target.chatId : undefined);
    this.#startedAt = delivery.clock.wallNow();
    this.#finishWithinMs = settings.finishWithinMs;
    this.#level = delivery.quotaLevel;
    this.#heartbeatMs =
      this.#level === "live" ? settings.heartbeatMs : Math.max(settings.heartbeatMs, ECO_HEARTBEAT_MS);
    const strings = cardStrings(settings.locale);
    this.#state = {
      text: new ReplyText(),
      tools: new Map(),
      thoughts: "",
      thoughtsDone: false,
      status: strings.thinking,
      outcome: undefined,
      header: options.header,
      stop: options.buttons?.stop && { ...options.buttons.stop, id: "stop" },
      after: (options.buttons?.after ?? []).map((button, index) => ({ ...button, id: `after${index}` })),
      mentionable: new Set(options.mentionable),
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
    this.#chain = new CardChain({
      delivery,
      state: this.#state,
      target,
      chatId: this.#chatId,
      chat: this.#chatId ?? JSON.stringify(target),
      start: settings.start,
      limits: {
        maxChars: settings.rolloverChars,
        maxBytes: settings.rolloverBytes,
        maxTables: settings.rolloverTables,
      },
      flushMs: settings.flushMs,
      level: this.#level,
      imagesWithinMs: settings.imagesWithinMs,
      signal: this.#deadline.signal,
      tally: this.#tally,
      nonce: delivery.nonce(16),
      events: this.events,
      waitingSince: () => this.#waiting.since(delivery.clock.now()),
      onAcknowledged: (acknowledged) => this.#onAcknowledged(acknowledged),
      onMessage: (message) => {
        this.#message ??= message;
      },
    });
  }

  get session(): StreamSession {
    return {
      provider: "feishu",
      instance: this.#delivery.client.accountId,
      chatId: this.#message?.chatId ?? this.#chatId,
      messageId: this.#message?.messageId,
      startedAt: this.#startedAt,
      lastFlushAt: this.#lastFlushAt,
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
    const commentary = this.#state.text.beginMessage(options.keep);
    if (commentary === "") return;
    this.#status = commentary.replace(/\s+/gu, " ").trim().slice(-120);
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
    this.#status = text;
    this.#changed();
  }

  flush(): Promise<void> {
    const upTo = this.#state.text.length;
    if (this.#finalized || this.#level === "final-only" || upTo <= this.#chain.acknowledged) return Promise.resolve();
    return new Promise((resolve) => this.#flushers.push({ upTo, resolve }));
  }

  finalize(options: FinalizeOptions = {}): Promise<DeliveryResult> {
    if (this.#end === undefined && options.text !== undefined) this.#state.text.replaceAll(options.text);
    return this.#finish({ kind: "finalized", footer: options.footer }, options);
  }

  fail(failure: ReplyFailure, options: EndOptions = {}): Promise<DeliveryResult> {
    return this.#finish({ kind: "failed", failure }, options);
  }

  abort(options: EndOptions & { by?: string | undefined } = {}): Promise<DeliveryResult> {
    return this.#finish({ kind: "aborted", by: options.by }, options);
  }

  #think(thoughts: string): void {
    if (this.#end !== undefined || thoughts === this.#state.thoughts) return;
    this.#state.thoughts = thoughts;
    this.#state.thoughtsDone = false;
    this.#changed();
  }

  #grew(before: number): void {
    const now = this.#delivery.clock.now();
    if (this.#state.text.length > before) {
      this.#firstTextAt ??= now;
      this.#lastTextAt = now;
      this.#waiting.arrived(before, now);
    }
    this.#state.thoughtsDone = true;
    this.#status = undefined;
    this.#changed();
  }

  #changed(): void {
    this.#heartbeat?.active();
    this.#state.status = this.#statusLine(0);
    if (this.#level === "final-only") return;
    this.#chain.open();
    this.#startHeartbeat();
    this.#chain.poke();
  }

  #startHeartbeat(): void {
    this.#heartbeat ??= new Heartbeat({
      clock: this.#delivery.clock,
      everyMs: this.#heartbeatMs,
      onBeat: (quietForMs) => {
        this.#state.status = this.#statusLine(quietForMs);
        this.#chain.poke();
      },
    });
  }

  /** What is going on, with the seconds it has been going on for when it takes long. */
  #statusLine(quietForMs: number): string {
    const { strings, tools, text } = this.#state;
    const running = [...tools.values()].findLast(({ state }) => state === "running");
    const now = this.#delivery.clock.now();
    if (running !== undefined && this.#status === undefined) {
      const line = strings.running(running.name);
      return quietForMs === 0 ? line : strings.elapsed(line, Math.round((now - running.startedAt) / 1000));
    }
    // Text that flows is sign of life enough.
    if (this.#status === undefined && text.length > 0 && quietForMs === 0) return "";
    const line = this.#status ?? (text.length === 0 ? strings.thinking : strings.writing);
    return quietForMs === 0 ? line : strings.elapsed(line, Math.round(quietForMs / 1000));
  }

  #onAcknowledged(acknowledged: number): void {
    const { clock } = this.#delivery;
    this.#lastFlushAt = clock.wallNow();
    if (acknowledged > 0) this.#firstGlyphAt ??= clock.now();
    if (this.#end !== undefined && acknowledged >= this.#state.text.length) this.#allShownAt ??= clock.now();
    this.#waiting.shown(acknowledged, this.#state.text.length);
    const done = this.#flushers.filter(({ upTo }) => upTo <= acknowledged);
    if (done.length === 0) return;
    this.#flushers = this.#flushers.filter(({ upTo }) => upTo > acknowledged);
    for (const { resolve } of done) resolve();
  }

  #finish(outcome: Outcome, options: EndOptions): Promise<DeliveryResult> {
    // Whoever ends a reply early does not wait for pictures, neither when its text is complete already.
    if (outcome.kind !== "finalized") this.#state.images.close();
    this.#end ??= this.#conclude(outcome, options.withinMs ?? this.#finishWithinMs);
    return this.#end;
  }

  async #conclude(outcome: Outcome, withinMs: number): Promise<DeliveryResult> {
    const { clock } = this.#delivery;
    const endedAt = clock.now();
    this.#heartbeat?.stop();
    const state = this.#state;
    state.outcome = outcome;
    state.thoughtsDone = true;
    for (const [id, tool] of state.tools) {
      if (tool.state === "running") state.tools.set(id, { ...tool, state: "failed", endedAt });
    }
    const cancel: CancelTimer = clock.setTimer(withinMs, () =>
      this.#deadline.abort(new Error(`the reply was not fully visible ${withinMs} ms after its end`)),
    );
    this.#chain.poke();
    const error = await this.#chain.finish();
    cancel();
    if (this.#firstTextAt !== undefined) {
      this.#delivery.observeRate(state.text.length, this.#lastTextAt - this.#firstTextAt);
    }
    this.#finalized = true;
    const result = this.#result(outcome, endedAt, error);
    for (const { resolve } of this.#flushers.splice(0)) resolve();
    this.events.emit("finalize", result);
    this.events.removeAllListeners();
    return result;
  }

  #result(outcome: Outcome, endedAt: number, error: unknown): DeliveryResult {
    const { parts } = this.#chain;
    const total = this.#state.text.length;
    const delivered = Math.min(total, this.#chain.acknowledged);
    const complete = delivered === total;
    return {
      outcome: outcome.kind,
      delivered,
      total,
      cards: parts.length,
      tier: lowestTier(parts.map(({ tier }) => tier)),
      parts,
      retries: this.#tally.retries,
      rejected: this.#tally.rejected,
      unknownResolved: this.#tally.unknownResolved,
      calls: this.#tally.calls,
      bytes: this.#tally.bytes,
      firstGlyphMs: since(this.#firstTextAt, this.#firstGlyphAt),
      finishLagMs: complete ? Math.max(0, (this.#allShownAt ?? endedAt) - endedAt) : undefined,
      error: error === undefined || error instanceof Error ? error : new Error("delivery failed", { cause: error }),
    };
  }
}

const TIERS: readonly DeliveryTier[] = ["none", "cardkit", "im-patch", "text"];

function lowestTier(tiers: readonly DeliveryTier[]): DeliveryTier {
  return TIERS[Math.max(0, ...tiers.map((tier) => TIERS.indexOf(tier)))] ?? "none";
}

function since(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.max(0, to - from);
}

function checkSettings(
  settings: ReplySettings,
): Required<{ [K in keyof ReplySettings]: NonNullable<ReplySettings[K]> }> {
  return {
    rolloverChars: atLeast("rolloverChars", settings.rolloverChars, 3_000, 200),
    rolloverBytes: atLeast("rolloverBytes", settings.rolloverBytes, 20_000, 800),
    rolloverTables: atLeast("rolloverTables", settings.rolloverTables, 3, 1),
    flushMs: atLeast("flushMs", settings.flushMs, 0, 0),
    heartbeatMs: atLeast("heartbeatMs", settings.heartbeatMs, 5_000, 1_000),
    finishWithinMs: atLeast("finishWithinMs", settings.finishWithinMs, 120_000, 100),
    maxImages: atLeast("maxImages", settings.maxImages, 10, 0),
    imagesWithinMs: atLeast("imagesWithinMs", settings.imagesWithinMs, 10_000, 0),
    start: settings.start ?? "create",
    locale: settings.locale ?? "zh",
  };
}

function atLeast(name: string, value: number | undefined, fallback: number, least: number): number {
  if (value === undefined) return fallback;
  if (!Number.isFinite(value) || value < least)
    throw new TypeError(`${name} must be a number of at least ${least}, got ${value}`);
  return value;
}
