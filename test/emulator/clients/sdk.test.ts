import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { EventDispatcher, adaptDefault } from "@larksuiteoapi/node-sdk";
import type { Client, WSClient } from "@larksuiteoapi/node-sdk";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator, StartOptions } from "../../../src/emulator/index.ts";
import { quiet, sdkClient, sdkConnection } from "../../support/official-sdk.ts";
import type { SdkPlace } from "../../support/official-sdk.ts";
import { until } from "../until.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

let nextApp = 0;

/** Every test has an app id of its own: the SDK's clients share one cache of tokens by app id. */
async function start(options: StartOptions = {}): Promise<Emulator> {
  nextApp += 1;
  const appId = `cli_${nextApp.toString(16).padStart(16, "0")}`;
  const apps = [{ name: "bot", ...options.apps?.[0], appId }];
  const emulator = await startEmulator({ ...options, apps });
  closers.push(() => emulator.close());
  return emulator;
}

const placeOf = ({ app, apiUrl }: Emulator): SdkPlace => ({ ...app, domain: apiUrl });
const clientOf = (emulator: Emulator): Client => sdkClient(placeOf(emulator));
const connect = (emulator: Emulator, dispatcher: EventDispatcher): Promise<WSClient> =>
  sdkConnection(placeOf(emulator), dispatcher, closers);

describe("the official SDK's Client", () => {
  it("[D10] creates, sends, streams, closes and rewrites a card", async () => {
    const emulator = await start();
    const client = clientOf(emulator);
    const json = {
      schema: "2.0",
      config: { streaming_mode: true, update_multi: true },
      body: { elements: [{ tag: "markdown", element_id: "md", content: "" }] },
    };
    const made = await client.cardkit.v1.card.create({ data: { type: "card_json", data: JSON.stringify(json) } });
    const card_id = made.data?.card_id ?? "";
    const content = JSON.stringify({ type: "card", data: { card_id } });
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: "chat_id" },
      data: { receive_id: emulator.directChatId(), msg_type: "interactive", content },
    });
    for (const [i, text] of ["流", "流式", "流式卡片"].entries()) {
      const answer = await client.cardkit.v1.cardElement.content({
        path: { card_id, element_id: "md" },
        data: { content: text, sequence: i + 1, uuid: `u${i}` },
      });
      expect(answer.code).toBe(0);
    }
    await client.cardkit.v1.card.settings({
      path: { card_id },
      data: { settings: JSON.stringify({ config: { streaming_mode: false } }), sequence: 4 },
    });
    const element = JSON.stringify([{ tag: "hr", element_id: "hr" }]);
    await client.cardkit.v1.cardElement.create({
      path: { card_id },
      data: { type: "append", elements: element, sequence: 5 },
    });
    await client.cardkit.v1.cardElement.delete({ path: { card_id, element_id: "hr" }, data: { sequence: 6 } });
    expect(emulator.visibleTexts(emulator.directChatId())).toMatchObject([
      { messageId: sent.data?.message_id, text: "流式卡片", streaming: false },
    ]);
    const converted = await client.cardkit.v1.card.idConvert({ data: { message_id: sent.data?.message_id ?? "" } });
    expect(converted.data?.card_id).toBe(card_id);
  });

  it("[A11] uploads an image, sends it and downloads it again", async () => {
    const emulator = await start();
    const client = clientOf(emulator);
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    const uploaded = await client.im.v1.image.create({ data: { image_type: "message", image: png } });
    const key = uploaded?.image_key ?? "";
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: "chat_id" },
      data: { receive_id: emulator.directChatId(), msg_type: "image", content: JSON.stringify({ image_key: key }) },
    });
    const resource = await client.im.v1.messageResource.get({
      path: { message_id: sent.data?.message_id ?? "", file_key: key },
      params: { type: "image" },
    });
    const chunks: Buffer[] = [];
    for await (const chunk of resource.getReadableStream() as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(png);
  });

  it("meets broken connections and lost answers as network errors", async () => {
    const emulator = await start();
    const client = clientOf(emulator);
    emulator.faults.add({ operation: "message.create", effect: { type: "lost" }, count: 1 });
    const send = (): Promise<unknown> =>
      client.im.v1.message.create({
        params: { receive_id_type: "chat_id" },
        data: { receive_id: emulator.directChatId(), msg_type: "text", content: '{"text":"x"}', uuid: "u" },
      });
    await expect(send()).rejects.toThrow(/ECONNRESET|socket hang up/u);
    expect(await send()).toMatchObject({ code: 0 });
    expect(emulator.visibleTexts(emulator.directChatId())).toHaveLength(1);
  });
});

describe("the official SDK's WSClient and EventDispatcher", () => {
  it("[D10] take messages over the long connection, large ones in parts", async () => {
    const emulator = await start({
      settings: {
        longConnection: {
          pingIntervalSeconds: 120,
          reconnectCount: -1,
          reconnectIntervalSeconds: 120,
          reconnectNonceSeconds: 0,
          frameBytes: 1000,
        },
      },
    });
    const texts: string[] = [];
    const dispatcher = new EventDispatcher(quiet).register({
      "im.message.receive_v1": (data: { message: { content: string } }) =>
        void texts.push((JSON.parse(data.message.content) as { text: string }).text),
    });
    await connect(emulator, dispatcher);
    emulator.sendAsUser({ text: "短" });
    emulator.sendAsUser({ text: "长".repeat(5000) });
    await until(() => texts.length === 2);
    expect(texts.sort((a, b) => a.length - b.length)).toEqual(["短", "长".repeat(5000)]);
    await until(
      () => emulator.timeline.find({ operation: "event.im.message.receive_v1", outcome: "answered" }).length === 2,
    );
  });

  it("[D8] answer card actions with a toast", async () => {
    const emulator = await start();
    const dispatcher = new EventDispatcher(quiet).register({
      "card.action.trigger": (data: { action: { value: { n: number } } }) => ({
        toast: { type: "info", content: `clicked ${data.action.value.n}` },
      }),
    });
    await connect(emulator, dispatcher);
    const client = clientOf(emulator);
    const button = {
      tag: "button",
      element_id: "b",
      text: { tag: "plain_text", content: "Go" },
      behaviors: [{ type: "callback", value: { n: 7 } }],
    };
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: "chat_id" },
      data: {
        receive_id: emulator.directChatId(),
        msg_type: "interactive",
        content: JSON.stringify({ schema: "2.0", body: { elements: [button] } }),
      },
    });
    const result = await emulator.clickAs({ messageId: sent.data?.message_id ?? "", elementId: "b" });
    expect(result).toMatchObject({ status: "ok", toast: { type: "info", content: "clicked 7" } });
  });

  it("come back after the connection was broken", async () => {
    const longConnection = {
      pingIntervalSeconds: 120,
      reconnectCount: -1,
      reconnectIntervalSeconds: 1,
      reconnectNonceSeconds: 0,
      frameBytes: 65_536,
    };
    const emulator = await start({ settings: { longConnection } });
    await connect(emulator, new EventDispatcher(quiet).register({}));
    const [first] = emulator.timeline.find({ operation: "ws.endpoint" });
    emulator.dropConnections();
    await until(() => emulator.timeline.find({ operation: "ws.endpoint" }).length === 2);
    expect(first?.code).toBe(0);
  });

  it("fail at once with wrong credentials", async () => {
    const place = { ...placeOf(await start()), appSecret: "wrong" };
    await expect(sdkConnection(place, new EventDispatcher(quiet), closers)).rejects.toThrow("514");
  });

  it("each get their share of the events; there is no broadcast", async () => {
    const emulator = await start();
    const counts = [0, 0];
    for (const i of [0, 1]) {
      const dispatcher = new EventDispatcher(quiet).register({
        "im.message.receive_v1": () => void (counts[i] = (counts[i] ?? 0) + 1),
      });
      await connect(emulator, dispatcher);
    }
    await until(() => emulator.connections().filter((one) => one.ready).length === 2);
    for (let i = 0; i < 30; i++) emulator.sendAsUser({ text: `m${i}` });
    await until(() => (counts[0] ?? 0) + (counts[1] ?? 0) === 30);
    expect(Math.min(...counts)).toBeGreaterThan(3);
  });
});

describe("webhooks", () => {
  it.each([
    ["encrypted and signed", { encryptKey: "test key" }],
    ["plain", {}],
  ])("[D10] bring events %s, after the challenge", async (_, keys) => {
    const texts: string[] = [];
    const dispatcher = new EventDispatcher({ ...quiet, ...keys }).register({
      "im.message.receive_v1": (data: { message: { content: string } }) => void texts.push(data.message.content),
    });
    const bot = createServer(adaptDefault("/webhook", dispatcher, { autoChallenge: true }));
    await new Promise<void>((resolve) => bot.listen(0, "127.0.0.1", resolve));
    closers.push(() => bot.close());
    const url = `http://127.0.0.1:${(bot.address() as AddressInfo).port}/webhook`;
    const emulator = await start({ apps: [{ name: "bot", webhook: { url, ...keys } }] });
    const verify = await fetch(`${emulator.apiUrl}/emulator/apps/${emulator.app.appId}/verify-webhook`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.adminToken}` },
    });
    expect(await verify.json()).toEqual({ ok: true });
    emulator.sendAsUser({ text: "over HTTP" });
    await until(() => texts.length === 1);
    expect(texts).toEqual(['{"text":"over HTTP"}']);
  });

  it("show the code of an address that nobody listens at", async () => {
    const emulator = await start({ apps: [{ name: "bot", webhook: { url: "http://127.0.0.1:9/" } }] });
    const client = clientOf(emulator);
    const button = {
      tag: "button",
      element_id: "b",
      text: { tag: "plain_text", content: "Go" },
      behaviors: [{ type: "callback", value: {} }],
    };
    const sent = await client.im.v1.message.create({
      params: { receive_id_type: "chat_id" },
      data: {
        receive_id: emulator.directChatId(),
        msg_type: "interactive",
        content: JSON.stringify({ schema: "2.0", body: { elements: [button] } }),
      },
    });
    expect(await emulator.clickAs({ messageId: sent.data?.message_id ?? "", elementId: "b" })).toMatchObject({
      status: "failed",
      code: 200342,
    });
  });
});
