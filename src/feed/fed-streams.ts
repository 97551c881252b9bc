import type { HeldEntry, NoteChanges } from "../shared/index.ts";
import type { BegunCard, ReplyStream } from "../stream/index.ts";
import type { Clock } from "../time/index.ts";
import type { FeedPart } from "./part.ts";
import { RemoteStreams } from "./remote-streams.ts";
import type { RemoteStream, RemoteStreamsOptions } from "./remote-streams.ts";
import { readCards, StreamNotes } from "./stream-notes.ts";

/** What came of feeding a source into a stream. */
interface FedStream {
  readonly stream: RemoteStream;
  /** Why the source was not read to a good end. */
  readonly error: Error | undefined;
}

interface Feeding {
  readonly source: AsyncIterable<FeedPart>;
  readonly done: PromiseWithResolvers<FedStream>;
}

/** Streams whose text comes from a source that is this process's alone: when the process is gone, another one ends their cards. */
export class FedStreams {
  readonly #clock: Clock;
  readonly #streams: RemoteStreams;
  readonly #feeding = new Map<string, Feeding>();
  readonly #closing = new AbortController();

  constructor(options: RemoteStreamsOptions) {
    this.#clock = options.clock;
    this.#streams = new RemoteStreams(options);
  }

  get size(): number {
    return this.#feeding.size;
  }

  /** A stream that was fed here. */
  find(id: string): RemoteStream | undefined {
    return this.#streams.has(id) ? this.#streams.get(id) : undefined;
  }

  /** @param begin puts the stream into its queue; then `handle` has it */
  async feed(name: string, source: AsyncIterable<FeedPart>, begin: () => Promise<void>): Promise<FedStream> {
    const done = Promise.withResolvers<FedStream>();
    this.#feeding.set(name, { source, done });
    try {
      await begin();
      return await done.promise;
    } finally {
      this.#feeding.delete(name);
    }
  }

  /** Deals with a stream's entry, in this process or after the one that had the source. */
  async handle(
    entry: HeldEntry,
    reply: { readonly open: () => ReplyStream; readonly closeOrphan: (card: BegunCard) => Promise<void> },
  ): Promise<NoteChanges | undefined> {
    const feeding = this.#feeding.get(entry.chat);
    if (feeding === undefined) {
      const open = readCards(entry.notes).filter(({ isOpen }) => isOpen);
      await Promise.all(open.map((card) => reply.closeOrphan(card)));
      return {};
    }
    try {
      const opened = reply.open();
      const { stream } = this.#streams.open(() => opened);
      const notes = new StreamNotes({ clock: this.#clock, cards: [], write: (written) => entry.note(written) });
      notes.follow(opened);
      const { error } = await this.#streams.feed(stream.id, feeding.source);
      feeding.done.resolve({ stream, error });
      return (await notes.paid(opened, this.#closing.signal)) ? notes.all : undefined;
    } catch (error) {
      feeding.done.reject(error);
      throw error;
    }
  }

  async close(withinMs: number): Promise<void> {
    await this.#streams.close(withinMs);
    this.#closing.abort();
  }
}
