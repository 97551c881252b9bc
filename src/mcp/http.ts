import { createHash, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import type { McpServer } from "@modelcontextprotocol/server";
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

/** Answers MCP requests that come to `/mcp` with the right token, from this machine and not from a web page elsewhere. */
export function createMcpFetch(options: Omit<McpHttpOptions, "port">): {
  fetch: (request: Request) => Promise<Response>;
  close: () => Promise<void>;
} {
  const { logger, make } = options;
  const onerror = (error: Error): void => logger.warn("an MCP request failed", { reason: error.message });
  const handler = createMcpHandler(make, { onerror, maxRequestBodySize: MAX_MESSAGE_BYTES });
  const expected = digest(`Bearer ${options.token}`);
  return {
    close: () => handler.close(),
    async fetch(request) {
      const refused =
        hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
        originValidationResponse(request, localhostAllowedOrigins());
      if (refused !== undefined) return refused;
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
  const server = serve({ fetch, port: options.port, hostname: "127.0.0.1" });
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
