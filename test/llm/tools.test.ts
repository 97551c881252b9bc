import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readClock } from "../../src/llm/clock-tool.ts";
import { evaluateExpression } from "../../src/llm/expression.ts";
import { createCalculatorTool, createClockTool, defineTool } from "../../src/llm/index.ts";
import { FakeClock } from "../support/fake-clock.ts";

const context = { signal: new AbortController().signal };

describe("evaluateExpression", () => {
  it.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["2 ^ 3 ^ 2", 512],
    ["-2 ^ 2", -4],
    ["2 ** -1", 0.5],
    ["0.1 + 0.2", 0.3],
    ["10 % 4", 2],
    ["5!", 120],
    ["1_000 * 1.5e3", 1_500_000],
    ["9007199254740991", 9_007_199_254_740_991],
    ["max(1, 7, 3) + min(2, 5)", 9],
    ["sqrt(16) + pi - π", 4],
    ["（3＋4）×2÷7", 2],
    ["log(1000) + ln(e) + log2(8)", 7],
  ])("%s = %d", (source, value) => {
    expect(evaluateExpression(source)).toBe(value);
  });

  it.each([
    ["", /empty/u],
    ["1 +", /too early/u],
    ["1 2", /did not expect 2/u],
    ["(1", /missing/u],
    ["1 / 0", /division by zero/u],
    ["2 ^ 5000", /not a finite/u],
    ["sqrt(0 - 1)", /not a finite/u],
    ["constructor(1)", /unknown name/u],
    ["__proto__", /character 1/u],
    ["process.exit()", /character 8/u],
    ["171!", /0 to 170/u],
    ["(".repeat(400), /nested deeper/u],
    ["1".repeat(501), /longer than/u],
  ])("refuses %s", (source, message) => {
    expect(() => evaluateExpression(source)).toThrow(message);
  });
});

describe("built-in tools", () => {
  it("tell the time in any zone, with its offset", async () => {
    const clock = new FakeClock({ epoch: Date.UTC(2026, 6, 1, 22, 30, 5) });
    expect(await createClockTool(clock).execute({}, context)).toEqual({
      iso: "2026-07-02T06:30:05+08:00",
      timeZone: "Asia/Shanghai",
      weekday: "Thursday",
    });
    expect(readClock(clock.wallNow(), "UTC").iso).toBe("2026-07-01T22:30:05+00:00");
    await expect(createClockTool(clock).execute({ timeZone: "Mars/Base" }, context)).rejects.toThrow(RangeError);
  });

  it("check their input and describe it as JSON Schema", async () => {
    const tool = createCalculatorTool();
    expect(tool.inputSchema).toMatchObject({ type: "object", required: ["expression"] });
    await expect(tool.execute({ formula: "1" }, context)).rejects.toThrow(/input does not fit/u);
    expect(await tool.execute({ expression: "6 * 7" }, context)).toEqual({ expression: "6 * 7", value: 42 });
  });

  it("have names that every provider accepts", () => {
    expect(() => defineTool({ name: "时钟", description: "", input: z.object({}), execute: () => 1 })).toThrow(
      /1-64 letters/u,
    );
  });
});
