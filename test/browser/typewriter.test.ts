import { describe, expect, it } from "vitest";
import type { Page } from "playwright-core";

import { streamingCard } from "./support/bot.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

const print = (frequency: number, step: number, strategy: "fast" | "delay"): Record<string, unknown> => ({
  print_frequency_ms: { default: frequency },
  print_step: { default: step },
  print_strategy: strategy,
});

/** Characters shown and to be shown of the streamed text. */
async function progress(page: Page): Promise<{ shown: number; goal: number }> {
  return page.locator(".card [data-element-id=answer]").evaluate((view) => {
    const { shown, goal } = (view as HTMLElement).dataset;
    return { shown: Number(shown), goal: Number(goal) };
  });
}

async function goalIs(page: Page, goal: number): Promise<void> {
  await page.locator(`.card [data-element-id=answer][data-goal="${goal}"]`).waitFor();
}

describe("text that types itself out", () => {
  it("[D10] types at the card's own speed: print_step characters every print_frequency_ms", async () => {
    const { cardId } = await stage.bot.postCard(stage.dm, streamingCard("头", print(50, 2, "fast")));
    const { page } = await stage.open();
    await page.evaluate(() => {
      const seen: { at: number; shown: number }[] = [];
      Object.assign(globalThis, { seen });
      const look = (): void => {
        const view = document.querySelector<HTMLElement>(".card [data-element-id=answer]");
        const shown = Number(view?.dataset["shown"] ?? 0);
        if (shown !== seen.at(-1)?.shown) seen.push({ at: performance.now(), shown });
        requestAnimationFrame(look);
      };
      look();
    });
    await stage.bot.write(cardId, "answer", `头${"字".repeat(40)}`);
    await page.locator(".card [data-element-id=answer][data-shown='41']").waitFor();
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: { at: number; shown: number }[] }).seen);
    const first = seen[0] ?? { at: 0, shown: 0 };
    const last = seen.at(-1) ?? first;
    // 40 characters by 2 every 50 ms are 1,000 ms; the first tick comes 50 ms after the text did.
    expect(last.at - (seen[1]?.at ?? 0)).toBeGreaterThan(800);
    expect(last.at - (seen[1]?.at ?? 0)).toBeLessThan(1_400);
    expect(seen.length).toBeGreaterThan(12);
  });

  it("[D10] with fast, a new text puts the unprinted rest of the old one on the screen at once", async () => {
    const { cardId } = await stage.bot.postCard(stage.dm, streamingCard("零", print(10_000, 1, "fast")));
    const { page } = await stage.open();
    await stage.bot.write(cardId, "answer", `零${"一".repeat(30)}`);
    await goalIs(page, 31);
    expect(await progress(page)).toEqual({ shown: 1, goal: 31 });
    await stage.bot.write(cardId, "answer", `零${"一".repeat(30)}${"二".repeat(9)}`);
    await goalIs(page, 40);
    expect(await progress(page)).toEqual({ shown: 31, goal: 40 });
    expect(await page.locator(".card [data-element-id=answer]").innerText()).toBe(`零${"一".repeat(30)}`);
  });

  it("[D10] with delay, the old text finishes typing first", async () => {
    const { cardId } = await stage.bot.postCard(stage.dm, streamingCard("零", print(10_000, 1, "delay")));
    const { page } = await stage.open();
    await stage.bot.write(cardId, "answer", `零${"一".repeat(30)}`);
    await goalIs(page, 31);
    await stage.bot.write(cardId, "answer", `零${"一".repeat(30)}${"二".repeat(9)}`);
    await goalIs(page, 40);
    expect(await progress(page)).toEqual({ shown: 1, goal: 40 });
  });

  it("[D10] paints a text that is not an extension at once, with a mark for its author", async () => {
    const { cardId } = await stage.bot.postCard(stage.dm, streamingCard("你好，", print(10_000, 1, "fast")));
    const { page } = await stage.open();
    await stage.bot.write(cardId, "answer", "世界");
    await goalIs(page, 2);
    expect(await progress(page)).toEqual({ shown: 2, goal: 2 });
    const mark = page.locator(".repaint-mark");
    expect(await mark.innerText()).toContain("repainted ×1");
    expect(await mark.getAttribute("title")).toContain("did not extend");
  });

  it("[D10] leaves no half of a Markdown marker on the screen, and no half of a character", async () => {
    const { cardId } = await stage.bot.postCard(stage.dm, streamingCard("头", print(8, 1, "fast")));
    const { page } = await stage.open();
    await page.evaluate(() => {
      const texts = new Set<string>();
      Object.assign(globalThis, { texts });
      const look = (): void => {
        texts.add(document.querySelector(".card [data-element-id=answer]")?.textContent ?? "");
        requestAnimationFrame(look);
      };
      look();
    });
    await stage.bot.write(cardId, "answer", "头**加粗的字**👨‍👩‍👧和 `代码` 以及[链接](https://example.com)尾");
    await page.waitForFunction(() =>
      document.querySelector(".card [data-element-id=answer]")?.textContent?.endsWith("尾"),
    );
    const texts = await page.evaluate(() => [...(globalThis as unknown as { texts: Set<string> }).texts]);
    expect(texts.length).toBeGreaterThan(2);
    for (const text of texts) {
      expect(text).not.toMatch(/[*`[\]]/u);
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toMatch(/\u200d$/u);
    }
  });

  it("[D10] follows the text to the end, but leaves a reader who scrolled up where they are", async () => {
    const lines = (count: number): string => Array.from({ length: count }, (_, index) => `第 ${index} 行`).join("\n\n");
    const { cardId } = await stage.bot.postCard(stage.dm, streamingCard(lines(60), print(5, 20, "fast")));
    const { page } = await stage.open();
    const scroll = page.locator(".scroll");
    const fromEnd = (): Promise<number> =>
      scroll.evaluate((each) => each.scrollHeight - each.scrollTop - each.clientHeight);
    await page.waitForFunction(() => {
      const each = document.querySelector(".scroll");
      return each !== null && each.scrollTop > 0 && each.scrollHeight - each.scrollTop - each.clientHeight < 4;
    });
    await stage.bot.write(cardId, "answer", lines(80));
    await page.getByText("第 79 行").waitFor();
    expect(await fromEnd()).toBeLessThan(4);

    await scroll.evaluate((each) => {
      each.scrollTop = 200;
    });
    const jump = page.getByRole("button", { name: "Latest" });
    await jump.waitFor();
    await stage.bot.write(cardId, "answer", lines(100));
    await page.getByText("第 99 行").waitFor({ state: "attached" });
    expect(await scroll.evaluate((each) => each.scrollTop)).toBe(200);
    await page.keyboard.press("Alt+I");
    await page.locator(".call").first().waitFor();
    expect(await scroll.evaluate((each) => each.scrollTop)).toBe(200);
    await jump.click();
    expect(await fromEnd()).toBeLessThan(4);
  });

  it("[D10] shows text at once to people who asked for less motion", async () => {
    const { cardId } = await stage.bot.postCard(stage.dm, streamingCard("零", print(10_000, 1, "fast")));
    const { page } = await stage.open({ reducedMotion: "reduce" });
    await stage.bot.write(cardId, "answer", "零一二三");
    await goalIs(page, 4);
    expect(await progress(page)).toEqual({ shown: 4, goal: 4 });
  });

  it("[D10] reads a message to a screen reader when it is finished, not while it types", async () => {
    const { cardId } = await stage.bot.postCard(stage.dm, streamingCard("…", print(10_000, 1, "fast")));
    const { page } = await stage.open();
    const live = page.locator(".conversation [aria-live=polite]").last();
    await stage.bot.write(cardId, "answer", "…答案是四十二");
    await goalIs(page, 7);
    expect(await live.innerText()).toBe("");
    await stage.bot.settings(cardId, { streaming_mode: false });
    await page.locator(".card[data-streaming=false]").waitFor();
    expect(await live.innerText()).toContain("答案是四十二");
    expect(await page.locator(".text-view [aria-live]").count()).toBe(0);
  });
});
