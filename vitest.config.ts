import { configDefaults, defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";

/** Tests that install programs of others from npm: the OpenClaw host (640 MB) and its own Feishu plugin, lark-mcp, LangGraph and Mastra. */
const OPENCLAW = [
  "test/openclaw/{gateway,channels-command,recorded,sdk-types,shared-gateways}.test.ts",
  "test/emulator/clients/{lark-mcp,openclaw-official}.test.ts",
  "examples/agents/agents.test.ts",
];

/** Tests with real processes, sockets and browsers. Much of their time they wait for another process. */
const REAL = [
  "examples/{bot,chat-sdk}/**/*.test.ts",
  "test/browser/**/*.test.ts",
  "test/chat-sdk/bot.test.ts",
  "test/cli/**/*.test.ts",
  "test/docs/**/*.test.ts",
  "test/e2e/**/*.test.ts",
  "test/emulator/{registration,server}.test.ts",
  "test/emulator/{clients/sdk,clients/sdk-channel,fuzz/fuzz-server,page/web-pages,state/state-file}.test.ts",
  "test/feishu/client/{own-fetch,proxy}.test.ts",
  "test/feishu/inbound/connection.test.ts",
  "test/gateway/**/*.test.ts",
  "test/llm/{behaviours,mcp-tools,transport}.test.ts",
  "test/mcp/**/*.test.ts",
  "test/package/**/*.test.ts",
  "test/shared/{redis-*,processes}.test.ts",
];

/** The documents, followed literally from the packed package: it is packed, and other runtimes are installed from npm. */
const WALK = ["test/walk/**/*.test.ts"];

/** The same once more for every input of a long list, every moment or many random ones: minutes of computing, no waiting. */
const SWEEPS = [
  "test/**/*.property.test.ts",
  "test/feishu/delivery/{cardkit-*,error-codes,never-silent}.test.ts",
  "test/fuzz/**/*.test.ts",
  "test/provider-wire/clients.test.ts",
  "test/record/busy-hour.test.ts",
  "test/shared/simulation.test.ts",
];

/** These once more with a recording proxy before every emulator: what holds of it must hold through the proxy. */
const THROUGH_PROXY = ["test/emulator/{clients/sdk,clients/sdk-channel,server}.test.ts"];

const common = {
  setupFiles: ["test/support/loopback-only.ts"],
  hookTimeout: 120_000,
  pool: "forks" as const,
};

/** How tests run that only compute: every core for them, before the others begin. */
const computing = {
  maxWorkers: "100%",
  setupFiles: [...common.setupFiles, "test/support/property-seed.ts"],
  sequence: { groupOrder: 0 },
};

/**
 * How tests run that talk to other processes and browsers, after those: four at once, for they wait more than they compute.
 * Again where one fails: a machine that was busy with something else shows nothing, and what fails three times is broken.
 */
const beside = { testTimeout: 90_000, maxWorkers: 4, retry: 2, sequence: { groupOrder: 1 } };

/** `npm test` runs all projects but `docs` and `openclaw`, which have `npm run test:docs` and `test:openclaw`; `npm run test:unit` the first. */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          ...computing,
          name: "unit",
          include: ["test/**/*.test.ts"],
          // Some tests have packages of their own beside them, and those have tests.
          exclude: [...configDefaults.exclude, ...SWEEPS, ...REAL, ...WALK, ...OPENCLAW],
          // Most of the time would go into loading the same modules again for every file. They hold no state of their own.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      { test: { ...common, ...computing, name: "sweeps", include: SWEEPS, isolate: false, testTimeout: 120_000 } },
      { test: { ...common, ...beside, name: "real", include: REAL } },
      {
        test: {
          ...common,
          ...beside,
          name: "through the proxy",
          include: THROUGH_PROXY,
          setupFiles: [...common.setupFiles, "test/support/through-recording-proxy.ts"],
          env: { THROUGH_PROXY: "1" },
        },
      },
      {
        test: { ...common, ...beside, name: "docs", include: WALK, globalSetup: "test/walk/support/pack.ts", retry: 0 },
      },
      {
        test: {
          ...common,
          ...beside,
          name: "openclaw",
          include: OPENCLAW,
          // A gateway computes for a minute before it waits: four at once on two cores keep their hosts from answering in time.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          globalSetup: "test/openclaw/support/global-setup.ts",
          // A gateway starts in half a minute; four at once on a slow machine need ten times that.
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
export default config;
