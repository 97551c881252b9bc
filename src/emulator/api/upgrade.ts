import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { RawData, WebSocket } from "ws";
import type { Core } from "../state/core.ts";
import { LongConnection } from "../inbound/long-connection.ts";
import type { RequestGuard } from "../../http-guard/index.ts";
import { LONG_CONNECTIONS } from "../limits.ts";
import { splitTarget } from "./request.ts";

/** Path of the long connection in the addresses that the endpoint call gives out. */
const WS_PATH = "/ws/v2";

function refuseUpgrade(socket: Duplex, status: number, message: string, authCode: number): void {
  const headers = [
    `Handshake-Status: ${status}`,
    `Handshake-Msg: ${message}`,
    `Handshake-Autherrcode: ${authCode}`,
    "Content-Length: 0",
    "Connection: close",
  ];
  // A caller that breaks off meanwhile is no reason to end the process.
  socket.on("error", () => {});
  socket.end(`HTTP/1.1 403 Forbidden\r\n${headers.join("\r\n")}\r\n\r\n`, () => socket.destroy());
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** Takes the upgrade requests of a server for long connections. `close` ends all of them. */
export function createUpgrade(
  core: Core,
  guard: RequestGuard,
): {
  handle: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  close: () => void;
} {
  const server = new WebSocketServer({ noServer: true, maxPayload: 8 * 1024 * 1024 });
  const attach = (socket: WebSocket, appId: string, service: number): void => {
    const connection = new LongConnection(
      core,
      { send: (bytes) => socket.send(bytes), terminate: () => socket.terminate() },
      appId,
      service,
    );
    socket.on("message", (data: RawData, isBinary: boolean) => {
      if (isBinary) connection.receive(toBytes(data));
    });
    socket.on("close", () => connection.closed());
    // A broken socket also emits "close"; without a listener the error would end the process.
    socket.on("error", () => connection.closed());
    core.inbound.connect(connection);
  };
  return {
    handle(request, socket, head) {
      // A browser lets any page open a WebSocket to this machine.
      if (guard(request) !== undefined) {
        refuseUpgrade(socket, 403, "forbidden", 403);
        return;
      }
      const { path, query } = splitTarget(request.url ?? "/");
      const appId = path === WS_PATH ? core.tickets.redeem(query.get("ticket") ?? "") : undefined;
      if (appId === undefined) {
        refuseUpgrade(socket, 514, "auth failed", 514);
        return;
      }
      if (core.inbound.connections().filter((one) => one.appId === appId).length >= LONG_CONNECTIONS) {
        refuseUpgrade(socket, 514, "too many connections", 1_000_040_350);
        return;
      }
      const service = Number(query.get("service_id") ?? 0);
      server.handleUpgrade(request, socket, head, (ws) => attach(ws, appId, service));
    },
    close() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
