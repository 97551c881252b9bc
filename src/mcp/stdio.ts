import type { Readable, Writable } from "node:stream";
import type { McpServer } from "@modelcontextprotocol/server";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import type { Logger } from "../log/index.ts";
import { MAX_MESSAGE_BYTES } from "./server.ts";

/** How MCP is served over a pair of pipes. */
export interface McpStdioOptions {
  readonly make: () => McpServer;
  readonly input: Readable;
  /** Takes protocol messages and nothing else. */
  readonly output: Writable;
  readonly logger: Logger;
}

/** A connection over pipes. */
export interface McpStdioServer {
  /** Resolves when the client has closed its end. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Serves one client over pipes, usually those of the process. */
export function serveMcpStdio({ make, input, output, logger }: McpStdioOptions): McpStdioServer {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  input.once("end", resolve).once("close", resolve);
  const onerror = (error: Error): void => logger.warn("an MCP message failed", { reason: error.message });
  const handle = serveStdio(make, {
    transport: new StdioServerTransport(input, output, { maxBufferSize: MAX_MESSAGE_BYTES }),
    onerror,
  });
  return { ended, close: () => handle.close() };
}
