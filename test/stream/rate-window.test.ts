import { describe, expect, it } from "vitest";
// Below the index on purpose: the two are the pacer's alone.
import { RateWindow, TokenBucket } from "../../src/stream/rate-window.ts";

/** Calls that started and were answered at once, at these times. */
function window(max: number, windowMs: number, ...answeredAt: readonly number[]): RateWindow {
  const window = new RateWindow(max, windowMs);
  for (const at of answeredAt) {
    window.start();
    window.finish(at);
  }
  return window;
}

describe("[D3] RateWindow", () => {
  it.each([
    ["nothing has been called", [], 0, 0],
    ["there is room", [0], 10, 10],
    ["it is full: when the first answer is a window old", [5, 10], 20, 1_005],
    ["it is over-full: when enough answers are old", [5, 10, 15], 20, 1_010],
    ["the first answer is just short of a window old", [5, 10], 1_004, 1_005],
    ["the first answer is exactly a window old", [5, 10], 1_005, 1_005],
    ["all answers are old", [5, 10], 5_000, 5_000],
  ] as const)("is ready at once or later when %s", (_when, answeredAt, now, ready) => {
    expect(window(2, 1_000, ...answeredAt).readyAt(now)).toBe(ready);
  });

  it("counts a call from its start until a window after its answer", () => {
    const one = new RateWindow(1, 1_000);
    one.start();
    // Nobody can say when the answer comes.
    expect(one.readyAt(0)).toBe(Infinity);
    expect(one.readyAt(5_000)).toBe(Infinity);
    one.finish(5_000);
    expect(one.readyAt(5_000)).toBe(6_000);
  });

  it("waits for an answer to grow old while others are under way, when that makes room", () => {
    const two = window(2, 1_000, 100);
    two.start();
    expect(two.readyAt(200)).toBe(1_100);
    two.start();
    expect(two.readyAt(200)).toBe(Infinity);
  });

  it("gives the place of a call back that was not made", () => {
    const one = new RateWindow(1, 1_000);
    one.start();
    one.cancel();
    expect(one.readyAt(0)).toBe(0);
    one.start();
    one.finish(0);
    expect(one.readyAt(0)).toBe(1_000);
  });

  it("starts nothing for as long as the server said, whatever room there is", () => {
    const wide = new RateWindow(10, 1_000);
    wide.penalize(100, 3_000);
    expect(wide.readyAt(200)).toBe(3_100);
    // A shorter refusal does not shorten a longer one.
    wide.penalize(200, 500);
    expect(wide.readyAt(300)).toBe(3_100);
    wide.penalize(300, 4_000);
    expect(wide.readyAt(300)).toBe(4_300);
    expect(wide.readyAt(5_000)).toBe(5_000);
  });

  /** How many calls may be made at once at `now`. */
  const room = (limited: RateWindow, now: number): number => {
    let calls = 0;
    for (; limited.readyAt(now) <= now; calls++) limited.start();
    for (let i = 0; i < calls; i++) limited.cancel();
    return calls;
  };

  it("takes the limit to be three tenths lower after a refusal, a fifth at least, and one call always", () => {
    const limited = new RateWindow(10, 1_000);
    const rooms = [0, 1, 2, 3, 4, 5, 6].map((time) => {
      limited.penalize(time, 0);
      return room(limited, time);
    });
    expect(rooms).toEqual([7, 4, 3, 2, 2, 2, 2]);
    const single = new RateWindow(1, 1_000);
    single.penalize(0, 0);
    expect(room(single, 0)).toBe(1);
  });

  it("takes the limit to be a tenth higher again for every ten seconds without a refusal", () => {
    const limited = new RateWindow(10, 1_000);
    limited.penalize(0, 0);
    expect([0, 9_999, 10_000, 19_999, 20_000, 29_999, 30_000, 90_000].map((now) => room(limited, now))).toEqual([
      7, 7, 8, 8, 9, 9, 10, 10,
    ]);
    // What has recovered is what the next refusal lowers.
    limited.penalize(100_000, 0);
    expect(room(limited, 100_000)).toBe(7);
    limited.penalize(120_000, 0);
    expect(room(limited, 120_000)).toBe(6);
  });

  it("is idle when it remembers nothing", () => {
    expect(new RateWindow(1, 1_000).idle(0)).toBe(true);
    const used = window(1, 1_000, 0);
    expect([used.idle(999), used.idle(1_000)]).toEqual([false, true]);
    used.start();
    expect(used.idle(2_000)).toBe(false);
    used.finish(2_000);
    expect([used.idle(2_999), used.idle(3_000)]).toEqual([false, true]);
    const blocked = new RateWindow(1, 1_000);
    blocked.penalize(0, 50_000);
    expect([blocked.idle(0), blocked.idle(49_999), blocked.idle(50_000)]).toEqual([false, false, true]);
    const lowered = new RateWindow(1, 1_000);
    lowered.penalize(0, 0);
    expect([lowered.idle(1), lowered.idle(30_000)]).toEqual([false, true]);
  });
});

describe("[D3] TokenBucket", () => {
  it("gives a burst at once, then one after the other", () => {
    const bucket = new TokenBucket(2, 4, 1_000);
    expect(bucket.readyAt(1_000)).toBe(1_000);
    bucket.take(1_000);
    expect(bucket.readyAt(1_000)).toBe(1_000);
    bucket.take(1_000);
    expect(bucket.readyAt(1_000)).toBe(1_250);
    expect(bucket.readyAt(1_100)).toBeCloseTo(1_250);
    expect(bucket.readyAt(1_250)).toBe(1_250);
    bucket.take(1_250);
    expect(bucket.readyAt(1_250)).toBe(1_500);
  });

  it("is never fuller than its burst", () => {
    const bucket = new TokenBucket(2, 4, 0);
    bucket.take(60_000);
    bucket.take(60_000);
    expect(bucket.readyAt(60_000)).toBe(60_250);
    bucket.giveBack();
    bucket.giveBack();
    bucket.giveBack();
    expect(bucket.level(60_000)).toBe(1);
  });

  it("says how full it is, as a share", () => {
    const bucket = new TokenBucket(4, 1, 0);
    expect(bucket.level(0)).toBe(1);
    bucket.take(0);
    bucket.take(0);
    expect([bucket.level(0), bucket.level(1_000), bucket.level(9_000)]).toEqual([0.5, 0.75, 1]);
  });

  it("does not fill when the clock seems to go back", () => {
    const bucket = new TokenBucket(1, 1, 10_000);
    bucket.take(10_000);
    expect(bucket.readyAt(9_000)).toBe(10_000);
    expect(bucket.level(9_000)).toBe(0);
  });
});
