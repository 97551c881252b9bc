import { describe, expect, it } from "vitest";
import { RateWindow } from "../../src/emulator/state/rate-window.ts";
import { Caller } from "./caller.ts";

describe("the gateway's limits", () => {
  it("[D3][D10] let 50 calls of one API through in a second, then answer 429 with the time to wait", async () => {
    const caller = new Caller();
    for (let i = 0; i < 50; i++) expect((await caller.call("GET", "/bot/v3/info")).code).toBe(0);
    const over = await caller.call("GET", "/bot/v3/info");
    expect([over.http, over.code, over.msg]).toEqual([429, 99991400, "request trigger frequency limit"]);
    expect([over.headers.get("x-ogw-ratelimit-limit"), over.headers.get("x-ogw-ratelimit-reset")]).toEqual(["50", "1"]);
    expect((await caller.send("text", { text: "another API" })).code).toBe(0);
    await caller.pass(1000);
    expect((await caller.call("GET", "/bot/v3/info")).code).toBe(0);
  });

  it("[D3] let 1,000 calls through in a minute", async () => {
    const caller = new Caller();
    for (let i = 0; i < 20; i++) {
      for (let j = 0; j < 50; j++) expect((await caller.call("GET", "/bot/v3/info")).code).toBe(0);
      await caller.pass(1000);
    }
    const over = await caller.call("GET", "/bot/v3/info");
    expect([over.code, over.headers.get("x-ogw-ratelimit-limit"), over.headers.get("x-ogw-ratelimit-reset")]).toEqual([
      99991400,
      "1000",
      "40",
    ]);
  });

  it("[D3] let 10 calls through in a second on one card, over all operations", async () => {
    const caller = new Caller();
    const [one, two] = [await caller.card(), await caller.card()];
    for (let i = 1; i <= 9; i++) expect((await caller.content(one, "x".repeat(i), i)).code).toBe(0);
    expect((await caller.settings(one, { config: {} }, 10)).code).toBe(0);
    expect((await caller.content(one, "xx", 11)).code).toBe(230020);
    expect((await caller.content(two, "x", 1)).code).toBe(0);
    await caller.pass(1000);
    expect((await caller.content(one, "xx", 11)).code).toBe(0);
  });

  it.each([
    [{ cardLimitWhileStreaming: 99991400 }, 99991400, 429],
    [{ cardLimitWhileStreaming: "free" }, 0, 200],
  ] as const)("can answer otherwise: %j", async (world, code, http) => {
    const caller = new Caller({ world });
    const cardId = await caller.card();
    for (let i = 1; i <= 10; i++) await caller.content(cardId, "x", i);
    const answer = await caller.content(cardId, "x", 11);
    expect([answer.code, answer.http]).toEqual([code, http]);
  });

  it("let five messages a second into a chat, whichever bot sends them", async () => {
    const caller = new Caller({
      apps: [
        { name: "one", appId: "cli_0000000000000001", appSecret: "a" },
        { name: "two", appId: "cli_0000000000000002", appSecret: "b" },
      ],
    });
    const other = await caller.freshToken("cli_0000000000000002", "b");
    const group = caller.emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId;
    const send = (token?: string): ReturnType<Caller["call"]> =>
      caller.call(
        "POST",
        "/im/v1/messages?receive_id_type=chat_id",
        { receive_id: group, msg_type: "text", content: '{"text":"x"}' },
        token,
      );
    for (let i = 0; i < 5; i++) expect((await send(i % 2 === 0 ? other : undefined)).code).toBe(0);
    expect((await send()).code).toBe(230020);
    expect((await send(other)).code).toBe(230020);
    await caller.pass(1000);
    expect((await send()).code).toBe(0);
  });

  it("show how much of each budget is used", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    await caller.content(cardId, "x", 1);
    const response = await caller.emulator.fetch(
      `${caller.emulator.apiUrl}/emulator/meters?token=${caller.emulator.adminToken}`,
    );
    expect(await response.json()).toMatchObject({
      apis: [
        { operation: "card.create", perSecond: 1, perMinute: 1 },
        { operation: "element.content", perSecond: 1, perSecondMax: 50, perMinuteMax: 1000 },
      ],
      cards: [{ cardId, perSecond: 1, max: 10 }],
    });
  });
});

describe("RateWindow", () => {
  it("slides with the call: a call exactly one window ago no longer counts", () => {
    const window = new RateWindow(2, 1000);
    window.add(0);
    window.add(600);
    expect(window.waitMs(999)).toBe(1);
    expect(window.waitMs(1000)).toBe(0);
    window.add(1000);
    expect(window.waitMs(1000)).toBe(600);
  });

  it("can start anew at every whole window", () => {
    const window = new RateWindow(1, 1000, () => true);
    window.add(999);
    expect(window.waitMs(999)).toBe(1);
    expect(window.waitMs(1000)).toBe(0);
  });

  it("does not grow", () => {
    const window = new RateWindow(10, 1000);
    for (let i = 0; i < 100_000; i++) window.add(i * 200);
    expect(window.count(100_000 * 200)).toBeLessThanOrEqual(5);
  });
});
