import { mkdtempSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openQuota } from "../../../extensions/feishu/quota/index.ts";
import { createJournal } from "../../../src/plugin-sdk/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { removeFolder } from "../../support/remove-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cardstream-quota-"));
});
afterEach(() => removeFolder(folder));

it("[E10] the count of calls is kept, also when the journal takes the empty folder away first, in three runs", () => {
  const stateDir = join(folder, "state");
  for (let run = 0; run < 3; run++) {
    const clock = new FakeClock();
    const quota = openQuota({ monthlyCalls: 100 }, { appId: "cli_a", stateDir, clock, logger: silentLogger });
    const journal = createJournal({
      directory: stateDir,
      pid: 1,
      run: String(run),
      logger: silentLogger,
      isAlive: () => true,
    });
    for (let call = 0; call < 5; call++) quota?.onCall({ operation: "x", httpStatus: 200 } as never);
    if (run === 0) {
      journal.close();
      expect(() => rmdirSync(stateDir)).toThrow(/ENOENT/u);
    }
    quota?.close();
    if (run > 0) journal.close();
    expect((statSync(stateDir).mode & 0o777).toString(8)).toBe("700");
  }
  const lines = readFileSync(join(stateDir, "api-calls-cli_a.log"), "utf8").trim().split("\n");
  expect(lines.map((line) => Number(line.split(" ")[1]))).toEqual([5, 5, 5]);
});
