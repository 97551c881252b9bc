import { statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { EventDispatcher, adaptDefault } from "@larksuiteoapi/node-sdk";
import { parseUpstream } from "../../src/record/index.ts";
import { until } from "../emulator/until.ts";
import { quiet, sdkClient, sdkConnection } from "../support/official-sdk.ts";
import type { SdkPlace } from "../support/official-sdk.ts";
import { openRecordBench } from "./support/bench.ts";
import type { RecordBench } from "./support/bench.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function bench(options: Parameters<typeof openRecordBench>[0] = {}): Promise<RecordBench> {
  const one = await openRecordBench(options);
  closers.push(() => one.close());
  return one;
}

const placeOf = ({ emulator, url }: RecordBench): SdkPlace => ({ ...emulator.app, domain: url });

describe("the recording proxy", () => {
  it("[E12] passes the official client's calls on and writes them down without secrets, tokens and texts", async () => {
    const one = await bench();
    const client = sdkClient(placeOf(one));
    const card = {
      schema: "2.0",
      config: { streaming_mode: true, update_multi: true },
      body: { elements: [{ tag: "markdown", element_id: "answer", content: "geheim" }] },
    };
    const made = await client.cardkit.v1.card.create({ data: { type: "card_json", data: JSON.stringify(card) } });
    const card_id = made.data?.card_id ?? "";
    await client.im.v1.message.create({
      params: { receive_id_type: "chat_id" },
      data: {
        receive_id: one.emulator.directChatId(),
        msg_type: "interactive",
        content: JSON.stringify({ type: "card", data: { card_id } }),
      },
    });
    const answer = await client.cardkit.v1.cardElement.content({
      path: { card_id, element_id: "answer" },
      data: { content: "**Der Plan**\n- bleibt geheim", sequence: 1 },
    });
    expect(answer.code).toBe(0);
    await expect(
      client.cardkit.v1.cardElement.content({
        path: { card_id, element_id: "answer" },
        data: { content: "x", sequence: 1 },
      }),
    ).rejects.toThrow();
    await until(() => one.lines.length === 5);

    const recording = await one.finish();
    expect(recording.text).not.toMatch(/THE-APP-SECRET|geheim|Plan/u);
    expect(recording.text).not.toContain(
      one.emulator.store.tokens.issue(one.emulator.app.appId, "tenant", 7200).token.value,
    );
    expect(recording.text).not.toContain(card_id);
    const calls = recording.lines.filter((line) => line.kind === "call");
    expect(calls.map((call) => [call.method, call.status])).toEqual([
      ["POST", 200],
      ["POST", 200],
      ["POST", 200],
      ["PUT", 200],
      ["PUT", 400],
    ]);
    const [, create, send, content, refused] = calls;
    const alias = /"card_id":"(\d+)"/u.exec(JSON.stringify(create?.response.json))?.[1];
    expect(alias).toMatch(/^7\d{18}$/u);
    expect(JSON.stringify(send?.request.json)).toContain(alias);
    expect(content?.path).toContain(`/cards/${alias}/elements/`);
    expect(content?.request.json).toEqual({ content: "**Xxx Xxxx**\n- xxxxxx xxxxxx", sequence: 1 });
    expect(refused?.response.json).toMatchObject({ code: 300317 });
    expect(create?.app).toMatch(/^cli_[0-9a-f]{16}$/u);
    expect(statSync(recording.path).mode & 0o777).toBe(0o600);
  });

  it("[E12] passes the long connection on, in both directions, and writes events and answers down", async () => {
    const one = await bench({ keepTexts: true });
    const seen: string[] = [];
    const dispatcher = new EventDispatcher(quiet).register({
      "im.message.receive_v1": (data) => {
        seen.push(data.message.content);
      },
    });
    await sdkConnection(placeOf(one), dispatcher, closers);
    one.emulator.sendAsUser({ text: "hello through the proxy" });
    await until(() => one.lines.some((line) => line.kind === "frame" && line.type === "ack"));
    const recording = await one.finish();
    expect(seen).toEqual([JSON.stringify({ text: "hello through the proxy" })]);
    expect(recording.text).not.toMatch(/THE-APP-SECRET|access_key=[^[]/u);
    const frames = recording.lines.filter((line) => line.kind === "frame");
    expect(frames.map((frame) => `${frame.from} ${frame.type}`)).toEqual(
      expect.arrayContaining(["bot ping", "feishu pong", "feishu event", "bot ack"]),
    );
    expect(JSON.stringify(frames.find((frame) => frame.type === "event")?.json)).toContain("hello through the proxy");
    expect(recording.lines.filter((line) => line.kind === "connection").map((line) => line.state)).toContain("open");
  });

  it("[E12] refuses a long connection as Feishu refuses it", async () => {
    const one = await bench();
    const place = { ...placeOf(one), appSecret: "wrong" };
    await expect(sdkConnection(place, new EventDispatcher(quiet), closers)).rejects.toThrow();
  });

  it("[E12] passes webhooks on byte by byte, so that signatures hold", async () => {
    const encryptKey = "an encrypt key";
    const seen: string[] = [];
    const dispatcher = new EventDispatcher({ ...quiet, encryptKey }).register({
      "im.message.receive_v1": (data) => {
        seen.push(data.message.content);
      },
    });
    const server = createServer(adaptDefault("/bot/events", dispatcher, { autoChallenge: true }));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const one = await bench({ webhook: new URL(`http://127.0.0.1:${port}/bot/events`) });
    one.emulator.app.webhook = { url: one.webhookUrl ?? "", encryptKey };
    one.emulator.sendAsUser({ text: "by webhook" });
    await until(() => one.lines.some((line) => line.kind === "webhook"));
    const recording = await one.finish();
    expect(seen.length).toBe(1);
    expect(recording.lines.filter((line) => line.kind === "webhook")).toMatchObject([
      { method: "POST", status: 200, request: { json: { encrypt: "[secret]" } } },
    ]);
  });

  it("[E12] goes on when the upstream is gone, and says so to the bot as a broken connection", async () => {
    const one = await bench();
    await one.emulator.close();
    await expect(fetch(`${one.url}/open-apis/bot/v3/info`)).rejects.toThrow();
    await until(() => one.lines.length === 1);
    const recording = await one.finish();
    expect(recording.lines).toMatchObject([{ kind: "call", status: 0, outcome: "upstream-failed" }]);
  });

  it("answers other paths with what it passes on", async () => {
    const one = await bench();
    const response = await fetch(`${one.url}/elsewhere`);
    expect([response.status, await response.json()]).toMatchObject([404, { code: 404 }]);
  });
});

describe("an upstream", () => {
  it.each([
    "http://feishu.example.com",
    "ftp://open.feishu.cn",
    "nonsense",
    "https://a:b@open.feishu.cn",
    "https://x.cn/p",
  ])("%s is refused with what would do", (text) => {
    expect(() => parseUpstream(text)).toThrow(/https|path|password|address/u);
  });
});
