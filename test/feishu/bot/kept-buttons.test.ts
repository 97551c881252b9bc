import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PressedFolder } from "../../../extensions/feishu/bot/pressed-folder.ts";
import { createBot } from "../../../extensions/feishu/index.ts";
import type { BotButton, BotOptions, FeishuBot } from "../../../extensions/feishu/index.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator, VisibleMessage } from "../../../src/emulator/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { removeFolder } from "../../support/remove-folder.ts";

interface Order {
  readonly order: number;
}

describe("a button that is kept", () => {
  let clock: FakeClock;
  let emulator: Emulator;
  let stateDir: string;
  beforeEach(() => {
    clock = new FakeClock();
    emulator = createEmulator({ clock });
    stateDir = mkdtempSync(join(tmpdir(), "cardstream-kept-"));
  });
  afterEach(async () => {
    await emulator.close();
    removeFolder(stateDir);
  });

  const pressed: string[] = [];
  const failures: string[] = [];

  /** A process of the bot; stop it with what it gives. */
  async function start(
    button: Partial<BotButton<Order>> = {},
    options: Partial<BotOptions> = {},
  ): Promise<() => Promise<void>> {
    const { appId, appSecret, verificationToken } = emulator.app;
    const bot: FeishuBot<Order> = createBot<Order>({
      appId,
      appSecret,
      domain: emulator.apiUrl,
      fetch: emulator.fetch,
      clock,
      random: () => 0.5,
      webhook: { verificationToken },
      stateDir,
      shared: false,
      onError: (error) => void failures.push(String(error)),
      ...options,
    });
    bot.on("message", (_, reply) => {
      reply.append("Shall I order it?").button({ text: "Order", value: { order: 7 }, keep: true, ...button });
    });
    bot.on("press", ({ value, person, message }) => {
      pressed.push(
        `${value.order} by ${person.openId === message.sender.openId ? "asker" : "another"}: ${message.text}`,
      );
      return { toast: "Ordered" };
    });
    await clock.runUntil(bot.start());
    const off = emulator.onEvent(appId, async (event) => {
      const request = new Request("http://127.0.0.1/events", { method: "POST", body: JSON.stringify(event) });
      return (await bot.fetch(request)).json();
    });
    return async () => {
      off();
      await clock.runUntil(bot.stop());
    };
  }
  const chatId = (): string => emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "";
  const card = (): VisibleMessage | undefined =>
    emulator.visibleTexts(chatId()).findLast(({ sender }) => sender === "app");
  const press = async (from: string): Promise<string | undefined> => {
    const click = { from, messageId: card()?.messageId ?? "", elementId: "after0" };
    return (await clock.runUntil(emulator.clickAs(click))).toast?.content;
  };
  const ask = async (): Promise<void> => {
    emulator.sendAsUser({ from: "小明", chatId: chatId(), text: "the blue one", mentionBot: true });
    await clock.advance(5_000);
  };
  beforeEach(() => {
    pressed.length = 0;
    failures.length = 0;
  });

  it("works after a restart, once among all processes, for whom it is for", async () => {
    const stop = await start();
    await ask();
    await stop();
    const again = await start();
    expect(await press("小红")).toMatch(/只有提问者/u);
    expect(await press("小明")).toBe("Ordered");
    expect(await press("小明")).toMatch(/已使用/u);
    await again();
    await start();
    expect(await press("小明")).toMatch(/已使用/u);
    expect(pressed).toEqual(["7 by asker: the blue one"]);
  });

  it("works for many presses and for everybody where it says so, and for nobody whom access shuts out", async () => {
    const stop = await start({ once: false, for: "everybody" });
    await ask();
    await stop();
    const again = await start({}, { stateDir: undefined });
    expect([await press("小红"), await press("小明"), await press("小明")]).toEqual(["Ordered", "Ordered", "Ordered"]);
    expect(pressed[0]).toBe("7 by another: the blue one");
    await again();
    await start({}, { access: { groupPolicy: "disabled" } });
    expect(await press("小红")).toBeUndefined();
    expect(pressed).toHaveLength(3);
  });

  it("works when Feishu does not give the question any more; not after 90 days, and not when nobody knows whether it was pressed", async () => {
    const stop = await start();
    await ask();
    await stop();
    const again = await start();
    emulator.faults.add({ operation: "message.get", effect: { type: "code", code: 230_027 } });
    writeFileSync(join(stateDir, "pressed"), "in the way of the folder");
    expect(await press("小明")).toMatch(/再按一次/u);
    rmSync(join(stateDir, "pressed"));
    expect(await press("小明")).toBe("Ordered");
    expect(pressed).toEqual(["7 by asker: "]);
    await ask();
    await again();
    await clock.advance(91 * 24 * 3_600_000);
    await start();
    expect(await press("小明")).toMatch(/重新提问/u);
  });

  it.each([
    [{ value: { order: new Date(0) as unknown as number } }, {}, /JSON/u],
    [{ value: undefined }, {}, /JSON/u],
    [{ value: { order: 1, note: "x".repeat(5_000) } as Order }, {}, /too long/u],
    [{ onPress: () => {} }, {}, /onPress/u],
    [{}, { stateDir: undefined }, /stateDir, shared or dedupe/u],
  ] satisfies [Partial<BotButton<Order>>, Partial<BotOptions>, RegExp][])(
    "is refused at once where it could not be kept: %#",
    async (button, options, says) => {
      await start(button, options);
      await ask();
      expect(failures).toEqual([expect.stringMatching(says)]);
    },
  );

  it("is claimed once by all processes that share a folder", () => {
    const [one, other] = [new PressedFolder(stateDir, clock), new PressedFolder(stateDir, clock)];
    const claims = [one.claim("a", 9), other.claim("a", 9), other.claim("b", 9), one.claim("b", 9)];
    expect(claims).toEqual([true, false, true, false]);
  });

  it("leaves nothing behind once it would be too old, and is not forgotten before", async () => {
    const day = 24 * 3_600_000;
    const folder = new PressedFolder(stateDir, clock);
    mkdirSync(join(stateDir, "pressed"));
    const names = (): string[] => readdirSync(join(stateDir, "pressed"));
    for (const key of ["old", "young"]) {
      const before = names();
      expect(folder.claim(key, 90 * day)).toBe(true);
      const made = names().find((name) => !before.includes(name)) ?? "";
      utimesSync(join(stateDir, "pressed", made), clock.wallNow() / 1_000, clock.wallNow() / 1_000);
      await clock.advance(day);
    }
    await clock.advance(88 * day + 1_000);
    expect(folder.claim("old", 90 * day)).toBe(false);
    await vi.waitFor(() => expect(names()).toHaveLength(1));
    expect(folder.claim("young", 90 * day)).toBe(false);
  });
});
