import { describe, expect, it } from "vitest";
import type { FaultRule } from "../../src/emulator/index.ts";
import { Caller } from "./caller.ts";
import type { Answer } from "./caller.ts";

async function withFault(rule: FaultRule): Promise<{ caller: Caller; cardId: string }> {
  const caller = new Caller();
  const cardId = await caller.card();
  caller.emulator.faults.add(rule);
  return { caller, cardId };
}

function textOf(caller: Caller, cardId: string): unknown {
  return caller.emulator.store.cards.get(cardId)?.tree.slots.get("md")?.node["content"];
}

describe("faults", () => {
  it("[D2][D10] loses the answer after the call was applied", async () => {
    const { caller, cardId } = await withFault({ operation: "element.content", effect: { type: "lost" }, count: 1 });
    await expect(caller.content(cardId, "applied", 1)).rejects.toThrow("fetch failed");
    expect(textOf(caller, cardId)).toBe("applied");
    expect((await caller.content(cardId, "applied", 1)).code).toBe(300317);
    expect(caller.emulator.timeline.find({ outcome: "lost" })).toMatchObject([
      { operation: "element.content", code: 0, fault: "lost" },
    ]);
  });

  it("[D2] breaks the connection before the call is applied", async () => {
    const { caller, cardId } = await withFault({ operation: "element.*", effect: { type: "reset" }, count: 1 });
    await expect(caller.content(cardId, "never", 1)).rejects.toThrow("fetch failed");
    expect(textOf(caller, cardId)).toBe("");
    expect((await caller.content(cardId, "now", 1)).code).toBe(0);
  });

  it("[D2] applies a call late, after newer ones, where the sequence keeps it out", async () => {
    const { caller, cardId } = await withFault({
      operation: "element.content",
      effect: { type: "late", ms: 500 },
      count: 1,
    });
    await expect(caller.content(cardId, "old", 1)).rejects.toThrow("fetch failed");
    expect((await caller.content(cardId, "newer", 2)).code).toBe(0);
    await caller.pass(500);
    expect(textOf(caller, cardId)).toBe("newer");
    expect(caller.emulator.timeline.find({ fault: "late" })).toMatchObject([{ code: 300317, outcome: "reset" }]);
  });

  it("never answers a hung call, until its caller gives up", async () => {
    const { caller, cardId } = await withFault({ operation: "card.settings", effect: { type: "hang" } });
    const controller = new AbortController();
    const init = {
      method: "PATCH",
      signal: controller.signal,
      headers: { authorization: `Bearer ${await caller.token()}` },
      body: "{}",
    };
    const hung = caller.emulator.fetch(`${caller.emulator.apiUrl}/open-apis/cardkit/v1/cards/${cardId}/settings`, init);
    let settled = false;
    hung.catch(() => {}).finally(() => (settled = true));
    await caller.pass(3_600_000);
    expect(settled).toBe(false);
    controller.abort(new Error("enough"));
    await expect(hung).rejects.toThrow("enough");
  });

  it("adds latency before and after, drawn from a range by seed", async () => {
    const { caller, cardId } = await withFault({
      operation: "element.content",
      effect: { type: "latency", beforeMs: [100, 200], afterMs: 50 },
    });
    const answer = caller.content(cardId, "slow", 1);
    await caller.pass(99);
    expect(textOf(caller, cardId)).toBe("");
    await caller.pass(101);
    expect(textOf(caller, cardId)).toBe("slow");
    expect((await caller.clock.runUntil(answer)).code).toBe(0);
    const [entry] = caller.emulator.timeline.find({ operation: "element.content" });
    expect(entry?.ms).toBeGreaterThanOrEqual(150);
    expect(entry?.ms).toBeLessThanOrEqual(250);
  });

  it.each([
    [{ type: "code", code: 300120 }, 400, 300120],
    [{ type: "code", code: 230020 }, 400, 230020],
    [{ type: "code", code: 200810 }, 400, 200810],
    [{ type: "code", code: 200850, httpStatus: 200 }, 200, 200850],
    [{ type: "http", status: 503 }, 503, 2200],
  ] as const)("answers %j without applying", async (effect, http, code) => {
    const { caller, cardId } = await withFault({ operation: "element.content", effect });
    const answer = await caller.content(cardId, "no", 1);
    expect([answer.http, answer.code]).toEqual([http, code]);
    expect(textOf(caller, cardId)).toBe("");
  });

  it("brings the rate limit's status and headers along", async () => {
    const { caller, cardId } = await withFault({
      operation: "*",
      effect: { type: "code", code: 99991400, resetSeconds: 3 },
    });
    const answer = await caller.content(cardId, "no", 1);
    expect([answer.http, answer.headers.get("x-ogw-ratelimit-reset")]).toEqual([429, "3"]);
  });

  it("answers 504 with HTML, as the gateway does", async () => {
    const { caller, cardId } = await withFault({ operation: "card.*", effect: { type: "http", status: 504 } });
    const init = { method: "PATCH", headers: { authorization: `Bearer ${await caller.token()}` }, body: "{}" };
    const response = await caller.emulator.fetch(
      `${caller.emulator.apiUrl}/open-apis/cardkit/v1/cards/${cardId}/settings`,
      init,
    );
    expect([response.status, response.headers.get("content-type")]).toEqual([504, "text/html"]);
    expect(await response.text()).toContain("<html>");
  });

  it("ends the token or the streaming mode just before the call", async () => {
    const { caller, cardId } = await withFault({
      operation: "element.content",
      effect: { type: "token-expired" },
      count: 1,
    });
    expect((await caller.content(cardId, "x", 1)).code).toBe(99991663);
    const token = await caller.freshToken();
    caller.emulator.faults.add({ operation: "element.content", effect: { type: "streaming-closed" }, count: 1 });
    const body = { content: "x", sequence: 1 };
    expect((await caller.call("PUT", `/cardkit/v1/cards/${cardId}/elements/md/content`, body, token)).code).toBe(
      200850,
    );
  });

  it("cuts a body in half", async () => {
    const { caller, cardId } = await withFault({ operation: "element.content", effect: { type: "truncated" } });
    await expect(caller.content(cardId, "applied", 1)).rejects.toThrow(SyntaxError);
    expect(textOf(caller, cardId)).toBe("applied");
  });

  it("hits by count, after skipping some, by chance, by time, by card, by any condition", async () => {
    const codes = async (rule: Partial<FaultRule>, calls: number, stepMs = 0): Promise<number[]> => {
      const caller = new Caller({ world: { cardLimitWhileStreaming: "free" } });
      const cardId = await caller.card();
      const filled = "cardId" in rule && rule.cardId === "this" ? { ...rule, cardId } : rule;
      caller.emulator.faults.add({ operation: "element.content", effect: { type: "code", code: 1 }, ...filled });
      const seen: number[] = [];
      for (let i = 1; i <= calls; i++) {
        seen.push((await caller.content(cardId, "x".repeat(i), i)).code);
        await caller.pass(stepMs);
      }
      return seen;
    };
    expect(await codes({ count: 2, skip: 1 }, 4)).toEqual([0, 1, 1, 0]);
    expect(await codes({ from: 10, until: 30 }, 4, 10)).toEqual([0, 1, 1, 0]);
    expect(await codes({ cardId: "another" }, 2)).toEqual([0, 0]);
    expect(await codes({ cardId: "this" }, 2)).toEqual([1, 1]);
    expect(await codes({ operation: ["card.*", "message.*"] }, 2)).toEqual([0, 0]);
    expect(await codes({ when: (call) => call.sequence === 2 }, 3)).toEqual([0, 1, 0]);
    const half = await codes({ probability: 0.5 }, 40);
    expect(half.filter((code) => code === 1).length).toBeGreaterThan(8);
    expect(await codes({ probability: 0.5 }, 40)).toEqual(half);
  });

  it("[B9] tells of writes to one card that overlap", async () => {
    const caller = new Caller({ latencyMs: 80 });
    const cardId = await caller.clock.runUntil(caller.card());
    const [one, two] = [caller.content(cardId, "a", 1), caller.content(cardId, "ab", 2)];
    await caller.clock.runUntil(Promise.all([one, two]));
    await caller.clock.runUntil(caller.content(cardId, "abc", 3));
    const writes = caller.emulator.timeline.find({ operation: "element.content" });
    expect(writes.map((entry) => entry.overlaps)).toEqual([undefined, 1, undefined]);
    expect(writes[1]?.warning).toContain("still under way");
  });

  it("lists rules with their hits, takes one away, and forgets all on reset", async () => {
    const { caller, cardId } = await withFault({ operation: "card.*", effect: { type: "reset" }, count: 3 });
    const id = caller.emulator.faults.add({ operation: "element.content", effect: { type: "code", code: 1 } });
    await caller.content(cardId, "x", 1);
    expect(caller.emulator.faults.list()).toMatchObject([
      { hits: 0, left: 3 },
      { id, hits: 1, left: undefined },
    ]);
    expect(caller.emulator.faults.remove(id)).toBe(true);
    expect(caller.emulator.faults.remove(id)).toBe(false);
    caller.emulator.reset();
    expect(caller.emulator.faults.list()).toEqual([]);
  });

  it("runs the same schedule the same way twice, in virtual time, without a socket", async () => {
    const run = async (): Promise<string> => {
      const caller = new Caller({ seed: 42, latencyMs: [40, 120] });
      caller.emulator.faults.add({ operation: "element.*", effect: { type: "code", code: 230020 }, probability: 0.3 });
      const cardId = await caller.clock.runUntil(caller.card());
      const answers: Answer[] = [];
      for (let i = 1; i < 20; i++) answers.push(await caller.clock.runUntil(caller.content(cardId, "x".repeat(i), i)));
      return `${cardId} ${answers.map((one) => one.code).join()} ${caller.clock.now()}`;
    };
    expect(await run()).toBe(await run());
  });
});
