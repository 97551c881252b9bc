import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/program.ts";
import { readVersion } from "../../src/cli/settings/version.ts";
import { recordIo } from "../support/cli-io.ts";

describe("the command line", () => {
  it("[D16] explains itself in English, and in Chinese by --lang or the locale", async () => {
    const en = recordIo();
    expect(await runCli(["--help"], en)).toBe(0);
    expect(en.stdout().replace(/\s+/gu, " ")).toContain("every word visible exactly once");
    expect(en.stdout()).toContain("Commands:");
    for (const [argv, env] of [
      [["--lang", "zh", "--help"], {}],
      [["--help"], { LANG: "zh_CN.UTF-8" }],
      [[], { LC_ALL: "zh_TW", LANG: "en_US" }],
    ] as const) {
      const zh = recordIo({ env: { ...env } });
      expect(await runCli(argv, zh)).toBe(0);
      expect(zh.stdout().replace(/\s+/gu, "")).toContain("每个字恰好显示一次");
      expect(zh.stdout()).toContain("命令：");
      expect(zh.stdout()).not.toContain("Options:");
    }
  });

  it.each(["start", "emulator", "models"])("says what %s takes, without loading it", async (command) => {
    const io = recordIo();
    expect(await runCli([command, "--help"], io)).toBe(0);
    expect(io.stdout()).toContain("--lang");
  });

  it("tells its version", async () => {
    const io = recordIo();
    expect(await runCli(["--version"], io)).toBe(0);
    expect(io.stdout()).toBe(`${readVersion()}\n`);
    expect(readVersion()).toMatch(/^\d+\.\d+\.\d+/u);
  });

  it.each([
    [["fly"]],
    [["start", "--fast"]],
    [["start", "--port", "99999"]],
    [["start", "--port", "many"]],
    [["emulator", "--world", "weather=fine"]],
    [["emulator", "--world", "secondSend=never"]],
    [["--lang", "fr", "start"]],
  ])("refuses %j with exit code 2 and a reason", async (argv) => {
    const io = recordIo();
    expect(await runCli(argv, io)).toBe(2);
    expect(io.stderr()).not.toBe("");
    expect(io.stdout()).toBe("");
  });

  it.each([
    [["strat"], "没有名为 strat 的命令。", "start"],
    [["help", "strat"], "没有名为 strat 的命令。", "start"],
    [["start", "--prot", "1"], "没有 --prot 这个选项。", "--port"],
    [["start", "--port"], "--port <number>：缺少取值。", "cardstream start --help"],
    [["start", "--port", "many"], "--port 需要 0 到 65535 的数字。", "cardstream start --help"],
    [["start", "--log", "xml"], "--log <format>：不能使用 xml。", "text, json"],
    [["explain"], "缺少 <code>。", "cardstream explain --help"],
    [["completion", "tcsh"], "<shell>：不能使用 tcsh。", "bash, zsh, fish"],
    [["chats", "a", "b"], "参数过多。", "cardstream chats --help"],
  ])("[E11][D16] says in the chosen language what is wrong with %j", async (argv, cause, fix) => {
    const io = recordIo();
    expect(await runCli([...argv, "--lang", "zh"], io)).toBe(2);
    expect(io.stderr()).toContain(cause);
    expect(io.stderr()).toContain(fix);
    expect(io.stderr()).not.toContain("error:");
    expect(io.stderr().split("\n").length).toBeLessThanOrEqual(4);
    const en = recordIo();
    expect(await runCli(argv, en)).toBe(2);
    expect(en.stderr()).toContain(fix);
    expect(en.stderr()).not.toMatch(/\p{Script=Han}/u);
  });

  it("[E11][D16] speaks the locale's language where --lang names none", async () => {
    const io = recordIo({ env: { LANG: "zh_CN.UTF-8" } });
    expect(await runCli(["--lang", "fr", "start"], io)).toBe(2);
    expect(io.stderr()).toContain("不能使用 fr。");
  });

  it("[E11] has help and version as commands", async () => {
    const help = recordIo();
    expect(await runCli(["help", "send"], help)).toBe(0);
    expect(help.stdout()).toContain("--chat <id>");
    const version = recordIo();
    expect(await runCli(["version"], version)).toBe(0);
    expect(version.stdout()).toContain(`cardstream ${readVersion()}, Node.js ${process.versions.node}`);
  });

  it("has something to say, or says that it needs something", async () => {
    const io = recordIo();
    expect(await runCli(["start", "--once", " ", "--lang", "zh"], io)).toBe(2);
    expect(io.stderr()).toBe("--once 需要一句话。\n");
  });
});
