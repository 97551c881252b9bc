import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CODES, FAULT_ONLY_CODES, SUB_CODES } from "../../src/emulator/api/codes.ts";
import { ROUTES } from "../../src/emulator/routes/index.ts";
import { DEFAULT_SETTINGS } from "../../src/emulator/state/settings.ts";
import { WORLD_QUESTIONS } from "../../src/emulator/index.ts";
import { DEFAULT_APP } from "../../src/emulator/state/seed.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { testYourBot } from "./examples/test-your-bot.ts";
import { streamingEnds } from "./examples/virtual-time.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** A region of a source file with the package's names for our folders, as the docs show it. */
function region(file: string, name: string): string {
  const found = new RegExp(`// #region ${name}\\n(.*?)// #endregion ${name}\\n`, "su").exec(read(file))?.[1];
  if (found === undefined) throw new Error(`${file} has no region ${name}`);
  return found.replaceAll(/"(?:\.\.\/)+src\/([\w-]+)\/index\.ts"/gu, '"cardstream/$1"').trim();
}

describe("docs/en/reference/emulator.md", () => {
  const text = read("docs/en/reference/emulator.md");

  it("shows the examples as they are", () => {
    const snippets = [...text.matchAll(/```ts source=([^#\s]+)#(\w+)\n(.*?)```/gsu)];
    expect(snippets).toHaveLength(2);
    for (const [, file = "", name = "", code = ""] of snippets) expect(code.trim()).toBe(region(file, name));
  });

  it("[D10] lists every question and setting with its default, every operation and every code", () => {
    const rows = text.split("\n").filter((line) => line.startsWith("|"));
    for (const [name, value] of Object.entries(DEFAULT_SETTINGS)) {
      const row = rows.find((line) => line.split("|")[1]?.trim() === `\`${name}\``);
      const shown = typeof value === "object" ? "Feishu's values" : `\`${JSON.stringify(value)}\``;
      expect([name, row?.split("|")[2]?.trim()]).toEqual([name, shown]);
    }
    for (const [name, { values, fallback }] of Object.entries(WORLD_QUESTIONS)) {
      const [, , shown, others = ""] =
        rows.find((line) => line.split("|")[1]?.trim() === `\`${name}\``)?.split("|") ?? [];
      expect([name, shown?.trim()]).toEqual([name, `\`${JSON.stringify(fallback)}\``]);
      const words = values.map((value) => `\`${JSON.stringify(value)}\``);
      expect([name, ...words.filter((word) => word !== shown?.trim() && !others.includes(word))]).toEqual([name]);
    }
    for (const { operation } of ROUTES) expect(text).toContain(`\`${operation}\``);
    const numbers = new Set(text.match(/\d+/gu));
    const codes = [...Object.values(CODES), ...FAULT_ONLY_CODES].map(([code]) => code).concat(Object.values(SUB_CODES));
    expect(codes.filter((code) => !numbers.has(String(code)))).toEqual([]);
    expect(text).toContain(DEFAULT_APP.appId);
    expect(text).toContain(DEFAULT_APP.appSecret);
  });

  it("has examples that work", async () => {
    expect(await testYourBot(async () => {})).toBe("你好");
    const clock = new FakeClock();
    expect(await streamingEnds(clock, (ms) => clock.advance(ms))).toBe(200850);
  });
});
