import { chmodSync, copyFileSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { larkCliVersion, setUpLarkCli } from "../../../extensions/feishu/index.ts";
import { checkLarkCli } from "../../../src/cli/check/lark-cli.ts";
import { createLarkCliTool } from "../../../src/llm/index.ts";
import { removeFolder } from "../../support/remove-folder.ts";

/** A PATH with the stand-in and this Node, and nothing else. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cardstream-lark-cli-"));
});
afterEach(() => removeFolder(folder));

function install(): Record<string, string> {
  copyFileSync(join(import.meta.dirname, "../../support/process/lark-cli-stand-in.mjs"), join(folder, "stand-in.mjs"));
  chmodSync(join(folder, "stand-in.mjs"), 0o700);
  symlinkSync(join(folder, "stand-in.mjs"), join(folder, "lark-cli"));
  return { PATH: `${folder}:${dirname(process.execPath)}`, FEISHU_APP_SECRET: "hidden", HOME: folder };
}
const calls = (): { args: string[]; stdin: string; env: string[] }[] =>
  readFileSync(join(folder, "calls.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { args: string[]; stdin: string; env: string[] });

describe("lark-cli", () => {
  it("[E11] is set up with the same app, the secret by standard input alone", async () => {
    const env = install();
    expect(await larkCliVersion(env)).toBe("1.0.96");
    const app = { appId: "cli_1", appSecret: "s3cret", domain: "lark", openId: undefined };
    expect(await setUpLarkCli(app, env)).toBeUndefined();
    const [, call] = calls();
    expect(call).toMatchObject({
      args: ["config", "init", "--app-id", "cli_1", "--app-secret-stdin", "--brand", "lark"],
      stdin: "s3cret\n",
    });
    expect(JSON.stringify(call?.args)).not.toContain("s3cret");
  });

  it("[E11] is looked after by the doctor: presence, version, login", async () => {
    const nowhere = { PATH: folder };
    expect(await checkLarkCli(nowhere, false)).toBeUndefined();
    expect(await checkLarkCli(nowhere, true)).toMatchObject({
      status: "fail",
      fix: { en: "npm install --global @larksuite/cli" },
    });
    expect(await checkLarkCli(install(), false)).toMatchObject({
      status: "warn",
      detail: { en: "1.0.96, nobody is logged in" },
      fix: { en: "lark-cli auth login" },
    });
  });

  it("[E11] as a tool runs what is allowed, without a shell and without our secrets", async () => {
    const env = install();
    const tool = createLarkCliTool({ allow: ["calendar", "docs +create"], command: join(folder, "lark-cli"), env });
    const signal = new AbortController().signal;
    const run = (...args: string[]): Promise<unknown> => tool.execute({ args }, { signal });
    expect(await run("calendar", "+agenda", "--note", "a; rm -rf / $(id)")).toBe('{"events":[]}\n');
    await run("skills", "list");
    await expect(run("docs", "+create", "--title", "x")).rejects.toThrow("missing scope docx:document");
    expect(calls().map(({ args }) => args)).toEqual([
      ["calendar", "+agenda", "--note", "a; rm -rf / $(id)"],
      ["skills", "list"],
      ["docs", "+create", "--title", "x"],
    ]);
    expect(calls()[0]?.env).not.toContain("FEISHU_APP_SECRET");
    for (const refused of [
      ["docs", "+update"],
      ["api", "GET", "/x"],
      ["--as", "user", "calendar"],
      ["calendarx"],
      ["auth", "login"],
    ])
      await expect(run(...refused)).rejects.toThrow("not allowed");
    expect(calls()).toHaveLength(3);
  });

  it("[E11] as a tool says how to get it where it is missing", async () => {
    const tool = createLarkCliTool({ allow: ["calendar"], env: { PATH: folder } });
    const ran = tool.execute({ args: ["calendar"] }, { signal: new AbortController().signal });
    await expect(ran).rejects.toThrow("npm install --global @larksuite/cli");
  });
});
