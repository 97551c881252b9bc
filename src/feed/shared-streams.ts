import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Logger } from "../log/index.ts";
import type {
  HeldEntry,
  LogAnswer,
  NewLogItem,
  NoteChanges,
  Notes,
  ProcessInfo,
  SharedState,
} from "../shared/index.ts";
import { SharedLanes } from "../shared/index.ts";
import type { BegunCard, EndOptions, FinalizeOptions, ReplyFailure, ReplyStream } from "../stream/index.ts";
import { sleep } from "../time/index.ts";
import { FedStreams } from "./fed-streams.ts";
import { HeldStream } from "./held-stream.ts";
import type { BegunStream } from "./held-stream.ts";
import type { StreamItem } from "./log-reader.ts";
import type { FeedPart } from "./part.ts";
import { readLimits, RemoteStreamError, SILENT_END_WITHIN_MS } from "./remote-streams.ts";
import type { RemoteStream, RemoteStreamsOptions } from "./remote-streams.ts";
import { readView, toStream } from "./stream-notes.ts";
import type { EndedStream, MayWrite, StreamChange, StreamOpener, StreamRegistry } from "./stream-registry.ts";

/** A reply's opener that can also go on with what a process began that is gone. */
export interface SharedStreamOpener<Head> extends StreamOpener<Head> {
  /** Goes on in its cards; undefined when nobody can. Tries for as long as the platform does not answer. */
  takeUp(head: Head, name: string, begun: BegunStream, mayWrite: MayWrite): Promise<ReplyStream | undefined>;
  /** Ends a card as interrupted, or as its `remainder` says. */
  closeOrphan(head: Head, card: BegunCard): Promise<void>;
}

/** What {@link SharedStreams} works with. */
export interface SharedStreamsOptions<Head> extends RemoteStreamsOptions {
  readonly state: SharedState;
  readonly opener: SharedStreamOpener<Head>;
  readonly logger: Logger;
  /** From 0 (inclusive) to 1. */
  readonly random: () => number;
  /** How long the other processes wait for a sign of life. @defaultValue 15000 */
  readonly lifetimeMs?: number | undefined;
  /** What the other processes are told of this one. */
  readonly process?: ProcessInfo | undefined;
  /** Begins every stream's id. @defaultValue "" */
  readonly idPrefix?: string | undefined;
}

/** What stands in the queue of a stream for as long as it is open. */
interface Body<Head> {
  readonly head: Head;
  /** Its text comes from its process alone. */
  readonly isFed?: boolean | undefined;
}

/** Between two looks at how far a stream of another process is. */
const LOOK_MS = 50;
/** How long an end is waited for unless its caller says so, and a takeover may be part of it. */
const END_WITHIN_MS = 120_000;
const REMEMBERED = 10_000;

/**
 * Streams that any of several processes takes calls about. What is appended is in the shared state before the call is answered; one
 * process owns the stream and writes its reply, and when that one is gone another goes on, in the same cards.
 */
export class SharedStreams<Head> implements StreamRegistry<Head> {
  readonly #options: SharedStreamsOptions<Head>;
  readonly #limits: ReturnType<typeof readLimits>;
  readonly #lanes: SharedLanes;
  readonly #fed: FedStreams;
  readonly #held = new Map<string, HeldStream>();
  /** Streams that ended here: that they are opened once more was said before. */
  readonly #ended = new LRUCache<string, true>({ max: REMEMBERED });
  /** Which stream a card is of. */
  readonly #streamOf = new LRUCache<string, string>({ max: REMEMBERED });
  /** Who waits for a stream to be open here. */
  readonly #opening = new Map<string, (error: unknown) => void>();
  #changed = Promise.withResolvers<void>();
  #closing: Promise<void> | undefined;

  constructor(options: SharedStreamsOptions<Head>) {
    this.#options = options;
    this.#limits = readLimits(options.limits);
    this.#fed = new FedStreams({ ...options, newId: () => this.#newId() });
    const { state, clock, logger, random, lifetimeMs, process } = options;
    this.#lanes = new SharedLanes({
      state,
      clock,
      logger,
      random,
      lifetimeMs,
      process,
      handler: {
        adopt() {},
        handle: (entry) => this.#handle(entry),
        abandon: (id) => this.#held.get(id)?.abandon(),
        onLog: (id) => this.#held.get(id)?.wake(),
        onReleased: (id) => void state.forget(id, this.#limits.keepMs).catch(() => {}),
      },
    });
  }

  /** @throws SharedStateError when the state cannot be reached */
  async start(): Promise<void> {
    await this.#lanes.start();
  }

  get size(): number {
    return this.#held.size + this.#fed.size;
  }

  get idleMs(): number {
    return this.#limits.idleMs;
  }

  /** Whether this process may write to a card, as far as it knows. */
  owns(cardId: string): boolean {
    const id = this.#streamOf.get(cardId);
    return id === undefined || this.#lanes.owns(id);
  }

  expectRoom(): void {
    if (this.#closing !== undefined) throw new RemoteStreamError("closed", "shutting down");
    if (this.size >= this.#limits.maxOpen)
      throw new RemoteStreamError("too-many", `${this.#limits.maxOpen} streams are open; finalize some first`);
  }

  async open(head: Head, key?: string): Promise<{ stream: RemoteStream; isNew: boolean }> {
    // The same in every process. Who knows the key may open the stream by it anyway.
    const id = this.#newId(key);
    const known = key === undefined ? undefined : await this.#find(id);
    if (known !== undefined) return { stream: known, isNew: false };
    this.expectRoom();
    const isNew = await this.#options.state.openLog(id, this.#limits.maxChars);
    const failed = new Promise<never>((_, reject) => this.#opening.set(id, reject));
    try {
      await this.#begin(id, { head });
      const opened = this.#wait(id, (stream) => stream, END_WITHIN_MS);
      return { stream: (await Promise.race([opened, failed])) ?? (await this.get(id)), isNew };
    } finally {
      this.#opening.delete(id);
    }
  }

  async get(id: string): Promise<RemoteStream> {
    const stream = this.#fed.find(id) ?? (await this.#find(id));
    if (stream === undefined) throw unknown();
    return stream;
  }

  async append(id: string, text: string, offset?: number): Promise<RemoteStream> {
    // Asked in one breath where the stream is another process's.
    const elsewhere = this.#heldHere(id) === undefined ? this.#options.state.notes(id) : undefined;
    elsewhere?.catch(() => {});
    const { outcome, length } = await this.#put(id, { text, at: offset });
    if (outcome === "gap" || outcome === "conflict") {
      const what = outcome === "gap" ? `text is missing before offset ${offset}` : `offset ${offset} holds other text`;
      throw new RemoteStreamError(outcome, `${what}; go on from ${length}`, length);
    }
    return this.#afterwards(id, outcome, length, outcome === "taken" ? elsewhere : undefined);
  }

  async update(id: string, change: StreamChange): Promise<RemoteStream> {
    const { reasoning = "", tool } = change;
    const chars = reasoning.length + (tool === undefined ? 0 : JSON.stringify(tool).length);
    const { outcome, length } = await this.#put(id, { body: toBody({ type: "change", change }), chars });
    return this.#afterwards(id, outcome, length);
  }

  async flush(id: string, withinMs: number): Promise<RemoteStream> {
    const { offset } = await this.get(id);
    const isSettled = (stream: RemoteStream, settled: number): RemoteStream | undefined =>
      settled >= offset || stream.result !== undefined ? stream : undefined;
    return (await this.#wait(id, isSettled, withinMs)) ?? this.get(id);
  }

  async finalize(
    id: string,
    options: FinalizeOptions & { readonly offset?: number | undefined } = {},
  ): Promise<EndedStream> {
    const { offset, text, footer, withinMs } = options;
    if ((text?.length ?? 0) > this.#limits.maxChars) throw this.#tooLong((await this.get(id)).offset);
    const item: StreamItem = { type: "end", by: "writer", text, footer, withinMs };
    const { outcome, length } = await this.#put(id, { body: toBody(item), at: offset, ends: true });
    if (outcome === "gap") throw new RemoteStreamError("gap", `the text ends at ${length}, not at ${offset}`, length);
    return this.#end(id, withinMs);
  }

  async fail(id: string, failure: ReplyFailure, { withinMs }: EndOptions = {}): Promise<EndedStream> {
    const item: StreamItem = { type: "end", by: "writer", failure, withinMs };
    await this.#put(id, { body: toBody(item), ends: true });
    return this.#end(id, withinMs);
  }

  async feed(head: Head, source: AsyncIterable<FeedPart>): Promise<{ stream: RemoteStream; error: Error | undefined }> {
    this.expectRoom();
    const id = this.#newId();
    return this.#fed.feed(id, source, () => this.#begin(id, { head, isFed: true }));
  }

  /** Streams go on in other processes, or in the next one that starts; what is fed ends as interrupted. */
  close(withinMs: number): Promise<void> {
    return (this.#closing ??= this.#close(withinMs));
  }

  async #close(withinMs: number): Promise<void> {
    const held = Array.from(this.#held.values(), (stream) => stream.handOver(withinMs));
    await Promise.all([this.#fed.close(withinMs), ...held]);
    await this.#lanes.drain(0);
  }

  #newId(key?: string): string {
    const { newId, idPrefix = "" } = this.#options;
    return idPrefix + (key === undefined ? newId() : nameOf(key));
  }

  async #begin(id: string, body: Body<Head>): Promise<void> {
    // Each call is an entry of its own: whether an earlier one arrived is not known.
    await this.#lanes.take({ chat: id, key: this.#options.newId(), body: JSON.stringify(body) });
  }

  async #handle(entry: HeldEntry): Promise<NoteChanges | undefined> {
    const id = entry.chat;
    const before = this.#held.get(id);
    if ((before !== undefined && !before.isLeft) || this.#ended.has(id)) return {};
    const { state, clock, opener } = this.#options;
    // Written by `#begin` of some process.
    const { head, isFed } = JSON.parse(entry.body) as Body<Head>;
    const lanes = this.#lanes;
    // Messages have no numbers: who was taken for dead must not send or patch one. What is nobody's has ended.
    const mayWrite: MayWrite = () => !lanes.owns(id) || lanes.isSafe || lanes.stillOwns(id);
    const open = (): ReplyStream => this.#follow(opener.open(head, id, mayWrite), id);
    const closeOrphan = (card: BegunCard): Promise<void> => opener.closeOrphan(head, card);
    if (isFed === true) return this.#fed.handle(entry, { open, closeOrphan });
    const stream = new HeldStream({
      entry,
      state,
      clock,
      idleMs: this.#limits.idleMs,
      read: opener.read(head),
      open,
      closeOrphan,
      takeUp: async (begun) => {
        for (const { cardId } of begun.cards) if (cardId !== undefined) this.#streamOf.set(cardId, id);
        const reply = await opener.takeUp(head, id, begun, mayWrite);
        return reply && this.#follow(reply, id);
      },
      onSilence: (at) => this.#endSilent(id, at),
      onChange: () => this.#tell(),
    });
    this.#held.set(id, stream);
    try {
      const notes = await stream.run();
      if (notes !== undefined) this.#ended.set(id, true);
      return notes;
    } catch (error) {
      this.#opening.get(id)?.(error);
      throw error;
    } finally {
      if (this.#held.get(id) === stream) this.#held.delete(id);
      this.#tell();
    }
  }

  #follow(reply: ReplyStream, id: string): ReplyStream {
    reply.events.on("card", ({ cardId }) => {
      if (cardId !== undefined) this.#streamOf.set(cardId, id);
    });
    return reply;
  }

  async #endSilent(id: string, at: number): Promise<void> {
    const failure = this.#options.silence ?? { code: "client-gone" };
    const item: StreamItem = { type: "end", by: "silence", failure, withinMs: SILENT_END_WITHIN_MS };
    await this.#options.state.appendLog(id, { body: toBody(item), at, ends: true });
  }

  /** @throws SharedStateError, RemoteStreamError `unknown-stream`, `too-long` */
  async #put(id: string, item: NewLogItem): Promise<LogAnswer> {
    const answer = await this.#options.state.appendLog(id, item);
    if (answer.outcome === "unknown") throw unknown();
    if (answer.outcome === "too-long")
      throw this.#tooLong(answer.length, "text" in item ? "" : " of reasoning and tools");
    if (answer.outcome === "taken") this.#held.get(id)?.wake();
    return answer;
  }

  /** The stream after a call about it. */
  async #afterwards(
    id: string,
    outcome: LogAnswer["outcome"],
    length: number,
    notes?: Promise<Notes>,
  ): Promise<RemoteStream> {
    const stream = this.#heldHere(id)?.view(length) ?? (await this.#viewElsewhere(id, length, notes));
    if (outcome === "ended") throw new RemoteStreamError("ended", "the stream has ended", length, stream.endedBy);
    return stream;
  }

  async #end(id: string, withinMs: number = END_WITHIN_MS): Promise<EndedStream> {
    const hasEnded = (stream: RemoteStream): EndedStream | undefined =>
      stream.result === undefined ? undefined : { ...stream, result: stream.result };
    const ended = await this.#wait(id, hasEnded, withinMs);
    if (ended === undefined) throw new RemoteStreamError("ending", "the stream is ending; ask again for its result");
    return ended;
  }

  async #viewElsewhere(
    id: string,
    length: number,
    notes: Promise<Notes> = this.#options.state.notes(id),
  ): Promise<RemoteStream> {
    const view = readView(await notes);
    if (view === undefined) throw unknown();
    return toStream(id, view, length);
  }

  #heldHere(id: string): HeldStream | undefined {
    const stream = this.#held.get(id);
    return stream?.isOpen === true && !stream.isLeft ? stream : undefined;
  }

  async #find(id: string): Promise<(RemoteStream & { readonly settled: number }) | undefined> {
    const { state } = this.#options;
    const held = this.#heldHere(id);
    if (held !== undefined) {
      const length = await state.logLength(id).catch(() => undefined);
      return { ...held.view(length ?? held.taken), settled: held.settled };
    }
    const [length, notes] = await Promise.all([state.logLength(id), state.notes(id)]);
    const view = readView(notes);
    if (length === undefined || view === undefined) return undefined;
    return { ...toStream(id, view, length), settled: view.settled };
  }

  /** What `pick` finds in a stream, once it does; undefined when it did not within `withinMs`. */
  async #wait<T>(
    id: string,
    pick: (stream: RemoteStream, settled: number) => T | undefined,
    withinMs: number,
  ): Promise<T | undefined> {
    const { clock } = this.#options;
    const until = clock.now() + withinMs;
    for (;;) {
      const changed = this.#changed.promise;
      const stream = await this.#find(id);
      const found = stream && pick(stream, stream.settled);
      if (found !== undefined || clock.now() >= until) return found;
      const over = new AbortController();
      await Promise.race([changed, sleep(clock, LOOK_MS, over.signal).catch(() => {})]);
      over.abort();
    }
  }

  /** Everybody who waits looks again. */
  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #tooLong(length: number, what = ""): RemoteStreamError {
    return new RemoteStreamError(
      "too-long",
      `a stream holds at most ${this.#limits.maxChars} characters${what}`,
      length,
    );
  }
}

const nameOf = (key: string): string => createHash("sha256").update(key).digest("base64url").slice(0, 22);

const toBody = (item: StreamItem): string => JSON.stringify(item);

const unknown = (): RemoteStreamError =>
  new RemoteStreamError("unknown-stream", "no such stream: it never was, or ended long ago");
