import { expect, it } from "vitest";
import { opusFile } from "../../support/samples/media-files.ts";
import { answersAfter, answerText, ask, settled, until } from "../support/conversation.ts";
import { addGroup } from "../support/feishu.ts";
import { HOOK_APP, MAIN_APP } from "../support/host-config.ts";
import type { World } from "../support/world.ts";

/** Several people at once, and turns that the host does not end. */
export function peopleScenarios(world: () => World): void {
  const lastPrompt = (): string => world().model.calls.at(-1)?.prompt ?? "";
  const lastCall = (): string => world().model.calls.at(-1)?.body ?? "";
  const toBot = { mentionBot: MAIN_APP.appId };

  it("[E7] three people in a group: who speaks, a bare mention, a topic, a forward, a voice message", async () => {
    const { emulator } = world();
    const [first] = emulator.store.users.all();
    if (first === undefined) throw new Error("nobody is there");
    const eve = { ...first, userId: "eve", unionId: "on_0123456789abcdef0123456789abcdef", name: "小李" };
    emulator.store.users.add(eve, emulator.store.apps.keys());
    const chatId = await addGroup(emulator, "people", [MAIN_APP.appId]);
    await ask(world(), { chatId, from: "小红", text: "I like tea", ...toBot });
    expect(lastCall()).toContain("小红");
    await ask(world(), { chatId, from: "小李", text: "", ...toBot });
    expect(lastPrompt()).toContain("(小李 mentioned you without writing anything else)");
    const root = emulator.sendAsUser({ chatId, from: "小李", text: "Deploys are slow" });
    const inTopic = { chatId, from: "小明", text: "why?", replyTo: root.messageId, inThread: true, ...toBot };
    const [answer] = await ask(world(), inTopic);
    expect(lastCall()).toContain("Deploys are slow");
    expect(answer?.threadId).toBe(emulator.store.messages.get(root.messageId)?.threadId);
    const parts = ["小明", "小红"].map((from) => emulator.sendAsUser({ chatId, from, text: `said by ${from}` }));
    await ask(world(), { from: "小李", forward: parts.map(({ messageId }) => messageId) });
    expect(lastPrompt()).toContain("小明: said by 小明\n\n小红: said by 小红");
    const voice = emulator.uploadAsUser({ kind: "file", name: "v.opus", data: new Uint8Array(opusFile(2_600)) });
    await ask(world(), {
      from: "小李",
      other: { msgType: "audio", content: { file_key: voice.key, duration: 2_600 } },
    });
    expect(lastPrompt()).toContain("[audio: 2.6 s]");
  }, 180_000);

  it("[E7] a question that waits is taken back and never asked; /stop in a reply to the card ends it and asks nothing", async () => {
    const { emulator, model } = world();
    const before = model.calls.length;
    const story = emulator.sendAsUser({ text: "say slowly" });
    await until(() => answerText(answersAfter(emulator, story)).includes("Half of it"), 60_000, "half an answer");
    const waiting = emulator.sendAsUser({ text: "nobody needs this" });
    const isTyping = (): boolean => (emulator.store.messages.get(waiting.messageId)?.reactions.length ?? 0) > 0;
    await until(isTyping, 60_000, "the second question to be taken");
    emulator.recallAsUser({ messageId: waiting.messageId });
    const [card] = answersAfter(emulator, story);
    emulator.sendAsUser({ text: "/stop", replyTo: card?.messageId });
    await until(() => answersAfter(emulator, story)[0]?.streaming === false, 60_000, "the card to be closed");
    await settled(world(), story, "the end of it");
    const prompts = model.calls.slice(before).map(({ prompt }) => prompt);
    expect(prompts.some((prompt) => /nobody needs this|\/stop/u.test(prompt))).toBe(false);
    expect(answersAfter(emulator, story)[0]?.text).toContain("Half of it");
  }, 180_000);

  it("[E9] a turn that falls silent has its card closed with a note, and goes on in a next one", async () => {
    const { emulator, model } = world();
    model.script("say and pause", { steps: [{ text: "First part. " }, { waitMs: 15_000 }, { text: "Second part." }] });
    const sent = emulator.sendAsUser({ appId: HOOK_APP.appId, text: "say and pause" });
    const shown = (): ReturnType<typeof answersAfter> => answersAfter(emulator, sent);
    const isClosed = (): boolean =>
      shown()[0]?.streaming === false && shown()[0]?.text.includes("First part.") === true;
    await until(isClosed, 60_000, "the silent card to be closed");
    expect(shown()).toHaveLength(1);
    expect(shown()[0]?.text).toMatch(/Nothing more for 4 s/u);
    await until(() => shown().some(({ text }) => text.includes("Second part.")), 60_000, "the rest");
    const cards = await settled(world(), sent, "the end of the answer");
    expect(cards).toHaveLength(2);
    expect(answerText(cards).replaceAll(/\s+/gu, " ")).toBe("First part.Second part.");
  }, 180_000);
}
