import type { SentMessage } from "../send.ts";
import type { CardChainOptions } from "./card-chain-options.ts";
import type { CardRange } from "./card-range.ts";
import { CardSlot } from "./card-slot.ts";
import { CardWriter } from "./writer/card-writer.ts";
import type { ExistingCard } from "./surface/cardkit-card-options.ts";
import { CardKitSurface } from "./surface/cardkit-surface.ts";
import type { ExistingMessage } from "./surface/inline-surface-options.ts";
import { InlineSurface } from "./surface/inline-surface.ts";
import { toRemainder } from "./debts/remainder.ts";
import type { Surface } from "./surface/surface.ts";
import type { WriterReply } from "./writer/writer-reply.ts";

/** Between writes to one card while calls are to be saved. */
const ECO_PACE_MS = 3_000;

/** Makes the cards of one reply, each with what writes it, and tells their ids. */
export class CardMaker {
  readonly #options: CardChainOptions;
  readonly #replyOf: (slot: CardSlot) => WriterReply;
  readonly #imagesOver: AbortSignal;

  /** @param imagesOver aborted when no image is waited for any more */
  constructor(options: CardChainOptions, replyOf: (slot: CardSlot) => WriterReply, imagesOver: AbortSignal) {
    this.#options = options;
    this.#replyOf = replyOf;
    this.#imagesOver = imagesOver;
  }

  /**
   * @param index number of the card among the reply's messages
   * @param viaCardKit false: an ordinary card from the start
   * @param existing another process made it
   */
  make(index: number, range: CardRange, viaCardKit: boolean, existing?: ExistingCard | ExistingMessage): CardSlot {
    const { delivery, nonce, takenUp } = this.#options;
    const onSent = (slot: CardSlot, message: SentMessage): void => this.#onSent(slot, message);
    const { clock } = delivery;
    const othersUntil = takenUp?.lateUntil;
    const slot = new CardSlot({ index, nonce: `${nonce}${index}`, range, clock, othersUntil, onSent });
    const surface = this.#surface(slot, viaCardKit, existing);
    slot.use(surface, this.writer(slot, surface));
    return slot;
  }

  #surface(slot: CardSlot, viaCardKit: boolean, existing: ExistingCard | ExistingMessage | undefined): Surface {
    if (existing === undefined) return viaCardKit ? this.#viaCardKit(slot) : this.#asMessage(slot);
    return existing.cardId === undefined ? this.#asMessage(slot, existing) : this.#viaCardKit(slot, existing);
  }

  #viaCardKit(slot: CardSlot, existing?: ExistingCard): Surface {
    const { delivery, target, events, start, level, takenUp } = this.#options;
    const { client, clock } = delivery;
    const { index, nonce, onSent } = slot;
    return new CardKitSurface({
      client,
      clock,
      target,
      nonce,
      uuid: slot.uuid,
      start,
      thrifty: level !== "live",
      existing,
      sharesUuid: takenUp !== undefined && existing?.messageId === undefined,
      onCreated: (cardId) => events.emit("card", { index, cardId, messageId: slot.surface.messageId }),
      onSent,
    });
  }

  #asMessage(slot: CardSlot, existing?: ExistingMessage): Surface {
    const { delivery, target } = this.#options;
    const { client, clock } = delivery;
    const { uuid, othersUntil, onSent } = slot;
    return new InlineSurface({
      client,
      clock,
      target,
      uuid,
      sharesUuid: othersUntil !== undefined && existing === undefined,
      othersUntil,
      existing: existing && { ...existing, shown: { ...existing.shown, maybeEnd: undefined } },
      onSent,
    });
  }

  writer(slot: CardSlot, surface: Surface): CardWriter {
    const { delivery, tally, flushMs, level, signal } = this.#options;
    return new CardWriter({
      delivery,
      surface,
      reply: this.#replyOf(slot),
      tally,
      flushMs,
      paceMs: level === "live" ? 0 : ECO_PACE_MS,
      signal,
      stop: AbortSignal.any([slot.stopped, this.#imagesOver]),
    });
  }

  #onSent({ index, surface }: CardSlot, message: SentMessage): void {
    const { delivery, target, events, onMessage } = this.#options;
    const { messageId } = message;
    delivery.rememberMessage(messageId);
    target.learn(message.chatId, message.threadId);
    const { tier, cardId } = surface;
    // It is converted next, and nobody may hear of that.
    const remainder = tier === "cardkit" && cardId === undefined ? toRemainder({ by: "cardkit" }) : undefined;
    events.emit("card", { index, cardId, messageId, remainder });
    onMessage(message);
  }
}
