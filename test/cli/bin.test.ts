import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readVersion } from "../../src/cli/settings/version.ts";

const BIN = join(import.meta.dirname, "../../bin/cardstream.js");

describe("bin/cardstream.js", () => {
  it("runs from a checkout without a build, from any folder, and hands on the exit code", () => {
    const run = (...args: string[]): { status: number | null; stdout: string } =>
      spawnSync(process.execPath, [BIN, ...args], { cwd: "/", encoding: "utf8" });
    expect(run("--version")).toMatchObject({ status: 0, stdout: `${readVersion()}\n` });
    expect(run("no-such-command").status).toBe(2);
  });
});
