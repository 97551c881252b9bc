import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/program.ts";
import { silentLogger } from "../../src/log/index.ts";
import { openRedisState, readRedisAddress } from "../../src/shared/index.ts";
import type { SharedState } from "../../src/shared/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { recordIo } from "../support/cli-io.ts";
import { redisForTests, whyNoRedis } from "../support/process/redis-server.ts";

const why = whyNoRedis();
/** An app of its own for each test: what is shared of others is not its. */
const newAppId = (): string => `cli_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
const envOf = (appId: string): Record<string, string> => ({ FEISHU_APP_ID: appId, FEISHU_APP_SECRET: "s".repeat(32) });

describe("cardstream status without a Redis", () => {
  it("says that nothing is shared, and what to set", async () => {
    const io = recordIo({ env: envOf(newAppId()) });
    expect(await runCli(["status", "--lang", "en"], io)).toBe(2);
    expect(io.stderr()).toContain("Nothing is shared: every process is alone.\n    → set shared.redis");
  });

  it("says which one cannot be reached and what to do, without its password", async () => {
    const io = recordIo({ env: { ...envOf(newAppId()), CARDSTREAM_REDIS: "redis://:hunter2@127.0.0.1:9" } });
    expect(await runCli(["status", "--lang", "zh"], io)).toBe(1);
    expect(io.stderr()).toMatch(/共用的 Redis 连不上（redis:\/\/127\.0\.0\.1:9: .*\n {4}→ 请启动它/u);
    expect(io.stderr()).not.toContain("hunter2");
  });
});

describe.skipIf(why !== undefined)(`cardstream status${why === undefined ? "" : `: ${why}`}`, () => {
  const clock = createSystemClock();
  const states: SharedState[] = [];
  let redis: { readonly url: string; close(): Promise<void> };
  beforeAll(async () => {
    redis = await redisForTests();
  });
  afterEach(async () => {
    await Promise.all(states.splice(0).map((state) => state.close()));
  });
  afterAll(() => redis.close());

  async function open(scope: string): Promise<SharedState> {
    const state = await openRedisState({ address: readRedisAddress(redis.url), scope, clock, logger: silentLogger });
    states.push(state);
    return state;
  }

  /** A bot that answers, one whose time is up, and a gateway that has gone with a card that could not be closed. */
  async function deployment(): Promise<ReturnType<typeof recordIo>> {
    const appId = newAppId();
    const about = { pid: 4711, version: "1.2.3", startedAt: clock.wallNow() - 3_725_000 };
    const card = { cardId: "1", messageId: "om_1", start: 0, openedAt: 0, isOpen: true };
    const bots = await open(appId);
    const busy = await bots.join(60_000, { ...about, host: "one\u001B[31m" });
    await bots.join(1, { ...about, host: "two" });
    const { claim } = await bots.accept(busy, { chat: "oc_1", key: "k1", body: "b" });
    await bots.accept(busy, { chat: "oc_1", key: "k2", body: "b" });
    const turn = JSON.stringify({ text: "0123456789", cards: [card] });
    if (claim !== undefined) await bots.write(claim, { "turn:1-1": turn });
    const buckets = [{ burst: 200, perSecond: 13 }];
    await bots.lease({ by: "one", name: "api:element.content", buckets, want: 0, made: 150 });
    const library = await open(`library:${appId}`);
    const own = await library.join(60_000, { ...about, host: "three" });
    const { claim: book } = await library.accept(own, { chat: "process:x", key: "k", body: "{}" });
    const left = { "open:1": JSON.stringify(card), "open:2": JSON.stringify({ ...card, remainder: "r" }) };
    if (book !== undefined) await library.write(book, left);
    await (await open(`chat-sdk:${appId}`)).join(60_000, { ...about, host: "four" });
    const gateways = await open(`gateway:${appId}`);
    const leaving = await gateways.join(60_000);
    const { claim: stream } = await gateways.accept(leaving, { chat: "s1", key: "k", body: "b" });
    await gateways.openLog("s1", 100);
    await gateways.appendLog("s1", { text: "x".repeat(30) });
    const view = JSON.stringify({ acknowledged: 20, settled: 20, result: {} });
    if (stream !== undefined) await gateways.write(stream, { view, cards: JSON.stringify([card]) });
    await gateways.leave(leaving);
    return recordIo({ env: { ...envOf(appId), CARDSTREAM_REDIS: redis.url } });
  }

  it("shows who owns what and what is owed, in words", async () => {
    const io = await deployment();
    expect(await runCli(["status", "--lang", "en"], io)).toBe(0);
    const shown = io.stdout();
    expect(shown).toMatch(/^App cli_\w{16} \(default\), Redis redis:\/\/127\.0\.0\.1:\d+\n {2}Bots: 2\n/u);
    expect(shown).toMatch(/^ {4}two, pid 4711, 1\.2\.3, up 1 h 2 min: silent for \d+ s too long; owns nothing now$/mu);
    expect(shown).toMatch(/^ {4}one, pid 4711, 1\.2\.3, up 1 h 2 min: alive, respected for (?:59|60) s$/mu);
    expect(shown).toContain("\n      oc_1  2 in its queue, 10 characters, 1 card open\n");
    expect(shown).toMatch(/^ {2}Gateways: 1\n {4}session \S+: gone, the others take over$/mu);
    expect(shown).toContain(
      "\n      s1  1 in its queue, 20 of 30 characters visible, 1 card owed\n  MCP servers: none\n  Bots of createBot: 1\n",
    );
    expect(shown).toContain(
      "\n      its cards  1 card open, 1 card owed\n  Bots of the Chat SDK: 1\n    four, pid 4711",
    );
    expect(shown).toContain("\n  Rate limits\n    element.content  ");
    expect(shown).toMatch(/ (?:5\d|[6-9]\d|\d{3}) of 200 calls free, 13\.0 more a second, 0 waiting\n$/u);
    expect(shown).not.toContain("OpenClaw");
    const zh = recordIo({ env: io.env as Record<string, string> });
    expect(await runCli(["status", "--lang", "zh"], zh)).toBe(0);
    expect(zh.stdout()).toContain("oc_1  队列中 2 条，10 个字符，1 张卡片未收尾");
    expect(zh.stdout()).not.toMatch(/alive|queue|cards? o/u);
  });

  it("says it to programs, once or again and again until a signal", async () => {
    const io = await deployment();
    const ended = runCli(["status", "--json", "--watch"], io);
    await expect.poll(() => io.stdout().split("\n").length, { timeout: 20_000 }).toBeGreaterThan(2);
    io.signal("SIGINT");
    expect(await ended).toBe(0);
    const [first, second] = io.stdout().split("\n");
    for (const line of [first, second])
      expect(JSON.parse(line ?? "")).toMatchObject({
        at: expect.any(Number),
        apps: [
          {
            account: "default",
            parts: {
              bot: expect.arrayContaining([
                expect.objectContaining({
                  process: expect.objectContaining({ pid: 4711 }),
                  chats: [{ chat: "oc_1", waiting: 2, chars: 10, open: 1, owed: 0 }],
                }),
              ]),
              gateway: [{ chats: [{ chat: "s1", waiting: 1, chars: 30, visible: 20, open: 0, owed: 1 }] }],
              mcp: [],
            },
            limits: [{ name: "api:element.content", waiting: 0, buckets: [{ burst: 200, perSecond: 13 }] }],
          },
        ],
      });
  });
});
