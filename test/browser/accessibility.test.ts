import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";
import type { Page } from "playwright-core";

import { plainCard, streamingCard } from "./support/bot.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();
const axe = await readFile(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

const COLOURS = "blue wathet turquoise green yellow orange red carmine violet purple indigo grey".split(" ");

/** Findings of axe-core, as `rule: selector`. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    interface Result {
      violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(): Promise<Result> } };
    const { violations } = await axe.run();
    return violations.flatMap((each) =>
      each.nodes.map((node) => `${each.id}: ${node.target.join(" ")} ${node.failureSummary}`),
    );
  });
}

/** Findings about the colours of a card's header, for every template. */
async function headerFindings(page: Page): Promise<string[]> {
  const all: string[] = [];
  for (const colour of COLOURS) {
    const found = await page.evaluate(async (template) => {
      interface Result {
        violations: { nodes: { failureSummary: string }[] }[];
      }
      const { axe } = globalThis as unknown as { axe: { run(where: string, options: object): Promise<Result> } };
      const header = document.querySelector(".card-header:not([hidden])");
      if (header === null) return ["no header"];
      header.className = `card-header template-${template}`;
      const { violations } = await axe.run(".card-header:not([hidden])", { runOnly: ["color-contrast"] });
      return violations.flatMap((each) => each.nodes.map((node) => node.failureSummary));
    }, colour);
    all.push(...found.map((each) => `${colour}: ${each}`));
  }
  return all;
}

/** A conversation with a bit of everything. */
async function furnish(): Promise<void> {
  const { bot, emulator, dm } = stage;
  emulator.sendAsUser({ chatId: dm, text: "给我看看所有颜色" });
  await bot.postCard(
    dm,
    plainCard(
      [
        {
          tag: "markdown",
          content: COLOURS.map(
            (color) => `<font color='${color}'>${color}</font> <text_tag color='${color}'>${color}</text_tag>`,
          ).join(" "),
        },
        {
          tag: "markdown",
          content:
            "# 标题\n\n> 引用\n\n`code` [链接](https://example.com)\n\n```ts\nconst a = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        },
        {
          tag: "collapsible_panel",
          header: { title: { tag: "plain_text", content: "过程" } },
          elements: [{ tag: "markdown", content: "想" }],
        },
        ...[
          "default",
          "primary",
          "danger",
          "text",
          "primary_text",
          "danger_text",
          "primary_filled",
          "danger_filled",
        ].map((type) => ({
          tag: "button",
          type,
          text: { tag: "plain_text", content: type },
          behaviors: [{ type: "callback", value: { type } }],
        })),
      ],
      { header: { template: "orange", title: { tag: "plain_text", content: "颜色" } } },
    ),
  );
  const { cardId } = await bot.postCard(dm, streamingCard("写着"));
  await bot.write(cardId, "answer", "换了");
  await bot.call("PUT", `cardkit/v1/cards/${cardId}/elements/answer/content`, { content: "x", sequence: 1 });
}

describe("the page for everyone", () => {
  it.each(["light", "dark"] as const)(
    "[D10] has no accessibility problem axe-core finds in the %s theme",
    async (theme) => {
      await furnish();
      const { page } = await stage.open({ theme });
      await page.keyboard.press("Alt+I");
      await page.locator(".call-warning").first().waitFor();
      expect(await findings(page)).toEqual([]);
      expect(await headerFindings(page)).toEqual([]);
      for (const tab of ["Budgets", "Faults"]) {
        await page.getByRole("tab", { name: tab }).click();
        expect(await findings(page)).toEqual([]);
      }
      // A rule that is used up, one by chance, and what a replay answered otherwise.
      stage.emulator.faults.add({ operation: "message.create", effect: { type: "code", code: 230020 }, count: 1 });
      stage.emulator.faults.add({ operation: "*", effect: { type: "latency", beforeMs: 1 }, probability: 0.5 });
      await page.getByRole("combobox", { name: "How often" }).selectOption("probability");
      await page.getByRole("tab", { name: "Calls" }).click();
      await page.locator(".calls-tools input[type=file]").setInputFiles({
        name: "timeline.jsonl",
        mimeType: "application/x-ndjson",
        buffer: Buffer.from(stage.emulator.timeline.toJsonLines()),
      });
      await page.locator(".replayed li").first().waitFor();
      await page.locator(".call").first().click();
      await page.locator(".call-detail .json").first().waitFor();
      expect(await findings(page)).toEqual([]);
      await page.getByRole("tab", { name: "Faults" }).click();
      await page.locator(".spent").waitFor();
      expect(await findings(page)).toEqual([]);
      await page.getByRole("button", { name: "New group" }).click();
      expect(await findings(page)).toEqual([]);
    },
  );

  it.each([
    [375, 720],
    [768, 900],
    [1440, 900],
  ])("[D10] fits a window %i pixels wide, without scrolling sideways", async (width, height) => {
    await furnish();
    const { page } = await stage.open({ width, height });
    await page.locator(".card").last().waitFor();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    const cards = await page.locator(".card").evaluateAll((all) => all.map((each) => each.getBoundingClientRect()));
    for (const card of cards) {
      expect(card.right).toBeLessThanOrEqual(width);
      expect(card.width).toBeGreaterThan(240);
    }
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "Inspector", exact: true }).click();
    await page.locator(".call").first().waitFor();
    for (const tab of ["Calls", "Budgets", "Faults"]) {
      await page.getByRole("tab", { name: tab }).click();
      const panel = await page.getByRole("tabpanel").evaluate((each) => each.scrollWidth - each.clientWidth);
      expect(panel, `${tab} scrolls sideways`).toBe(0);
    }
    await page.getByRole("button", { name: "Close inspector" }).click();
    if (width < 760) {
      await page.getByRole("button", { name: "Back" }).click();
      await page.locator(".chat-item").first().waitFor();
      expect(await page.locator(".scroll").isVisible()).toBe(false);
    }
  });
});
