import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createRequestGuard } from "../http-guard/index.ts";
import type { Logger } from "../log/index.ts";
import type { Clock } from "../time/index.ts";
import { ConnectionRelay } from "./connection-relay.ts";
import type { Observer } from "./exchange.ts";
import { HttpRelay } from "./http-relay.ts";
import type { Upstream } from "./upstream.ts";

/** How to run the proxy. */
export interface ProxyOptions {
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly logger: Logger;
  /** @defaultValue 0: any free port */
  readonly port?: number | undefined;
  /** @defaultValue "127.0.0.1" */
  readonly host?: string | undefined;
  /** The bot's own webhook: what comes to `/webhook` goes there. Without it `/webhook` answers 404. */
  readonly webhook?: URL | undefined;
  readonly observers: readonly Observer[];
  /** Serves every other path, such as the page. @defaultValue 404 with a sentence */
  readonly other?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

/** A running proxy. */
export interface Proxy {
  /** What a bot takes as its domain. */
  readonly url: string;
  /** What Feishu's developer console takes as the request address, where the bot has a webhook. */
  readonly webhookUrl: string | undefined;
  close(): Promise<void>;
}

const WS_ENDPOINT = "/callback/ws/endpoint";

/**
 * Passes everything between a bot and Feishu on unchanged, but for the address of the long connection, and tells the
 * observers. Observers run after the bytes are on their way; one that throws is logged and left out of nothing else.
 * @throws what listening throws, such as EADDRINUSE
 */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { clock, logger, observers, upstream } = options;
  const host = options.host ?? "127.0.0.1";
  let seq = 0;
  const nextSeq = (): number => (seq += 1);
  const tell = (what: (observer: Observer) => void): void => {
    for (const observer of observers) {
      try {
        what(observer);
      } catch (error) {
        logger.error("an observer of the proxy failed", {
          error: error instanceof Error ? error.message : String(error),
        });
      }
    }
  };
  const relay = new HttpRelay(clock, (exchange) => tell((one) => one.exchange(exchange)));
  const connections = new ConnectionRelay({
    clock,
    nextSeq,
    fallback: upstream.api,
    passed: (message) => tell((one) => one.passed(message)),
    changed: (change) => tell((one) => one.connection(change)),
  });
  let url = "";

  const guard = createRequestGuard({ listening: host });
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const target = incoming.url ?? "/";
    const path = target.split("?", 1)[0] ?? "/";
    const refused = guard(incoming);
    // Feishu calls the webhook by whatever name the operator's tunnel has.
    if (refused !== undefined && (path !== "/webhook" || refused.status !== 421)) {
      const headers = { "content-type": "application/json; charset=utf-8", connection: "close" };
      outgoing.writeHead(refused.status, headers).end(JSON.stringify({ code: refused.status, msg: refused.message }));
      return;
    }
    const place = findPlace(options, path, target);
    if (place === undefined) {
      (options.other ?? notFound)(incoming, outgoing);
      return;
    }
    const rewrite = path === WS_ENDPOINT ? (body: string) => replaceAddress(body, connections, url) : undefined;
    const own = rewrite !== undefined && upstream.api === place.origin ? rewrite : undefined;
    void relay.pass({ seq: nextSeq(), ...place, rewrite: own }, incoming, outgoing);
  };
  // Whether a request is too slow is for the two sides to say.
  const server = createServer({ requestTimeout: 0, headersTimeout: 60_000 }, onRequest);
  const sockets = new Set<Duplex>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (request, socket, head) => {
    if (guard(request) === undefined) connections.upgrade(request, socket, head);
    else socket.destroy();
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  await listen(server, options.port ?? 0, host);
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    connections.close();
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    await closed;
    await relay.close();
  };
  return {
    url,
    webhookUrl: options.webhook === undefined ? undefined : `${url}/webhook`,
    close: () => (closing ??= close()),
  };
}

function findPlace(
  { upstream, webhook }: ProxyOptions,
  path: string,
  target: string,
): { kind: "call" | "webhook"; origin: string; target: string } | undefined {
  if (/^\/(?:open-apis|callback)(?:\/|$)/u.test(path)) return { kind: "call", origin: upstream.api, target };
  if (/^\/oauth(?:\/|$)/u.test(path)) return { kind: "call", origin: upstream.accounts, target };
  if (path === "/webhook" && webhook !== undefined) {
    const query = target.slice(path.length);
    return {
      kind: "webhook",
      origin: webhook.origin,
      target: `${webhook.pathname}${query === "" ? webhook.search : query}`,
    };
  }
  return undefined;
}

/** The answer of the endpoint call with the proxy's own address in it. */
function replaceAddress(body: string, connections: ConnectionRelay, own: string): string {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return body;
  }
  if (typeof answer !== "object" || answer === null || !("data" in answer)) return body;
  const { data } = answer;
  if (typeof data !== "object" || data === null || !("URL" in data) || typeof data.URL !== "string") return body;
  return JSON.stringify({ ...answer, data: { ...data, URL: connections.replace(data.URL, own) } });
}

function notFound(_incoming: IncomingMessage, outgoing: ServerResponse): void {
  const msg = "this proxy passes /open-apis, /callback, /oauth and /webhook on";
  outgoing.writeHead(404, { "content-type": "application/json; charset=utf-8" });
  outgoing.end(JSON.stringify({ code: 404, msg }));
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
