import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import type { RawData } from "ws";
import type { Clock } from "../time/index.ts";
import type { ConnectionChange, Passed } from "./exchange.ts";

/** Addresses given out and not used are forgotten beyond this many. */
const MAX_TARGETS = 1_000;

/** Longest frame that passes, bytes. */
const MAX_FRAME = 32 * 1024 * 1024;

/** Codes that a peer may not send in a closing frame. @see RFC 6455, section 7.4.1 */
const UNSENDABLE = new Set([1005, 1006, 1015]);

/** What a {@link ConnectionRelay} tells. */
export interface ConnectionTold {
  readonly clock: Clock;
  readonly nextSeq: () => number;
  /** Where an upgrade goes whose address was not given out through the proxy: scheme, host and port. */
  readonly fallback: string;
  readonly passed: (message: Passed) => void;
  readonly changed: (change: ConnectionChange) => void;
}

/** Passes long connections on: each address that Feishu gives out is replaced by one of the proxy's own. */
export class ConnectionRelay {
  readonly #told: ConnectionTold;
  readonly #targets = new Map<string, string>();
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, perMessageDeflate: false });
  readonly #upstream = new Set<WebSocket>();
  #connections = 0;

  constructor(told: ConnectionTold) {
    this.#told = told;
  }

  /** The proxy's address for one of Feishu's. Path and query stay: clients read `service_id` and `device_id` from them. */
  replace(url: string, own: string): string {
    let target: URL;
    try {
      target = new URL(url);
    } catch {
      return url;
    }
    const place = `${target.pathname}${target.search}`;
    this.#targets.delete(place);
    this.#targets.set(place, url);
    if (this.#targets.size > MAX_TARGETS) this.#targets.delete(this.#targets.keys().next().value ?? "");
    return `${own.replace(/^http/u, "ws")}${place}`;
  }

  /** Takes an upgrade of the proxy's server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Whoever breaks off meanwhile is no reason to end the process.
    socket.on("error", () => socket.destroy());
    const place = request.url ?? "/";
    const target = this.#targets.get(place) ?? `${this.#told.fallback.replace(/^http/u, "ws")}${place}`;
    if (!URL.canParse(target)) {
      socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return;
    }
    this.#connections += 1;
    const connection = this.#connections;
    const change = (state: ConnectionChange["state"], code?: number): void =>
      this.#told.changed({ seq: this.#told.nextSeq(), at: this.#now(), connection, state, code });
    const upstream = new WebSocket(target, {
      maxPayload: MAX_FRAME,
      perMessageDeflate: false,
      handshakeTimeout: 15_000,
    });
    this.#upstream.add(upstream);
    upstream.once("close", () => this.#upstream.delete(upstream));
    const early: { data: Buffer; isBinary: boolean }[] = [];
    let deliver: ((data: Buffer, isBinary: boolean) => void) | undefined;
    upstream.on("message", (raw: RawData, isBinary: boolean) => {
      const data = toBuffer(raw);
      if (deliver === undefined) early.push({ data, isBinary });
      else deliver(data, isBinary);
    });
    upstream.once("unexpected-response", (_request, response) => {
      const head = [`HTTP/1.1 ${response.statusCode ?? 502} ${response.statusMessage ?? ""}`];
      for (let index = 0; index + 1 < response.rawHeaders.length; index += 2) {
        const name = response.rawHeaders[index] ?? "";
        if (!/^(?:connection|transfer-encoding|content-length|keep-alive)$/iu.test(name))
          head.push(`${name}: ${response.rawHeaders[index + 1] ?? ""}`);
      }
      change("refused", response.statusCode);
      response.resume();
      socket.end(`${head.join("\r\n")}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      upstream.terminate();
    });
    upstream.once("error", () => {
      if (deliver === undefined) socket.destroy();
    });
    socket.once("close", () => {
      if (deliver === undefined) upstream.terminate();
    });
    upstream.once("open", () => {
      this.#server.handleUpgrade(request, socket, head, (client) => {
        change("open");
        deliver = (data, isBinary) => {
          client.send(data, { binary: isBinary });
          this.#tell(connection, "feishu", data);
        };
        for (const { data, isBinary } of early.splice(0)) deliver(data, isBinary);
        client.on("message", (raw: RawData, isBinary: boolean) => {
          const data = toBuffer(raw);
          upstream.send(data, { binary: isBinary }, () => {});
          this.#tell(connection, "bot", data);
        });
        let closed = false;
        const close = (other: WebSocket, code: number, reason: Buffer): void => {
          if (!closed) change("closed", code);
          closed = true;
          // A connection that broke is broken for the other side as well.
          if (UNSENDABLE.has(code)) other.terminate();
          else other.close(code, reason);
        };
        client.on("close", (code, reason) => close(upstream, code, reason));
        upstream.on("close", (code, reason) => close(client, code, reason));
        client.on("error", () => upstream.terminate());
      });
    });
  }

  close(): void {
    for (const socket of [...this.#upstream, ...this.#server.clients]) socket.terminate();
    this.#server.close();
  }

  #tell(connection: number, from: Passed["from"], data: Buffer): void {
    this.#told.passed({ seq: this.#told.nextSeq(), at: this.#now(), connection, from, data });
  }

  #now(): number {
    return Math.round(this.#told.clock.wallNow());
  }
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
