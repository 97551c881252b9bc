import { afterEach, describe, expect, it } from "vitest";
import { examineFeishu } from "../../../extensions/feishu/index.ts";
import type { Finding } from "../../../extensions/feishu/index.ts";
import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import type { Fetch } from "../../../extensions/feishu/client/index.ts";
import { FeishuDelivery } from "../../../extensions/feishu/delivery/index.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

let emulator: Emulator;
afterEach(() => emulator.close());

/** Examines over a fetch that may answer what the emulator does not know. */
async function examine(
  options: { answer?: (path: string) => object | undefined; date?: (clock: FakeClock) => string | null } = {},
): Promise<Map<string, Finding>> {
  const clock = new FakeClock();
  emulator = createEmulator({ clock });
  const { appId, appSecret } = emulator.app;
  const fetch: Fetch = async (url, init) => {
    const own = options.answer?.(new URL(url).pathname);
    if (own !== undefined) return Response.json({ code: 0, msg: "success", data: own });
    return emulator.fetch(url, init);
  };
  const client = createFeishuClient({
    account: { appId, appSecret, domain: emulator.apiUrl },
    fetch,
    clock,
    logger: silentLogger,
    random: () => 0.5,
  });
  const dated: Fetch = async () => ({
    status: 200,
    headers: { get: () => options.date?.(clock) ?? null },
    arrayBuffer: async () => new ArrayBuffer(0),
  });
  const findings = new Map<string, Finding>();
  const run = async (): Promise<void> => {
    const delivery = new FeishuDelivery({ client, clock, random: () => 0.5, logger: silentLogger });
    const { signal } = new AbortController();
    for await (const finding of examineFeishu({ delivery, env: {}, language: "en", fetch: dated, signal }))
      findings.set(finding.id, finding);
  };
  await clock.runUntil(run());
  await client.close();
  return findings;
}

const at =
  (offsetMs: number) =>
  (clock: FakeClock): string =>
    new Date(clock.wallNow() + offsetMs).toUTCString();

describe("examineFeishu", () => {
  it.each([
    [0, "ok"],
    [45_000, "warn"],
    [-45_000, "warn"],
    [600_000, "fail"],
  ] as const)("[D9] a clock that is %d ms off is %s", async (offsetMs, status) => {
    const clock = (await examine({ date: at(-offsetMs) })).get("clock");
    expect(clock?.status).toBe(status);
    expect(clock?.detail?.en).toContain(`${offsetMs / 1000} s`);
    expect(clock?.fix === undefined).toBe(status === "ok");
  });

  it("[D9] skips the clock when nothing tells the time", async () => {
    expect((await examine()).get("clock")).toMatchObject({ status: "skip" });
  });

  const version =
    (events: string[]) =>
    (path: string): object | undefined => {
      if (path.endsWith("/app_versions/oav_1"))
        return { app_version: { event_infos: events.map((event_type) => ({ event_type })) } };
      return path.includes("/application/v6/applications/") ? { app: { online_version_id: "oav_1" } } : undefined;
    };

  it("[D9] reads which events the published version subscribes to", async () => {
    const good = await examine({ answer: version(["im.message.receive_v1"]) });
    expect(good.get("events")).toMatchObject({ status: "ok" });
    await emulator.close();
    const bad = await examine({ answer: version(["im.chat.disbanded_v1"]) });
    expect(bad.get("events")).toMatchObject({ status: "fail", url: expect.stringContaining("/app/cli_") });
    expect(bad.get("events")?.fix?.en).toContain("card.action.trigger");
  });

  it("[D9] says how to look by hand when Feishu does not tell", async () => {
    const { status, fix } = (await examine()).get("events")!;
    expect(status).toBe("skip");
    expect(fix?.zh).toContain("事件与回调");
  });
});
