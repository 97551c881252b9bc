import type { EventEmitter } from "eventemitter3";
import type { ReplyEvents } from "../../../src/stream/index.ts";
import type { CardSlot } from "./card-slot.ts";
import type { CardWriter } from "./writer/card-writer.ts";
import type { WriterEnd } from "./writer/writer-reply.ts";
import { InlineSurface } from "./surface/inline-surface.ts";
import type { LostMessageContext, VisibleEnd } from "./seen/lost-message.ts";
import { findVisibleEnd, lookUp, pause } from "./seen/lost-message.ts";
import type { ShownText } from "./seen/shown-text.ts";
import type { Surface } from "./surface/surface.ts";

/** Between attempts to learn what became of a message whose sending is of unknown fate. */
const UNKNOWN_SEND_PAUSE_MS = 2_000;

/** Why a card is left: its surface failed, the reply's time is over or nothing of it can arrive, or it is somebody else's card now. */
export type LeftWhy = "failed" | "over" | "taken";

/** What a driver needs of the reply, and tells it. */
export interface DriverReply {
  readonly context: LostMessageContext;
  readonly events: EventEmitter<ReplyEvents>;
  readonly shown: ShownText;
  /** Makes a writer for the slot by a surface. */
  readonly writer: (slot: CardSlot, surface: Surface) => CardWriter;
  /** Something new may be known to be visible. */
  readonly onShown: (slot: CardSlot) => void;
  /** Nothing more comes to this card: it shows the text up to `end`. */
  readonly onLeft: (slot: CardSlot, end: VisibleEnd, why: LeftWhy) => void;
  /** The reply cannot go on at all. */
  readonly onOver: (end: WriterEnd & { state: "refused" | "taken" }) => void;
}

/**
 * Brings one card to its end: writes it by its surface, and when that cannot go on decides what does. A card that was sent through
 * CardKit is never written by other means: it is left as it is, to be closed when CardKit answers, and the text goes on in the next.
 */
export class CardDriver {
  readonly #reply: DriverReply;
  readonly #slot: CardSlot;

  constructor(reply: DriverReply, slot: CardSlot) {
    this.#reply = reply;
    this.#slot = slot;
  }

  /** Resolves when nothing more is to be done to the card for now. */
  async run(): Promise<void> {
    const slot = this.#slot;
    slot.busy = true;
    try {
      await this.#drive();
    } finally {
      slot.busy = false;
    }
  }

  async #drive(): Promise<void> {
    const slot = this.#slot;
    for (;;) {
      const end = await slot.writer.run();
      if (slot.phase.name === "dropped" || slot.phase.name === "left") return;
      if (end.state === "finished") return this.#finished();
      if (slot.phase.name === "complete") {
        // Only a picture was to come: its link stays.
        slot.use(slot.surface, this.#reply.writer(slot, slot.surface));
        return;
      }
      this.#reply.context.onError(end.error);
      if (end.state !== "failed") {
        // Before anything follows from it: no further card may be begun.
        if (end.state !== "stopped") this.#reply.onOver({ state: end.state, error: end.error });
        this.#leave(this.#known, end.state === "taken" ? "taken" : "over");
        return;
      }
      if (!(await this.#recover(end.error))) return;
    }
  }

  /** The writer has nothing left to do: closed, or closed for good with less than it should show. */
  #finished(): void {
    const slot = this.#slot;
    if (this.#reply.shown.isAllOn(slot) && !slot.surface.looksUnfinished) {
      slot.phase = { name: "complete" };
      this.#reply.events.emit("complete", { index: slot.index });
    } else this.#leave(this.#known, "failed");
  }

  /** The surface cannot go on. Gives true when the card is to be written further, by whatever the slot uses now. */
  async #recover(error: unknown): Promise<boolean> {
    const { context, writer, onShown } = this.#reply;
    const slot = this.#slot;
    const { surface } = slot;
    const isSendOpen = surface.sendUnknown;
    if (surface.tier === "cardkit") context.delivery.cardkitFailed(error);
    if (surface.messageId === undefined && surface.sendUnknown) {
      const fate = await lookUp(context, surface);
      if (fate === "unknown") {
        // It may be visible. Nothing else may be sent for this text until it is known which it is.
        await pause(context, UNKNOWN_SEND_PAUSE_MS);
      }
      if (fate !== "absent" || surface.tier !== "cardkit") {
        slot.use(surface, writer(slot, surface));
        // It may show all it should: then no write tells the card after it.
        if (fate === "found") onShown(slot);
        return true;
      }
    }
    if (surface.tier === "cardkit" && (surface.isUnidentified || surface.unfinished?.by !== "cardkit")) {
      this.#goInline(surface, error, isSendOpen);
      return true;
    }
    const hasty = surface.tier === "cardkit";
    this.#leave(await findVisibleEnd(context, slot, this.#known.at, hasty), "failed");
    return false;
  }

  /**
   * Nothing of the card was seen, or its message never met CardKit: an ordinary card takes its place. It has the uuid that the card was, or
   * would have been, sent by: of all attempts, also one that still lands (`isSendOpen`), and those of a process that is gone, only one can
   * succeed.
   */
  #goInline(from: Surface, error: unknown, isSendOpen: boolean): void {
    const { context, events, writer } = this.#reply;
    const slot = this.#slot;
    const { messageId, shown } = from;
    const { client, clock } = context.delivery;
    const surface = new InlineSurface({
      client,
      clock,
      target: context.target,
      uuid: slot.uuid,
      // A message that was written down as a card of its own is one.
      sharesUuid: isSendOpen || from.isUnidentified || (slot.othersUntil !== undefined && messageId === undefined),
      othersUntil: slot.othersUntil,
      existing: messageId === undefined ? undefined : { messageId, shown },
      onSent: slot.onSent,
    });
    slot.use(surface, writer(slot, surface));
    // Whoever closes it if this process dies is not to make an entity of it.
    if (messageId !== undefined && !from.isUnidentified)
      events.emit("card", { index: slot.index, cardId: undefined, messageId });
    const cause = error instanceof Error ? error : new Error("CardKit failed", { cause: error });
    events.emit("fallback", { from: "cardkit", to: "im-patch", at: this.#known.at, error: cause });
  }

  get #known(): VisibleEnd {
    return { at: this.#reply.shown.endOn(this.#slot), readBack: false };
  }

  #leave(end: VisibleEnd, why: LeftWhy): void {
    this.#slot.phase = { name: "left", readBack: end.readBack };
    this.#slot.stop();
    this.#reply.onLeft(this.#slot, end, why);
  }
}
