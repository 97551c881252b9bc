import { BaseSequencer } from "vitest/node";
import { defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";

import { keptWorker } from "./test/support/kept-worker.ts";

const tests = (process.env["MUTATE_TESTS"] ?? "").split(",");

/** Runs the files in the order in which `mutation-parts.json` names them: what is quick and notices much comes first there. */
class InOrder extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer["sort"]>[0]): ReturnType<BaseSequencer["sort"]> {
    const place = (id: string): number => tests.findIndex((name) => id.endsWith(name));
    return files.toSorted((a, b) => place(a.moduleId) - place(b.moduleId));
  }
}

/** The tests that `npm run mutate` runs against its faults (scripts/mutate.ts). */
const config: ViteUserConfig = defineConfig({
  plugins: [keptWorker()],
  test: {
    include: tests,
    setupFiles: [
      "test/support/loopback-only.ts",
      "test/support/property-seed.ts",
      "test/support/short-properties.ts",
      "test/support/no-fault-left.ts",
    ],
    maxWorkers: 1,
    // Together with the kept worker: what tests load is loaded once for all faults. Most are noticed in less time than that takes.
    isolate: false,
    sequence: { sequencer: InOrder },
    // Code in which faults can be switched on is ten times slower; what hangs by a fault is ended by StrykerJS.
    testTimeout: 600_000,
  },
});
export default config;
