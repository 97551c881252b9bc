import { connect } from "node:net";
import { startRedis } from "../support/process/redis-server.ts";
import type { TestRedis } from "../support/process/redis-server.ts";

/** A Redis and its replica, which takes its place when it is killed. */
export interface RedisPair {
  /** Where processes look for it. @defaultValue they are led to its port */
  readonly url?: string | undefined;
  /** Who is written to now. */
  readonly port: number;
  /**
   * Kills who is written to, lets `afterMs` go by in which nobody is, promotes the replica and gives it a new replica.
   * @returns of the last writes that were acknowledged before, how old (ms) the first one was that the replica did not have; 0: it had all
   */
  failOver(afterMs: number): Promise<number>;
  close(): Promise<void>;
}

/** What is counted up. */
const COUNT_KEY = "count-of-the-chaos-run";
const COUNT_EVERY_MS = 5;

/** One inline command. @returns the whole answer */
export function askRedis(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`));
    let answer = "";
    socket.on("data", (data) => {
      answer += data.toString();
      // A bulk answer comes whole on this machine, in one piece with its length.
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

/** Counts up in a Redis, again and again, and knows when each number was acknowledged. */
export class Counting {
  readonly #at: number[] = [];
  readonly #done: Promise<void>;
  #isOver = false;

  constructor(port: number) {
    this.#done = this.#count(port);
  }

  /**
   * Ends it, and looks at what the next master has.
   * @returns milliseconds before `killedAt` at which the first number was acknowledged that the next one does not have
   */
  async lostBefore(killedAt: number, nextPort: number): Promise<number> {
    await this.end();
    const answer = await askRedis(nextPort, `GET ${COUNT_KEY}`);
    const kept = Number(/\d+\r\n(?<number>\d+)/u.exec(answer)?.groups?.["number"] ?? 0);
    await askRedis(nextPort, `DEL ${COUNT_KEY}`);
    const first = this.#at[kept];
    return first === undefined ? 0 : Math.max(0, killedAt - first);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #count(port: number): Promise<void> {
    while (!this.#isOver) {
      const number = this.#at.length + 1;
      const answer = await askRedis(port, `SET ${COUNT_KEY} ${number}`).catch(() => undefined);
      if (answer === undefined) return;
      this.#at.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, COUNT_EVERY_MS));
    }
  }
}

export async function startRedisPair(): Promise<RedisPair> {
  let written = await startRedis({ args: ["--repl-diskless-sync-delay", "0"] });
  let replica = await startReplica(written.port);
  let counting = new Counting(written.port);
  return {
    get port() {
      return written.port;
    },
    async failOver(afterMs) {
      const killedAt = performance.now();
      await written.close();
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await askRedis(replica.port, "REPLICAOF NO ONE");
      written = replica;
      const atRiskMs = await counting.lostBefore(killedAt, written.port);
      counting = new Counting(written.port);
      replica = await startReplica(written.port);
      return atRiskMs;
    },
    async close() {
      void counting.end();
      await Promise.all([written.close(), replica.close()]);
    },
  };
}
