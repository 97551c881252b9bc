import { OpenCardBook } from "../stream/index.ts";
import type { BegunCard, DeliveryResult, MessageStart, ReplyStream, StreamSession } from "../stream/index.ts";
import type { CancelTimer, Clock } from "../time/index.ts";
import type { RemoteStream, RemoteStreamEnd } from "./remote-streams.ts";

/** What is known of a stream in every process. */
export interface StreamView {
  readonly session: StreamSession;
  readonly acknowledged: number;
  readonly pending: number;
  /** Offset of the log up to which everything is visible, or given up. */
  readonly settled: number;
  readonly endedBy?: RemoteStreamEnd | undefined;
  /** Without its error, which is only a message here. */
  readonly result?: (Omit<DeliveryResult, "error"> & { readonly problem: string | undefined }) | undefined;
}

const VIEW = "view";
const CARDS = "cards";
const STARTS = "starts";
/** How far a stream is, is written down at most this often; its cards at once. */
const VIEW_EVERY_MS = 200;

type Notes = Readonly<Record<string, string>>;

/** What was written down of a stream's state; undefined before anything was. */
export const readView = (notes: Notes): StreamView | undefined =>
  // Written by `StreamNotes` of some process.
  notes[VIEW] === undefined ? undefined : (JSON.parse(notes[VIEW]) as StreamView);

/** The cards of a stream that were written down, in order; one that was not known yet when a later one was is left out. */
export const readCards = (notes: Notes): readonly BegunCard[] =>
  notes[CARDS] === undefined ? [] : (JSON.parse(notes[CARDS]) as (BegunCard | null)[]).filter((card) => card !== null);

/** The messages of a stream that were begun. */
export const readStarts = (notes: Notes): readonly MessageStart[] =>
  notes[STARTS] === undefined ? [] : (JSON.parse(notes[STARTS]) as MessageStart[]);

/** A stream as its view tells of it, of which `offset` characters were taken. */
export function toStream(id: string, view: StreamView, offset: number): RemoteStream {
  const { session, acknowledged, pending, endedBy } = view;
  return { id, session, offset, acknowledged, pending, endedBy, result: toResult(view) };
}

function toResult({ result }: StreamView): DeliveryResult | undefined {
  if (result === undefined) return undefined;
  const { problem, ...rest } = result;
  return { ...rest, error: problem === undefined ? undefined : new Error(problem) };
}

/** @returns the view's form of a result */
export function toNotedResult({ error, ...rest }: DeliveryResult): NonNullable<StreamView["result"]> {
  return { ...rest, problem: error?.message };
}

/** Writes down how far a stream is and which cards it has, for the other processes and for who takes it over. */
export class StreamNotes {
  readonly #clock: Clock;
  readonly #write: (notes: Notes) => Promise<boolean>;
  readonly #view: (() => StreamView) | undefined;
  /** By their numbers: of one that is not known yet nothing is there. */
  readonly #cards: BegunCard[] = [];
  readonly #starts = new Map<number, number>();
  #isWriting: Promise<void> | undefined;
  #isStale = false;
  #later: CancelTimer | undefined;
  #isOver = false;

  /** @param options `write` gives false when the stream is another process's now; `view` is left out where nobody asks for it */
  constructor(options: {
    readonly clock: Clock;
    readonly write: (notes: Notes) => Promise<boolean>;
    readonly view?: () => StreamView;
    readonly cards: readonly BegunCard[];
    readonly starts?: readonly MessageStart[];
  }) {
    this.#clock = options.clock;
    this.#write = options.write;
    this.#view = options.view;
    for (const [place, card] of options.cards.entries()) this.#cards[card.index ?? place] = card;
    for (const { index, start } of options.starts ?? []) this.#starts.set(index, start);
  }

  /** Follows a reply to its end, and what it owes after that. */
  follow(reply: ReplyStream): void {
    reply.events.on("rollover", ({ index, at }) => {
      this.#starts.set(index, at);
      void this.now();
    });
    reply.events.on("card", ({ index, cardId, messageId }) => {
      const known = this.#cards[index];
      const start = this.#starts.get(index) ?? known?.start ?? 0;
      const openedAt = known?.openedAt ?? this.#clock.wallNow();
      this.#cards[index] = { ...known, index, cardId, messageId, start, openedAt, isOpen: true };
    });
    let next = 0;
    const indexes = new Map<string, number>();
    new OpenCardBook(
      {
        open: ({ cardId, messageId, remainder }) => {
          const index = this.#cards.findIndex((card) => card?.cardId === cardId && card?.messageId === messageId);
          const known = this.#cards[index];
          if (known === undefined) return undefined;
          this.#cards[index] = { ...known, isOpen: true, remainder };
          void this.now();
          const key = String(next++);
          indexes.set(key, index);
          return key;
        },
        closed: (key) => {
          const index = indexes.get(key);
          indexes.delete(key);
          const known = index === undefined ? undefined : this.#cards[index];
          if (index === undefined || known === undefined || [...indexes.values()].includes(index)) return;
          this.#cards[index] = { ...known, isOpen: false, remainder: undefined };
          void this.now();
        },
      },
      this.#clock,
    ).follow(reply);
    reply.events.on("flush", () => this.soon());
  }

  /** The notes as they are. */
  get all(): Notes {
    const view = this.#view?.();
    const starts = [...this.#starts].map(([index, start]): MessageStart => ({ index, start }));
    return {
      ...(view && { [VIEW]: JSON.stringify(view) }),
      [CARDS]: JSON.stringify(this.#cards),
      [STARTS]: JSON.stringify(starts),
    };
  }

  /** How far it is has changed. */
  soon(): void {
    this.#later ??= this.#clock.setTimer(VIEW_EVERY_MS, () => void this.now());
  }

  /** Writes them now; resolves when what was known at the call is written, or never will be. */
  now(): Promise<void> {
    this.#later?.();
    this.#later = undefined;
    this.#isStale = true;
    return (this.#isWriting ??= this.#run().finally(() => {
      this.#isWriting = undefined;
    }));
  }

  /** Waits until no card of an ended reply is without its final state. @returns whether that is so; `signal` ends the waiting */
  async paid(reply: ReplyStream, signal: AbortSignal): Promise<boolean> {
    const isOpen = (): boolean => this.#cards.some((card) => card.isOpen);
    const over = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => over.resolve(), { once: true });
    while (isOpen() && !signal.aborted) {
      const paid = Promise.withResolvers<void>();
      reply.events.once("paid", () => paid.resolve());
      await Promise.race([paid.promise, over.promise]);
    }
    return !signal.aborted;
  }

  /** Nothing more is written. */
  close(): void {
    this.#isOver = true;
    this.#later?.();
  }

  async #run(): Promise<void> {
    while (this.#isStale && !this.#isOver) {
      this.#isStale = false;
      if (!(await this.#write(this.all))) this.close();
    }
  }
}
