import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A way to a server of this machine that can be cut: what is on it then arrives nowhere, and nobody is told. */
export interface CuttableProxy {
  readonly port: number;
  cut(): void;
  mend(): void;
  /** Leads to another port from now on; connections to the old one break. */
  redirect(to: number): void;
  close(): void;
}

/** @param overhear is shown what comes back from the server */
export async function startCuttableProxy(to: number, overhear?: (data: Buffer) => void): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  let target = to;
  let isCut = false;
  const watch = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    watch(near);
    if (isCut) return;
    const far = connect(target, "127.0.0.1");
    watch(far);
    for (const socket of [near, far]) socket.setNoDelay();
    const pass = (from: Socket, on: Socket): void => {
      from.on("data", (data) => {
        if (!isCut) on.write(data);
      });
      from.on("close", () => on.destroy());
    };
    pass(near, far);
    pass(far, near);
    if (overhear !== undefined) far.on("data", overhear);
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
      breakAll();
    },
    redirect(other) {
      target = other;
      breakAll();
    },
    close() {
      breakAll();
      server.close();
    },
  };
}
