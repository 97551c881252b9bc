import { describe, expect, it } from "vitest";
import { DeadlineError, sleep, withDeadline } from "../../src/time/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** Work that ends only when told to, and remembers its signal. */
function openWork(): {
  work: (signal: AbortSignal) => Promise<string>;
  end: (value: string) => void;
  signal: () => AbortSignal;
} {
  const { promise, resolve } = Promise.withResolvers<string>();
  let given: AbortSignal | undefined;
  return {
    work: (signal) => {
      given = signal;
      return promise;
    },
    end: resolve,
    signal: () => {
      if (given === undefined) throw new Error("the work was not started");
      return given;
    },
  };
}

describe("withDeadline", () => {
  it("[B18] gives the work's value and leaves no timer behind", async () => {
    const clock = new FakeClock();
    const { work, end, signal } = openWork();
    const result = withDeadline(clock, 1000, "asking", work);
    end("done");
    expect(await result).toBe("done");
    expect(clock.pending).toBe(0);
    expect(signal().aborted).toBe(false);
  });

  it("[B18] rejects with the work's own error", async () => {
    const clock = new FakeClock();
    const broken = new Error("broken");
    await expect(withDeadline(clock, 1000, "asking", () => Promise.reject(broken))).rejects.toBe(broken);
    expect(clock.pending).toBe(0);
  });

  it("[B18][B20] releases the caller at the deadline, though the work ignores its signal", async () => {
    const clock = new FakeClock();
    const { work, end, signal } = openWork();
    const result = withDeadline(clock, 1000, "asking", work);
    const caught = result.catch((error: unknown) => error);
    await clock.advance(999);
    expect(signal().aborted).toBe(false);
    await clock.advance(1);
    expect(await caught).toEqual(new DeadlineError("asking", 1000));
    expect(signal().reason).toBeInstanceOf(DeadlineError);
    end("too late");
    await expect(result).rejects.toThrow("asking: no result within 1000 ms");
  });

  it("rethrows the reason for which its parent aborts, before and during the work", async () => {
    const clock = new FakeClock();
    const parent = new AbortController();
    const { work, signal } = openWork();
    const during = withDeadline(clock, 1000, "asking", work, parent.signal).catch((error: unknown) => error);
    parent.abort("stopped");
    expect(await during).toBe("stopped");
    expect(signal().reason).toBe("stopped");
    let started = false;
    const before = withDeadline(clock, 1000, "asking", () => Promise.resolve((started = true)), parent.signal);
    expect(await before.catch((error: unknown) => error)).toBe("stopped");
    expect(started).toBe(false);
    expect(clock.pending).toBe(0);
  });
});

describe("sleep", () => {
  it("ends after exactly the given time of its clock", async () => {
    const clock = new FakeClock();
    let woken = false;
    const slept = sleep(clock, 500).then(() => (woken = true));
    await clock.advance(499);
    expect(woken).toBe(false);
    await clock.advance(1);
    expect(await slept).toBe(true);
  });

  it("ends at once with the reason when aborted, and leaves no timer behind", async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const slept = sleep(clock, 500, stop.signal).catch((error: unknown) => error);
    stop.abort("stopped");
    expect(await slept).toBe("stopped");
    expect(await sleep(clock, 500, stop.signal).catch((error: unknown) => error)).toBe("stopped");
    expect(clock.pending).toBe(0);
  });
});
