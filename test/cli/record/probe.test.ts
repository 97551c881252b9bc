import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/program.ts";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator, World } from "../../../src/emulator/index.ts";
import { recordIo } from "../../support/cli-io.ts";
import type { RecordedIo } from "../../support/cli-io.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function bench(
  world: Partial<World> = {},
): Promise<{ feishu: Emulator; io: RecordedIo; cwd: string; chat: string }> {
  const feishu = await startEmulator({ world });
  closers.push(() => feishu.close());
  const cwd = mkdtempSync(join(tmpdir(), "cli-probe-"));
  closers.push(() => removeFolder(cwd));
  const { appId, appSecret } = feishu.app;
  const env = { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret, FEISHU_DOMAIN: feishu.apiUrl };
  return { feishu, io: recordIo({ cwd, env }), cwd, chat: feishu.directChatId() };
}

const QUICK = "patchEntityMessage,cardTables,unknownProperty,failedCallConsumesSequence";

describe("cardstream probe", () => {
  it("[E12] asks what it is told to, and writes a world that the emulator starts in", async () => {
    const { feishu, io, cwd, chat } = await bench({
      patchEntityMessage: "refuse",
      cardTables: 3,
      unknownProperty: 200621,
    });
    const before = feishu.visibleTexts(chat).length;
    expect(await runCli(["probe", "--lang", "en", "--chat", chat, "--only", QUICK, "--yes"], io)).toBe(0);
    expect(io.stdout()).toContain("patchEntityMessage = refuse");
    const file = JSON.parse(readFileSync(join(cwd, "feishu-world.json"), "utf8")) as { answers: unknown };
    expect(file).toMatchObject({
      kind: "feishu-world",
      tenant: "other",
      answers: {
        patchEntityMessage: "refuse",
        cardTables: 3,
        unknownProperty: 200621,
        failedCallConsumesSequence: true,
      },
    });
    expect(readFileSync(join(cwd, "feishu-world.json"), "utf8")).not.toContain(feishu.app.appSecret);
    expect(feishu.visibleTexts(chat).length).toBe(before);

    const again = recordIo({ cwd });
    const running = runCli(["emulator", "--port", "0", "--json", "--world", "feishu-world.json"], again);
    while (!again.stdout().includes("}")) await new Promise((resolve) => setImmediate(resolve));
    const { apiUrl, adminToken } = JSON.parse(again.stdout()) as { apiUrl: string; adminToken: string };
    const headers = { authorization: `Bearer ${adminToken}` };
    const state = await (await fetch(`${apiUrl}/emulator/world`, { headers })).text();
    expect(state).toContain("refuse");
    again.signal("SIGTERM");
    expect(await running).toBe(0);
  });

  it("[E12] shows its plan, and calls nothing before somebody says yes", async () => {
    const { feishu, io, chat } = await bench();
    const calls = feishu.timeline.entries().length;
    expect(await runCli(["probe", "--lang", "en", "--chat", chat, "--dry-run"], io)).toBe(0);
    expect(io.stdout()).toMatch(/questions, \d+ calls at most \(budget 300\)/u);
    expect(io.stdout()).toContain("patchEntityMessage");

    const asked = recordIo({ env: io.env as Record<string, string>, cwd: io.cwd });
    Object.assign(asked, { stdin: { isTerminal: true, chunks: () => words("hm\nn\n") } });
    expect(await runCli(["probe", "--lang", "en", "--chat", chat], asked)).toBe(0);
    expect(asked.stdout()).toContain("Nothing was called.");
    expect(feishu.timeline.entries().length).toBe(calls);
  });

  it("asks the person, and keeps what they saw", async () => {
    const { io, chat, cwd } = await bench();
    Object.assign(io, { stdin: { isTerminal: true, chunks: () => words("y\n") } });
    expect(await runCli(["probe", "--chat", chat, "--only", "closeShowsTheRest", "--yes"], io)).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, "feishu-world.json"), "utf8"))).toMatchObject({
      eyes: { closeShowsTheRest: true },
    });
  }, 30_000);

  it("ends with one sentence when the secret is wrong or the chat is closed to the bot", async () => {
    const { io, chat } = await bench();
    Object.assign(io, { env: { ...io.env, FEISHU_APP_SECRET: "wrong" } });
    expect(await runCli(["probe", "--lang", "en", "--chat", chat, "--yes"], io)).toBe(1);
    expect(io.stderr()).toMatch(/cannot go on: .*10015/u);
  });

  it.each([
    [["probe"], /--chat/u],
    [["probe", "--chat", "ou_1"], /oc_/u],
    [["probe", "--chat", "oc_1", "--only", "nonsense"], /there is no question nonsense/u],
    [["probe", "--chat", "oc_1", "--budget", "0"], /--budget/u],
    [["emulator", "--world", "nonsense=1"], /there is no question nonsense/u],
    [["emulator", "--world", "nowhere.json"], /nowhere\.json/u],
  ])("%j is refused at once", async (argv, words) => {
    const { io } = await bench();
    expect(await runCli([...argv, "--lang", "en"], io)).toBe(2);
    expect(io.stderr()).toMatch(words);
  });

  it("writes over no file that is not its own", async () => {
    const { io, chat, cwd } = await bench();
    writeFileSync(join(cwd, "feishu-world.json"), "{}");
    expect(await runCli(["probe", "--chat", chat, "--yes", "--lang", "en"], io)).toBe(2);
    expect(io.stderr()).toContain("feishu-world");
  });
});

async function* words(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
