import type { Fetch } from "../../../src/llm/index.ts";

/** A provider that a test plays by hand: one request, its headers and its body. */
export interface PlayedProvider {
  readonly fetch: Fetch;
  /** How many requests were made. */
  readonly calls: number;
  /** Signal of the last request. */
  readonly signal: AbortSignal | undefined;
  /** The body was cancelled. */
  readonly cancelled: boolean;
  /** How often the body was asked for more. */
  readonly pulls: number;
  /** Sends bytes (UTF-8 for strings). */
  push(chunk: string | Uint8Array): void;
  end(): void;
  fail(error: Error): void;
}

/** @param headers response headers; @param status HTTP status; `never` gives no headers at all. */
export function playProvider(
  options: { status?: number; headers?: Record<string, string>; never?: boolean; stuck?: boolean } = {},
): PlayedProvider {
  const { status = 200, headers = { "content-type": "text/event-stream" }, never = false, stuck = false } = options;
  const encoder = new TextEncoder();
  const state = { calls: 0, signal: undefined as AbortSignal | undefined, cancelled: false, pulls: 0 };
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
      },
      pull() {
        state.pulls++;
      },
      cancel() {
        state.cancelled = true;
        // A broken connection may never confirm.
        return stuck ? new Promise<void>(() => {}) : undefined;
      },
    },
    { highWaterMark: 0 },
  );
  return {
    get calls() {
      return state.calls;
    },
    get signal() {
      return state.signal;
    },
    get cancelled() {
      return state.cancelled;
    },
    get pulls() {
      return state.pulls;
    },
    async fetch(_, init) {
      state.calls++;
      state.signal = init?.signal ?? undefined;
      if (never) return new Promise<Response>(() => {});
      return new Response(body, { status, headers });
    },
    push: (chunk) => controller?.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk),
    end: () => controller?.close(),
    fail: (error) => controller?.error(error),
  };
}
