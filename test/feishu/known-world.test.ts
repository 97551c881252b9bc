import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createReplyDispatcher } from "../../extensions/feishu/reply-dispatcher.ts";
import { createFeishuClient, FeishuDelivery, openKnownWorld } from "../../extensions/feishu/index.ts";
import { createEmulator } from "../../src/emulator/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { parseWorldFile } from "../../src/probe/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { removeFolder } from "../support/remove-folder.ts";

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "known-"));
});
afterEach(() => removeFolder(stateDir));

const open = (appId: string, clock = new FakeClock()): ReturnType<typeof openKnownWorld> =>
  openKnownWorld({ appId, stateDir, clock, logger: silentLogger });

/** Six tables, one after another. */
const TABLES = Array.from({ length: 6 }, (_, i) => `Table ${i}\n\n| a | b |\n| --- | --- |\n| ${i} | x |\n\n`).join("");

describe("what is known of an app's Feishu", () => {
  it("[E12] is learned from a refusal, used at once, and used from the first card on after a restart", async () => {
    const refusals: number[] = [];
    for (let run = 0; run < 2; run++) {
      const clock = new FakeClock();
      const emulator = createEmulator({ clock, world: { cardTables: 2 } });
      const { appId, appSecret } = emulator.app;
      const client = createFeishuClient({
        account: { accountId: "a", appId, appSecret, domain: emulator.apiUrl },
        clock,
        logger: silentLogger,
        random: Math.random,
        fetch: emulator.fetch,
      });
      const delivery = new FeishuDelivery({ client, clock, random: Math.random, world: open(appId, clock) });
      const chatId = emulator.directChatId();
      const reply = createReplyDispatcher({ delivery, target: { type: "chat", chatId } });
      reply.append(toDelta(TABLES));
      const result = await clock.runUntil(reply.finalize());
      expect(result).toMatchObject({ delivered: TABLES.length, total: TABLES.length });
      refusals.push(emulator.timeline.entries().filter((one) => /table number over limit/u.test(one.msg)).length);
      delivery.close();
      const file = parseWorldFile(readFileSync(join(stateDir, `world-${appId}.json`), "utf8"));
      expect(file.answers).toEqual({ cardTables: 2 });
      expect(statSync(join(stateDir, `world-${appId}.json`)).mode & 0o777).toBe(0o600);
    }
    expect(refusals[0]).toBeGreaterThan(0);
    expect(refusals[1]).toBe(0);
  });

  it("keeps what a probe found, and only ever lowers it", () => {
    const path = join(stateDir, "world-cli_1.json");
    const probed = {
      kind: "feishu-world",
      version: 1,
      date: "2026-11-01",
      tenant: "feishu",
      answers: { cardTables: 4, patchEntityMessage: "refuse" },
      eyes: { contentTypes: true },
    };
    writeFileSync(path, JSON.stringify(probed));
    const world = open("cli_1");
    expect(world.limits).toMatchObject({ cardTables: 4 });
    world.note({ cardTables: 5 });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(probed);
    world.note({ cardTables: 3, cardBytes: 40_000 });
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
      answers: { cardTables: 3, cardBytes: 40_000, patchEntityMessage: "refuse" },
      eyes: { contentTypes: true },
      tenant: "feishu",
    });
  });

  it.each(["", "[]", '{"kind":"else"}', '{"kind":"feishu-world","version":1,"answers":{"cardTables":"many"}}'])(
    "does not use a file that holds %j",
    (text) => {
      writeFileSync(join(stateDir, "world-cli_1.json"), text);
      const world = open("cli_1");
      expect([world.limits, world.from]).toEqual([{}, undefined]);
    },
  );

  it("ends with the process where there is no folder", () => {
    const options = { appId: "cli_1", stateDir: undefined, clock: new FakeClock(), logger: silentLogger };
    const world = openKnownWorld(options);
    world.note({ cardTables: 1 });
    expect(world.from).toBeUndefined();
  });
});
