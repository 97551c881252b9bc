import { errorName, silentLogger } from "../log/index.ts";
import { withDeadline } from "../time/index.ts";
import { LlmStreamError } from "./errors.ts";
import { createPlainReader } from "./guard/body-reader.ts";
import { Budget } from "./guard/budget.ts";
import { GuardedBody } from "./guard/guarded-body.ts";
import { resolveTimeouts } from "./guard/options.ts";
import type { Fetch, GuardedFetchOptions, ResolvedTimeouts, StreamReport } from "./guard/options.ts";
import { readRequest } from "./guard/request.ts";
import type { Asked } from "./guard/request.ts";
import { StreamReader } from "./guard/stream-reader.ts";
import { openTransport } from "./guard/undici-transport.ts";
import type { Transport } from "./guard/undici-transport.ts";

/** A `fetch` whose streams always end. */
export interface GuardedFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * A fetch over the same connections for a client that reads ahead: when a stream breaks, `onBreak` gets the error, and the body
   * ends as if all were well. An error would make such a client forget what it has read and not yet told (the AI SDK does). What
   * goes wrong before the headers is thrown as always.
   */
  quiet(onBreak: (error: LlmStreamError) => void): Fetch;
  /** Ends running requests with `closed` and closes connections, within 5 s. Idempotent. */
  close(): Promise<void>;
}

/** Longest time `close` takes, in milliseconds. */
const CLOSE_MS = 5000;
const DEFAULT_MAX_EVENT_CHARS = 16 * 1024 * 1024;
/** Statuses whose responses have no body (Fetch standard, "null body status"). */
const NO_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/**
 * Makes a `fetch` for LLM providers that cannot hang. Hand it to any SDK as its `fetch` option. A stream ends when the
 * provider says that the answer is complete, whatever the connection does afterwards, and every way of not getting there
 * ends in a typed {@link LlmStreamError}: thrown by `fetch` before the headers, by the body after them. Requests that ask for
 * no stream and answers with an error status pass unchanged, under clocks as well.
 *
 * @throws TypeError for options that make no sense.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const guard = new Guard(options);
  return Object.assign((input: string | URL | Request, init?: RequestInit) => guard.request(input, init, undefined), {
    quiet:
      (onBreak: OnBreak): Fetch =>
      (input, init) =>
        guard.request(input, init, onBreak),
    close: () => guard.close(),
  });
}

type OnBreak = (error: LlmStreamError) => void;

class Guard {
  readonly #options: GuardedFetchOptions;
  readonly #timeouts: ResolvedTimeouts;
  readonly #closing = new AbortController();
  #transport: Promise<Transport> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: GuardedFetchOptions) {
    if (options.fetch !== undefined && options.proxy !== undefined) {
      throw new TypeError("proxy has no effect on a fetch of your own: give one of the two");
    }
    if (options.proxy !== undefined && !/^https?:\/\/[^/]/u.test(String(options.proxy))) {
      throw new TypeError("proxy must be an http:// or https:// URL");
    }
    const max = options.maxEventChars ?? DEFAULT_MAX_EVENT_CHARS;
    if (!(max > 0)) throw new TypeError(`maxEventChars must be above 0, got ${max}`);
    this.#options = options;
    this.#timeouts = resolveTimeouts(options.timeouts);
  }

  async request(
    input: string | URL | Request,
    init: RequestInit | undefined,
    onBreak: OnBreak | undefined,
  ): Promise<Response> {
    const asked = this.#ask(input, init);
    const startedAt = this.#options.clock.now();
    const upstream = new AbortController();
    const signal = this.#signalOf(input, init);
    signal.throwIfAborted();
    const response = await this.#headers(input, init, asked, upstream, signal);
    const { status, statusText } = response;
    if (response.body === null || NO_BODY.has(status)) {
      if (asked.stream && response.ok) throw this.#error("not-sse", "asked for a stream, got no body", { status });
      return response;
    }
    const body = this.#guardBody(response, response.body, asked, startedAt, upstream, onBreak);
    const onAbort = (): void => body.guarded.abort(signal.reason);
    body.onEnd = () => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) {
      // It aborted between the headers and the listener, which will not hear of it any more.
      onAbort();
      throw signal.reason;
    }

    const headers = new Headers(response.headers);
    // The body is decoded by now, and its length is another.
    headers.delete("content-encoding");
    headers.delete("content-length");
    const guarded = new Response(body.guarded.stream, { status, statusText, headers });
    Object.defineProperty(guarded, "url", { value: response.url });
    return guarded;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort(this.#error("closed", "the client was closed"));
    const transport = this.#transport;
    if (transport === undefined) return;
    const { clock, logger = silentLogger } = this.#options;
    try {
      await withDeadline(clock, CLOSE_MS, "closing LLM connections", async () => (await transport).close());
    } catch (error) {
      logger.warn("llm: connections did not close in time", { error: errorName(error) });
    }
  }

  #ask(input: string | URL | Request, init: RequestInit | undefined): Asked {
    const { protocol = "auto", stream = "auto" } = this.#options;
    const asked = readRequest(input, init);
    return {
      protocol: protocol === "auto" ? asked.protocol : protocol,
      stream: stream === "auto" ? asked.stream : stream,
    };
  }

  #signalOf(input: string | URL | Request, init: RequestInit | undefined): AbortSignal {
    const own = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    return own === undefined ? this.#closing.signal : AbortSignal.any([own, this.#closing.signal]);
  }

  /** Makes the request and waits for its headers, for as long as allowed; a fetch that never settles does not matter. */
  #headers(
    input: string | URL | Request,
    init: RequestInit | undefined,
    asked: Asked,
    upstream: AbortController,
    signal: AbortSignal,
  ): Promise<Response> {
    const ms = Math.min(asked.stream ? this.#timeouts.headerMs : this.#timeouts.plainHeaderMs, this.#timeouts.totalMs);
    return new Promise((resolve, reject) => {
      let waiting = true;
      const stop = (): boolean => {
        if (!waiting) return false;
        waiting = false;
        clock.pause();
        signal.removeEventListener("abort", onAbort);
        return true;
      };
      const give = (reason: unknown): void => {
        if (!stop()) return;
        upstream.abort(reason);
        reject(reason);
      };
      const clock = new Budget(this.#options.clock, ms, () =>
        give(this.#error("header-timeout", `no answer within ${ms / 1000} s`)),
      );
      const onAbort = (): void => give(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      clock.resume();
      const send = async (): Promise<void> => {
        try {
          const response = await this.#send(input, { ...init, signal: upstream.signal });
          if (stop()) resolve(response);
          else response.body?.cancel().catch(() => {});
        } catch (cause) {
          give(this.#error("connection-lost", `no connection: ${reasonOf(cause)}`, { cause }));
        }
      };
      void send();
    });
  }

  async #send(input: string | URL | Request, init: RequestInit): Promise<Response> {
    if (this.#options.fetch !== undefined) return this.#options.fetch(input, init);
    this.#transport ??= openTransport(this.#options.proxy);
    return (await this.#transport).fetch(input, init);
  }

  #guardBody(
    response: Response,
    upstreamBody: ReadableStream<Uint8Array>,
    asked: Asked,
    startedAt: number,
    upstream: AbortController,
    onBreak: OnBreak | undefined,
  ): { readonly guarded: GuardedBody; onEnd: () => void } {
    const { clock, provider, logger = silentLogger, maxEventChars = DEFAULT_MAX_EVENT_CHARS } = this.#options;
    const declaredSse = /^\s*text\/event-stream\b/iu.test(response.headers.get("content-type") ?? "");
    const isStream = response.ok && (asked.stream || declaredSse);
    const reader = isStream
      ? new StreamReader({
          protocol: asked.protocol,
          provider,
          timeouts: this.#timeouts,
          maxEventChars,
          declaredSse,
          status: response.status,
          logger,
        })
      : createPlainReader();
    const handle = {
      onEnd: (): void => {},
      guarded: new GuardedBody({
        clock,
        timeouts: this.#timeouts,
        provider,
        upstream: upstreamBody,
        reader,
        startedAt,
        release: () => upstream.abort(),
        onBreak,
        onChunk: response.ok
          ? this.#options.onResponse?.({ contentType: response.headers.get("content-type") ?? "" })
          : undefined,
        onEnd: (report) => {
          handle.onEnd();
          this.#report(report);
        },
      }),
    };
    return handle;
  }

  #report(report: StreamReport): void {
    const { logger = silentLogger, onEnd } = this.#options;
    const { ending, ...figures } = report;
    logger.debug("llm stream ended", { ...figures, ending: ending?.kind, reason: ending?.reason });
    try {
      onEnd?.(report);
    } catch (error) {
      // The end of a stream must not depend on who listens to it.
      logger.error("llm: onEnd failed", { error: errorName(error) });
    }
  }

  #error(
    code: "header-timeout" | "connection-lost" | "not-sse" | "closed",
    message: string,
    detail: { status?: number; cause?: unknown } = {},
  ): LlmStreamError {
    return new LlmStreamError(code, message, { provider: this.#options.provider, ...detail });
  }
}

/** The innermost system code (`ECONNREFUSED`, `ENOTFOUND`) or name of an error; never its message, which may hold an URL with a key. */
function reasonOf(error: unknown): string {
  let reason = "unknown";
  let current = error;
  for (let i = 0; i < 8 && current instanceof Error; i++) {
    const { code } = current as { code?: unknown };
    reason = typeof code === "string" ? code : reason === "unknown" ? current.name : reason;
    current = current.cause;
  }
  return reason;
}
