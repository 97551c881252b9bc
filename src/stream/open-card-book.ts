import type { Clock } from "../time/index.ts";
import type { ReplyStream } from "./reply.ts";

/** A card that is being written, as a book has it. */
export interface BookedCard {
  readonly cardId: string | undefined;
  readonly messageId: string | undefined;
  /** Wall-clock ms at which it became known. */
  readonly openedAt: number;
  /** What its channel needs to close it besides its ids: see the events `card` and `owed`. May hold text of the reply. */
  readonly remainder?: string | undefined;
}

/** Where open cards are written down, so that a later process can close them. */
export interface OpenCardStore {
  /** Notes an open card, or what is new about it. @returns the key to strike it by; undefined when there is nothing to know it by. */
  open(card: BookedCard): string | undefined;
  /** The card has its final state. */
  closed(key: string): void;
}

/**
 * Keeps a store in step with replies: each card is open from the moment it is known until it has its final state, or its reply has. What
 * a reply owes stays in the store until it is paid, in this process or by the next start.
 */
export class OpenCardBook {
  readonly #store: OpenCardStore;
  readonly #clock: Pick<Clock, "wallNow">;

  constructor(store: OpenCardStore, clock: Pick<Clock, "wallNow">) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Follows one reply to its end. */
  follow(reply: Pick<ReplyStream, "events">): void {
    const keys = new Map<number, string>();
    const owed = new Set<number>();
    const note = (index: number, card: Omit<BookedCard, "openedAt">): void => {
      const known = keys.get(index);
      const key = this.#store.open({ ...card, openedAt: this.#clock.wallNow() });
      if (key === undefined) return;
      keys.set(index, key);
      // The new entry comes first: a crash between the two closes a card twice, which does no harm.
      if (known !== undefined && known !== key) this.#store.closed(known);
    };
    const strike = (index: number): void => {
      const key = keys.get(index);
      keys.delete(index);
      if (key !== undefined) this.#store.closed(key);
    };
    const strikeAll = (): void => {
      for (const index of keys.keys()) if (!owed.has(index)) strike(index);
    };
    reply.events.on("card", ({ index, ...card }) => note(index, card));
    reply.events.on("complete", ({ index }) => strike(index));
    reply.events.on("owed", ({ index, cardId, messageId, remainder }) => {
      owed.add(index);
      note(index, { cardId, messageId, remainder });
    });
    reply.events.on("paid", ({ index }) => {
      owed.delete(index);
      strike(index);
    });
    reply.events.on("closed", strikeAll);
    reply.events.on("finalize", ({ error }) => {
      // Out of time, perhaps because the process has to end now: the next start closes what could not be closed.
      if (error === undefined) strikeAll();
    });
  }
}
