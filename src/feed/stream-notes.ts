import { OpenCardBook } from "../stream/index.ts";
import type { BegunCard, DeliveryResult, ReplyStream, StreamSession } from "../stream/index.ts";
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
/** How far a stream is, is written down at most this often; its cards at once. */
const VIEW_EVERY_MS = 200;

type Notes = Readonly<Record<string, string>>;

/** What was written down of a stream's state; undefined before anything was. */
export const readView = (notes: Notes): StreamView | undefined =>
  // Written by `StreamNotes` of some process.
  notes[VIEW] === undefined ? undefined : (JSON.parse(notes[VIEW]) as StreamView);

/** The cards of a stream that were written down, in order. */
export const readCards = (notes: Notes): readonly BegunCard[] =>
  notes[CARDS] === undefined ? [] : (JSON.parse(notes[CARDS]) as BegunCard[]);

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
  readonly #cards: BegunCard[];
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
  }) {
    this.#clock = options.clock;
    this.#write = options.write;
    this.#view = options.view;
    this.#cards = [...options.cards];
  }

  /** Follows a reply to its end, and what it owes after that. */
  follow(reply: ReplyStream): void {
    const starts = new Map<number, number>();
    reply.events.on("rollover", ({ index, at }) => starts.set(index, at));
    reply.events.on("card", ({ index, cardId, messageId }) => {
      const known = this.#cards[index];
      const start = starts.get(index) ?? known?.start ?? 0;
      const openedAt = known?.openedAt ?? this.#clock.wallNow();
      this.#cards[index] = { ...known, cardId, messageId, start, openedAt, isOpen: true };
    });
    let next = 0;
    const indexes = new Map<string, number>();
    new OpenCardBook(
      {
        open: ({ cardId, messageId, remainder }) => {
          const index = this.#cards.findIndex((card) => card.cardId === cardId && card.messageId === messageId);
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
    return { ...(view && { [VIEW]: JSON.stringify(view) }), [CARDS]: JSON.stringify(this.#cards) };
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
