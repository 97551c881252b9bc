import { configDefaults, defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";

/** Five minutes by itself, half of which it waits. */
const GATEWAY = "test/openclaw/gateway.test.ts";

/** Tests with real processes, sockets and browsers: at most two at once, one of them the gateway's, so that none waits long for another. */
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
  "test/openclaw/{channels-command,sdk-types}.test.ts",
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
          exclude: [...configDefaults.exclude, ...REAL, GATEWAY],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          // Begins before `real`: projects of one group go by their names.
          name: "gateway",
          include: [GATEWAY],
          testTimeout: 90_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: "real",
          include: REAL,
          testTimeout: 90_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
export default config;
