import { startRedis } from "../support/process/redis-server.ts";
import type { TestRedis } from "../support/process/redis-server.ts";
import { MASTER, startSentinels } from "../support/process/redis-sentinels.ts";
import { askRedis, Counting } from "./redis-pair.ts";
import type { RedisPair } from "./redis-pair.ts";

/** Sentinels fail over again no sooner than twice their `failover-timeout` after the last time. */
const WITHIN_MS = 60_000;
const LOOK_MS = 50;

/** A master, two replicas and three sentinels, which choose the next master when it is killed; it comes back as a replica. */
export async function startSentinelGroup(): Promise<RedisPair> {
  const first = await startRedis({ args: ["--repl-diskless-sync-delay", "0"] });
  const replicaOf = ["--replicaof", `127.0.0.1 ${first.port}`, "--repl-diskless-sync-delay", "0"];
  const servers = [first, await startRedis({ args: replicaOf }), await startRedis({ args: replicaOf })];
  const sentinels = await startSentinels(first.port);
  const [{ port: asked } = { port: 0 }] = sentinels.all;
  let master: TestRedis = first;
  const isWhole = async (): Promise<boolean> => {
    const told = await askRedis(master.port, "INFO replication").catch(() => "");
    const inStep = told.match(/state=online/gu)?.length ?? 0;
    const known = await askRedis(asked, `SENTINEL MASTER ${MASTER}`);
    return inStep === 2 && /num-slaves\r\n\$\d+\r\n2\r\n/u.test(known) && !/_down/u.test(known);
  };
  await until(isWhole);
  let counting = new Counting(master.port);
  return {
    url: sentinels.url,
    get port() {
      return master.port;
    },
    async failOver(afterMs) {
      const killed = master;
      const killedAt = performance.now();
      await killed.kill();
      await until(async () => {
        const named = await askRedis(asked, `SENTINEL GET-MASTER-ADDR-BY-NAME ${MASTER}`);
        const next = servers.find(({ port }) => port !== killed.port && named.includes(`\r\n${port}\r\n`));
        if (next !== undefined) master = next;
        return next !== undefined;
      });
      const atRiskMs = await counting.lostBefore(killedAt, master.port);
      // It comes back as the master that it was, until the sentinels have told it.
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await killed.restart();
      await until(isWhole);
      counting = new Counting(master.port);
      return atRiskMs;
    },
    async close() {
      void counting.end();
      await sentinels.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + WITHIN_MS; !(await holds());) {
    if (performance.now() > end) throw new Error(`the sentinels did not do it within ${WITHIN_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
