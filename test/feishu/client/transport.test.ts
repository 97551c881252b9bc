import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import type { CallRecord } from "../../../extensions/feishu/client/index.ts";
import {
  createCardEntityFeishu,
  getMessageFeishu,
  listChatsFeishu,
  sendTextFeishu,
  streamUpdateCardElementFeishu,
} from "../../../extensions/feishu/send.ts";
import type { Logger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { recordedClient, RecordingFetch, rejection } from "../recording-fetch.ts";
import type { Reply } from "../recording-fetch.ts";

const write = { cardId: "7355", elementId: "answer", content: "private words", sequence: 1 };

/** What one write rejects with when Feishu answers like this. */
async function failing(reply: Reply) {
  const { client, feishu, calls } = recordedClient();
  feishu.answer = () => reply;
  const error = await rejection(streamUpdateCardElementFeishu(client, write));
  return { error, record: calls.at(-1) };
}

describe("answers", () => {
  it("[B25] code other than 0 is a failure at HTTP 200 too", async () => {
    const { error, record } = await failing({
      status: 200,
      json: { code: 300317, msg: "ErrMsg: sequence number compare failed; ", data: {} },
      headers: { "x-tt-logid": "log1" },
    });
    expect(error).toMatchObject({
      name: "FeishuApiError",
      kind: "sequence-conflict",
      apiCode: 300317,
      apiMessage: "ErrMsg: sequence number compare failed; ",
      httpStatus: 200,
      logId: "log1",
      operation: "cardkit.cardElement.content",
    });
    expect(record).toMatchObject({ outcome: "rejected", code: 300317, httpStatus: 200, logId: "log1" });
  });

  it.each([
    [{ "x-ogw-ratelimit-reset": "12" }, 12_000],
    [{ "x-ogw-ratelimit-reset": "0.5" }, 500],
    [{ "retry-after": "3" }, 3_000],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:20 GMT" }, 20_000],
    [{ "x-ogw-ratelimit-reset": "1", "retry-after": "9" }, 1_000],
    [{ "x-ogw-ratelimit-reset": "99999999" }, 3_600_000],
    [{ "x-ogw-ratelimit-reset": "soon" }, undefined],
    [{}, undefined],
  ])("[D3] a rate limit with %j is to be waited out %s ms", async (headers, retryAfterMs) => {
    const { error } = await failing({
      status: 429,
      json: { code: 99991400, msg: "request trigger frequency limit" },
      headers,
    });
    expect(error).toMatchObject({ kind: "rate-limited", retryAfterMs });
  });

  it("a 429 is a rate limit whatever its body", async () => {
    expect((await failing({ status: 429, text: "<html>" })).error).toMatchObject({
      kind: "rate-limited",
      apiCode: 99991400,
    });
  });

  it.each<[string, Reply, number, boolean]>([
    ["HTML of a gateway", { status: 504, text: "<html>gateway timeout</html>" }, 504, true],
    ["half a body", { status: 200, text: '{"code":0,"da' }, 200, true],
    ["JSON without a code", { status: 200, json: { hello: 1 } }, 200, true],
    ["a list", { status: 200, json: [] }, 200, true],
    ["success with HTTP 500", { status: 500, json: { code: 0 } }, 500, true],
    ["a redirect", { status: 302, text: "", headers: { location: "https://elsewhere.example" } }, 302, false],
    ["a page that is not Feishu", { status: 404, text: "not found" }, 404, false],
  ])("%s is no usable answer", async (_what, reply, httpStatus, maybeApplied) => {
    const { error, record } = await failing(reply);
    expect(error).toMatchObject({ name: "FeishuTransportError", code: "bad-body", httpStatus, maybeApplied });
    expect(record).toMatchObject({ outcome: "unknown", code: undefined, httpStatus });
  });

  it("an unknown code is unknown, a server error by its status otherwise", async () => {
    expect((await failing({ status: 400, json: { code: 777, msg: "?" } })).error).toMatchObject({ kind: "unknown" });
    expect((await failing({ status: 503, json: { code: 777, msg: "?" } })).error).toMatchObject({ kind: "server" });
  });

  it("the log id is found in the body when no header has it", async () => {
    expect(
      (await failing({ status: 400, json: { code: 230001, msg: "", error: { log_id: "b1" } } })).error,
    ).toMatchObject({ logId: "b1" });
    expect(
      (await failing({ status: 400, json: { code: 230001, msg: "", error: { logid: "b2" } } })).error,
    ).toMatchObject({ logId: "b2" });
    expect(
      (await failing({ status: 400, json: { code: 230001, msg: "" }, headers: { "X-Request-Id": "h" } })).error,
    ).toMatchObject({ logId: "h" });
  });
});

describe("no answer", () => {
  it("[B18] a call that hangs ends at its timeout; its fate is unknown", async () => {
    const { client, feishu, clock, calls } = recordedClient();
    let aborted = false;
    feishu.answer = (_request, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          aborted = true;
          reject(signal.reason);
        });
      });
    const error = await clock.runUntil(rejection(createCardEntityFeishu(client, { card: {} })));
    expect(error).toMatchObject({ name: "FeishuTransportError", code: "timeout", maybeApplied: true });
    expect([clock.now(), aborted, clock.pending]).toEqual([10_000, true, 0]);
    expect(calls.at(-1)).toMatchObject({ outcome: "unknown", ms: 10_000 });
  });

  it("[B18] the timeout of one call, one client, and a body that never ends", async () => {
    const { client, feishu, clock } = recordedClient({ timeoutMs: 700 });
    feishu.answer = () => new Promise(() => {});
    await clock.runUntil(rejection(getMessageFeishu(client, { messageId: "om_1a" }, { timeoutMs: 250 })));
    expect(clock.now()).toBe(250);
    await clock.runUntil(rejection(getMessageFeishu(client, { messageId: "om_1a" })));
    expect(clock.now()).toBe(950);
    const endless = new FakeClock();
    const slowBody = createFeishuClient({
      account: { appId: "cli_1", appSecret: "s" },
      clock: endless,
      logger: feishuSilent,
      random: () => 0,
      fetch: async (url, init) =>
        url.includes("tenant_access_token")
          ? feishu.fetch(url, init)
          : { status: 200, headers: new Headers(), arrayBuffer: () => new Promise(() => {}) },
    });
    expect(await endless.runUntil(rejection(listChatsFeishu(slowBody)))).toMatchObject({ code: "timeout" });
  });

  it("an aborted call rejects with the reason of its signal", async () => {
    const { client, feishu, calls } = recordedClient();
    const reason = { not: "an error" };
    const controller = new AbortController();
    feishu.answer = (_request, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        controller.abort(reason);
      });
    expect(await rejection(listChatsFeishu(client, {}, { signal: controller.signal }))).toBe(reason);
    expect(calls.at(-1)).toMatchObject({ operation: "im.chat.list", outcome: "unknown" });
    expect(await rejection(listChatsFeishu(client, {}, { signal: controller.signal }))).toBe(reason);
    expect(feishu.requests).toHaveLength(1);
  });

  it.each([
    ["ECONNREFUSED", false],
    ["ENOTFOUND", false],
    ["UND_ERR_CONNECT_TIMEOUT", false],
    ["ECONNRESET", true],
    ["UND_ERR_SOCKET", true],
  ])("[E11] a broken connection (%s): may have arrived: %s; says where", async (code, maybeApplied) => {
    const { client, feishu } = recordedClient();
    const cause = Object.assign(new Error("inner"), { code });
    feishu.answer = () => Promise.reject(new TypeError("fetch failed", { cause }));
    expect(await rejection(listChatsFeishu(client))).toMatchObject({
      code: "network",
      maybeApplied,
      message: expect.stringMatching(
        maybeApplied
          ? new RegExp(`failed: ${code} \\(network\\)$`, "u")
          : new RegExp(`failed: ${code} at open\\.feishu\\.cn; check the domain and the network \\(network\\)$`, "u"),
      ),
      cause: { message: "fetch failed" },
    });
  });
});

const feishuSilent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

describe("calls are told", () => {
  it("to the client and to the call, with operation, bytes and time", async () => {
    const { client, feishu, calls, clock } = recordedClient();
    const own: CallRecord[] = [];
    feishu.answer = async () => {
      await clock.advance(0);
      return { json: { code: 0, data: {} }, headers: { "x-tt-logid": "l" } };
    };
    await streamUpdateCardElementFeishu(client, write, { onCall: (record) => own.push(record) });
    const bytes = Buffer.byteLength(JSON.stringify({ content: "private words", sequence: 1 }));
    expect(own).toEqual([
      { operation: "cardkit.cardElement.content", bytes, ms: 0, code: 0, httpStatus: 200, logId: "l", outcome: "ok" },
    ]);
    expect(calls.map(({ operation }) => operation)).toEqual(["auth.tenantAccessToken", "cardkit.cardElement.content"]);
  });

  it("under the path when the SDK is used directly, ids left out", async () => {
    const { client, calls } = recordedClient();
    await client.sdk.im.v1.message.get({ path: { message_id: "om_dc13264520392913993dd051dba21dcf" } });
    expect(calls.at(-1)?.operation).toBe("GET /open-apis/im/v1/messages/:id");
  });
});

describe("secrets and people's words", () => {
  it("are in no log line and in no printed error", async () => {
    const lines: string[] = [];
    const note = (message: string, fields?: object): void => void lines.push(message + JSON.stringify(fields));
    const feishu = new RecordingFetch();
    const client = createFeishuClient({
      account: { appId: "cli_1", appSecret: "top-secret" },
      fetch: feishu.fetch,
      clock: new FakeClock(),
      logger: { debug: note, info: note, warn: note, error: note },
      random: () => 0,
    });
    const errors: unknown[] = [];
    for (const reply of [
      {
        status: 400,
        json: {
          code: 230099,
          msg: "Failed to create card content, ext=ErrCode: 11310; ErrMsg: x; ErrorValue: private words; ",
        },
      },
      { status: 200, text: "private words" },
      { status: 400, json: { code: 99991663, msg: "Invalid t-1" } },
    ]) {
      feishu.answer = () => reply;
      errors.push(
        await rejection(sendTextFeishu(client, { to: { type: "chat", chatId: "oc_1" }, text: "private words" })),
      );
    }
    feishu.token = () => ({ status: 400, json: { code: 10015, msg: "top-secret is wrong" } });
    errors.push(
      await rejection(sendTextFeishu(client, { to: { type: "chat", chatId: "oc_1" }, text: "private words" })),
    );
    const printed =
      errors.map((error) => inspect(error, { depth: 8 })).join("\n") + JSON.stringify(errors) + lines.join("\n");
    expect(lines.length).toBeGreaterThan(5);
    expect(printed).not.toMatch(/private|top-secret|t-\d/u);
  });
});

describe("closing", () => {
  it("refuses new calls and waits for those under way", async () => {
    const { client, feishu, clock } = recordedClient();
    const gate = Promise.withResolvers<void>();
    feishu.answer = async () => {
      await gate.promise;
      return { json: { code: 0, data: {} } };
    };
    const call = listChatsFeishu(client);
    await clock.advance(0);
    const closed = client.close();
    expect(await rejection(listChatsFeishu(client))).toMatchObject({ code: "network", maybeApplied: false });
    gate.resolve();
    await expect(call).resolves.toMatchObject({ items: [] });
    await closed;
    expect([clock.now(), clock.pending]).toEqual([0, 0]);
    await client.close();
  });

  it("[B20] is over after 5 s even when a call hangs; that call's fate is unknown", async () => {
    const { client, feishu, clock } = recordedClient({ timeoutMs: 60_000 });
    feishu.answer = () => new Promise(() => {});
    const call = rejection(listChatsFeishu(client));
    await clock.advance(0);
    await clock.runUntil(client.close());
    expect(clock.now()).toBe(5_000);
    expect(await call).toMatchObject({ code: "network", maybeApplied: true });
    expect(clock.pending).toBe(0);
  });
});
