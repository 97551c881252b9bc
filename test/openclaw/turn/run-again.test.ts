import { describe, expect, it } from "vitest";
import { runAgain } from "../../../extensions/feishu/openclaw/turn/run-again.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock, settle } from "../../support/fake-clock.ts";

/** Work that fails `failures` times. */
function failing(failures: number): { work: () => Promise<string>; attempts: () => number } {
  let attempts = 0;
  return {
    work: async () => {
      attempts++;
      if (attempts <= failures) throw new Error(`busy ${attempts}`);
      return "done";
    },
    attempts: () => attempts,
  };
}

describe("asking the host again", () => {
  const logger = silentLogger;

  it("goes on until the host takes it", async () => {
    const clock = new FakeClock();
    const { work, attempts } = failing(3);
    const result = runAgain(work, { clock, logger, what: "a turn" });
    await clock.advance(9_999);
    expect(attempts()).toBe(3);
    await clock.advance(1);
    expect(await result).toBe("done");
  });

  it("gives up after 42 s with the last error", async () => {
    const clock = new FakeClock();
    const { work } = failing(100);
    const result = expect(runAgain(work, { clock, logger, what: "a turn" })).rejects.toThrow("busy 6");
    await clock.advance(42_000);
    await result;
  });

  it("does not repeat what has begun", async () => {
    const { work, attempts } = failing(1);
    const options = { clock: new FakeClock(), logger, what: "a turn", mayRepeat: () => false };
    await expect(runAgain(work, options)).rejects.toThrow("busy 1");
    expect(attempts()).toBe(1);
  });

  it("stops waiting when the account stops", async () => {
    const stop = new AbortController();
    const { work, attempts } = failing(1);
    const options = { clock: new FakeClock(), logger, what: "a turn", signal: stop.signal };
    const result = expect(runAgain(work, options)).rejects.toThrow("the account stops");
    await settle();
    stop.abort(new Error("the account stops"));
    await result;
    expect(attempts()).toBe(1);
  });
});
