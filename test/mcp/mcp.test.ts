import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Transport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator, VisibleMessage } from "../../src/emulator/index.ts";
import { runCli } from "../../src/cli/program.ts";
import { silentLogger } from "../../src/log/index.ts";
import { openRedisState, readRedisAddress } from "../../src/shared/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { childEnv } from "../support/process/child-env.ts";
import { recordIo } from "../support/cli-io.ts";
import { startCli } from "../support/process/cli-process.ts";
import { redisForTests, whyNoRedis } from "../support/process/redis-server.ts";
import { answersIn } from "../support/reply-bench.ts";
import { removeFolder } from "../support/remove-folder.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");
/** Far more than it takes. */
const POLL = { timeout: 20_000, interval: 20 };
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkM9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let emulator: Emulator;
let folder: string;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  folder = mkdtempSync(join(tmpdir(), "cardstream-mcp-"));
  mkdirSync(join(folder, "pictures"));
  writeFileSync(join(folder, "pictures/pixel.png"), Buffer.from(PIXEL, "base64"));
  writeFileSync(join(folder, "pictures/notes.png"), "not a picture");
  writeFileSync(join(folder, "secret.png"), Buffer.from(PIXEL, "base64"));
  symlinkSync(join(folder, "secret.png"), join(folder, "pictures/link.png"));
});
beforeEach(() => emulator.reset());
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
afterAll(async () => {
  await emulator.close();
  removeFolder(folder);
});

const env = (): Record<string, string> => ({
  FEISHU_APP_ID: emulator.app.appId,
  FEISHU_APP_SECRET: emulator.app.appSecret,
  FEISHU_DOMAIN: emulator.apiUrl,
});

interface Answer {
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly failed: boolean;
}

/** The official client, used as a model's host uses it. */
class Model {
  readonly client = new Client({ name: "test", version: "1.0.0" });
  readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  async use(name: string, input: Record<string, unknown>): Promise<Answer> {
    const { content, structuredContent, isError } = await this.client.callTool({ name, arguments: input });
    const text = (content as { type: string; text?: string }[]).map((part) => part.text ?? "").join("");
    return { text, data: structuredContent as Answer["data"], failed: isError === true };
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

async function overStdio(...args: string[]): Promise<{ model: Model; stderr: () => string; pid: number | null }> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MAIN, "mcp", ...args],
    env: childEnv(env()),
    cwd: folder,
    stderr: "pipe",
  });
  let err = "";
  transport.stderr?.on("data", (chunk: Buffer) => void (err += chunk.toString()));
  const model = new Model(transport);
  await model.client.connect(transport);
  closers.push(() => model.close());
  return { model, stderr: () => err, pid: transport.pid };
}

async function overHttp(
  token = "a-token-for-tests",
  ...args: string[]
): Promise<{ url: string; connect(): Promise<Model>; server: ReturnType<typeof startCli> }> {
  const server = startCli(["mcp", "--http", "0", ...args], {
    env: { ...env(), CARDSTREAM_MCP_TOKEN: token },
    cwd: folder,
  });
  closers.push(async () => {
    server.child.kill("SIGTERM");
    await server.ended;
  });
  await server.until(/MCP server at \S+/u);
  const url = /MCP server at (\S+)/u.exec(server.stderr())?.[1] ?? "";
  return {
    url,
    server,
    async connect() {
      const headers = { authorization: `Bearer ${token}` };
      const model = new Model(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
      await model.client.connect(model.transport);
      closers.push(() => model.close());
      return model;
    },
  };
}

/** What a model does: finds the chat, opens, appends 200 times with what it was told, closes. */
async function writeReport(model: Model): Promise<{ text: string; shown: string }> {
  const opened = await model.use("stream_card_open", { chat_id: emulator.directChatId(), title: "Report" });
  expect(opened).toMatchObject({ failed: false });
  const stream_id = String(opened.data?.["stream_id"]);
  let offset = Number(opened.data?.["next_offset"]);
  let text = "";
  for (let i = 0; i < 200; i++) {
    const part = i % 20 === 0 ? `\n\n## 第 ${i} 节\n\n` : `Sentence ${i} 流式。`;
    text += part;
    const { data } = await model.use("stream_card_append", { stream_id, text: part, offset });
    offset = Number(data?.["next_offset"]);
  }
  expect(offset).toBe(text.length);
  const { data, failed } = await model.use("stream_card_close", { stream_id });
  expect(failed).toBe(false);
  expect(data).toMatchObject({ outcome: "finalized", delivered: text.length, total: text.length });
  const ids = data?.["message_ids"] as string[];
  const cards = emulator.visibleTexts(emulator.directChatId()).filter(({ messageId }) => ids.includes(messageId));
  const answer = cards.flatMap(({ parts }) => parts.filter(({ elementId }) => /^a\d+$/u.test(elementId ?? "")));
  return { text: squeezed(text), shown: squeezed(answer.map((part) => part.text).join("")) };
}

const squeezed = (text: string): string => text.replace(/\s+/gu, " ").trim();

describe("after kill -9", () => {
  it("[C11][D7] the next server ends the open card as interrupted, with its text", async () => {
    const first = await overStdio();
    const opened = await first.model.use("stream_card_open", { chat_id: emulator.directChatId() });
    const stream_id = String(opened.data?.["stream_id"]);
    await first.model.use("stream_card_append", { stream_id, text: "half a sentence", offset: 0 });
    const card = (): VisibleMessage | undefined => emulator.visibleTexts(emulator.directChatId()).at(-1);
    await expect.poll(() => card()?.text, POLL).toContain("half a sentence");
    process.kill(first.pid ?? expect.fail("the server has no pid"), "SIGKILL");
    expect(card()?.streaming).toBe(true);
    await overStdio();
    await expect.poll(() => card()?.streaming, POLL).toBe(false);
    expect(card()?.text).toContain("half a sentence");
  });
});

describe("cardstream mcp", { timeout: 60_000 }, () => {
  it("[C11] over stdio: a model opens a stream, appends 200 times and closes it", async () => {
    const { model, stderr } = await overStdio();
    const { text, shown } = await writeReport(model);
    expect(shown).toBe(text);
    expect(stderr()).toContain("every chat");
  });

  it("[C11] over HTTP: the same, from several clients at once", async () => {
    const { connect } = await overHttp();
    const models = await Promise.all([connect(), connect()]);
    for (const { text, shown } of await Promise.all(models.map(writeReport))) expect(shown).toBe(text);
  });

  const why = whyNoRedis();
  it.skipIf(why !== undefined)(
    `[C11] over HTTP: a stream goes on at another server when its own is killed${why === undefined ? "" : `: ${why}`}`,
    async () => {
      const redis = await redisForTests();
      closers.push(() => redis.close());
      const shared = { redis: redis.url, prefix: `test-${crypto.randomUUID()}`, leaseSeconds: 2 };
      writeFileSync(join(folder, "shared.json5"), JSON.stringify({ shared }));
      const servers = await Promise.all([1, 2].map(() => overHttp(undefined, "--config", "shared.json5")));
      const [a, b] = await Promise.all(servers.map((server) => server.connect()));
      if (a === undefined || b === undefined) throw new Error("two servers were started");
      const opened = await a.use("stream_card_open", { chat_id: emulator.directChatId() });
      const { stream_id } = opened.data ?? {};
      await a.use("stream_card_append", { stream_id, text: "one ", offset: 0 });
      const elsewhere = await b.use("stream_card_append", { stream_id, text: "two ", offset: 4 });
      expect(elsewhere.data).toMatchObject({ next_offset: 8 });
      servers[0]?.server.child.kill("SIGKILL");
      const again = await b.use("stream_card_append", { stream_id, text: "two ", offset: 4 });
      expect(again.data).toMatchObject({ next_offset: 8 });
      await b.use("stream_card_append", { stream_id, text: "three", offset: 8 });
      const closed = await b.use("stream_card_close", { stream_id });
      expect(closed.data).toMatchObject({ outcome: "finalized", delivered: 13, total: 13, cards: 1 });
      expect(answersIn(emulator, emulator.directChatId())).toEqual(["one two three"]);
      const { appId } = emulator.app;
      const address = readRedisAddress(redis.url);
      const clock = createSystemClock();
      const state = await openRedisState({ address, prefix: shared.prefix, scope: appId, clock, logger: silentLogger });
      closers.push(() => state.close());
      const counted = (await state.budgets()).map(({ name }) => name);
      expect(counted, "with the app's bots").toEqual(
        expect.arrayContaining(["api:card.create", "api:element.content"]),
      );
    },
    60_000,
  );

  it("[C11] describes tools with annotations and schemas of input and output", async () => {
    const { model } = await overStdio();
    const { tools } = await model.client.listTools();
    expect(tools.map(({ name }) => name)).toHaveLength(8);
    for (const tool of tools) {
      expect(tool.annotations).toMatchObject({ readOnlyHint: tool.name === "list_chats", openWorldHint: true });
      expect(tool.inputSchema).toMatchObject({ type: "object" });
      expect(tool.outputSchema).toMatchObject({ type: "object" });
    }
    expect(model.client.getInstructions()).toContain("list_chats");
  });

  it("[C11] errors are results that say what to do next", async () => {
    const { model } = await overStdio("--allow", "oc_a", "ou_b");
    const refused = await model.use("send_text", { chat_id: emulator.directChatId(), text: "x" });
    expect(refused.failed).toBe(true);
    expect(refused.text).toMatch(/not among the chats.*\nNext: Call list_chats/u);
    const wrong = await model.use("send_text", { chat_id: "oc_a", text: "" });
    expect(wrong.failed).toBe(true);
    expect(emulator.visibleTexts(emulator.directChatId())).toEqual([]);
  });

  it("[C11] sends nothing with --dry-run", async () => {
    const { model, stderr } = await overStdio("--dry-run");
    expect((await model.use("send_card", { chat_id: emulator.directChatId(), markdown: "x" })).data).toEqual({
      dry_run: true,
    });
    expect(stderr()).toContain("Dry run");
    expect(emulator.visibleTexts(emulator.directChatId())).toEqual([]);
  });

  it("[C11] reads pictures below one folder and nothing else", async () => {
    const { model } = await overStdio("--files", "pictures");
    const send = (path: string): Promise<Answer> => model.use("send_image", { chat_id: emulator.directChatId(), path });
    expect((await send("pixel.png")).failed).toBe(false);
    for (const path of ["../secret.png", "link.png", "/etc/passwd", "notes.png", "missing.png", "."]) {
      const answer = await send(path);
      expect(answer.failed).toBe(true);
      expect(answer.text).toContain("Next:");
    }
    expect(emulator.visibleTexts(emulator.directChatId())).toHaveLength(1);
  });

  it.each(["stdio", "HTTP"])("[C11] takes the largest picture there may be over %s", async (how) => {
    const model = how === "stdio" ? (await overStdio()).model : await (await overHttp()).connect();
    const data = Buffer.concat([Buffer.from(PIXEL, "base64"), Buffer.alloc(10 * 1024 * 1024 - 200)]);
    const answer = await model.use("send_image", {
      chat_id: emulator.directChatId(),
      data_base64: data.toString("base64"),
    });
    expect(answer.text).toMatch(/^Sent as om_/u);
  });

  it.each(["the client leaves", "SIGTERM"])("[C11] closes open cards with their text when %s", async (how) => {
    const { model, pid } = await overStdio();
    const { data } = await model.use("stream_card_open", { chat_id: emulator.directChatId() });
    await model.use("stream_card_append", { stream_id: data?.["stream_id"], text: "half a thought", offset: 0 });
    if (how === "SIGTERM") process.kill(pid ?? 0, "SIGTERM");
    else await model.close();
    await expect
      .poll(() => emulator.visibleTexts(emulator.directChatId())[0]?.streaming, { timeout: 8_000 })
      .toBe(false);
    const [shown] = emulator.visibleTexts(emulator.directChatId());
    expect(shown?.text).toContain("half a thought");
    expect(shown?.text).toContain("Interrupted");
  });

  it("[C11] closes a stream nobody appends to after --idle seconds", async () => {
    const { model } = await overStdio("--idle", "1");
    const { data } = await model.use("stream_card_open", { chat_id: emulator.directChatId() });
    await model.use("stream_card_append", { stream_id: data?.["stream_id"], text: "left alone", offset: 0 });
    await expect
      .poll(() => emulator.visibleTexts(emulator.directChatId())[0]?.streaming, { timeout: 8_000 })
      .toBe(false);
    const again = await model.use("stream_card_append", { stream_id: data?.["stream_id"], text: "!", offset: 10 });
    expect(again.text).toMatch(/nothing was appended for too long.*\nNext: Open another stream/u);
  });

  it("[C11] HTTP takes only the token, only this machine, only /mcp", async () => {
    const { url, server } = await overHttp();
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
    const post = (to: string, headers: Record<string, string>): Promise<Response> =>
      fetch(to, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
      });
    const right = { authorization: "Bearer a-token-for-tests" };
    expect((await post(url, {})).status).toBe(401);
    expect((await post(url, { authorization: "Bearer wrong" })).status).toBe(401);
    expect((await post(url.replace("/mcp", "/other"), right)).status).toBe(404);
    expect((await post(url, { ...right, origin: "https://evil.example" })).status).toBe(403);
    expect((await post(url, right)).status).toBe(200);
    expect(server.stderr()).not.toContain("a-token-for-tests");
  });

  it.each(["t", "fifteen-letters", `${"x".repeat(16)}\u4e2d`, `with a space ${"x".repeat(16)}`])(
    "[C11][E10] does not begin over HTTP with a token that can be guessed: %s",
    async (weak) => {
      const io = recordIo({ env: { ...env(), CARDSTREAM_MCP_TOKEN: weak } });
      expect(await runCli(["mcp", "--http", "0"], io)).toBe(2);
      expect(io.stderr()).toContain("CARDSTREAM_MCP_TOKEN must be at least 16 visible ASCII characters");
      expect(io.stderr()).not.toContain("MCP server at");
      expect(io.stderr()).not.toContain(weak.length > 1 ? weak : `"${weak}"`);
    },
  );

  it("[C11] makes and prints a token when none is given, and refuses a port in use", async () => {
    const first = startCli(["mcp", "--http", "0"], { env: env(), cwd: folder });
    await first.until(/Token: [\w-]{32}/u);
    const port = /:(\d+)\/mcp/u.exec(first.stderr())?.[1] ?? "";
    const second = startCli(["mcp", "--http", port], { env: env(), cwd: folder });
    expect(await second.ended).toBe(2);
    expect(second.stderr()).toContain(port);
    first.child.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    expect(first.stdout()).toBe("");
  });
});
