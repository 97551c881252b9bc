import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/program.ts";
import { recordIo } from "../support/cli-io.ts";

const TEXT = readFileSync(join(import.meta.dirname, "../../docs/en/reference/cli.md"), "utf8");
/** Explained once for all commands, at the top of the page. */
const EVERYWHERE = ["--help", "--lang"];

const flagsIn = (text: string): Set<string> =>
  new Set([...text.matchAll(/(?<=^ {2}(?:-\w, )?|^\| `)--[a-z]+/gmu)].map(([flag]) => flag));

describe("docs/en/reference/cli.md", () => {
  it.each([
    "start",
    "emulator",
    "models",
    "gateway",
    "send",
    "chats",
    "mcp",
    "doctor",
    "explain",
    "record",
    "compare",
    "probe",
    "completion",
  ])("names exactly the options of %s", async (command) => {
    const io = recordIo();
    await runCli([command, "--help"], io);
    const start = TEXT.indexOf(`## \`cardstream ${command}`);
    const end = TEXT.indexOf("\n## ", start + 1);
    const documented = flagsIn(TEXT.slice(start, end));
    const taken = [...flagsIn(io.stdout())].filter((flag) => !EVERYWHERE.includes(flag));
    if (["start", "init", "emulator", "send", "mcp", "doctor"].includes(command))
      expect(taken.length).toBeGreaterThan(2);
    expect(documented).toEqual(new Set(taken));
  });
});
