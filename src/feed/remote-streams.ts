import type { DeliveryResult, FinalizeOptions, ReplyFailure, ReplyStream } from "../stream/index.ts";
import { toDelta } from "../stream/index.ts";
import type { CancelTimer, Clock } from "../time/index.ts";
import { withDeadline } from "../time/index.ts";
import { feedReply } from "./feed-reply.ts";
import type { FedReply } from "./feed-reply.ts";
import type { FeedPart } from "./part.ts";

/** Bounds of {@link RemoteStreams}. */
export interface RemoteStreamsLimits {
  /** Streams open at the same time. @defaultValue 1000 */
  readonly maxOpen?: number | undefined;
  /** Characters of one stream. @defaultValue 1000000 */
  readonly maxChars?: number | undefined;
  /** Milliseconds without a call about a stream until it is closed with its text. @defaultValue 120000 */
  readonly idleMs?: number | undefined;
  /** Milliseconds for which an ended stream can still be asked about. @defaultValue 600000 */
  readonly keepMs?: number | undefined;
  /** Ended streams kept. @defaultValue 10000 */
  readonly maxKept?: number | undefined;
}

/** Where streams live and how time passes. */
export interface RemoteStreamsOptions {
  readonly clock: Clock;
  /** Gives ids that nobody can guess. */
  readonly newId: () => string;
  readonly limits?: RemoteStreamsLimits | undefined;
}

/** A stream that somebody outside this process writes. */
export interface RemoteStream {
  readonly id: string;
  readonly reply: ReplyStream;
  /** Characters accepted so far: where the next append belongs. */
  readonly offset: number;
  /** Characters known to be visible. */
  readonly acknowledged: number;
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
  | "closed";

/** A call about a stream was refused; nothing was changed. */
export class RemoteStreamError extends Error {
  override readonly name = "RemoteStreamError";
  readonly code: RemoteStreamErrorCode;
  /** The offset to go on from, where one is known. */
  readonly expected: number | undefined;

  constructor(code: RemoteStreamErrorCode, message: string, expected?: number) {
    super(message);
    this.code = code;
    this.expected = expected;
  }
}

/**
 * Nobody waits for the end of a silent stream, but many may fall silent at once, and closing them all has to fit into the
 * platform's rate limits (1,000 calls a minute for a Feishu app).
 */
const SILENT_END_WITHIN_MS = 60 * 60_000;

interface Entry extends RemoteStream {
  offset: number;
  acknowledged: number;
  result: DeliveryResult | undefined;
  end: Promise<DeliveryResult> | undefined;
  cancelIdle: CancelTimer;
  readonly key: string | undefined;
}

/**
 * Streams whose text comes call by call from outside (an HTTP client, an MCP client), each naming the offset it belongs to, so that
 * a call made again after a lost answer does no harm. Every stream ends: by its writer, by silence, or by `close`.
 */
export class RemoteStreams {
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #limits: Required<{ [K in keyof RemoteStreamsLimits]: number }>;
  readonly #open = new Map<string, Entry>();
  readonly #ended = new Map<string, { entry: Entry; cancel: CancelTimer }>();
  readonly #byKey = new Map<string, Entry>();
  #closed = false;

  constructor(options: RemoteStreamsOptions) {
    this.#clock = options.clock;
    this.#newId = options.newId;
    const {
      maxOpen = 1_000,
      maxChars = 1_000_000,
      idleMs = 120_000,
      keepMs = 600_000,
      maxKept = 10_000,
    } = options.limits ?? {};
    this.#limits = { maxOpen, maxChars, idleMs, keepMs, maxKept };
    for (const [name, value] of Object.entries(this.#limits))
      if (!(value >= 1)) throw new TypeError(`${name} must be at least 1, got ${value}`);
  }

  /** Streams open now. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Opens a stream. The same `key` gives the same stream again, so that opening can be repeated after a lost answer.
   * @throws RemoteStreamError `too-many`, `closed`
   */
  open(create: () => ReplyStream, key?: string): { stream: RemoteStream; isNew: boolean } {
    const known = key === undefined ? undefined : this.#byKey.get(key);
    if (known !== undefined) return { stream: known, isNew: false };
    if (this.#closed) throw new RemoteStreamError("closed", "shutting down");
    if (this.#open.size >= this.#limits.maxOpen)
      throw new RemoteStreamError("too-many", `${this.#limits.maxOpen} streams are open; finalize some first`);
    const reply = create();
    const entry: Entry = {
      id: this.#newId(),
      reply,
      offset: 0,
      acknowledged: 0,
      result: undefined,
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
    if (known !== entry.reply.text.slice(at, at + known.length))
      throw new RemoteStreamError(
        "conflict",
        `offset ${at} holds other text; go on from ${entry.offset}`,
        entry.offset,
      );
    const added = text.slice(known.length);
    // A repeat of what is there is welcome also after the end.
    if (entry.end !== undefined && (added !== "" || offset === undefined)) throw ended(entry);
    if (entry.offset + added.length > this.#limits.maxChars)
      throw new RemoteStreamError(
        "too-long",
        `a stream holds at most ${this.#limits.maxChars} characters`,
        entry.offset,
      );
    if (added !== "") {
      entry.reply.append(toDelta(added));
      entry.offset += added.length;
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
    await this.#end(entry, () => Promise.resolve(fed.result));
    return fed;
  }

  /** Anything but text: status, reasoning, tools. @throws RemoteStreamError `ended`, `unknown-stream` */
  update(id: string, change: (reply: ReplyStream) => void): RemoteStream {
    const entry = this.#find(id);
    if (entry.end !== undefined) throw ended(entry);
    change(entry.reply);
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
   * @throws RemoteStreamError `unknown-stream`, `gap`
   */
  finalize(id: string, options: FinalizeOptions & { offset?: number | undefined } = {}): Promise<DeliveryResult> {
    const entry = this.#find(id);
    const { offset, ...rest } = options;
    if (offset !== undefined && offset !== entry.offset)
      throw new RemoteStreamError("gap", `the text ends at ${entry.offset}, not at ${offset}`, entry.offset);
    return this.#end(entry, (reply) => reply.finalize(rest));
  }

  /** Ends a stream as failed; it keeps its text. */
  fail(id: string, failure: ReplyFailure): Promise<DeliveryResult> {
    return this.#end(this.#find(id), (reply) => reply.fail(failure));
  }

  /** Ends all streams as interrupted, within `withinMs`, and takes no more. Idempotent. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#open.values()].map((entry) =>
        this.#end(entry, (reply) => reply.fail({ code: "interrupted" }, { withinMs })),
      ),
    );
    for (const { cancel } of this.#ended.values()) cancel();
    this.#ended.clear();
    this.#byKey.clear();
  }

  #find(id: string): Entry {
    const entry = this.#open.get(id) ?? this.#ended.get(id)?.entry;
    if (entry === undefined)
      throw new RemoteStreamError("unknown-stream", "no such stream: it never was, or ended long ago");
    return entry;
  }

  #touch(entry: Entry): void {
    if (entry.end !== undefined) return;
    entry.cancelIdle();
    entry.cancelIdle = this.#clock.setTimer(this.#limits.idleMs, () => {
      void this.#end(entry, (reply) => reply.fail({ code: "client-gone" }, { withinMs: SILENT_END_WITHIN_MS }));
    });
  }

  async *#watch(entry: Entry, source: AsyncIterable<FeedPart>): AsyncGenerator<FeedPart> {
    for await (const part of source) {
      this.#touch(entry);
      yield part;
      entry.offset = entry.reply.text.length;
    }
  }

  #end(entry: Entry, finish: (reply: ReplyStream) => Promise<DeliveryResult>): Promise<DeliveryResult> {
    entry.end ??= this.#conclude(entry, finish);
    return entry.end;
  }

  async #conclude(entry: Entry, finish: (reply: ReplyStream) => Promise<DeliveryResult>): Promise<DeliveryResult> {
    entry.cancelIdle();
    try {
      entry.result = await finish(entry.reply);
      entry.acknowledged = entry.result.delivered;
      entry.offset = entry.result.total;
      return entry.result;
    } finally {
      this.#open.delete(entry.id);
      if (!this.#closed) this.#keep(entry);
    }
  }

  #keep(entry: Entry): void {
    const oldest = this.#ended.keys().next();
    if (this.#ended.size >= this.#limits.maxKept && oldest.done === false) this.#forget(oldest.value);
    const cancel = this.#clock.setTimer(this.#limits.keepMs, () => this.#forget(entry.id));
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

const ended = (entry: Entry): RemoteStreamError => new RemoteStreamError("ended", "the stream has ended", entry.offset);
