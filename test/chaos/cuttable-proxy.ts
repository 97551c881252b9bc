import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A way to a server of this machine that can be cut: what is on it then arrives nowhere, and nobody is told. */
export interface CuttableProxy {
  readonly port: number;
  cut(): void;
  mend(): void;
  close(): void;
}

export async function startCuttableProxy(to: number): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const watch = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    watch(near);
    if (isCut) return;
    const far = connect(to, "127.0.0.1");
    watch(far);
    const pass = (from: Socket, on: Socket): void => {
      from.on("data", (data) => {
        if (!isCut) on.write(data);
      });
      from.on("close", () => on.destroy());
    };
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    // A listening TCP server's address is an object.
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
      for (const socket of sockets) socket.destroy();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
