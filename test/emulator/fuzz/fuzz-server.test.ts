import { connect } from "node:net";
import * as fc from "fast-check";
import { WebSocket } from "ws";
import { afterEach, describe, expect, it } from "vitest";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { encodeFrame } from "../../../src/emulator/inbound/frame.ts";
import { fuzz } from "./fuzz-runs.ts";
import { until } from "../until.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(): Promise<Emulator> {
  const emulator = await startEmulator();
  closers.push(() => emulator.close());
  return emulator;
}

async function tokenOf(emulator: Emulator): Promise<string> {
  const { appId: app_id, appSecret: app_secret } = emulator.app;
  const url = `${emulator.apiUrl}/open-apis/auth/v3/tenant_access_token/internal`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify({ app_id, app_secret }) });
  return ((await response.json()) as { tenant_access_token: string }).tenant_access_token;
}

/** Writes bytes to the port, and waits until the server has hung up or nothing more comes. */
function throwAt(emulator: Emulator, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(new URL(emulator.apiUrl).port), "127.0.0.1");
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    socket.end(bytes);
  });
}

async function isAlive(emulator: Emulator): Promise<boolean> {
  return (await fetch(`${emulator.apiUrl}/open-apis/bot/v3/info`)).status === 400;
}

describe("the server under garbage", () => {
  const raw = fuzz(150);

  it("[D10] outlives any bytes on its port", { timeout: raw.timeout }, async () => {
    const emulator = await start();
    const head = fc.constantFrom(
      "",
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /open-apis/im/v1/images HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
      "POST /open-apis/cardkit/v1/cards HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n",
      "POST /emulator/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n",
      "GET /ws/v2?ticket=x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      "GET /emulator/events HTTP/1.1\r\nHost: x\r\n",
    );
    await fc.assert(
      fc.asyncProperty(head, fc.uint8Array({ maxLength: 200 }), async (start, bytes) => {
        await throwAt(emulator, Buffer.concat([Buffer.from(start), bytes]));
      }),
      { numRuns: raw.numRuns },
    );
    expect(await isAlive(emulator)).toBe(true);
  });

  const typed = fuzz(150);

  it("[D10] answers any body of any kind in Feishu's shape", { timeout: typed.timeout }, async () => {
    const emulator = await start();
    Object.assign(emulator.settings, { apiPerSecond: 1e6, apiPerMinute: 1e6 });
    const authorization = `Bearer ${await tokenOf(emulator)}`;
    const paths = [
      "/cardkit/v1/cards",
      "/im/v1/messages?receive_id_type=chat_id",
      "/im/v1/images",
      "/im/v1/files",
      "/interactive/v1/card/update",
    ];
    const type = fc.constantFrom(
      "application/json",
      "text/plain",
      "multipart/form-data",
      "multipart/form-data; boundary=b",
      'multipart/mixed; boundary="b"',
      "application/x-www-form-urlencoded",
      "image/png",
    );
    const piece = fc.constantFrom(
      "--b",
      "--b--",
      "\r\n",
      "\r\n\r\n",
      'Content-Disposition: form-data; name="image"',
      'name="',
      "{",
      '"data":',
      "\u0000",
    );
    const body = fc.oneof(
      fc.uint8Array(),
      fc
        .array(fc.oneof(piece, fc.string()), { maxLength: 12 })
        .map((parts) => new TextEncoder().encode(parts.join(""))),
      // Half of a character, and JSON cut short.
      fc.json().map((text) => new TextEncoder().encode(`{"type":"card_json","data":"中${text}`).subarray(0, -2)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), type, body, async (path, contentType, bytes) => {
        const init = {
          method: "POST",
          headers: { authorization, "content-type": contentType },
          body: new Uint8Array(bytes),
        };
        const answer = (await (await fetch(`${emulator.apiUrl}/open-apis${path}`, init)).json()) as Record<
          string,
          unknown
        >;
        expect(answer).toMatchObject({
          code: expect.any(Number),
          msg: expect.any(String),
          error: { log_id: expect.any(String) },
        });
        expect([0, 5000]).not.toContain(answer["code"]);
      }),
      { numRuns: typed.numRuns },
    );
  });

  it.each([
    ["/cardkit/v1/cards", 99992402],
    ["/im/v1/messages?receive_id_type=chat_id", 99992402],
    ["/im/v1/images", 234006],
    ["/im/v1/files", 234006],
  ])("[D10] answers 41 MB to %s with %i", async (path, code) => {
    const emulator = await start();
    const headers = {
      authorization: `Bearer ${await tokenOf(emulator)}`,
      "content-type": "multipart/form-data; boundary=b",
    };
    const init = { method: "POST", headers, body: new Uint8Array(41 * 1024 * 1024) };
    const response = await fetch(`${emulator.apiUrl}/open-apis${path}`, init);
    expect([response.status, ((await response.json()) as { code: number }).code]).toEqual([400, code]);
  });

  const frames = fuzz(200);

  it("[D10] goes on speaking on a long connection that brought any frames", { timeout: frames.timeout }, async () => {
    const emulator = await start();
    const { appId: AppID, appSecret: AppSecret } = emulator.app;
    const endpoint = await fetch(`${emulator.apiUrl}/callback/ws/endpoint`, {
      method: "POST",
      body: JSON.stringify({ AppID, AppSecret }),
    });
    const { data } = (await endpoint.json()) as { data: { URL: string } };
    const socket = new WebSocket(data.URL);
    closers.push(() => socket.terminate());
    await new Promise((resolve) => socket.on("open", resolve));
    let pongs = 0;
    socket.on("message", (message) => (pongs += (message as Buffer).includes("PingInterval") ? 1 : 0));
    const header = fc.record({
      key: fc.constantFrom("type", "message_id", "sum", "seq", "biz_rt", "__proto__", ""),
      value: fc.oneof(fc.string(), fc.constantFrom("event", "card", "pong", "999999999")),
    });
    const frame = fc
      .record({
        SeqID: fc.nat(),
        LogID: fc.nat(),
        service: fc.integer(),
        method: fc.constantFrom(0, 1, 2, -1),
        headers: fc.array(header, { maxLength: 5 }),
        payload: fc.uint8Array(),
      })
      .map(encodeFrame);
    const cut = fc.tuple(frame, fc.nat({ max: 40 })).map(([bytes, length]) => bytes.subarray(0, length));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), frame, cut, fc.string()), async (bytes) => {
        // An event is under way all the time, so that a stray acknowledgement has something to hit.
        emulator.sendAsUser({ text: "x" });
        socket.send(bytes);
      }),
      { numRuns: frames.numRuns },
    );
    socket.send(encodeFrame({ SeqID: 0, LogID: 0, service: 1, method: 0, headers: [{ key: "type", value: "ping" }] }));
    await until(() => pongs > 0);
    expect(emulator.connections()).toMatchObject([{ appId: AppID, ready: true }]);
  });
});
