import type { MessageStart } from "../../../src/stream/index.ts";
import type { SeamLimits } from "../../../src/text/index.ts";
import { NO_CARRY } from "../../../src/text/index.ts";
import type { CardAttempts } from "./card-attempts.ts";
import type { CardChainOptions } from "./card-chain-options.ts";
import type { DriverReply } from "./card-driver.ts";
import { CardDriver } from "./card-driver.ts";
import type { CardMaker } from "./card-maker.ts";
import type { NextCard } from "./card-row.ts";
import { CardRow } from "./card-row.ts";
import type { CardSlot } from "./card-slot.ts";
import { pause } from "./seen/lost-message.ts";
import type { Running } from "./running.ts";
import type { ShownText } from "./seen/shown-text.ts";
import type { TakenUpReply } from "./debts/take-up.ts";
import { rowOf } from "./debts/take-up.ts";

/** What the cards of a reply are begun by. */
export interface CardSlotsParts {
  readonly options: CardChainOptions;
  readonly maker: CardMaker;
  readonly driver: DriverReply;
  readonly attempts: CardAttempts;
  readonly shown: ShownText;
  /** What is done to cards, until it is over. */
  readonly running: Running;
}

/** The cards of one reply, in order, each with its part of the text: begins them, sets them going, and takes out those that are not needed. */
export class CardSlots {
  /** Which part of the text each shows. */
  readonly row: CardRow = new CardRow();
  readonly #parts: CardSlotsParts;
  #slots: readonly CardSlot[] = [];
  /** Cards of another process that are gone on with, until that begins. */
  #takenUp: CardSlot[] = [];
  #begun = 0;
  /** Messages that another process began, as far as it wrote that down. */
  #foreign: readonly MessageStart[] = [];

  constructor(parts: CardSlotsParts) {
    this.#parts = parts;
  }

  get all(): readonly CardSlot[] {
    return this.#slots;
  }

  /** Messages of the reply so far. */
  get begun(): number {
    return this.#begun;
  }

  /** Index of the card that text goes to now. */
  get current(): number {
    return this.#slots.at(-1)?.index ?? 0;
  }

  after(slot: CardSlot): CardSlot | undefined {
    return this.#slots[this.#slots.indexOf(slot) + 1];
  }

  /** Begins the first card, even without text, or goes on with those that another process began. */
  open(limits: SeamLimits): void {
    // What one of them settles may set the next one going.
    for (let [slot] = this.#takenUp; slot !== undefined; [slot] = this.#takenUp) this.start(slot);
    if (this.#begun === 0) this.push({ start: 0, carry: NO_CARRY }, limits);
  }

  /** The cards that another process began: those that it closed show their text for good. */
  takeUp({ text, cards, starts }: TakenUpReply, limits: SeamLimits): void {
    const { ranges } = rowOf(text, cards, limits, this.row);
    this.#foreign = starts;
    this.#begun = (cards.at(-1)?.index ?? -1) + 1;
    cards.forEach((card, place) => {
      const range = ranges[place];
      if (range === undefined) return;
      const shown = { start: range.start, end: card.shown, version: 0 };
      const slot = this.#parts.maker.make(card.index, range, true, { ...card, shown });
      this.#slots = [...this.#slots, slot];
      if (card.isOpen) {
        this.#takenUp.push(slot);
        return;
      }
      if (range.end === undefined) this.row.endHere(range, card.shown, text);
      slot.phase = { name: "left", readBack: true };
      slot.stop();
    });
  }

  /** Cards of another process are not gone on with. */
  leaveTakenUp(): void {
    this.#takenUp = [];
  }

  /** A card more, at the end. */
  push(next: NextCard, limits: SeamLimits): void {
    const { options, maker, attempts } = this.#parts;
    const { delivery, events, level } = options;
    const before = this.#foreign.filter(({ start }) => start === next.start).map((one) => one.index);
    const index = Math.max(this.#begun, ...before);
    this.#begun = index + 1;
    // Through CardKit a card takes three calls (create, send, close), as an ordinary message one.
    const viaCardKit = level !== "final-only" && delivery.cardkit.usable && !attempts.failing;
    const slot = maker.make(index, this.row.add(next, limits), viaCardKit);
    this.#slots = [...this.#slots, slot];
    if (index > 0) events.emit("rollover", { index, at: next.start });
    if (this.#slots.length === 1) this.start(slot);
    else this.#startSoon(slot);
  }

  /** A message of the reply that is no card. Gives its index. */
  addMessage(): number {
    return this.#begun++;
  }

  start(slot: CardSlot): void {
    this.#takenUp = this.#takenUp.filter((one) => one !== slot);
    this.#drive(slot, new CardDriver(this.#parts.driver, slot).run());
  }

  /** The text that is due on the card before goes first: it should get the connection that is open. */
  #startSoon(slot: CardSlot): void {
    const { options, driver } = this.#parts;
    this.#drive(
      slot,
      pause(options, 0).then(() => new CardDriver(driver, slot).run()),
    );
  }

  #drive(slot: CardSlot, work: Promise<void>): void {
    slot.busy = true;
    slot.work = work;
    this.#parts.running.add(work);
  }

  /** The card is to show something else than was known. */
  redrive(slot: CardSlot): void {
    const { options, shown } = this.#parts;
    if (slot.phase.name === "left" || slot.phase.name === "dropped") return;
    if (slot.busy) slot.writer.poke();
    else if (slot.range.end === undefined || !shown.isAllOn(slot)) {
      slot.phase = { name: "writing" };
      const { cardId, messageId } = slot.surface;
      options.events.emit("card", { index: slot.index, cardId, messageId });
      this.start(slot);
    }
  }

  /** The same of the card that comes after this one. */
  redriveAfter(slot: CardSlot): void {
    const after = this.after(slot);
    if (after !== undefined) this.redrive(after);
  }

  /** Takes out the cards of these ranges, which are not needed any more, and gives them. */
  drop(ranges: readonly unknown[]): readonly CardSlot[] {
    const gone = this.#slots.filter(({ range }) => ranges.includes(range));
    this.#slots = this.#slots.filter((slot) => !gone.includes(slot));
    for (const slot of gone) slot.drop();
    return gone;
  }
}
