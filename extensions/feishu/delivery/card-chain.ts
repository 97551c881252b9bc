import type { EventEmitter } from "eventemitter3";
import type { DeliveredPart, ReplyEvents } from "../../../src/stream/index.ts";
import type { Carry, SeamLimits } from "../../../src/text/index.ts";
import { NO_CARRY, planCard, seamAt } from "../../../src/text/index.ts";
import type { MessageTarget, SentMessage } from "../send.ts";
import type { QuotaLevel } from "../quota/index.ts";
import { CardAttempts } from "./card-attempts.ts";
import { CardKitSurface } from "./cardkit-surface.ts";
import { CardSlot } from "./card-slot.ts";
import type { WriterEnd } from "./card-writer.ts";
import { CardWriter } from "./card-writer.ts";
import type { FeishuDelivery } from "./engine.ts";
import { ImSurface } from "./im-surface.ts";
import type { LostCardContext } from "./lost-card.ts";
import { closeLost, findVisibleEnd, lookUp, pause, takeOver } from "./lost-card.ts";
import type { ReplyState } from "./reply-state.ts";
import { asLinks, buildView } from "./reply-view.ts";
import { stopStreaming, takeAway } from "./retire.ts";
import { ShownText } from "./shown-text.ts";
import type { Surface, Want } from "./surface.ts";
import type { Tally } from "./tally.ts";
import { sendTextTail } from "./text-tail.ts";

/** Budgets shrink by this factor when Feishu finds a card too large. */
const SHRINK = 0.6;
const MIN_CHARS = 200;
/** Cards that are made while the one before them is still to be sent: each can be given other text until it is sent itself. */
const CARDS_AHEAD = 2;
/** Between writes to one card while calls are to be saved. */
const ECO_PACE_MS = 3_000;
/** Between attempts to learn what became of a message whose sending is of unknown fate. */
const UNKNOWN_SEND_PAUSE_MS = 2_000;

export interface CardChainOptions {
  readonly delivery: FeishuDelivery;
  readonly state: ReplyState;
  readonly target: MessageTarget;
  /** Names the chat for its send limit. */
  readonly chat: string;
  /** The chat itself, when it is known. */
  readonly chatId: string | undefined;
  readonly start: "create" | "convert";
  readonly limits: SeamLimits;
  readonly flushMs: number;
  /** The most that calls are to be saved: see `QuotaLevel`. */
  readonly level: QuotaLevel;
  /** Milliseconds for which a reply whose text is all there waits for its images. */
  readonly imagesWithinMs: number;
  /** Ends everything at the reply's deadline. */
  readonly signal: AbortSignal;
  readonly tally: Tally;
  /** Prefix of all uuids (≤ 24 characters). */
  readonly nonce: string;
  readonly events: EventEmitter<ReplyEvents>;
  /** Clock time since when the reader has been waiting for text. */
  readonly waitingSince: () => number;
  /** Text up to `acknowledged` is visible. */
  readonly onAcknowledged: (acknowledged: number) => void;
  readonly onMessage: (message: SentMessage) => void;
}

/** All cards of one reply, one after the other: which part of the text each shows, and what happens when one fails. */
export class CardChain {
  readonly #options: CardChainOptions;
  readonly #slots: CardSlot[] = [];
  /** Parts that went out as ordinary messages in the end. */
  readonly #tail: DeliveredPart[] = [];
  readonly #shown: ShownText;
  readonly #attempts: CardAttempts;
  readonly #lost: LostCardContext;
  readonly #work = new Set<Promise<void>>();
  /** Aborted when no image is waited for any more. */
  readonly #imagesOver = new AbortController();
  #cards = 0;
  #limits: SeamLimits;
  /** The chat, as soon as it is known. */
  #chatId: string | undefined;
  #error: unknown;
  /** Why a card that shows outdated text is still there. */
  #surplus: unknown;

  constructor(options: CardChainOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#chatId = options.chatId;
    this.#shown = new ShownText(options.state.text);
    this.#attempts = new CardAttempts(options.delivery.clock);
    this.#lost = {
      ...options,
      onError: (error) => {
        this.#error = error;
      },
    };
  }

  /** Index of the card that text goes to now. */
  get current(): number {
    return this.#slots.at(-1)?.index ?? 0;
  }

  /** Begins the first card, even without text. */
  open(): void {
    if (this.#cards === 0) this.#push(0, NO_CARRY);
  }

  /** The text, or anything else that cards show, has changed. */
  poke(): void {
    if (this.#takeChange()) for (const slot of this.#slots) this.#redrive(slot);
    this.#slots.at(-1)?.writer.poke();
  }

  /** An image can be shown: on the card that is being written, or on one that was finished. */
  imagesChanged(): void {
    for (const slot of this.#slots) {
      if (slot.driving) slot.writer.poke();
      else if (slot.settled) this.#start(slot);
    }
  }

  /** What is known to be visible, in order. */
  get parts(): readonly DeliveredPart[] {
    const parts: DeliveredPart[] = [];
    for (const slot of this.#slots) {
      const { surface, start } = slot;
      const end = this.#shown.endOn(slot);
      if (surface.shown === undefined || (end === start && this.#options.state.text.length > start)) continue;
      parts.push({ tier: surface.tier, cardId: slot.cardId, messageId: surface.messageId, start, end });
    }
    return [...parts, ...this.#tail];
  }

  /** End of the text that is known to be visible without a gap. */
  get acknowledged(): number {
    const end = this.parts.reduce((at, part) => (part.start <= at ? Math.max(at, part.end) : at), 0);
    return end > 0 && this.#saysNothing(end) ? this.#options.state.text.length : end;
  }

  /** The reply is complete, and what it has from `at` on is blank: no card is worth opening for it. */
  #saysNothing(at: number): boolean {
    const { state } = this.#options;
    return state.outcome !== undefined && state.text.value.slice(at).trim() === "";
  }

  /**
   * The reply has ended: writes the final state everywhere, by whatever still works. Gives an error when text is missing or a card
   * could not be closed.
   */
  async finish(): Promise<unknown> {
    const { state, signal, events } = this.#options;
    this.#attempts.stop();
    if (this.#cards === 0 && (state.text.length > 0 || state.outcome?.kind !== "finalized")) this.open();
    this.#plan();
    for (const slot of this.#slots) slot.writer.poke();
    await this.#allWork();
    if (this.acknowledged < state.text.length && !signal.aborted) await this.#sendTail();
    const isComplete = (): boolean => {
      const leftOpen = this.#slots.some((slot) => slot.driving || slot.streaming !== undefined);
      return this.acknowledged >= state.text.length && !leftOpen && this.#surplus === undefined;
    };
    if (isComplete()) {
      events.emit("closed");
      await this.#showImages();
    }
    state.images.close();
    if (this.#surplus !== undefined) return this.#surplus;
    if (isComplete()) return undefined;
    return this.#error ?? signal.reason ?? new Error("the reply could not be delivered");
  }

  async #allWork(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** The text is all there: what is still missing are images. Bounded, and without consequences when it fails. */
  async #showImages(): Promise<void> {
    const { delivery, state, signal, imagesWithinMs } = this.#options;
    const end = (): void => {
      state.images.close();
      this.#imagesOver.abort(new Error(`images are not waited for longer than ${imagesWithinMs} ms`));
    };
    const cancel = delivery.clock.setTimer(imagesWithinMs, end);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
    await state.images.settled();
    await this.#allWork();
    cancel();
    signal.removeEventListener("abort", end);
  }

  #push(start: number, carry: Carry): void {
    const { delivery, target, chat, nonce, events, onMessage } = this.#options;
    const index = this.#cards;
    this.#cards += 1;
    const cardNonce = `${nonce}${index}`;
    const onSent = (slot: CardSlot, message: SentMessage): void => {
      delivery.rememberMessage(message.messageId);
      this.#chatId ??= message.chatId === "" ? undefined : message.chatId;
      events.emit("card", { index, cardId: slot.cardId, messageId: message.messageId });
      onMessage(message);
    };
    // Through CardKit a card takes three calls (create, send, close), as an ordinary message one.
    const viaCardKit = this.#options.level !== "final-only" && delivery.cardkitUsable && !this.#attempts.failing;
    const common = {
      client: delivery.client,
      clock: delivery.clock,
      target,
      chat,
      onSent: (message: SentMessage) => slot.onSent(message),
    };
    const surface = viaCardKit
      ? new CardKitSurface({ ...common, nonce: cardNonce, start: this.#options.start })
      : new ImSurface({ ...common, uuid: `${cardNonce}-m1`, startAt: start, uncertain: false });
    const writer = (slot: CardSlot, by: Surface): CardWriter => this.#writer(slot, by);
    const slot = new CardSlot({
      index,
      start,
      carry,
      limits: this.#limits,
      surface,
      writer,
      chat,
      nonce: cardNonce,
      onSent,
    });
    this.#slots.push(slot);
    if (index > 0) events.emit("rollover", { index, at: start });
    if (index === 0) this.#start(slot);
    else this.#startSoon(slot);
  }

  /** The text that is due on the card before goes first: it should get the connection that is open. */
  #startSoon(slot: CardSlot): void {
    slot.driving = true;
    slot.work = pause(this.#lost, 0).then(() => this.#drive(slot));
    this.#run(slot.work);
  }

  #start(slot: CardSlot): void {
    slot.work = this.#drive(slot);
    this.#run(slot.work);
  }

  #writer(slot: CardSlot, surface: Surface): CardWriter {
    const { delivery, state, tally, flushMs, level, signal, waitingSince } = this.#options;
    return new CardWriter({
      surface,
      want: () => this.#want(slot),
      waitingSince,
      onShown: () => this.#onShown(slot),
      onRefused: (why) => this.#onRefused(slot, why),
      onImagesRefused: (keys) => state.images.refuse(keys),
      pacer: delivery.pacer,
      clock: delivery.clock,
      random: delivery.random,
      logger: delivery.logger,
      patience: delivery.patience,
      tally,
      flushMs,
      paceMs: level === "live" ? 0 : ECO_PACE_MS,
      signal,
      stop: AbortSignal.any([slot.retiredSignal, this.#imagesOver.signal]),
    });
  }

  #run(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.#error = error;
      })
      .finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  #want(slot: CardSlot): Want {
    this.#plan();
    const { state } = this.#options;
    const position = this.#slots.indexOf(slot);
    const text = state.text.value;
    const { pieces, end } = slot.show(text);
    const before = this.#slots[position - 1];
    const first = this.#slots.slice(0, position).every((earlier) => earlier.surface.shown === undefined);
    const last = position === this.#slots.length - 1 && (slot.end ?? text.length) >= text.length;
    const final = slot.end !== undefined;
    const illustrated = illustratedPieces(slot, pieces);
    return {
      view: buildView(state, { slot: slot.index, first, last, final, pieces, illustrated }),
      start: slot.start,
      end,
      final,
      mayOpen: before === undefined || this.#shown.isAllOn(before),
      version: this.#shown.version,
    };
  }

  /** Settles where cards end, as far as the text is known, and begins the next card when the last one is full. */
  #plan(): void {
    this.#takeChange();
    const { state } = this.#options;
    const text = state.text.value;
    const final = state.outcome !== undefined;
    for (let i = this.#slots.findIndex(({ end }) => end === undefined); i >= 0 && i < this.#slots.length; i++) {
      const slot = this.#slots[i];
      if (slot === undefined || slot.end !== undefined) continue;
      const { seam } = planCard(text, slot.start, slot.carry, slot.limits, { final });
      if (seam === undefined) {
        if (final) slot.endAt(text.length, "", NO_CARRY);
        this.#dropAfter(i);
        break;
      }
      slot.endAt(seam.end, seam.close, seam.next);
      this.#slots[i + 1]?.moveTo(seam.end, seam.next);
      this.#redrive(slot);
    }
    const last = this.#slots.at(-1);
    if (last?.end === undefined || last.end >= text.length || (last.end > 0 && this.#saysNothing(last.end))) return;
    const unsent = this.#slots.filter(({ dead, surface }) => !dead && surface.messageId === undefined).length;
    if (unsent <= CARDS_AHEAD && this.#mayTryNext()) this.#push(last.end, last.next);
  }

  #mayTryNext(): boolean {
    if (this.#options.signal.aborted) return false;
    return this.#attempts.mayTry(this.#options.state.outcome !== undefined);
  }

  /** Notes a change of the text other than growth; true when there was one. */
  #takeChange(): boolean {
    const from = this.#shown.takeChange();
    if (from === undefined) return false;
    const first = this.#slots.findIndex(({ end, dead }) => !dead && (end === undefined || end > from));
    if (first >= 0) for (const slot of this.#slots.slice(first)) if (!slot.dead) slot.reopen(from);
    return true;
  }

  /** A card that was done gets other text. */
  #redrive(slot: CardSlot): void {
    if (slot.dead || slot.retired) return;
    if (slot.driving) slot.writer.poke();
    else if (slot.end === undefined || !this.#shown.isAllOn(slot)) this.#start(slot);
  }

  /** Later cards are not needed any more: the text became shorter. */
  #dropAfter(position: number): void {
    for (const slot of this.#slots.splice(position + 1)) {
      slot.retire();
      this.#run(this.#takeAway(slot));
    }
  }

  /** Once the slot's last call is over: only then is it known whether there is a message. */
  async #takeAway(slot: CardSlot): Promise<void> {
    await slot.work;
    if (slot.surface.messageId === undefined && slot.surface.sendUnknown)
      await lookUp(this.#lost, slot.surface, this.#chatId);
    await takeAway(slot, this.#options).catch((error: unknown) => {
      this.#surplus = error;
    });
  }

  #onShown(slot: CardSlot): void {
    const { events, state, onAcknowledged } = this.#options;
    if (this.#shown.endOn(slot) > slot.start) this.#attempts.succeeded();
    const { acknowledged } = this;
    onAcknowledged(acknowledged);
    events.emit("flush", { acknowledged, total: state.text.length, cardIndex: slot.index });
    if (slot.end === undefined) return;
    this.#plan();
    this.#slots[this.#slots.indexOf(slot) + 1]?.writer.poke();
  }

  #onRefused(slot: CardSlot, why: "too-large" | "closed"): boolean {
    const shown = this.#shown.endOn(slot);
    if (why === "too-large") {
      const { maxChars, maxBytes, maxTables } = slot.limits;
      if (shown === slot.start && maxChars <= MIN_CHARS) return false;
      this.#limits = {
        maxChars: Math.max(MIN_CHARS, Math.floor(maxChars * SHRINK)),
        maxBytes: Math.max(MIN_CHARS * 4, Math.floor(maxBytes * SHRINK)),
        maxTables: Math.max(1, maxTables - 1),
      };
    }
    if (slot.surface.messageId !== undefined) {
      this.#endHere(slot, shown);
      return true;
    }
    if (why === "closed") return false;
    slot.limits = this.#limits;
    slot.reopen(slot.start);
    return true;
  }

  /** The card keeps what it shows; the text goes on in the next one. */
  #endHere(slot: CardSlot, at: number): void {
    const after = this.#slots[this.#slots.indexOf(slot) + 1];
    // Where it ends here already, the next one may be there, begun by what was known then.
    if (slot.end !== at) {
      const { text } = this.#options.state;
      const next = at === slot.start ? slot.carry : seamAt(text.value, slot.start, slot.carry, at, slot.limits).next;
      slot.endAt(at, "", next);
      after?.moveTo(at, next);
    }
    this.#plan();
    if (after !== undefined) this.#redrive(after);
  }

  async #drive(slot: CardSlot): Promise<void> {
    const { signal, delivery } = this.#options;
    slot.driving = true;
    let end: WriterEnd;
    for (;;) {
      end = await slot.writer.run();
      if (end.state === "finished" || slot.retired) break;
      if (slot.settled) {
        // Only an image was to come: its link stays.
        slot.use(slot.surface, this.#writer(slot, slot.surface));
        break;
      }
      this.#error = end.error;
      if (signal.aborted) return;
      const { surface } = slot;
      const unsure = surface.messageId === undefined && surface.sendUnknown;
      if (unsure && (await lookUp(this.#lost, surface, this.#chatId)) === "found") {
        slot.use(surface, this.#writer(slot, surface));
        // It may show all it should: then no write tells the card after it.
        this.#onShown(slot);
      } else if (surface instanceof CardKitSurface) {
        delivery.cardkitFailed(end.error);
        this.#fallBack(slot, end.error);
      } else if (surface.sendUnknown) {
        // It may be visible. Nothing else may be sent for this text until it is known which it is.
        await pause(this.#lost, UNKNOWN_SEND_PAUSE_MS);
        slot.use(surface, this.#writer(slot, surface));
      } else {
        await this.#giveUp(slot);
        break;
      }
    }
    slot.driving = false;
    if (slot.retired || slot.dead || slot.settled) return;
    // Closed for good with less than it should show: the rest goes on elsewhere.
    if (!this.#shown.isAllOn(slot)) await this.#giveUp(slot);
    slot.settled = !slot.dead && slot.end !== undefined;
    // The patch that finished the card said that it does not stream; CardKit is told once as well, if it listens.
    if (slot.streaming !== undefined && end.state === "finished") {
      await stopStreaming(slot.streaming, this.#options, { failures: 1, forMs: 0 });
      slot.streaming?.closedElsewhere();
    }
  }

  /** From CardKit to patches of the same message, or to an ordinary card when nothing was sent. */
  #fallBack(slot: CardSlot, error: unknown): void {
    const { events } = this.#options;
    const surface = takeOver(this.#lost, slot);
    slot.use(surface, this.#writer(slot, surface));
    const cause = error instanceof Error ? error : new Error("CardKit failed", { cause: error });
    events.emit("fallback", { from: "cardkit", to: "im-patch", at: this.#shown.endOn(slot), error: cause });
  }

  /** Nothing more can be shown on this card. What it shows is found out, and the text goes on elsewhere. */
  async #giveUp(slot: CardSlot): Promise<void> {
    this.#attempts.failed();
    const at = await findVisibleEnd(this.#lost, slot, this.#shown.endOn(slot));
    slot.dead = true;
    slot.driving = false;
    this.#endHere(slot, at);
    if (this.#options.state.outcome === undefined) this.#attempts.wakeAfterRest(() => this.#plan());
    else this.#attempts.stop();
    if (slot.streaming !== undefined) this.#run(closeLost(this.#lost, slot, (surface) => this.#writer(slot, surface)));
  }

  /** The last means, once the text is complete: what is not visible yet goes out as ordinary messages. */
  async #sendTail(): Promise<void> {
    const { delivery, state, target, chat, nonce, tally, signal, events, onAcknowledged } = this.#options;
    const unsure = this.#slots.find(({ surface }) => surface.messageId === undefined && surface.sendUnknown);
    if (unsure !== undefined) return;
    const from = this.acknowledged;
    const last = this.#slots.at(-1);
    const carry = last?.end === from ? last.next : NO_CARRY;
    const error = this.#error instanceof Error ? this.#error : new Error("no card could be written");
    events.emit("fallback", { from: last?.surface.tier ?? "none", to: "text", at: from, error });
    const onSent = (message: SentMessage, start: number, end: number): void => {
      this.#tail.push({ tier: "text", messageId: message.messageId, start, end });
      events.emit("card", { index: this.#cards++, cardId: undefined, messageId: message.messageId });
      onAcknowledged(this.acknowledged);
    };
    this.#error = await sendTextTail(
      { delivery, target, chat, nonce, tally, signal, onSent, render: (markdown) => asLinks(state, markdown) },
      state.text.value,
      from,
      carry,
    );
  }
}

/**
 * How many of a card's answer elements may show images: none while the card is being opened, so that nothing but text decides about
 * that; then all but the one that is being typed, for its reader's client would paint it anew; all once the card is closed.
 */
function illustratedPieces(slot: CardSlot, pieces: readonly string[]): number {
  if (slot.surface.messageId === undefined) return 0;
  return slot.end !== undefined && !slot.surface.streaming ? pieces.length : Math.max(0, pieces.length - 1);
}
