import { silentLogger } from "../../../src/log/index.ts";
import { openRedisState, readRedisAddress, SharedLanes } from "../../../src/shared/index.ts";
import type { SharedState } from "../../../src/shared/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";
import { startRedis } from "../../support/process/redis-server.ts";

const EVENTS = 2_000;
const CHATS = 50;
const EVERY_MS = 5;

/** Events at two processes of one app: ms until each is stored, and until it is in the hands of the process that answers. */
export async function measureEvents(): Promise<{
  readonly stored: readonly number[];
  readonly handled: readonly number[];
}> {
  const clock = createSystemClock();
  const redis = await startRedis();
  const sentAt = new Map<string, number>();
  const handled: number[] = [];
  const states: SharedState[] = [];
  const open = async (): Promise<SharedLanes> => {
    const address = readRedisAddress(redis.url);
    const state = await openRedisState({ address, scope: "bench", clock, logger: silentLogger });
    states.push(state);
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
  const stored: number[] = [];
  const pending: Promise<void>[] = [];
  for (let index = 0; index < EVENTS; index++) {
    const key = `m${index}`;
    const at = clock.now();
    sentAt.set(key, at);
    const work = async (): Promise<void> => {
      await processes[index % 2]?.take({ chat: `c${index % CHATS}`, key, body: key });
      stored.push(clock.now() - at);
    };
    pending.push(work());
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  await Promise.all(pending);
  await Promise.all(processes.map((lanes) => lanes.idle()));
  await Promise.all(processes.map((lanes) => lanes.drain(0)));
  await Promise.all(states.map((state) => state.close()));
  await redis.close();
  return { stored, handled };
}
