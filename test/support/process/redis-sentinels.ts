import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startRedis } from "./redis-server.ts";
import type { TestRedis } from "./redis-server.ts";

/** Sentinels that watch a master of this machine. */
export interface TestSentinels {
  readonly all: readonly TestRedis[];
  /** `redis+sentinel://…` of all of them. */
  readonly url: string;
  close(): Promise<void>;
}

/** The master's name. */
export const MASTER = "mymaster";

/** Starts sentinels, of which the larger half decides. They take a master for dead after a second. */
export async function startSentinels(
  masterPort: number,
  options: { readonly count?: number; readonly lines?: (directory: string) => readonly string[] } = {},
): Promise<TestSentinels> {
  const { count = 3, lines = () => [] } = options;
  const start = (): Promise<TestRedis> =>
    startRedis({
      bare: true,
      args: ({ port, directory }) => {
        const file = join(directory, "sentinel.conf");
        const settings = [
          `port ${port}`,
          "bind 127.0.0.1",
          `dir ${directory}`,
          ...lines(directory),
          `sentinel monitor ${MASTER} 127.0.0.1 ${masterPort} ${Math.floor(count / 2) + 1}`,
          `sentinel down-after-milliseconds ${MASTER} 1000`,
          `sentinel failover-timeout ${MASTER} 6000`,
        ];
        writeFileSync(file, `${settings.join("\n")}\n`);
        return [file, "--sentinel"];
      },
    });
  const all = await Promise.all(Array.from({ length: count }, start));
  return {
    all,
    url: `redis+sentinel://${all.map(({ port }) => `127.0.0.1:${port}`).join(",")}/${MASTER}`,
    async close() {
      await Promise.all(all.map((one) => one.close()));
    },
  };
}
