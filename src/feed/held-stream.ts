import type { HeldEntry, LogPart, NoteChanges, SharedState } from "../shared/index.ts";
import { SharedStateError } from "../shared/index.ts";
import { toDelta, unsentResult } from "../stream/index.ts";
import type { BegunCard, DeliveryResult, MessageStart, ReplyStream, StreamSession } from "../stream/index.ts";
import type { CancelTimer, Clock } from "../time/index.ts";
import { sleep } from "../time/index.ts";
import { takePart } from "./feed-reply.ts";
import type { WireOptions } from "./from-wire.ts";
import type { LogStep, StreamItem } from "./log-reader.ts";
import { LogReader } from "./log-reader.ts";
import type { RemoteStream, RemoteStreamEnd } from "./remote-streams.ts";
import type { StreamView } from "./stream-notes.ts";
import { readCards, readStarts, readView, StreamNotes, toNotedResult, toStream } from "./stream-notes.ts";

/** A reply that another process began, for who goes on with it. */
export interface BegunStream {
  /** All of its text that is known. */
  readonly text: string;
  /** Its cards, in order. */
  readonly cards: readonly BegunCard[];
  readonly starts: readonly MessageStart[];
}

/** What a stream's owner works with. */
export interface HeldStreamOptions {
  readonly entry: HeldEntry;
  readonly state: SharedState;
  readonly clock: Clock;
  readonly idleMs: number;
  readonly read: WireOptions | undefined;
  readonly open: () => ReplyStream;
  /** Goes on in the cards of a process that is gone; undefined when nobody can. */
  readonly takeUp: (begun: BegunStream) => Promise<ReplyStream | undefined>;
  /** Ends a card of a process that is gone as interrupted, or as its `remainder` says. */
  readonly closeOrphan: (card: BegunCard) => Promise<void>;
  /** Nobody has called for too long: ends the log, unless its text goes beyond `at`. */
  readonly onSilence: (at: number) => Promise<void>;
  /** Everybody who waits is to look again. */
  readonly onChange: () => void;
}

const RETRY_MS = 200;
/** Now and then without being told: what was told may have been lost. */
const LOOK_EVERY_MS = 5_000;

const NOTHING: StreamSession = {
  provider: "",
  instance: "",
  chatId: undefined,
  messageId: undefined,
  startedAt: 0,
  lastFlushAt: undefined,
  finalized: false,
};

/** A stream in the process that owns it: what is in its log goes into its reply, however many processes put it there. */
export class HeldStream {
  readonly #options: HeldStreamOptions;
  readonly #reader: LogReader;
  readonly #notes: StreamNotes;
  readonly #before: StreamView | undefined;
  readonly #leaving = new AbortController();
  #reply: ReplyStream | undefined;
  #acknowledged: number;
  #settled = 0;
  #endedBy: RemoteStreamEnd | undefined;
  #result: DeliveryResult | undefined;
  #isFinished = false;
  #cancelIdle: CancelTimer = () => {};
  #wake = Promise.withResolvers<void>();
  readonly #finished = Promise.withResolvers<void>();

  constructor(options: HeldStreamOptions) {
    this.#options = options;
    const { entry, clock, read } = options;
    this.#reader = new LogReader(read);
    this.#before = readView(entry.notes);
    this.#acknowledged = this.#before?.acknowledged ?? 0;
    this.#notes = new StreamNotes({
      clock,
      write: (notes) => entry.note(notes),
      view: () => this.#view,
      cards: readCards(entry.notes),
      starts: readStarts(entry.notes),
    });
  }

  /** As it is answered, with `offset` characters in its log. */
  view(offset: number): RemoteStream {
    return toStream(this.#options.entry.chat, this.#view, offset);
  }

  /** Whether it can be told of: its reply is there. */
  get isOpen(): boolean {
    return this.#reply !== undefined || this.#before !== undefined;
  }

  /** Whether it is another process's. */
  get isLeft(): boolean {
    return this.#leaving.signal.aborted;
  }

  /** Offset of the log up to which everything is visible, or given up. */
  get settled(): number {
    return this.#settled;
  }

  /** Characters of the log that are in the reply. */
  get taken(): number {
    return this.#reader.place.chars;
  }

  /** Something was put into the log, or its writer has called. */
  wake(): void {
    this.#wake.resolve();
    this.#touch();
  }

  /** Brings it to its end. @returns what is to be noted with it; undefined leaves the stream to the next owner */
  async run(): Promise<NoteChanges | undefined> {
    try {
      return await this.#run();
    } finally {
      this.#isFinished = true;
      this.#finished.resolve();
    }
  }

  async #run(): Promise<NoteChanges | undefined> {
    if (this.#before?.result !== undefined) return this.#closeCards(readCards(this.#options.entry.notes));
    const first = await this.#nextSteps(true);
    if (first === undefined) return this.#gone;
    const steps = await this.#begin(first);
    if (steps === undefined) return this.#gone;
    let end = this.#take(steps);
    while (end === undefined) {
      const more = await this.#nextSteps(false);
      if (more === undefined) return this.#gone;
      end = this.#take(more);
    }
    await this.#end(end);
    return this.#gone;
  }

  /** Leaves it to another process, unless it ends within `withinMs`: what is in the reply is shown, then nothing more is written. */
  async handOver(withinMs: number): Promise<void> {
    const isEnding = this.#endedBy !== undefined;
    if (!isEnding) this.#leave();
    const late = new AbortController();
    const work = isEnding ? this.#finished.promise : (this.#reply?.flush() ?? Promise.resolve());
    await Promise.race([work, sleep(this.#options.clock, withinMs, late.signal).catch(() => {})]);
    late.abort();
    if (isEnding && this.#isFinished) return;
    this.#leave();
    await this.#notes.now();
    this.abandon();
  }

  /** It is another process's now. */
  abandon(): void {
    this.#leave();
    this.#notes.close();
    void this.#reply?.abort({ handedOver: true });
  }

  #leave(): void {
    this.#leaving.abort();
    this.#cancelIdle();
    this.#wake.resolve();
  }

  get #view(): StreamView {
    const { session: before } = this.#before ?? {};
    const session = this.#reply?.session ?? before ?? NOTHING;
    return {
      session: {
        ...session,
        messageId: before?.messageId ?? session.messageId,
        chatId: session.chatId ?? before?.chatId,
        startedAt: before?.startedAt ?? session.startedAt,
        finalized: this.#result !== undefined,
      },
      acknowledged: this.#acknowledged,
      pending: Math.max(0, (this.#reply?.text.length ?? 0) - this.#acknowledged),
      settled: this.#settled,
      endedBy: this.#endedBy,
      result: this.#result && toNotedResult(this.#result),
    };
  }

  /** Given at the end; undefined when the stream goes on elsewhere. */
  get #gone(): NoteChanges | undefined {
    if (this.#leaving.signal.aborted) return undefined;
    this.#notes.close();
    return this.#notes.all;
  }

  /** Opens the reply, or goes on with the one that is there. @returns the steps that are still to be taken */
  async #begin(steps: readonly LogStep[]): Promise<readonly LogStep[] | undefined> {
    const { open, takeUp } = this.#options;
    const cards = readCards(this.#options.entry.notes);
    // Where another process began it, a card may have been sent and not written down: only the same reply finds it again.
    if (this.#before === undefined) {
      this.#follow(open());
      return steps;
    }
    const text = steps
      .flatMap((step) => (step.type === "part" && step.part.type === "text" ? step.part.text : ""))
      .join("");
    const reply = await takeUp({ text, cards, starts: readStarts(this.#options.entry.notes) });
    if (this.#leaving.signal.aborted) return undefined;
    if (reply === undefined && cards.length > 0) {
      await this.#giveUp(cards, text);
      return undefined;
    }
    this.#follow(reply ?? open());
    return reply === undefined ? steps : steps.filter((step) => step.type !== "part" || step.part.type !== "text");
  }

  #follow(reply: ReplyStream): void {
    this.#reply = reply;
    this.#notes.follow(reply);
    reply.events.on("flush", ({ acknowledged }) => {
      this.#acknowledged = Math.max(this.#acknowledged, acknowledged);
    });
    this.#touch();
    void this.#notes.now();
    this.#options.onChange();
  }

  #take(steps: readonly LogStep[]): (LogStep & { type: "end" }) | undefined {
    const reply = this.#reply;
    if (reply === undefined) return undefined;
    for (const step of steps) {
      if (step.type === "end") return step;
      if (step.type === "part") takePart(reply, step.part);
      else {
        const { status, reasoning, tool } = step.change;
        if (status !== undefined) reply.status(status ?? undefined);
        if (reasoning !== undefined) reply.reasoning(toDelta(reasoning));
        if (tool !== undefined) reply.tool(tool);
      }
    }
    void this.#settle(reply, this.#reader.place.chars);
    return undefined;
  }

  async #settle(reply: ReplyStream, chars: number): Promise<void> {
    await reply.flush();
    this.#settled = Math.max(this.#settled, chars);
    this.#notes.soon();
    this.#options.onChange();
  }

  async #end({ item, trouble }: LogStep & { type: "end" }): Promise<void> {
    const reply = this.#reply;
    if (reply === undefined) return;
    this.#cancelIdle();
    this.#endedBy = item.by;
    const { failure, text, footer, withinMs } = item;
    // A text that is given whole is what counts.
    const why = failure ?? (text === undefined ? trouble : undefined);
    const result = await (why === undefined
      ? reply.finalize({ text, footer, withinMs })
      : reply.fail(why, { withinMs }));
    if (this.#leaving.signal.aborted) return;
    await this.#concluded(result);
    // A card that is owed is this process's until it is closed, or another one's when this one is gone.
    await this.#notes.paid(reply, this.#leaving.signal);
  }

  async #concluded(result: DeliveryResult): Promise<void> {
    this.#result = result;
    this.#acknowledged = result.delivered;
    this.#options.onChange();
    await this.#notes.now();
  }

  /** Nobody can go on in its cards: they end as they are. */
  async #giveUp(cards: readonly BegunCard[], text: string): Promise<void> {
    await Promise.all(cards.filter(({ isOpen }) => isOpen).map((card) => this.#options.closeOrphan(card)));
    if (this.#leaving.signal.aborted) return;
    this.#endedBy = "shutdown";
    await this.#concluded({
      ...unsentResult("failed", text.length),
      delivered: Math.min(this.#acknowledged, text.length),
      cards: cards.length,
      tier: "im-patch",
      error: new Error("its process ended, and its cards cannot be gone on with"),
    });
  }

  async #closeCards(cards: readonly BegunCard[]): Promise<NoteChanges | undefined> {
    await Promise.all(cards.filter(({ isOpen }) => isOpen).map((card) => this.#options.closeOrphan(card)));
    return this.#leaving.signal.aborted ? undefined : {};
  }

  /** What the log says next. @param atOnce also when it is nothing. @returns undefined when the stream is over here */
  async #nextSteps(atOnce: boolean): Promise<readonly LogStep[] | undefined> {
    for (let isFirst = atOnce; !this.#leaving.signal.aborted; isFirst = false) {
      if (!isFirst) await this.#news();
      if (this.#leaving.signal.aborted) return undefined;
      this.#wake = Promise.withResolvers<void>();
      const part = await this.#read();
      if (part === undefined) return undefined;
      const steps = this.#reader.take(part);
      if (isFirst || steps.length > 0) return steps;
    }
    return undefined;
  }

  async #news(): Promise<void> {
    const over = new AbortController();
    await Promise.race([this.#wake.promise, sleep(this.#options.clock, LOOK_EVERY_MS, over.signal).catch(() => {})]);
    over.abort();
  }

  async #read(): Promise<LogPart | undefined> {
    const { state, entry, clock } = this.#options;
    while (!this.#leaving.signal.aborted) {
      try {
        return (await state.readLog(entry.chat, this.#reader.place)) ?? LOST;
      } catch (error) {
        if (!(error instanceof SharedStateError)) throw error;
        await sleep(clock, RETRY_MS, this.#leaving.signal).catch(() => {});
      }
    }
    return undefined;
  }

  #touch(): void {
    const { clock, idleMs, onSilence } = this.#options;
    if (this.#leaving.signal.aborted || this.#endedBy !== undefined) return;
    this.#cancelIdle();
    this.#cancelIdle = clock.setTimer(idleMs, () => {
      const { chars } = this.#reader.place;
      void onSilence(chars)
        .catch(() => {})
        .finally(() => this.wake());
    });
  }
}

/** A log that the state has forgotten. */
const LOST: LogPart = {
  text: "",
  items: [
    {
      at: 0,
      body: JSON.stringify({ type: "end", by: "shutdown", failure: { code: "interrupted" } } satisfies StreamItem),
    },
  ],
};
