import type { Locator } from "playwright-core";
import { describe, expect, it } from "vitest";

import { plainCard, streamingCard } from "./support/bot.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();
const groupOf = (): string => stage.emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "";

/** Whether somebody has an element before their eyes. */
const inSight = (element: Locator): Promise<boolean> =>
  element.evaluate((node) => {
    const { top, bottom } = node.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });

describe("what stands beside messages and chats", () => {
  it("[D10] counts what is unread, and marks as read what somebody has before their eyes", async () => {
    await stage.bot.send(groupOf(), "text", { text: "一" });
    await stage.bot.send(groupOf(), "text", { text: "二" });
    const { page } = await stage.open();
    const badge = page.locator(`[data-chat-id="${groupOf()}"] .badge`);
    expect(Number(await badge.innerText())).toBeGreaterThanOrEqual(2);
    await page.locator(`[data-chat-id="${groupOf()}"]`).click();
    await badge.waitFor({ state: "detached" });
    await page.locator(".read-mark").last().waitFor();
    expect(await page.locator(".read-mark").last().getAttribute("title")).toContain("Ming");
  });

  it("[D10] says that nobody heard a message, and no longer when somebody did", async () => {
    stage.emulator.sendAsUser({ text: "有人吗" });
    stage.emulator.sendAsUser({ from: "小明", chatId: groupOf(), text: "没有 @" });
    const { page } = await stage.open();
    const note = page.locator(".unheard");
    expect(await note.innerText()).toContain("none is connected");
    stage.emulator.onEvent(stage.emulator.app.appId, () => ({}));
    await note.waitFor({ state: "detached" });
    await page.locator(`[data-chat-id="${groupOf()}"]`).click();
    expect(await note.innerText()).toContain("@");
  });

  it("[D10] finds a message, in any of one's chats and however far back", async () => {
    stage.emulator.sendAsUser({ chatId: groupOf(), mentionBot: true, text: "很久以前的 Needle 在这里" });
    for (let index = 0; index < 130; index += 1)
      stage.emulator.sendAsUser({ chatId: groupOf(), text: `之后 ${index}` });
    const { page } = await stage.open();
    const field = page.getByRole("searchbox", { name: "Search messages" });
    await field.fill("nothing of the kind");
    await page.getByText("Nothing found").waitFor();
    await field.fill("needle");
    const hit = page.locator(".hits .chat-item");
    expect(await hit.innerText()).toContain(`@${stage.emulator.app.name} 很久以前的 Needle`);
    await hit.click();
    // The mark goes after a moment: who looks for it later than that sees the message all the same.
    const message = page.locator(".message").filter({ hasText: "很久以前的 Needle" });
    await message.waitFor();
    await expect.poll(() => inSight(message)).toBe(true);
    await field.press("Escape");
    expect(await page.locator(".chat-list:not(.hits)").isVisible()).toBe(true);
  });

  it("[D10] marks the message that was looked for, whatever is told of it meanwhile", async () => {
    await stage.bot.send(groupOf(), "text", { text: "hay" });
    const needle = await stage.bot.send(groupOf(), "text", { text: "needle" });
    const { page } = await stage.open();
    await page.clock.install();
    await page.getByRole("searchbox", { name: "Search messages" }).fill("needle");
    await page.clock.runFor(1_000);
    await page.locator(".hits .chat-item").click();
    const found = page.locator(".message.found");
    await found.filter({ hasText: "needle" }).waitFor();
    stage.emulator.reactAsUser({ messageId: needle, emoji: "THUMBSUP" });
    await found.locator(".reaction").waitFor();
    await page.clock.runFor(2_000);
    await found.waitFor({ state: "detached" });
  });

  it("[D10] forwards a message to another chat", async () => {
    await stage.bot.send(stage.dm, "text", { text: "值得一看" });
    const { page } = await stage.open();
    await page.locator(".message").last().hover();
    await page.getByRole("button", { name: "Forward" }).last().click();
    await page.getByRole("dialog").getByLabel("To").selectOption(groupOf());
    await page.getByRole("dialog").getByRole("button", { name: "Forward" }).click();
    await page.locator(".toast", { hasText: "Forwarded." }).waitFor();
    await page.locator(`[data-chat-id="${groupOf()}"]`).click();
    await page.locator(".forwarded", { hasText: "值得一看" }).waitFor();
  });

  it("[D10] shows plain words in the chat list, and the last two characters of a name", async () => {
    await stage.bot.send(groupOf(), "interactive", {
      schema: "2.0",
      body: { elements: [{ tag: "markdown", content: "## **结论**\n\n- [看这里](https://a.example) `x`" }] },
    });
    const { page } = await stage.open({ locale: "zh-CN" });
    const row = page.locator(`[data-chat-id="${groupOf()}"]`);
    expect(await row.locator(".chat-preview").innerText()).toBe("结论 看这里 x");
    expect(await page.locator(".who .avatar").innerText()).toBe("小明");
  });

  it("[D10] keeps a continuation beside what it goes on from, however often it changes", async () => {
    await stage.bot.send(stage.dm, "text", { text: "first" });
    const { cardId, messageId } = await stage.bot.postCard(stage.dm, streamingCard("a"));
    const { page } = await stage.open();
    const second = page.locator(`[data-message-id="${messageId}"]`);
    expect(await second.getAttribute("class")).toContain("joined");
    await stage.bot.settings(cardId, { summary: { content: "b" } });
    await stage.bot.settings(cardId, { streaming_mode: false });
    await page.locator(".card .caret").waitFor({ state: "detached" });
    expect(await second.getAttribute("class")).toContain("joined");
  });

  it("[D10] does not take a status line that is written anew for a repaint", async () => {
    const card = streamingCard("text") as { body: { elements: object[] } };
    card.body.elements.push({ tag: "markdown", element_id: "status", content: "3 s", text_size: "notation" });
    const { cardId } = await stage.bot.postCard(stage.dm, card);
    const { page } = await stage.open();
    await stage.bot.write(cardId, "status", "9 s");
    await page.getByText("9 s").waitFor();
    expect(await page.locator(".repaint-mark:visible").count()).toBe(0);
    const [entry] = stage.emulator.timeline.find({ operation: "element.content" });
    expect(entry?.warning).toBeUndefined();
  });
});

describe("the inspector's world", () => {
  it("[D10] says in which world the emulator runs, and changes it", async () => {
    const { page } = await stage.open();
    await page.keyboard.press("Alt+I");
    await page.getByRole("tab", { name: "World" }).click();
    expect(await page.locator(".world-about").innerText()).toContain("most likely");
    const question = page.getByLabel(/PATCH on a message sent by card_id/u);
    await question.selectOption({ label: "refused" });
    await page.getByText("1 answers differ").waitFor();
    expect(stage.emulator.world.patchEntityMessage).toBe("refuse");
    await page.getByRole("button", { name: "Back to the likeliest" }).click();
    await page.getByText("As Feishu most likely is.").waitFor();
    expect(stage.emulator.world.patchEntityMessage).toBe("noop");
  });

  it("[D10] leaves the watched card in sight on a narrow screen, and can be made wider", async () => {
    await stage.bot.postCard(stage.dm, streamingCard("x"));
    const { page } = await stage.open({ width: 800, height: 700 });
    await page.keyboard.press("Alt+I");
    const panel = page.locator(".inspector");
    await panel.waitFor();
    const [card, before] = [await page.locator(".card").boundingBox(), await panel.boundingBox()];
    expect((card?.x ?? 0) + (card?.width ?? 999)).toBeLessThanOrEqual(before?.x ?? 0);
    await page.getByRole("separator").focus();
    await page.keyboard.press("ArrowLeft");
    expect((await panel.boundingBox())?.width).toBeGreaterThan(before?.width ?? 999);
  });

  it("[D10] keeps the card that is watched in sight when the inspector takes half of a narrow window", async () => {
    const { bot, dm } = stage;
    const content = `${"Words that wrap. ".repeat(200)}\n\nThe last words.`;
    await bot.postCard(dm, plainCard([{ tag: "markdown", content }]));
    const { page } = await stage.open({ width: 1440, height: 700 });
    const last = page.getByText("The last words.");
    const isInSight = (): Promise<boolean> =>
      last.evaluate((node) => {
        const { left, top } = node.getBoundingClientRect();
        return document.elementFromPoint(left + 2, top + 2) === node;
      });
    await page.keyboard.press("Alt+I");
    for (const width of [1024, 900, 768]) {
      await page.setViewportSize({ width, height: 700 });
      await expect.poll(isInSight, { message: `at ${width} px` }).toBe(true);
    }
    const inspector = page.locator(".inspector");
    const widthBefore = (await inspector.boundingBox())?.width ?? 0;
    await page.getByRole("separator").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(async () => (await inspector.boundingBox())?.width).toBeLessThan(widthBefore);
    await expect.poll(isInSight).toBe(true);
  });

  it("[D10] cuts a preview that is too long for the chat list inside it", async () => {
    const { bot, dm } = stage;
    await bot.send(dm, "text", { text: "A preview that is far too long for one line. ".repeat(4) });
    const { page } = await stage.open();
    const preview = page.locator(".chat-item[aria-current=page] .chat-preview");
    const [inner, outer] = [await preview.boundingBox(), await page.locator(".sidebar").boundingBox()];
    expect(inner!.x + inner!.width).toBeLessThanOrEqual(outer!.x + outer!.width);
  });
});
