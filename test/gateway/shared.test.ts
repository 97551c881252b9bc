import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/log/index.ts";
import { openRedisState, readRedisAddress } from "../../src/shared/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import type { CliProcess } from "../support/process/cli-process.ts";
import { createGatewayWorld } from "../support/process/gateway-process.ts";
import type { GatewayWorld } from "../support/process/gateway-process.ts";
import { answersIn } from "../support/reply-bench.ts";
import { startRedis, whyNoRedis } from "../support/process/redis-server.ts";
import type { TestRedis } from "../support/process/redis-server.ts";

const why = whyNoRedis({ own: true });
const SLOW = { timeout: 90_000 };

interface Gateway {
  readonly url: string;
  readonly process: CliProcess;
}

describe.skipIf(why !== undefined)(`gateways that share their streams${why === undefined ? "" : `: ${why}`}`, () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).toReversed()) await clean();
  });

  async function gateways(count: number): Promise<{ world: GatewayWorld; redis: TestRedis; all: Gateway[] }> {
    const redis = await startRedis();
    cleanups.push(() => redis.close());
    const world = await createGatewayWorld({ shared: { redis: redis.url, leaseSeconds: 2 } });
    cleanups.push(() => world.close());
    const all = await Promise.all(Array.from({ length: count }, () => world.start()));
    return { world, redis, all };
  }

  /** One call; asked again at the next gateway when there is no answer, or none that counts. */
  async function ask(world: GatewayWorld, to: readonly Gateway[], path: string, body?: object): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const { url } = to[attempt % to.length] ?? { url: "" };
      try {
        const response = await fetch(`${url}/gateway/feishu/streams${path}`, {
          method: body === undefined ? "GET" : "POST",
          headers: { authorization: `Bearer ${world.token}`, "content-type": "application/json" },
          ...(body && { body: JSON.stringify(body) }),
        });
        if (response.status !== 503 || attempt > 100) return { status: response.status, body: await response.json() };
      } catch (error) {
        if (attempt > 100) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  // The shape is what the tests check.
  // oxlint-disable-next-line typescript/no-explicit-any
  type Answer = { readonly status: number; readonly body: any };
  const cards = (world: GatewayWorld): number =>
    world.emulator.visibleTexts(world.chatId).filter(({ sender }) => sender === "app").length;
  const open = (world: GatewayWorld): number =>
    world.emulator.visibleTexts(world.chatId).filter(({ streaming }) => streaming).length;

  it(
    "kill -9 of its gateway in the middle: the same card grows to its end by calls at the other one, each character once",
    SLOW,
    async () => {
      const { world, all } = await gateways(2);
      const [a, b] = all as [Gateway, Gateway];
      const { id } = (await ask(world, [a], "", { chat_id: world.chatId, key: "k", title: "进度" })).body;
      const words = Array.from({ length: 60 }, (_, index) => `第${index}段，word ${index}. `);
      let offset = 0;
      for (const [index, text] of words.entries()) {
        if (index === 20) {
          await ask(world, [b], `/${id}/flush`, {});
          a.process.child.kill("SIGKILL");
        }
        // Whoever is asked first; the one that is dead does not answer.
        const answer = await ask(world, index % 2 === 0 ? [a, b] : [b, a], `/${id}/append`, { text, offset });
        expect(answer.status).toBe(200);
        ({ offset } = answer.body);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      const ended = await ask(world, [a, b], `/${id}/finalize`, { offset });
      const total = words.join("").length;
      expect(ended.body).toMatchObject({ id, finalized: true, offset: total });
      expect(ended.body.result).toMatchObject({ outcome: "finalized", delivered: total, total, error: null });
      expect(answersIn(world.emulator, world.chatId)).toEqual([words.join("")]);
      expect([cards(world), open(world)]).toEqual([1, 0]);
      expect((await ask(world, [b], `/${id}`)).body).toEqual(ended.body);
      expect((await ask(world, [b], "", { chat_id: world.chatId, key: "k" })).body.id).toBe(id);
      const { url } = await world.start();
      const [c] = [{ url, process: b.process }];
      expect((await ask(world, [c], `/${id}`)).body, "also at one that has just begun").toEqual(ended.body);
    },
  );

  it("SIGTERM leaves a stream to the next gateway, uninterrupted", SLOW, async () => {
    const { world, all } = await gateways(1);
    const [a] = all as [Gateway];
    const { id } = (await ask(world, [a], "", { chat_id: world.chatId })).body;
    await ask(world, [a], `/${id}/append`, { text: "before the restart, ", offset: 0 });
    await ask(world, [a], `/${id}/flush`, {});
    a.process.child.kill("SIGTERM");
    expect([0, 143]).toContain(await a.process.ended);
    expect(answersIn(world.emulator, world.chatId)).toEqual(["before the restart, "]);
    expect(open(world), "nothing says that it was interrupted").toBe(1);
    const b = await world.start();
    expect((await ask(world, [b], `/${id}/append`, { text: "after it", offset: 20 })).body.offset).toBe(28);
    const ended = await ask(world, [b], `/${id}/finalize`, { offset: 28 });
    expect(ended.body.result).toMatchObject({ outcome: "finalized", delivered: 28, cards: 1 });
    expect(answersIn(world.emulator, world.chatId)).toEqual(["before the restart, after it"]);
  });

  it("gateways keep an app's rate limits together, with its bots", SLOW, async () => {
    const { world, all, redis } = await gateways(2);
    for (const one of all) {
      const { id } = (await ask(world, [one], "", { chat_id: world.chatId })).body;
      await ask(world, [one], `/${id}/finalize`, { text: "words" });
    }
    const address = readRedisAddress(redis.url);
    const { appId: scope } = world.emulator.app;
    const state = await openRedisState({ address, scope, clock: createSystemClock(), logger: silentLogger });
    cleanups.push(() => state.close());
    const seen = await state.lease({ by: "test", name: "of-this-test", buckets: [], want: 0, made: 0 });
    expect(seen.processes, "both, and this test").toBe(3);
  });

  it("Redis killed and back: calls are refused meanwhile, and nothing that was taken is lost", SLOW, async () => {
    const { world, all, redis } = await gateways(2);
    const { id } = (await ask(world, all, "", { chat_id: world.chatId })).body;
    await ask(world, all, `/${id}/append`, { text: "one ", offset: 0 });
    await redis.kill();
    const [a] = all as [Gateway];
    const refused = await fetch(`${a.url}/gateway/feishu/streams/${id}/append`, {
      method: "POST",
      headers: { authorization: `Bearer ${world.token}`, "content-type": "application/json" },
      body: JSON.stringify({ text: "two", offset: 4 }),
    });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: "shared-state" } });
    await redis.restart();
    expect((await ask(world, all, `/${id}/append`, { text: "two", offset: 4 })).body.offset).toBe(7);
    expect((await ask(world, all, `/${id}/finalize`, { offset: 7 })).body.result).toMatchObject({
      delivered: 7,
      cards: 1,
    });
    expect(answersIn(world.emulator, world.chatId)).toEqual(["one two"]);
  });

  it("a Redis that is not there is named when a gateway starts, with what to do", SLOW, async () => {
    const world = await createGatewayWorld({ shared: { redis: "redis://:hunter2@127.0.0.1:9" } });
    cleanups.push(() => world.close());
    const cli = world.spawn();
    expect(await cli.ended).toBe(1);
    expect(cli.stderr()).toContain("the shared Redis cannot be reached: redis://127.0.0.1:9");
    expect(cli.stderr()).toContain("→ start it, or mend shared.redis");
    expect(cli.stderr()).not.toContain("hunter2");
  });
});
