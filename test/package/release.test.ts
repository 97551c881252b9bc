import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { release } from "../../scripts/release.ts";
import { removeFolder } from "../support/remove-folder.ts";

let root: string;
const git = (...args: string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const TODAY = new Date("2026-11-29T08:00:00Z");

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cardstream-release-"));
  const version = { version: "1.2.3" };
  for (const [path, content] of [
    ["package.json", { name: "a", ...version }],
    ["extensions/feishu/package.json", { name: "b", ...version }],
    ["extensions/feishu/openclaw.plugin.json", { id: "c", ...version }],
    [
      "package-lock.json",
      { ...version, packages: { "": version, "extensions/feishu": version, other: { version: "9.9.9" } } },
    ],
  ] as const) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${JSON.stringify(content, undefined, 2)}\n`);
  }
  writeFileSync(join(root, "CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n- something\n\n## 1.2.3 (2026-01-01)\n");
  git("init", "--quiet");
  git("config", "user.email", "test@example.com");
  git("config", "user.name", "test");
  git("add", ".");
  git("commit", "--quiet", "--message", "first");
});
afterEach(() => removeFolder(root));

const run = (asked: string, write = false): string => {
  const lines: string[] = [];
  release(root, asked, write, TODAY, (line) => void lines.push(line));
  return lines.join("\n");
};

describe("scripts/release.ts", () => {
  it.each([
    ["patch", "1.2.4"],
    ["minor", "1.3.0"],
    ["major", "2.0.0"],
    ["1.10.0", "1.10.0"],
  ])("[E11] shows what %s would change, and changes nothing", (asked, version) => {
    const said = run(asked);
    expect(said).toContain(`1.2.3 -> ${version}`);
    expect(said).toContain("add --write");
    expect(git("status", "--porcelain")).toBe("");
    expect(git("tag")).toBe("");
  });

  it("[E11] writes all versions, dates the changelog, commits and tags", () => {
    run("minor", true);
    for (const path of ["package.json", "extensions/feishu/package.json", "extensions/feishu/openclaw.plugin.json"])
      expect(read(path)).toContain('"version": "1.3.0"');
    expect(JSON.parse(read("package-lock.json"))).toMatchObject({
      version: "1.3.0",
      packages: { "": { version: "1.3.0" }, "extensions/feishu": { version: "1.3.0" }, other: { version: "9.9.9" } },
    });
    expect(read("CHANGELOG.md")).toContain("## 1.3.0 (2026-11-29)\n\n- something");
    expect(git("log", "-1", "--format=%s")).toBe("chore: release 1.3.0");
    expect(git("tag")).toBe("v1.3.0");
    expect(git("status", "--porcelain")).toBe("");
  });

  it("[E11] refuses what would make a wrong release, and says what to do", () => {
    expect(() => run("1.0.0")).toThrow("older than 1.2.3");
    expect(() => run("next")).toThrow("is no version");
    git("tag", "v1.2.4");
    expect(() => run("patch")).toThrow("v1.2.4 exists already");
    writeFileSync(join(root, "CHANGELOG.md"), "# Changelog\n\n## 1.2.3 (2026-01-01)\n");
    expect(() => run("minor")).toThrow("has changes");
    git("commit", "--quiet", "--all", "--message", "no news");
    expect(() => run("minor")).toThrow("has no section");
  });
});
