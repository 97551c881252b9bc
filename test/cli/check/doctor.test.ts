import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/program.ts";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import { createCardEntityFeishu } from "../../../extensions/feishu/send.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { createJournal } from "../../../src/plugin-sdk/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";
import { recordIo } from "../../support/cli-io.ts";
import { beginStream, chatChunk, startModelServer } from "../../support/llm/sse-model-server.ts";

let emulator: Emulator;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
});
beforeEach(() => emulator.reset());
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => emulator.close());

interface Report {
  readonly ok: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly {
    id: string;
    status: string;
    title: string;
    detail?: string;
    fix?: string;
    url?: string;
    code?: number;
  }[];
}

const credentials = (): Record<string, string> => ({
  FEISHU_APP_ID: emulator.app.appId,
  FEISHU_APP_SECRET: emulator.app.appSecret,
  FEISHU_DOMAIN: emulator.apiUrl,
});

async function examine(
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<{ code: number; report: Report; find(id: string): Report["findings"][number] | undefined }> {
  const io = recordIo({ env: { ...credentials(), ...env } });
  const code = await runCli(["doctor", "--json", "--no-model", ...args], io);
  expect(
    io
      .stderr()
      .replace(/^Settings: .*\n/gmu, "")
      .trim(),
  ).toBe("");
  const report = JSON.parse(io.stdout()) as Report;
  expect(report.ok).toBe(code === 0);
  return { code, report, find: (id) => report.findings.find((finding) => finding.id === id) };
}

const app = (): NonNullable<ReturnType<Emulator["store"]["apps"]["get"]>> =>
  emulator.store.apps.get(emulator.app.appId)!;

describe("cardstream doctor", () => {
  it("[D9] finds nothing wrong with a good app, and nobody sees anything of it", async () => {
    const { code, report } = await examine();
    expect(code).toBe(0);
    expect(report.findings.filter(({ status }) => status !== "ok").map(({ id }) => id)).toEqual(["events"]);
    expect(report.findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["token", "proxy", "clock", "bot", "scope:cardkit:card:write", "long-connection", "card"]),
    );
    expect(emulator.visibleTexts(emulator.directChatId())).toEqual([]);
    expect(emulator.store.apps.get(emulator.app.appId)).toBeDefined();
  });

  it("[D9] streams a card into the chat that is named", async () => {
    const { code, find } = await examine(["--chat", emulator.directChatId()]);
    expect(code).toBe(0);
    expect(find("streaming")).toMatchObject({
      status: "ok",
      detail: expect.stringMatching(/all \d+ characters visible/u),
    });
    const [card] = emulator.visibleTexts(emulator.directChatId());
    expect(card).toMatchObject({ title: "cardstream doctor", streaming: false });
    expect(card?.text).toContain("streaming works");
  });

  it("[D9][E3] closes what earlier runs left open, and says what is left", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cardstream-doctor-"));
    closers.push(() => rm(folder, { recursive: true }));
    const config = join(folder, "cardstream.json");
    writeFileSync(config, JSON.stringify({ stateDir: "state" }));
    // A process that is gone has left two cards: one that is there, and one of which Feishu knows nothing now.
    const { appId, appSecret } = emulator.app;
    const clock = createSystemClock();
    const account = { appId, appSecret, domain: emulator.apiUrl };
    const client = createFeishuClient({ account, clock, logger: silentLogger, random: Math.random });
    closers.push(() => client.close());
    const card = { schema: "2.0", config: { streaming_mode: true }, body: { elements: [] } };
    const { cardId } = await createCardEntityFeishu(client, { card });
    const journal = createJournal({
      directory: join(folder, "state"),
      pid: 2 ** 22 + 1,
      run: "gone",
      isAlive: () => false,
      logger: silentLogger,
    });
    const left = { channel: "feishu", account: "default", language: "en", openedAt: 0, messageId: undefined } as const;
    journal.open({ ...left, cardId });
    journal.open({ ...left, cardId: "7000000000000000000" });
    const { code, find } = await examine(["--config", config]);
    expect(code).toBe(0);
    expect(find("owed")).toMatchObject({
      status: "warn",
      detail: "1 of 2 closed now",
      fix: expect.stringContaining("goes on trying"),
    });
    expect(emulator.store.cards.get(cardId)?.streaming).toBe(false);
  });

  it("[D9][A8] names each missing scope with the page that grants it", async () => {
    app().scopes = new Set(["im:message:send_as_bot", "im:message.p2p_msg:readonly"]);
    const { code, find } = await examine(["--chat", emulator.directChatId()]);
    expect(code).toBe(1);
    const missing = find("scope:cardkit:card:write");
    expect(missing).toMatchObject({ status: "fail", fix: expect.stringContaining("publish a new version") });
    expect(missing?.url).toContain("cardkit%3Acard%3Awrite");
    expect(find("scope:im:resource")).toMatchObject({ status: "warn", url: expect.stringContaining("im%3Aresource") });
    expect(find("scope:im:message:send_as_bot")).toMatchObject({ status: "ok" });
    expect(find("card")).toMatchObject({ status: "fail", code: 99991672 });
    // The words arrive all the same, and the doctor says why they did not stream.
    expect(find("streaming")).toMatchObject({ status: "warn", code: 99991672, url: expect.any(String) });
  });

  it("[D9] takes any scope that is enough", async () => {
    app().scopes = new Set(["cardkit:card:write", "im:message", "im:message.p2p_msg:readonly"]);
    const { code, find } = await examine();
    expect(code).toBe(0);
    expect(find("scope:im:message:send_as_bot")).toMatchObject({ status: "ok" });
  });

  it.each([
    ["a wrong secret", { FEISHU_APP_SECRET: "wrong" }, 10015, /secret/iu],
    ["an unknown app", { FEISHU_APP_ID: "cli_0000000000000000" }, undefined, /app id|secret/iu],
    ["nothing there", { FEISHU_DOMAIN: "http://127.0.0.1:54321" }, undefined, /cardstream emulator/u],
  ])("[D9] %s: one failure with its fix, and nothing that follows from it", async (_, env, code, fix) => {
    const answer = await examine([], env);
    expect(answer.code).toBe(1);
    const token = answer.find("token");
    expect(token).toMatchObject({ status: "fail", detail: expect.any(String), fix: expect.stringMatching(fix) });
    if (code !== undefined) expect(token?.code).toBe(code);
    expect(answer.report.counts["fail"]).toBe(1);
    expect(JSON.stringify(answer.report)).not.toContain(emulator.app.appSecret);
  });

  it("[D9] says that something else than Feishu answers", async () => {
    const server = await startModelServer((_body, response) => response.writeHead(200).end("<html>welcome</html>"));
    closers.push(() => server.close());
    const { find } = await examine([], { FEISHU_DOMAIN: new URL(server.baseUrl).origin });
    expect(find("token")).toMatchObject({ status: "fail", detail: expect.stringContaining("not Feishu") });
  });

  it("[D9] tells of a bot that is not active, and of a chat it is not in", async () => {
    emulator.faults.add({ operation: "bot.info", effect: { type: "code", code: 99991662 } });
    emulator.faults.add({ operation: "message.create", effect: { type: "code", code: 230002, httpStatus: 400 } });
    const { code, find } = await examine(["--chat", emulator.directChatId()]);
    expect(code).toBe(1);
    expect(find("bot")).toMatchObject({ status: "fail", code: 99991662, fix: expect.any(String) });
    expect(find("streaming")).toMatchObject({ status: "fail", code: 230002, fix: "Add the bot to the group." });
  });

  it("[D9] explains why the long connection is refused", async () => {
    emulator.faults.add({ operation: "ws.endpoint", effect: { type: "code", code: 1000040350, httpStatus: 200 } });
    const { find } = await examine();
    expect(find("long-connection")).toMatchObject({
      status: "fail",
      code: 1000040350,
      detail: expect.stringContaining("50 long connections"),
      fix: expect.stringContaining("Stop other processes"),
    });
  });

  it("[D9] does not take events from a running bot", async () => {
    await examine();
    expect(emulator.timeline.find({ operation: "ws.endpoint" })).toHaveLength(1);
    expect(emulator.timeline.entries().filter(({ method }) => method === "EVENT")).toEqual([]);
  });

  it("[D9] sees proxies that are not used, and blames them only when Feishu cannot be reached", async () => {
    const proxies = { HTTPS_PROXY: "http://user:password@proxy.invalid:3128" };
    const fine = await examine([], proxies);
    expect(fine.find("proxy")).toMatchObject({ status: "ok", detail: expect.stringContaining("HTTPS_PROXY") });
    expect(JSON.stringify(fine.report)).not.toContain("password");
    const lost = await examine([], { ...proxies, FEISHU_DOMAIN: "http://127.0.0.1:54321" });
    expect(lost.find("proxy")).toMatchObject({ status: "warn", fix: expect.stringContaining("channels.feishu.proxy") });
  });

  it("[D9][D16] prints cause and fix for people, in Chinese too", async () => {
    app().scopes = new Set(["im:message"]);
    const io = recordIo({ env: credentials() });
    expect(await runCli(["doctor", "--no-model", "--lang", "zh"], io)).toBe(1);
    expect(io.stdout()).toMatch(/^✓ 凭证：/mu);
    expect(io.stdout()).toMatch(/^✗ 权限 cardkit:card:write：缺少.*\n {4}→ 开通权限.*\n {6}http/mu);
    expect(io.stdout()).toMatch(/\d+ 项故障/u);
  });

  it("[D9] asks the model, and says when only the demo would answer", async () => {
    const server = await startModelServer((_body, response) => {
      beginStream(response);
      chatChunk(response, { content: "ok" });
      chatChunk(response, {}, "stop");
      response.end("data: [DONE]\n\n");
    });
    closers.push(() => server.close());
    const run = async (env: Record<string, string>): Promise<{ code: number; out: string }> => {
      const io = recordIo({ env: { ...credentials(), ...env } });
      return { code: await runCli(["doctor"], io), out: io.stdout() };
    };
    const model = { OPENAI_API_KEY: "sk-secret-key", OPENAI_MODEL: "tiny", OPENAI_BASE_URL: server.baseUrl };
    expect(await run(model)).toMatchObject({ code: 0, out: expect.stringMatching(/^✓ model openai\/tiny: answers/mu) });
    expect(await run({})).toMatchObject({ code: 0, out: expect.stringMatching(/^! model demo.*\n.*OPENAI_API_KEY/mu) });
    const broken = await run({ ...model, OPENAI_BASE_URL: "http://127.0.0.1:54321" });
    expect(broken).toMatchObject({ code: 1, out: expect.stringMatching(/^✗ model openai\/tiny: .*\n {4}→ /mu) });
    expect(broken.out).not.toContain("sk-secret-key");
  });

  it("[D9] refuses wrong arguments and missing settings with what to set", async () => {
    const none = recordIo();
    expect(await runCli(["doctor"], none)).toBe(2);
    expect(none.stderr()).toContain("FEISHU_APP_ID");
    const wrong = recordIo({ env: credentials() });
    expect(await runCli(["doctor", "--chat", "team"], wrong)).toBe(2);
    expect(wrong.stderr()).toContain("oc_");
    const unknown = recordIo({ env: credentials() });
    expect(await runCli(["doctor", "--account", "other"], unknown)).toBe(2);
    expect(unknown.stderr()).toContain("default");
  });
});
