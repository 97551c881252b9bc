import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { Readable } from "node:stream";

/** Where events are taken. */
export interface WebhookServerOptions {
  readonly host: string;
  readonly port: number;
  /** Path with the query, exactly as entered in the developer console. */
  readonly path: string;
  readonly handle: (request: Request) => Promise<Response>;
}

/** Feishu sends a request and waits 3 s; a client that is slower than this is not Feishu. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Takes events over HTTP, for connections by webhook. Put a TLS proxy before it: Feishu wants https.
 * @throws when the port is taken.
 */
export async function startWebhookServer(
  options: WebhookServerOptions,
): Promise<{ port: number; close(): Promise<void> }> {
  const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS };
  // Node looks for requests that take too long only now and then.
  const server = createServer({ ...timeouts, connectionsCheckingInterval: 1_000 }, (request, response) => {
    const reply = async (): Promise<void> => {
      const result = await answer(request, options);
      // What is refused may still be sending, and is not waited for.
      const close = result.ok ? {} : { connection: "close" };
      response.writeHead(result.status, { ...Object.fromEntries(result.headers), ...close });
      response.end(Buffer.from(await result.arrayBuffer()));
      if (!result.ok) response.once("finish", () => request.destroy());
    };
    reply().catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    close: () => close(server),
  };
}

async function answer(request: IncomingMessage, { path, handle }: WebhookServerOptions): Promise<Response> {
  if (request.url !== path) return new Response(null, { status: 404 });
  // Feishu is no web page.
  if (request.headers.origin !== undefined) return new Response(null, { status: 403 });
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value] as [string, string]],
  );
  const method = request.method ?? "GET";
  const body =
    method === "GET" || method === "HEAD"
      ? {}
      : { body: Readable.toWeb(request) as ReadableStream, duplex: "half" as const };
  return handle(new Request(`http://localhost${path}`, { method, headers, ...body }));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}
