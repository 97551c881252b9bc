import { afterAll, beforeAll, describe } from "vitest";
import { silentLogger } from "../../src/log/index.ts";
import { openRedisState, readRedisAddress } from "../../src/shared/index.ts";
import type { SharedState } from "../../src/shared/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { redisForTests, whyNoRedis } from "../support/process/redis-server.ts";
import { sharedStateContract } from "./contract.ts";

const why = whyNoRedis();
const title = why === undefined ? "shared state in Redis" : `shared state in Redis: ${why}`;

describe.skipIf(why !== undefined)(title, () => {
  const clock = createSystemClock();
  const opened: SharedState[] = [];
  let redis: { readonly url: string; close(): Promise<void> };
  beforeAll(async () => {
    redis = await redisForTests();
  });
  afterAll(async () => {
    await Promise.all(opened.map((state) => state.close()));
    await redis.close();
  });

  sharedStateContract({
    async open() {
      const scope = `test_${crypto.randomUUID()}`;
      const one = (): Promise<SharedState> =>
        openRedisState({ address: readRedisAddress(redis.url), scope, clock, logger: silentLogger });
      const both = [await one(), await one()] as const;
      opened.push(...both);
      return both;
    },
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
});
