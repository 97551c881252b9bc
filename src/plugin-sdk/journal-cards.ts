import { OpenCardBook } from "../stream/index.ts";
import type { OpenCardStore, ReplyStream } from "../stream/index.ts";
import type { Clock } from "../time/index.ts";
import type { Journal } from "./journal.ts";
import type { Language } from "./language.ts";

/** Whose cards a reply's are. */
export interface CardOwner {
  readonly channel: string;
  readonly account: string;
  readonly language: Language;
}

/** Keeps the journal in step with one reply. */
export function journalCards(journal: Journal, reply: ReplyStream, owner: CardOwner, clock: Clock): void {
  const store: OpenCardStore = {
    open: (card) => journal.open({ ...owner, ...card }),
    closed: (key) => journal.closed(key),
  };
  new OpenCardBook(store, clock).follow(reply);
}
