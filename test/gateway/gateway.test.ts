import { afterEach, describe, expect, it } from "vitest";
import { createGateway } from "../../src/gateway/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { createFeishuInstance, createFeishuMessenger } from "../../extensions/feishu/index.ts";
import { createGatewayBench, GATEWAY_TOKEN } from "../support/gateway-bench.ts";
import type { GatewayBench } from "../support/gateway-bench.ts";
import { toSse } from "../support/llm/feed.ts";
import { answersIn } from "../support/reply-bench.ts";

const benches: GatewayBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

function createBench(options?: Parameters<typeof createGatewayBench>[0]): GatewayBench {
  const bench = createGatewayBench(options);
  benches.push(bench);
  return bench;
}

const shown = (bench: GatewayBench): string =>
  JSON.stringify(bench.emulator.visibleTexts(bench.chatId).filter(({ sender }) => sender === "app"));
const stillStreaming = (bench: GatewayBench): number =>
  [...bench.emulator.store.cards.all()].filter((card) => card.streaming).length;

describe("gateway", () => {
  it("[C1][C2][C3][C4][C5][C12] streams a card: open, append, flush, finalize, get", async () => {
    const bench = createBench();
    const opened = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId, title: "进度" });
    expect(opened.status).toBe(201);
    expect(opened.body).toMatchObject({
      provider: "feishu",
      instance: bench.instance.name,
      chat_id: bench.chatId,
      finalized: false,
      offset: 0,
      acknowledged: 0,
      result: null,
    });
    const path = `/gateway/feishu/streams/${opened.body.id}`;
    expect((await bench.ask("POST", `${path}/update`, { status: "查询中" })).status).toBe(200);
    const appended = await bench.ask("POST", `${path}/append`, { text: "第一段。", offset: 0 });
    expect([appended.status, appended.body.offset]).toEqual([200, 4]);
    const flushed = await bench.ask("POST", `${path}/flush`, {});
    expect(flushed.body).toMatchObject({ acknowledged: 4, message_id: expect.stringMatching(/^om_/u) });
    expect(bench.answers()).toEqual(["第一段。"]);
    expect((await bench.ask("POST", `${path}/append?offset=4`, "第二段。")).body.offset).toBe(8);
    const ended = await bench.ask("POST", `${path}/finalize`, { offset: 8, footer: "完" });
    expect(ended.body).toMatchObject({
      finalized: true,
      message_id: flushed.body.message_id,
      result: { outcome: "finalized", delivered: 8, total: 8, cards: 1, tier: "cardkit", owed: [], error: null },
    });
    expect(bench.answers()).toEqual(["第一段。第二段。"]);
    expect((await bench.ask("GET", path)).body).toEqual(ended.body);
    expect((await bench.ask("POST", `${path}/finalize`)).body).toEqual(ended.body);
    expect(stillStreaming(bench)).toBe(0);
  });

  it("[E3] names the cards that could not be closed", async () => {
    const bench = createBench();
    const opened = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId });
    const path = `/gateway/feishu/streams/${opened.body.id}`;
    await bench.ask("POST", `${path}/append`, { text: "第一段。", offset: 0 });
    const { message_id } = (await bench.ask("POST", `${path}/flush`, {})).body;
    bench.emulator.faults.add({ operation: ["card.*", "element.*"], effect: { type: "http", status: 503 } });
    const ended = await bench.ask("POST", `${path}/finalize`, { offset: 4 });
    expect(ended.body.result).toMatchObject({ delivered: 4, total: 4, owed: [{ message_id }] });
  });

  it("[C12] takes a repeated append once; a gap is a 409 that says where to go on", async () => {
    const bench = createBench();
    const { body } = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId, key: "job-1" });
    expect(await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId, key: "job-1" })).toMatchObject({
      status: 200,
      body: { id: body.id },
    });
    const path = `/gateway/feishu/streams/${body.id}`;
    for (let i = 0; i < 3; i++)
      expect((await bench.ask("POST", `${path}/append`, { text: "once ", offset: 0 })).body.offset).toBe(5);
    const gap = await bench.ask("POST", `${path}/append`, { text: "later", offset: 9 });
    expect([gap.status, gap.body.error.code, gap.body.error.expected_offset]).toEqual([409, "gap", 5]);
    const early = await bench.ask("POST", `${path}/finalize`, { offset: 14 });
    expect([early.status, early.body.error.expected_offset]).toEqual([409, 5]);
    await bench.ask("POST", `${path}/append`, { text: "once more", offset: 0 });
    const ended = await bench.ask("POST", `${path}/finalize`, { offset: 9 });
    expect(ended.body.result).toMatchObject({ delivered: 9, total: 9 });
    expect(bench.answers()).toEqual(["once more"]);
    expect((await bench.ask("POST", `${path}/append`, { text: "x", offset: 9 })).body.error.code).toBe("ended");
  });

  it("[C6] fails a stream: its text stays and the card says why", async () => {
    const bench = createBench();
    const { body } = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId, language: "en" });
    await bench.ask("POST", `/gateway/feishu/streams/${body.id}/append`, { text: "so far", offset: 0 });
    const failed = await bench.ask("POST", `/gateway/feishu/streams/${body.id}/fail`, { code: "timeout" });
    expect(failed.body.result).toMatchObject({ outcome: "failed", delivered: 6 });
    expect(shown(bench)).toContain("so far");
    expect(shown(bench)).toContain("Incomplete: the time limit was reached");
  });

  it("[C12] sends, updates and lists", async () => {
    const bench = createBench();
    const { chatId } = bench;
    const text = await bench.ask("POST", "/gateway/feishu/messages", {
      chat_id: chatId,
      type: "text",
      text: "hi",
      uuid: "u1",
    });
    expect([text.status, text.body.chat_id]).toEqual([201, chatId]);
    const again = await bench.ask("POST", "/gateway/feishu/messages", {
      chat_id: chatId,
      type: "text",
      text: "hi",
      uuid: "u1",
    });
    expect(again.body.message_id).toBe(text.body.message_id);
    const edited = await bench.ask("PATCH", `/gateway/feishu/messages/${text.body.message_id}`, {
      type: "text",
      text: "hello",
    });
    expect(edited.status).toBe(200);
    const card = {
      schema: "2.0",
      config: { update_multi: true },
      body: { elements: [{ tag: "markdown", content: "one" }] },
    };
    const sent = await bench.ask("POST", "/gateway/feishu/messages", { chat_id: chatId, type: "card", card });
    card.body.elements = [{ tag: "markdown", content: "two" }];
    await bench.ask("PATCH", `/gateway/feishu/messages/${sent.body.message_id}`, { type: "card", card });
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    const image = { chat_id: chatId, type: "image", image_base64: png.toString("base64") };
    expect((await bench.ask("POST", "/gateway/feishu/messages", image)).status).toBe(201);
    const markdown = { chat_id: chatId, type: "markdown", markdown: "**bold**", title: "T" };
    expect((await bench.ask("POST", "/gateway/feishu/messages", markdown)).status).toBe(201);
    const all = shown(bench);
    for (const expected of ["hello", "two", "bold"]) expect(all).toContain(expected);
    expect(all).not.toContain("one");
    const chats = await bench.ask("GET", "/gateway/feishu/chats?page_size=1");
    expect(chats.body.items).toHaveLength(1);
    expect(chats.body.items[0].chat_id).toMatch(/^oc_/u);
    expect((await bench.ask("GET", "/gateway/feishu/instances")).body.items).toEqual([
      { instance: bench.instance.name },
    ]);
  });

  it("[C12] streams one request's body into a card: text cut anywhere, or a provider's events", async () => {
    const bench = createBench();
    const bytes = Buffer.from("逐字输出：你好 🌍！");
    const cut = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const path = `/gateway/feishu/pipe?chat_id=${bench.chatId}&title=T`;
    const piped = await bench.ask("POST", path, cut, { "content-type": "text/plain; charset=utf-8" });
    const { length } = "逐字输出：你好 🌍！";
    expect(piped.body.result).toMatchObject({ outcome: "finalized", delivered: length, total: length });
    const events = toSse([
      { type: "message_start", message: {} },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "from Claude" } },
      { type: "message_stop" },
    ]);
    const sse = await bench.ask("POST", path, Buffer.from(events).toString(), { "content-type": "text/event-stream" });
    expect([sse.status, sse.body.offset]).toEqual([200, 11]);
    expect(bench.answers()).toEqual(["逐字输出：你好 🌍！", "from Claude"]);
    const broken = await bench.ask("POST", path, 'data: {"choices":[{"delta":{"content":"half"}}]}\n\n', {
      "content-type": "text/event-stream",
    });
    expect([broken.status, broken.body.error.code]).toEqual([422, "unreadable-source"]);
    expect(broken.body.error.message).toContain("truncated");
    expect(bench.answers().at(-1)).toBe("half");
    expect(stillStreaming(bench)).toBe(0);
  });

  it("[C12] lets nobody in without the token", async () => {
    const bench = createBench();
    for (const authorization of ["", "Bearer", "Bearer wrong", `Basic ${GATEWAY_TOKEN}`, `Bearer ${GATEWAY_TOKEN}x`]) {
      for (const [method, path] of [
        ["POST", "/gateway/feishu/messages"],
        ["POST", "/gateway/feishu/streams"],
        ["POST", "/gateway/feishu/pipe"],
        ["GET", "/gateway/feishu/chats"],
        ["GET", "/metrics"],
      ] as const) {
        const refused = await bench.ask(method, path, method === "GET" ? undefined : {}, { authorization });
        expect([path, refused.status, refused.body.error.code]).toEqual([path, 401, "unauthorized"]);
        expect(refused.headers.get("www-authenticate")).toBe("Bearer");
      }
    }
    expect(bench.emulator.timeline.entries()).toEqual([]);
    expect((await bench.ask("GET", "/healthz", undefined, { authorization: "" })).body.status).toBe("ok");
    expect(() => createGateway({ ...parts(bench), token: "short" })).toThrow(TypeError);
  });

  it("[C12][E10] knows no path but its own, however it is written, and lets no page of another origin read an answer", async () => {
    const bench = createBench();
    const paths = [
      "/gateway/feishu/streams/../../../etc/passwd",
      "/gateway/feishu/streams/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
      "/gateway/feishu/streams/__proto__",
      "/gateway/feishu/streams/constructor/append",
      "/gateway/feishu/streams/%00",
      "/gateway/feishu/streams/%ff",
      "//gateway/feishu/chats",
      "/gateway//feishu/chats",
      "/gateway/feishu/chats/",
      "/GATEWAY/feishu/chats",
      "/gateway/feishu/messages/..%2fchats",
      "/gateway/feishu/messages/%2e%2e",
      "/metrics/..;/healthz",
    ];
    for (const path of paths)
      for (const method of ["GET", "POST", "PATCH", "DELETE", "OPTIONS"]) {
        const body = method === "POST" || method === "PATCH" ? { text: "x" } : undefined;
        const headers = { origin: "https://attacker.example" };
        const answer = await bench.ask(method, path, body, headers);
        expect([path, method, answer.status >= 400 && answer.status < 500]).toEqual([path, method, true]);
        expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
        const strange = await bench.ask(method, path, body, { ...headers, authorization: "" });
        expect([path, method, [401, 403, 404, 405].includes(strange.status)]).toEqual([path, method, true]);
      }
    expect(bench.emulator.timeline.entries().filter(({ operation }) => operation === "message.create")).toEqual([]);
  });

  it("[C12] refuses what is too large, malformed or of another type, and says which field", async () => {
    const bench = createBench({ gateway: { limits: { maxChars: 1000, maxOpen: 1 } } });
    const { chatId } = bench;
    const refused = async (path: string, body: unknown, headers = {}): Promise<[number, string]> => {
      const { status, body: answer } = await bench.ask("POST", path, body, headers);
      return [status, answer.error.code];
    };
    const opened = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: chatId });
    const path = `/gateway/feishu/streams/${opened.body.id}`;
    expect(await refused(`${path}/append`, { text: "x".repeat(1001), offset: 0 })).toEqual([413, "too-long"]);
    expect(await refused(`${path}/update`, { reasoning: "x".repeat(1001) })).toEqual([413, "too-long"]);
    expect(await refused(`${path}/finalize`, { text: "x".repeat(1001) })).toEqual([413, "too-long"]);
    expect(await refused(`${path}/update`, "[".repeat(100_000), { "content-type": "application/json" })).toEqual([
      400,
      "invalid",
    ]);
    expect(await refused(`${path}/append`, "x".repeat(8_000_001))).toEqual([413, "too-large"]);
    expect(await refused(`${path}/append`, { text: "\ud83d", offset: 0 })).toEqual([400, "invalid"]);
    expect(await refused(`${path}/append`, "x", { "content-type": "image/png" })).toEqual([415, "wrong-content-type"]);
    expect(await refused(`${path}/finalize`, "{", { "content-type": "application/json" })).toEqual([400, "invalid"]);
    expect(await refused("/gateway/feishu/streams", { chat_id: chatId })).toEqual([429, "too-many"]);
    expect(await refused("/gateway/feishu/streams", { chat_id: chatId, open_id: "ou_1" })).toEqual([400, "invalid"]);
    expect(await refused("/gateway/feishu/streams", { chat_id: chatId, instance: "x" })).toEqual([
      404,
      "unknown-instance",
    ]);
    expect(await refused("/gateway/feishu/streams/nope/append", { text: "" })).toEqual([404, "unknown-stream"]);
    expect(await refused("/gateway/other", {})).toEqual([404, "unknown-path"]);
    const wrong = await bench.ask("POST", "/gateway/feishu/messages", { chat_id: 1, type: "text", text: "" });
    expect(wrong.body.error.issues.map(({ path }: { path: string }) => path).sort()).toEqual(["chat_id", "text"]);
    const gone = await bench.ask("POST", "/gateway/feishu/messages", {
      chat_id: "oc_nowhere",
      type: "text",
      text: "x",
    });
    expect(gone.body.error).toMatchObject({
      code: expect.stringMatching(/^platform-/u),
      platform_code: expect.any(Number),
    });
  });

  it("[C12] closes a silent stream with its text, also when its body just stops coming", async () => {
    const bench = createBench({ gateway: { limits: { idleMs: 30_000 } } });
    const { body } = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId, language: "en" });
    await bench.ask("POST", `/gateway/feishu/streams/${body.id}/append`, { text: "left behind", offset: 0 });
    await bench.clock.advance(31_000);
    const after = await bench.ask("GET", `/gateway/feishu/streams/${body.id}`);
    expect(after.body.result).toMatchObject({ outcome: "failed", delivered: 11 });
    const hanging = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("then silence")) });
    const piped = await bench.ask("POST", `/gateway/feishu/pipe?chat_id=${bench.chatId}`, hanging);
    expect(piped.status).toBe(422);
    expect(bench.answers()).toEqual(["left behind", "then silence"]);
    expect(shown(bench)).toContain("the sender disconnected");
    expect([stillStreaming(bench), bench.gateway.openStreams]).toEqual([0, 0]);
  });

  it("[C12] ends open streams as interrupted when it stops: all that was accepted is visible", async () => {
    const bench = createBench();
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) {
      const { body } = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId });
      ids.push(body.id);
      await bench.ask("POST", `/gateway/feishu/streams/${body.id}/append`, { text: `text ${i}`, offset: 0 });
    }
    await bench.clock.runUntil(bench.gateway.close(10_000));
    expect(bench.answers().sort()).toEqual(ids.map((_, index) => `text ${index}`).sort());
    expect([stillStreaming(bench), bench.gateway.openStreams]).toEqual([0, 0]);
    const late = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId });
    expect([late.status, late.body.error.code]).toEqual([503, "closed"]);
    expect((await bench.ask("GET", "/healthz")).status).toBe(503);
  });

  it("[C13] writes for several apps, each under its name and with its own credentials", async () => {
    const apps = [
      { appId: "cli_1111111111111111", appSecret: "secret-1", name: "one" },
      { appId: "cli_2222222222222222", appSecret: "secret-2", name: "two" },
    ];
    const host = createBench({ bench: { emulator: { apps } } });
    const instances = apps.map((app) =>
      createFeishuInstance({
        ...app,
        domain: host.emulator.apiUrl,
        fetch: host.emulator.fetch,
        clock: host.clock,
      }),
    );
    const channels = instances.map((instance) => createFeishuMessenger({ instance }));
    const both = createBench({ gateway: { channels, clock: host.clock }, bench: { clock: host.clock } });
    const path = "/gateway/feishu/pipe";
    const unnamed = await both.ask("POST", `${path}?chat_id=oc_1`, "x");
    expect([unnamed.status, unnamed.body.error.code]).toEqual([400, "invalid"]);
    for (const { appId, name: instance } of apps) {
      const chatId = host.emulator.directChatId(undefined, appId);
      const piped = await both.ask("POST", `${path}?chat_id=${chatId}&instance=${instance}`, `from ${instance}`);
      expect(piped.body).toMatchObject({ instance, chat_id: chatId, result: { delivered: 5 + instance.length } });
      expect(answersIn(host.emulator, chatId)).toEqual([`from ${instance}`]);
    }
    expect(() => createGateway({ ...parts(host), channels: [] })).toThrow(TypeError);
    await Promise.all(instances.map((instance) => instance.close()));
  });

  it("[D14] counts the replies for Prometheus", async () => {
    const bench = createBench();
    await bench.ask("POST", `/gateway/feishu/pipe?chat_id=${bench.chatId}`, "text");
    const metrics = await bench.ask("GET", "/metrics");
    expect(metrics.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/u);
    expect(metrics.body).toMatch(/^cardstream_reply_ended_total\{.*outcome="finalized",tier="cardkit"\} 1$/mu);
  });
});

const parts = (bench: GatewayBench): Parameters<typeof createGateway>[0] => ({
  channels: [createFeishuMessenger({ instance: bench.instance })],
  token: GATEWAY_TOKEN,
  clock: bench.clock,
  logger: silentLogger,
  newId: () => "x",
  version: "0.0.0",
});

describe("gateway whose app Feishu does not take", () => {
  it("[E11] says so on /healthz, refuses streams at once, and recovers when the app does", async () => {
    const bench = createBench();
    const app = bench.emulator.store.apps.get(bench.emulator.app.appId)!;
    app.enabled = false;
    const health = await bench.ask("GET", "/healthz");
    expect(health.status).toBe(503);
    expect(health.body).toMatchObject({
      status: "failing",
      instances: [
        {
          instance: bench.instance.name,
          status: "failing",
          error: expect.stringMatching(/app is unavailable.*Check app id/u),
        },
      ],
    });
    const before = bench.clock.now();
    const refused = await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId });
    expect([refused.status, refused.body.error.code]).toEqual([403, "platform-forbidden"]);
    expect(refused.body.error.message).toContain("Check app id, app secret and domain");
    expect(bench.clock.now() - before).toBeLessThan(1_000);
    expect(bench.gateway.openStreams).toBe(0);
    app.enabled = true;
    await bench.clock.advance(10_000);
    expect((await bench.ask("GET", "/healthz")).body).toMatchObject({ status: "ok" });
    expect((await bench.ask("POST", "/gateway/feishu/streams", { chat_id: bench.chatId })).status).toBe(201);
  });

  it.each([
    ["streams", { titel: "x" }, "titel", "did you mean `title`?"],
    ["messages", { type: "text", text: "hi", chatid: "x" }, "chatid", "did you mean `chat_id`?"],
    ["messages", { type: "text", text: "hi", colour: "red" }, "colour", "there are: type, text, instance"],
    ["messages", { type: "txt", text: "hi" }, "type", 'takes one of: "text", "markdown", "card", "image"'],
    ["messages", { txt: "hi" }, "txt", "did you mean `text`?"],
    ["pipe?langauge=zh", "text", "langauge", "did you mean `language`?"],
  ])(
    "[E11] refuses a field of %s that does not exist, and names the one that was meant",
    async (path, body, field, hint) => {
      const bench = createBench();
      const target = typeof body === "string" ? body : { chat_id: bench.chatId, ...body };
      const { status, body: answer } = await bench.ask("POST", `/gateway/feishu/${path}`, target);
      expect(status).toBe(400);
      expect(answer.error.issues).toContainEqual({ path: field, message: expect.stringContaining(hint) });
    },
  );
});
