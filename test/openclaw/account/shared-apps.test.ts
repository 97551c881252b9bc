import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AppProcess } from "../../../extensions/feishu/app-process.ts";
import { resolveAccount } from "../../../extensions/feishu/config/index.ts";
import { AccountClients } from "../../../extensions/feishu/openclaw/account/clients.ts";
import type { AccountLease } from "../../../extensions/feishu/openclaw/account/clients.ts";
import { createReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import type { ReplyStream } from "../../../src/stream/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { seededRandom } from "../../support/reply-bench.ts";
import { SharedProcesses } from "../../support/shared-processes.ts";
import type { SharedProcess } from "../../support/shared-processes.ts";

interface Gateway {
  readonly lease: AccountLease;
  readonly app: AppProcess;
  readonly clients: AccountClients;
  readonly process: SharedProcess;
  /** Replies that nobody has ended. */
  readonly open: Set<ReplyStream>;
  begin(text: string): ReplyStream;
}

describe("several gateways of one app", () => {
  let clock: FakeClock;
  let emulator: Emulator;
  let processes: SharedProcesses;
  beforeEach(() => {
    clock = new FakeClock({ settleRounds: 2 });
    emulator = createEmulator({ clock, latencyMs: 20 });
    processes = new SharedProcesses(clock);
  });
  afterEach(() => emulator.close());

  const accountOf = (shared: object | undefined = { redis: "redis://127.0.0.1:9" }) => {
    const { appId, appSecret } = emulator.app;
    return resolveAccount({ channels: { feishu: { appId, appSecret, domain: emulator.apiUrl, shared } } });
  };

  async function start(seed: number): Promise<Gateway> {
    const process = processes.add();
    const fetch = process.fetch(emulator.fetch);
    const clients = new AccountClients({ clock, random: seededRandom(seed), logger: silentLogger, fetch, env: {} });
    const open = new Set<ReplyStream>();
    const lost = (): void => {
      for (const reply of open) void reply.abort({ handedOver: true });
      open.clear();
    };
    const app = clients.shared.open(accountOf(), { logger: silentLogger, onLost: lost }, process.share);
    if (app === undefined) throw new Error("it is not shared");
    const lease = clients.borrow(accountOf());
    await clock.runUntil(clients.shared.start(app, lease.delivery));
    const begin = (text: string): ReplyStream => {
      const chatId = emulator.directChatId();
      const reply = createReplyDispatcher({ delivery: lease.delivery, target: { type: "chat", chatId }, chatId });
      app.follow(reply, { chatId, language: "en" });
      open.add(reply);
      reply.events.once("finalize", () => open.delete(reply));
      reply.append(toDelta(text));
      return reply;
    };
    return { lease, app, clients, process, open, begin };
  }
  const shown = () => emulator.visibleTexts(emulator.directChatId());

  it("keep Feishu's rate limits together", async () => {
    const gateways = [await start(1), await start(2)];
    const replies = gateways.flatMap((gateway) => Array.from({ length: 12 }, () => gateway.begin("It begins. ")));
    const late = clock.now() + 40_000;
    while (clock.now() < late) {
      for (const reply of replies) reply.append(toDelta("And goes on. "));
      await clock.advance(100);
    }
    await clock.runUntil(Promise.all(replies.map((reply) => reply.finalize())));
    const refused = emulator.timeline.entries().filter(({ code }) => code === 99991400);
    expect(refused).toEqual([]);
    expect(emulator.timeline.entries().length).toBeGreaterThan(400);
  });

  it("end the cards that one of them left open, or owed, and it writes nothing more when it comes back", async () => {
    const [ann, bob] = [await start(1), await start(2)];
    ann.begin("Half of it. ");
    const owed = ann.begin("All of it. ");
    await clock.advance(2_000);
    emulator.faults.add({ operation: ["card.*", "element.*"], effect: { type: "http", status: 503 }, until: 90_000 });
    owed.append(toDelta("And the others."));
    const { owed: cards } = await clock.runUntil(owed.finalize());
    expect(cards).toHaveLength(1);
    const [left] = ann.open;
    ann.process.freeze();
    await clock.advance(200_000);
    const before = shown();
    expect(before.map(({ text, streaming }) => ({ text, streaming }))).toEqual([
      { streaming: false, text: expect.stringMatching(/^Half of it\..*service restarted/su) },
      { streaming: false, text: "All of it. " },
      { streaming: false, text: "And the others." },
    ]);
    ann.process.thaw();
    left?.append(toDelta("Words of a gateway that was taken for dead. "));
    await clock.advance(60_000);
    expect(shown()).toEqual(before);
    // And it is of use again.
    await clock.runUntil(ann.begin("Something new.").finalize());
    expect(shown().at(-1)?.text).toContain("Something new.");
    await clock.runUntil(Promise.all([ann, bob].map(({ clients, app }) => clients.shared.leave(app))));
  });

  it("name a Redis that cannot be used, and are alone without one", async () => {
    const clients = new AccountClients({ clock, random: seededRandom(1), logger: silentLogger, env: {} });
    const events = { logger: silentLogger, onLost: () => {} };
    expect(() => clients.shared.open(accountOf({ redis: "localhost" }), events)).toThrow(
      /^channels\.feishu\.shared\.redis: the address/u,
    );
    expect(() => clients.shared.open(accountOf({ redis: "redis://h", caFile: "/nowhere" }), events)).toThrow(
      /^channels\.feishu\.shared\.caFile: .*ENOENT.*name the PEM file/u,
    );
    expect(clients.shared.open(accountOf({}), events)).toBeUndefined();
    expect(clients.shared.isShared(accountOf({}))).toBe(false);
    const app = clients.shared.open(accountOf({ redis: "redis://:hunter2@127.0.0.1:9" }), events);
    const lease = clients.borrow(accountOf({ redis: "redis://:hunter2@127.0.0.1:9" }));
    if (app === undefined) throw new Error("it is not shared");
    await expect(clients.shared.start(app, lease.delivery)).rejects.toThrow(
      /^channels\.feishu\.shared\.redis: Redis at redis:\/\/127\.0\.0\.1:9: .*start it, or correct the address$/u,
    );
    await clients.shared.leave(app);
    lease.release();
  });
});
