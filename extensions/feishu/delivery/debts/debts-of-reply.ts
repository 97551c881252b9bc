import type { EventEmitter } from "eventemitter3";
import type { OwedPart, ReplyEvents } from "../../../../src/stream/index.ts";
import type { CardJson } from "../../send.ts";
import type { OwedCard } from "./card-debts.ts";
import type { CardSlot } from "../card-slot.ts";
import type { FeishuDelivery } from "../engine.ts";
import { toRemainder } from "./remainder.ts";

/** The cards of one reply that could not be closed. The account's list has them; here is known what each is to be in the end. */
export class DebtsOfReply {
  readonly #delivery: FeishuDelivery;
  readonly #events: EventEmitter<ReplyEvents>;
  readonly #layoutOf: (slot: CardSlot) => CardJson;
  readonly #owed = new Map<CardSlot, OwedCard>();
  /** Layouts that do not change any more. */
  readonly #settled = new Map<OwedCard, CardJson>();

  /** @param layoutOf the card as the reply wants it now */
  constructor(delivery: FeishuDelivery, events: EventEmitter<ReplyEvents>, layoutOf: (slot: CardSlot) => CardJson) {
    this.#delivery = delivery;
    this.#events = events;
    this.#layoutOf = layoutOf;
  }

  get list(): readonly OwedPart[] {
    return [...this.#owed.values()].map(idsOf);
  }

  /** The card is left; when something is still to be done to it, it is owed from now on. */
  owe(slot: CardSlot): void {
    const { unfinished } = slot.surface;
    if (unfinished === undefined || this.#owed.has(slot)) return;
    let layout: (() => CardJson) | undefined = () => this.#layoutOf(slot);
    const card: OwedCard = {
      unfinished,
      layout: () => this.#settled.get(card) ?? layout?.() ?? {},
      since: this.#delivery.clock.wallNow(),
      onSettled: () => {
        layout = undefined;
        this.#settled.delete(card);
        this.#owed.delete(slot);
        this.#events.emit("paid", { index: slot.index });
      },
    };
    this.#owed.set(slot, card);
    this.#delivery.owe(card);
    this.#tell(slot, card);
  }

  /** The card is still to be closed. */
  has(slot: CardSlot): boolean {
    return this.#owed.has(slot);
  }

  /** The card was taken away. */
  forget(slot: CardSlot): void {
    const card = this.#owed.get(slot);
    if (card !== undefined) this.#delivery.debts.forget(card);
  }

  /** The reply has ended: what each card is to be does not change any more. */
  settleLayouts(): void {
    for (const [slot, card] of this.#owed) {
      this.#settled.set(card, this.#layoutOf(slot));
      this.#tell(slot, card);
    }
  }

  #tell(slot: CardSlot, card: OwedCard): void {
    const remainder = toRemainder({ by: card.unfinished.by, layout: card.layout() });
    this.#events.emit("owed", { index: slot.index, ...idsOf(card), remainder });
  }
}

function idsOf({ unfinished }: OwedCard): OwedPart {
  return { cardId: unfinished.by === "cardkit" ? unfinished.cardId : undefined, messageId: unfinished.messageId };
}
