import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { notYet, requirements } from "./requirements.ts";

const ROOT = import.meta.dirname;
/** Not read: its sample below cites without proving. */
const SELF = "requirements.test.ts";
const TITLE = /\b(?:it|test|describe)(?:\.[a-zA-Z]+)*(?:\((?:[^()]|\([^()]*\))*\))?\(\s*["'`]((?:\[[A-E]\d+\])+)/gu;

/** The ids that a test file's titles cite, each with how often. */
function citations(source: string): string[] {
  return [...source.matchAll(TITLE)].flatMap((match) => [...(match[1] ?? "").matchAll(/[A-E]\d+/gu)].map(([id]) => id));
}

describe("requirements", () => {
  const cited = new Map<string, string>();
  for (const file of globSync("**/*.test.ts", { cwd: ROOT, exclude: (name) => name.includes("node_modules") })) {
    if (file === SELF) continue;
    for (const id of citations(readFileSync(join(ROOT, file), "utf8"))) cited.set(id, file);
  }

  it("are the only ids that tests cite", () => {
    expect([...cited].filter(([id]) => requirements[id] === undefined)).toEqual([]);
  });

  it("are each cited by a test, but those that say why not yet", () => {
    const uncited = Object.keys(requirements).filter((id) => !cited.has(id));
    expect(uncited).toEqual(Object.keys(notYet));
  });

  it("name a source and a behaviour", () => {
    for (const [id, { source, behavior }] of Object.entries(requirements)) {
      expect(id).toMatch(/^[A-E]\d+$/u);
      expect(source).not.toBe("");
      if (/^[\w./-]+\.(?:md|json)$/u.test(source)) expect(existsSync(join(ROOT, "..", source)), source).toBe(true);
      expect(behavior).toMatch(/^.{20,}\.$/su);
    }
  });

  it("are read from the titles of tests and groups, in any of their forms, and from nowhere else", () => {
    const source = [
      'it("[A1][B2] does", () => {});',
      'describe.each([1, f(2)])("[C3] $0", () => {});',
      "test.skipIf(x())(`[D4] x`, () => {});",
      'it(\n    "[A5] long", () => {});',
      '// [A6]\nexpect("[A7]");\nit("later [A8]", () => {});',
    ].join("\n");
    expect(citations(source)).toEqual(["A1", "B2", "C3", "D4", "A5"]);
  });
});
