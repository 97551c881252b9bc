import { describe, expect, it } from "vitest";
import { startBot } from "../../../src/cli/start/bot.ts";
import { createModelCatalog, readHostConfig } from "../../../src/host/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { StepModel } from "../../support/llm/step-model.ts";

describe("a bot", () => {
  it.each([
    ["below a file", `${import.meta.filename}/state`],
    ["where a file is", import.meta.filename],
    ["in /proc, where Node's own way of making folders never returns", "/proc/cardstream/state"],
  ])("runs without a journal when its folder cannot be made, and says so: %s", async (_where, stateDir) => {
    const { value: config } = readHostConfig("{}", {});
    if (config === undefined) throw new Error("the defaults are a valid config");
    const warnings: string[] = [];
    const bot = await startBot({
      config,
      language: "en",
      accounts: [],
      models: createModelCatalog({ step: () => new StepModel() }),
      tools: [],
      stateDir,
      clock: createSystemClock(),
      logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
      random: Math.random,
      signal: new AbortController().signal,
    });
    expect(warnings).toEqual(["no journal of open cards can be kept"]);
    expect(await bot.recovered).toBe(0);
    await bot.host.stop();
  });
});
