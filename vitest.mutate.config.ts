import { defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";

/** The tests that `npm run mutate` runs against its faults (scripts/mutate.ts). */
const config: ViteUserConfig = defineConfig({
  test: {
    include: (process.env["MUTATE_TESTS"] ?? "").split(","),
    setupFiles: ["test/support/loopback-only.ts", "test/support/property-seed.ts", "test/support/short-properties.ts"],
    pool: "forks",
    maxWorkers: 1,
    // Code in which faults can be switched on is ten times slower; what hangs by a fault is ended by StrykerJS.
    testTimeout: 600_000,
  },
});
export default config;
