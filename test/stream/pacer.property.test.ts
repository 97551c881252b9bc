import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pacer } from "../../src/stream/index.ts";
import type { PacePriority } from "../../src/stream/index.ts";
import { FakeClock, settle } from "../support/fake-clock.ts";

const RANKS: readonly PacePriority[] = ["first", "text", "sign"];
const WINDOWS = [
  { max: 3, windowMs: 1_000 },
  { max: 8, windowMs: 5_000 },
];
const option = (...names: string[]): { use: string; names: string[] } => ({ use: names.join(), names });
const priority = fc.constantFrom(...RANKS);
/** Mostly short, so that calls are many for the window; sometimes longer than it. */
const ms = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 50 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2_500 }) },
);

describe("Pacer", () => {
  it("[D3] exceeds no window as the server counts, whatever the latency, and grants every call", async () => {
    const call = fc.record({ at: ms, up: ms, down: ms, priority, drop: fc.constantFrom(false, false, false, true) });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 12, maxLength: 25 }), async (calls) => {
        const clock = new FakeClock({ settleRounds: 1 });
        const pacer = new Pacer({ clock, ruleFor: () => ({ windows: WINDOWS }) });
        const seen: number[] = [];
        const wait = (time: number): Promise<void> => new Promise((resolve) => void clock.setTimer(time, resolve));
        const run = async ({ at, up, down, priority: rank, drop }: (typeof calls)[number]): Promise<void> => {
          await wait(at);
          const grant = await pacer.acquire({ options: [option("api")], priority: rank, since: at });
          if (drop) {
            grant.cancel();
            return;
          }
          await wait(up);
          seen.push(clock.now());
          await wait(down);
          grant.done();
        };
        await clock.runUntil(Promise.all(calls.map(run)));
        expect(seen).toHaveLength(calls.filter(({ drop }) => !drop).length);
        for (const { max, windowMs } of WINDOWS) {
          for (const [index, time] of seen.slice(max).entries())
            expect(time - (seen[index] ?? 0)).toBeGreaterThanOrEqual(windowMs);
        }
        expect([pacer.waiting, clock.pending]).toEqual([0, 0]);
      }),
      { numRuns: 100 },
    );
  });

  it("[D3] grants 'first' before 'text' before 'sign', and in a rank to the longest wait", async () => {
    const waiting = fc.array(fc.record({ priority, since: fc.integer({ min: 0, max: 5 }) }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(waiting, async (requests) => {
        const clock = new FakeClock({ settleRounds: 1 });
        const pacer = new Pacer({ clock, ruleFor: () => ({ windows: [{ max: 1, windowMs: 100 }] }) });
        const options = [option("api")];
        const held = await pacer.acquire({ options, priority: "first", since: 0 });
        const order: (typeof requests)[number][] = [];
        const all = requests.map(async (request) => {
          const grant = await pacer.acquire({ options, ...request });
          order.push(request);
          grant.done();
        });
        held.done();
        await clock.runUntil(Promise.all(all));
        const rank = (request: (typeof requests)[number]): number => RANKS.indexOf(request.priority);
        expect(order).toEqual(requests.toSorted((a, b) => rank(a) - rank(b) || a.since - b.since));
      }),
      { numRuns: 100 },
    );
  });

  it("[D3] holds nobody back for another's card, and takes the way that is free", async () => {
    const clock = new FakeClock({ settleRounds: 1 });
    const pacer = new Pacer({ clock, ruleFor: () => ({ windows: [{ max: 1, windowMs: 1_000 }] }) });
    await pacer.acquire({ options: [option("a")], priority: "text", since: 0 });
    const busy = pacer.acquire({ options: [option("a")], priority: "first", since: 0 });
    busy.catch(() => {});
    const free = await pacer.acquire({ options: [option("a"), option("b")], priority: "sign", since: 0 });
    expect([free.use, pacer.waiting]).toEqual(["b", 1]);
  });

  it("[D3] gives a cancelled call's place to the next at once", async () => {
    const clock = new FakeClock({ settleRounds: 1 });
    const pacer = new Pacer({ clock, ruleFor: () => ({ windows: [{ max: 1, windowMs: 60_000 }] }) });
    const request = { options: [option("a")], priority: "text", since: 0 } as const;
    const held = await pacer.acquire(request);
    const next = pacer.acquire(request);
    held.cancel();
    await next;
    expect(clock.now()).toBe(0);
  });

  it("[D3][B16] lets an aborted call leave, with its reason and its timer", async () => {
    const clock = new FakeClock({ settleRounds: 1 });
    const pacer = new Pacer({ clock, ruleFor: () => ({ windows: [{ max: 1, windowMs: 60_000 }] }) });
    const request = { options: [option("a")], priority: "text", since: 0 } as const;
    (await pacer.acquire(request)).done();
    const stop = new AbortController();
    const waiting = pacer.acquire({ ...request, signal: stop.signal });
    stop.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    await settle();
    expect([pacer.waiting, clock.pending]).toEqual([0, 0]);
  });
});
