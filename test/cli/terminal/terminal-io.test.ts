import { describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/program.ts";
import { REWRITE_LINE, withCleanErr } from "../../../src/cli/terminal/terminal-io.ts";
import { recordIo } from "../../support/cli-io.ts";

const HOSTILE = "a\u001B]0;x\u0007b\u009B31mc\u202Ed\u0000";
const UNSAFE = /[^\P{Cc}\n\t]|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

describe("withCleanErr", () => {
  it("[E10] lets words and line ends through, and of the rest only the sequence that rewrites a line", () => {
    const given = recordIo();
    const io = withCleanErr(given);
    io.err(`\t${HOSTILE}\n`);
    io.err(`${REWRITE_LINE}3 / 5 ${HOSTILE}`);
    expect(given.stderr()).toBe(`\tabcd\n${REWRITE_LINE}3 / 5 abcd`);
  });

  it.each([
    ["a command that does not exist", [HOSTILE]],
    ["an option", ["send", `--${HOSTILE}`]],
    ["a config file that is not there", ["start", "--config", `/nonexistent/${HOSTILE}.json5`]],
    ["a file of text", ["send", "--chat", "oc_1", "--file", `/nonexistent/${HOSTILE}`]],
    ["a chat", ["send", "--chat", HOSTILE, "--text", "x"]],
    ["a model", ["models", HOSTILE]],
    ["a recording", ["compare", `/nonexistent/${HOSTILE}`]],
    ["a code", ["explain", HOSTILE]],
    ["a code with a message", ["explain", `{"code":99991,"msg":"${HOSTILE}"}`]],
    ["a world", ["emulator", "--port", "0", "--world", HOSTILE]],
  ])("[E10] an error with a person's words is harmless on a terminal: %s", async (_what, argv) => {
    const io = recordIo();
    expect(await runCli(argv, io)).not.toBe(0);
    expect(`${io.stdout()}${io.stderr()}`).not.toMatch(UNSAFE);
    expect(io.stderr() + io.stdout()).not.toBe("");
  });
});
