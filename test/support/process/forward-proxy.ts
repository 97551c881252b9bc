import { createServer, request as httpRequest } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A plain HTTP proxy on loopback that counts what goes through it. */
export interface ForwardProxy {
  readonly url: string;
  /** Tunnels opened and requests forwarded so far. */
  readonly uses: number;
  close(): Promise<void>;
}

/**
 * Starts a proxy. Close it in `finally`.
 * @param hosts names that only this proxy knows, and the address of each: who reaches them has come through it
 */
export async function startForwardProxy(hosts: Readonly<Record<string, string>> = {}): Promise<ForwardProxy> {
  let uses = 0;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    uses++;
    const { method, headers } = request;
    const url = new URL(request.url ?? "");
    url.hostname = hosts[url.hostname] ?? url.hostname;
    const onward = httpRequest(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  server.on("connect", (request, socket: Socket) => {
    uses++;
    const [host = "", port = ""] = (request.url ?? "").split(":");
    const onward = connect(Number(port), hosts[host] ?? host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get uses() {
      return uses;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
