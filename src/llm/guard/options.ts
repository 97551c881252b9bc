import type { Logger } from "../../log/index.ts";
import type { Clock } from "../../time/index.ts";
import type { Ending, ProtocolName as Protocol } from "../../provider-wire/index.ts";

/** A `fetch`: what SDKs take as their `fetch` option. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** How long each phase of a request may take. All in milliseconds, above 0; `Infinity` switches one off. */
export interface GuardTimeouts {
  /** From the request to the response headers of a stream. @defaultValue 60,000 */
  readonly headerMs?: number | undefined;
  /** From the headers to the first byte of the body; runs only while the consumer is reading. @defaultValue 120,000 */
  readonly firstEventMs?: number | undefined;
  /** Between two arrivals of bytes; runs only while the consumer is reading. @defaultValue 60,000 */
  readonly idleMs?: number | undefined;
  /**
   * Between two events that carry something (text, reasoning, a tool call); comments, pings and empty deltas do not count.
   * Runs only while the consumer is reading. @defaultValue 180,000
   */
  readonly progressMs?: number | undefined;
  /** From the request to the end of the body, whether the consumer reads or not. @defaultValue 1,200,000 (20 min) */
  readonly totalMs?: number | undefined;
  /** From the request to the headers when no stream was asked for: they come only with the whole answer. @defaultValue 600,000 */
  readonly plainHeaderMs?: number | undefined;
  /** Wait for late usage after the terminal event of OpenAI chat. @defaultValue 1,500 */
  readonly chatGraceMs?: number | undefined;
  /** The same for all other protocols. @defaultValue 500 */
  readonly graceMs?: number | undefined;
  /**
   * The same when the provider's terminal mark cannot be trusted: text came after it, or it came with the very first text of a
   * Gemini stream (some proxies stamp `STOP` on every chunk). @defaultValue 3,000
   */
  readonly stampedGraceMs?: number | undefined;
  /** How long a finished connection is read to its end, with nobody waiting, so that it can be used again. @defaultValue 250 */
  readonly drainMs?: number | undefined;
}

/** What became of one stream; for diagnostics. Holds no text. */
export interface StreamReport {
  readonly provider: string | undefined;
  readonly protocol: Protocol | "unknown" | "plain";
  /** `ok`, the code of the `LlmStreamError`, `aborted` by the request's signal, or `cancelled` by the consumer. */
  readonly outcome: string;
  /** What the provider's reason to stop means, with its own word; undefined when it gave none. */
  readonly ending: Ending | undefined;
  /** What told that the answer is complete: the protocol's closer, silence in the grace window, or the end of the body. */
  readonly endedBy: "closer" | "grace" | "eof" | undefined;
  readonly bytes: number;
  readonly events: number;
  /** Events that were not JSON, or not of the protocol, and were dropped. */
  readonly garbage: number;
  /** Milliseconds from the request to the end of the body. */
  readonly ms: number;
}

/** See {@link GuardedFetchOptions.onResponse}. */
export type OnResponse = (response: { readonly contentType: string }) => (chunk: Uint8Array) => void;

/** How `createGuardedFetch` behaves. */
export interface GuardedFetchOptions {
  readonly clock: Clock;
  /** @defaultValue silent */
  readonly logger?: Logger | undefined;
  /** Name that errors and logs carry. */
  readonly provider?: string | undefined;
  /** @defaultValue by the path of the request, then by the first event */
  readonly protocol?: Protocol | "auto" | undefined;
  /** Whether a stream is expected. @defaultValue by the request: `"stream": true`, or Gemini's `:streamGenerateContent` */
  readonly stream?: boolean | "auto" | undefined;
  readonly timeouts?: GuardTimeouts | undefined;
  /**
   * The only proxy that is ever used, for example `http://127.0.0.1:7890`. Environment variables and a global dispatcher have no
   * effect. Not allowed together with `fetch`. @defaultValue none
   */
  readonly proxy?: string | URL | undefined;
  /** What makes the requests. @defaultValue undici's fetch over an agent of its own */
  readonly fetch?: Fetch | undefined;
  /** Largest event in characters. @defaultValue 16,777,216 */
  readonly maxEventChars?: number | undefined;
  /**
   * Called for every response with a body whose status is good; what it gives is called with each chunk of the body as it came, for
   * recordings. @defaultValue none
   */
  readonly onResponse?: OnResponse | undefined;
  /** Called once for every response body that ended, however it ended. */
  readonly onEnd?: ((report: StreamReport) => void) | undefined;
}

/** {@link GuardTimeouts} with nothing left open. */
export type ResolvedTimeouts = { readonly [K in keyof GuardTimeouts]-?: number };

const DEFAULT_TIMEOUTS: ResolvedTimeouts = {
  headerMs: 60_000,
  firstEventMs: 120_000,
  idleMs: 60_000,
  progressMs: 180_000,
  totalMs: 1_200_000,
  plainHeaderMs: 600_000,
  chatGraceMs: 1500,
  graceMs: 500,
  stampedGraceMs: 3000,
  drainMs: 250,
};

/** Fills in the defaults. @throws TypeError naming the option and the value when one is not above 0. */
export function resolveTimeouts(given: GuardTimeouts = {}): ResolvedTimeouts {
  const resolved: Record<keyof ResolvedTimeouts, number> = { ...DEFAULT_TIMEOUTS };
  for (const name of Object.keys(DEFAULT_TIMEOUTS) as (keyof ResolvedTimeouts)[]) {
    const value = given[name];
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value > 0))
      throw new TypeError(`timeouts.${name} must be above 0 milliseconds, got ${value}`);
    resolved[name] = value;
  }
  return Object.freeze(resolved);
}
