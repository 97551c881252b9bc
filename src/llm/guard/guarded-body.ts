import type { ReadableStreamReadResult } from "node:stream/web";
import { unpackedReader } from "../../provider-wire/index.ts";
import type { ChunkReader } from "../../provider-wire/index.ts";
import type { Clock } from "../../time/index.ts";
import { LlmStreamError } from "../errors.ts";
import type { LlmErrorCode } from "../errors.ts";
import type { BodyReader, Fed } from "./body-reader.ts";
import { Budget } from "./budget.ts";
import type { ResolvedTimeouts, StreamReport } from "./options.ts";

/** What a {@link GuardedBody} works with. */
export interface GuardedBodyOptions {
  readonly clock: Clock;
  readonly timeouts: ResolvedTimeouts;
  readonly provider: string | undefined;
  readonly upstream: ReadableStream<Uint8Array>;
  readonly reader: BodyReader;
  /** When the request was made, in clock time. */
  readonly startedAt: number;
  /** Ends the request below; called when nobody needs it any more. Never waits. */
  readonly release: () => void;
  /**
   * Takes the error of a stream that broke. The body then ends without one: many SDKs read ahead, and an error makes them forget
   * what they have read and not yet told. @defaultValue the body ends with the error
   */
  readonly onBreak: ((error: LlmStreamError) => void) | undefined;
  /** Called with each chunk as it came. */
  readonly onChunk: ((chunk: Uint8Array) => void) | undefined;
  /** Called once, when the consumer's body has ended. */
  readonly onEnd: (report: StreamReport) => void;
}

/**
 * The body a consumer reads: what `reader` makes of the upstream body, under clocks, so that it always ends. It reads upstream
 * only while the consumer reads, and never waits for upstream to cancel. After a good end the consumer is released first; then
 * upstream is read out for a moment, so that its connection can be used again.
 */
export class GuardedBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #options: GuardedBodyOptions;
  readonly #upstream: ChunkReader;
  readonly #first: Budget;
  readonly #idle: Budget;
  readonly #progress: Budget;
  readonly #total: Budget;
  #grace: Budget | undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** A read that has been asked of upstream and not answered; there is never more than one. */
  #reading: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
  /** Lets the pull in progress return. */
  #wake: (() => void) | undefined;
  /** Told to the consumer at its next read, after the output that came before it. */
  #pendingError: LlmStreamError | undefined;
  #bytes = 0;
  #ended = false;

  constructor(options: GuardedBodyOptions) {
    this.#options = options;
    const { clock, timeouts } = options;
    this.#upstream = unpackedReader(options.upstream);
    const budget = (ms: number, code: LlmErrorCode, what: string): Budget =>
      new Budget(clock, ms, () => this.#breakOff(this.#error(code, `${what} for ${ms} ms`)));
    this.#first = budget(timeouts.firstEventMs, "first-event-timeout", "headers came, but nothing else");
    this.#idle = budget(timeouts.idleMs, "idle-timeout", "nothing came");
    this.#progress = budget(timeouts.progressMs, "progress-timeout", "only empty events came");
    const spent = clock.now() - options.startedAt;
    this.#total = new Budget(clock, Math.max(0, timeouts.totalMs - spent), () =>
      this.#breakOff(this.#error("total-timeout", `the answer took longer than ${timeouts.totalMs} ms`)),
    );
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#pull(),
        cancel: () => this.#onCancel(),
      },
      // Nothing is read ahead: the clocks measure the provider, not the consumer.
      { highWaterMark: 0 },
    );
    this.#total.resume();
  }

  /** Ends the body with the reason of an abort, at once; does nothing when it has ended. */
  abort(reason: unknown): void {
    if (this.#ended) return;
    this.#end(reason instanceof LlmStreamError ? reason.code : "aborted", undefined);
    this.#controller?.error(reason);
    this.#abandon();
  }

  #fail(error: LlmStreamError): void {
    if (this.#ended) return;
    this.#end(error.code, undefined);
    const { onBreak } = this.#options;
    if (onBreak === undefined) this.#controller?.error(error);
    else {
      onBreak(error);
      this.#controller?.close();
    }
    this.#abandon();
  }

  /** Upstream is of no more use. After a terminal event that is no loss: the answer is whole. */
  #breakOff(error: LlmStreamError): void {
    if (this.#grace === undefined) this.#fail(error);
    else this.#finish("grace");
  }

  async #pull(): Promise<void> {
    if (this.#pendingError !== undefined) {
      this.#fail(this.#pendingError);
      return;
    }
    this.#runClocks();
    try {
      while (!this.#ended) {
        const result = await this.#read();
        // A clock, an abort or a cancel may have ended the body meanwhile; then nothing may be written to it.
        if (result === undefined || this.#ended) return;
        if (result.done) {
          this.#take(this.#options.reader.eof(), "eof");
          return;
        }
        this.#bytes += result.value.byteLength;
        this.#options.onChunk?.(result.value);
        this.#first.pause();
        this.#idle.refill();
        const fed = this.#options.reader.feed(result.value);
        if (fed.progressed) this.#progress.refill();
        this.#takeGrace(fed);
        if (this.#take(fed, "closer")) return;
        this.#idle.resume();
        this.#progress.resume();
      }
    } finally {
      this.#stopClocks();
    }
  }

  /** Waits for upstream or for the end of the body, whichever is first. Undefined: the body ended. */
  #read(): Promise<ReadableStreamReadResult<Uint8Array> | undefined> {
    const woken = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined);
    });
    return Promise.race([woken, this.#readUpstream()]);
  }

  async #readUpstream(): Promise<ReadableStreamReadResult<Uint8Array> | undefined> {
    this.#reading ??= this.#upstream.read();
    try {
      return await this.#reading;
    } catch (cause) {
      this.#breakOff(this.#error("connection-lost", "the connection broke in mid-stream", cause));
      return undefined;
    } finally {
      this.#reading = undefined;
    }
  }

  /** Hands the outcome of a chunk to the consumer. True when the consumer has got something, or the end. */
  #take(fed: Fed, endedBy: "closer" | "eof"): boolean {
    if (fed.error !== undefined) {
      if (fed.output === undefined) this.#fail(fed.error);
      else {
        this.#pendingError = fed.error;
        this.#controller?.enqueue(fed.output);
      }
      return true;
    }
    if (fed.output !== undefined) this.#controller?.enqueue(fed.output);
    if (fed.graceMs === 0) {
      this.#finish(endedBy);
      return true;
    }
    return fed.output !== undefined;
  }

  /** Starts the wait for late figures at the first terminal event, and again whenever content follows. */
  #takeGrace(fed: Fed): void {
    if (fed.graceMs === undefined || fed.graceMs === 0) return;
    if (this.#grace !== undefined && !fed.progressed) return;
    this.#grace?.pause();
    this.#grace = new Budget(this.#options.clock, fed.graceMs, () => this.#finish("grace"));
    this.#grace.resume();
  }

  /** The answer is complete: the consumer's body ends now, upstream is drained behind its back. */
  #finish(endedBy: "closer" | "grace" | "eof"): void {
    if (this.#ended) return;
    this.#end("ok", endedBy);
    const closing = this.#options.reader.closing();
    if (closing !== undefined) this.#controller?.enqueue(closing);
    this.#controller?.close();
    if (endedBy === "eof") this.#options.release();
    else this.#drain();
  }

  #onCancel(): void {
    if (this.#ended) return;
    const complete = this.#grace !== undefined;
    this.#end(complete ? "ok" : "cancelled", complete ? "grace" : undefined);
    if (complete) this.#drain();
    else this.#abandon();
  }

  #end(outcome: string, endedBy: StreamReport["endedBy"]): void {
    this.#ended = true;
    this.#stopClocks();
    this.#total.pause();
    this.#grace = undefined;
    this.#wake?.();
    const { reader, provider, clock, startedAt } = this.#options;
    this.#options.onEnd({
      provider,
      // Readers name nothing but the known protocols, `unknown` and `plain`.
      protocol: reader.protocol as StreamReport["protocol"],
      outcome,
      ending: reader.ending,
      endedBy,
      bytes: this.#bytes,
      events: reader.events,
      garbage: reader.garbage,
      ms: clock.now() - startedAt,
    });
  }

  /** Reads upstream to its end for at most `drainMs`; nobody waits for it. */
  #drain(): void {
    const { clock, timeouts } = this.#options;
    const draining = { open: true };
    const stop = (): void => {
      if (!draining.open) return;
      draining.open = false;
      cancelTimer();
      this.#abandon();
    };
    const cancelTimer = clock.setTimer(timeouts.drainMs, stop);
    const read = async (): Promise<void> => {
      this.#reading ??= this.#upstream.read();
      let result = await this.#reading;
      while (draining.open && !result.done) result = await this.#upstream.read();
    };
    read().then(stop, stop);
  }

  /** Lets go of upstream without waiting: a broken body may never settle. */
  #abandon(): void {
    this.#options.release();
    this.#upstream.cancel().catch(() => {});
  }

  #runClocks(): void {
    if (this.#bytes === 0) this.#first.resume();
    else {
      this.#idle.refill();
      this.#idle.resume();
      this.#progress.resume();
    }
    this.#grace?.resume();
  }

  #stopClocks(): void {
    this.#first.pause();
    this.#idle.pause();
    this.#progress.pause();
    this.#grace?.pause();
  }

  #error(code: LlmErrorCode, message: string, cause?: unknown): LlmStreamError {
    return new LlmStreamError(code, message, { provider: this.#options.provider, cause });
  }
}
