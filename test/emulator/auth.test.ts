import { describe, expect, it } from "vitest";
import { Caller, readAnswer } from "./caller.ts";

const AUTH = "/auth/v3/tenant_access_token/internal";

async function issue(caller: Caller, path = AUTH): Promise<Record<string, unknown>> {
  const { appId, appSecret } = caller.emulator.app;
  return (await caller.call("POST", path, { app_id: appId, app_secret: appSecret })).body;
}

describe("tokens", () => {
  it("[D10] hands the same token out while half an hour or more remains, then a new one, both valid", async () => {
    const caller = new Caller();
    const first = await issue(caller);
    expect(first).toMatchObject({ code: 0, msg: "ok", expire: 7200 });
    expect(String(first["tenant_access_token"])).toMatch(/^t-/u);
    await caller.pass(90 * 60_000);
    const again = await issue(caller);
    expect(again).toMatchObject({ tenant_access_token: first["tenant_access_token"], expire: 1800 });
    await caller.pass(1);
    const next = await issue(caller);
    expect(next["tenant_access_token"]).not.toBe(first["tenant_access_token"]);
    expect((await caller.call("GET", "/bot/v3/info", undefined, String(first["tenant_access_token"]))).code).toBe(0);
    expect((await caller.call("GET", "/bot/v3/info", undefined, String(next["tenant_access_token"]))).code).toBe(0);
  });

  it("gives the internal app token together with the tenant token", async () => {
    const body = await issue(new Caller(), "/auth/v3/app_access_token/internal");
    expect(body["app_access_token"]).toBe(body["tenant_access_token"]);
  });

  it.each([
    ["a wrong secret", { app_secret: "wrong" }, 10015],
    ["an unknown app", { app_id: "cli_0000000000000000" }, 10015],
    ["a missing secret", { app_secret: undefined }, 10003],
  ])("refuses %s", async (_, change, code) => {
    const caller = new Caller();
    const { appId, appSecret } = caller.emulator.app;
    expect((await caller.call("POST", AUTH, { app_id: appId, app_secret: appSecret, ...change })).code).toBe(code);
  });

  it.each([
    [
      "an expired token",
      async (caller: Caller) => (await caller.token(), await caller.pass(7_200_000), caller.token()),
      99991663,
    ],
    ["an unknown token", async () => "t-unknown", 99991663],
    ["a token with a strange prefix", async () => "x-1", 99991671],
    ["an app token", async () => "a-1", 99991671],
    ["a user token", async () => "u-1", 99991668],
  ] as const)("refuses %s", async (_, token, code) => {
    const caller = new Caller();
    const answer = await caller.call("GET", "/bot/v3/info", undefined, await token(caller));
    expect([answer.http, answer.code]).toEqual([400, code]);
  });

  it("refuses a call without a token, with a log id in the header", async () => {
    const caller = new Caller();
    const answer = await readAnswer(await caller.emulator.fetch(`${caller.emulator.apiUrl}/open-apis/bot/v3/info`));
    expect(answer.code).toBe(99991661);
    expect(answer.headers.get("x-tt-logid")).toMatch(/^\d+/u);
  });

  it("goes through the tickets of a store app", async () => {
    const caller = new Caller({ apps: [{ appId: "cli_00000000000000aa", appSecret: "s", name: "store", isv: true }] });
    const tickets: unknown[] = [];
    caller.emulator.onEvent("cli_00000000000000aa", (body) => tickets.push(body["event"]));
    const keys = { app_id: "cli_00000000000000aa", app_secret: "s" };
    expect((await caller.call("POST", "/auth/v3/app_access_token", { ...keys, app_ticket: "none" })).code).toBe(10012);
    await caller.call("POST", "/auth/v3/app_ticket/resend", keys);
    await caller.pass(0);
    const ticket = (tickets[0] as Record<string, string>)["app_ticket"];
    const app = await caller.call("POST", "/auth/v3/app_access_token", { ...keys, app_ticket: ticket });
    expect(app.body).toMatchObject({ code: 0, expire: 7140 });
    const tenant = { app_access_token: app.body["app_access_token"], tenant_key: caller.emulator.app.tenantKey };
    expect((await caller.call("POST", "/auth/v3/tenant_access_token", tenant)).body).toMatchObject({
      code: 0,
      tenant_access_token: expect.stringMatching(/^t-/u),
    });
    expect(
      (await caller.call("POST", "/auth/v3/tenant_access_token", { ...tenant, app_access_token: "a-x" })).code,
    ).toBe(99991664);
    expect((await caller.call("POST", "/auth/v3/tenant_access_token", { ...tenant, tenant_key: "other" })).code).toBe(
      99991665,
    );
  });
});

describe("the app's state", () => {
  it("[A8] names the missing scope and the page that grants it", async () => {
    const caller = new Caller({ apps: [{ name: "narrow", scopes: ["im:message"] }] });
    const answer = await caller.call("POST", "/cardkit/v1/cards", { type: "card_json", data: "{}" });
    expect(answer.code).toBe(99991672);
    expect(answer.msg).toContain("cardkit:card:write");
    expect(answer.body["error"]).toMatchObject({
      permission_violations: [
        { scope: "cardkit:card:write", url: expect.stringContaining("/auth?q=cardkit:card:write") },
      ],
    });
    expect((await caller.send("text", { text: "hi" })).code).toBe(0);
  });

  it.each([
    ["a disabled app", { enabled: false }, 99991662],
    ["a caller that is not on the allow list", { ipAllowList: ["10.0.0.1"] }, 99991401],
    ["a used-up monthly quota", { quota: 0 }, 99991403],
    ["a bot without its ability", { botAbility: false }, 230006],
  ])("refuses %s", async (_, change, code) => {
    const caller = new Caller();
    await caller.token();
    Object.assign(caller.emulator.app, change);
    expect((await caller.send("text", { text: "hi" })).code).toBe(code);
  });

  it("[D10] answers for a bot whose ability is off: 11205 about itself, 234007 to uploads", async () => {
    const caller = new Caller();
    await caller.token();
    caller.emulator.app.botAbility = false;
    const info = await caller.call("GET", "/bot/v3/info");
    expect([info.http, info.code, info.msg, info.body["bot"]]).toEqual([200, 11205, "app do not have bot", undefined]);
    expect((await caller.call("POST", "/im/v1/images", "")).code).toBe(234007);
    expect((await caller.call("POST", "/cardkit/v1/cards", { type: "card_json", data: "{}" })).code).toBe(0);
  });

  it("[D10] says in every refusal under which id it is logged, and where to look it up", async () => {
    const { body, headers } = await new Caller().call("GET", "/bot/v3/info", undefined, "t-unknown");
    const id = headers.get("x-tt-logid") ?? "";
    expect(body["error"]).toEqual({
      log_id: id,
      troubleshooter: expect.stringContaining(`log_id=${id}&code=99991663`),
    });
  });

  it("tells an unknown path from a wrong method", async () => {
    const caller = new Caller();
    expect((await caller.call("GET", "/im/v9/nothing")).code).toBe(99991201);
    expect((await caller.call("DELETE", "/cardkit/v1/cards")).code).toBe(99991301);
  });

  it("takes the greeting of OpenClaw's official plugin", async () => {
    const answer = await new Caller().call("POST", "/bot/v1/openclaw_bot/ping", { needBotInfo: true });
    expect([answer.http, answer.code]).toEqual([200, 0]);
  });

  it("gives the bot's own open_id outside data", async () => {
    const caller = new Caller();
    const { body } = await caller.call("GET", "/bot/v3/info");
    expect(body["bot"]).toMatchObject({ open_id: caller.emulator.app.botOpenId, app_name: "cardstream" });
    expect(body["data"]).toBeUndefined();
  });
});
