import { serve } from "@hono/node-server";
import { Actions, Button, Card, CardText, Chart, Divider, emoji, Field, Fields, Image, LinkButton, Modal } from "chat";
import { NumberInput, Plan, Section, Select, SelectOption, Table, TextInput } from "chat";
import type { Message, StreamChunk, Thread } from "chat";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VisibleMessage } from "../../src/emulator/index.ts";
import { pictureOf } from "../support/samples/image-bank.ts";
import { untilShown } from "../support/until-shown.ts";
import { openChatBench } from "./bench.ts";
import type { ChatBench } from "./bench.ts";

const says = (part: string) => (message: VisibleMessage) => message.sender === "app" && message.text.includes(part);

describe("a bot of the Chat SDK's on this adapter", () => {
  let bench: ChatBench;
  beforeEach(async () => {
    bench = await openChatBench();
  });
  afterEach(() => bench.close());

  const direct = () => bench.emulator.directChatId("小明");

  it("streams an answer into a card, with its tasks, while the model writes", async () => {
    const { bot, emulator } = bench;
    const more = Promise.withResolvers<void>();
    const sentIds: string[] = [];
    bot.onDirectMessage(async (thread, message) => {
      async function* answer(): AsyncGenerator<string | StreamChunk> {
        yield { type: "task_update", id: "1", title: "look it up", status: "in_progress" };
        yield `**${message.text}** and `;
        await more.promise;
        yield { type: "task_update", id: "1", title: "look it up", status: "complete", output: "found" };
        yield { type: "markdown_text", text: "more" };
      }
      sentIds.push((await thread.post(answer())).id);
    });
    await bot.initialize();
    emulator.sendAsUser({ from: "小明", text: "hello" });
    const growing = await untilShown(emulator, direct(), says("**hello** and"));
    expect(growing).toMatchObject({ kind: "card", streaming: true });
    more.resolve();
    const [answer] = await emulator.answers();
    await bench.adapter.idle();
    expect(answer?.text).toContain("**hello** and more");
    expect(answer?.text).toContain("look it up");
    expect(answer).toMatchObject({ streaming: false, messageId: sentIds[0] });
    expect(bench.errors).toEqual([]);
  });

  it("a stream that breaks off keeps its text and says so; the handler gets the error", async () => {
    const { bot, emulator } = bench;
    const seen = Promise.withResolvers<unknown>();
    bot.onDirectMessage(async (thread) => {
      async function* answer(): AsyncGenerator<string> {
        yield "half of ";
        throw new Error("the model is gone");
      }
      await thread.post(answer()).catch(seen.resolve);
    });
    await bot.initialize();
    emulator.sendAsUser({ from: "小明", text: "hi" });
    const [answer] = await emulator.answers();
    expect(answer?.text).toMatch(/^half of\s+.*⚠️/su);
    expect(String(await seen.promise)).toContain("the model is gone");
  });

  it("Stop ends the turn for who asked, and for nobody else", async () => {
    const { bot, emulator, group } = bench;
    const ended = Promise.withResolvers<boolean>();
    bot.onNewMention(async (thread) => {
      async function* answer(): AsyncGenerator<string> {
        yield "on and on ";
        await new Promise(() => {});
      }
      await thread.post(answer());
      ended.resolve(thread.signal?.aborted ?? false);
    });
    await bot.initialize();
    emulator.sendAsUser({ from: "小明", chatId: group, text: "go", mentionBot: true });
    const { messageId } = await untilShown(emulator, group, says("on and on"));
    const press = async (from: string) =>
      (await emulator.clickAs({ from, messageId, elementId: "stop" })).toast?.content;
    expect(await press("小红")).toContain("只有提问者");
    expect(await press("小明")).toBe("正在停止");
    expect(await ended.promise).toBe(true);
    const stopped = await untilShown(emulator, group, (one) => one.messageId === messageId && !one.streaming);
    expect(stopped.text).toMatch(/on and on\s+.*小明/su);
  });

  it("tells messages as they are: who, what, mention, files with their bytes, what they answer, links", async () => {
    const { bot, emulator, group, openIdOf } = bench;
    const heard: Message[] = [];
    const note = async (thread: Thread, message: Message): Promise<void> => {
      heard.push(message);
      await thread.post("ok");
    };
    bot.onNewMention(note);
    bot.onDirectMessage(note);
    await bot.initialize();
    const data = new TextEncoder().encode("a,b\n1,2\n");
    const { key } = emulator.uploadAsUser({ kind: "file", name: "numbers.csv", data });
    const file = emulator.sendAsUser({ from: "小明", fileKey: key });
    await emulator.answers();
    emulator.sendAsUser({ from: "小明", text: "what is this?", replyTo: file.messageId });
    await emulator.answers();
    const post = { zh_cn: { content: [[{ tag: "a", text: "here", href: "https://example.com/a" }]] } };
    emulator.sendAsUser({ from: "小明", post });
    await emulator.answers();
    emulator.sendAsUser({ from: "小红", chatId: group, text: "hi <b>", mentionBot: true });
    await emulator.answers();
    const [sent, question, link, mention] = heard;
    expect(sent?.attachments).toMatchObject([{ type: "file", name: "numbers.csv" }]);
    expect(new Uint8Array((await sent?.attachments[0]?.fetchData?.()) ?? new ArrayBuffer())).toEqual(data);
    const written = JSON.parse(JSON.stringify(sent?.attachments[0])) as NonNullable<typeof sent>["attachments"][0];
    expect(
      new Uint8Array((await bench.adapter.rehydrateAttachment(written).fetchData?.()) ?? new ArrayBuffer()),
    ).toEqual(data);
    expect(question).toMatchObject({
      text: "what is this?",
      author: { userId: openIdOf("小明"), fullName: "小明", isBot: false, isMe: false },
      replyTo: { id: file.messageId, author: { fullName: "小明" } },
    });
    expect(link).toMatchObject({ text: "here", links: [{ url: "https://example.com/a" }] });
    expect(mention).toMatchObject({ text: "hi <b>", isMention: true, author: { fullName: "小红" } });
    // An answer belongs to the thread of what it answers.
    expect(question?.threadId).toBe(sent?.threadId);
    expect(sent?.threadId).toBe(`lark:${direct()}:${file.messageId}:dm`);
    expect(mention?.threadId).toBe(`lark:${group}:${mention?.id}`);
  });

  it("a subscribed thread goes on with answers to the question and to the bot, and other messages begin others", async () => {
    const { bot, emulator, group } = bench;
    const heard: string[] = [];
    bot.onNewMention(async (thread, { text }) => {
      heard.push(`new ${text}`);
      await thread.subscribe();
      await thread.post(`first ${text}`);
    });
    bot.onSubscribedMessage(async (thread, { text }) => {
      heard.push(`next ${text}`);
      await thread.post(`then ${text}`);
    });
    await bot.initialize();
    const one = emulator.sendAsUser({ from: "小明", chatId: group, text: "one", mentionBot: true });
    const [first] = await emulator.answers();
    expect(first?.parentId).toBe(one.messageId);
    emulator.sendAsUser({ from: "小红", chatId: group, text: "two", mentionBot: true, replyTo: first?.messageId });
    const [then] = await emulator.answers();
    expect(then?.text).toBe("then two");
    emulator.sendAsUser({ from: "小红", chatId: group, text: "three", mentionBot: true });
    await emulator.answers();
    expect(heard).toEqual(["new one", "next two", "new three"]);
  });

  it("posts text, Markdown, a table, very long text and files; edits and deletes each", async () => {
    const { bot, emulator, openIdOf } = bench;
    await bot.initialize();
    const thread = bot.thread(await bench.adapter.openDM(openIdOf("小明")));
    const raw = await thread.post({ raw: "exactly *this*" });
    expect(raw.threadId).toBe(`lark:${direct()}::dm`);
    const bold = await thread.post(`**bold** ${emoji.thumbs_up.toString()}`);
    const table = await thread.post({ markdown: "| a | b |\n| - | - |\n| 1 | 2 |" });
    const shown = () => emulator.visibleTexts(direct()).filter(({ sender }) => sender === "app");
    expect(shown().map(({ kind }) => kind)).toEqual(["text", "post", "card"]);
    expect(shown()[0]?.text).toBe("exactly *this*");
    expect(shown()[1]?.text).toContain("**bold** 👍");
    await raw.edit("now this");
    await bold.edit({ markdown: "_other_" });
    await table.edit("no table any more");
    expect(shown().map(({ text }) => text.trim())).toEqual([
      "now this",
      expect.stringContaining("other"),
      "no table any more",
    ]);
    await bold.delete();
    expect(shown()).toHaveLength(2);
    await thread.post({
      markdown: "two files",
      files: [
        { filename: "p.png", data: Buffer.from(pictureOf("p")) },
        { filename: "n.csv", data: Buffer.from("1,2") },
      ],
    });
    expect(
      shown()
        .slice(2)
        .map(({ kind }) => kind),
    ).toEqual(["post", "image", "file"]);
    const long = Array.from({ length: 900 }, (_, index) => `Sentence number ${index} of a very long text.`).join(
      "\n\n",
    );
    const sent = await thread.post(long);
    const cards = shown().slice(5);
    expect(cards[0]?.messageId).toBe(sent.id);
    for (const part of [0, 450, 899])
      expect(cards.filter(({ text }) => text.includes(`number ${part} of`))).toHaveLength(1);
    await expect(bold.edit("x")).rejects.toThrow(/deleted|taken back/u);
    await expect(raw.edit({ markdown: "x", files: [{ filename: "a", data: Buffer.from("a") }] })).rejects.toThrow(
      /files/u,
    );
  });

  it("cards have all that the Chat SDK knows; presses and choices come back with their ids", async () => {
    const { bot, emulator } = bench;
    const acted: object[] = [];
    bot.onAction(async ({ actionId, value, user, thread, messageId }) => {
      acted.push({ actionId, value, name: user.fullName, messageId });
      await thread?.post(`did ${actionId}`);
    });
    bot.onDirectMessage(async (thread) => {
      await thread.post(
        Card({
          title: "Order 7",
          subtitle: "two pizzas",
          children: [
            CardText("**Ready?**"),
            CardText("small print", { style: "muted" }),
            Image({ url: "https://example.com/p.png", alt: "a pizza" }),
            Divider(),
            Section([Fields([Field({ label: "To", value: "小明" })])]),
            Table({ headers: ["What", "€"], rows: [["Pizza", "9"]], align: ["left", "right"] }),
            Chart({ title: "Sales", chart: { type: "pie", segments: [{ label: "a", value: 1 }] } }),
            Chart({
              title: "By day",
              chart: { type: "bar", categories: ["Mo"], series: [{ name: "s", data: [{ label: "Mo", value: 2 }] }] },
            }),
            Actions([
              Button({ id: "approve", label: "Approve", style: "primary", value: "7" }),
              Button({ id: "no", label: "No", style: "danger", disabled: true }),
              LinkButton({ label: "Open", url: "https://example.com/order" }),
              Select({ id: "size", label: "Size", options: [SelectOption({ label: "Big", value: "b" })] }),
            ]),
          ],
        }),
      );
    });
    await bot.initialize();
    emulator.sendAsUser({ from: "小明", text: "order" });
    const [card] = await emulator.answers();
    expect(card).toMatchObject({ kind: "card", title: "Order 7" });
    expect(card?.labels).toEqual(expect.arrayContaining(["Approve", "No", "Open"]));
    for (const part of ["**Ready?**", "small print", "[a pizza](https://example.com/p.png)", "Pizza"])
      expect(card?.text).toContain(part);
    const messageId = card?.messageId ?? "";
    const value = { cardstream: "chat", action: "approve", value: "7" };
    expect(await emulator.clickAs({ from: "小明", messageId, value })).toMatchObject({ status: "ok" });
    await emulator.clickAs({ from: "小明", messageId, value: { cardstream: "chat", action: "size" }, option: "b" });
    await bench.adapter.idle();
    expect(acted).toEqual([
      { actionId: "approve", value: "7", name: "小明", messageId },
      { actionId: "size", value: "b", name: "小明", messageId },
    ]);
    expect(emulator.visibleTexts(direct()).at(-1)?.text).toBe("did size");
    expect(bench.errors).toEqual([]);
  });

  it("a modal is a form in a card: for its person alone, checked, with errors, and with an end", async () => {
    const { bot, emulator, group } = bench;
    const submitted: object[] = [];
    const closed: string[] = [];
    bot.onNewMention(async (thread) => {
      await thread.post(Card({ children: [Actions([Button({ id: "order", label: "Order" })])] }));
    });
    bot.onAction("order", async (event) => {
      await event.openModal(
        Modal({
          callbackId: "pizza",
          title: "A pizza",
          privateMetadata: "m",
          notifyOnClose: true,
          children: [
            TextInput({ id: "name", label: "Name" }),
            NumberInput({ id: "count", label: "How many", min: 1, max: 9, initialValue: 1 }),
            Select({
              id: "size",
              label: "Size",
              optional: true,
              options: [SelectOption({ label: "Big", value: "b" })],
            }),
          ],
        }),
      );
    });
    bot.onModalSubmit("pizza", async ({ values, user, privateMetadata, relatedThread }) => {
      submitted.push({ values, by: user.fullName, privateMetadata, thread: relatedThread?.id });
      if (values["name"] === "Hawaii") return { action: "errors", errors: { name: "not here" } };
      await relatedThread?.post("ordered");
      return undefined;
    });
    bot.onModalClose("pizza", ({ callbackId }) => void closed.push(callbackId));
    await bot.initialize();
    const asked = emulator.sendAsUser({ from: "小明", chatId: group, text: "下单", mentionBot: true });
    const [card] = await emulator.answers();
    const open = async (): Promise<string> => {
      await emulator.clickAs({
        from: "小明",
        messageId: card?.messageId ?? "",
        value: { cardstream: "chat", action: "order" },
      });
      return emulator.visibleTexts(group).at(-1)?.messageId ?? "";
    };
    const shown = (messageId: string) => emulator.visibleTexts(group).find((one) => one.messageId === messageId);
    const form = await open();
    expect(shown(form)).toMatchObject({ title: "A pizza" });
    const submit = (from: string, formValue: Record<string, string>) =>
      emulator.clickAs({ from, messageId: form, name: "submit", formValue });
    expect((await submit("小红", { name: "x", count: "1" })).toast?.content).toContain("别人");
    await submit("小明", { name: "", count: "12" });
    expect(shown(form)?.text).toMatch(/必填/u);
    expect(shown(form)?.text).toMatch(/不能大于 9/u);
    expect(submitted).toEqual([]);
    await submit("小明", { name: "Hawaii", count: "2", other: "injected" });
    expect(shown(form)?.text).toContain("not here");
    await submit("小明", { name: "Funghi", count: "2", size: "b" });
    expect(shown(form)?.text).toContain("已提交");
    const thread = `lark:${group}:${asked.messageId}`;
    expect(submitted).toEqual([
      { values: { name: "Hawaii", count: "2" }, by: "小明", privateMetadata: "m", thread },
      { values: { name: "Funghi", count: "2", size: "b" }, by: "小明", privateMetadata: "m", thread },
    ]);
    expect(emulator.visibleTexts(group).at(-1)?.text).toBe("ordered");
    const second = await open();
    await emulator.clickAs({ from: "小明", messageId: second, name: "close" });
    expect(shown(second)?.text).toContain("已关闭");
    await bench.adapter.idle();
    expect(closed).toEqual(["pizza"]);
    expect(bench.errors).toEqual([]);
  });

  it("reacts, takes its reaction back also when it has forgotten its id, and hears people's", async () => {
    const { bot, emulator, openIdOf } = bench;
    const heard: object[] = [];
    const told = Promise.withResolvers<void>();
    bot.onReaction(async ({ emoji: one, rawEmoji, user, added, messageId }) => {
      heard.push({ same: one === emoji.heart, rawEmoji, by: user.userId, added, messageId });
      told.resolve();
    });
    await bot.initialize();
    const { messageId } = emulator.sendAsUser({ from: "小明", text: "hi" });
    const threadId = `lark:${direct()}:${messageId}:dm`;
    const signs = () => emulator.store.messages.get(messageId)?.reactions.map(({ emoji: key }) => key);
    await bench.adapter.addReaction(threadId, messageId, emoji.thumbs_up);
    await bench.adapter.addReaction(threadId, messageId, "GLANCE");
    expect(signs()).toEqual(["THUMBSUP", "GLANCE"]);
    await bench.adapter.removeReaction(threadId, messageId, emoji.thumbs_up);
    const other = await openSecond(bench);
    await other.removeReaction(threadId, messageId, "glance");
    await other.removeReaction(threadId, messageId, "glance");
    expect(signs()).toEqual([]);
    emulator.reactAsUser({ from: "小红", messageId, emoji: "HEART" });
    await told.promise;
    expect(heard).toEqual([{ same: true, rawEmoji: "HEART", by: openIdOf("小红"), added: true, messageId }]);
  });

  it("shows that it types until it has answered", async () => {
    const { bot, emulator } = bench;
    const go = Promise.withResolvers<void>();
    bot.onDirectMessage(async (thread) => {
      await thread.startTyping();
      await go.promise;
      await thread.post("done");
    });
    await bot.initialize();
    const { messageId } = emulator.sendAsUser({ from: "小明", text: "hi" });
    const signs = () => emulator.store.messages.get(messageId)?.reactions.map(({ emoji: key }) => key);
    await expect.poll(signs).toEqual(["Typing"]);
    go.resolve();
    await emulator.answers();
    await expect.poll(signs).toEqual([]);
  });

  it("reads history, oldest first: a direct chat, a thread of answers, a topic; lists threads; describes chats", async () => {
    const { bot, emulator, group, adapter } = bench;
    await bot.initialize();
    for (const text of ["one", "two", "three"]) emulator.sendAsUser({ from: "小明", text });
    const texts = (messages: readonly Message[]) => messages.map(({ text }) => text);
    const dm = `lark:${direct()}::dm`;
    const newest = await adapter.fetchMessages(dm, { limit: 2 });
    expect(texts(newest.messages)).toEqual(["two", "three"]);
    const older = await adapter.fetchMessages(dm, { limit: 2, cursor: newest.nextCursor });
    expect(texts(older.messages)).toEqual(["one"]);
    const oldest = await adapter.fetchMessages(dm, { limit: 2, direction: "forward" });
    expect(texts(oldest.messages)).toEqual(["one", "two"]);
    expect(oldest.messages[0]).toMatchObject({ author: { fullName: "小明", isMe: false } });

    const root = emulator.sendAsUser({ from: "小明", chatId: group, text: "root", mentionBot: true });
    emulator.sendAsUser({ from: "小红", chatId: group, text: "between" });
    emulator.sendAsUser({ from: "小红", chatId: group, text: "answer", replyTo: root.messageId });
    const thread = `lark:${group}:${root.messageId}`;
    const sent = await adapter.postMessage(thread, "mine");
    expect(texts((await adapter.fetchMessages(thread)).messages)).toEqual([
      expect.stringContaining("root"),
      "answer",
      "mine",
    ]);
    expect((await adapter.fetchMessage(thread, sent.id))?.author).toMatchObject({ isMe: true, userName: "bot" });
    await adapter.deleteMessage(thread, sent.id);
    expect(await adapter.fetchMessage(thread, sent.id)).toBeNull();

    const topic = emulator.sendAsUser({ from: "小明", chatId: group, text: "topic", mentionBot: true });
    emulator.sendAsUser({ from: "小红", replyTo: topic.messageId, inThread: true, text: "in it" });
    const inTopic = await adapter.fetchMessages(`lark:${group}:${topic.messageId}`);
    expect(texts(inTopic.messages)).toEqual([expect.stringContaining("topic"), "in it"]);

    const { threads } = await adapter.listThreads(`lark:${group}`);
    expect(threads.find(({ id }) => id === thread)).toMatchObject({
      replyCount: 1,
      rootMessage: { id: root.messageId },
    });
    const info = await adapter.fetchThread(thread);
    expect(info).toMatchObject({ isDM: false, channelId: `lark:${group}`, channelVisibility: "private" });
    expect(await adapter.fetchChannelInfo(`lark:${direct()}`)).toMatchObject({ isDM: true });
    expect(adapter.isDM(dm)).toBe(true);
    expect(adapter.isDM(thread)).toBe(false);
    expect(await adapter.getUser(bench.openIdOf("小红"))).toMatchObject({ fullName: "小红" });
    expect(await adapter.getUser("ou_nobody")).toBeNull();
  });

  it("a plan is one card that gets on", async () => {
    const { bot, emulator } = bench;
    bot.onDirectMessage(async (thread) => {
      const plan = new Plan({ initialMessage: "Look around" });
      await thread.post(plan);
      await plan.addTask({ title: "Write it down" });
      await plan.complete({ completeMessage: "All done" });
    });
    await bot.initialize();
    emulator.sendAsUser({ from: "小明", text: "plan" });
    const shown = await untilShown(emulator, direct(), (one) => one.title === "All done");
    expect(shown.text).toMatch(/✅ Look around\s+✅ Write it down/u);
    expect(emulator.visibleTexts(direct()).filter(({ sender }) => sender === "app")).toHaveLength(1);
  });

  it("hears what is taken back, and that it was put into a group", async () => {
    const { bot, emulator, adapter } = bench;
    const heard: object[] = [];
    bot.onMessageDeleted(({ messageId, threadId }) => void heard.push({ messageId, threadId }));
    bot.onMemberJoinedChannel(
      ({ userId, inviterId }) => void heard.push({ self: userId === adapter.botUserId, inviterId }),
    );
    await bot.initialize();
    const { messageId } = emulator.sendAsUser({ from: "小明", text: "oops" });
    emulator.recallAsUser({ messageId });
    await expect.poll(() => heard).toEqual([{ messageId, threadId: `lark:${direct()}:${messageId}:dm` }]);
    const response = await emulator.fetch(`${emulator.apiUrl}/emulator/chats`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "new", members: [bench.openIdOf("小明")], apps: [] }),
    });
    const { chatId } = (await response.json()) as { chatId: string };
    await emulator.fetch(`${emulator.apiUrl}/emulator/chats/${chatId}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ addApps: [emulator.app.appId] }),
    });
    await expect.poll(() => heard.length).toBe(2);
    expect(heard[1]).toMatchObject({ self: true });
  });

  it("shutdown ends what is being written as interrupted", async () => {
    const { bot, emulator } = bench;
    bot.onDirectMessage(async (thread) => {
      async function* answer(): AsyncGenerator<string> {
        yield "never ends ";
        await new Promise(() => {});
      }
      await thread.post(answer());
    });
    await bot.initialize();
    emulator.sendAsUser({ from: "小明", text: "hi" });
    await untilShown(emulator, direct(), says("never ends"));
    await bot.shutdown();
    const card = emulator.visibleTexts(direct()).at(-1);
    expect(card?.streaming).toBe(false);
    expect(card?.text).toMatch(/never ends\s+.*⚠️/su);
  });
});

describe("by webhook", () => {
  it("the same bot behind chat.webhooks.lark, and nobody else behind it", async () => {
    const secrets = { encryptKey: "an-encrypt-key" };
    const bench = await openChatBench({ webhook: secrets });
    const { bot, emulator } = bench;
    bot.onDirectMessage(async (thread, { text }) => void (await thread.post(`heard ${text}`)));
    const after: Promise<unknown>[] = [];
    const server = serve({
      fetch: (request) => bot.webhooks.lark(request, { waitUntil: (work) => void after.push(work) }),
      hostname: "127.0.0.1",
      port: 0,
    });
    try {
      await new Promise<void>((resolve) => server.once("listening", resolve));
      const address = server.address();
      const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/events`;
      emulator.app.webhook = { url, ...secrets };
      emulator.sendAsUser({ text: "by webhook" });
      expect((await emulator.answers())[0]?.text).toBe("heard by webhook");
      expect(after.length).toBeGreaterThan(0);
      await Promise.all(after);
      const forged = new Request(url, { method: "POST", body: JSON.stringify({ type: "url_verification" }) });
      expect((await bot.webhooks.lark(forged)).status).toBe(401);
    } finally {
      server.close();
      await bench.close();
    }
  });
});

async function openSecond({ emulator }: ChatBench) {
  const { createLarkAdapter } = await import("../../extensions/chat-sdk/index.ts");
  const { appId, appSecret } = emulator.app;
  return createLarkAdapter({ appId, appSecret, domain: emulator.apiUrl });
}
