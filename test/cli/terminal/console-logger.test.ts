import { describe, expect, it } from "vitest";
import { createConsoleLogger } from "../../../src/cli/terminal/console-logger.ts";

const clock = { wallNow: () => Date.UTC(2026, 10, 29, 8, 30) };

describe("log lines", () => {
  it("[E11] have a time, a level and fields, for people", () => {
    const lines: string[] = [];
    const logger = createConsoleLogger((text) => void lines.push(text), { clock });
    logger.warn("slow", { ms: 12.345, why: 'a "quoted" word', none: undefined });
    logger.info("not shown");
    expect(lines).toEqual(['2026-11-29T08:30:00.000Z warn slow ms=12.3 why="a \\"quoted\\" word"\n']);
  });

  it("[E11] are one JSON object each, for programs; no field can stand for the message", () => {
    const lines: string[] = [];
    const logger = createConsoleLogger((text) => void lines.push(text), { clock, format: "json", verbose: true });
    logger.debug("call", { ok: true, message: "no" });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { time: "2026-11-29T08:30:00.000Z", level: "debug", message: "call", ok: true },
    ]);
  });
});
