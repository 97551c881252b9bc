import { describe, expect, it } from "vitest";
import { paceRule, sharedBuckets } from "../../extensions/feishu/delivery/limits.ts";
import { MemoryState } from "../../src/shared/index.ts";
import { Pacer, SharedPlaces } from "../../src/stream/index.ts";
import type { CallLeases } from "../../src/stream/index.ts";
import { sleep } from "../../src/time/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { seededRandom } from "../support/reply-bench.ts";

const NAME = "api:element.content";

/** Feishu, as it counts an app's calls, and processes that make them. */
class Town {
  readonly clock: FakeClock = new FakeClock({ settleRounds: 1 });
  readonly state: MemoryState = new MemoryState(this.clock);
  readonly random: () => number = seededRandom(7);
  readonly seen: number[] = [];
  /** The state cannot be reached. */
  isAway = false;
  asked = 0;

  /** A process in which replies begin, one each 10 ms, whose first call was expected for as long as its place is kept. */
  begin(replies: number): void {
    const { pacer, made } = this.#process();
    for (let i = 0; i < replies; i++) {
      this.clock.setTimer(i * 10, () => pacer.expect([NAME]));
      this.clock.setTimer(i * 10 + 299, () => void this.#call(pacer, made, [NAME]));
    }
  }

  /** A process in which `replies` always have something to write. Gives how many calls it has made. */
  open(replies: number): { calls: number } {
    const { pacer, made } = this.#process();
    const write = async (card: number): Promise<void> => {
      // A card has limits of its own, which only its process counts.
      for (;;) await this.#call(pacer, made, [NAME, `card:${card}`]);
    };
    for (let i = 0; i < replies; i++) void write(i);
    return made;
  }

  async #call(pacer: Pacer, made: { calls: number }, names: readonly string[]): Promise<void> {
    const { clock, random } = this;
    const grant = await pacer.acquire({ options: [{ use: NAME, names }], priority: "text", since: clock.now() });
    await sleep(clock, 10 + random() * 90);
    this.seen.push(clock.now());
    made.calls += 1;
    await sleep(clock, 10 + random() * 20);
    grant.done();
  }

  #process(): { readonly pacer: Pacer; readonly made: { calls: number } } {
    const { clock, state, random } = this;
    const leases: CallLeases = {
      lease: async (ask) => {
        this.asked += 1;
        await sleep(clock, 2 + random() * 6);
        if (this.isAway) throw new Error("away");
        const lease = await state.lease(ask);
        await sleep(clock, 1 + random() * 3);
        return lease;
      },
    };
    const shared = new SharedPlaces({ leases, clock, random, bucketsOf: (name) => sharedBuckets(name, 1) });
    return { pacer: new Pacer({ clock, ruleFor: (name) => paceRule(name, 1), shared }), made: { calls: 0 } };
  }

  /** Calls that Feishu would have refused. */
  get refused(): number {
    const over = (max: number, windowMs: number): number =>
      this.seen.filter((at, index) => index >= max && at - (this.seen[index - max] ?? 0) < windowMs).length;
    return over(1_000, 60_000) + over(50, 1_000);
  }
}

describe("[D13] the rate budget of an app in several processes", () => {
  it("is kept by all together, used up, and shared out by what each has to write", async () => {
    const town = new Town();
    const processes = [60, 20, 10, 10].map((replies) => ({ replies, made: town.open(replies) }));
    await town.clock.advance(130_000);
    expect(town.refused).toBe(0);
    const theory = 200 + (130 * 800) / 60;
    expect(town.seen.length).toBeGreaterThan(0.95 * theory);
    for (const { replies, made } of processes)
      expect(Math.abs(made.calls / town.seen.length / (replies / 100) - 1), `${replies} replies`).toBeLessThan(0.1);
  });

  it("is kept also where places are asked for ahead, and used as late as they may be while all others write", async () => {
    for (const replies of [20, 30, 40, 60]) {
      const town = new Town();
      // The minute's limit is not what is in question.
      await town.clock.advance(10);
      for (let i = 0; i < 3; i++) town.begin(replies / 3);
      await town.clock.advance(300);
      town.open(60);
      await town.clock.advance(10_000);
      expect(town.refused, `${replies} replies`).toBe(0);
    }
  });

  it("goes to one process whole when the others have nothing to write", async () => {
    const town = new Town();
    town.open(0);
    town.open(40);
    await town.clock.advance(130_000);
    expect(town.refused).toBe(0);
    expect(town.seen.length).toBeGreaterThan(0.95 * (200 + (130 * 800) / 60));
  });

  it("is kept, and used, while the state is away, and after it has come back", async () => {
    for (const away of [10_000, 60_000]) {
      const town = new Town();
      town.open(60);
      town.open(20);
      await town.clock.advance(20_000);
      town.isAway = true;
      const before = town.seen.length;
      await town.clock.advance(away);
      expect(town.seen.length - before, "it goes on").toBeGreaterThan((0.8 * away * 13) / 1_000);
      town.isAway = false;
      await town.clock.advance(70_000);
      expect(town.refused, `away for ${away} ms`).toBe(0);
    }
  });

  it("costs nothing where nobody shares it, and nothing for what only one process writes", async () => {
    const town = new Town();
    const shared = new SharedPlaces({
      leases: { lease: () => Promise.reject(new Error("asked")) },
      clock: town.clock,
      random: town.random,
      bucketsOf: (name) => sharedBuckets(name, 1),
    });
    const pacer = new Pacer({ clock: town.clock, ruleFor: (name) => paceRule(name, 1), shared });
    const grant = await pacer.acquire({
      options: [{ use: 1, names: ["card:1", "chat:2", "patch:3"] }],
      priority: "text",
      since: 0,
    });
    grant.done();
    expect(town.asked).toBe(0);
  });

  it("is given back by calls that were not made", async () => {
    const town = new Town();
    const leases: CallLeases = { lease: (ask) => town.state.lease(ask) };
    const { clock, random } = town;
    const shared = new SharedPlaces({ leases, clock, random, bucketsOf: () => [{ burst: 2, perSecond: 0.001 }] });
    const pacer = new Pacer({ clock, ruleFor: () => ({ windows: [] }), shared });
    for (let i = 0; i < 10; i++) {
      const grant = await clock.runUntil(
        pacer.acquire({ options: [{ use: 1, names: [NAME] }], priority: "text", since: 0 }),
      );
      grant.cancel();
    }
    expect(clock.now()).toBeLessThan(10_000);
  });
});
