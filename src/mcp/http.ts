import { createHash, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { createMcpHandler } from "@modelcontextprotocol/server";
import type { McpServer } from "@modelcontextprotocol/server";
import { createRequestGuard, isStrongToken, STRONG_TOKEN } from "../http-guard/index.ts";
import type { Logger } from "../log/index.ts";
import { MAX_MESSAGE_BYTES } from "./server.ts";

/** How MCP is served over HTTP. */
export interface McpHttpOptions {
  readonly make: () => McpServer;
  /** 0 takes any free port. Only this machine can reach it. */
  readonly port: number;
  /** Callers must send it as `Authorization: Bearer …`. */
  readonly token: string;
  readonly logger: Logger;
}

/** A server that listens. */
export interface McpHttpServer {
  /** For example `http://127.0.0.1:7338/mcp`. */
  readonly url: string;
  /** Stops listening and cuts off requests under way. Idempotent. */
  close(): Promise<void>;
}

const PATH = "/mcp";
/** A whole request, its largest picture included, has to be there by then. */
const REQUEST_WITHIN_MS = 60_000;

/** Answers MCP requests that come to `/mcp` with the right token, from this machine and not from a web page elsewhere. */
export function createMcpFetch(options: Omit<McpHttpOptions, "port">): {
  fetch: (request: Request) => Promise<Response>;
  close: () => Promise<void>;
} {
  const { logger, make } = options;
  const onerror = (error: Error): void => logger.warn("an MCP request failed", { reason: error.message });
  const handler = createMcpHandler(make, { onerror, maxRequestBodySize: MAX_MESSAGE_BYTES });
  if (!isStrongToken(options.token)) throw new TypeError(`token: must be ${STRONG_TOKEN}`);
  const guard = createRequestGuard({ listening: "127.0.0.1" });
  const expected = digest(`Bearer ${options.token}`);
  return {
    close: () => handler.close(),
    async fetch(request) {
      const { host = new URL(request.url).host, ...others } = Object.fromEntries(request.headers);
      const refused = guard({ headers: { host, ...others } });
      if (refused !== undefined) return text(403, refused.message);
      if (new URL(request.url).pathname !== PATH) return text(404, `MCP is served at ${PATH}`);
      const given = request.headers.get("authorization") ?? "";
      if (!timingSafeEqual(digest(given), expected)) {
        const headers = { "www-authenticate": 'Bearer realm="cardstream"' };
        return text(401, "Send the token that the server printed as Authorization: Bearer …", headers);
      }
      return handler.fetch(request);
    },
  };
}

/**
 * Serves MCP over HTTP on the loopback interface.
 * @throws the error of `listen`, for example EADDRINUSE.
 */
export async function serveMcpHttp(options: McpHttpOptions): Promise<McpHttpServer> {
  const { fetch, close } = createMcpFetch(options);
  const serverOptions = {
    requestTimeout: REQUEST_WITHIN_MS,
    headersTimeout: 10_000,
    connectionsCheckingInterval: 1_000,
  };
  const server = serve({ fetch, port: options.port, hostname: "127.0.0.1", serverOptions });
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve).once("error", reject);
  });
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}${PATH}`,
    close: () =>
      (closing ??= (async () => {
        await close();
        await new Promise<void>((resolve) => {
          server.close(() => resolve());
          if ("closeAllConnections" in server) server.closeAllConnections();
        });
      })()),
  };
}

/** Of equal length whatever was given, as a comparison in constant time needs it. */
const digest = (value: string): Buffer => createHash("sha256").update(value).digest();

const text = (status: number, body: string, headers: Record<string, string> = {}): Response =>
  new Response(`${body}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
