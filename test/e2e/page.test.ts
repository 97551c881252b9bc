import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import { createScriptedModel } from "../../src/llm/index.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import type { OpenPage } from "../support/browser.ts";
import { startE2e } from "../support/e2e.ts";
import type { E2e } from "../support/e2e.ts";
import { explainVisible } from "../support/visible-oracle.ts";

const SLOW = 60_000;

describe("the bot in the web page", () => {
  let browser: Browser;
  let e2e: E2e;
  beforeAll(async () => {
    const model = createScriptedModel({ clock: createSystemClock(), charsPerSecond: 120 });
    [browser, e2e] = await Promise.all([launchBrowser(), startE2e({ model })]);
  });
  afterAll(async () => {
    await e2e.close();
    await browser.close();
  });

  const open = async (chatId: string): Promise<OpenPage> => {
    const opened = await openPage(browser, `${e2e.emulator.pageUrl}#/${chatId}`, { locale: "zh-CN" });
    await opened.page.locator(".conversation-title h1").waitFor();
    await opened.page.locator(".offline").waitFor({ state: "hidden" });
    return opened;
  };
  const lengthOf = async (page: Page): Promise<number> =>
    (await page.locator(".from-bot .card").last().innerText()).length;
  /** Resolves when the newest card shows more than it did. */
  const grown = async (page: Page, beyond: number): Promise<number> => {
    for (;;) {
      const length = await lengthOf(page);
      if (length > beyond) return length;
      await page.waitForTimeout(30);
    }
  };

  it(
    "[D10] answers what a person types, the card growing over several frames until it is complete",
    { timeout: SLOW },
    async () => {
      const chatId = e2e.emulator.directChatId();
      const { page, context, problems } = await open(chatId);
      try {
        const ended = new Promise<string>((resolve) =>
          e2e.host.events.once("turn-end", ({ result }) => resolve(result.text)),
        );
        await page.getByRole("textbox").last().fill("你好");
        await page.keyboard.press("Enter");
        await page.locator(".from-bot .card").waitFor();
        const lengths = [await lengthOf(page)];
        for (let i = 0; i < 4; i++) lengths.push(await grown(page, lengths.at(-1) ?? 0));
        const text = await ended;
        await page.getByRole("button", { name: "重新生成", exact: true }).waitFor();
        expect(await lengthOf(page)).toBeGreaterThan(lengths.at(-1) ?? 0);
        expect(
          explainVisible(
            e2e.emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app"),
            text,
          ),
        ).toEqual([]);
        expect(problems).toEqual([]);
      } finally {
        await context.close();
      }
    },
  );

  it("[D8] stops by the asker's press, not by another's; then answers again", { timeout: SLOW }, async () => {
    const group = e2e.emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "";
    const { page, context } = await open(group);
    try {
      const field = page.getByRole("textbox").last();
      await field.pressSequentially("@");
      await page.getByRole("listbox").getByRole("option").first().waitFor();
      await field.press("Enter");
      await field.pressSequentially("写一段长文");
      await field.press("Enter");
      const stop = page.locator(".from-bot .card").last().getByRole("button", { name: "停止", exact: true });
      await stop.waitFor();
      const speakAs = async (index: number): Promise<void> => {
        await page.getByRole("combobox").first().selectOption({ index });
        await page.locator(`[data-chat-id="${group}"]`).first().click();
        await stop.waitFor();
      };
      await speakAs(1);
      const before = await lengthOf(page);
      await stop.click();
      await page.getByText("只有提问者可以使用此按钮").first().waitFor();
      await grown(page, before);

      await speakAs(0);
      const stopped = new Promise((resolve) => e2e.host.events.once("turn-end", resolve));
      await stop.click();
      await stopped;
      const card = page.locator(".from-bot .card").last();
      const again = card.getByRole("button", { name: "重新生成", exact: true });
      await again.waitFor();
      expect(await card.innerText()).toMatch(/已由 .+ 停止/u);
      const frozen = await card.innerText();
      // Three typewriter ticks of the page: enough for text to move that is not frozen.
      await page.waitForTimeout(300);
      expect(await card.innerText()).toBe(frozen);
      expect(e2e.emulator.visibleTexts(group).at(-1)?.streaming).toBe(false);

      const cards = await page.locator(".from-bot .card").count();
      const finished = new Promise((resolve) => e2e.host.events.once("turn-end", resolve));
      await again.click();
      await page.locator(".from-bot .card").nth(cards).waitFor();
      await grown(page, 20);
      await page.getByRole("button", { name: "停止", exact: true }).click();
      await finished;
      expect(await page.locator(".from-bot .card").count()).toBe(cards + 1);
    } finally {
      await context.close();
    }
  });

  it(
    "[D10] opens on the chat with the bot, where a newcomer's first words are answered",
    { timeout: SLOW },
    async () => {
      const { page, context } = await openPage(browser, e2e.emulator.pageUrl, { locale: "en-US" });
      try {
        await page.locator(".conversation-title h1").filter({ hasText: e2e.emulator.app.name }).waitFor();
        await page.getByRole("textbox").last().fill("/help");
        await page.keyboard.press("Enter");
        await page.locator(".from-bot").last().filter({ hasText: "/stop" }).waitFor();
      } finally {
        await context.close();
      }
    },
  );
});
