import { configDefaults, defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";

/** Tests with real processes, sockets, browsers or gateways: each has the machine's two cores to itself, so that none waits for another. */
const REAL = [
  "test/browser/**/*.test.ts",
  "test/cli/**/*.test.ts",
  "test/docs/**/*.test.ts",
  "test/e2e/**/*.test.ts",
  "test/emulator/{fuzz-server,lark-mcp,openclaw-official,sdk,sdk-channel,server,state-file}.test.ts",
  "test/feishu/client/{own-fetch,proxy}.test.ts",
  "test/feishu/inbound/connection.test.ts",
  "test/gateway/**/*.test.ts",
  "test/llm/{behaviours,transport}.test.ts",
  "test/mcp/**/*.test.ts",
  "test/openclaw/{gateway,sdk-types}.test.ts",
  "test/package/**/*.test.ts",
];

const common = {
  setupFiles: ["test/support/loopback-only.ts"],
  hookTimeout: 120_000,
  pool: "forks" as const,
};

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "unit",
          include: ["test/**/*.test.ts"],
          // Some tests have packages of their own beside them, and those have tests.
          exclude: [...configDefaults.exclude, ...REAL],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: "real",
          include: REAL,
          testTimeout: 90_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
export default config;
