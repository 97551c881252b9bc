import { request as httpRequest } from "node:http";
import { WSClient, EventDispatcher, LoggerLevel } from "@larksuiteoapi/node-sdk";
import { WebSocket } from "ws";
import { afterEach, describe, expect, it } from "vitest";
import { DEFAULT_APP } from "../../../src/emulator/state/seed.ts";
import { isDemoFromAfar } from "../../../src/emulator/state/demo-secret.ts";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator, StartOptions } from "../../../src/emulator/index.ts";
import { until } from "../until.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: StartOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator(options);
  closers.push(() => emulator.close());
  return emulator;
}

/** A request as a browser sends it, with whatever `Host` and `Origin` the page makes it send. */
function ask(
  emulator: Emulator,
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<{ status: number; text: string; cookie: string | undefined }> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      `${emulator.apiUrl}${path}`,
      { method: body === undefined ? "GET" : "POST", headers: { "content-type": "application/json", ...headers } },
      async (response) => {
        let text = "";
        for await (const chunk of response) text += String(chunk);
        resolve({ status: response.statusCode ?? 0, text, cookie: response.headers["set-cookie"]?.[0] });
      },
    );
    call.on("error", reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const TOKEN = "/open-apis/auth/v3/tenant_access_token/internal";
const ENDPOINT = "/callback/ws/endpoint";
const keys = { app_id: DEFAULT_APP.appId, app_secret: DEFAULT_APP.appSecret };
const endpointKeys = { AppID: DEFAULT_APP.appId, AppSecret: DEFAULT_APP.appSecret };

async function ticketUrl(emulator: Emulator): Promise<string> {
  const { text } = await ask(emulator, ENDPOINT, {}, endpointKeys);
  return (JSON.parse(text) as { data: { URL: string } }).data.URL;
}

/** "open", or the status of the refusal. */
function connect(url: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers });
    socket.on("open", () => {
      socket.terminate();
      resolve("open");
    });
    socket.on("unexpected-response", (request, response) => {
      request.destroy();
      resolve(String(response.statusCode));
    });
    socket.on("error", () => resolve("error"));
  });
}

describe("[E10] other people's web pages", () => {
  it.each(["attacker.example", "attacker.example:7332", "127.0.0.1.nip.io", "192.168.1.9"])(
    "get nothing by a name of their own (DNS rebinding): %s",
    async (host) => {
      const emulator = await start();
      expect(await ask(emulator, TOKEN, { host }, keys)).toMatchObject({
        status: 421,
        text: expect.not.stringContaining("t-"),
      });
      expect((await ask(emulator, ENDPOINT, { host }, endpointKeys)).status).toBe(421);
      expect(await ask(emulator, "/", { host })).toMatchObject({ status: 421, cookie: undefined });
      expect((await ask(emulator, "/emulator/state", { host })).status).toBe(421);
      expect(await connect(await ticketUrl(emulator), { host })).toBe("403");
    },
  );

  it.each(["https://attacker.example", "http://127.0.0.1:1", "http://localhost:3000", "null"])(
    "open no WebSocket and act by nobody's cookie: %s",
    async (origin) => {
      const emulator = await start();
      const cookie = (await ask(emulator, "/", {})).cookie?.split(";")[0] ?? "";
      expect(cookie).toContain("emulator_admin");
      const app = { name: "planted" };
      expect((await ask(emulator, "/emulator/apps", { cookie, origin }, app)).status).toBe(403);
      expect((await ask(emulator, "/emulator/state", { cookie, origin })).status).toBe(403);
      expect((await ask(emulator, TOKEN, { origin }, keys)).status).toBe(403);
      const url = await ticketUrl(emulator);
      expect(await connect(url, { origin })).toBe("403");
      // The refusal has not used the ticket up.
      expect(await connect(url)).toBe("open");
      expect(emulator.store.apps.size).toBe(1);
    },
  );

  it("of the emulator itself, and who types the address, are served", async () => {
    const emulator = await start();
    const cookie = (await ask(emulator, "/", {})).cookie?.split(";")[0] ?? "";
    const own = { cookie, origin: emulator.apiUrl, "sec-fetch-site": "same-origin" };
    expect((await ask(emulator, "/emulator/state", own)).status).toBe(200);
    const visit = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    expect((await ask(emulator, "/", visit)).status).toBe(200);
    expect(
      (await ask(emulator, "/emulator/state", { cookie, "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }))
        .status,
    ).toBe(403);
  });

  it("cannot work out tickets, tokens and secrets from the seed", async () => {
    const urls = await Promise.all([start(), start()].map(async (emulator) => ticketUrl(await emulator)));
    const tickets = urls.map((url) => new URL(url).searchParams.get("ticket"));
    expect(tickets[0]).not.toBe(tickets[1]);
    const tokens = await Promise.all(
      [start(), start()].map(async (emulator) => (await ask(await emulator, TOKEN, {}, keys)).text),
    );
    expect(tokens[0]).toContain('"tenant_access_token":"t-');
    expect(tokens[0]).not.toBe(tokens[1]);
    // Ids stay those of the seed.
    const [one, two] = [await start(), await start()];
    expect(one.directChatId()).toBe(two.directChatId());
  });

  it("and programs: the SDK's long connection comes about", async () => {
    const emulator = await start();
    const client = new WSClient({
      appId: DEFAULT_APP.appId,
      appSecret: DEFAULT_APP.appSecret,
      domain: emulator.apiUrl,
      loggerLevel: LoggerLevel.fatal,
    });
    closers.push(() => client.close());
    await client.start({ eventDispatcher: new EventDispatcher({}) });
    await until(() => emulator.connections().length === 1);
  });

  it("are let in under a name that the operator gives it", async () => {
    const emulator = await start({
      allowedHosts: ["feishu.internal"],
      apps: [{ name: "own", appId: "cli_0123456789abcdef", appSecret: "s" }],
    });
    const asked = { app_id: "cli_0123456789abcdef", app_secret: "s" };
    expect(await ask(emulator, TOKEN, { host: "feishu.internal:80" }, asked)).toMatchObject({
      status: 200,
      text: expect.stringContaining('"code":0'),
    });
  });

  it("use the demo app's public secret on this machine and under its own name alone", async () => {
    const emulator = await start({ allowedHosts: ["feishu.internal"] });
    const refused = await ask(emulator, TOKEN, { host: "feishu.internal" }, keys);
    expect(refused.text).not.toContain("tenant_access_token");
    expect((await ask(emulator, ENDPOINT, { host: "feishu.internal" }, endpointKeys)).text).not.toContain("ticket");
    const place = { ip: "192.168.1.5", origin: "http://192.168.1.2:7332" };
    const request = { method: "POST", path: TOKEN, query: new URLSearchParams(), header: () => undefined, body: "" };
    expect(isDemoFromAfar(DEFAULT_APP, { ...request, ...place })).toBe(true);
    expect(isDemoFromAfar(DEFAULT_APP, { ...request, ...place, ip: "127.0.0.1" })).toBe(true);
    expect(isDemoFromAfar(DEFAULT_APP, { ...request, ip: "::ffff:127.0.0.1", origin: "http://localhost:7332" })).toBe(
      false,
    );
    expect(isDemoFromAfar({ appSecret: "own" }, { ...request, ...place })).toBe(false);
  });
});
