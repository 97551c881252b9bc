import type {
  DeliveryResult,
  EndOptions,
  FinalizeOptions,
  ReplyFailure,
  ReplyStream,
  StreamSession,
} from "../stream/index.ts";
import { toDelta } from "../stream/index.ts";
import type { CancelTimer, Clock } from "../time/index.ts";
import { withDeadline } from "../time/index.ts";
import { BesideRoom } from "./beside.ts";
import type { Beside } from "./beside.ts";
import { failureOf, feedReply, takePart } from "./feed-reply.ts";
import type { FedReply } from "./feed-reply.ts";
import { TextReader } from "./from-wire.ts";
import type { WireOptions } from "./from-wire.ts";
import type { FeedPart } from "./part.ts";

/** Bounds of {@link RemoteStreams}. */
export interface RemoteStreamsLimits {
  /** Streams open at the same time. @defaultValue 1000 */
  readonly maxOpen?: number | undefined;
  /** Characters of one stream's text, and as many again of what is shown beside it (reasoning, tools). @defaultValue 1000000 */
  readonly maxChars?: number | undefined;
  /** Milliseconds without a call about a stream until it is closed with its text. @defaultValue 120000 */
  readonly idleMs?: number | undefined;
  /** Milliseconds for which an ended stream can still be asked about. @defaultValue 600000 */
  readonly keepMs?: number | undefined;
  /** Ended streams kept. `keepMs` may be `Infinity`; this may not. @defaultValue 10000 */
  readonly maxKept?: number | undefined;
}

/** Where streams live and how time passes. */
export interface RemoteStreamsOptions {
  readonly clock: Clock;
  /** Gives ids that nobody can guess. */
  readonly newId: () => string;
  readonly limits?: RemoteStreamsLimits | undefined;
  /** How a stream that fell silent ends. @defaultValue `client-gone` */
  readonly silence?: ReplyFailure | undefined;
  /** How a stream ends that is open when all are closed. @defaultValue `interrupted` */
  readonly shutdown?: ReplyFailure | undefined;
}

/** Who ended a stream. */
export type RemoteStreamEnd = "writer" | "silence" | "shutdown";

/** A stream that somebody outside this process writes. */
export interface RemoteStream {
  readonly id: string;
  readonly session: StreamSession;
  /** Characters accepted so far: where the next append belongs. */
  readonly offset: number;
  /** Characters known to be visible. */
  readonly acknowledged: number;
  /** Characters of the reply that are not known to be visible yet. */
  readonly pending: number;
  /** Set once the stream is ending or has ended. */
  readonly endedBy: RemoteStreamEnd | undefined;
  /** Set once the stream has been ended (by its writer, by silence, or by the end of the process) and all is settled. */
  readonly result: DeliveryResult | undefined;
}

/** Why a call about a stream was not carried out. */
export type RemoteStreamErrorCode =
  | "unknown-stream"
  | "ended"
  | "gap"
  | "conflict"
  | "too-long"
  | "too-many"
  | "ending"
  | "closed";

/** A call about a stream was refused; nothing was changed. */
export class RemoteStreamError extends Error {
  override readonly name = "RemoteStreamError";
  readonly code: RemoteStreamErrorCode;
  /** The offset to go on from, where one is known. */
  readonly expected: number | undefined;
  /** For `ended`: who did it. */
  readonly endedBy: RemoteStreamEnd | undefined;

  constructor(code: RemoteStreamErrorCode, message: string, expected?: number, endedBy?: RemoteStreamEnd) {
    super(message);
    this.code = code;
    this.expected = expected;
    this.endedBy = endedBy;
  }
}

/**
 * Nobody waits for the end of a silent stream, but many may fall silent at once, and closing them all has to fit into the
 * platform's rate limits (1,000 calls a minute for a Feishu app).
 */
export const SILENT_END_WITHIN_MS: number = 60 * 60_000;

interface Entry extends RemoteStream {
  readonly reply: ReplyStream;
  offset: number;
  acknowledged: number;
  result: DeliveryResult | undefined;
  endedBy: RemoteStreamEnd | undefined;
  /** The text as it was given; what a reader makes of it is in the reply. */
  given: string;
  /** Reads the given text; undefined: it goes into the reply as it is. */
  readonly reader: TextReader | undefined;
  readonly beside: BesideRoom;
  end: Promise<DeliveryResult> | undefined;
  cancelIdle: CancelTimer;
  readonly key: string | undefined;
}

type AllLimits = Readonly<Record<keyof RemoteStreamsLimits, number>>;

/** The limits that hold. @throws TypeError naming one that cannot */
export function readLimits({
  maxOpen = 1_000,
  maxChars = 1_000_000,
  idleMs = 120_000,
  keepMs = 600_000,
  maxKept = 10_000,
}: RemoteStreamsLimits = {}): AllLimits {
  const limits = { maxOpen, maxChars, idleMs, keepMs, maxKept };
  for (const [name, value] of Object.entries(limits))
    if (!(value >= 1)) throw new TypeError(`${name} must be at least 1, got ${value}`);
  return limits;
}

/**
 * Streams whose text comes call by call from outside (an HTTP client, an MCP client), each naming the offset it belongs to, so that
 * a call made again after a lost answer does no harm. Every stream ends: by its writer, by silence, or by `close`.
 */
export class RemoteStreams {
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #limits: AllLimits;
  readonly #silence: ReplyFailure;
  readonly #shutdown: ReplyFailure;
  readonly #open = new Map<string, Entry>();
  readonly #ended = new Map<string, { entry: Entry; cancel: CancelTimer }>();
  readonly #byKey = new Map<string, Entry>();
  #closed = false;

  constructor(options: RemoteStreamsOptions) {
    this.#clock = options.clock;
    this.#newId = options.newId;
    this.#silence = options.silence ?? { code: "client-gone" };
    this.#shutdown = options.shutdown ?? { code: "interrupted" };
    this.#limits = readLimits(options.limits);
  }

  /** Streams open now. */
  get size(): number {
    return this.#open.size;
  }

  /** Milliseconds of silence after which a stream is closed. */
  get idleMs(): number {
    return this.#limits.idleMs;
  }

  /** @throws RemoteStreamError `too-many`, `closed` when no stream may be opened now */
  expectRoom(): void {
    if (this.#closed) throw new RemoteStreamError("closed", "shutting down");
    if (this.#open.size >= this.#limits.maxOpen)
      throw new RemoteStreamError("too-many", `${this.#limits.maxOpen} streams are open; finalize some first`);
  }

  /**
   * Opens a stream. The same `key` gives the same stream again, so that opening can be repeated after a lost answer.
   * @param read how the text is read; without it, it goes into the reply as it is
   * @throws RemoteStreamError `too-many`, `closed`
   */
  open(create: () => ReplyStream, key?: string, read?: WireOptions): { stream: RemoteStream; isNew: boolean } {
    const known = key === undefined ? undefined : this.#byKey.get(key);
    if (known !== undefined) return { stream: known, isNew: false };
    this.expectRoom();
    const reply = create();
    const entry: Entry = {
      id: this.#newId(),
      reply,
      get session() {
        return reply.session;
      },
      get pending() {
        return Math.max(0, reply.text.length - entry.acknowledged);
      },
      offset: 0,
      acknowledged: 0,
      result: undefined,
      endedBy: undefined,
      given: "",
      reader: read === undefined ? undefined : new TextReader(read),
      beside: new BesideRoom(this.#limits.maxChars),
      end: undefined,
      cancelIdle: () => {},
      key,
    };
    reply.events.on("flush", ({ acknowledged }) => {
      entry.acknowledged = acknowledged;
    });
    this.#open.set(entry.id, entry);
    if (key !== undefined) this.#byKey.set(key, entry);
    this.#touch(entry);
    return { stream: entry, isNew: true };
  }

  /** Whether a stream is open or ended not long ago. */
  has(id: string): boolean {
    return this.#open.has(id) || this.#ended.has(id);
  }

  /** A stream, open or ended not long ago. @throws RemoteStreamError `unknown-stream` */
  get(id: string): RemoteStream {
    return this.#find(id);
  }

  /**
   * Adds text at `offset` (characters; @defaultValue the end). Text that is already there is left out after being compared.
   * @returns the new offset.
   * @throws RemoteStreamError `gap` or `conflict` with the expected offset, `too-long`, `ended`, `unknown-stream`
   */
  append(id: string, text: string, offset?: number): number {
    const entry = this.#find(id);
    const at = offset ?? entry.offset;
    if (at > entry.offset)
      throw new RemoteStreamError(
        "gap",
        `text is missing before offset ${at}; go on from ${entry.offset}`,
        entry.offset,
      );
    const known = text.slice(0, entry.offset - at);
    if (known !== entry.given.slice(at, at + known.length))
      throw new RemoteStreamError(
        "conflict",
        `offset ${at} holds other text; go on from ${entry.offset}`,
        entry.offset,
      );
    const added = text.slice(known.length);
    // A repeat of what is there is welcome also after the end.
    if (entry.end !== undefined && (added !== "" || offset === undefined)) throw ended(entry);
    if (entry.offset + added.length > this.#limits.maxChars) throw this.#tooLong(entry);
    if (added !== "") {
      entry.given += added;
      entry.offset = entry.given.length;
      if (entry.reader === undefined) entry.reply.append(toDelta(added));
      else for (const part of entry.reader.push(added)) if (part.type !== "end") takePart(entry.reply, part);
    }
    this.#touch(entry);
    return entry.offset;
  }

  /**
   * Reads a whole source into a stream and ends it; silence and `close` end it too, and an abort of `signal` as "the sender
   * disconnected". Never rejects but for an unknown stream.
   */
  async feed(id: string, source: AsyncIterable<FeedPart>, signal?: AbortSignal): Promise<FedReply> {
    const entry = this.#find(id);
    const over = new AbortController();
    entry.reply.events.once("finalize", () => over.abort(new RemoteStreamError("ended", "the stream was ended")));
    const fed = await feedReply(entry.reply, this.#watch(entry, source), {
      signal: signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]),
      maxChars: this.#limits.maxChars,
      onAbort: (reply) => reply.fail({ code: "client-gone" }),
    });
    await this.#end(entry, "writer", () => Promise.resolve(fed.result));
    return fed;
  }

  /**
   * Anything but text: a status line (null clears it), reasoning, a tool.
   * @throws RemoteStreamError `ended`, `unknown-stream`; `too-long` when all of it together is longer than a text may be
   */
  update(id: string, change: Beside & { readonly status?: string | null | undefined }): RemoteStream {
    const entry = this.#find(id);
    if (entry.end !== undefined) throw ended(entry);
    const { status, reasoning, tool } = change;
    if (!entry.beside.take({ reasoning, tool })) throw this.#tooLong(entry, " of reasoning and tools");
    if (status !== undefined) entry.reply.status(status ?? undefined);
    if (reasoning !== undefined) entry.reply.reasoning(toDelta(reasoning));
    if (tool !== undefined) entry.reply.tool(tool);
    this.#touch(entry);
    return entry;
  }

  /** Resolves when all text is visible, or after `withinMs`. */
  async flush(id: string, withinMs: number): Promise<RemoteStream> {
    const entry = this.#find(id);
    this.#touch(entry);
    await withDeadline(this.#clock, withinMs, "flushing a stream", () => entry.reply.flush()).catch(() => {});
    return entry;
  }

  /**
   * Ends a stream well. Ending it again gives the same result. With `offset` it is ended only if that is where its text ends.
   * @throws RemoteStreamError `unknown-stream`, `gap`; `too-long` for a whole text that is
   */
  finalize(id: string, options: FinalizeOptions & { offset?: number | undefined } = {}): Promise<DeliveryResult> {
    const entry = this.#find(id);
    const { offset, ...rest } = options;
    if (offset !== undefined && offset !== entry.offset)
      throw new RemoteStreamError("gap", `the text ends at ${entry.offset}, not at ${offset}`, entry.offset);
    if (entry.end === undefined && (rest.text?.length ?? 0) > this.#limits.maxChars) throw this.#tooLong(entry);
    return this.#end(entry, "writer", (reply, failure) =>
      // A text that is given whole is what counts.
      failure === undefined || rest.text !== undefined ? reply.finalize(rest) : reply.fail(failure, rest),
    );
  }

  /** Ends a stream as failed; it keeps its text. */
  fail(id: string, failure: ReplyFailure, options: EndOptions = {}): Promise<DeliveryResult> {
    return this.#end(this.#find(id), "writer", (reply) => reply.fail(failure, options));
  }

  /** Ends all streams as interrupted, within `withinMs`, and takes no more. Idempotent. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#open.values()].map((entry) =>
        this.#end(entry, "shutdown", (reply) => reply.fail(this.#shutdown, { withinMs })),
      ),
    );
    for (const { cancel } of this.#ended.values()) cancel();
    this.#byKey.clear();
  }

  #find(id: string): Entry {
    const entry = this.#open.get(id) ?? this.#ended.get(id)?.entry;
    if (entry === undefined)
      throw new RemoteStreamError("unknown-stream", "no such stream: it never was, or ended long ago");
    return entry;
  }

  #tooLong(entry: Entry, what = ""): RemoteStreamError {
    const message = `a stream holds at most ${this.#limits.maxChars} characters${what}`;
    return new RemoteStreamError("too-long", message, entry.offset);
  }

  #touch(entry: Entry): void {
    if (entry.end !== undefined) return;
    entry.cancelIdle();
    entry.cancelIdle = this.#clock.setTimer(this.#limits.idleMs, () => {
      void this.#end(entry, "silence", (reply) => reply.fail(this.#silence, { withinMs: SILENT_END_WITHIN_MS }));
    });
  }

  async *#watch(entry: Entry, source: AsyncIterable<FeedPart>): AsyncGenerator<FeedPart> {
    for await (const part of source) {
      this.#touch(entry);
      yield part;
      entry.offset = entry.reply.text.length;
    }
  }

  #end(entry: Entry, by: RemoteStreamEnd, finish: Finish): Promise<DeliveryResult> {
    entry.endedBy ??= by;
    entry.end ??= this.#conclude(entry, finish);
    return entry.end;
  }

  async #conclude(entry: Entry, finish: Finish): Promise<DeliveryResult> {
    entry.cancelIdle();
    try {
      entry.result = await finish(entry.reply, this.#endReading(entry));
      entry.acknowledged = entry.result.delivered;
      if (entry.reader === undefined) entry.offset = entry.result.total;
      return entry.result;
    } finally {
      this.#open.delete(entry.id);
      this.#keep(entry);
    }
  }

  /** Gives what the reader held back, and tells what is wrong with the end of what it read. */
  #endReading({ reader, reply }: Entry): ReplyFailure | undefined {
    if (reader === undefined) return undefined;
    const ended = reader.end();
    for (const part of ended.parts) if (part.type !== "end") takePart(reply, part);
    return failureOf(ended);
  }

  #keep(entry: Entry): void {
    const oldest = this.#ended.keys().next();
    if (this.#ended.size >= this.#limits.maxKept && oldest.done === false) this.#forget(oldest.value);
    const { keepMs } = this.#limits;
    const cancel =
      keepMs === Infinity || this.#closed ? () => {} : this.#clock.setTimer(keepMs, () => this.#forget(entry.id));
    this.#ended.set(entry.id, { entry, cancel });
  }

  #forget(id: string): void {
    const kept = this.#ended.get(id);
    if (kept === undefined) return;
    kept.cancel();
    this.#ended.delete(id);
    if (kept.entry.key !== undefined) this.#byKey.delete(kept.entry.key);
  }
}

/** @param failure what is wrong with the end of the text that was read */
type Finish = (reply: ReplyStream, failure: ReplyFailure | undefined) => Promise<DeliveryResult>;

const ended = (entry: Entry): RemoteStreamError =>
  new RemoteStreamError("ended", "the stream has ended", entry.offset, entry.endedBy);
