import { connect } from "node:net";
import { startRedis } from "../support/process/redis-server.ts";
import type { TestRedis } from "../support/process/redis-server.ts";

/** A Redis and its replica, which takes its place when it is killed. */
export interface RedisPair {
  /** Who is written to now. */
  readonly port: number;
  /** Kills who is written to, lets `afterMs` go by in which nobody is, promotes the replica and gives it a new replica. */
  failOver(afterMs: number): Promise<void>;
  close(): Promise<void>;
}

/** One inline command. @returns the whole answer */
export function askRedis(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`));
    let answer = "";
    socket.on("data", (data) => {
      answer += data.toString();
      // A bulk answer comes whole on this machine; INFO is the only one that is asked for.
      if (answer.endsWith("\r\n")) socket.end(() => resolve(answer));
    });
    socket.on("error", reject);
  });
}

async function startReplica(of: number): Promise<TestRedis> {
  const replica = await startRedis({ args: ["--replicaof", `127.0.0.1 ${of}`, "--repl-diskless-sync-delay", "0"] });
  while (!(await askRedis(replica.port, "INFO replication")).includes("master_link_status:up"))
    await new Promise((resolve) => setTimeout(resolve, 50));
  return replica;
}

export async function startRedisPair(): Promise<RedisPair> {
  let written = await startRedis({ args: ["--repl-diskless-sync-delay", "0"] });
  let replica = await startReplica(written.port);
  return {
    get port() {
      return written.port;
    },
    async failOver(afterMs) {
      await written.close();
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await askRedis(replica.port, "REPLICAOF NO ONE");
      written = replica;
      replica = await startReplica(written.port);
    },
    async close() {
      await Promise.all([written.close(), replica.close()]);
    },
  };
}
