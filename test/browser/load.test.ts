import { describe, expect, it } from "vitest";

import { createSystemClock, sleep } from "../../src/time/index.ts";
import { streamingCard } from "./support/bot.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();
const clock = createSystemClock();

interface Block {
  key: string;
  at: number;
  linked: boolean;
}
interface Parser {
  blocksOf(text: string): Block[];
  extendedBlocks(text: string, before: { text: string; blocks: Block[] }): Block[];
}

describe("the page under load", () => {
  it("[D10] finds the same blocks in a text that grows as in the whole text, wherever it is cut", async () => {
    const { page } = await stage.open();
    // The parser is the page's own, with the page's own modules around it.
    const parser = await page.evaluateHandle<Parser>('import("/page/card/markdown.js")');
    const differences = await page.evaluate(({ blocksOf, extendedBlocks }) => {
      const pieces = [
        ..."- @1. @2) @> @# @```@```ts@~~~@---@===@| a | b |\n|---|---|@| a | b |@\n|---|---|@a@**b@`c@[x]@[x]: https://e.example".split(
          "@",
        ),
        ..."1@2@.@<hr>@    @  @\t@ @字@ @\n@\n@\n@\n\n@\n\n@\n\n@\r\n".split("@"),
      ];
      let seed = 20_261_121;
      const random = (): number => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return seed / 2_147_483_648;
      };
      const found: string[] = [];
      for (let run = 0; run < 1_500; run += 1) {
        let text = "";
        let before = { text, blocks: blocksOf(text) };
        while (text.length < 80) {
          text += pieces[Math.floor(random() * pieces.length)] ?? "";
          const grown = extendedBlocks(text, before);
          const show = (blocks: Block[]): string => JSON.stringify(blocks.map(({ key, at }) => [key, at]));
          if (show(grown) !== show(blocksOf(text))) found.push(JSON.stringify([before.text, text]));
          before = { text, blocks: grown };
        }
      }
      return found.slice(0, 3);
    }, parser);
    expect(differences).toEqual([]);
  });

  it("[D10] lets go of old messages while somebody reads along, and reads them again on demand", async () => {
    const { emulator, dm } = stage;
    const { page } = await stage.open();
    const send = (from: number, to: number): void => {
      for (let index = from; index <= to; index += 1) emulator.sendAsUser({ chatId: dm, text: `第 ${index} 条` });
    };
    send(1, 290);
    await page.getByText("第 290 条", { exact: true }).first().waitFor();
    send(291, 340);
    await page.locator(".plain-message", { hasText: /^第 340 条$/u }).waitFor();
    const shown = await page.locator(".message").count();
    expect(shown).toBeGreaterThanOrEqual(200);
    expect(shown).toBeLessThanOrEqual(300);
    const older = page.getByRole("button", { name: "Older messages" });
    while (await older.isVisible()) {
      const before = await page.locator(".message").count();
      await older.click();
      await page.waitForFunction((count) => document.querySelectorAll(".message").length > count, before);
    }
    expect(await page.locator(".message").count()).toBe(340);
  });

  it("[D10] lays the page out at most a few times a frame while ten cards stream, and keeps its timeline short", async () => {
    const { bot, dm, emulator } = stage;
    emulator.world.cardLimitWhileStreaming = "free";
    emulator.settings.apiPerSecond = 1e9;
    try {
      const print = { print_frequency_ms: { default: 10 }, print_step: { default: 2 } };
      const cards: string[] = [];
      for (let index = 0; index < 10; index += 1) {
        cards.push((await bot.postCard(dm, streamingCard("头", print))).cardId);
        // Five messages a second to a chat.
        await sleep(clock, 210);
      }
      const { page } = await stage.open();
      await page.keyboard.press("Alt+I");
      await page.locator(".card").nth(9).waitFor();
      const client = await page.context().newCDPSession(page);
      await client.send("Performance.enable");
      const measure = async (): Promise<{ layouts: number; frames: number }> => {
        const { metrics } = await client.send("Performance.getMetrics");
        const frames = await page.evaluate(
          () => (globalThis as unknown as { counter: { painted: number } }).counter.painted,
        );
        return { layouts: metrics.find(({ name }) => name === "LayoutCount")?.value ?? 0, frames };
      };
      await page.evaluate(() => {
        const counter = { painted: 0 };
        Object.assign(globalThis, { counter });
        const count = (): void => {
          counter.painted += 1;
          requestAnimationFrame(count);
        };
        count();
      });
      const before = await measure();
      for (let end = 30; end <= 600; end += 30) {
        await Promise.all(
          cards.map((cardId) => bot.write(cardId, "answer", `头${"一段流式的文字。".repeat(end / 10)}`)),
        );
      }
      await page.locator(".card [data-goal='481']").nth(9).waitFor();
      const after = await measure();
      const frames = after.frames - before.frames;
      expect(frames).toBeGreaterThan(1);
      // One a card and frame would be ten; events and the inspector may ask for one of their own.
      expect((after.layouts - before.layouts) / frames).toBeLessThan(4);
      expect(await page.locator(".call-row").count()).toBeLessThanOrEqual(150);
    } finally {
      emulator.world.cardLimitWhileStreaming = 230020;
      emulator.settings.apiPerSecond = 50;
    }
  });
});
