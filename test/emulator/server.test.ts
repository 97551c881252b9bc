import { execFile } from "node:child_process";
import { request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { WebSocket } from "ws";
import { afterEach, describe, expect, it } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator, FeedEvent, StartOptions } from "../../src/emulator/index.ts";
import { until } from "./until.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: StartOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator(options);
  closers.push(() => emulator.close());
  return emulator;
}

function admin(emulator: Emulator, method: string, path: string, body?: unknown): Promise<Response> {
  const init = {
    method,
    headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
  };
  return fetch(
    `${emulator.apiUrl}/emulator${path}`,
    body === undefined ? init : { ...init, body: JSON.stringify(body) },
  );
}

/** The cookie of the page for a caller that names another host, as after DNS rebinding. */
function pageCookie(emulator: Emulator, query: string, host: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(`${emulator.pageUrl}${query}`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.headers["set-cookie"]?.[0]);
    });
    call.on("error", reject).end();
  });
}

async function tokenOf(emulator: Emulator): Promise<string> {
  const { appId, appSecret } = emulator.app;
  const response = await fetch(`${emulator.apiUrl}/open-apis/auth/v3/tenant_access_token/internal`, {
    method: "POST",
    body: JSON.stringify({ app_id: appId, app_secret: appSecret }),
  });
  return ((await response.json()) as { tenant_access_token: string }).tenant_access_token;
}

async function sendText(emulator: Emulator, text: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${emulator.apiUrl}/open-apis/im/v1/messages?receive_id_type=chat_id`, {
    method: "POST",
    headers: { authorization: `Bearer ${await tokenOf(emulator)}` },
    body: JSON.stringify({ receive_id: emulator.directChatId(), msg_type: "text", content: JSON.stringify({ text }) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

describe("the server", () => {
  it("listens on the loopback, on a free port, and refuses a port that is taken", async () => {
    const emulator = await start();
    expect(emulator.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
    const port = Number(new URL(emulator.apiUrl).port);
    await expect(startEmulator({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("breaks the socket for a lost answer, and keeps it open for a hung call", async () => {
    const emulator = await start();
    emulator.faults.add({ operation: "message.create", effect: { type: "lost" }, count: 1 });
    await expect(sendText(emulator, "lost")).rejects.toThrow("fetch failed");
    expect(emulator.visibleTexts(emulator.directChatId())).toMatchObject([{ text: "lost" }]);
    emulator.faults.add({ operation: "message.create", effect: { type: "hang" }, count: 1 });
    const controller = new AbortController();
    const hung = sendText(emulator, "hung", controller.signal);
    await until(() => emulator.timeline.find({ outcome: "hung" }).length === 1);
    controller.abort();
    await expect(hung).rejects.toThrow("abort");
  });

  it("speaks HTTPS with a certificate of its own", async () => {
    const emulator = await start({ tls: true });
    const agent = new HttpsAgent({ rejectUnauthorized: false });
    closers.push(() => agent.destroy());
    const body = await new Promise<string>((resolve, reject) => {
      const call = httpsRequest(`${emulator.apiUrl}/open-apis/bot/v3/info`, { agent }, (response) => {
        let text = "";
        response.on("data", (chunk) => (text += String(chunk)));
        response.on("end", () => resolve(text));
      });
      call.on("error", reject).end();
    });
    expect(JSON.parse(body)).toMatchObject({ code: 99991661 });
  });

  it("lets no one in without a ticket, and no ticket twice", async () => {
    const emulator = await start();
    const { appId, appSecret } = emulator.app;
    const endpoint = (body: unknown): Promise<{ code: number; data: { URL: string } }> =>
      fetch(`${emulator.apiUrl}/callback/ws/endpoint`, { method: "POST", body: JSON.stringify(body) }).then(
        (response) => response.json() as never,
      );
    const { data } = await endpoint({ AppID: appId, AppSecret: appSecret });
    expect(data.URL).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ws\/v2\?fpid=493&/u);
    expect((await endpoint({ app_id: appId, app_secret: appSecret })).code).toBe(514);
    const open = (url: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        closers.push(() => socket.terminate());
        socket.on("open", () => resolve("open"));
        socket.on("unexpected-response", (_, response) => resolve(String(response.headers["handshake-autherrcode"])));
        socket.on("error", () => {});
      });
    expect(await open(data.URL)).toBe("open");
    expect(await open(data.URL)).toBe("514");
    expect(await open(`${emulator.apiUrl.replace("http", "ws")}/ws/v2`)).toBe("514");
  });

  it("lets at most 50 long connections in per app", async () => {
    const emulator = await start();
    const { appId, appSecret } = emulator.app;
    const endpoint = async (): Promise<{ code: number; data: { URL: string } }> =>
      (
        await fetch(`${emulator.apiUrl}/callback/ws/endpoint`, {
          method: "POST",
          body: JSON.stringify({ AppID: appId, AppSecret: appSecret }),
        })
      ).json() as never;
    const spare = await endpoint();
    for (let i = 0; i < 50; i++) {
      const socket = new WebSocket((await endpoint()).data.URL);
      closers.push(() => socket.terminate());
      await new Promise((resolve) => socket.on("open", resolve));
    }
    expect((await endpoint()).code).toBe(1_000_040_350);
    const late = new WebSocket(spare.data.URL);
    const code = await new Promise((resolve) => {
      late.on("unexpected-response", (_, response) => resolve(response.headers["handshake-autherrcode"]));
      late.on("error", () => {});
    });
    expect(code).toBe("1000040350");
  });

  it("[D10] outlives requests that are no good HTTP, and upgrades to anywhere", async () => {
    const emulator = await start();
    const port = Number(new URL(emulator.apiUrl).port);
    const upgrade =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13";
    for (const raw of [
      "GET //[ HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /open-apis/%zz/%E0%A4%A HTTP/1.1\r\nHost: [\r\n\r\n",
      "POST /open-apis//[?%zz HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
      "GET http://[/ HTTP/1.1\r\nHost: x\r\n\r\n",
      "nonsense\r\n\r\n",
      `GET //[ HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n\r\n`,
      `GET /ws/v2?ticket=%zz HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n\r\n`,
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, "127.0.0.1", () =>
          socket.write(raw, () => setTimeout(() => socket.destroy(), 20)),
        );
        socket.on("error", () => {});
        socket.on("close", () => resolve());
      });
    }
    expect((await sendText(emulator, "still here")).status).toBe(200);
  });

  it("ignores frames that are none on the long connection", async () => {
    const emulator = await start();
    const { appId, appSecret } = emulator.app;
    const response = await fetch(`${emulator.apiUrl}/callback/ws/endpoint`, {
      method: "POST",
      body: JSON.stringify({ AppID: appId, AppSecret: appSecret }),
    });
    const { data } = (await response.json()) as { data: { URL: string } };
    const socket = new WebSocket(data.URL);
    closers.push(() => socket.terminate());
    await new Promise((resolve) => socket.on("open", resolve));
    const answers: Buffer[] = [];
    socket.on("message", (message) => answers.push(message as Buffer));
    for (const bytes of [Buffer.alloc(0), Buffer.from("text"), Buffer.alloc(1000, 0xff)]) socket.send(bytes);
    socket.send("a text frame");
    socket.send(Buffer.from("0800100018f681801020002a0c0a0474797065120470696e67", "hex"));
    await until(() => answers.length === 1);
    expect(answers[0]?.toString("latin1")).toContain("PingInterval");
  });

  it("loads no bot code", async () => {
    const base = new URL("../../", import.meta.url);
    const probe = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      const { startEmulator } = await import("./src/emulator/index.ts");
      await (await startEmulator()).close();
      const own = loaded.map((url) => url.replace(${JSON.stringify(base.href)}, "./"));
      console.log(JSON.stringify(own.filter((url) => /^\\.\\/(extensions|src\\/(host|stream|llm|gateway|mcp|cli))\\/|@larksuiteoapi|selfsigned/u.test(url))));
      if (!own.includes("./src/emulator/index.ts")) throw new Error("no file of the checkout was seen");`;
    const root = fileURLToPath(base);
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", probe], { cwd: root });
    expect(JSON.parse(stdout)).toEqual([]);
  });
});

describe("the admin API", () => {
  it("wants the token, as a bearer, in the query, or in the page's cookie", async () => {
    const emulator = await start();
    const state = (headers: Record<string, string>, query = ""): Promise<Response> =>
      fetch(`${emulator.apiUrl}/emulator/state${query}`, { headers });
    expect((await state({})).status).toBe(401);
    expect((await state({ authorization: "Bearer wrong" })).status).toBe(401);
    expect((await state({ cookie: "emulator_admin_1=wrong" })).status).toBe(401);
    expect((await state({ authorization: `Bearer ${emulator.adminToken}` })).status).toBe(200);
    expect((await state({}, `?token=${emulator.adminToken}`)).status).toBe(200);
    const page = await fetch(emulator.pageUrl);
    const cookie = page.headers.get("set-cookie") ?? "";
    expect(cookie).toContain("HttpOnly; SameSite=Strict");
    expect((await state({ cookie: cookie.split(";")[0] ?? "" })).status).toBe(200);
    expect(page.headers.get("content-type")).toContain("text/html");
  });

  // A recording proxy refuses such a call itself.
  it.skipIf(process.env["THROUGH_PROXY"] !== undefined)(
    "gives its cookie to no other name without the token",
    async () => {
      const emulator = await start();
      const asOther = (query: string): Promise<string | undefined> => pageCookie(emulator, query, "attacker.example");
      expect(await asOther("")).toBeUndefined();
      expect(await asOther(`?token=${emulator.adminToken}`)).toContain("HttpOnly");
    },
  );

  it("has another token in every run, which no website can guess", async () => {
    const [one, two] = [await start(), await start()];
    expect(one.adminToken).toMatch(/^[\w-]{32}$/u);
    expect(two.adminToken).not.toBe(one.adminToken);
  });

  it("shows chats, messages and cards, and what people do", async () => {
    const emulator = await start();
    const chatId = emulator.directChatId();
    const sent = (await (
      await admin(emulator, "POST", "/messages", { from: "小明", chatId, text: "from the page" })
    ).json()) as { message: { messageId: string } };
    await admin(emulator, "PUT", `/messages/${sent.message.messageId}`, { text: "edited" });
    await admin(emulator, "POST", `/messages/${sent.message.messageId}/reactions`, { from: "小明", emoji: "OK" });
    const messages = await (await admin(emulator, "GET", `/chats/${chatId}/messages`)).json();
    expect(messages).toMatchObject({
      messages: [
        {
          content: { text: "edited" },
          edited: true,
          sender: { type: "user", name: "小明" },
          reactions: [{ emoji: "OK", by: [{ name: "小明" }] }],
        },
      ],
    });
    const state = await (await admin(emulator, "GET", "/state")).json();
    expect(state).toMatchObject({
      apps: [{ appId: emulator.app.appId }],
      users: [{ name: "小明" }, { name: "小红" }],
      chats: [{ preview: "edited" }, {}, { topics: [{ count: 2 }] }],
    });
    await admin(emulator, "DELETE", `/messages/${sent.message.messageId}`);
    expect(emulator.visibleTexts(chatId)).toEqual([]);
  });

  it("takes uploads and gives them back without letting them run as a page", async () => {
    const emulator = await start();
    const upload = await fetch(
      `${emulator.apiUrl}/emulator/uploads?kind=file&name=x.html&token=${emulator.adminToken}`,
      { method: "POST", body: "<script>1</script>" },
    );
    const { key } = (await upload.json()) as { key: string };
    const file = await admin(emulator, "GET", `/files/${key}`);
    expect(file.headers.get("content-type")).toBe("application/octet-stream");
    expect(file.headers.get("content-disposition")).toContain("attachment");
    expect(await file.text()).toBe("<script>1</script>");
    expect(
      (
        await fetch(`${emulator.apiUrl}/emulator/uploads?kind=image&token=${emulator.adminToken}`, {
          method: "POST",
          body: "no image",
        })
      ).status,
    ).toBe(400);
  });

  it("adds people, groups and apps, and switches that provoke errors", async () => {
    const emulator = await start();
    expect(await (await admin(emulator, "POST", "/users", { name: "小刚", nameEn: "Gang" })).json()).toMatchObject({
      name: "小刚",
    });
    const app = (await (await admin(emulator, "POST", "/apps", { name: "second" })).json()) as {
      appId: string;
      appSecret: string;
    };
    expect(app.appId).toMatch(/^cli_[0-9a-f]{16}$/u);
    const group = (await (
      await admin(emulator, "POST", "/chats", {
        name: "三人行",
        members: ["小明", "小刚"],
        apps: [emulator.app.appId, app.appId],
      })
    ).json()) as { chatId: string };
    expect(emulator.sendAsUser({ from: "小刚", chatId: group.chatId, text: "hi" }).chatId).toBe(group.chatId);
    expect((await admin(emulator, "PATCH", `/chats/${emulator.directChatId()}`, { muted: true })).status).toBe(200);
    expect(await (await sendText(emulator, "x")).json()).toMatchObject({ code: 230018 });
    await admin(emulator, "PATCH", `/chats/${emulator.directChatId()}`, { muted: false });
    await admin(emulator, "PATCH", "/users/小明", { stopped: [emulator.app.appId] });
    expect(await (await sendText(emulator, "x")).json()).toMatchObject({ code: 230053 });
    await admin(emulator, "PATCH", `/apps/${emulator.app.appId}`, { scopes: ["cardkit:card:write"] });
    expect(await (await sendText(emulator, "x")).json()).toMatchObject({ code: 99991672 });
  });

  it.each([
    ["POST", "/messages", { from: "nobody", text: "x" }, 400],
    ["POST", "/messages", [], 400],
    ["PATCH", "/settings", { nothing: 1 }, 400],
    ["PATCH", "/settings", { keepHistory: "yes" }, 400],
    ["PATCH", "/settings", { checkMentions: "luck" }, 400],
    ["PATCH", "/world", { checkFirst: "luck" }, 400],
    ["PATCH", "/world", { nothing: 1 }, 400],
    ["POST", "/chats/none/read", {}, 400],
    ["POST", "/faults", { operation: "x", effect: { type: "explode" } }, 400],
    ["DELETE", "/faults/none", undefined, 404],
    ["GET", "/chats/none/messages", undefined, 404],
    ["GET", "/cards/none", undefined, 404],
    ["GET", "/timeline/999", undefined, 404],
    ["GET", "/files/none", undefined, 404],
    ["GET", "/nothing", undefined, 404],
    ["POST", "/actions/lock-card", { cardId: "none", ms: 1 }, 400],
    ["POST", "/replay", undefined, 200],
  ])("answers %s %s %j with %s and plain words", async (method, path, body, status) => {
    const emulator = await start();
    const response = await admin(emulator, method, path, body);
    expect(response.status).toBe(status);
    if (status !== 200) expect(await response.json()).toEqual({ error: expect.any(String) });
  });

  it("[D10] shows the world with its questions, and changes it", async () => {
    const emulator = await start();
    const { questions } = (await (await admin(emulator, "GET", "/world")).json()) as { questions: object };
    expect(Object.keys(questions)).toEqual(Object.keys(emulator.world));
    const changed = await admin(emulator, "PATCH", "/world", { patchEntityMessage: "refuse", sendableAfterMs: 750 });
    expect(await changed.json()).toMatchObject({ world: { patchEntityMessage: "refuse", cardTables: 5 } });
    expect([emulator.world.patchEntityMessage, emulator.world.sendableAfterMs]).toEqual(["refuse", 750]);
    expect(await (await admin(emulator, "GET", "/state")).json()).toMatchObject({ world: { sendableAfterMs: 750 } });
  });

  it("sets faults and settings, and does the one-shot actions", async () => {
    const emulator = await start();
    const { id } = (await (
      await admin(emulator, "POST", "/faults", {
        operation: "message.*",
        effect: { type: "code", code: 230022 },
        count: 1,
      })
    ).json()) as { id: string };
    expect(await (await sendText(emulator, "x")).json()).toMatchObject({ code: 230022 });
    expect(await (await admin(emulator, "GET", "/faults")).json()).toMatchObject({
      faults: [{ id, hits: 1, left: 0 }],
    });
    await admin(emulator, "DELETE", "/faults");
    expect(
      await (
        await admin(emulator, "PATCH", "/settings", {
          apiPerSecond: 3,
          longConnection: { reconnectNonceSeconds: 0 },
        })
      ).json(),
    ).toMatchObject({
      apiPerSecond: 3,
      longConnection: { reconnectNonceSeconds: 0, pingIntervalSeconds: 120 },
    });
    for (const action of ["close-streaming", "expire-tokens", "drop-connections", "reset"]) {
      expect(await (await admin(emulator, "POST", `/actions/${action}`, {})).json()).toEqual({ ok: true });
    }
    await admin(emulator, "POST", "/actions/latency", { ms: [1, 2] });
    expect(emulator.latencyMs).toEqual([1, 2]);
  });
});

describe("the timeline", () => {
  it("is exported as JSON lines and played again in another emulator, with its own ids", async () => {
    const first = await start();
    const token = await tokenOf(first);
    const call = async (method: string, path: string, body: unknown): Promise<Record<string, string>> => {
      const init = { method, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) };
      return (
        (await (await fetch(`${first.apiUrl}/open-apis${path}`, init)).json()) as { data: Record<string, string> }
      ).data;
    };
    const json = {
      schema: "2.0",
      config: { streaming_mode: true },
      body: { elements: [{ tag: "markdown", element_id: "md", content: "" }] },
    };
    const { card_id: cardId } = await call("POST", "/cardkit/v1/cards", {
      type: "card_json",
      data: JSON.stringify(json),
    });
    const content = JSON.stringify({ type: "card", data: { card_id: cardId } });
    await call("POST", "/im/v1/messages?receive_id_type=chat_id", {
      receive_id: first.directChatId(),
      msg_type: "interactive",
      content,
    });
    await call("PUT", `/cardkit/v1/cards/${cardId}/elements/md/content`, { content: "played", sequence: 1 });
    await call("PUT", `/cardkit/v1/cards/${cardId}/elements/md/content`, { content: "refused", sequence: 1 });
    const lines = await (await admin(first, "GET", "/timeline.jsonl")).text();
    expect(lines.trim().split("\n")).toHaveLength(5);
    const second = await start({ seed: 99 });
    const init = { method: "POST", headers: { authorization: `Bearer ${second.adminToken}` }, body: lines };
    const result = await (await fetch(`${second.apiUrl}/emulator/replay?speed=1000`, init)).json();
    expect(result).toEqual({ calls: 4, skipped: 1, differences: [] });
    expect(second.visibleTexts(second.directChatId())).toMatchObject([{ kind: "card", text: "played" }]);
    expect(second.visibleTexts(second.directChatId())[0]?.cardId).not.toBe(cardId);
  });

  it("can be read from a place on, by operation, and one entry at a time", async () => {
    const emulator = await start();
    await sendText(emulator, "a");
    const all = (await (await admin(emulator, "GET", "/timeline")).json()) as {
      entries: { seq: number; operation: string }[];
    };
    expect(all.entries.map((entry) => entry.operation)).toEqual(["auth.tenant_token", "message.create"]);
    expect(await (await admin(emulator, "GET", "/timeline?after=1")).json()).toMatchObject({ entries: [{ seq: 2 }] });
    expect(await (await admin(emulator, "GET", "/timeline?operation=auth.tenant_token")).json()).toMatchObject({
      entries: [{ seq: 1 }],
    });
    expect(await (await admin(emulator, "GET", "/timeline/2")).json()).toMatchObject({
      operation: "message.create",
      body: expect.stringContaining("receive_id"),
    });
  });
});

describe("the live feed", () => {
  async function watch(emulator: Emulator, query: string): Promise<FeedEvent[]> {
    const response = await fetch(`${emulator.apiUrl}/emulator/events?token=${emulator.adminToken}${query}`);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const events: FeedEvent[] = [];
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    closers.push(() => reader.cancel());
    void (async () => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        for (const match of value.matchAll(/^data: (.*)$/gmu))
          events.push(...(JSON.parse(match[1] ?? "[]") as FeedEvent[]));
      }
    })().catch(() => {});
    await until(() => events.length > 0);
    return events;
  }

  it("tells messages, texts, calls and faults as they happen", async () => {
    const emulator = await start();
    const events = await watch(emulator, "&calls=1");
    emulator.sendAsUser({ text: "hi" });
    emulator.faults.add({ operation: "x", effect: { type: "reset" } });
    await sendText(emulator, "answer");
    await until(() => events.some((event) => event.type === "call" && event.entry.operation === "message.create"));
    expect(events.map((event) => event.type)).toEqual(
      expect.arrayContaining(["hello", "message", "chat", "faults", "call"]),
    );
  });

  it("leaves out other chats and calls when asked to", async () => {
    const emulator = await start();
    const events = await watch(emulator, `&chat=${emulator.directChatId("小红")}`);
    emulator.sendAsUser({ from: "小明", text: "elsewhere" });
    emulator.sendAsUser({ from: "小红", text: "here" });
    await until(() => events.some((event) => event.type === "message"));
    expect(events.filter((event) => event.type === "message" && event.op === "created")).toMatchObject([
      { message: { content: { text: "here" } } },
    ]);
    expect(events.filter((event) => event.type === "call")).toEqual([]);
  });
});
