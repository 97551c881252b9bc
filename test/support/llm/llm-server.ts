import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Protocol } from "../../../src/llm/index.ts";
import { encodeEvents, recordAnswer, wholeAnswer } from "./llm-streams.ts";
import type { RecordedAnswer, SseEvent } from "./llm-streams.ts";

/** What a provider's server may do to a stream: the rows of the table of measured behaviours. */
export const BEHAVIOURS = [
  "complete",
  "terminal-then-silence",
  "complete-socket-open",
  "late-usage-then-silence",
  "terminal-then-pings",
  "terminal-then-comments",
  "stall-in-mid-stream",
  "comments-for-ever",
  "empty-deltas-for-ever",
  "no-headers",
  "headers-and-no-body",
  "end-of-file-in-mid-answer",
  "socket-reset",
  "error-event-socket-open",
  "bare-cr",
  "garbage-json",
  "crlf",
  "byte-order-mark",
  "one-byte-per-write",
  "bad-utf8",
  "json-instead-of-stream",
  "html-instead-of-stream",
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** Shapes of good answers that particular providers are known for. */
export type Special = "no-closer" | "stop-on-every-chunk" | "no-finish-reason";

/** A request that the server got. */
interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
  /** Port of the client's end: tells connections apart. */
  readonly port: number | undefined;
  /** Resolves when the response was ended by the server or the connection closed. */
  readonly closed: Promise<void>;
}

/** How a request to `scripted` is answered. */
type ScriptedReply =
  | { readonly events: readonly SseEvent[] }
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };

/** A fake LLM provider on a real port. */
export interface LlmServer {
  /** Base of everything: append `/<behaviour>/v1/…`. */
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Answers of the next requests to `/scripted/…`, in order. */
  readonly replies: ScriptedReply[];
  close(): Promise<void>;
}

/** Milliseconds between the pings of servers that ping for ever, and before late usage. */
const PING_MS = 40;
const LATE_MS = 100;

/** Starts a fake provider. Close it in `finally`. */
export async function startLlmServer(): Promise<LlmServer> {
  const requests: SeenRequest[] = [];
  const replies: ScriptedReply[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void handle(request, response, requests, replies);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    replies,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function protocolOf(path: string): Protocol {
  if (path.includes(":streamGenerateContent") || path.includes(":generateContent")) return "gemini";
  if (path.includes("/messages")) return "anthropic";
  return path.includes("/responses") ? "openai-responses" : "openai-chat";
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  requests: SeenRequest[],
  replies: ScriptedReply[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const path = request.url ?? "";
  requests.push({
    method: request.method ?? "",
    path,
    headers: request.headers,
    body: text.startsWith("{") ? JSON.parse(text) : text,
    port: request.socket.remotePort,
    closed: new Promise((resolve) => {
      response.on("close", resolve);
    }),
  });
  const behaviour = path.split("/")[1] ?? "";
  if (behaviour === "scripted") {
    script(response, replies.shift() ?? { status: 500, body: '{"error":{"message":"no reply was prepared"}}' });
    return;
  }
  // Paths are made from these two lists by the tests.
  await behave(behaviour as Behaviour | Special, recordAnswer(protocolOf(path)), response);
}

function script(response: ServerResponse, reply: ScriptedReply): void {
  if ("events" in reply) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(encodeEvents(reply.events));
  } else {
    response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
    response.end(reply.body);
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Writes `text` again and again until the client goes away. */
function repeat(response: ServerResponse, text: string): void {
  const timer = setInterval(() => response.write(text), PING_MS);
  response.on("close", () => clearInterval(timer));
}

async function behave(behaviour: Behaviour | Special, answer: RecordedAnswer, response: ServerResponse): Promise<void> {
  const head = (type = "text/event-stream; charset=utf-8"): void => {
    response.writeHead(200, { "content-type": type, "cache-control": "no-cache" });
    response.flushHeaders();
  };
  const half = [...answer.start, ...answer.deltas.slice(0, 3)];
  const untilTerminal = [...answer.start, ...answer.deltas, ...answer.terminal];
  const whole = wholeAnswer(answer);
  if (behaviour === "no-headers") return;
  if (behaviour === "json-instead-of-stream") {
    head("application/json");
    response.end(JSON.stringify({ error: { type: "invalid_request_error", message: "this model does not stream" } }));
    return;
  }
  if (behaviour === "html-instead-of-stream") {
    head("text/html");
    response.end("<!doctype html><title>Sign in to the network</title>");
    return;
  }
  head();
  switch (behaviour) {
    case "headers-and-no-body":
      break;
    case "complete":
      response.end(encodeEvents(whole));
      break;
    case "terminal-then-silence":
      response.write(encodeEvents(untilTerminal));
      break;
    case "complete-socket-open":
      response.write(encodeEvents(whole));
      break;
    case "late-usage-then-silence":
      response.write(encodeEvents(untilTerminal));
      await pause(LATE_MS);
      response.write(encodeEvents(answer.usage));
      break;
    case "terminal-then-pings":
      response.write(encodeEvents(untilTerminal));
      repeat(response, encodeEvents([answer.empty]));
      break;
    case "terminal-then-comments":
      response.write(encodeEvents(untilTerminal));
      repeat(response, ": keep-alive\n\n");
      break;
    case "stall-in-mid-stream":
      response.write(encodeEvents(half));
      break;
    case "comments-for-ever":
      response.write(encodeEvents(half));
      repeat(response, ": keep-alive\n\n");
      break;
    case "empty-deltas-for-ever":
      response.write(encodeEvents(half));
      repeat(response, encodeEvents([answer.empty]));
      break;
    case "end-of-file-in-mid-answer":
      response.end(encodeEvents(half));
      break;
    case "socket-reset":
      response.write(encodeEvents(half));
      await pause(LATE_MS);
      response.socket?.resetAndDestroy();
      break;
    case "error-event-socket-open":
      response.write(encodeEvents([...half, answer.error]));
      break;
    case "bare-cr":
      response.write(encodeEvents(whole, "\r"));
      break;
    case "garbage-json":
      response.end(encodeEvents([...half, { data: '{"choices":[{"del' }, ...whole.slice(half.length)]));
      break;
    case "crlf":
      response.end(encodeEvents(whole, "\r\n"));
      break;
    case "byte-order-mark":
      response.end(`\uFEFF${encodeEvents(whole)}`);
      break;
    case "one-byte-per-write":
      await writeBytes(response, Buffer.from(encodeEvents(whole)));
      break;
    case "bad-utf8":
      // The two bytes that U+00EF is made of become one that stands alone.
      response.end(Buffer.from(Buffer.from(encodeEvents(whole)).toString("latin1").replace("Ã¯", "Ã"), "latin1"));
      break;
    case "no-closer":
      response.end(encodeEvents([...untilTerminal, ...answer.usage]));
      break;
    case "no-finish-reason":
      response.end(encodeEvents([...answer.start, ...answer.deltas, ...answer.closer]));
      break;
    case "stop-on-every-chunk":
      for (const event of untilTerminal) {
        response.write(encodeEvents([stamped(event)]));
        await pause(LATE_MS);
      }
      break;
  }
}

/** A Gemini event with the mark of the end on it, as some proxies put it on every chunk. */
function stamped(event: SseEvent): SseEvent {
  const json = JSON.parse(event.data) as { candidates: { finishReason?: string }[] };
  for (const candidate of json.candidates) candidate.finishReason = "STOP";
  return { data: JSON.stringify(json) };
}

/** One byte per write, a few hundred writes a turn: every byte is a chunk of its own, and the test still ends today. */
async function writeBytes(response: ServerResponse, bytes: Buffer): Promise<void> {
  response.socket?.setNoDelay(true);
  for (const [i, byte] of bytes.entries()) {
    response.write(Buffer.of(byte));
    if (i % 200 === 199) await pause(0);
  }
  response.end();
}
