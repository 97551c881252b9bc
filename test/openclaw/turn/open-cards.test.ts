import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEmulator } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { toSnapshot } from "../../../src/stream/index.ts";
import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import { FeishuDelivery } from "../../../extensions/feishu/delivery/index.ts";
import { OpenCards } from "../../../extensions/feishu/openclaw/turn/open-cards.ts";
import { createReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { removeFolder } from "../../support/remove-folder.ts";

describe("[D7] cards that a dead process left open", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "cardstream-open-"));
  });
  afterEach(() => removeFolder(dir));

  it("are closed by the next one, with their text and a note, and then forgotten", async () => {
    const clock = new FakeClock();
    const emulator = createEmulator({ clock });
    const client = createFeishuClient({
      account: { appId: emulator.app.appId, appSecret: emulator.app.appSecret, domain: emulator.apiUrl },
      fetch: emulator.fetch,
      clock,
      logger: silentLogger,
      random: () => 0.5,
    });
    const delivery = new FeishuDelivery({ client, clock, random: () => 0.5 });
    const path = join(dir, "feishu", "open.json");
    const chatId = emulator.directChatId();

    const dead = new OpenCards(path, silentLogger);
    const reply = createReplyDispatcher({ delivery, target: { type: "chat", chatId }, settings: { locale: "en" } });
    reply.events.on("card", ({ cardId, messageId }) => {
      dead.opened({ cardId, messageId, language: "en", openedAt: clock.wallNow() });
    });
    reply.replace(toSnapshot("Half of it"));
    await clock.runUntil(reply.flush());
    await dead.idle();
    expect(emulator.visibleTexts(chatId)[0]?.streaming).toBe(true);

    const next = new OpenCards(path, silentLogger);
    await clock.runUntil(next.closeLeftovers(delivery, clock.wallNow()));
    await next.idle();
    const [card] = emulator.visibleTexts(chatId);
    expect(card?.streaming).toBe(false);
    expect(card?.text).toMatch(/^Half of it\n.*restarted/u);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({});
  });

  it("are kept in mind only, and that is said once, where no file can be written", async () => {
    const warned: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void warned.push(message) };
    for (const path of ["/proc/none/feishu/open.json", join(dir, "no", "such", "open.json")]) {
      warned.length = 0;
      const cards = new OpenCards(path, logger);
      const key = cards.opened({ cardId: "1", messageId: undefined, language: "en", openedAt: 0 });
      await cards.idle();
      cards.closed([key ?? ""]);
      await cards.idle();
      expect(warned).toEqual(["writing the list of open cards failed"]);
    }
  });

  it("are not looked for where there is no list, or a broken one", async () => {
    const cards = new OpenCards(join(dir, "none.json"), silentLogger);
    // No delivery is needed when nothing is left.
    await cards.closeLeftovers(undefined as never, 0);
    expect(cards.opened({ cardId: undefined, messageId: undefined, language: "en", openedAt: 0 })).toBeUndefined();
  });
});
