import type { IncomingMessage, ServerResponse } from "node:http";
import type { Gateway, Outcome } from "./gateway.ts";
import { splitTarget } from "./request.ts";
import type { ApiRequest } from "./request.ts";

/** Larger bodies break the connection: the largest upload is 30 MB. */
const MAX_BODY = 40 * 1024 * 1024;

async function readBytes(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function toApiRequest(incoming: IncomingMessage, origin: string): Promise<ApiRequest | undefined> {
  const bytes = await readBytes(incoming);
  if (bytes === undefined) return undefined;
  const multipart = incoming.headers["content-type"]?.startsWith("multipart/") === true;
  return {
    method: incoming.method ?? "GET",
    ...splitTarget(incoming.url ?? "/"),
    header: (name) => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    body: multipart ? new Uint8Array(bytes) : bytes.toString("utf8"),
    origin,
    ip: incoming.socket.remoteAddress ?? "",
  };
}

function respond(outcome: Outcome, incoming: IncomingMessage, response: ServerResponse): void {
  // A hung call stays open until the caller gives up.
  if (outcome.kind === "hang") return;
  if (outcome.kind === "reset") {
    incoming.socket.resetAndDestroy();
    return;
  }
  const body = typeof outcome.body === "string" ? Buffer.from(outcome.body) : outcome.body;
  response.writeHead(outcome.httpStatus, { ...outcome.headers, "content-length": body.byteLength });
  response.end(body);
}

/** Answers one HTTP request of a Feishu client. `origin` is how the caller reached the server. */
export async function serveApi(
  gateway: Gateway,
  incoming: IncomingMessage,
  response: ServerResponse,
  origin: string,
): Promise<void> {
  const request = await toApiRequest(incoming, origin);
  if (request === undefined) incoming.socket.destroy();
  else respond(await gateway(request), incoming, response);
}
