import { createCipheriv, createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decryptEvent, isSigned } from "../../../extensions/feishu/inbound/decrypt.ts";
import { createFeishuWebhook, FeishuReceiver } from "../../../extensions/feishu/inbound/index.ts";
import type { FeishuListener } from "../../../extensions/feishu/inbound/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { APP, cardEvent, messageEvent, NOW } from "./events.ts";

const KEY = "test key";
/** The first is Feishu's own sample; the second was computed from the documented rule. */
const ENCRYPTED = "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=";
const SIGNATURE = "69c61fa99760d59824d588297c0036194769fb54331682c9cbcd93e85b9a8aad";

function encrypt(body: unknown): string {
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv("aes-256-cbc", createHash("sha256").update(KEY).digest(), iv);
  return Buffer.concat([iv, cipher.update(JSON.stringify(body)), cipher.final()]).toString("base64");
}

function sign(timestamp: string, body: string): Record<string, string> {
  const signature = createHash("sha256").update(`${timestamp}n0nce${KEY}${body}`).digest("hex");
  return { "x-lark-request-timestamp": timestamp, "x-lark-request-nonce": "n0nce", "x-lark-signature": signature };
}

function setUp(secrets: { encryptKey?: string; verificationToken?: string }, listener: FeishuListener = {}) {
  const texts: string[] = [];
  const clock = new FakeClock();
  const receiver = new FeishuReceiver({
    accountId: "main",
    appId: APP,
    clock,
    logger: silentLogger,
    listener: { onMessage: ({ text }) => void texts.push(text), ...listener },
  });
  const handle = createFeishuWebhook({ receiver, clock, logger: silentLogger, ...secrets });
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const response = await handle(new Request("https://bot.example/events", { method: "POST", body, headers }));
    await receiver.idle();
    return { status: response.status, body: response.status === 200 ? await response.json() : undefined };
  };
  return { post, handle, texts, clock };
}

const seconds = String(NOW / 1_000);

it("[E10] gives up on a body that does not end after ten seconds, and on one that is too large", async () => {
  const { handle, clock } = setUp({ encryptKey: KEY });
  const send = (body: ReadableStream): Promise<Response> =>
    handle(new Request("https://bot.example/events", { method: "POST", body, duplex: "half" }));
  const endless = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("{")) });
  const waiting = send(endless);
  expect((await clock.runUntil(waiting)).status).toBe(408);
  expect(clock.now()).toBe(10_000);
  const large = new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(100_000)) });
  expect((await send(large)).status).toBe(413);
});

describe("encryption", () => {
  it("decrypts and checks Feishu's own vectors", () => {
    expect(decryptEvent(KEY, ENCRYPTED)).toBe("hello world");
    const headers = { timestamp: "1700000000", nonce: "abc123", signature: SIGNATURE };
    const body = Buffer.from(`{"encrypt":"${ENCRYPTED}"}`);
    expect(isSigned(KEY, headers, body)).toBe(true);
    expect(isSigned(KEY, headers, Buffer.from(`{ "encrypt":"${ENCRYPTED}"}`))).toBe(false);
    expect(isSigned(KEY, { ...headers, signature: SIGNATURE.slice(1) }, body)).toBe(false);
  });
});

describe("a webhook with an Encrypt Key", () => {
  it("takes encrypted, signed events, also when the JSON has spaces", async () => {
    const { post, texts } = setUp({ encryptKey: KEY });
    const body = `{ "encrypt" : "${encrypt(messageEvent({ text: "hi" }))}" }`;
    expect(await post(body, sign(seconds, body))).toEqual({ status: 200, body: {} });
    expect(texts).toEqual(["hi"]);
  });

  it("answers the URL check, which is encrypted but not signed", async () => {
    const { post } = setUp({ encryptKey: KEY, verificationToken: "vtoken" });
    const check = { challenge: "abc", token: "vtoken", type: "url_verification" };
    expect(await post(JSON.stringify({ encrypt: encrypt(check) }))).toEqual({
      status: 200,
      body: { challenge: "abc" },
    });
    expect(await post(JSON.stringify({ encrypt: encrypt({ ...check, token: "wrong" }) }))).toMatchObject({
      status: 401,
    });
  });

  it("answers card actions in the response", async () => {
    const { post } = setUp({ encryptKey: KEY }, { onCardAction: () => ({ toast: { type: "info", content: "ok" } }) });
    const body = JSON.stringify({ encrypt: encrypt(cardEvent()) });
    expect(await post(body, sign(seconds, body))).toEqual({
      status: 200,
      body: { toast: { type: "info", content: "ok" } },
    });
  });

  it.each<[string, (body: string) => [string, Record<string, string>]]>([
    ["without a signature", (body) => [body, {}]],
    ["with a signature of other bytes", (body) => [body, sign(seconds, `${body} `)]],
    ["with a signature of five minutes and a second ago", (body) => [body, sign(String(NOW / 1_000 - 301), body)]],
    ["with a signature from the future", (body) => [body, sign(String(NOW / 1_000 + 301), body)]],
    ["with a timestamp that is none", (body) => [body, sign("soon", body)]],
    ["in the clear", () => [JSON.stringify(messageEvent({ text: "forged" })), {}]],
    [
      "in the clear but signed",
      () => {
        const clear = JSON.stringify(messageEvent({ text: "forged" }));
        return [clear, sign(seconds, clear)];
      },
    ],
    [
      "encrypted with another key",
      () => {
        const other = JSON.stringify({ encrypt: ENCRYPTED.replace("P3", "Q3") });
        return [other, sign(seconds, other)];
      },
    ],
    ["that is not JSON", () => ["hello", sign(seconds, "hello")]],
  ])("refuses an event %s with 401", async (_what, make) => {
    const { post, texts } = setUp({ encryptKey: KEY });
    const [body, headers] = make(JSON.stringify({ encrypt: encrypt(messageEvent({ text: "forged" })) }));
    expect((await post(body, headers)).status).toBe(401);
    expect(texts).toEqual([]);
  });
});

it("[E10] a signed request that is sent again tells nothing again", async () => {
  const { post, texts } = setUp({ encryptKey: KEY });
  const body = JSON.stringify({ encrypt: encrypt(messageEvent({ text: "once" })) });
  for (let i = 0; i < 3; i++) expect((await post(body, sign(seconds, body))).status).toBe(200);
  expect(texts).toEqual(["once"]);
});

describe("a webhook with a verification token only", () => {
  it("takes events with the token, and no others", async () => {
    const { post, texts } = setUp({ verificationToken: "vtoken" });
    const body = messageEvent({ text: "hi" });
    expect((await post(JSON.stringify(body))).status).toBe(200);
    expect((await post(JSON.stringify({ ...body, header: { ...body.header, token: "other" } }))).status).toBe(401);
    expect((await post(JSON.stringify({ ...body, header: { ...body.header, token: undefined } }))).status).toBe(401);
    expect(texts).toEqual(["hi"]);
  });

  it("answers the URL check in the clear", async () => {
    const { post } = setUp({ verificationToken: "vtoken" });
    expect(await post(JSON.stringify({ challenge: "abc", token: "vtoken", type: "url_verification" }))).toEqual({
      status: 200,
      body: { challenge: "abc" },
    });
  });
});

describe("a webhook", () => {
  it("is not made without a secret", () => {
    expect(() => setUp({})).toThrow(TypeError);
  });

  it("takes only POST, and no bodies over a megabyte", async () => {
    const { handle, post } = setUp({ encryptKey: KEY });
    expect((await handle(new Request("https://bot.example/events"))).status).toBe(405);
    expect((await post("x".repeat(1_048_577))).status).toBe(413);
  });
});
