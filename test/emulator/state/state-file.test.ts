import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEmulator, startEmulator, StateFileError } from "../../../src/emulator/index.ts";
import type { Emulator, World } from "../../../src/emulator/index.ts";
import { readAnswer, streamingCard } from "../caller.ts";
import type { Answer } from "../caller.ts";
import { until } from "../until.ts";

let folder: string;
let stateFile: string;
const running: Emulator[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "emulator-state-"));
  stateFile = join(folder, "state.json");
});
afterEach(async () => {
  for (const emulator of running.splice(0)) await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(file = stateFile, world: Partial<World> = {}): Promise<Emulator> {
  const emulator = await startEmulator({ stateFile: file, world });
  running.push(emulator);
  return emulator;
}

/** A client of one app: the default one unless named. */
async function client(
  emulator: Emulator,
  appId: string = emulator.app.appId,
): Promise<(method: string, path: string, body?: unknown) => Promise<Answer>> {
  let token = "";
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const init = {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    return readAnswer(await fetch(`${emulator.apiUrl}/open-apis${path}`, init));
  };
  const keys = { app_id: appId, app_secret: emulator.store.apps.get(appId)?.appSecret };
  token = String((await call("POST", "/auth/v3/tenant_access_token/internal", keys)).body["tenant_access_token"]);
  return call;
}

const text = (receive_id: string, words: string, uuid?: string): unknown => ({
  receive_id,
  msg_type: "text",
  content: JSON.stringify({ text: words }),
  uuid,
});
const SEND = "/im/v1/messages?receive_id_type=chat_id";

describe("a state file", () => {
  it("[D10] keeps the world, except for what is asked for at the next start", async () => {
    const first = await start(stateFile, { cardTables: 3, secondSend: "accepted" });
    first.world.checkFirst = "uuid";
    const other = await (await client(first))("POST", SEND, text(first.directChatId(), "x"));
    first.readAsUser({ chatId: first.directChatId() });
    await first.close();
    const second = await start(stateFile, { cardTables: 4 });
    expect(second.world).toMatchObject({ cardTables: 4, secondSend: "accepted", checkFirst: "uuid" });
    const { readBy } = second.store.messages.get(String(other.data["message_id"])) ?? {};
    expect(readBy?.size).toBe(1);
  });

  it("[D10] brings back apps, people, groups, topics, messages, cards and images, as they were", async () => {
    const first = await start();
    const admin = async (path: string, body: unknown): Promise<Record<string, string>> => {
      const init = {
        method: "POST",
        headers: { authorization: `Bearer ${first.adminToken}` },
        body: JSON.stringify(body),
      };
      return (await (await fetch(`${first.apiUrl}/emulator${path}`, init)).json()) as Record<string, string>;
    };
    const { appId = "" } = await admin("/apps", { name: "second" });
    await admin("/users", { name: "小刚" });
    const { chatId = "" } = await admin("/chats", {
      name: "topics",
      members: ["小明", "小刚"],
      apps: [first.app.appId, appId],
      topicGroup: true,
    });
    const { messageId, threadId } = first.sendAsUser({ from: "小刚", chatId, text: "问" });
    const call = await client(first);
    const second = await client(first, appId);
    await second("POST", `/im/v1/messages/${messageId}/reply`, {
      msg_type: "text",
      content: '{"text":"from the second app"}',
    });
    const made = await call("POST", "/cardkit/v1/cards", { type: "card_json", data: JSON.stringify(streamingCard()) });
    const cardId = String(made.data["card_id"]);
    await call("POST", SEND, {
      receive_id: chatId,
      msg_type: "interactive",
      content: JSON.stringify({ type: "card", data: { card_id: cardId } }),
    });
    const content = (words: string, sequence: number, uuid?: string): unknown => ({ content: words, sequence, uuid });
    await call("PUT", `/cardkit/v1/cards/${cardId}/elements/md/content`, content("half", 5, "u5"));
    const once = await call("POST", SEND, text(chatId, "once", "u"));
    const { key } = first.uploadAsUser({ kind: "file", name: "x", data: Uint8Array.of(1, 2, 3) });
    const before = {
      chats: first.visibleTexts(chatId),
      users: first.store.users.all().map(({ name }) => name),
      apps: [...first.store.apps.keys()],
    };
    await first.close();

    const again = await start();
    expect({
      chats: again.visibleTexts(chatId),
      users: again.store.users.all().map(({ name }) => name),
      apps: [...again.store.apps.keys()],
    }).toEqual(before);
    expect(again.store.messages.inThread(threadId ?? "")).toHaveLength(2);
    expect(again.store.files.get(key)?.data).toEqual(Uint8Array.of(1, 2, 3));
    const later = await client(again);
    const at = `/cardkit/v1/cards/${cardId}/elements/md/content`;
    expect((await later("PUT", at, content("half and", 5))).code).toBe(300317);
    expect((await later("PUT", at, content("half and", 6, "u5"))).code).toBe(200770);
    expect((await later("PUT", at, content("half and more", 7))).code).toBe(0);
    expect((await later("POST", SEND, text(chatId, "once", "u"))).data["message_id"]).toBe(once.data["message_id"]);
    // New ids are new: the run goes on where the last one ended, although the seed is the same.
    const known = again.store.messages.size;
    for (let i = 0; i < 4; i++) again.sendAsUser({ chatId, text: `new ${i}` });
    expect(again.store.messages.size).toBe(known + 4);
  });

  it("[D10] is written soon after what no watcher sees: a card that was never sent, an app's setting", async () => {
    const emulator = await start();
    const call = await client(emulator);
    await call("POST", "/cardkit/v1/cards", { type: "card_json", data: JSON.stringify(streamingCard("unsent")) });
    await until(() => existsSync(stateFile));
    expect(await readFile(stateFile, "utf8")).toContain("unsent");
    const init = {
      method: "PATCH",
      headers: { authorization: `Bearer ${emulator.adminToken}` },
      body: '{"name":"renamed"}',
    };
    await fetch(`${emulator.apiUrl}/emulator/apps/${emulator.app.appId}`, init);
    let saved = "";
    await until(() => {
      void readFile(stateFile, "utf8").then((now) => (saved = now));
      return saved.includes("renamed");
    });
  });

  it.each([
    ["no JSON", "{", "it is not a JSON object"],
    ["a list", "[]", "it is not a JSON object"],
    ["of another version", '{"version":2}', "it is not of version 3"],
    ["without its parts", '{"version":3}', "something in it is missing or of another kind"],
    [
      "with parts of another kind",
      '{"version":3,"templates":[],"messageUuids":[],"apps":[7]}',
      "something in it is missing or of another kind",
    ],
  ])("[D10] that is %s is refused by name, and left as it is", async (_, content, detail) => {
    await writeFile(stateFile, content);
    await expect(start()).rejects.toMatchObject({
      name: "StateFileError",
      reason: "unreadable",
      file: stateFile,
      detail,
    });
    expect(await readFile(stateFile, "utf8")).toBe(content);
    expect(await readdir(folder)).toEqual(["state.json"]);
  });

  it("[D10] in no folder is refused before anything listens", async () => {
    await expect(start(join(folder, "none", "state.json"))).rejects.toMatchObject({ reason: "unwritable" });
    await expect(start(folder)).rejects.toMatchObject({ reason: "unreadable" });
  });

  it("[D10] serves one emulator at a time, and is free after it closed or could not listen", async () => {
    const first = await start();
    const port = Number(new URL(first.apiUrl).port);
    const other = join(folder, "other.json");
    await expect(start()).rejects.toThrow(StateFileError);
    await expect(start()).rejects.toThrow(`process ${process.pid} uses it (${stateFile}.lock)`);
    await expect(startEmulator({ stateFile: other, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await start(other);
    await first.close();
    await start();
    // A process of this number that began at another time is gone: numbers come again.
    await writeFile(join(folder, "third.json.lock"), JSON.stringify({ pid: process.pid, startedAt: 1 }));
    await start(join(folder, "third.json"));
  });
});

describe("kill -9", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  const written = (): number => (existsSync(stateFile) ? statSync(stateFile).mtimeMs : 0);

  /** A process that keeps writing messages and images; resolves once it runs. */
  async function writer(): Promise<ChildProcess> {
    const child = fork(new URL("./state-writer.ts", import.meta.url), [stateFile], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    children.push(child);
    await new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", (code) => reject(new Error(`the writer ended with ${code}`)));
    });
    return child;
  }

  it(
    "[D10] in the middle of a write loses at most the last moments, and the next start finds a whole state",
    { timeout: 60_000 },
    async () => {
      let least = 0;
      for (let round = 0; round < 2; round++) {
        const before = written();
        const child = await writer();
        await expect(start()).rejects.toMatchObject({
          reason: "in-use",
          detail: expect.stringContaining(String(child.pid)),
        });
        // The first write of this process is over, and the next one has begun.
        await until(() => written() > before, 20_000);
        await until(() => existsSync(`${stateFile}.new`), 20_000);
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await gone;
        const next = await start();
        const texts = next.visibleTexts(next.directChatId()).map((message) => message.text);
        expect(texts.length).toBeGreaterThan(least);
        // Every message that was kept, in order, from the first on.
        expect(texts).toEqual(texts.map((_, i) => `message ${i}`));
        least = texts.length;
        await next.close();
        running.length = 0;
      }
    },
  );
});

describe("without a file", () => {
  it("the same seed still names the same run", () => {
    const ids = (): string[] => {
      const emulator = createEmulator({ seed: 3 });
      return [emulator.sendAsUser({ text: "x" }).messageId, emulator.adminToken];
    };
    expect(ids()).toEqual(ids());
  });
});
