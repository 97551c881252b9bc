import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { basename, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { readPage, ROOT } from "../docs/page.ts";
import { beginStream, chatChunk, startModelServer } from "../support/llm/sse-model-server.ts";
import { splitCommands } from "./support/commands.ts";
import { npmEnv } from "./support/pack.ts";
import { openShell } from "./support/shell.ts";
import type { Shell } from "./support/shell.ts";

/** What a walk does with a command that does not simply end well. The first that matches counts. */
type Way = { readonly match: RegExp } & (
  | { readonly until: RegExp }
  | { readonly code: number; readonly says: RegExp }
  | { readonly not: string }
);

/** The bot, until somebody ends it. */
const RUNS_ON = /^npm start(?: -- --lang zh)?$/u;

const WAYS: readonly Way[] = [
  { match: RUNS_ON, until: /Ctrl-C ends it|按 Ctrl-C 结束/u },
  { match: /^(?:npx )?cardstream emulator/u, until: /export CHAT_ID=\S+/u },
  { match: /^cardstream gateway/u, until: /gateway\s+http:/u },
  { match: /^npx cardstream record/u, until: /Writing \S+\.jsonl/u },
  { match: /cardstream mcp --http/u, until: /http:\/\/127\.0\.0\.1:\d+/u },
  { match: /node ten-lines\.ts/u, until: /^/u },
  { match: /cardstream init/u, not: "a person scans its code: test/cli/init/init.test.ts" },
  { match: /cardstream probe/u, not: "a person says yes and looks: test/cli/record/probe.test.ts" },
  {
    match: /DEEPSEEK_API_KEY|^npx cardstream models {2,}# (?:one tiny request|一次极小的请求)/u,
    not: "asks DeepSeek; how-to/choose-a-model has the same with an address",
  },
  { match: /^(?:sudo|journalctl)\b/u, not: "needs systemd: test/package/deploy.test.ts reads the unit" },
  { match: /^docker\b/u, not: "needs Docker: test/package/deploy.test.ts reads the files" },
  { match: /^kubectl\b/u, not: "needs Kubernetes: test/package/deploy.test.ts reads the files" },
  { match: /^cardstream status/u, not: "needs a Redis: test/shared/redis-status.test.ts" },
  { match: /scripts\/release\.ts/u, not: "needs notes for a release: test/package/release.test.ts" },
  { match: /^npm publish/u, not: "asks the registry" },
  { match: /^openclaw\b|-w extensions\/feishu/u, not: "needs OpenClaw: npm run test:openclaw" },
  { match: /openclaw channels/u, not: "needs OpenClaw: npm run test:openclaw" },
  {
    match: /lark-cli|@larksuite\/cli/u,
    not: "fetches a program from elsewhere: test/cli/check/lark-cli.test.ts has a stand-in",
  },
];

/** The commands of the pages in Chinese are those in English (test/docs/twins.test.ts): of these, some are walked to see what they say. */
const PAGES = globSync(["docs/en/{tutorial,how-to}/*.md", "docs/zh/tutorial/*.md", "docs/zh/how-to/{doctor,pipe}.md"], {
  cwd: ROOT,
}).toSorted();
const walk = inject("walk");

let emulator: Emulator;
let model: Awaited<ReturnType<typeof startModelServer>>;
const shells: Shell[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  model = await startModelServer((_body, response) => {
    beginStream(response);
    chatChunk(response, { content: "ok" }, "stop");
    response.end("data: [DONE]\n\n");
  });
});
afterEach(async () => {
  await Promise.all(shells.splice(0).map((shell) => shell.close()));
});
afterAll(async () => {
  await model.close();
  await emulator.close();
});

/** What a reader puts where a page has `…` or an address that is not here. */
function fillIn(command: string, here: { port: number; folder: string }): string {
  const message = emulator.visibleTexts(emulator.directChatId()).at(-1)?.messageId ?? "om_";
  const values: readonly (readonly [RegExp, string])[] = [
    [/https:\/\/api\.(?:openai|deepseek)\.com(?:\/v1)?/gu, model.baseUrl],
    [
      /127\.0\.0\.1:73\d\d|(?<=--http )73\d\d/gu,
      command.includes("--http") ? `${here.port}` : `127.0.0.1:${here.port}`,
    ],
    [/CARDSTREAM_MCP_TOKEN=…/gu, `CARDSTREAM_MCP_TOKEN=${TOKEN}`],
    [/\bTOKEN=…/gu, `TOKEN=${TOKEN}`],
    [/APP_SECRET=…/gu, `APP_SECRET=${emulator.app.appSecret}`],
    [/cli_…/gu, emulator.app.appId],
    [/oc_…/gu, emulator.directChatId()],
    [/om_…/gu, message],
    [/(KEY|MODEL)=(?:sk-)?…/gu, "$1=given"],
    // What is not published yet is the file that npm pack made.
    [/^npm install cardstream$/gu, "npm install ./cardstream-0.1.0.tgz"],
    [/@cardstream\/chat-adapter/gu, "./cardstream-chat-adapter-0.1.0.tgz ./cardstream-0.1.0.tgz"],
    // The page's own local Feishu has the port that the walk gives it.
    [/^(?=npm start -- --once)/gu, "PORT= "],
    [/feishu-[\dT-]+\.jsonl/gu, "feishu-*.jsonl"],
  ];
  const filled = values.reduce((text, [placeholder, value]) => text.replaceAll(placeholder, value), command);
  // "In a project": not in the clone that the file was made in.
  return here.folder === walk.clone && filled.startsWith("npm install ./")
    ? `(mkdir -p ../reader && cp *.tgz ../reader && cd ../reader && npm init --yes &&\n${filled}\n)`
    : filled;
}

const TOKEN = "a-token-of-this-walk-0123456789abcdef";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A folder as its reader has it: a clone where the page builds or starts one, else an empty project. */
function folderFor(commands: readonly string[]): string {
  const folder = mkdtempSync(join(dirname(walk.project), "page-"));
  if (commands.some((command) => /^npm (?:ci|start)\b/u.test(command))) return walk.clone;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const tarball of globSync("*.tgz", { cwd: walk.tarballs }))
    writeFileSync(join(folder, tarball), readFileSync(join(walk.tarballs, tarball)));
  if (!commands.some((command) => command.startsWith("npm install")))
    symlinkSync(join(walk.project, "node_modules"), join(folder, "node_modules"));
  // A reader's own programs.
  writeFileSync(join(folder, "Makefile"), "test:\n\t@echo all tests pass\n");
  writeFileSync(join(folder, "deploy.sh"), "#!/bin/sh\necho deployed\n", { mode: 0o755 });
  return folder;
}

it("names tests that are there for what it leaves out", () => {
  const named = WAYS.flatMap((way) => ("not" in way ? (/test\/\S+\.test\.ts/u.exec(way.not) ?? []) : []));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

describe.each(PAGES)("%s", (path) => {
  const page = readPage(path, readFileSync(join(ROOT, path), "utf8"));
  const commands = page.fences
    .filter(({ language }) => /^(?:sh|bash|shell|console)$/u.test(language))
    .flatMap(({ code, line }) => splitCommands(code).map((command) => ({ command: command.trim(), line })));

  it.skipIf(commands.length === 0)("can be followed, command by command", { timeout: 600_000 }, async () => {
    const folder = folderFor(commands.map(({ command }) => command));
    for (const { info, code } of page.fences) {
      const source = /source=(\S+)/u.exec(info)?.[1];
      if (source !== undefined) writeFileSync(join(folder, basename(source)), `${code}\n`);
    }
    const home = join(dirname(walk.project), "home");
    mkdirSync(home, { recursive: true });
    const port = await freePort();
    const shell = openShell(folder, {
      ...npmEnv(),
      npm_config_prefix: home,
      PATH: [join(walk.project, "node_modules/.bin"), dirname(process.execPath), process.env["PATH"] ?? ""].join(":"),
      HOME: home,
      LANG: path.startsWith("docs/zh/") ? "zh_CN.UTF-8" : "en_US.UTF-8",
      ...Object.fromEntries(
        ["AUTHOR", "COMMITTER"].flatMap((role) => [
          [`GIT_${role}_NAME`, "A reader"],
          [`GIT_${role}_EMAIL`, "reader@example.com"],
        ]),
      ),
      PORT: String(port),
      // A page means the real Feishu; here it is a local one.
      FEISHU_DOMAIN: emulator.apiUrl,
      ...(commands.some(({ command }) => /cardstream emulator|^npm start/u.test(command))
        ? {}
        : {
            FEISHU_APP_ID: emulator.app.appId,
            FEISHU_APP_SECRET: emulator.app.appSecret,
          }),
      CARDSTREAM_GATEWAY_TOKEN: TOKEN,
    });
    shells.push(shell);
    for (const { command, line } of commands) {
      const way = WAYS.find(({ match }) => match.test(command));
      if (way !== undefined && "not" in way) continue;
      const filled = fillIn(command, { port, folder });
      expect(filled.replaceAll(/#.*|(["']).*?\1/gu, ""), `${path}:${line}: what stands for …?`).not.toContain("…");
      if (way !== undefined && "until" in way) {
        // "Ctrl-C ends it": one bot at a time.
        if (RUNS_ON.test(command)) shell.interrupt();
        await shell.until(filled, way.until, 120_000);
        continue;
      }
      const { code, output } = await shell.run(filled, 300_000);
      expect(code, `${path}:${line}: ${filled}\n${output}`).toBe(way?.code ?? 0);
      if (way !== undefined) expect(output).toMatch(way.says);
    }
  });
});
