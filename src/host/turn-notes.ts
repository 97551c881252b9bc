import { LRUCache } from "lru-cache";
import type { InboundMessage, Language, OpenCard } from "../plugin-sdk/index.ts";
import type { HeldEntry, NoteChanges, Notes } from "../shared/index.ts";
import type { BegunCard, MessageStart, ReplyStream } from "../stream/index.ts";
import type { Clock } from "../time/index.ts";
import type { TurnEnd } from "./turn-end.ts";

/** A card of a noted turn. */
export interface NotedCard extends BegunCard, OpenCard {
  /** It has no final state yet. */
  readonly isOpen: boolean;
}

/** An answer as far as it came, for who takes over. */
export interface NotedTurn {
  readonly turnId: string;
  readonly message: InboundMessage;
  readonly question: string;
  readonly language: Language;
  /** What its process had of it a moment ago; with `end`, all of it. */
  readonly text: string;
  /** Its cards, in order. */
  readonly cards: readonly NotedCard[];
  /** Messages that were begun. */
  readonly starts?: readonly MessageStart[] | undefined;
  /** A tool was called: asking again could do twice what it did. */
  readonly hasTools: boolean;
  /** How it ends, written down before its cards are told. */
  readonly end?: TurnEnd | undefined;
  /** The conversation knows of it: what is left are cards that it owes. */
  readonly isRemembered?: boolean | undefined;
}

/** A turn that begins, or goes on. */
export interface FollowedTurn {
  readonly turnId: string;
  readonly message: InboundMessage;
  readonly question: string;
  readonly language: Language;
  readonly reply: ReplyStream;
}

/** What becomes of a followed turn. */
export interface TurnFollower {
  /** A tool is about to be called; resolves when that is written down. */
  tool(): Promise<void>;
  /** The cards are about to be told the end; resolves when that is written down. */
  ending(end: TurnEnd): Promise<void>;
  /** Whether it has ended, but for cards that it owes. */
  readonly isOwing: boolean;
  /** The conversation knows of it, by these notes. Resolves when nothing is owed any more. */
  untilPaid(notes: NoteChanges): Promise<void>;
}

const NAME = "turn:";
/** Cards whose chat is remembered, so that it can be told who may write to them. */
const REMEMBERED_CARDS = 5_000;
/** Text is written down at most this often; anything else at once. */
const TEXT_EVERY_MS = 250;

/** Writes down how far answers came: beside the entry that they answer, until that is dealt with. */
export class TurnNotes {
  readonly #clock: Clock;
  /** Entries that are dealt with: nothing is written beside them any more. */
  readonly #gone = new WeakSet<HeldEntry>();
  readonly #chats = new LRUCache<string, string>({ max: REMEMBERED_CARDS });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What an earlier owner of the entry's chat wrote down. */
  static read(entry: HeldEntry): NotedTurn | undefined {
    const text = entry.notes[NAME + entry.id];
    // Written by `follow` of some process.
    return text === undefined ? undefined : (JSON.parse(text) as NotedTurn);
  }

  /** All answers that are written down in the notes of a chat. */
  static readAll(notes: Notes): readonly NotedTurn[] {
    return Object.entries(notes).flatMap(([name, text]) =>
      name.startsWith(NAME) ? [JSON.parse(text) as NotedTurn] : [],
    );
  }

  /** Takes the note away, for good. */
  gone(entry: HeldEntry): NoteChanges {
    this.#gone.add(entry);
    return { [NAME + entry.id]: null };
  }

  /** The chat that a card of this process is in. */
  chatOf(cardId: string): string | undefined {
    return this.#chats.get(cardId);
  }

  /** Writes a turn down from now on. @param before what is written down of it, when it goes on here */
  follow(entry: HeldEntry, turn: FollowedTurn, before?: NotedTurn): TurnFollower {
    const { turnId, message, question, language, reply } = turn;
    const cards = new Map<number, NotedCard>();
    const starts = new Map<number, number>();
    const owed = new Set<number>();
    let hasTools = before?.hasTools ?? false;
    let end: TurnEnd | undefined;
    let isRemembered = false;
    const paid = Promise.withResolvers<void>();
    const write = this.#writer(entry, (): NotedTurn => {
      const inOrder = [...cards].toSorted(([a], [b]) => a - b).map(([, card]) => card);
      const begun = [...starts].map(([index, start]): MessageStart => ({ index, start }));
      const known = { turnId, message, question, language, hasTools, end, isRemembered };
      return { ...known, text: reply.text, cards: inOrder, starts: begun };
    });
    const hold = (index: number, card: NotedCard): void => {
      if (card.cardId !== undefined) this.#chats.set(card.cardId, entry.chat);
      cards.set(index, card);
    };
    const note = (index: number, ids: Pick<NotedCard, "cardId" | "messageId" | "remainder">): void => {
      const openedAt = cards.get(index)?.openedAt ?? this.#clock.wallNow();
      hold(index, { ...ids, index, openedAt, language, start: starts.get(index) ?? 0, isOpen: true });
      void write();
    };
    const close = (index: number): void => {
      const card = cards.get(index);
      if (card === undefined || !card.isOpen) return;
      cards.set(index, { ...card, isOpen: false });
      void write();
    };
    const closeAll = (): void => {
      for (const index of cards.keys()) if (!owed.has(index)) close(index);
    };
    for (const { index, start } of before?.starts ?? []) starts.set(index, start);
    for (const [place, card] of (before?.cards ?? []).entries()) {
      const { index = place } = card;
      starts.set(index, card.start);
      hold(index, card);
    }
    reply.events.on("rollover", ({ index, at }) => {
      starts.set(index, at);
      void write();
    });
    reply.events.on("card", ({ index, ...ids }) => note(index, ids));
    reply.events.on("complete", ({ index }) => close(index));
    reply.events.on("owed", ({ index, cardId, messageId, remainder }) => {
      owed.add(index);
      note(index, { cardId, messageId, remainder });
    });
    reply.events.on("paid", ({ index }) => {
      owed.delete(index);
      close(index);
      if (owed.size === 0) paid.resolve();
    });
    reply.events.on("closed", closeAll);
    let textLater: (() => void) | undefined;
    reply.events.on("flush", () => {
      textLater ??= this.#clock.setTimer(TEXT_EVERY_MS, () => {
        textLater = undefined;
        void write();
      });
    });
    reply.events.on("finalize", ({ error }) => {
      textLater?.();
      if (error === undefined) closeAll();
    });
    void write();
    return {
      tool() {
        if (hasTools) return Promise.resolve();
        hasTools = true;
        return write();
      },
      ending(how) {
        end = how;
        return write();
      },
      get isOwing() {
        return end !== undefined && owed.size > 0;
      },
      async untilPaid(notes) {
        isRemembered = true;
        if (!(await entry.note(notes))) return;
        void write();
        await paid.promise;
      },
    };
  }

  /** Writes the newest state beside an entry; resolves when what was known at the call is written, or nothing can be any more. */
  #writer(entry: HeldEntry, newest: () => NotedTurn): () => Promise<void> {
    let writing: Promise<void> | undefined;
    let isStale = false;
    const run = async (): Promise<void> => {
      while (isStale && !this.#gone.has(entry)) {
        isStale = false;
        if (!(await entry.note({ [NAME + entry.id]: JSON.stringify(newest()) }))) break;
      }
      writing = undefined;
    };
    return () => {
      isStale = true;
      return (writing ??= run());
    };
  }
}
