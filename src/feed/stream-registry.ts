import type { DeliveryResult, EndOptions, FinalizeOptions, ReplyFailure, ReplyStream } from "../stream/index.ts";
import type { Beside } from "./beside.ts";
import type { WireOptions } from "./from-wire.ts";
import type { FeedPart } from "./part.ts";
import { RemoteStreams } from "./remote-streams.ts";
import type { RemoteStream, RemoteStreamsOptions } from "./remote-streams.ts";

/** A change of what is shown besides a stream's text; `status` is one line, null clears it. */
export interface StreamChange extends Beside {
  readonly status?: string | null | undefined;
}

/**
 * Streams that somebody outside writes call by call, wherever they live: in this process, or in whichever of several has them. `Head` is
 * what a stream is opened by. Offsets are characters (UTF-16 code units).
 */
export interface StreamRegistry<Head> {
  /** Streams open in this process now. */
  readonly size: number;
  /** Milliseconds of silence after which a stream is closed. */
  readonly idleMs: number;
  /** @throws RemoteStreamError `too-many`, `closed` when no stream may be opened now */
  expectRoom(): void;
  /**
   * Opens a stream. The same `key` gives the same stream again, so that opening can be repeated after a lost answer.
   * @throws RemoteStreamError `too-many`, `closed`; all methods SharedStateError when what processes share cannot be reached
   */
  open(head: Head, key?: string): Promise<{ readonly stream: RemoteStream; readonly isNew: boolean }>;
  /** @throws RemoteStreamError `unknown-stream` */
  get(id: string): Promise<RemoteStream>;
  /** Adds text. @throws RemoteStreamError as {@link RemoteStreams.append} does */
  append(id: string, text: string, offset?: number): Promise<RemoteStream>;
  /** Anything but text. @throws RemoteStreamError `ended`, `unknown-stream`, `too-long` */
  update(id: string, change: StreamChange): Promise<RemoteStream>;
  /** Resolves when all text is visible, or after `withinMs`. */
  flush(id: string, withinMs: number): Promise<RemoteStream>;
  /** Ends a stream well, once: with `offset` only if that is where its text ends. @throws RemoteStreamError */
  finalize(id: string, options?: FinalizeOptions & { readonly offset?: number | undefined }): Promise<EndedStream>;
  /** Ends a stream as failed; it keeps its text. */
  fail(id: string, failure: ReplyFailure, options?: EndOptions): Promise<EndedStream>;
  /** Opens a stream, reads a whole source into it and ends it. The source is this process's: with it the stream ends. */
  feed(head: Head, source: AsyncIterable<FeedPart>): Promise<{ stream: RemoteStream; error: Error | undefined }>;
  /** Takes no more streams; what is open ends, or goes on in another process, within `withinMs`. Idempotent. */
  close(withinMs: number): Promise<void>;
}

/** A stream that has ended. */
export interface EndedStream extends RemoteStream {
  readonly result: DeliveryResult;
}

/** Whether this process may send or patch messages of a reply now, where another one may have taken it over; settles when it is known. */
export type MayWrite = () => boolean | Promise<boolean>;

/** How the reply of a stream is opened and read. */
export interface StreamOpener<Head> {
  /**
   * @param name of the reply, the same in all processes; undefined where there is one
   * @param mayWrite whether this process may send or patch messages of it now; undefined where there is one
   */
  open(head: Head, name?: string, mayWrite?: MayWrite): ReplyStream;
  /** How its text is read; undefined: it goes into the reply as it is. */
  read(head: Head): WireOptions | undefined;
}

/** Streams of one process. */
export class LocalStreams<Head> implements StreamRegistry<Head> {
  readonly #streams: RemoteStreams;
  readonly #opener: StreamOpener<Head>;

  constructor(options: RemoteStreamsOptions & { readonly opener: StreamOpener<Head> }) {
    this.#streams = new RemoteStreams(options);
    this.#opener = options.opener;
  }

  get size(): number {
    return this.#streams.size;
  }

  get idleMs(): number {
    return this.#streams.idleMs;
  }

  expectRoom(): void {
    this.#streams.expectRoom();
  }

  async open(head: Head, key?: string): Promise<{ stream: RemoteStream; isNew: boolean }> {
    return this.#streams.open(() => this.#opener.open(head), key, this.#opener.read(head));
  }

  async get(id: string): Promise<RemoteStream> {
    return this.#streams.get(id);
  }

  async append(id: string, text: string, offset?: number): Promise<RemoteStream> {
    this.#streams.append(id, text, offset);
    return this.#streams.get(id);
  }

  async update(id: string, change: StreamChange): Promise<RemoteStream> {
    return this.#streams.update(id, change);
  }

  flush(id: string, withinMs: number): Promise<RemoteStream> {
    return this.#streams.flush(id, withinMs);
  }

  async finalize(
    id: string,
    options?: FinalizeOptions & { readonly offset?: number | undefined },
  ): Promise<EndedStream> {
    return this.#ended(id, await this.#streams.finalize(id, options));
  }

  async fail(id: string, failure: ReplyFailure, options?: EndOptions): Promise<EndedStream> {
    return this.#ended(id, await this.#streams.fail(id, failure, options));
  }

  async feed(head: Head, source: AsyncIterable<FeedPart>): Promise<{ stream: RemoteStream; error: Error | undefined }> {
    // What is fed has been read already.
    const { stream } = this.#streams.open(() => this.#opener.open(head));
    const { error } = await this.#streams.feed(stream.id, source);
    return { stream, error };
  }

  close(withinMs: number): Promise<void> {
    return this.#streams.close(withinMs);
  }

  #ended(id: string, result: DeliveryResult): EndedStream {
    const { session, offset, acknowledged, pending, endedBy } = this.#streams.get(id);
    return { id, session, offset, acknowledged, pending, endedBy, result };
  }
}
