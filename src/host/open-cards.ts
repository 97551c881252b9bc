import type { Language } from "../plugin-sdk/index.ts";
import type { ReplyStream } from "../stream/index.ts";
import type { Clock } from "../time/index.ts";
import type { Journal } from "./journal.ts";

/** Whose cards a reply's are. */
export interface CardOwner {
  readonly channel: string;
  readonly account: string;
  readonly language: Language;
}

/**
 * Keeps the journal in step with one reply: each card is open from the moment it is known until a later card shows text or the
 * reply is complete and closed.
 */
export function journalCards(journal: Journal, reply: ReplyStream, owner: CardOwner, clock: Clock): void {
  const keys = new Map<number, string>();
  const closeBelow = (index: number): void => {
    for (const [at, key] of keys) {
      if (at >= index) continue;
      journal.closed(key);
      keys.delete(at);
    }
  };
  reply.events.on("card", ({ index, cardId, messageId }) => {
    const known = keys.get(index);
    keys.set(index, journal.open({ ...owner, cardId, messageId, openedAt: clock.wallNow() }));
    // The new entry comes first: a crash between the two closes a card twice, which does no harm.
    if (known !== undefined) journal.closed(known);
  });
  reply.events.on("flush", ({ cardIndex }) => closeBelow(cardIndex));
  const closeAll = (): void => closeBelow(Number.POSITIVE_INFINITY);
  reply.events.on("closed", closeAll);
  reply.events.on("finalize", ({ error }) => {
    // Out of time, perhaps because the process has to end now: the next start closes what could not be closed.
    if (error === undefined) closeAll();
  });
}
