import { EventDispatcher, WSClient } from "@larksuiteoapi/node-sdk";
import { describe, expect, it } from "vitest";

import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { ScriptedBot, plainCard, streamingCard } from "./support/bot.ts";
import { quietLogger } from "./support/quiet-sdk.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

/** The parts of an incoming message event a bot needs. */
interface Received {
  event: { message: { message_id: string; chat_id: string; content: string; mentions?: { name: string }[] } };
}

describe("talking to a bot in the page", () => {
  it("[D10] shows the answer to a typed message growing over several frames until it is complete", async () => {
    const { bot, emulator, dm } = stage;
    const reply = "第一段：流式回复。\n\n- 逐字出现\n- **每个字一次**\n\n最后一句话。";
    const answered = new Promise<string>((resolve, reject) => {
      emulator.onEvent(emulator.app.appId, (envelope) => {
        const { message } = (envelope as unknown as Received).event;
        const answer = async (): Promise<string> => {
          const { cardId } = await bot.postCard(
            message.chat_id,
            streamingCard("…", { print_step: { default: 1 }, print_frequency_ms: { default: 12 } }),
          );
          await bot.write(cardId, "answer", "…");
          // The first write replaces the placeholder, so the text begins with it.
          await bot.write(cardId, "answer", `…${reply}`);
          return cardId;
        };
        answer().then(resolve, reject);
      });
    });
    const { page } = await stage.open({ chineseFont: true });
    await page.evaluate(() => {
      const frames: number[] = [];
      Object.assign(globalThis, { frames });
      const look = (): void => {
        const length = document.querySelector<HTMLElement>(".from-bot .text-body")?.innerText.length ?? 0;
        if (length !== frames.at(-1)) frames.push(length);
        requestAnimationFrame(look);
      };
      look();
    });

    await page.getByRole("textbox", { name: "Message" }).fill("讲讲流式卡片");
    await page.keyboard.press("Enter");

    const cardId = await answered;
    expect(await page.locator(".mine .plain-message").innerText()).toBe("讲讲流式卡片");
    const text = page.locator(".from-bot .text-view");
    await page.waitForFunction(() => {
      const view = document.querySelector<HTMLElement>(".from-bot .text-view");
      return view !== null && Number(view.dataset["goal"]) > 20 && view.dataset["shown"] === view.dataset["goal"];
    });
    await bot.settings(cardId, { streaming_mode: false });
    await page.locator(".card[data-streaming=false]").waitFor();

    const frames = await page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames);
    expect(frames.length).toBeGreaterThan(8);
    expect(frames).toEqual(frames.toSorted((a, b) => a - b));
    expect((await text.innerText()).replace(/\s+/gu, "")).toBe("…第一段：流式回复。逐字出现每个字一次最后一句话。");
    expect(await text.locator("strong").innerText()).toBe("每个字一次");
    // The glyphs are real ones: a font without them would draw every character as the same box.
    const glyphs = await page.evaluate(
      () => [...document.fonts].filter((font) => font.status === "loaded" && font.unicodeRange.includes("2E80")).length,
    );
    expect(glyphs).toBeGreaterThan(0);
    expect(emulator.visibleTexts(dm).at(-1)?.text).toBe(`…${reply}`);
  });

  it("[D10] sends with Enter, makes a line with Shift and Enter, and leaves an input method's Enter alone", async () => {
    const { page } = await stage.open();
    const field = page.getByRole("textbox", { name: "Message" });
    await field.fill("一");
    await field.press("Shift+Enter");
    await field.pressSequentially("二");
    await field.evaluate((element) => {
      element.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }),
      );
    });
    expect(await field.inputValue()).toBe("一\n二");
    await field.press("Enter");
    expect(await page.locator(".mine .plain-message").innerText()).toBe("一\n二");
    expect(await field.inputValue()).toBe("");
  });

  it("[D10] mentions a member of the group by keyboard, and the bot hears of it", async () => {
    const { emulator } = stage;
    const group = [...emulator.store.chats.all()].find((chat) => chat.type === "group");
    const heard = new Promise<Received>((resolve) => {
      emulator.onEvent(emulator.app.appId, (envelope) => resolve(envelope as unknown as Received));
    });
    const { page } = await stage.open({ chatId: group?.chatId });
    const field = page.getByRole("textbox", { name: "Message" });
    await field.pressSequentially("@");
    const options = page.getByRole("listbox", { name: "Mention someone" }).getByRole("option");
    expect(await options.count()).toBeGreaterThan(2);
    expect(await options.first().getAttribute("aria-selected")).toBe("true");
    await field.press("Enter");
    await field.pressSequentially("在吗");
    await field.press("Enter");
    const { event } = await heard;
    expect(event.message.mentions?.map((mention) => mention.name)).toEqual([emulator.app.name]);
    expect(await page.locator(".mine .mention").innerText()).toBe(`@${emulator.app.name}`);
  });

  it("[D10] sends an image and a file, and shows them", async () => {
    const { page } = await stage.open();
    const picture = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    const input = page.locator(".composer input[type=file]");
    await input.setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: picture });
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>(".mine img.picture")?.naturalWidth === 1);
    await input.setInputFiles({ name: "说明.txt", mimeType: "text/plain", buffer: Buffer.from("你好") });
    const file = page.locator(".mine a.file");
    expect(await file.innerText()).toContain("说明.txt");
    const body = await page.evaluate(
      async (path) => (await fetch(path)).text(),
      (await file.getAttribute("href")) ?? "",
    );
    expect(body).toBe("你好");
  });

  it("[D10] replies, reacts, edits and recalls", async () => {
    const { bot, dm } = stage;
    await bot.send(dm, "text", { text: "有什么可以帮你？" });
    const { page } = await stage.open();
    const fromBot = page.locator(".from-bot");
    await fromBot.hover();
    await fromBot.getByRole("button", { name: "Reply" }).click();
    await page.keyboard.type("先看看");
    await page.keyboard.press("Enter");
    const mine = page.locator(".message.mine");
    expect(await mine.locator(".quote").innerText()).toContain("有什么可以帮你？");

    await fromBot.hover();
    await fromBot.getByRole("button", { name: "Add a reaction" }).click();
    await fromBot.getByRole("button", { name: "THUMBSUP" }).first().click();
    const reaction = fromBot.locator(".reaction");
    expect(await reaction.getAttribute("aria-pressed")).toBe("true");
    await reaction.click();
    await reaction.waitFor({ state: "detached" });

    await mine.hover();
    await mine.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("textbox", { name: "Message" }).fill("再看看");
    await page.keyboard.press("Enter");
    await mine.getByText("edited").waitFor();
    expect(await mine.locator(".plain-message").innerText()).toBe("再看看");

    await mine.hover();
    await mine.getByRole("button", { name: "Recall" }).click();
    await page.locator(".recalled-note").waitFor();
    expect(await page.getByText("再看看").count()).toBe(0);
  });

  it("[D10] keeps up with what the bot does to its own messages", async () => {
    const { bot, dm } = stage;
    const { page } = await stage.open();
    const messageId = await bot.send(dm, "text", { text: "稍等" });
    await page.getByText("稍等", { exact: true }).first().waitFor();
    await bot.ok("PUT", `im/v1/messages/${messageId}`, {
      msg_type: "text",
      content: JSON.stringify({ text: "好了" }),
    });
    await page.locator(".from-bot .plain-message", { hasText: "好了" }).waitFor();
    await bot.ok("POST", `im/v1/messages/${messageId}/reactions`, { reaction_type: { emoji_type: "DONE" } });
    await page.locator(".from-bot .reaction").waitFor();
    await bot.ok("DELETE", `im/v1/messages/${messageId}`);
    await page.locator(".recalled-note").waitFor();
  });

  it("[D10] shows the card's summary in the chat list, and lets one speak as somebody else", async () => {
    const { bot, dm } = stage;
    const { cardId } = await bot.postCard(dm, streamingCard("正在想"));
    const { page } = await stage.open();
    const preview = page.locator(`[data-chat-id="${dm}"] .chat-preview`);
    expect(await preview.innerText()).toBe("[Generating...]");
    await bot.settings(cardId, { streaming_mode: false, summary: { content: "三点结论" } });
    await page.waitForFunction(() => document.querySelector(".chat-preview")?.textContent === "三点结论");

    const who = page.getByRole("combobox", { name: "Speak as" });
    const names = await who.locator("option").allInnerTexts();
    expect(names.length).toBeGreaterThan(1);
    await who.selectOption({ index: 1 });
    expect(await page.locator(`[data-chat-id="${dm}"]`).count()).toBe(0);
    await page.getByRole("textbox", { name: "Message" }).fill("我是另一个人");
    await page.keyboard.press("Enter");
    await page.locator(".mine").waitFor();
    expect(stage.emulator.store.messages.all().at(-1)?.chatId).not.toBe(dm);
  });

  it("[D10] comes back by itself when the emulator was started anew, with what happened meanwhile", async () => {
    const first = await startEmulator({ port: 0 });
    const port = Number(new URL(first.pageUrl).port);
    let second: Emulator | undefined;
    try {
      // The browser itself writes broken connections, and the refused cookie, to the console.
      const { page } = await stage.open({ emulator: first, expected: /ERR_|401/u });
      await first.close();
      await page.locator(".offline:not([hidden])").waitFor();
      second = await startEmulator({ port });
      await new ScriptedBot(second).send(second.directChatId(), "text", { text: "断线期间的消息" });
      await page.locator(".plain-message", { hasText: "断线期间的消息" }).waitFor();
      await page.locator(".offline").waitFor({ state: "hidden" });
    } finally {
      await first.close();
      await second?.close();
    }
  });

  it("[D10] reads older messages on demand and leaves the reader where they were", async () => {
    const { emulator, dm } = stage;
    for (let index = 1; index <= 130; index += 1) emulator.sendAsUser({ chatId: dm, text: `消息 ${index}` });
    const { page } = await stage.open();
    const messages = page.locator(".message");
    await messages.nth(99).waitFor();
    const scroll = page.locator(".scroll");
    await scroll.evaluate((each) => {
      each.scrollTop = 0;
    });
    await page.getByRole("button", { name: "Latest" }).waitFor();
    const first = page.locator(".plain-message").first();
    const text = await first.innerText();
    const before = await page.getByText(text, { exact: true }).boundingBox();
    await page.getByRole("button", { name: "Older messages" }).click();
    await page.getByText("消息 1", { exact: true }).waitFor();
    const after = await page.getByText(text, { exact: true }).boundingBox();
    expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(60);
    expect(new Set(await page.locator(".plain-message").allInnerTexts()).size).toBe(130);
  });

  it("[D10] tells a bot's author where to connect, notices the SDK's long connection, drops it by click, and knows of a webhook", async () => {
    const { emulator } = stage;
    const { page } = await stage.open();
    const hint = page.locator(".connect");
    expect(await hint.innerText()).toContain(new URL(emulator.pageUrl).origin);
    expect(await hint.innerText()).toContain(emulator.app.appId);

    const { appId, appSecret } = emulator.app;
    const connection = new WSClient({ appId, appSecret, domain: emulator.apiUrl, logger: quietLogger });
    try {
      await connection.start({ eventDispatcher: new EventDispatcher({ logger: quietLogger }) });
      await page.locator(".link-state.on").waitFor();
      await page.getByRole("heading", { name: "Say something" }).waitFor();
      await page.keyboard.press("Alt+I");
      await page.getByRole("tab", { name: "Faults" }).click();
      await page.getByRole("button", { name: "Drop the long connection" }).click();
      await page.locator(".link-state:not(.on)").waitFor();
      await emulator.fetch(`${emulator.apiUrl}/emulator/apps/${appId}`, {
        method: "PATCH",
        headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
        body: JSON.stringify({ webhook: { url: "http://127.0.0.1:9/events" } }),
      });
      await page.locator(".link-state.on", { hasText: "webhook" }).waitFor();
    } finally {
      connection.close({ force: true });
    }
  });

  it("[D10] speaks the browser's language, switches language and theme, and remembers", async () => {
    const { page } = await stage.open({ locale: "zh-CN" });
    expect(await page.getByRole("textbox", { name: "消息" }).getAttribute("placeholder")).toBe("输入消息");
    await page.getByRole("button", { name: "Switch to English" }).click();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    await page.getByRole("button", { name: "Light or dark" }).click();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.reload();
    await page.getByRole("textbox", { name: "Message" }).waitFor();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
  });

  it("[D10] opens topics and new groups, all by keyboard", async () => {
    const { page } = await stage.open();
    await page.getByRole("button", { name: "New group" }).press("Enter");
    await page.getByRole("textbox", { name: "Name" }).fill("键盘小组");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "键盘小组" }).waitFor();
    const topic = page.locator(".topic-item").first();
    await topic.focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowDown");
    expect(await topic.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByText(/^Topic in /u).waitFor();
    await page.getByRole("textbox", { name: "Message" }).fill("在话题里");
    await page.keyboard.press("Enter");
    await page.locator(".mine .plain-message", { hasText: "在话题里" }).waitFor();
    const last = stage.emulator.store.messages.all().at(-1);
    expect(last?.threadId).toMatch(/^omt_/u);
  });

  it("[D10] begins a topic from a message and keeps its answers out of the chat itself", async () => {
    const { emulator } = stage;
    const group = emulator.store.chats.all().find((chat) => chat.type === "group");
    const { messageId } = emulator.sendAsUser({ chatId: group?.chatId, text: "要不要加一个测试？" });
    const { page } = await stage.open({ chatId: group?.chatId });
    const root = page.locator(`[data-message-id="${messageId}"]`);
    await root.hover();
    await root.getByRole("button", { name: "Reply in a topic" }).click();
    await page.keyboard.type("加");
    await page.keyboard.press("Enter");
    const link = root.getByRole("button", { name: "Topic · 2" });
    await link.waitFor();
    expect(await page.locator(".plain-message", { hasText: /^加$/u }).count()).toBe(0);
    await link.click();
    await page.locator(".plain-message", { hasText: /^加$/u }).waitFor();
    expect(await page.locator(".message").count()).toBe(2);
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByRole("heading", { name: "项目群" }).waitFor();
  });

  it("[D10] names people as the page's language does, in messages, cards, mentions and the list one speaks from", async () => {
    const { bot, dm, emulator } = stage;
    const group = emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId ?? "";
    const [ming, hong] = emulator.store.users.all();
    const openId = (user: typeof ming): string =>
      user === undefined ? "" : emulator.store.users.openId(user, emulator.app.appId);
    emulator.sendAsUser({ from: "小红", chatId: group, text: `<at user_id="${openId(ming)}">x</at> 看一下` });
    await bot.postCard(
      group,
      plainCard([
        {
          tag: "markdown",
          content: `<at id=${openId(hong)}></at> <at id=all></at> <at ids=${openId(ming)},${openId(hong)}></at>`,
        },
      ]),
    );
    const { page } = await stage.open({ chatId: group });
    expect(await page.locator(".card .mention").allInnerTexts()).toEqual(["@Hong", "@everyone", "@Ming @Hong"]);
    expect(await page.locator(".message:not(.from-bot) .mention").innerText()).toBe("@Ming");
    expect(await page.locator(".sender span:not(.bot-tag)").allInnerTexts()).toContain("Hong");
    const who = page.getByRole("combobox", { name: "Speak as" });
    expect(await who.locator("option").allInnerTexts()).toEqual(["Ming", "Hong"]);
    await page.getByRole("textbox", { name: "Message" }).pressSequentially("@小红");
    expect(await page.locator(".mention-menu").getByRole("option").allInnerTexts()).toEqual([
      expect.stringMatching(/Hong$/u),
    ]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "切换到中文" }).click();
    expect(await page.locator(".card .mention").allInnerTexts()).toEqual(["@小红", "@所有人", "@小明 @小红"]);
    expect(await who.count()).toBe(0);
    expect(await page.getByRole("combobox", { name: "切换身份" }).locator("option").allInnerTexts()).toEqual([
      "小明",
      "小红",
    ]);
    expect(dm).not.toBe(group);
  });

  it("[D10] keeps a mention when the message is edited, and an edit that is called off leaves nothing behind", async () => {
    const { emulator } = stage;
    const group = emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId;
    emulator.sendAsUser({ chatId: group, text: "在吗", mentionBot: true });
    const { page } = await stage.open({ chatId: group });
    const mine = page.locator(".message.mine");
    const field = page.getByRole("textbox", { name: "Message" });
    await mine.hover();
    await mine.getByRole("button", { name: "Edit" }).click();
    expect(await field.inputValue()).toBe(`@${emulator.app.name} 在吗`);
    await page.keyboard.press("Escape");
    expect(await field.inputValue()).toBe("");
    await mine.hover();
    await mine.getByRole("button", { name: "Edit" }).click();
    await field.press("End");
    await field.pressSequentially("？");
    await field.press("Enter");
    await mine.getByText("edited").waitFor();
    expect(await mine.locator(".mention").innerText()).toBe(`@${emulator.app.name}`);
    expect(
      emulator.store.messages
        .all()
        .at(-1)
        ?.mentions.map((mention) => mention.name),
    ).toEqual([emulator.app.name]);
  });

  it("[D10] uploads what is pasted into the message field", async () => {
    const { page } = await stage.open();
    await page.getByRole("textbox", { name: "Message" }).evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["贴"], "贴上.txt", { type: "text/plain" }));
      field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    await page.locator(".mine a.file", { hasText: "贴上.txt" }).waitFor();
  });

  it("[D10] leaves the keyboard where it is while the bot writes", async () => {
    const { bot, dm } = stage;
    const { page } = await stage.open();
    const inspector = page.getByRole("button", { name: "Inspector", exact: true });
    await inspector.press("Enter");
    expect(await inspector.getAttribute("aria-pressed")).toBe("true");
    await bot.postCard(dm, streamingCard("一"));
    await bot.send(dm, "text", { text: "二" });
    await page.locator(".from-bot .plain-message", { hasText: "二" }).waitFor();
    expect(await inspector.evaluate((button) => button === document.activeElement)).toBe(true);
    await inspector.press("Enter");
    expect(await inspector.getAttribute("aria-pressed")).toBe("false");
  });

  it("[D10] says in the chat list what a message without words is, in the page's language", async () => {
    const { bot, dm } = stage;
    const { page } = await stage.open();
    const preview = page.locator(`[data-chat-id="${dm}"] .chat-preview`);
    const messageId = await bot.send(dm, "post", { zh_cn: { title: "", content: [[{ tag: "text", text: "富" }]] } });
    await preview.getByText("[Rich text]").waitFor();
    await bot.ok("DELETE", `im/v1/messages/${messageId}`);
    await preview.getByText("[Message recalled]").waitFor();
  });
});
