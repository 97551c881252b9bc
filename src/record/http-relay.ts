import type { IncomingMessage, ServerResponse } from "node:http";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Agent } from "undici";
import type { Clock } from "../time/index.ts";
import { CAPTURE_LIMIT } from "./exchange.ts";
import type { Captured, Exchange, ExchangeOutcome } from "./exchange.ts";

/** Headers that belong to one connection and are not passed on. @see RFC 9110, section 7.6.1 */
const HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
  "expect",
]);

/** Longest that a whole answer may be held back to be changed, bytes. */
const MAX_HELD = 1024 * 1024;

/** A call to pass on. */
export interface Relay {
  readonly seq: number;
  readonly kind: Exchange["kind"];
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query, as they are sent. */
  readonly target: string;
  /** Changes the answer's text on its way; such an answer is asked for uncompressed and held until it is whole. */
  readonly rewrite?: ((body: string) => string) | undefined;
}

/** Passes calls on, byte by byte, and tells of each once it is over. */
export class HttpRelay {
  readonly #clock: Clock;
  readonly #tell: (exchange: Exchange) => void;
  // No limits of its own: whether a call takes too long is for the bot to say.
  readonly #agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 10_000 }, connections: 512 });

  constructor(clock: Clock, tell: (exchange: Exchange) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Resolves when the answer has gone out or the call broke off; never rejects. */
  async pass(relay: Relay, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const at = Math.round(this.#clock.wallNow());
    const started = this.#clock.now();
    const sent = new Capture();
    const received = new Capture();
    const gone = new AbortController();
    outgoing.once("close", () => gone.abort());
    let status = 0;
    let responseHeaders: string[] = [];
    let outcome: ExchangeOutcome = "answered";
    try {
      const answer = await this.#agent.request({
        origin: relay.origin,
        path: relay.target,
        method: incoming.method ?? "GET",
        headers: forwardHeaders(incoming.rawHeaders, relay.rewrite !== undefined),
        body: hasBody(incoming) ? incoming.pipe(sent.tap()) : null,
        signal: gone.signal,
        responseHeaders: "raw",
      });
      status = answer.statusCode;
      // With `responseHeaders: "raw"` these are names and values in turn.
      responseHeaders = rawPairs(answer.headers);
      if (relay.rewrite === undefined) {
        outgoing.writeHead(status, forwardHeaders(responseHeaders, false));
        await pipeline(answer.body, received.tap(), outgoing);
      } else {
        const bytes = Buffer.from(await answer.body.arrayBuffer());
        received.add(bytes);
        const body = bytes.length > MAX_HELD ? bytes : Buffer.from(relay.rewrite(bytes.toString("utf8")));
        const kept = forwardHeaders(responseHeaders, false).filter(
          (_, index, all) => (index % 2 === 0 ? all[index] : all[index - 1])?.toLowerCase() !== "content-length",
        );
        outgoing.writeHead(status, [...kept, "content-length", String(body.length)]);
        outgoing.end(body);
      }
    } catch {
      outcome = gone.signal.aborted && !outgoing.writableFinished ? "caller-left" : "upstream-failed";
      // As a connection that breaks: the bot must see what it would see without the proxy.
      incoming.socket.destroy();
    }
    this.#tell({
      seq: relay.seq,
      at,
      ms: Math.round((this.#clock.now() - started) * 10) / 10,
      kind: relay.kind,
      method: incoming.method ?? "GET",
      path: relay.target.split("?", 1)[0] ?? "",
      query: relay.target.includes("?") ? relay.target.slice(relay.target.indexOf("?") + 1) : "",
      requestHeaders: toHeaders(incoming.rawHeaders),
      request: sent.captured(),
      status,
      responseHeaders: toHeaders(responseHeaders),
      response: received.captured(),
      outcome,
    });
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

/** Keeps a copy of what passes through, up to the limit. */
class Capture {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** A stream to put in the way. */
  tap(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.add(chunk);
        done(null, chunk);
      },
    });
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= CAPTURE_LIMIT) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  captured(): Captured {
    return { bytes: this.#bytes, data: this.#bytes <= CAPTURE_LIMIT ? Buffer.concat(this.#chunks) : undefined };
  }
}

function hasBody(incoming: IncomingMessage): boolean {
  const length = incoming.headers["content-length"];
  return incoming.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/** Names and values in turn, without those of the connection. */
function forwardHeaders(raw: readonly string[], plain: boolean): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const lower = name.toLowerCase();
    if (HOP.has(lower) || (plain && lower === "accept-encoding")) continue;
    kept.push(name, raw[index + 1] ?? "");
  }
  return plain ? [...kept, "accept-encoding", "identity"] : kept;
}

function rawPairs(headers: unknown): string[] {
  if (Array.isArray(headers)) return headers.map(String);
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(headers ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) pairs.push(name, String(one));
  }
  return pairs;
}

function toHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    try {
      headers.append(raw[index] ?? "", raw[index + 1] ?? "");
    } catch {
      // A header that the standard class does not take passed on as it is; nobody reads it here.
    }
  }
  return headers;
}
