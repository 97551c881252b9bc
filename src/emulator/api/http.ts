import type { IncomingMessage, ServerResponse } from "node:http";
import type { Gateway, Outcome } from "./pipeline.ts";
import { splitTarget } from "./request.ts";
import type { ApiRequest } from "./request.ts";

/** Larger bodies are read to the end but not kept: the largest upload is 30 MB. */
const MAX_BODY = 40 * 1024 * 1024;
/** Whoever sends even more is cut off. */
const MAX_READ = 400 * 1024 * 1024;

/** The body; "too large" without its bytes. @throws when the caller goes away, or does not stop sending */
async function readBytes(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | "too large"> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
    else chunks.length = 0;
    if (size > MAX_READ) throw new RangeError("the body does not end");
  }
  return size > MAX_BODY ? "too large" : Buffer.concat(chunks);
}

async function toApiRequest(incoming: IncomingMessage, origin: string): Promise<ApiRequest> {
  const read = await readBytes(incoming);
  const tooLarge = read === "too large";
  const bytes = tooLarge ? Buffer.alloc(0) : read;
  const multipart = incoming.headers["content-type"]?.startsWith("multipart/") === true;
  return {
    method: incoming.method ?? "GET",
    ...splitTarget(incoming.url ?? "/"),
    header: (name) => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    body: multipart ? new Uint8Array(bytes) : bytes.toString("utf8"),
    tooLarge,
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
  respond(await gateway(await toApiRequest(incoming, origin)), incoming, response);
}
