import { beforeEach, describe, expect, it } from "vitest";
import { Pacer, SharedPlaces } from "../../src/stream/index.ts";
import type { CallLeases } from "../../src/stream/index.ts";
import { sleep } from "../../src/time/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

type Ask = Parameters<CallLeases["lease"]>[0];

const ANSWER_MS = 4;

describe("[D13] places for calls that processes share", () => {
  let clock: FakeClock;
  let pacer: Pacer;
  let asked: Pick<Ask, "name" | "want" | "made">[];
  /** What is left for all. */
  let left: number;
  let isAway: boolean;
  beforeEach(() => {
    clock = new FakeClock({ settleRounds: 1 });
    asked = [];
    left = 100;
    isAway = false;
    const leases: CallLeases = {
      async lease({ name, want, made }) {
        asked.push({ name, want, made });
        await sleep(clock, ANSWER_MS);
        if (isAway) throw new Error("away");
        const granted = Math.min(want, left);
        left -= granted + made;
        return { granted, retryMs: granted < want ? 100 : 0, processes: 2 };
      },
    };
    const bucketsOf = (name: string): { burst: number; perSecond: number }[] | undefined =>
      name.startsWith("own:") ? undefined : [{ burst: 10, perSecond: 10 }];
    const shared = new SharedPlaces({ leases, clock, random: () => 0.5, bucketsOf });
    pacer = new Pacer({ clock, ruleFor: () => ({ windows: [{ max: 5, windowMs: 1_000 }] }), shared });
  });

  /** Makes a call that takes a while. @returns how long it waited for its place */
  async function call(names: readonly string[], next?: readonly string[]): Promise<number> {
    const from = clock.now();
    const grant = await clock.runUntil(
      pacer.acquire({ options: [{ use: undefined, names, next }], priority: "text", since: from }),
    );
    const waited = clock.now() - from;
    await clock.advance(10);
    grant.done();
    return waited;
  }

  it("a call that was expected does not wait for the others, and is asked for once", async () => {
    expect(await call(["a"]), "nobody expected it").toBe(ANSWER_MS);
    pacer.expect(["a", "own:1"]);
    await clock.advance(ANSWER_MS);
    expect(await call(["a", "own:1"])).toBe(0);
    expect(asked).toEqual([
      { name: "a", want: 1, made: 0 },
      { name: "a", want: 1, made: 0 },
    ]);
  });

  it("a call that comes before the answer takes the place that was asked for", async () => {
    pacer.expect(["a"]);
    await clock.advance(1);
    expect(await call(["a"])).toBe(ANSWER_MS - 1);
    expect(asked).toHaveLength(1);
  });

  it("the place of the next call is asked for while the one before it is under way", async () => {
    expect(await call(["a"], ["b", "own:1"])).toBe(ANSWER_MS);
    expect(await call(["b", "own:1"])).toBe(0);
    expect(asked.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("two that begin together have a place each", async () => {
    pacer.expect(["a"]);
    pacer.expect(["a"]);
    await clock.advance(2 * ANSWER_MS);
    expect([await call(["a"]), await call(["a"])]).toEqual([0, 0]);
    expect(asked.reduce((sum, { want }) => sum + want, 0)).toBe(2);
  });

  it("a place that nobody comes for is given back with the next asking", async () => {
    pacer.expect(["a"]);
    await clock.advance(1_000);
    expect(left).toBe(99);
    expect(await call(["a"])).toBe(ANSWER_MS);
    expect(asked.at(-1)).toEqual({ name: "a", want: 1, made: -1 });
    expect(left).toBe(99);
  });

  it("where places are short none is taken ahead of calls that wait", async () => {
    left = 0;
    pacer.expect(["a"]);
    await clock.advance(ANSWER_MS);
    pacer.expect(["a"]);
    await clock.advance(50);
    expect(asked, "it is not asked for again").toHaveLength(1);
    left = 1;
    const waited = call(["a"], ["b"]);
    expect(await waited).toBeGreaterThan(0);
    expect(asked.at(1)).toMatchObject({ name: "a", want: 1 });
  });

  it("what is called while the others cannot be asked is told as soon as they can, though nobody waits", async () => {
    isAway = true;
    pacer.expect(["a"]);
    await clock.advance(ANSWER_MS);
    expect(await call(["a"]), "it goes by itself").toBe(0);
    await clock.advance(3_000);
    expect(asked.at(-1)).toEqual({ name: "a", want: 0, made: 1 });
    isAway = false;
    await clock.advance(1_100);
    expect(left).toBe(99);
    const told = asked.length;
    await clock.advance(10_000);
    expect(asked, "once").toHaveLength(told);
    expect(await call(["a"]), "and the next one is asked for").toBe(ANSWER_MS);
  });

  it("what this process may not call now is not asked for either", async () => {
    for (let i = 0; i < 5; i++) await call(["a"]);
    const before = asked.length;
    pacer.expect(["a"]);
    await clock.advance(100);
    expect(asked).toHaveLength(before);
  });
});
