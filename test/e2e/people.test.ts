import { expect, it } from "vitest";
import type { ChatModel, TurnRequest } from "../../src/llm/index.ts";
import { toEmulatorAccount } from "../../src/cli/emulator/emulator-account.ts";
import { startE2e } from "../support/e2e.ts";
import type { E2e } from "../support/e2e.ts";
import { opusFile } from "../support/samples/media-files.ts";

const usage = {
  inputTokens: 1,
  outputTokens: 1,
  totalTokens: 2,
  reasoningTokens: undefined,
  cachedInputTokens: undefined,
};

/** A model that notes what it is asked; it writes on and on when asked for a story, until it is stopped. */
function listeningModel(): { model: ChatModel; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    model: {
      provider: "test",
      model: "listening",
      async *streamTurn({ messages, signal }: TurnRequest) {
        const question = messages.at(-1)?.content ?? "";
        asked.push(question);
        yield { type: "start-step", step: 0 };
        yield { type: "text-delta", text: `Heard ${asked.length}. ` };
        for (let i = 0; question.includes("story"); i++) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          if (signal?.aborted === true) throw signal.reason;
          yield { type: "text-delta", text: `word${i} ` };
        }
        yield { type: "finish-step", finishReason: "stop", usage };
        yield { type: "finish", finishReason: "stop", usage };
      },
      async close() {},
    },
  };
}

/** The group, with a third person in it. */
function groupOf({ emulator }: E2e): { chatId: string; people: [string, string, string] } {
  const group = emulator.store.chats.all().find((chat) => chat.type === "group");
  const [first, second] = emulator.store.users.all();
  if (group === undefined || first === undefined || second === undefined) throw new Error("no group of two");
  const third = { ...first, userId: "eve", unionId: "on_0123456789abcdef0123456789abcdef", name: "小李" };
  emulator.store.users.add(third, emulator.store.apps.keys());
  group.members.add(third.userId);
  return { chatId: group.chatId, people: [first.name, second.name, third.name] };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 2_000 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isSo()).toBe(true);
}

it("[E7] three people in a group: a topic, a forward, a voice message, a question taken back, and /stop in a reply", async () => {
  const { model, asked } = listeningModel();
  const e2e = await startE2e({
    model,
    config: { language: "en" },
    accounts: (emulator) => [toEmulatorAccount(emulator, { requireMention: false })],
  });
  const { emulator } = e2e;
  // The bot hears everything that is said in the group.
  emulator.app.scopes.add("im:message.group_msg");
  try {
    const { chatId, people } = groupOf(e2e);
    const [ann, bob, eve] = people;

    // Who speaks.
    await e2e.ask({ chatId, from: ann, text: "I like tea.", mentionBot: true });
    await e2e.ask({ chatId, from: bob, text: "And I?", mentionBot: true });
    expect(asked).toEqual([`${ann}: I like tea.`, `${bob}: And I?`]);

    // A topic: its first message comes along once, the one that is answered as well.
    const post = { title: "", content: [[{ tag: "text", text: "Deploys are slow" }]] };
    const root = emulator.sendAsUser({ chatId, from: eve, post });
    await until(() => asked.length === 3);
    const inTopic = await e2e.ask({
      chatId,
      from: ann,
      text: "why?",
      mentionBot: true,
      replyTo: root.messageId,
      inThread: true,
    });
    expect(asked.at(-1)).toBe(`> ${eve}: Deploys are slow\n\n${ann}: why?`);
    const threadId = emulator.store.messages.get(inTopic.messageId)?.threadId;
    expect(threadId).toBeDefined();
    await e2e.ask({ chatId, from: bob, text: "and now?", mentionBot: true, threadId });
    expect(asked.at(-1)).toBe(`${bob}: and now?`);
    expect(inTopic.shown.every(({ messageId }) => emulator.store.messages.get(messageId)?.threadId === threadId)).toBe(
      true,
    );

    // A forward, in the order of time.
    const parts = [ann, bob].map((from, i) => emulator.sendAsUser({ from, text: `part ${i}` }).messageId);
    await until(() => asked.length === 7);
    await e2e.ask({ chatId, from: eve, forward: parts });
    expect(asked.at(-1)).toBe(`${eve}: ${ann}: part 0\n\n${bob}: part 1`);

    // A voice message.
    const { key } = emulator.uploadAsUser({ kind: "file", name: "voice.opus", data: new Uint8Array(opusFile(2_600)) });
    await e2e.ask({ chatId, from: ann, other: { msgType: "audio", content: { file_key: key, duration: 2_600 } } });
    expect(asked.at(-1)).toBe(`${ann}: [audio: 2.6 s]`);

    // A bare mention, and a command behind the mention of all.
    await e2e.ask({ chatId, from: bob, text: "", mentionBot: true });
    expect(asked.at(-1)).toBe(`(${bob} mentioned you without writing anything else)`);
    const before = asked.length;
    emulator.sendAsUser({ chatId, from: bob, text: "/status", mentionBot: true, mentionAll: true });
    await until(() => emulator.visibleTexts(chatId).some(({ text }) => text.startsWith("Model: ")));
    expect(asked).toHaveLength(before);

    // A question that waits is taken back, and the one that is answered is stopped by a reply to its card.
    const story = await e2e.begin({ chatId, from: ann, text: "Tell me a story", mentionBot: true });
    const waiting = emulator.sendAsUser({ chatId, from: bob, text: "Nobody needs this", mentionBot: true });
    await until(() => emulator.timeline.find({ operation: "reaction.create" }).length > 0);
    emulator.recallAsUser({ messageId: waiting.messageId });
    await until(() => e2e.shownAfter(chatId, story.messageId).some(({ text }) => text.includes("word3")));
    const card = e2e.shownAfter(chatId, story.messageId)[0];
    const stranger = emulator.sendAsUser({ chatId, from: eve, text: "/stop", replyTo: card?.messageId });
    await until(() =>
      e2e.shownAfter(chatId, stranger.messageId).some(({ text }) => text.includes("Only the person who asked")),
    );
    emulator.sendAsUser({ chatId, from: ann, text: "/stop", replyTo: card?.messageId });
    const stopped = await story.answered;
    await e2e.host.idle();
    expect(stopped.result).toMatchObject({ end: "stopped", code: "stopped" });
    expect(stopped.shown[0]?.text).toContain(`Stopped by ${ann}`);
    expect(asked.at(-1)).toBe(`${ann}: Tell me a story`);
    expect(asked).toHaveLength(before + 1);

    // Nothing was refused but for coming too fast, and nobody is called by an id.
    const codes = emulator.timeline.entries().map(({ code }) => code ?? 0);
    expect(codes.filter((code) => code !== 0 && code !== 230_020)).toEqual([]);
    expect(asked.join("\n")).not.toMatch(/ou_[\da-f]{8}/u);
  } finally {
    await e2e.close();
  }
});

it("[E7] a question that is taken back while it is answered: the answer goes to the chat, and Feishu refuses once", async () => {
  const { model } = listeningModel();
  const e2e = await startE2e({ model, config: { language: "en" } });
  const { emulator } = e2e;
  try {
    const { chatId } = groupOf(e2e);
    emulator.latencyMs = 100;
    const question = await e2e.begin({ chatId, text: "What is on today?", mentionBot: true });
    emulator.recallAsUser({ messageId: question.messageId });
    const { result } = await question.answered;
    expect(result).toMatchObject({ end: "finished", delivery: { delivered: result.text.length } });
    const own = emulator.visibleTexts(chatId).filter(({ sender }) => sender === "app");
    expect(own.map(({ text }) => text).join("")).toContain("Heard 1.");
    const refused = emulator.timeline.entries().filter(({ code }) => code !== undefined && code !== 0);
    expect(refused.map(({ operation }) => operation).length).toBeLessThanOrEqual(1);
    // The same for a command.
    const status = emulator.sendAsUser({ chatId, text: "/status", mentionBot: true });
    emulator.recallAsUser({ messageId: status.messageId });
    await until(() => emulator.visibleTexts(chatId).some(({ text }) => text.startsWith("Model: ")));
  } finally {
    await e2e.close();
  }
});

it("[E7] a bot that is removed in the middle of its answer ends it at once and says why", async () => {
  const { model } = listeningModel();
  const e2e = await startE2e({ model, config: { language: "en" } });
  const { emulator } = e2e;
  try {
    const { chatId } = groupOf(e2e);
    const question = await e2e.begin({ chatId, text: "Tell me a story", mentionBot: true });
    await until(() => e2e.shownAfter(chatId, question.messageId).some(({ text }) => text.includes("word3")));
    const removed = await emulator.fetch(`${emulator.apiUrl}/emulator/chats/${chatId}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${emulator.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ removeApps: [emulator.app.appId] }),
    });
    expect(removed.status).toBe(200);
    const { result } = await question.answered;
    expect(result).toMatchObject({ end: "failed", code: "chat-lost" });
    expect(result.text).toContain("word3");
  } finally {
    await e2e.close();
  }
});

it("[E7] a question that waits is asked as it stands when its turn comes, and not at all when it was taken back unheard", async () => {
  const { model, asked } = listeningModel();
  const e2e = await startE2e({ model, config: { language: "en" } });
  const { emulator } = e2e;
  try {
    const { chatId } = groupOf(e2e);
    const story = await e2e.begin({ chatId, text: "Tell me a story", mentionBot: true });
    const edited = emulator.sendAsUser({ chatId, text: "What is 2 + 3?", mentionBot: true });
    const lost = emulator.sendAsUser({ chatId, text: "Nobody needs this", mentionBot: true });
    const same = emulator.sendAsUser({ chatId, text: "And this?", mentionBot: true });
    await until(() => emulator.timeline.find({ operation: "reaction.create" }).length === 3);
    emulator.editAsUser({
      messageId: edited.messageId,
      text: `<at user_id="${emulator.app.botOpenId}">bot</at> What is 2 + 2?`,
    });
    // Feishu brings no event for an edit, and an event may be lost.
    const message = emulator.store.messages.get(lost.messageId);
    if (message !== undefined) message.recalled = true;
    await until(() => e2e.shownAfter(chatId, story.messageId).some(({ text }) => text.includes("word3")));
    const [card] = e2e.shownAfter(chatId, story.messageId);
    await emulator.clickAs({ messageId: card?.messageId ?? "", elementId: "stop" });
    await story.answered;
    await until(() => asked.length === 3);
    await e2e.host.idle();
    const [, second, third] = asked.map((question) => question.split(": ").at(-1));
    expect([second, third]).toEqual(["What is 2 + 2?", "And this?"]);
    expect(emulator.store.messages.get(same.messageId)?.reactions).toEqual([]);
  } finally {
    await e2e.close();
  }
});

it("[E7] a topic that is deleted while its question is answered: the whole answer goes to the chat, and Feishu refuses once", async () => {
  const { model } = listeningModel();
  const e2e = await startE2e({ model, config: { language: "en" } });
  const { emulator } = e2e;
  try {
    const { chatId, people } = groupOf(e2e);
    const root = emulator.sendAsUser({ chatId, from: people[0], text: "Deploys are slow" });
    emulator.faults.add({ operation: "message.reply", effect: { type: "code", code: 230_019 } });
    const inTopic = { chatId, text: "why?", mentionBot: true, replyTo: root.messageId, inThread: true };
    const { result, messageId } = await e2e.ask(inTopic);
    expect(result).toMatchObject({ end: "finished", delivery: { delivered: result.text.length } });
    const shown = e2e.shownAfter(chatId, messageId);
    expect(shown.map(({ text }) => text).join("")).toContain("Heard 1.");
    expect(shown.map(({ threadId }) => threadId)).toEqual([undefined]);
    const codes = emulator.timeline.entries().map(({ code }) => code ?? 0);
    expect(codes.filter((code) => code !== 0)).toEqual([230_019]);
  } finally {
    await e2e.close();
  }
});
