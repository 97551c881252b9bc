import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/program.ts";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { childEnv } from "../../support/process/child-env.ts";
import { recordIo } from "../../support/cli-io.ts";
import { LONG_FENCE } from "../../../src/text/index.ts";
import { startCli } from "../../support/process/cli-process.ts";
import type { CliProcess } from "../../support/process/cli-process.ts";
import { answersIn } from "../../support/reply-bench.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const MAIN = join(import.meta.dirname, "../../../src/cli/main.ts");

let emulator: Emulator;
let folder: string;

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  folder = mkdtempSync(join(tmpdir(), "cardstream-send-"));
});
beforeEach(() => emulator.reset());
afterAll(async () => {
  await emulator.close();
  removeFolder(folder);
});

const env = (): Record<string, string> => ({
  FEISHU_APP_ID: emulator.app.appId,
  FEISHU_APP_SECRET: emulator.app.appSecret,
  FEISHU_DOMAIN: emulator.apiUrl,
});

const openIds = (): string[] =>
  emulator.store.users.all().map((user) => emulator.store.users.openId(user, emulator.app.appId));

/** What the bot said, and whether a card was left open. */
function shown(): { text: string; cards: number; open: number; all: string } {
  const chatId = emulator.directChatId();
  const answers = answersIn(emulator, chatId);
  const cards = emulator.visibleTexts(chatId).filter(({ kind }) => kind === "card");
  return {
    text: answers.join(""),
    cards: cards.length,
    open: cards.filter(({ streaming }) => streaming).length,
    all: cards.map(({ text }) => text).join("\n"),
  };
}

function startSend(...args: string[]): CliProcess {
  return startCli(["send", "--chat", emulator.directChatId(), ...args], { env: env(), cwd: folder, stdin: "pipe" });
}

/** Runs a shell pipeline in which `send` stands for the command. */
async function pipeline(script: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const send = `'${process.execPath}' '${MAIN}' send --chat ${emulator.directChatId()}`;
  const child = spawn("bash", ["-c", script.replaceAll("SEND", send)], {
    cwd: folder,
    env: childEnv(env()),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

describe("cardstream send", { timeout: 90_000 }, () => {
  it("[D15] streams a pipe into a card, without colours, and prints the message's id", async () => {
    const { code, stdout, stderr } = await pipeline(
      String.raw`printf '\033[32m流式\033[0m **works**\r\nsecond line' | SEND --title Pipe`,
    );
    expect(stderr).toContain("delivered 24/24, cards 1, tier cardkit");
    expect(code).toBe(0);
    const [message] = emulator.visibleTexts(emulator.directChatId());
    expect(message).toMatchObject({ title: "Pipe", streaming: false, messageId: stdout.trim() });
    expect(shown().text).toBe("流式 **works**\nsecond line");
  });

  it("[E6] shows what a provider's stream says, and tells when it is not whole", async () => {
    const chunk = (delta: object, finish_reason: string | null = null): string =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    const words = chunk({ content: "<think>hm</think>" }) + chunk({ content: "It is 42." });
    const whole = startSend("--quiet");
    whole.child.stdin?.end(`${words}${chunk({}, "stop")}data: [DONE]\n\n`);
    expect(await whole.ended).toBe(0);
    expect(shown().text).toBe("It is 42.");
    expect(shown().all).toContain("hm");
    emulator.reset();
    const cut = startSend("--quiet");
    cut.child.stdin?.end(`${words}${chunk({}, "network_error")}`);
    expect(await cut.ended).toBe(1);
    expect(shown()).toMatchObject({ text: "It is 42.", open: 0, all: expect.stringContaining("network_error") });
  });

  it("[D15] grows while a slow writer writes", async () => {
    const process = startSend();
    process.child.stdin!.write("one ");
    await process.until(/4\/4 characters visible/u);
    expect(shown()).toMatchObject({ text: "one ", open: 1 });
    // A character cut in two, on a pipe.
    const [head, tail] = [Buffer.from("两").subarray(0, 1), Buffer.from("两").subarray(1)];
    process.child.stdin!.write(head);
    process.child.stdin!.write(Buffer.concat([tail, Buffer.from(" three")]));
    process.child.stdin!.end();
    expect(await process.ended).toBe(0);
    expect(shown()).toMatchObject({ text: "one 两 three", open: 0 });
  });

  it("[D15] sends 200,000 bytes over many cards, each word once, with the pipe waiting", async () => {
    const { code, stderr } = await pipeline(
      "yes 'every word once' | head -c 200000 | SEND --quiet; echo ${PIPESTATUS[1]} ${PIPESTATUS[2]} >&2",
    );
    expect(stderr.trim()).toBe("0 0");
    expect(code).toBe(0);
    const { text, cards, open } = shown();
    expect(open).toBe(0);
    expect(cards).toBeGreaterThan(60);
    expect(text.replace(/\s+/gu, " ").trim()).toBe("every word once ".repeat(12_500).trim());
  });

  it("[D15] refuses random bytes with exit code 2 and sends nothing", async () => {
    const { code, stdout, stderr } = await pipeline("SEND < /dev/urandom");
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("not UTF-8 text");
    expect(stderr).toContain("--encoding");
    expect(emulator.visibleTexts(emulator.directChatId())).toEqual([]);
    expect(emulator.timeline.find({ operation: "card.create" })).toEqual([]);
  });

  it("[D15] says so when text turns into something else, and keeps what came", async () => {
    const { code, stderr } = await pipeline("(echo hello; sleep 6; head -c 5000 /dev/urandom) | SEND");
    expect(code).toBe(1);
    expect(stderr).toContain("not UTF-8 text");
    expect(shown()).toMatchObject({ open: 0 });
    expect(shown().all).toContain("hello");
    expect(shown().all).toContain("what followed was not text");
  });

  it("[D15] stops at --max-chars, says so on the card and by its exit code, and lets the writer go", async () => {
    const { code, stderr } = await pipeline("yes | SEND --max-chars 1000");
    expect(code).toBe(1);
    expect(stderr).toContain("More than 1000 characters");
    expect(shown().text).toBe("y\n".repeat(500));
    expect(shown().all).toContain("the text was too long");
  });

  it.each(["SIGINT", "SIGTERM"] as const)("[D15] %s ends the card as interrupted with its text", async (signal) => {
    const process = startSend();
    process.child.stdin!.write("half a sent");
    await process.until(/11\/11 characters visible/u);
    process.child.kill(signal);
    expect(await process.ended).toBe(signal === "SIGINT" ? 130 : 143);
    expect(shown()).toMatchObject({ text: "half a sent", open: 0 });
    expect(shown().all).toContain("Interrupted");
  });

  it("[D7] kill -9: the next one ends the card as interrupted, with its text, and leaves no journal behind", async () => {
    const process = startSend();
    process.child.stdin!.write("half a sent");
    await process.until(/11\/11 characters visible/u);
    process.child.kill("SIGKILL");
    await process.ended;
    expect(shown()).toMatchObject({ text: "half a sent", open: 1 });
    expect(existsSync(join(folder, ".cardstream"))).toBe(true);
    expect(await pipeline("echo and more | SEND --quiet")).toMatchObject({ code: 0 });
    expect(shown()).toMatchObject({ text: "half a sentand more\n", open: 0 });
    expect(shown().all).toContain("the service restarted");
    expect(existsSync(join(folder, ".cardstream"))).toBe(false);
  });

  it("[E3][D15] says which cards could not be closed, waits a short time for them, and the next one closes them", async () => {
    const down = {
      operation: ["card.settings", "card.batch_update", "card.update"],
      effect: { type: "http", status: 503 },
    } as const;
    const writer = startSend("--json");
    writer.child.stdin!.write("all of it");
    await writer.until(/9\/9 characters visible/u);
    emulator.faults.add(down);
    writer.child.stdin!.end();
    expect(await writer.ended).toBe(0);
    expect(JSON.parse(writer.stdout())).toMatchObject({
      delivered: 9,
      total: 9,
      owed: [{ messageId: expect.any(String) as string }],
    });
    expect(writer.stderr()).toContain("1 card(s) may still look unfinished");
    expect(writer.stderr()).toContain("The next cardstream command on this app goes on trying");
    expect(shown()).toMatchObject({ text: "all of it", open: 1 });
    emulator.faults.clear();
    expect(await pipeline("echo more | SEND --quiet")).toMatchObject({ code: 0 });
    expect(shown()).toMatchObject({ open: 0 });
  });

  it("[D15] a writer that is killed leaves a finished card", async () => {
    const { code } = await pipeline("(echo first words; sleep 0.3; kill -9 $BASHPID) | SEND");
    expect(code).toBe(0);
    expect(shown()).toMatchObject({ text: "first words\n", open: 0 });
  });

  it("[D15] shows output as it is with --code", async () => {
    const { code } = await pipeline("printf '* not a list\\n# no heading' | SEND --code sh");
    expect(code).toBe(0);
    expect(shown().text).toBe(`${LONG_FENCE}sh\n* not a list\n# no heading\n${LONG_FENCE}`);
  });

  it("[D15] tells the truth about a chat that does not exist", async () => {
    const process = startCli(["send", "--chat", "oc_nosuchchat"], { env: env(), cwd: folder, stdin: "pipe" });
    process.child.stdin!.end("hello");
    expect(await process.ended).toBe(1);
    expect(process.stderr()).toContain("Not sent: chat id does not exist");
    expect(process.stdout()).toBe("");
  });
});

describe("cardstream send of one thing", () => {
  const run = async (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
    writeFileSync(join(folder, "no-card.json"), '{"hello": "world"}');
    writeFileSync(join(folder, "list.json"), "[]");
    const io = recordIo({ env: env(), cwd: folder });
    const code = await runCli(["send", ...args], io);
    return { code, stdout: io.stdout(), stderr: io.stderr() };
  };

  it("[D15] sends a text, a file, a picture and a card", async () => {
    writeFileSync(join(folder, "notes.txt"), "hello");
    const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    writeFileSync(join(folder, "pixel.png"), Buffer.from(pixel, "base64"));
    const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "**hi**" }] } };
    writeFileSync(join(folder, "card.json"), JSON.stringify(card));
    const chat = emulator.directChatId();
    for (const args of [
      ["--text", "plain"],
      ["--file", "notes.txt"],
      ["--image", "pixel.png"],
      ["--card", "card.json"],
    ]) {
      const { code, stdout, stderr } = await run("--chat", chat, ...args);
      expect(stderr).toBe("");
      expect(code).toBe(0);
      expect(stdout).toMatch(/^om_\w+\n$/u);
    }
    expect(emulator.visibleTexts(chat).map(({ kind }) => kind)).toEqual(["text", "file", "image", "card"]);
  });

  it("[D15] answers a message, and writes to a person", async () => {
    const { messageId, chatId } = emulator.sendAsUser({ text: "question" });
    expect((await run("--reply", messageId, "--text", "answer")).code).toBe(0);
    expect(emulator.visibleTexts(chatId).at(-1)).toMatchObject({ text: "answer", parentId: messageId });
    const [person] = openIds();
    expect((await run("--user", person!, "--text", "hello you", "--json")).stdout).toContain('"messageId":"om_');
  });

  it.each([
    [["--text", "x"], "--chat oc_"],
    [["--chat", "team", "--text", "x"], "oc_…"],
    [["--reply", "123", "--text", "x"], "om_…"],
    [["--chat", "oc_1", "--file", "missing.txt"], "there is no such file"],
    [["--chat", "oc_1", "--max-chars", "none"], "--max-chars"],
    [["--chat", "oc_1", "--user", "ou_1", "--text", "x"], "name one target"],
    [["--chat", "oc_1", "--text", "x", "--image", "y.png"], "--text and --image"],
    [["--chat", "oc_1", "--card", "no-card.json"], "no-card.json is no card: it has no elements"],
    [["--chat", "oc_1", "--card", '{"schema":"2.0"}'], "--card takes the name of a file"],
    [["--chat", "oc_1", "--card", "list.json"], "list.json is no card: it has no elements. A card is"],
  ])("[D15] refuses %j with exit code 2 and says what to write", async (args, hint) => {
    const { code, stdout, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(hint);
  });

  it("[D9][D15] names cause and remedy when Feishu says no", async () => {
    const { code, stderr } = await run("--chat", "oc_nosuchchat", "--text", "x", "--lang", "zh");
    expect(code).toBe(1);
    expect(stderr).toContain("未发送");
    expect(stderr).toMatch(/→ .*\p{Script=Han}/u);
  });

  it("[D15] says what to set when there is no app", async () => {
    const io = recordIo();
    expect(await runCli(["send", "--chat", "oc_1", "--text", "x"], io)).toBe(2);
    expect(io.stderr()).toContain("FEISHU_APP_ID");
    expect(io.stderr()).toContain("cardstream emulator");
  });
});

describe("cardstream chats", () => {
  it("[D15] lists the groups the bot is in, page by page", async () => {
    for (let i = 0; i < 103; i++) {
      await emulator.fetch(`${emulator.apiUrl}/emulator/chats`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${emulator.adminToken}` },
        body: JSON.stringify({
          name: `Team\n${i}`,
          members: openIds(),
        }),
      });
    }
    const io = recordIo({ env: env() });
    expect(await runCli(["chats"], io)).toBe(0);
    const lines = io.stdout().trim().split("\n");
    expect(lines.length).toBeGreaterThanOrEqual(103);
    for (const line of lines) expect(line).toMatch(/^oc_\w+\t[^\n]+$/u);
    expect(io.stdout()).toContain("Team 102");
  });

  it("[D15][E10] shows no escape sequence, control character or turned text of a group's name", async () => {
    const names = [
      "a\u001B]0;x\u0007b",
      "c\u009B31md",
      "e\u009D0;x\u009Cf",
      "g\u202Eh\u2066i\u200Fj",
      "k\r\u001B[2Kl\u0000\u0008",
    ];
    for (const name of names)
      await emulator.fetch(`${emulator.apiUrl}/emulator/chats`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${emulator.adminToken}` },
        body: JSON.stringify({ name, members: openIds() }),
      });
    const io = recordIo({ env: env() });
    expect(await runCli(["chats"], io)).toBe(0);
    const shownNames = io
      .stdout()
      .split("\n")
      .map((line) => line.split("\t")[1]);
    expect(shownNames).toEqual(expect.arrayContaining(["ab", "cd", "ef", "ghij", "k l"]));
    expect(io.stdout()).not.toMatch(/[^\P{Cc}\n\t]|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u);
  });
});
