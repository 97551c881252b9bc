import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { Browser } from "playwright-core";

import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { launchBrowser, openPage } from "../../support/browser.ts";
import type { OpenPage, PageOptions } from "../../support/browser.ts";
import { ScriptedBot } from "./bot.ts";

/** Where to open the page, and what it may complain about. */
interface StageOptions extends PageOptions {
  chatId?: string | undefined;
  emulator?: Emulator;
  /** Complaints that belong to the test. @defaultValue none */
  expected?: RegExp;
}

/** What a test file gets: one browser and one emulator for all its tests, everything else fresh for each. */
export interface Stage {
  readonly emulator: Emulator;
  readonly bot: ScriptedBot;
  /** The chat of the first person with the bot. */
  readonly dm: string;
  /** Opens the page at a chat: the {@link Stage.dm} of the stage's emulator unless the options say otherwise. */
  open(options?: StageOptions): Promise<OpenPage>;
}

/** Sets up {@link Stage} around the tests of a file; after each test the page must have complained about nothing. */
export function useStage(): Stage {
  let browser: Browser | undefined;
  let emulator: Emulator | undefined;
  let bot: ScriptedBot | undefined;
  let opened: { page: OpenPage; expected: RegExp | undefined }[] = [];

  const need = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error("used before the tests began");
    return thing;
  };
  beforeAll(async () => {
    [browser, emulator] = await Promise.all([launchBrowser(), startEmulator({ port: 0 })]);
  });
  beforeEach(() => {
    need(emulator).reset();
    bot = new ScriptedBot(need(emulator));
  });
  afterEach(async () => {
    const pages = opened;
    opened = [];
    for (const { page } of pages) await page.context.close();
    const problems = pages.flatMap(({ page, expected }) =>
      page.problems.filter((problem) => expected?.test(problem) !== true),
    );
    if (problems.length > 0) throw new Error(`the page complained:\n${problems.join("\n")}`);
  });
  afterAll(async () => {
    await browser?.close();
    await emulator?.close();
  });

  return {
    get emulator() {
      return need(emulator);
    },
    get bot() {
      return need(bot);
    },
    get dm() {
      return need(emulator).directChatId();
    },
    async open(options = {}) {
      const host = options.emulator ?? need(emulator);
      const page = await openPage(need(browser), `${host.pageUrl}#/${options.chatId ?? host.directChatId()}`, options);
      opened.push({ page, expected: options.expected });
      await page.page.locator(".conversation-title h1").waitFor();
      await page.page.locator(".offline").waitFor({ state: "hidden" });
      return page;
    },
  };
}
