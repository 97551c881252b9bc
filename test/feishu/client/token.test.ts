import { describe, expect, it } from "vitest";
import { createCardEntityFeishu, getBotInfoFeishu, sendTextFeishu } from "../../../extensions/feishu/send.ts";
import { recordedClient, rejection } from "../recording-fetch.ts";

const text = { to: { type: "chat", chatId: "oc_1" }, text: "hi" } as const;
const sent = { code: 0, msg: "success", data: { message_id: "om_1a", chat_id: "oc_1", create_time: "1" } };

/** Answers `code` to requests with the tokens named, success to all others. */
function refusing(code: number, ...tokens: string[]) {
  const set = recordedClient();
  set.feishu.answer = ({ headers }) =>
    tokens.includes(headers["Authorization"]?.slice("Bearer ".length) ?? "")
      ? { status: 400, json: { code, msg: "Invalid access token" } }
      : { json: sent };
  return set;
}

describe("the tenant token", () => {
  it("is asked for once, however many calls wait", async () => {
    const { client, feishu } = recordedClient();
    feishu.answer = () => ({ json: sent });
    await Promise.all(Array.from({ length: 20 }, () => sendTextFeishu(client, text)));
    expect(feishu.tokens).toBe(1);
    expect(feishu.requests).toHaveLength(20);
    const ask = feishu.all[0];
    expect([ask?.method, ask?.path, ask?.body]).toEqual([
      "POST",
      "/open-apis/auth/v3/tenant_access_token/internal",
      { app_id: "cli_a1b2c3d4e5f60718", app_secret: "top-secret" },
    ]);
    expect(ask?.headers).not.toHaveProperty("Authorization");
  });

  it.each([99991663, 99991664, 99991665, 99991671, 234002])(
    "is renewed once and the call sent once more after %i",
    async (code) => {
      const { client, feishu, calls } = refusing(code, "t-1");
      expect(await sendTextFeishu(client, { ...text, uuid: "u" })).toMatchObject({ messageId: "om_1a" });
      expect(feishu.requests.map(({ headers }) => headers["Authorization"])).toEqual(["Bearer t-1", "Bearer t-2"]);
      expect(feishu.requests[0]?.body).toEqual(feishu.requests[1]?.body);
      expect(calls.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual([
        "auth.tenantAccessToken ok",
        "im.message.create rejected",
        "auth.tenantAccessToken ok",
        "im.message.create ok",
      ]);
    },
  );

  it("is not renewed a second time for the same call", async () => {
    const { client, feishu } = refusing(99991663, "t-1", "t-2");
    expect(await rejection(sendTextFeishu(client, text))).toMatchObject({ kind: "unauthenticated", apiCode: 99991663 });
    expect(feishu.requests).toHaveLength(2);
  });

  it("is renewed once for many calls refused together", async () => {
    const { client, feishu } = refusing(99991663, "t-1");
    await Promise.all(Array.from({ length: 10 }, () => sendTextFeishu(client, text)));
    expect(feishu.tokens).toBe(2);
  });

  it("is not renewed after other refusals", async () => {
    const { client, feishu } = refusing(99991672, "t-1");
    await rejection(sendTextFeishu(client, text));
    expect([feishu.tokens, feishu.requests.length]).toEqual([1, 1]);
  });

  it("[E11] is not asked for again and again when Feishu refuses the app; after ten seconds it is asked for once more", async () => {
    const { client, feishu, clock } = recordedClient();
    let isRefused = true;
    feishu.token = () => {
      feishu.tokens += 1;
      return {
        json: isRefused
          ? { code: 10014, msg: "app secret invalid" }
          : { code: 0, tenant_access_token: "t-9", expire: 7200 },
      };
    };
    for (let i = 0; i < 20; i++)
      expect(await rejection(sendTextFeishu(client, text))).toMatchObject({ apiCode: 10014 });
    expect(feishu.tokens).toBe(1);
    await clock.advance(10_000);
    expect(await rejection(sendTextFeishu(client, text))).toMatchObject({ apiCode: 10014 });
    expect(feishu.tokens).toBe(2);
    isRefused = false;
    feishu.answer = () => ({ json: sent });
    await clock.advance(10_000);
    expect(await sendTextFeishu(client, text)).toMatchObject({ messageId: "om_1a" });
  });

  it("is used on while a new one is fetched in the background from 30 minutes before its end", async () => {
    const { client, feishu, clock } = recordedClient();
    feishu.answer = () => ({ json: sent });
    const tokenAt = async (minute: number): Promise<string | undefined> => {
      await clock.advance(minute * 60_000 - clock.now());
      await sendTextFeishu(client, text);
      await clock.advance(0);
      return feishu.requests.at(-1)?.headers["Authorization"];
    };
    expect(await tokenAt(0)).toBe("Bearer t-1");
    expect(await tokenAt(90)).toBe("Bearer t-1");
    expect(feishu.tokens).toBe(1);
    expect(await tokenAt(91)).toBe("Bearer t-1");
    expect(await tokenAt(92)).toBe("Bearer t-2");
    expect(feishu.tokens).toBe(2);
  });

  it("that cannot be renewed ahead of time is used to its end, with half a minute between attempts", async () => {
    const { client, feishu, clock } = recordedClient();
    feishu.answer = () => ({ json: sent });
    await sendTextFeishu(client, text);
    let attempts = 0;
    feishu.token = () => {
      attempts++;
      return { status: 500, json: { code: 5000, msg: "internal" } };
    };
    await clock.advance(100 * 60_000);
    for (let i = 0; i < 5; i++) {
      await sendTextFeishu(client, text);
      await clock.advance(10_000);
    }
    expect(attempts).toBe(2);
    await clock.advance(20 * 60_000);
    expect(await rejection(sendTextFeishu(client, text))).toMatchObject({
      kind: "server",
      operation: "auth.tenantAccessToken",
    });
  });

  it("that Feishu refuses to give says why, and the call was not sent", async () => {
    const { client, feishu, clock } = recordedClient();
    feishu.token = () => ({ status: 400, json: { code: 10015, msg: "app secret invalid" } });
    const error = await rejection(createCardEntityFeishu(client, { card: {} }));
    expect(error).toMatchObject({ name: "FeishuApiError", kind: "unauthenticated", apiCode: 10015 });
    await clock.advance(10_000);
    feishu.token = () => Promise.reject(new Error("reset"));
    expect(await rejection(createCardEntityFeishu(client, { card: {} }))).toMatchObject({
      code: "network",
      maybeApplied: false,
    });
    feishu.token = () => ({ json: { code: 0, msg: "ok" } });
    expect(await rejection(createCardEntityFeishu(client, { card: {} }))).toMatchObject({
      code: "bad-body",
      maybeApplied: false,
    });
    expect(feishu.requests).toHaveLength(0);
  });

  it("is waited for without binding the caller, and the next caller profits", async () => {
    const { client, feishu } = recordedClient();
    const gate = Promise.withResolvers<void>();
    feishu.answer = () => ({ json: sent });
    feishu.token = async () => {
      await gate.promise;
      return { json: { code: 0, msg: "ok", tenant_access_token: "t-slow", expire: 7200 } };
    };
    const leave = new AbortController();
    const left = rejection(sendTextFeishu(client, text, { signal: leave.signal }));
    leave.abort(new Error("gone"));
    expect(await left).toMatchObject({ message: "gone" });
    const stayed = sendTextFeishu(client, text);
    gate.resolve();
    await stayed;
    expect(feishu.all).toHaveLength(2);
  });

  it("does not replace a token the caller brought, and the bot call carries it", async () => {
    const { client, feishu } = recordedClient();
    feishu.answer = () => ({ json: { code: 0, bot: { open_id: "ou_bot" } } });
    await client.sdk.request({
      method: "GET",
      url: "/open-apis/bot/v3/info",
      headers: { Authorization: "Bearer u-user" },
    });
    await getBotInfoFeishu(client);
    expect(feishu.requests.map(({ headers }) => headers["Authorization"])).toEqual(["Bearer u-user", "Bearer t-1"]);
  });
});
