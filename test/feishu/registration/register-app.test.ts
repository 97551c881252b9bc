import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { registerApp, RegistrationError, wantedAddons } from "../../../extensions/feishu/registration/index.ts";
import type { RegisterAppOptions } from "../../../extensions/feishu/registration/index.ts";
import { NEEDED_SCOPES } from "../../../extensions/feishu/doctor/needed-scopes.ts";
import type { Fetch } from "../../../extensions/feishu/client/index.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

interface Bench {
  readonly emulator: Emulator;
  readonly clock: FakeClock;
  readonly links: URL[];
  readonly reachable: boolean[];
  /** Ends the network when set. */
  broken: boolean;
  /** Presses a button of the page. */
  press(action: "confirm" | "deny" | "expire", more?: Record<string, string>): Promise<void>;
  register(more?: Partial<RegisterAppOptions>): Promise<unknown>;
}

function createBench(): Bench {
  const clock = new FakeClock();
  const emulator = createEmulator({ clock });
  const stop = new AbortController();
  const bench: Bench = {
    emulator,
    clock,
    links: [],
    reachable: [],
    broken: false,
    async press(action, more = {}) {
      const query = new URLSearchParams([...(bench.links.at(-1)?.searchParams ?? [])]);
      for (const [key, value] of Object.entries(more)) query.set(key, value);
      const path = `/emulator/registrations/${query.get("user_code") ?? ""}/${action}?${query.toString()}`;
      const answer = await emulator.fetch(`${emulator.apiUrl}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${emulator.adminToken}` },
      });
      expect(answer.status).toBe(200);
    },
    register: (more) =>
      registerApp({
        fetch: (url, init) => (bench.broken ? Promise.reject(new Error("ENETUNREACH")) : emulator.fetch(url, init)),
        clock,
        signal: stop.signal,
        domain: emulator.apiUrl,
        addons: wantedAddons,
        name: "小助手",
        onLink: ({ url }) => void bench.links.push(new URL(url)),
        onReachable: (now) => void bench.reachable.push(now),
        ...more,
      }).catch((error: unknown) => error),
  };
  return bench;
}

/** Lets the flow begin. */
async function begin(bench: Bench, more?: Partial<RegisterAppOptions>): Promise<{ done: Promise<unknown>; link: URL }> {
  const done = bench.register(more);
  await bench.clock.advance(0);
  return { done, link: bench.links[0]! };
}

describe("registering an app by a code", () => {
  it("[E11] gives the app that the person confirmed, with all scopes, events and callbacks", async () => {
    const bench = createBench();
    const { done, link } = await begin(bench);
    expect(link.searchParams.get("name")).toBe("小助手");
    expect(JSON.parse(gunzipSync(Buffer.from(link.searchParams.get("addons")!, "base64url")).toString())).toEqual(
      wantedAddons,
    );
    await bench.clock.advance(12_000);
    await bench.press("confirm");
    await bench.clock.advance(5_000);
    const result = (await done) as { appId: string; appSecret: string; domain: string; openId: string };
    const app = bench.emulator.store.apps.get(result.appId)!;
    expect(result).toMatchObject({ appSecret: app.appSecret, domain: bench.emulator.apiUrl });
    expect(result.openId).toMatch(/^ou_/u);
    expect(app.name).toBe("小助手");
    expect([...app.scopes]).toEqual(expect.arrayContaining([...wantedAddons.scopes!.tenant!]));
    expect(app.subscriptions?.events).toEqual(expect.arrayContaining([...wantedAddons.events!.items.tenant!]));
    expect(app.subscriptions?.callbacks).toEqual(["card.action.trigger"]);
  });

  it("[E11] asks for every scope that the doctor looks for", () => {
    const asked = new Set(wantedAddons.scopes?.tenant);
    for (const { anyOf } of NEEDED_SCOPES) expect(anyOf.some((scope) => asked.has(scope))).toBe(true);
  });

  it("[E11] adds to an app that exists, and leaves its secret and name", async () => {
    const bench = createBench();
    const app = bench.emulator.store.apps.get(bench.emulator.app.appId)!;
    app.scopes = new Set(["im:resource"]);
    const { done, link } = await begin(bench, { appId: app.appId });
    expect(link.searchParams.get("clientID")).toBe(app.appId);
    expect(link.searchParams.get("name")).toBeNull();
    await bench.press("confirm");
    await bench.clock.advance(5_000);
    expect(await done).toMatchObject({ appId: app.appId, appSecret: app.appSecret });
    expect(app.scopes.has("cardkit:card:write")).toBe(true);
    expect(bench.emulator.store.apps.size).toBe(1);
  });

  it("[E11] follows a Lark tenant", async () => {
    const asked: string[] = [];
    const clock = new FakeClock();
    const answers = [
      { device_code: "d", verification_uri_complete: "https://open.feishu.cn/page?user_code=A", expires_in: 600 },
      { user_info: { tenant_brand: "lark" } },
      { client_id: "cli_1", client_secret: "s", user_info: { open_id: "ou_1", tenant_brand: "lark" } },
    ];
    const fetch: Fetch = async (url) => {
      asked.push(new URL(url).host);
      return Response.json(answers.shift());
    };
    const done = registerApp({
      fetch,
      clock,
      signal: new AbortController().signal,
      addons: wantedAddons,
      onLink: () => {},
    });
    await clock.advance(20_000);
    expect(await done).toEqual({ appId: "cli_1", appSecret: "s", domain: "lark", openId: "ou_1" });
    expect(asked).toEqual(["accounts.feishu.cn", "accounts.feishu.cn", "accounts.larksuite.com"]);
  });

  it("[E11] asks less often when told to slow down", async () => {
    const clock = new FakeClock();
    const times: number[] = [];
    const fetch: Fetch = async (_, init) => {
      const isBegin = typeof init.body === "string" && init.body.includes("action=begin");
      if (!isBegin) times.push(clock.now());
      return Response.json(
        isBegin
          ? { device_code: "d", verification_uri_complete: "https://x.example/?user_code=A", interval: 5 }
          : { error: times.length === 1 ? "slow_down" : "authorization_pending" },
        { status: isBegin ? 200 : 400 },
      );
    };
    const stop = new AbortController();
    const done = registerApp({ fetch, clock, signal: stop.signal, addons: wantedAddons, onLink: () => {} });
    await clock.advance(26_000);
    expect(times).toEqual([5_000, 15_000, 25_000]);
    stop.abort(new Error("enough"));
    await expect(done).rejects.toThrow("enough");
  });

  it.each([
    ["deny", "denied"],
    ["expire", "expired"],
  ] as const)("[E11] ends when the person presses %s", async (action, code) => {
    const bench = createBench();
    const { done } = await begin(bench);
    await bench.press(action);
    await bench.clock.advance(5_000);
    const error = await done;
    expect(error).toBeInstanceOf(RegistrationError);
    expect(error).toMatchObject({ code });
    expect(bench.emulator.store.apps.size).toBe(1);
  });

  it("[E11] ends by itself when nobody does anything", async () => {
    const bench = createBench();
    const { done } = await begin(bench);
    await bench.clock.advance(600_000);
    expect(await done).toMatchObject({ code: "expired" });
  });

  it("[E11] outlives a break of the network, and says so", async () => {
    const bench = createBench();
    const { done } = await begin(bench);
    bench.broken = true;
    await bench.clock.advance(30_000);
    bench.broken = false;
    await bench.press("confirm");
    await bench.clock.advance(5_000);
    expect(await done).toMatchObject({ domain: bench.emulator.apiUrl });
    expect(bench.reachable).toEqual([false, true]);
  });

  it("[E11] says when Feishu cannot be reached at all", async () => {
    const bench = createBench();
    bench.broken = true;
    const done = bench.register();
    await bench.clock.advance(10_000);
    expect(await done).toMatchObject({ code: "unreachable" });
  });

  it("[E11] grants the template alone while the platform's gray-scale switch is off", async () => {
    const bench = createBench();
    bench.emulator.settings.registrationAddons = false;
    const { done } = await begin(bench);
    await bench.press("confirm");
    await bench.clock.advance(5_000);
    const { appId } = (await done) as { appId: string };
    expect(bench.emulator.store.apps.get(appId)?.scopes.has("cardkit:card:write")).toBe(false);
  });
});
