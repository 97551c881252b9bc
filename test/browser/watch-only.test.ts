import { afterAll, beforeAll, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { launchBrowser } from "../support/browser.ts";

let browser: Browser;
let emulator: Emulator;
beforeAll(async () => {
  [browser, emulator] = await Promise.all([launchBrowser(), startEmulator({ watchOnly: true })]);
});
afterAll(async () => {
  await browser.close();
  await emulator.close();
});

it("[E12] the page over a recording shows chats and calls, and nothing to write, break or change", async () => {
  emulator.sendAsUser({ text: "seen from elsewhere" });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en" });
  await page.goto(emulator.pageUrl);
  await page.getByText("seen from elsewhere").first().waitFor();
  await page.keyboard.press("Alt+I");
  const tabs = page.getByRole("tab");
  await expect.poll(() => tabs.allInnerTexts()).toEqual(["Calls", "Budgets"]);
  expect(await page.locator("textarea:visible, [contenteditable]:visible, .tools:visible, .acts:visible").count()).toBe(
    0,
  );
  await tabs.first().focus();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => tabs.nth(1).getAttribute("aria-selected")).toBe("true");
  if (process.env["SHOTS"] !== undefined) await page.screenshot({ path: `${process.env["SHOTS"]}/watch-only.png` });
  await page.close();
}, 90_000);
