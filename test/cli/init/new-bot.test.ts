import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/program.ts";
import { recordIo } from "../../support/cli-io.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** The package as `npm install` puts it there: this repository's sources by the package's names. */
function install(folder: string): void {
  const cardstream = join(folder, "node_modules/cardstream");
  mkdirSync(cardstream, { recursive: true });
  const sources = { feishu: "extensions/feishu/index.ts", emulator: "src/emulator/index.ts" };
  for (const [name, file] of Object.entries(sources))
    writeFileSync(join(cardstream, `${name}.js`), `export * from "${pathToFileURL(join(ROOT, file)).href}";\n`);
  const exports = { "./feishu": "./feishu.js", "./emulator": "./emulator.js" };
  writeFileSync(join(cardstream, "package.json"), JSON.stringify({ name: "cardstream", type: "module", exports }));
}

describe("cardstream new", () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), "cardstream-new-"));
  });
  afterEach(() => removeFolder(cwd));

  const run = async (...words: string[]) => {
    const io = recordIo({ cwd });
    const code = await runCli(["new", ...words], io);
    return { code, out: io.stdout(), err: io.stderr() };
  };

  it("writes a bot whose own test passes, with nothing but the package's names in it", async () => {
    expect(await run("my-bot")).toMatchObject({ code: 0, err: "", out: expect.stringContaining("npm run dev") });
    const folder = join(cwd, "my-bot");
    expect(readdirSync(folder).toSorted()).toEqual(
      [
        ".gitignore",
        "README.md",
        "bot.test.ts",
        "bot.ts",
        "dev.ts",
        "main.ts",
        "package.json",
        "tsconfig.json",
      ].toSorted(),
    );
    const all = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(all.join("\n")).not.toContain("../../");
    expect(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).toMatchObject({
      name: "my-bot",
      scripts: { dev: "node dev.ts", test: "node --test" },
    });
    install(folder);
    // Inside another runner node:test would speak to that one.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, ["--test"], { cwd: folder, env });
    expect(stdout).toMatch(/pass 2/u);
  });

  it("says what is missing when it is to connect to the real Feishu without an app", async () => {
    await run("my-bot");
    const folder = join(cwd, "my-bot");
    install(folder);
    const { FEISHU_APP_ID: _, ...env } = process.env;
    const started = promisify(execFile)(process.execPath, ["main.ts"], { cwd: folder, env });
    await expect(started).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/FEISHU_APP_ID.*\.env.*npm run dev/su),
    });
  });

  it("`npm run dev` runs it in a local Feishu at once, and again when a file changes", async () => {
    await run("my-bot");
    const folder = join(cwd, "my-bot");
    install(folder);
    const dev = spawn(process.execPath, ["dev.ts"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const exited = new Promise((resolve) => dev.once("exit", resolve));
    let said = "";
    dev.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const connected = () => said.split("The bot is connected.").length - 1;
    try {
      await expect.poll(connected, { timeout: 60_000 }).toBe(1);
      expect(said).toMatch(/Talk to your bot: http:\/\/127\.0\.0\.1:\d+/u);
      const bot = join(folder, "bot.ts");
      writeFileSync(bot, readFileSync(bot, "utf8").replace("Say something", "Now say something"));
      await expect.poll(connected, { timeout: 60_000 }).toBe(2);
    } finally {
      dev.kill("SIGTERM");
      await exited;
    }
  });

  it("touches nothing that is there, and says which names can be", async () => {
    mkdirSync(join(cwd, "full"));
    writeFileSync(join(cwd, "full/mine.txt"), "mine");
    expect(await run("full")).toMatchObject({ code: 2, err: expect.stringMatching(/full is there already/u) });
    expect(readdirSync(join(cwd, "full"))).toEqual(["mine.txt"]);
    expect(await run("My Bot")).toMatchObject({ code: 2, err: expect.stringMatching(/"My Bot".*my-bot/su) });
    expect(readdirSync(cwd)).toEqual(["full"]);
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining("<folder>") });
    expect((await run("full", "--lang", "zh")).err).toContain("不为空");
  });
});
