import { describe, expect, it } from "vitest";
import type { Page } from "playwright-core";

import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { ScriptedBot, streamingCard } from "./support/bot.ts";
import type { Answer } from "./support/bot.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

/** The faults of the inspector, by click. */
class FaultForm {
  readonly #page: Page;
  readonly active;

  constructor(page: Page) {
    this.#page = page;
    this.active = page.locator(".active-faults");
  }

  static async open(page: Page): Promise<FaultForm> {
    await page.keyboard.press("Alt+I");
    await page.getByRole("tab", { name: "Faults" }).click();
    return new FaultForm(page);
  }

  /** Fills the form in and adds the rule; it stands in the list when this resolves. */
  async add(effect: string, options: { ms?: number; count?: number; percent?: number } = {}): Promise<void> {
    await this.#page.getByRole("combobox", { name: "What happens" }).selectOption(effect);
    await this.#page.getByRole("combobox", { name: "On" }).selectOption("element.content");
    if (options.ms !== undefined)
      await this.#page.getByRole("spinbutton", { name: "Milliseconds" }).fill(String(options.ms));
    await this.#page
      .getByRole("combobox", { name: "How often" })
      .selectOption(options.percent === undefined ? "count" : "probability");
    await this.#page
      .getByRole("spinbutton", { name: "Times or per cent" })
      .fill(String(options.percent ?? options.count ?? 1));
    await this.#page.getByRole("button", { name: "Add fault" }).click();
    await this.active.locator(".fault-text").waitFor();
  }

  /** Takes the only rule away. */
  async remove(): Promise<void> {
    await this.active.getByRole("button", { name: "Remove" }).click();
    await this.active.getByText("Everything works.").waitFor();
  }
}

/** A streaming card and a way to write the whole text so far into it. */
async function startCard(bot: ScriptedBot, chatId: string): Promise<(content: string) => Promise<Answer>> {
  const { cardId } = await bot.postCard(chatId, streamingCard("一"));
  return (content) =>
    bot.call("PUT", `cardkit/v1/cards/${cardId}/elements/answer/content`, { content, sequence: bot.next(cardId) });
}

describe("faults by click", () => {
  it("[D10] counts a rule down, says when it is used up, and leaves the keyboard on the next one", async () => {
    const write = await startCard(stage.bot, stage.dm);
    const { page } = await stage.open();
    const faults = await FaultForm.open(page);
    await faults.add("cardBusy", { count: 2 });
    expect(await faults.active.locator(".fault-text").innerText()).toBe(
      "Rate limit of chat or card (230020) · element.content · 2 more",
    );
    expect((await write("一二")).code).toBe(230020);
    await faults.active.getByText("1 more").waitFor();
    expect((await write("一二")).code).toBe(230020);
    await faults.active.getByText("used up").waitFor();
    expect(await faults.active.locator(".fault-hits").innerText()).toBe("hit 2×");
    expect((await write("一二三")).code).toBe(0);
    const remove = faults.active.getByRole("button", { name: "Remove" });
    await remove.press("Enter");
    await faults.active.getByText("Everything works.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Add fault");
  });

  it("[D10] breaks connections: before the call counts, after it, much later, and never answered", async () => {
    const write = await startCard(stage.bot, stage.dm);
    const { page } = await stage.open();
    const faults = await FaultForm.open(page);
    const card = page.locator(".card");

    await faults.add("reset");
    await expect(write("一二")).rejects.toThrow();
    expect(await card.getByText("一二").count()).toBe(0);
    await faults.remove();

    await faults.add("late", { ms: 300 });
    await expect(write("一二三")).rejects.toThrow();
    await card.getByText("一二三").waitFor();
    await faults.remove();

    await faults.add("hang");
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    write("一二三四").then(settle, settle);
    await page.getByRole("tab", { name: "Calls" }).click();
    await page.locator(".call-warning", { hasText: "Never answered." }).first().waitFor();
    expect(settled).toBe(false);
    expect(await card.getByText("一二三四").count()).toBe(0);
  });

  it("[D10] answers with what no bot expects: a page of HTML, half of an answer, a card that streams no more", async () => {
    const { bot, dm } = stage;
    const write = await startCard(bot, dm);
    const { page } = await stage.open();
    const faults = await FaultForm.open(page);
    const card = page.locator(".card");

    await faults.add("http504");
    await expect(write("一二")).rejects.toThrow(/JSON/u);
    expect(await card.getByText("一二").count()).toBe(0);
    await faults.remove();

    await faults.add("truncated");
    await expect(write("一二三")).rejects.toThrow(/JSON/u);
    await card.getByText("一二三").waitFor();
    await faults.remove();

    await faults.add("streamingClosed");
    expect([200850, 300309]).toContain((await write("一二三四")).code);
    await page.locator(".card[data-streaming=false]").waitFor();
    await page.getByRole("tab", { name: "Calls" }).click();
    await page.locator(".call-warning", { hasText: "Injected fault: Streaming closed." }).first().waitFor();
  });

  it("[D10] draws a chance from the emulator's seed: the same run fails in the same places", async () => {
    const run = async (seed: number): Promise<string> => {
      const emulator: Emulator = await startEmulator({ port: 0, seed, world: { cardLimitWhileStreaming: "free" } });
      try {
        const { page, context } = await stage.open({ emulator });
        const bot = new ScriptedBot(emulator);
        const write = await startCard(bot, emulator.directChatId());
        const faults = await FaultForm.open(page);
        await faults.add("rateLimit", { percent: 50 });
        expect(await page.getByText("Chance is drawn from the emulator's seed").isVisible()).toBe(true);
        const codes: number[] = [];
        for (let length = 2; length < 26; length += 1) codes.push((await write("一".repeat(length))).code);
        await context.close();
        return codes.map((code) => (code === 0 ? "." : "x")).join("");
      } finally {
        await emulator.close();
      }
    };
    const first = await run(7);
    expect(first).toMatch(/x/u);
    expect(first).toMatch(/\./u);
    expect(await run(7)).toBe(first);
    expect(await run(8)).not.toBe(first);
  });
});
