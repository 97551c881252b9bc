import type { DeliveredPart, OwedPart } from "../../../src/stream/index.ts";
import type { SeamLimits } from "../../../src/text/index.ts";
import { cardJson } from "../card/index.ts";
import { noteAudited } from "./reply/audit.ts";
import { CardAttempts } from "./card-attempts.ts";
import type { CardChainOptions } from "./card-chain-options.ts";
import { CardDrawing } from "./card-drawing.ts";
import { CardLedger } from "./seen/card-ledger.ts";
import { CardMaker } from "./card-maker.ts";
import { DebtsOfReply } from "./debts/debts-of-reply.ts";
import type { DriverReply, LeftWhy } from "./card-driver.ts";
import type { CardSlot } from "./card-slot.ts";
import { CardSlots } from "./card-slots.ts";
import type { WriterEnd, WriterReply } from "./writer/writer-reply.ts";
import { CHAT_TAKEN } from "./writer/writer-reply.ts";
import type { LostMessageContext, VisibleEnd } from "./seen/lost-message.ts";
import { Running } from "./running.ts";
import { ShownText } from "./seen/shown-text.ts";
import { Surplus } from "./debts/surplus.ts";
import { sendTail } from "./last-means/send-tail.ts";
import { waitForImages } from "./reply/wait-for-images.ts";

/** Cards that are made while the one before them is still to be sent: each can be given other text until it is sent itself. */
const CARDS_AHEAD = 2;
const MIN_CHARS = 200;

/** All cards of one reply, one after the other: begins them as the text needs them, and ends them. */
export class CardChain {
  readonly #options: CardChainOptions;
  readonly #slots: CardSlots;
  readonly #shown: ShownText;
  readonly #attempts: CardAttempts;
  readonly #lost: LostMessageContext;
  readonly #drawing: CardDrawing;
  readonly #ledger: CardLedger;
  readonly #maker: CardMaker;
  readonly #debts: DebtsOfReply;
  readonly #surplus: Surplus;
  readonly #running = new Running((error) => void (this.#error = error));
  /** Aborted when no image is waited for any more. */
  readonly #imagesOver = new AbortController();
  #limits: SeamLimits;
  #error: unknown;
  /** Why nothing of the reply can arrive any more. */
  #over: unknown;
  /** Another process goes on with the reply: it pays what is owed, too. */
  #isHandedOver = false;

  constructor(options: CardChainOptions) {
    const { delivery, events, state } = options;
    this.#options = options;
    this.#limits = delivery.learned.within(options.limits);
    this.#shown = new ShownText(state.text);
    this.#ledger = new CardLedger(state, this.#shown);
    this.#attempts = new CardAttempts(delivery.clock);
    this.#drawing = new CardDrawing(state, this.#shown, () => this.#slots.all);
    this.#maker = new CardMaker(options, (slot) => this.#replyOf(slot), this.#imagesOver.signal);
    this.#debts = new DebtsOfReply(delivery, events, (slot) => cardJson(this.#drawing.finalView(slot), false));
    this.#lost = {
      ...options,
      onError: (error) => {
        this.#error = error;
      },
    };
    this.#surplus = new Surplus(options, this.#lost, this.#debts);
    const driver: DriverReply = {
      context: this.#lost,
      events,
      shown: this.#shown,
      writer: (slot, surface) => this.#maker.writer(slot, surface),
      onShown: (slot) => this.#onShown(slot),
      onLeft: (slot, end, why) => this.#onLeft(slot, end, why),
      onOver: (end) => this.#onOver(end),
    };
    this.#slots = new CardSlots({
      options,
      driver,
      maker: this.#maker,
      attempts: this.#attempts,
      shown: this.#shown,
      running: this.#running,
    });
    if (options.takenUp !== undefined) this.#slots.takeUp(options.takenUp, this.#limits);
  }

  /** Index of the card that text goes to now. */
  get current(): number {
    return this.#slots.current;
  }

  /** Begins the first card, even without text, or goes on with the one that another process began. */
  open(): void {
    this.#slots.open(this.#limits);
  }

  /** Another process goes on with the reply: nothing more is written. */
  handOver(): void {
    this.#isHandedOver = true;
    this.#slots.leaveTakenUp();
    this.#onOver({ state: "taken", error: new Error(CHAT_TAKEN) });
  }

  /** The text, or anything else that cards show, has changed. */
  poke(): void {
    const last = this.#slots.all.at(-1);
    if (last?.busy === true) last.writer.poke();
    else this.#plan();
  }

  /** An image can be shown: on the card that is being written, or on one that was finished. */
  imagesChanged(): void {
    for (const slot of this.#slots.all) {
      if (slot.busy) slot.writer.poke();
      else if (slot.phase.name === "complete") this.#slots.start(slot);
    }
  }

  /** What is visible and stays so, in order. */
  get parts(): readonly DeliveredPart[] {
    return this.#ledger.partsOf(this.#slots.all);
  }

  /** End of the text that is visible without a gap, and stays so whatever takes effect late. */
  get delivered(): number {
    return this.#ledger.certainOf(this.#slots.all);
  }

  /** Nothing of the reply can arrive any more, whatever its writer does; but where it goes on in another process, it may. */
  get isOver(): boolean {
    return this.#over !== undefined && !this.#isHandedOver;
  }

  /** The cards that show all they are to show but are not closed. */
  get owed(): readonly OwedPart[] {
    return this.#debts.list;
  }

  /** End of the text that is known to be visible without a gap. */
  get acknowledged(): number {
    return this.#ledger.acknowledgedOf(this.#slots.all);
  }

  /**
   * The reply has ended: writes the final state everywhere, by whatever still works. Gives an error when text is missing, or a card
   * that is not needed could not be taken away.
   */
  async finish(): Promise<unknown> {
    const { state, signal, events } = this.#options;
    this.#attempts.stop();
    const empty = state.text.length === 0 && state.outcome?.kind === "finalized";
    if (!(this.#slots.begun === 0 && empty) && this.#over === undefined) this.open();
    this.#plan();
    for (const slot of this.#slots.all) slot.writer.poke();
    await this.#running.over();
    if (this.acknowledged < state.text.length && !signal.aborted && this.#over === undefined) await this.#sendTail();
    await this.#surplus.look(this.#slots.all);
    const isShown = (): boolean => this.delivered >= state.text.length && this.#surplus.error === undefined;
    if (isShown() && this.owed.length === 0 && this.#over === undefined) events.emit("closed");
    if (isShown()) await waitForImages(this.#options, this.#imagesOver, () => this.#running.over());
    state.images.close();
    this.#debts.settleLayouts();
    this.#strikeUnsent();
    if (this.#over !== undefined) return this.#over;
    if (isShown()) return undefined;
    return this.#surplus.error ?? this.#error ?? signal.reason ?? new Error("the reply could not be delivered");
  }

  /** Cards that were made and certainly not sent are nothing that anybody would have to close. */
  #strikeUnsent(): void {
    if (this.#isHandedOver) return;
    for (const { index, surface } of this.#slots.all)
      if (surface.messageId === undefined && !surface.sendUnknown) this.#options.events.emit("complete", { index });
  }

  /** The reply has ended, and what stands below its answer has changed since. Left as it is where that cannot be written. */
  async redrawLast(): Promise<void> {
    this.#debts.settleLayouts();
    const last = this.#slots.all.at(-1);
    if (last === undefined || last.busy || last.phase.name !== "complete") return;
    this.#slots.start(last);
    await this.#running.over();
  }

  #replyOf(slot: CardSlot): WriterReply {
    const { delivery, state, tally, signal, target, waitingSince, mayWrite } = this.#options;
    return {
      prepare: () => this.#plan(),
      want: () => this.#drawing.want(slot, waitingSince()),
      onShown: () => this.#onShown(slot),
      onRefused: (why, error) => this.#onRefused(slot, why, error),
      onImagesRefused: (keys) => state.images.refuse(keys),
      onAudited: (error) => noteAudited(state.softened, error),
      onReplyGone: (error) => target.leaveMessage(error, delivery.client, { signal, onCall: tally.onCall }),
      isTaken: (cardId) => delivery.cards.isTaken(cardId),
      mayWrite: mayWrite ?? (() => delivery.cards.mayWrite(target.chatId)),
    };
  }

  /** Settles where cards end, as far as the text is known, and begins the next card when the last one is full. */
  #plan(): void {
    const { state, signal } = this.#options;
    const text = state.text.value;
    const from = this.#shown.takeChange();
    if (from !== undefined) this.#drop(this.#slots.row.changed(from, text));
    const { moved, dropped } = this.#slots.row.plan(text, state.outcome !== undefined);
    this.#drop(dropped);
    for (const slot of this.#slots.all) if (from !== undefined || moved.includes(slot.range)) this.#slots.redrive(slot);
    const next = this.#slots.row.next(text);
    if (next === undefined || this.#slots.begun === 0 || signal.aborted || this.#over !== undefined) return;
    if ((next.start > 0 && this.#ledger.saysNothing(next.start)) || this.#isFull) return;
    const unsent = this.#slots.all.filter(
      ({ phase, surface }) => phase.name !== "left" && surface.messageId === undefined,
    );
    if (unsent.length <= CARDS_AHEAD && this.#attempts.mayTry(state.outcome !== undefined))
      this.#slots.push(next, this.#limits);
  }

  /** No further card is begun: the two messages that are left are those that bring the rest as a file. */
  get #isFull(): boolean {
    return this.#slots.all.length >= this.#options.maxMessages - 2;
  }

  /** Cards that are not needed any more: the text became shorter. */
  #drop(ranges: readonly unknown[]): void {
    for (const slot of this.#slots.drop(ranges)) this.#running.add(this.#surplus.takeAway(slot));
  }

  #onShown(slot: CardSlot): void {
    const { events, state, onAcknowledged } = this.#options;
    if (this.#shown.endOn(slot) > slot.range.start) this.#attempts.succeeded();
    const { acknowledged } = this;
    onAcknowledged(acknowledged);
    events.emit("flush", { acknowledged, total: state.text.length, cardIndex: slot.index });
    if (slot.range.end === undefined) return;
    this.#plan();
    this.#slots.after(slot)?.writer.poke();
  }

  #onRefused(slot: CardSlot, why: "too-large" | "closed", error: unknown): boolean {
    const { delivery, state } = this.#options;
    const { range } = slot;
    const shown = this.#shown.endOn(slot);
    if (why === "too-large") {
      if (shown === range.start && range.limits.maxChars <= MIN_CHARS) return false;
      this.#limits = delivery.learned.refused(error, state.text.value.slice(range.start, range.end), range.limits);
    }
    if (slot.surface.messageId !== undefined) {
      this.#endHere(slot, shown);
      return true;
    }
    if (why === "closed") return false;
    range.limits = this.#limits;
    range.reopen(range.start);
    return true;
  }

  /** The card keeps what it shows; the text goes on in the next one. */
  #endHere(slot: CardSlot, at: number): void {
    this.#slots.row.endHere(slot.range, at, this.#options.state.text.value);
    this.#plan();
    this.#slots.redriveAfter(slot);
  }

  #onLeft(slot: CardSlot, { at }: VisibleEnd, why: LeftWhy): void {
    const { delivery, state, events } = this.#options;
    const failing = why === "failed";
    const inline = slot.surface.tier !== "cardkit";
    if (failing && (inline || at === slot.range.start)) this.#attempts.failed();
    this.#slots.row.endHere(slot.range, at, state.text.value);
    // Whoever is known to have taken the card closes it. When only its numbers say so, it is tried later: with a number that is too low
    // nothing can be spoilt.
    const isTheirs = why === "taken" && delivery.cards.isKnownTaken(slot.surface.cardId);
    if (!isTheirs && !this.#isHandedOver) this.#debts.owe(slot);
    if (failing && !inline) {
      const error = this.#error instanceof Error ? this.#error : new Error("CardKit failed", { cause: this.#error });
      events.emit("fallback", { from: "cardkit", to: "im-patch", at, error });
    }
    this.#onShown(slot);
    this.#plan();
    this.#slots.redriveAfter(slot);
    if (!this.#attempts.failing) return;
    if (state.outcome === undefined) this.#attempts.wakeAfterRest(() => this.#plan());
    else this.#attempts.stop();
  }

  #onOver(end: WriterEnd & { state: "refused" | "taken" }): void {
    if (this.#over !== undefined) return;
    this.#over =
      end.state === "refused"
        ? end.error
        : new Error("the card is written by another process now", { cause: end.error });
    this.#attempts.stop();
    // What was not sent never will be; on a card that somebody else writes to nothing more is done, nor beside it.
    for (const slot of this.#slots.all) if (end.state === "taken" || slot.surface.messageId === undefined) slot.stop();
    if (end.state === "refused") this.#options.onRefused();
  }

  /** What no card shows goes out by other means. */
  async #sendTail(): Promise<void> {
    const { tally, delivery, signal } = this.#options;
    const parts = { slots: this.#slots, ledger: this.#ledger, error: this.#error, asFile: this.#isFull };
    this.#error = await sendTail(this.#options, parts);
    // Given up before the reply's time is over, at an address that never answered: nothing of it was sent.
    if (this.#error !== undefined && !signal.aborted && tally.neverAnsweredForMs(delivery) !== undefined)
      this.#over = this.#error;
  }
}
