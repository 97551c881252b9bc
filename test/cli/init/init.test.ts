import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import type { IPty } from "@lydell/node-pty";
import { encode } from "uqr";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readSettings } from "../../../src/cli/settings/settings.ts";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { childEnv } from "../../support/process/child-env.ts";
import { recordIo } from "../../support/cli-io.ts";
import { startCli } from "../../support/process/cli-process.ts";
import { beginStream, chatChunk, startModelServer } from "../../support/llm/sse-model-server.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const MAIN = join(import.meta.dirname, "../../../src/cli/main.ts");

let emulator: Emulator;
let folder: string;
const terminals: IPty[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  emulator.reset();
  emulator.settings.registrationAddons = true;
  emulator.settings.registrationIntervalSeconds = 1;
  folder = mkdtempSync(join(tmpdir(), "cardstream-init-"));
});
afterEach(() => {
  for (const terminal of terminals.splice(0)) terminal.kill("SIGKILL");
  removeFolder(folder);
});
afterAll(() => emulator.close());

/** A command on a terminal of its own. */
interface Session {
  readonly terminal: IPty;
  screen(): string;
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<number>;
}

function onTerminal(args: readonly string[], columns = 100): Session {
  const terminal = spawn(process.execPath, [MAIN, ...args], {
    cols: columns,
    rows: 60,
    cwd: folder,
    env: childEnv({ HOME: folder, TERM: "xterm-256color" }),
  });
  terminals.push(terminal);
  let text = "";
  const watchers = new Set<() => void>();
  terminal.onData((data) => {
    text += data;
    for (const check of watchers) check();
  });
  const ended = new Promise<number>((resolve) => void terminal.onExit(({ exitCode }) => resolve(exitCode)));
  return {
    terminal,
    screen: () => text,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const match = pattern.exec(text);
          if (match === null) return;
          watchers.delete(check);
          resolve(match);
        };
        watchers.add(check);
        void ended.then((code) => reject(new Error(`ended with ${code} before ${pattern}: ${text}`)));
        check();
      }),
  };
}

const LINK = /http:\/\/127\.0\.0\.1:\d+\/register\?[\w=&%.+-]+(?=\s)/u;

/** What the person does on the page. */
async function press(
  link: string,
  action: "confirm" | "deny" | "expire",
  more: Record<string, string> = {},
): Promise<void> {
  const query = new URL(link).searchParams;
  for (const [key, value] of Object.entries(more)) query.set(key, value);
  const answer = await emulator.fetch(
    `${emulator.apiUrl}/emulator/registrations/${query.get("user_code")}/${action}?${query.toString()}`,
    { method: "POST", headers: { authorization: `Bearer ${emulator.adminToken}` } },
  );
  expect(answer.status).toBe(200);
}

/** The modules that a terminal shows, two rows of them in a line. */
function readCode(screen: string): string[] {
  const rows: string[] = [];
  for (const [, line = ""] of screen.matchAll(/\[97;40m([█▀▄ ]+).\[0m/gu)) {
    rows.push(line.replace(/[█▀]/gu, ".").replace(/[▄ ]/gu, "#"), line.replace(/[█▄]/gu, ".").replace(/[▀ ]/gu, "#"));
  }
  return rows;
}

describe("cardstream init", { timeout: 90_000 }, () => {
  it("[E11] from nothing to a bot that answers: code, confirmation, model, file, check, start", async () => {
    const server = await startModelServer((_body, response) => {
      beginStream(response);
      chatChunk(response, { content: "ok" }, "stop");
      response.end("data: [DONE]\n\n");
    });
    try {
      const session = onTerminal(["init", "--domain", emulator.apiUrl, "--name", "小助手", "--lang", "zh"]);
      const [link] = await session.until(LINK);
      await session.until(/等待确认/u);
      // What the terminal shows is the link, module by module.
      const { data, size } = encode(link, { ecc: "L", border: 1 });
      const shown = readCode(session.screen()).slice(0, size);
      expect(shown).toEqual(data.map((row) => row.map((dark) => (dark ? "#" : ".")).join("")));
      await press(link, "confirm");
      await session.until(/由哪个模型来回答/u);
      await session.until(/序号/u);
      session.terminal.write("99\r");
      await session.until(/没有这个序号/u);
      // vLLM: a server of one's own, at an address that nobody answers here.
      const [, number] = /(\d+) {2}vLLM/u.exec(session.screen())!;
      session.terminal.write(`${number}\r`);
      await session.until(/模型名称/u);
      session.terminal.write("some-model\r");
      await session.until(/仍然使用它吗/u);
      session.terminal.write("y\r");
      await session.until(/启动：cardstream start/u);
      expect(await session.ended).toBe(0);
      const screen = session.screen();
      expect(screen).toMatch(/✓ 已创建应用 cli_[\da-f]{16}/u);
      expect(screen).toContain("✓ 凭证");
      expect(screen).not.toMatch(/✗|缺少/u);

      const path = join(folder, "cardstream.json5");
      expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
      const io = recordIo({ cwd: folder });
      const settings = readSettings({ language: "en" }, io)!;
      expect(io.stderr()).toMatch(/^Settings: .*\n$/u);
      const [account] = settings.accounts;
      const app = emulator.store.apps.get(account!.appId)!;
      expect(account).toMatchObject({ appSecret: app.appSecret, domain: emulator.apiUrl });
      expect([...settings.models.named.keys()]).toEqual(["vllm/some-model"]);
      expect(screen).not.toContain(app.appSecret);
      expect(app.name).toBe("小助手");

      const bot = startCli(["start", "--lang", "en"], { cwd: folder });
      await bot.until(/Waiting for messages/u);
      bot.child.kill("SIGTERM");
      expect(await bot.ended).toBe(0);
    } finally {
      await server.close();
    }
  });

  it("[E11] does not show a key while it is typed, and stores it", async () => {
    const session = onTerminal(["init", "--domain", emulator.apiUrl, "--no-doctor", "--lang", "en"]);
    await press((await session.until(LINK))[0], "confirm");
    await session.until(/Number/u);
    const [, number] = /(\d+) {2}DeepSeek/u.exec(session.screen())!;
    session.terminal.write(`${number}\r`);
    await session.until(/not shown while you type: /u);
    session.terminal.write("sk-very-secret\r");
    await session.until(/Model of DeepSeek/u);
    session.terminal.write("deepseek-chat\r");
    await session.until(/Keep it all the same/u);
    session.terminal.write("y\r");
    expect(await session.ended).toBe(0);
    expect(session.screen()).not.toContain("sk-very-secret");
    expect(readFileSync(join(folder, "cardstream.json5"), "utf8")).toContain("sk-very-secret");
  });

  it("[E11] names everything the platform did not grant, with one link for all of it", async () => {
    emulator.settings.registrationAddons = false;
    const session = onTerminal(["init", "--domain", emulator.apiUrl, "--no-model", "--lang", "en"]);
    await press((await session.until(LINK))[0], "confirm");
    expect(await session.ended).toBe(1);
    const screen = session.screen().replaceAll(/\r?\n/gu, " ");
    expect(screen).toMatch(/did not grant everything that was asked for: cardkit:card:write, /u);
    const links = [...screen.matchAll(/\/auth\?q=(\S+?)&token_type=tenant/gu)].map(([, scopes]) => scopes!);
    expect(links).toHaveLength(1);
    expect(decodeURIComponent(links[0]!).split(",")).toEqual(
      expect.arrayContaining(["cardkit:card:write", "im:message:readonly", "im:chat:readonly"]),
    );
    expect(existsSync(join(folder, "cardstream.json5"))).toBe(true);
  });

  it("[E11] --app adds what an app lacks and leaves its file alone", async () => {
    const app = emulator.store.apps.get(emulator.app.appId)!;
    app.scopes = new Set(["im:message:send_as_bot", "application:application:self_manage"]);
    app.subscriptions = { events: [], callbacks: [] };
    const path = join(folder, "cardstream.json5");
    const text = `// mine\n{ channels: { feishu: { appId: "${app.appId}", appSecret: "${app.appSecret}", domain: "${emulator.apiUrl}" } } }`;
    writeFileSync(path, text);
    const refused = startCli(["init", "--lang", "en"], { cwd: folder });
    expect(await refused.ended).toBe(2);
    expect(refused.stderr()).toContain(`cardstream init --app ${app.appId}`);
    const session = onTerminal(["init", "--app", app.appId, "--domain", emulator.apiUrl, "--lang", "en"]);
    await press((await session.until(LINK))[0], "confirm");
    expect(await session.ended).toBe(0);
    expect(app.scopes.has("cardkit:card:write")).toBe(true);
    expect(app.subscriptions).toMatchObject({ callbacks: ["card.action.trigger"] });
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it.each([
    ["deny", /You refused on the page/u],
    ["expire", /the code has expired/u],
  ] as const)("[E11] %s on the page ends it, with what to do, and writes nothing", async (action, says) => {
    const session = onTerminal(["init", "--domain", emulator.apiUrl, "--lang", "en"]);
    await press((await session.until(LINK))[0], action);
    expect(await session.ended).toBe(1);
    expect(session.screen()).toMatch(says);
    expect(session.screen()).toContain("cardstream init");
    expect(existsSync(join(folder, "cardstream.json5"))).toBe(false);
  });

  it("[E11] Ctrl-C cancels it; at the question about the model the app is kept", async () => {
    const first = onTerminal(["init", "--domain", emulator.apiUrl, "--lang", "en"]);
    await first.until(/Waiting for you/u);
    first.terminal.write("\u0003");
    expect(await first.ended).toBe(130);
    expect(first.screen()).toContain("Cancelled. Nothing was written");
    const second = onTerminal(["init", "--domain", emulator.apiUrl, "--lang", "en"]);
    await press((await second.until(LINK))[0], "confirm");
    await second.until(/Number/u);
    second.terminal.write("\u0003");
    expect(await second.ended).toBe(130);
    expect(second.screen()).not.toContain("Nothing was written");
    expect(existsSync(join(folder, "cardstream.json5"))).toBe(true);
  });

  it("[E11] shows the link alone where the terminal is too narrow for the code", async () => {
    const session = onTerminal(["init", "--domain", emulator.apiUrl, "--lang", "en"], 40);
    await session.until(/wider terminal/u);
    expect(session.screen()).not.toContain("█");
    session.terminal.write("\u0003");
    await session.ended;
  });

  it("[E11] works without a terminal: the link on standard error, the secrets as export lines", async () => {
    const cli = startCli(["init", "--domain", emulator.apiUrl, "--print", "--no-doctor", "--lang", "en"], {
      cwd: folder,
    });
    await cli.until(/Waiting for you/u);
    expect(cli.stderr()).toContain("There is no terminal to show a code in");
    await press(LINK.exec(cli.stderr())![0], "confirm", { brand: "lark" });
    expect(await cli.ended).toBe(0);
    expect(cli.stderr()).toContain("No model was asked for");
    const [, id] = /^export FEISHU_APP_ID='(cli_[\da-f]+)'$/mu.exec(cli.stdout())!;
    expect(cli.stdout()).toContain(`export FEISHU_APP_SECRET='${emulator.store.apps.get(id!)!.appSecret}'`);
    expect(existsSync(join(folder, "cardstream.json5"))).toBe(false);
  });

  it("[E11] says so when Feishu cannot be reached, when an argument is wrong, and when a file is in the way", async () => {
    const offline = startCli(["init", "--domain", "http://127.0.0.1:9", "--lang", "en"], { cwd: folder });
    expect(await offline.ended).toBe(1);
    expect(offline.stderr()).toMatch(/cannot be reached\.\n {4}→ .*--proxy/u);
    for (const [args, says] of [
      [["--app", "mine"], "cli_…"],
      [["--domain", "fieshu"], "--domain takes feishu, lark"],
      [["--proxy", "127.0.0.1:1"], "--proxy takes an http(s) address"],
    ] as const) {
      const cli = startCli(["init", ...args, "--lang", "en"], { cwd: folder });
      expect(await cli.ended).toBe(2);
      expect(cli.stderr()).toContain(says);
    }
    mkdirSync(join(folder, "cardstream.json5"));
    const cli = startCli(["init", "--domain", emulator.apiUrl, "--no-doctor", "--lang", "en"], { cwd: folder });
    await cli.until(/Waiting for you/u);
    await press(LINK.exec(cli.stderr())![0], "confirm");
    expect(await cli.ended).toBe(0);
    expect(cli.stderr()).toContain("exists and was left as it is");
    expect(cli.stdout()).toContain("export FEISHU_APP_SECRET=");
  });

  it("[E11] prints all permissions for the console's batch import", async () => {
    const cli = startCli(["init", "--scopes"], { cwd: folder });
    expect(await cli.ended).toBe(0);
    const { scopes } = JSON.parse(cli.stdout()) as { scopes: { tenant: string[]; user: string[] } };
    expect(scopes.tenant).toContain("cardkit:card:write");
    expect(scopes.user).toEqual([]);
  });
});
