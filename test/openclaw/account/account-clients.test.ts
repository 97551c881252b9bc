import { afterEach, expect, it } from "vitest";
import { createEmulator } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { toDelta } from "../../../src/stream/index.ts";
import { resolveAccount } from "../../../extensions/feishu/config/index.ts";
import { AccountClients } from "../../../extensions/feishu/openclaw/account/clients.ts";
import { createReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { seededRandom } from "../../support/reply-bench.ts";

/** More accounts than clients are kept for while nobody uses them. */
const OTHERS = 20;

const clock = new FakeClock({ settleRounds: 2 });
const emulator = createEmulator({ clock, latencyMs: 40 });
afterEach(() => emulator.close());

const accountOf = (appId: string): ReturnType<typeof resolveAccount> =>
  resolveAccount({ channels: { feishu: { appId, appSecret: emulator.app.appSecret, domain: emulator.apiUrl } } });

it("[E3][D11] keeps the client of an account that owes a card, however many accounts come after it", async () => {
  const clients = new AccountClients({
    clock,
    random: seededRandom(1),
    logger: silentLogger,
    fetch: emulator.fetch,
  });
  const lease = clients.borrow(accountOf(emulator.app.appId));
  const target = { type: "chat", chatId: emulator.directChatId() } as const;
  const reply = createReplyDispatcher({ delivery: lease.delivery, target });
  reply.append(toDelta("The first words. "));
  await clock.advance(2_000);
  emulator.faults.add({ operation: ["card.*", "element.*"], effect: { type: "http", status: 503 }, until: 600_000 });
  reply.append(toDelta("And the others."));
  await clock.advance(20_000);
  const { owed, delivered, total } = await clock.runUntil(reply.finalize());
  expect([delivered, owed.length]).toEqual([total, 1]);

  lease.release();
  for (let other = 0; other < OTHERS; other += 1)
    clients.borrow(accountOf(`cli_${String(other).padStart(16, "0")}`)).release();
  expect(emulator.visibleTexts(target.chatId).filter(({ streaming }) => streaming)).toHaveLength(1);

  await clock.advance(3_600_000);
  expect(emulator.visibleTexts(target.chatId).filter(({ streaming }) => streaming)).toEqual([]);
  expect(lease.delivery.debts.list).toEqual([]);
});
