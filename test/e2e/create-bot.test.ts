import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { serve } from "@hono/node-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBot } from "../../extensions/feishu/index.ts";
import type { BotOptions, BotReply, FeishuBot } from "../../extensions/feishu/index.ts";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator, VisibleMessage } from "../../src/emulator/index.ts";
import { untilShown } from "../support/until-shown.ts";
import { removeFolder } from "../support/remove-folder.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("createBot", () => {
  let emulator: Emulator;
  const bots: { stop(): Promise<void> }[] = [];
  beforeEach(async () => {
    emulator = await startEmulator({ port: 0 });
  });
  afterEach(async () => {
    await Promise.all(bots.splice(0).map((bot) => bot.stop()));
    await emulator.close();
  });

  function makeBot<Value = unknown>(options: Partial<BotOptions> = {}): FeishuBot<Value> {
    const { appId, appSecret } = emulator.app;
    const bot = createBot<Value>({ appId, appSecret, domain: emulator.apiUrl, onError: () => {}, ...options });
    bots.push(bot);
    return bot;
  }
  const group = (): string => emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "";
  const openIdOf = (name: string): string =>
    emulator.store.users.openId(emulator.store.users.find(name) ?? expect.fail(name), emulator.app.appId);
  const says = (part: string) => (message: VisibleMessage) => message.sender === "app" && message.text.includes(part);

  it("a message becomes a card that grows while the handler writes, and ends when it returns", async () => {
    const bot = makeBot({ card: { title: "Echo" } });
    const more = Promise.withResolvers<void>();
    const results: number[] = [];
    bot.on("message", async (message, reply) => {
      reply.reasoning("thinking aloud").tool({ id: "1", name: "search", state: "running" });
      reply.append(`**${message.text}** by ${message.sender.name}, `);
      await reply.flush();
      await more.promise;
      reply.tool({ id: "1", name: "search", state: "done" }).append("and more.");
    });
    bot.on("answered", ({ result }) => void results.push(result.delivered - result.total));
    await bot.start();
    expect(bot.state).toBe("connected");
    emulator.sendAsUser({ from: "小明", text: "hello there" });
    const growing = await untilShown(emulator, emulator.directChatId("小明"), says("**hello there** by 小明"));
    expect(growing).toMatchObject({ streaming: true, kind: "card", title: "Echo" });
    more.resolve();
    const [answer] = await emulator.answers();
    await bot.idle();
    expect(answer?.text).toContain("**hello there** by 小明, and more.");
    expect(answer?.streaming).toBe(false);
    expect(answer?.labels).not.toContain("Stop");
    expect(results).toEqual([0]);
  });

  it("a handler that writes nothing sends nothing; one that throws ends its card with its text and a note", async () => {
    const failures: unknown[] = [];
    const bot = makeBot({ onError: (error, { during }) => void failures.push([during, String(error)]) });
    bot.on("message", async ({ text }, reply) => {
      if (text === "quiet") return;
      if (text !== "at once") reply.append("so far");
      throw new Error("secret reason");
    });
    await bot.start();
    emulator.sendAsUser({ text: "quiet" });
    emulator.sendAsUser({ text: "break please" });
    const [broken, ...rest] = await emulator.answers();
    expect(rest).toEqual([]);
    expect(broken?.text).toMatch(/^so far\n.*Incomplete: the bot ran into an error/su);
    expect(broken?.text).not.toContain("secret");
    emulator.sendAsUser({ text: "at once" });
    const [early] = await emulator.answers();
    expect(early?.text).toContain("ran into an error");
    await bot.idle();
    expect(failures).toEqual([
      ["message", "Error: secret reason"],
      ["message", "Error: secret reason"],
    ]);
    expect(emulator.visibleTexts(emulator.directChatId()).filter(({ sender }) => sender === "app")).toHaveLength(2);
  });

  it("a second message of a chat waits its turn, another chat does not, and an event that comes twice is one", async () => {
    emulator.settings.duplicateEvents = true;
    const bot = makeBot();
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const other = Promise.withResolvers<void>();
    bot.on("message", async ({ text }, reply) => {
      order.push(`${text} begins`);
      if (text === "one") await first.promise;
      reply.append(`answer to ${text}`);
      order.push(`${text} ends`);
      if (text === "elsewhere") other.resolve();
    });
    await bot.start();
    emulator.sendAsUser({ from: "小明", text: "one" });
    emulator.sendAsUser({ from: "小明", text: "two" });
    emulator.sendAsUser({ from: "小红", text: "elsewhere" });
    await other.promise;
    expect(order).toEqual(["one begins", "elsewhere begins", "elsewhere ends"]);
    first.resolve();
    await untilShown(emulator, emulator.directChatId("小明"), says("answer to two"));
    await bot.idle();
    expect(order.slice(3)).toEqual(["one ends", "two begins", "two ends"]);
  });

  it("a command is not a message; middleware runs around both, and may keep them", async () => {
    const bot = makeBot();
    const seen: string[] = [];
    bot.use(async ({ message, command }, next) => {
      if (message.text === "not this") return;
      seen.push(`> ${command}`);
      await next();
      seen.push(`< ${command}`);
    });
    bot.command("weather", async ({ args, command }, reply) => {
      seen.push(`${command}(${args})`);
      reply.append("sunny");
    });
    bot.on("message", async ({ text }, reply) => void reply.append(`message ${text}`));
    await bot.start();
    emulator.sendAsUser({ text: "not this" });
    emulator.sendAsUser({ text: "/Weather  Paris tomorrow" });
    expect((await emulator.answers()).map(({ text }) => text)).toEqual(["sunny"]);
    emulator.sendAsUser({ text: "/etc/hosts?" });
    expect((await emulator.answers())[0]?.text).toBe("message /etc/hosts?");
    await bot.idle();
    expect(seen).toEqual(["> weather", "weather(Paris tomorrow)", "< weather", "> undefined", "< undefined"]);
    expect(() => bot.command("weather", () => {})).toThrow(/already/u);
    expect(() => bot.command("two words", () => {})).toThrow(/blanks/u);
    expect(() => bot.on("mesage" as "message", () => {})).toThrow(/no event mesage/u);
  });

  it("a source that breaks off or is cut short makes the card say so; one that is whole may be followed by more", async () => {
    const bot = makeBot();
    const sse = (events: readonly object[], end = ""): Response =>
      new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("") + end, {
        headers: { "content-type": "text/event-stream" },
      });
    const delta = (content: string, finish_reason: string | null = null) => ({
      choices: [{ index: 0, delta: { content }, finish_reason }],
    });
    const after: string[] = [];
    bot.on("message", async ({ text }, reply) => {
      if (text === "broken") await reply.stream(sse([delta("half a")]));
      else if (text === "cut") await reply.stream(sse([delta("too long", "length")], "data: [DONE]\n\n"));
      else await reply.stream(sse([delta("whole", "stop")], "data: [DONE]\n\n"));
      after.push(text);
      reply.append(", and more");
    });
    await bot.start();
    const ask = async (text: string): Promise<string | undefined> => {
      emulator.sendAsUser({ text });
      return (await emulator.answers())[0]?.text;
    };
    expect(await ask("broken")).toMatch(/^half a\n.*Incomplete/su);
    expect(await ask("cut")).toMatch(/^too long, and more\n.*length limit/su);
    expect(await ask("whole")).toBe("whole, and more");
    expect(after).toEqual(["cut", "whole"]);
  });

  it("a button hands its value to the handler, once, when the right person presses", async () => {
    const bot = makeBot<{ readonly order: number }>();
    const pressed: object[] = [];
    bot.on("message", async (_, reply) => {
      reply.append("Order?").button({ text: "Order", value: { order: 7 } });
      reply.button({ text: "Anybody", value: { order: 8 }, for: "everybody", onPress: () => ({ toast: "own" }) });
    });
    bot.on("press", async ({ value, person, message }, reply) => {
      pressed.push({ order: value.order + 1, by: person.openId, question: message.text });
      reply.append("ordered");
      return { toast: { en: "Done", zh: "好了" }, type: "success" };
    });
    await bot.start();
    const chatId = group();
    emulator.sendAsUser({ from: "小明", chatId, text: "hi", mentionBot: true });
    const [card] = await emulator.answers();
    const messageId = card?.messageId ?? "";
    expect(card?.labels).toEqual(["Order", "Anybody"]);
    const press = async (from: string, elementId: string) =>
      (await emulator.clickAs({ from, messageId, elementId })).toast?.content;
    expect(await press("小红", "after0")).toContain("只有提问者");
    const forged = await emulator.clickAs({ from: "小明", messageId, value: { cardstream: "bot", button: "x" } });
    expect(forged.toast?.content).toContain("已失效");
    expect(pressed).toEqual([]);
    expect(await press("小明", "after0")).toBe("好了");
    expect(await press("小明", "after0")).toContain("已使用");
    expect(await press("小红", "after1")).toBe("own");
    await bot.idle();
    expect(pressed).toEqual([{ order: 8, by: openIdOf("小明"), question: "hi" }]);
    expect(emulator.visibleTexts(chatId).at(-1)?.text).toBe("ordered");
  });

  it("an answer can be rated by who asked, who may change their mind; the rating names the turn and is counted", async () => {
    const bot = makeBot({ card: { feedback: true } });
    const rated: object[] = [];
    bot.on("message", ({ text }, reply) => void reply.append(`answer to ${text}`).button({ text: "More", value: 1 }));
    bot.on("press", (_, reply) => void reply.append("more"));
    bot.on("feedback", ({ rating, person, message, answer }) => {
      rated.push({ rating, by: person.openId, question: message.text, answer });
    });
    await bot.start();
    const chatId = group();
    emulator.sendAsUser({ from: "小明", chatId, text: "one", mentionBot: true });
    const [card] = await emulator.answers();
    const messageId = card?.messageId ?? "";
    expect(card?.labels).toEqual(["👍", "👎", "More"]);
    const press = async (from: string, elementId: string) =>
      (await emulator.clickAs({ from, messageId, elementId })).toast?.content;
    expect(await press("小红", "after0")).toContain("只有提问者");
    expect(await press("小明", "after0")).toBe("感谢你的反馈");
    expect(await press("小明", "after1")).toBe("感谢你的反馈");
    await bot.idle();
    const by = openIdOf("小明");
    expect(rated).toEqual([
      { rating: "up", by, question: "one", answer: "answer to one" },
      { rating: "down", by, question: "one", answer: "answer to one" },
    ]);
    // What answers a press is no answer to a question.
    await press("小明", "after2");
    await bot.idle();
    expect(emulator.visibleTexts(chatId).at(-1)).toMatchObject({ text: "more", labels: [] });
  });

  it("a suggested question is asked by a press, in its turn and its asker's name; the card says what it answers", async () => {
    const bot = makeBot();
    const heard: object[] = [];
    bot.on("message", async ({ text, sender, conversationId }, reply) => {
      heard.push({ text, by: sender.openId, conversationId });
      reply.append(`about ${text}`);
      if (text === "Rome") reply.suggest("And Paris?", "And Oslo?");
    });
    await bot.start();
    const { chatId } = emulator.sendAsUser({ from: "小明", text: "Rome" });
    const [card] = await emulator.answers();
    expect(card?.labels).toEqual(["And Paris?", "And Oslo?"]);
    const press = async (elementId: string) =>
      (await emulator.clickAs({ from: "小明", messageId: card?.messageId ?? "", elementId })).toast?.content;
    expect(await press("after1")).toBe("正在提问");
    await untilShown(emulator, chatId, says("about And Oslo?"));
    await bot.idle();
    expect(await press("after1")).toContain("已使用");
    const by = openIdOf("小明");
    expect(heard).toEqual([
      { text: "Rome", by, conversationId: chatId },
      { text: "And Oslo?", by, conversationId: chatId },
    ]);
    expect(emulator.visibleTexts(chatId).at(-1)).toMatchObject({ title: "And Oslo?", text: "about And Oslo?" });
  });

  it("Stop ends the answer for its asker alone; the handler's signal aborts and the next message is answered", async () => {
    const bot = makeBot();
    const stopped = Promise.withResolvers<unknown>();
    bot.on("message", async ({ text }, reply) => {
      reply.append(`${text}: `);
      if (text !== "long") return;
      await new Promise<void>((_, reject) => reply.signal.addEventListener("abort", () => reject(reply.signal.reason)));
    });
    bot.on("answered", ({ result }) => stopped.resolve(result.outcome));
    await bot.start();
    const chatId = group();
    emulator.sendAsUser({ from: "小明", chatId, text: "long", mentionBot: true });
    const { messageId } = await untilShown(emulator, chatId, says("long: "));
    const stop = async (from: string) =>
      (await emulator.clickAs({ from, messageId, elementId: "stop" })).toast?.content;
    expect(await stop("小红")).toContain("只有提问者");
    expect(await stop("小明")).toBe("已停止");
    expect(await stopped.promise).toBe("aborted");
    emulator.sendAsUser({ from: "小红", chatId, text: "next", mentionBot: true });
    expect((await emulator.answers())[0]?.text).toBe("next: ");
    expect(emulator.visibleTexts(chatId).find((shown) => shown.messageId === messageId)?.text).toContain(
      "Stopped by 小明",
    );
  });

  it("people whom access closes out get nothing: no answer, no press, no reaction", async () => {
    const heard: string[] = [];
    const bot = makeBot({ access: { allowFrom: [openIdOf("小明")], groupAllowFrom: [openIdOf("小明")] } });
    bot.on("message", async ({ sender }, reply) => {
      heard.push(`message ${sender.name}`);
      reply.append("for you").button({ text: "All", value: 1, for: "everybody" });
      reply.button({ text: "Mine", value: 2 });
    });
    bot.on("press", ({ person }) => void heard.push(`press ${person.openId}`));
    const reacted = Promise.withResolvers<void>();
    bot.on("reaction", ({ person, emoji, message }) => {
      heard.push(`${emoji} ${person.openId} ${message.text}`);
      reacted.resolve();
    });
    await bot.start();
    const chatId = group();
    emulator.sendAsUser({ from: "小红", text: "let me in" });
    emulator.sendAsUser({ from: "小红", chatId, text: "let me in", mentionBot: true });
    emulator.sendAsUser({ from: "小明", chatId, text: "hi", mentionBot: true });
    const [card] = await emulator.answers();
    const messageId = card?.messageId ?? "";
    for (const elementId of ["after0", "after1"])
      expect((await emulator.clickAs({ from: "小红", messageId, elementId })).toast).toBeUndefined();
    emulator.reactAsUser({ from: "小红", messageId, emoji: "THUMBSUP" });
    emulator.reactAsUser({ from: "小明", messageId, emoji: "HEART" });
    await reacted.promise;
    await bot.idle();
    expect(heard).toEqual(["message 小明", `HEART ${openIdOf("小明")} hi`]);
    expect(emulator.visibleTexts(emulator.directChatId("小红")).filter(({ sender }) => sender === "app")).toEqual([]);
    expect(() => makeBot({ access: { alowFrom: [] } as object })).toThrow(/access: alowFrom/u);
    expect(() => makeBot({ access: { dmPolicy: "opn" } as object })).toThrow(/access.dmPolicy/u);
  });

  it("a question that is taken back ends its reply honestly, or is never answered", async () => {
    const bot = makeBot();
    const heard: string[] = [];
    const recalled = Promise.withResolvers<void>();
    bot.on("message", async ({ text }, reply) => {
      heard.push(text);
      reply.append(text === "first" ? "half an answer" : text);
      if (text === "first") await new Promise(() => {});
    });
    bot.on("recalled", ({ message }) => {
      heard.push(`recalled ${message?.text}`);
      if (message?.text === "first") recalled.resolve();
    });
    await bot.start();
    const first = emulator.sendAsUser({ text: "first" });
    const { messageId } = await untilShown(emulator, first.chatId, says("half an answer"));
    const second = emulator.sendAsUser({ text: "second" });
    emulator.recallAsUser({ messageId: second.messageId });
    emulator.recallAsUser({ messageId: first.messageId });
    await recalled.promise;
    emulator.sendAsUser({ text: "third" });
    expect((await emulator.answers())[0]?.text).toBe("third");
    expect(heard).toEqual(["first", "recalled second", "recalled first", "third"]);
    const shown = emulator.visibleTexts(first.chatId).find((one) => one.messageId === messageId);
    expect(shown).toMatchObject({ streaming: false });
    expect(shown?.text).toMatch(/half an answer\n.*the question was taken back/su);
  });

  it("stop() ends open replies as interrupted within 5 s, and tells who waits", async () => {
    const stateDir = mkdtempSync(join(tmpdir(), "cardstream-bot-"));
    try {
      const bot = makeBot({ stateDir });
      bot.on("message", async (_, reply) => {
        reply.append("on and on");
        await new Promise(() => {});
      });
      await bot.start();
      const { chatId } = emulator.sendAsUser({ text: "long one" });
      const { messageId } = await untilShown(emulator, chatId, says("on and on"));
      expect(readdirSync(stateDir)).toHaveLength(1);
      const waiting = emulator.sendAsUser({ text: "waiting" });
      // The sign that it waits: the bot has it.
      const signs = (): unknown[] => emulator.store.messages.get(waiting.messageId)?.reactions ?? [];
      await expect.poll(signs, { timeout: 10_000 }).toHaveLength(1);
      const before = performance.now();
      await bot.stop();
      expect(performance.now() - before).toBeLessThan(5_000);
      const shown = emulator.visibleTexts(chatId);
      const card = shown.find((one) => one.messageId === messageId);
      expect(card).toMatchObject({ streaming: false });
      expect(card?.text).toMatch(/on and on\n.*restarted/su);
      expect(shown.at(-1)?.text).toContain("could not answer");
      await expect(bot.start()).rejects.toThrow(/stopped/u);
    } finally {
      removeFolder(stateDir);
    }
  });

  it("greets a group that it is put into, and ends what it writes in one that it is taken out of", async () => {
    const bot = makeBot();
    const left = Promise.withResolvers<string>();
    const aborted = Promise.withResolvers<void>();
    bot.on("joined", ({ chatName }, reply) => void reply.append(`hello ${chatName}`));
    bot.on("left", ({ chatId }) => left.resolve(chatId));
    bot.on("message", async (_, reply) => {
      reply.append("working");
      await new Promise<void>((resolve) => reply.signal.addEventListener("abort", () => resolve()));
      aborted.resolve();
    });
    await bot.start();
    const chatId = group();
    const change = (body: object) =>
      emulator.fetch(`${emulator.apiUrl}/emulator/chats/${chatId}`, {
        method: "PATCH",
        headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const { appId } = emulator.app;
    await change({ addApps: [appId] });
    await untilShown(emulator, chatId, says("hello "));
    emulator.sendAsUser({ chatId, text: "work", mentionBot: true });
    await untilShown(emulator, chatId, says("working"));
    await change({ removeApps: [appId] });
    expect(await left.promise).toBe(chatId);
    await aborted.promise;
  });

  it("messages come typed: Markdown, mentions, files, quotes, forwards, the topic", async () => {
    const bot = makeBot();
    const messages: Parameters<Parameters<typeof bot.command>[1]>[0][] = [];
    bot.on("message", async (message, reply) => {
      messages.push(message as (typeof messages)[number]);
      reply.append("ok");
    });
    await bot.start();
    const data = new TextEncoder().encode("a,b\n1,2\n");
    const { key } = emulator.uploadAsUser({ kind: "file", name: "numbers.csv", data });
    const file = emulator.sendAsUser({ from: "小明", fileKey: key });
    await emulator.answers();
    emulator.sendAsUser({ from: "小明", text: "what is this?", replyTo: file.messageId });
    await emulator.answers();
    emulator.sendAsUser({ from: "小明", forward: [file.messageId] });
    await emulator.answers();
    const chatId = group();
    const mention = `<at user_id="${openIdOf("小红")}">小红</at> **look**`;
    emulator.sendAsUser({ from: "小明", chatId, text: mention, mentionBot: true, inThread: true });
    await emulator.answers();
    await bot.idle();
    const [numbers, question, forward, topic] = messages;
    expect(numbers?.attachments).toMatchObject([{ kind: "file", fileName: "numbers.csv" }]);
    expect(new Uint8Array((await numbers?.attachments[0]?.download())?.data ?? [])).toEqual(data);
    expect(question?.quotes).toMatchObject([{ messageId: file.messageId, sender: "小明", kind: "answered" }]);
    expect(await question?.forwarded()).toEqual([]);
    expect(forward?.type).toBe("merge_forward");
    expect(await forward?.forwarded()).toMatchObject([{ type: "file" }]);
    expect(topic?.mentions.map(({ name, isSelf }) => [name, isSelf])).toContainEqual(["小红", false]);
    expect(topic).toMatchObject({ chatType: "group", sender: { name: "小明", type: "user" } });
  });

  it("by webhook: the same bot behind a fetch handler, for messages and presses, and for nobody else", async () => {
    const { verificationToken } = emulator.app;
    const secrets = { encryptKey: "an-encrypt-key", verificationToken };
    const bot = makeBot<string>({ webhook: secrets });
    bot.on("message", async ({ text }, reply) => {
      reply.append(`heard ${text}`).button({ text: "More", value: text });
    });
    bot.on("press", ({ value }) => ({ toast: `more of ${value}` }));
    const after: Promise<unknown>[] = [];
    const server = serve({
      fetch: (request) => bot.fetch(request, { waitUntil: (work) => void after.push(work) }),
      hostname: "127.0.0.1",
      port: 0,
    });
    try {
      await new Promise<void>((resolve) => server.once("listening", resolve));
      const address = server.address();
      const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/events`;
      emulator.app.webhook = { url, ...secrets };
      emulator.sendAsUser({ text: "by webhook" });
      const [answer] = await emulator.answers();
      expect(answer?.text).toBe("heard by webhook");
      const click = await emulator.clickAs({ messageId: answer?.messageId ?? "", elementId: "after0" });
      expect(click).toMatchObject({ status: "ok", toast: { content: "more of by webhook" } });
      expect(bot.state).toBe("connected");
      expect(after.length).toBeGreaterThan(0);
      await Promise.all(after);
      const forged = new Request(url, { method: "POST", body: JSON.stringify({ type: "url_verification" }) });
      expect((await bot.fetch(forged)).status).toBe(401);
      await expect(makeBot().fetch(forged)).rejects.toThrow(/webhook/u);
    } finally {
      server.close();
    }
  });

  it("a wrong secret is refused at the start; cards of a process that died are closed at the next", async () => {
    await expect(makeBot({ appSecret: "wrong" }).start()).rejects.toMatchObject({ name: "FeishuApiError" });
    const stateDir = mkdtempSync(join(tmpdir(), "cardstream-bot-"));
    try {
      const child = execFile(process.execPath, [join(ROOT, "test/support/process/dying-bot-child.ts")], {
        env: {
          ...process.env,
          FEISHU_DOMAIN: emulator.apiUrl,
          FEISHU_APP_ID: emulator.app.appId,
          FEISHU_APP_SECRET: emulator.app.appSecret,
          STATE_DIR: stateDir,
        },
      });
      await new Promise<void>((resolve) => child.stdout?.once("data", () => resolve()));
      const { chatId } = emulator.sendAsUser({ text: "hi" });
      const { messageId } = await untilShown(emulator, chatId, says("never finished"), 30_000);
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await exited;
      const next = makeBot({ stateDir });
      await next.start();
      const closed = await untilShown(
        emulator,
        chatId,
        (message) => message.messageId === messageId && !message.streaming,
        30_000,
      );
      expect(closed.text).toContain("never finished");
      await next.stop();
    } finally {
      removeFolder(stateDir);
    }
  });

  it("text that comes after the handler has returned is not lost in silence, and opens no card that nobody ends", async () => {
    const errors: string[] = [];
    const note = (): void => {};
    const logger = { debug: note, info: note, warn: note, error: (line: string) => void errors.push(line) };
    const bot = makeBot({ logger });
    let kept: BotReply | undefined;
    bot.on("message", (_, reply) => {
      kept = reply;
    });
    await bot.start();
    const { chatId, messageId } = emulator.sendAsUser({ text: "hi" });
    await untilShown(emulator, chatId, (message) => message.messageId === messageId);
    await expect.poll(() => kept, { timeout: 10_000 }).toBeDefined();
    await bot.idle();
    kept?.append("too late").append("still");
    expect(errors).toEqual([expect.stringContaining("must await")]);
    await bot.idle();
    expect(emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app")).toEqual([]);
  });

  it("the example for node:test runs by itself", async () => {
    const run = promisify(execFile);
    const file = join(ROOT, "examples/bot/ten-lines.node-test.ts");
    // Inside another runner node:test would speak to that one.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout } = await run(process.execPath, ["--test", file], { env });
    expect(stdout).toMatch(/pass 1/u);
  });
});
