import type { Logger } from "../../../src/log/index.ts";
import { DeadlineError, withDeadline } from "../../../src/time/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { logIdOf, readDownload, readEnvelope } from "./answer.ts";
import type { AnswerContext, ApiEnvelope, RawAnswer } from "./answer.ts";
import type { CallRecord } from "./call.ts";
import { FeishuApiError, FeishuTransportError } from "./errors.ts";
import type { Fetch } from "./fetch.ts";

/** One HTTP request, ready to be sent; sending it again sends the same bytes. */
export interface WireRequest {
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly onCall: ((record: CallRecord) => void) | undefined;
}

/** What a {@link Transport} is made of. */
export interface TransportOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For one attempt, in milliseconds, until the answer is read to its end. */
  readonly timeoutMs: number;
  readonly onCall: ((record: CallRecord) => void) | undefined;
  readonly grantUrl: AnswerContext["grantUrl"];
}

/** Failures of a connection that never came about: the request cannot have arrived. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Sends one request at a time per call, with a deadline, and turns every outcome into a value or one of two errors. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #inFlight = new Set<AbortController>();
  readonly #onIdle: (() => void)[] = [];
  #closed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.#inFlight.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** The JSON answer with `code` 0. @throws FeishuApiError, FeishuTransportError, or the signal's reason. */
  json(request: WireRequest): Promise<ApiEnvelope> {
    return this.#attempt(request, readEnvelope);
  }

  /** The bytes of a download and its headers. @throws like {@link json} */
  download(request: WireRequest): Promise<RawAnswer> {
    return this.#attempt(request, (answer, context) => ({ ...answer, bytes: readDownload(answer, context) }));
  }

  /** From now on nothing is sent. */
  refuseNew(): void {
    this.#closed = true;
  }

  /** Ends what is under way; its fate is unknown. */
  abortAll(): void {
    for (const controller of this.#inFlight) controller.abort(CLOSED);
  }

  async #attempt<T>(request: WireRequest, read: (answer: RawAnswer, context: AnswerContext) => T): Promise<T> {
    const { clock } = this.#options;
    const { operation } = request;
    request.signal?.throwIfAborted();
    if (this.#closed)
      throw new FeishuTransportError({
        operation,
        code: "network",
        detail: "the client is closed",
        maybeApplied: false,
      });
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(request.signal?.reason);
    request.signal?.addEventListener("abort", onAbort, { once: true });
    this.#inFlight.add(controller);
    const startedAt = clock.now();
    let answer: RawAnswer | undefined;
    let code: number | undefined;
    let outcome: CallRecord["outcome"] = "unknown";
    try {
      answer = await withDeadline(
        clock,
        request.timeoutMs ?? this.#options.timeoutMs,
        operation,
        (signal) => this.#exchange(request, signal),
        controller.signal,
      );
      const value = read(answer, { operation, wallNow: clock.wallNow(), grantUrl: this.#options.grantUrl });
      code = 0;
      outcome = "ok";
      return value;
    } catch (error) {
      if (error instanceof FeishuApiError) {
        code = error.apiCode;
        outcome = "rejected";
      }
      throw this.#wrap(error, request, controller.signal);
    } finally {
      request.signal?.removeEventListener("abort", onAbort);
      this.#inFlight.delete(controller);
      this.#report(request, {
        operation,
        bytes: byteLength(request.body),
        ms: clock.now() - startedAt,
        code,
        httpStatus: answer?.status,
        logId: answer === undefined ? undefined : logIdOf(answer),
        outcome,
      });
      if (this.#inFlight.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  async #exchange(request: WireRequest, signal: AbortSignal): Promise<RawAnswer> {
    const response = await this.#options.fetch(request.url, {
      method: request.method,
      headers: { ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
      redirect: "manual",
    });
    return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
  }

  #wrap(error: unknown, { operation, url }: WireRequest, signal: AbortSignal): unknown {
    if (error instanceof FeishuApiError || error instanceof FeishuTransportError) return error;
    if (signal.aborted) {
      return signal.reason === CLOSED
        ? new FeishuTransportError({
            operation,
            code: "network",
            detail: "the client was closed meanwhile",
            maybeApplied: true,
            cause: CLOSED,
          })
        : signal.reason;
    }
    if (error instanceof DeadlineError) {
      return new FeishuTransportError({
        operation,
        code: "timeout",
        detail: `no answer within ${error.ms} ms`,
        maybeApplied: true,
        cause: error,
      });
    }
    const reason = errorCode(error);
    const neverSent = reason !== undefined && NEVER_SENT.has(reason);
    return new FeishuTransportError({
      operation,
      code: "network",
      detail: neverSent
        ? `${reason} at ${new URL(url).host}; check the domain and the network`
        : (reason ?? "the connection broke"),
      maybeApplied: !neverSent,
      cause: error,
    });
  }

  #report(request: WireRequest, record: CallRecord): void {
    try {
      this.#options.logger.debug("feishu call", { ...record });
      this.#options.onCall?.(record);
      request.onCall?.(record);
    } catch {
      // An observer that fails must not turn a call that was carried out into one that was not.
    }
  }
}

const CLOSED = new Error("the Feishu client was closed");

/** The system's code of a network error, which undici wraps in "fetch failed". */
function errorCode(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return undefined;
}

function byteLength(body: WireRequest["body"]): number {
  return body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
}
