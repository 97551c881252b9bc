import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createRequestGuard, isLoopbackHost } from "../http-guard/index.ts";
import type { Refused } from "../http-guard/index.ts";
import type { Clock } from "../time/index.ts";
import { DeadlineError, withDeadline } from "../time/index.ts";
import type { Gateway } from "./gateway.ts";
import { Problem, toProblem } from "./problem.ts";

/** Where a gateway listens. */
export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Others than the loopback let everybody on the network try tokens. @defaultValue "127.0.0.1" */
  readonly host?: string | undefined;
  /** Names by which a proxy reaches it, without ports. @defaultValue none */
  readonly allowedHosts?: readonly string[] | undefined;
  readonly clock: Clock;
}

/** A listening gateway. */
export interface GatewayServer {
  readonly url: string;
  /** Ends open streams as interrupted, answers what waits for them, then stops listening. Within `withinMs`; idempotent. */
  close(withinMs: number): Promise<void>;
}

/** Answers in the gateway's own form, and takes no body. */
function refuse(request: IncomingMessage, response: ServerResponse, { message }: Refused): void {
  const { status, body } = toProblem(new Problem("foreign-page", message));
  response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(JSON.stringify(body));
  request.resume();
}

/** Part of the time that is left for answering after the streams have ended. */
const ANSWER_MS = 500;

/** Listens for HTTP. @throws what listening throws, such as EADDRINUSE */
export async function serveGateway(gateway: Gateway, options: ServeOptions): Promise<GatewayServer> {
  const host = options.host ?? "127.0.0.1";
  const listener = getRequestListener((request) => gateway.fetch(request));
  const guard = createRequestGuard({
    listening: host,
    allowedHosts: options.allowedHosts,
    // On the network the token keeps strangers out; names of containers and machines are nobody's secret there.
    anyHost: !isLoopbackHost(host.includes(":") ? `[${host}]` : host),
  });
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const refused = guard(request);
    if (refused !== undefined) {
      refuse(request, response, refused);
      return;
    }
    Promise.resolve(listener(request, response)).catch(() => response.destroy());
  });
  // A body may stream for as long as an answer takes to write; silence is bounded elsewhere.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    close: (withinMs) => (closing ??= closeWithin(withinMs)),
  };

  async function closeWithin(withinMs: number): Promise<void> {
    await gateway.close(Math.max(100, withinMs - ANSWER_MS));
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    try {
      await withDeadline(options.clock, ANSWER_MS, "answering the last requests", () => closed);
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      server.closeAllConnections();
      await closed;
    }
  }
}
