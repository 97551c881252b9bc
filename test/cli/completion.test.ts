import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/program.ts";
import { recordIo } from "../support/cli-io.ts";

async function script(shell: string): Promise<string> {
  const io = recordIo();
  expect(await runCli(["completion", shell], io)).toBe(0);
  return io.stdout();
}

const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

/** What bash offers after these words; the last one is being typed. */
async function complete(...words: string[]): Promise<string[]> {
  const line = ["cardstream", ...words].map((word) => `'${word}'`).join(" ");
  const run = `${await script("bash")}
COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _cardstream; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync("bash", ["-c", run], { encoding: "utf8", cwd: import.meta.dirname });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout.split("\n").filter((word) => word !== "");
}

describe("cardstream completion", () => {
  it("[D15] bash offers commands, options, their values, and files", async () => {
    expect(await complete("")).toEqual(expect.arrayContaining(["start", "send", "mcp", "explain", "completion"]));
    expect(await complete("se")).toEqual(["send"]);
    expect(await complete("send", "--ch")).toEqual(["--chat"]);
    expect(await complete("send", "--chat", "oc_1", "--t")).toEqual(["--title", "--text", "--think-tags"]);
    expect(await complete("send", "--lang", "z")).toEqual(["zh"]);
    expect(await complete("completion", "f")).toEqual(["fish"]);
    expect(await complete("send", "--file", "completion.t")).toEqual(["completion.test.ts"]);
    expect(await complete("send", "--title", "")).toEqual([]);
  });

  it.skipIf(!has("zsh"))("[D15] zsh takes the script", async () => {
    const run = spawnSync("zsh", ["-n", "-c", await script("zsh")], { encoding: "utf8" });
    expect(run.stderr).toBe("");
  });

  it.skipIf(!has("fish"))("[D15] fish takes the script", async () => {
    const run = spawnSync("fish", ["--no-execute", "-c", await script("fish")], { encoding: "utf8" });
    expect(run.stderr).toBe("");
  });

  it.each(["bash", "zsh", "fish"])("[D15] %s knows every command and its options", async (shell) => {
    const text = await script(shell);
    for (const word of ["start", "emulator", "models", "send", "chats", "mcp", "explain", "completion"])
      expect(text).toContain(word);
    for (const flag of ["once", "max-chars", "dry-run", "allow"]) expect(text).toContain(flag);
    expect(text).not.toContain("undefined");
  });

  it("[D16] describes in the person's language", async () => {
    const io = recordIo();
    await runCli(["completion", "fish", "--lang", "zh"], io);
    expect(io.stdout()).toContain("把标准输入流式写进卡片");
  });

  it("refuses shells it does not know", async () => {
    const io = recordIo();
    expect(await runCli(["completion", "cmd"], io)).toBe(2);
    expect(io.stderr()).toContain("bash");
  });
});
