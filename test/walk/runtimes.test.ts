import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { ROOT } from "../docs/page.ts";
import { answersIn } from "../support/reply-bench.ts";
import { npmEnv } from "./support/pack.ts";

const run = promisify(execFile);
const walk = inject("walk");
const home = dirname(walk.project);

/** A program that runs JavaScript: its package, and how it is called with a file. */
interface Runtime {
  readonly name: string;
  readonly packages: string;
  readonly program: string;
  readonly args: readonly string[];
}

const RUNTIMES: readonly Runtime[] = [
  { name: "Node 22", packages: "node@22", program: "node", args: [] },
  { name: "Node 24", packages: "node@24", program: "node", args: [] },
  { name: "Deno", packages: "deno@2", program: "deno", args: ["run", "--allow-all"] },
  { name: "Bun", packages: "bun@1", program: "bun", args: ["run"] },
];

const WORDS = "**Revenue** is up by 12 %, *churn* is down. ";
const source = (name: string): string =>
  readFileSync(join(ROOT, "examples", name), "utf8").replace("../../extensions/feishu/index.ts", "cardstream/feishu");

/** The first card of docs/en/how-to/library.md in each way of writing a program. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "first-card.ts": source("library/first-card.ts"),
  "first-card.mjs": source("library/first-card.ts"),
  "first-card.cjs": `
const { createFeishuInstance, FeishuStreamingCard } = require("cardstream/feishu");
const { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret, FEISHU_DOMAIN: domain } = process.env;
const instance = createFeishuInstance({ appId, appSecret, domain });
const card = FeishuStreamingCard.start({ instance, chatId: process.argv[2] });
card.appendMarkdown(${JSON.stringify(WORDS)}).finalize().then(async ({ delivered, total }) => {
  console.log(delivered + "/" + total + " characters visible");
  await instance.close();
});
`,
};

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

const env = (): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: home,
  FEISHU_APP_ID: emulator.app.appId,
  FEISHU_APP_SECRET: emulator.app.appSecret,
  FEISHU_DOMAIN: emulator.apiUrl,
});

/** A fresh project that uses the packed package, with the programs in it. */
function project(): string {
  const folder = mkdtempSync(join(home, "runtime-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  symlinkSync(join(walk.project, "node_modules"), join(folder, "node_modules"));
  for (const [name, code] of Object.entries(PROGRAMS)) writeFileSync(join(folder, name), code);
  writeFileSync(join(folder, "ten-lines.ts"), source("bot/ten-lines.ts"));
  return folder;
}

describe.each(RUNTIMES)("[E11] with $name", { timeout: 120_000 }, ({ packages, program, args }) => {
  const installed = join(home, packages.replace("@", "-"));
  const binary = join(installed, "node_modules/.bin", program);
  beforeAll(() => {
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, "package.json"), "{}");
    execFileSync("npm", ["install", "--silent", packages], {
      cwd: installed,
      env: { ...process.env, ...npmEnv() },
      stdio: ["ignore", "ignore", "inherit"],
    });
  }, 300_000);

  it.each(Object.keys(PROGRAMS))("%s writes a card, and ends", async (file) => {
    const { stdout } = await run(binary, [...args, file, emulator.directChatId()], {
      cwd: project(),
      env: env(),
      timeout: 60_000,
    });
    expect(stdout).toMatch(/^(\d+)\/\1 characters visible\n$/u);
    expect(answersIn(emulator, emulator.directChatId()).join("")).toContain(WORDS.trim());
  });

  it("the bot of ten lines answers, and a signal ends it", async () => {
    const bot = spawn(binary, [...args, "ten-lines.ts"], { cwd: project(), env: env(), stdio: "inherit" });
    const ended = new Promise<number | string>((resolve) =>
      bot.once("close", (code, signal) => resolve(code ?? signal ?? "gone")),
    );
    try {
      const gone = ended.then((code) => Promise.reject(new Error(`the bot ended with ${code}`)));
      const connected = vi.waitUntil(() => emulator.connections().length > 0, { timeout: 30_000, interval: 50 });
      await Promise.race([connected, gone]);
      emulator.sendAsUser({ text: "hello" });
      const [answer] = await Promise.race([emulator.answers({ withinMs: 60_000 }), gone]);
      expect(answer?.text).toBe("You said: **hello** ");
      bot.kill("SIGTERM");
      expect(await ended).toBe(0);
    } finally {
      bot.kill("SIGKILL");
    }
  });
});

describe("[E11] other languages by the gateway of the package", { timeout: 120_000 }, () => {
  const clients = [
    ["python3", "stream.py"],
    ["php", "stream.php"],
  ] as const;
  const GATEWAY_WORDS = "每个字都恰好出现一次 · every word exactly once 🌍 ";

  it.each(clients)("%s %s", async (program, file) => {
    if (spawnSync(program, ["--version"]).status !== 0)
      throw new Error(`${program} is not installed: apt-get install it`);
    const folder = project();
    cpSync(join(walk.project, "node_modules/cardstream/examples/gateway"), folder, { recursive: true });
    const token = "a-token-of-this-walk-0123456789abcdef";
    const gateway = spawn(join(walk.project, "node_modules/.bin/cardstream"), ["gateway", "--port", "0"], {
      cwd: folder,
      env: { ...env(), CARDSTREAM_GATEWAY_TOKEN: token },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let said = "";
        gateway.stdout.setEncoding("utf8").on("data", (text: string) => {
          const found = /gateway\s+(http:\S+)/u.exec((said += text));
          if (found !== null) resolve(found[1]!);
        });
        gateway.once("close", (code) => reject(new Error(`the gateway ended with ${code}: ${said}`)));
      });
      const { stdout } = await run(program, [file, emulator.directChatId()], {
        cwd: folder,
        env: { ...env(), CARDSTREAM_GATEWAY: url, CARDSTREAM_GATEWAY_TOKEN: token },
      });
      expect(stdout.trim()).toBe(`${GATEWAY_WORDS.length}/${GATEWAY_WORDS.length}`);
      expect(answersIn(emulator, emulator.directChatId())).toEqual([GATEWAY_WORDS]);
    } finally {
      gateway.kill("SIGKILL");
    }
  });
});
