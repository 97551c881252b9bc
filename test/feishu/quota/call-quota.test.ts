import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CallQuota, createFileLedger, createMemoryLedger } from "../../../extensions/feishu/quota/index.ts";
import type { CallLedger, QuotaSettings } from "../../../extensions/feishu/quota/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import type { Logger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const CALL = { code: 0 };

function quotaOf(settings: Partial<QuotaSettings>, clock: FakeClock, logger: Logger = silentLogger): CallQuota {
  return new CallQuota({ monthlyCalls: 100, ledger: createMemoryLedger(), clock, logger, ...settings });
}

function use(quota: CallQuota, calls: number): void {
  for (let i = 0; i < calls; i++) quota.onCall(CALL);
}

describe("[D17] a month's budget of calls", () => {
  it("goes from live to eco to final-only, and says each once", () => {
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
    const quota = quotaOf({}, new FakeClock(), logger);
    const levels = [69, 1, 19, 1, 50].map((calls) => {
      use(quota, calls);
      return quota.level;
    });
    expect(levels).toEqual(["live", "eco", "eco", "final-only", "final-only"]);
    expect(warnings).toEqual([expect.stringContaining("less often"), expect.stringContaining("complete")]);
    expect(quota.used).toBe(140);
  });

  it("begins anew with the month in China", async () => {
    const clock = new FakeClock({ epoch: Date.UTC(2026, 10, 30, 15, 59) });
    const quota = quotaOf({}, clock);
    use(quota, 95);
    expect(quota.level).toBe("final-only");
    await clock.advance(61_000);
    expect([quota.level, quota.used]).toEqual(["live", 0]);
  });

  it("takes Feishu's word that nothing is left, whatever was counted", () => {
    const quota = quotaOf({}, new FakeClock());
    quota.onCall({ code: 99_991_403 });
    expect(quota.level).toBe("final-only");
  });

  it.each([
    [{ monthlyCalls: 0 }, "monthlyCalls"],
    [{ monthlyCalls: 1.5 }, "monthlyCalls"],
    [{ ecoAt: 0.95 }, "ecoAt"],
    [{ finalOnlyAt: 2 }, "finalOnlyAt"],
  ])("refuses %o by name", (settings, name) => {
    expect(() => quotaOf(settings, new FakeClock())).toThrow(name);
  });
});

describe("[D17] the count of calls in a file", () => {
  let folder = "";
  let path = "";
  const clock = new FakeClock();
  const open = (logger: Logger = silentLogger): CallLedger => createFileLedger({ path, clock, logger });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cardstream-quota-"));
    path = join(folder, "api-calls.log");
  });
  afterEach(() => removeFolder(folder));

  it("survives a restart and is shared by processes", async () => {
    const [one, two] = [open(), open()];
    one.add("2026-11", 3);
    two.add("2026-11", 4);
    expect([one.used("2026-11"), two.used("2026-11"), one.used("2026-12")]).toEqual([3, 4, 0]);
    await clock.advance(2_000);
    one.add("2026-11", 1);
    one.close();
    expect(one.used("2026-11")).toBe(8);
    expect(open().used("2026-11")).toBe(8);
    expect(clock.pending).toBe(0);
  });

  it("is made short again, and reads over lines that are damaged", () => {
    writeFileSync(path, "2026-10 5\n".repeat(1_500) + "2026-11 2\n".repeat(1_500));
    appendFileSync(path, "garbage\n2026-11 1");
    expect(open().used("2026-11")).toBe(3_001);
    expect(readFileSync(path, "utf8")).toBe("2026-11 3001\n");
    expect(open().used("2026-11")).toBe(3_001);
  });

  it("goes on counting when it cannot be written, and says so once", async () => {
    path = join(folder, "missing", "api-calls.log");
    const warnings: string[] = [];
    const ledger = open({ ...silentLogger, warn: (message) => void warnings.push(message) });
    for (let i = 0; i < 3; i++) {
      ledger.add("2026-11", 1);
      await clock.advance(2_000);
    }
    expect(ledger.used("2026-11")).toBe(3);
    expect(warnings).toEqual(["the count of API calls could not be written"]);
  });
});
