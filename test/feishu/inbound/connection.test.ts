import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import type { FeishuAccount, FeishuClient } from "../../../extensions/feishu/client/index.ts";
import {
  createFeishuWebhook,
  FeishuConnection,
  FeishuReceiver,
  loadForwardedFeishu,
  loadQuotedFeishu,
} from "../../../extensions/feishu/inbound/index.ts";
import type {
  FeishuCardAction,
  FeishuInboundMessage,
  FeishuListener,
} from "../../../extensions/feishu/inbound/index.ts";
import { sendCardFeishu, sendTextFeishu } from "../../../extensions/feishu/send.ts";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import type { Logger } from "../../../src/log/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { rejection } from "../recording-fetch.ts";

const clock = createSystemClock();
const button = {
  tag: "button",
  element_id: "stop",
  text: { tag: "plain_text", content: "Stop" },
  behaviors: [{ type: "callback", value: { action: "stop", turn: "7" } }],
};
const card = { schema: "2.0", config: { update_multi: true }, body: { elements: [button] } };

describe("over real sockets", () => {
  let emulator: Emulator;
  const closing: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    emulator = await startEmulator({ port: 0 });
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
    await emulator.close();
  });

  /** A listener that collects; `seen` resolves with the message that satisfies. */
  function collect(extra: FeishuListener = {}) {
    const messages: FeishuInboundMessage[] = [];
    const states: string[] = [];
    const waiting: (() => void)[] = [];
    const changed = (): void => waiting.splice(0).forEach((wake) => wake());
    const until = async (done: () => boolean): Promise<void> => {
      while (!done()) await new Promise<void>((resolve) => waiting.push(resolve));
    };
    const listener: FeishuListener = {
      onMessage: (message) => {
        messages.push(message);
        changed();
      },
      onStatus: ({ state }) => {
        states.push(state);
        changed();
      },
      ...extra,
    };
    return { messages, states, listener, until };
  }

  function connect(
    listener: FeishuListener,
    account: Partial<FeishuAccount> = {},
  ): { client: FeishuClient; connection: FeishuConnection; lines: string[] } {
    const lines: string[] = [];
    const note = (message: string, fields?: object): void => void lines.push(message + JSON.stringify(fields));
    const logger: Logger = { debug: note, info: note, warn: note, error: note };
    const { appId, appSecret } = emulator.app;
    const client = createFeishuClient({
      account: { appId, appSecret, domain: emulator.apiUrl, ...account },
      clock,
      logger,
      random: Math.random,
    });
    const connection = new FeishuConnection({ client, listener, clock, logger, random: Math.random });
    closing.push(
      () => connection.close(),
      () => client.close(),
    );
    return { client, connection, lines };
  }

  it("a person's message arrives over the SDK's long connection, and the log has nothing secret", async () => {
    const { messages, states, listener, until } = collect();
    const { connection, lines } = connect(listener);
    await connection.start();
    expect(connection.bot?.openId).toBe(emulator.app.botOpenId);
    const sent = emulator.sendAsUser({ text: "private words", mentionBot: true });
    await until(() => messages.length === 1);
    expect(messages[0]).toMatchObject({
      messageId: sent.messageId,
      chatId: sent.chatId,
      chatType: "direct",
      text: "private words",
      mentionedBot: true,
      type: "text",
    });
    await connection.close();
    expect(states).toEqual(["connecting", "connected", "disconnected"]);
    expect(lines.join("\n")).not.toMatch(new RegExp(`private|${emulator.app.appSecret}|access_key|ticket=`, "u"));
  });

  it("images arrive as attachments, quotes are read when asked for", async () => {
    const { messages, listener, until } = collect();
    const { client, connection } = connect(listener);
    await connection.start();
    const { key } = emulator.uploadAsUser({
      kind: "image",
      name: "a.png",
      data: new Uint8Array(
        Buffer.from(
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
          "base64",
        ),
      ),
    });
    const image = emulator.sendAsUser({ imageKey: key });
    emulator.sendAsUser({ text: "what is it?", replyTo: image.messageId });
    await until(() => messages.length === 2);
    const [first, second] = messages;
    if (first === undefined || second === undefined) throw new Error("two messages");
    expect(first).toMatchObject({ type: "image", text: "[image]", attachments: [{ kind: "image", imageKey: key }] });
    expect(await loadQuotedFeishu(client, second)).toMatchObject({
      messageId: image.messageId,
      type: "image",
      text: "[image]",
    });
    expect(await loadQuotedFeishu(client, first)).toBeUndefined();
    expect(await loadForwardedFeishu(client, first)).toEqual([]);
  });

  it("[A11] a press arrives with its parameters and its answer comes back as a toast", async () => {
    const actions: FeishuCardAction[] = [];
    const { listener } = collect({
      onCardAction: (action) => {
        actions.push(action);
        return { toast: { type: "success", content: "stopped" } };
      },
    });
    const { client, connection } = connect(listener);
    await connection.start();
    const { messageId, chatId } = await sendCardFeishu(client, {
      to: { type: "chat", chatId: emulator.directChatId() },
      card,
    });
    const result = await emulator.clickAs({ messageId, elementId: "stop" });
    expect(result).toMatchObject({ status: "ok", toast: { type: "success", content: "stopped" } });
    expect(actions).toMatchObject([{ value: { action: "stop", turn: "7" }, tag: "button", messageId, chatId }]);
    expect(actions[0]?.token).toMatch(/^c-/u);
  });

  it("a dropped connection comes back by itself", async () => {
    const { messages, states, listener, until } = collect();
    const { connection } = connect(listener);
    emulator.settings.longConnection = { ...emulator.settings.longConnection, reconnectNonceSeconds: 0 };
    await connection.start();
    emulator.dropConnections();
    await until(() => states.filter((state) => state === "connected").length === 2);
    expect(states).toEqual(["connecting", "connected", "reconnecting", "connected"]);
    emulator.sendAsUser({ text: "again" });
    await until(() => messages.length > 0);
    expect(messages.map(({ text }) => text)).toEqual(["again"]);
  });

  it("a connection that is refused after it had worked is tried again minutes later", async () => {
    const { states, listener, until } = collect();
    const { client } = connect(listener);
    const virtual = new FakeClock();
    const connection = new FeishuConnection({ client, listener, clock: virtual, logger: silent, random: () => 1 });
    closing.push(() => connection.close());
    emulator.settings.longConnection = { ...emulator.settings.longConnection, reconnectNonceSeconds: 0 };
    await connection.start();
    emulator.faults.add({ operation: "ws.endpoint", effect: { type: "code", code: 1_000_040_350 }, count: 2 });
    emulator.dropConnections();
    await until(() => virtual.pending === 1 && states.length >= 4);
    await virtual.advance(300_000);
    await until(() => virtual.pending === 1 && states.length >= 5);
    await virtual.advance(300_000);
    await until(() => states.at(-1) === "connected");
    expect(states).toEqual(["connecting", "connected", "reconnecting", "reconnecting", "reconnecting", "connected"]);
  });

  it("messages split over frames and delivered twice arrive whole and once", async () => {
    const { messages, listener, until } = collect();
    const { connection } = connect(listener);
    emulator.settings.longConnection = { ...emulator.settings.longConnection, frameBytes: 200 };
    emulator.settings.duplicateEvents = true;
    await connection.start();
    const text = "很长的消息 ".repeat(200).trim();
    emulator.sendAsUser({ text });
    emulator.sendAsUser({ text: "end" });
    await until(() => messages.length === 2);
    await connection.receiver.idle();
    expect(messages.map((message) => message.text)).toEqual([text, "end"]);
  });

  it("a wrong secret is refused with what to do", async () => {
    const { states, listener } = collect();
    const { connection } = connect(listener, { appSecret: "wrong" });
    expect(await rejection(connection.start())).toMatchObject({ name: "FeishuApiError", kind: "unauthenticated" });
    expect(states).toEqual(["connecting", "failed"]);
  });

  it.each([403, 514, 1_000_040_350])(
    "the endpoint's refusal %i ends it instead of being retried for ever",
    async (code) => {
      const { listener, states } = collect();
      const { connection } = connect(listener);
      emulator.faults.add({ operation: "ws.endpoint", effect: { type: "code", code } });
      expect(await rejection(connection.start())).toMatchObject({
        name: "FeishuApiError",
        apiCode: code,
        operation: "ws.endpoint",
      });
      expect(states).toEqual(["connecting", "failed"]);
      expect(emulator.timeline.entries().filter(({ operation }) => operation === "ws.endpoint")).toHaveLength(1);
    },
  );

  it("an app id the SDK would silently ignore is an error", async () => {
    const { connection } = connect({}, { appId: "cli_short" });
    expect(await rejection(connection.start())).toMatchObject({ name: "FeishuInputError", field: "appId" });
  });

  it("[B20] closing while it still connects is immediate", async () => {
    const { listener, states, until } = collect();
    const { connection } = connect(listener);
    emulator.faults.add({ operation: "ws.endpoint", effect: { type: "hang" } });
    const started = rejection(connection.start());
    await until(() => states.includes("connecting"));
    await connection.close();
    expect(await started).toMatchObject({ message: "the Feishu connection was closed" });
    expect(connection.state).toBe("disconnected");
  });

  it("Feishu being down at the start is waited out", async () => {
    const { states, listener } = collect();
    const { connection } = connect(listener);
    emulator.faults.add({ operation: "bot.info", effect: { type: "http", status: 503, body: "html" }, count: 1 });
    await connection.start();
    expect(states).toEqual(["connecting", "reconnecting", "connected"]);
  });

  it("the endpoint being down at the start is waited out in seconds, not in the minutes of a lost connection", async () => {
    const { messages, states, listener, until } = collect();
    const { client } = connect(listener);
    const virtual = new FakeClock();
    const connection = new FeishuConnection({ client, listener, clock: virtual, logger: silent, random: () => 1 });
    closing.push(() => connection.close());
    emulator.faults.add({ operation: "ws.endpoint", effect: { type: "http", status: 503, body: "html" }, count: 2 });
    const started = connection.start();
    for (const waitMs of [1000, 2000]) {
      await until(() => virtual.pending === 1);
      await virtual.advance(waitMs);
    }
    await started;
    expect(states).toEqual(["connecting", "reconnecting", "reconnecting", "connected"]);
    emulator.sendAsUser({ text: "hello" });
    await until(() => messages.length > 0);
  });

  it.each([undefined, "an encrypt key"])(
    "events and presses arrive by webhook, Encrypt Key: %s",
    async (encryptKey) => {
      const { messages, listener, until } = collect({
        onCardAction: ({ value }) => ({ toast: { type: "info", content: String(value["turn"]) } }),
      });
      const { client } = connect(listener);
      const { appId, verificationToken } = emulator.app;
      const receiver = new FeishuReceiver({
        accountId: "main",
        appId,
        botOpenId: emulator.app.botOpenId,
        listener,
        clock,
        logger: silent,
      });
      const handle = createFeishuWebhook({ receiver, clock, logger: silent, encryptKey, verificationToken });
      const server = createServer((request, response) => {
        void (async () => {
          const body = Buffer.concat(await request.toArray());
          const headers = new Headers(
            Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
          );
          const answer = await handle(
            new Request("http://bot.example/events", { method: request.method ?? "GET", headers, body }),
          );
          response.writeHead(answer.status, Object.fromEntries(answer.headers));
          response.end(await answer.text());
        })();
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      closing.push(async () => server.close());
      const admin = async (path: string, method: string, body?: object): Promise<number> => {
        const response = await emulator.fetch(`${emulator.apiUrl}/emulator/apps/${appId}${path}`, {
          method,
          headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
          body: JSON.stringify(body ?? {}),
        });
        return response.status;
      };
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
      expect(await admin("", "PATCH", { webhook: { url, encryptKey, verificationToken } })).toBe(200);
      expect(await admin("/verify-webhook", "POST")).toBe(200);
      emulator.sendAsUser({ text: "by webhook" });
      await until(() => messages.length === 1);
      expect(messages[0]?.text).toBe("by webhook");
      const sent = await sendCardFeishu(client, { to: { type: "chat", chatId: emulator.directChatId() }, card });
      expect(await emulator.clickAs({ messageId: sent.messageId, elementId: "stop" })).toMatchObject({
        status: "ok",
        toast: { content: "7" },
      });
    },
  );

  it("[C13] two apps in one process get their own events only", async () => {
    const response = await emulator.fetch(`${emulator.apiUrl}/emulator/apps`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "Second", appId: "cli_00000000000000aa", appSecret: "second-secret" }),
    });
    expect(response.status).toBe(200);
    const one = collect();
    const two = collect();
    const first = connect(one.listener);
    const second = connect(two.listener, {
      appId: "cli_00000000000000aa",
      appSecret: "second-secret",
      accountId: "second",
    });
    await Promise.all([first.connection.start(), second.connection.start()]);
    const sent = emulator.sendAsUser({ text: "to the second", appId: "cli_00000000000000aa" });
    await two.until(() => two.messages.length === 1);
    expect(two.messages[0]).toMatchObject({ accountId: "second", text: "to the second" });
    const reply = await sendTextFeishu(second.client, { to: { type: "reply", messageId: sent.messageId }, text: "hi" });
    expect(reply.chatId).toBe(sent.chatId);
    emulator.sendAsUser({ text: "to the first" });
    await one.until(() => one.messages.length === 1);
    expect([one.messages.map(({ text }) => text), two.messages.length]).toEqual([["to the first"], 1]);
  });
});

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
