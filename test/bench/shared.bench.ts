/** How long an event takes through the shared state: `npm run bench:shared`. Starts a Redis of its own; ends within half a minute. */
import { silentLogger } from "../../src/log/index.ts";
import { openRedisState, readRedisAddress, SharedLanes } from "../../src/shared/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startRedis } from "../support/process/redis-server.ts";

const EVENTS = 2_000;
const CHATS = 50;
const EVERY_MS = 5;

const clock = createSystemClock();
const redis = await startRedis();
const sentAt = new Map<string, number>();
const handled: number[] = [];
const open = async (): Promise<SharedLanes> => {
  const state = await openRedisState({
    address: readRedisAddress(redis.url),
    scope: "bench",
    clock,
    logger: silentLogger,
  });
  const lanes = new SharedLanes({
    state,
    handler: {
      adopt() {},
      async handle({ body }) {
        handled.push(clock.now() - (sentAt.get(body) ?? 0));
        return { [`done:${body}`]: "1" };
      },
      abandon() {},
    },
    clock,
    logger: silentLogger,
    random: Math.random,
  });
  await lanes.start();
  return lanes;
};
const processes = [await open(), await open()];
const taken: number[] = [];
const pending: Promise<void>[] = [];
for (let index = 0; index < EVENTS; index++) {
  const key = `m${index}`;
  const at = clock.now();
  sentAt.set(key, at);
  const work = async (): Promise<void> => {
    await processes[index % 2]?.take({ chat: `c${index % CHATS}`, key, body: key });
    taken.push(clock.now() - at);
  };
  pending.push(work());
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
await Promise.all(pending);
await Promise.all(processes.map((lanes) => lanes.idle()));
const quantile = (values: readonly number[], part: number): string =>
  (values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Infinity).toFixed(1);
for (const [name, values] of Object.entries({
  "stored, Feishu may be told": taken,
  "in the hands of its owner": handled,
}))
  console.log(`${name}: n=${values.length} p50=${quantile(values, 0.5)} p95=${quantile(values, 0.95)} ms`);
await redis.close();
process.exit(0);
