import { afterEach, describe, expect, it } from "vitest";
import { checkShared } from "../../src/cli/check/check-shared.ts";
import { readRedisAddress } from "../../src/shared/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { startRedis, whyNoRedis } from "../support/process/redis-server.ts";

const why = whyNoRedis({ own: true });

describe.skipIf(why !== undefined)(`doctor on a shared Redis${why === undefined ? "" : `: ${why}`}`, () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });
  const findings = async (args: readonly string[]): Promise<Record<string, string>> => {
    const redis = await startRedis({ args });
    cleanups.push(() => redis.close());
    const settings = { address: readRedisAddress(redis.url), prefix: "cs", ca: undefined };
    const found = await checkShared(settings, createSystemClock());
    return Object.fromEntries(found.map(({ id, status, detail }) => [id, `${status} ${detail?.en}`]));
  };

  it("is content with one that writes down what it does and deletes nothing by itself", async () => {
    expect(await findings([])).toMatchObject({
      "shared:version": expect.stringMatching(/^ok (redis|valkey) \d+\./u),
      "shared:latency": expect.stringMatching(/^ok [\d.]+ ms/u),
      "shared:persistence": "ok appendfsync everysec",
      "shared:eviction": "ok maxmemory-policy noeviction",
    });
  });

  it("says what is at risk with one that forgets", async () => {
    expect(await findings(["--appendonly", "no", "--maxmemory-policy", "allkeys-lru"])).toMatchObject({
      "shared:persistence": "warn appendonly is off",
      "shared:eviction": "fail maxmemory-policy allkeys-lru",
    });
    expect(await findings(["--appendfsync", "no"])).toMatchObject({ "shared:persistence": "warn appendfsync no" });
  });

  it("says that it cannot be reached, without the password", async () => {
    const settings = { address: readRedisAddress("redis://:hunter2@127.0.0.1:9"), prefix: "cs", ca: undefined };
    const [only, ...more] = await checkShared(settings, createSystemClock());
    expect(more).toEqual([]);
    expect(only).toMatchObject({ id: "shared:reach", status: "fail" });
    expect(JSON.stringify(only)).not.toContain("hunter2");
  });
});
