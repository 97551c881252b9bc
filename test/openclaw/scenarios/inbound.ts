import { expect, it } from "vitest";
import { answersAfter, answerText, ask, settled, until } from "../support/conversation.ts";
import { addGroup, sendAsBot, theGroup } from "../support/feishu.ts";
import { HOOK_APP, LIVE_APP, MAIN_APP, PROXIED_APP } from "../support/host-config.ts";
import type { World } from "../support/world.ts";

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkqPj/HwAEgQKAtgSfGgAAAABJRU5ErkJggg==",
  "base64",
);

/** What people say and do, and what the agent gets to know of it. */
export function inboundScenarios(world: () => World): void {
  const lastPrompt = (): string => world().model.calls.at(-1)?.prompt ?? "";
  const lastCall = (): string => world().model.calls.at(-1)?.body ?? "";

  it("[A11] reads rich text, stickers, voice, forwarded messages and quoted cards", async () => {
    const { emulator, model } = world();
    const group = theGroup(emulator);
    const line = [
      { tag: "text", text: "bold", style: ["bold"] },
      { tag: "a", text: "page", href: "https://example.com/" },
    ];
    await ask(world(), { post: { zh_cn: { title: "Plan", content: [line] } } });
    expect(lastPrompt()).toContain("**Plan**\n\n**bold**[page](https://example.com/)");
    await ask(world(), { other: { msgType: "sticker", content: { file_key: "v3_sticker" } } });
    expect(lastPrompt()).toMatch(/\[sticker\]$/u);
    const voice = emulator.uploadAsUser({ kind: "file", name: "voice.opus", data: new TextEncoder().encode("OggS") });
    await ask(world(), { other: { msgType: "audio", content: { file_key: voice.key, duration: 2000 } } });
    expect(lastPrompt()).toMatch(/media attached: \S*\.opus \(audio\/opus\)[\s\S]*\[audio: 2 s\]/u);
    const forward = ["one of two", "two of two"].map((text) =>
      emulator.sendAsUser({ from: "小红", chatId: group, text }),
    );
    await ask(world(), { forward: forward.map(({ messageId }) => messageId) });
    expect(lastPrompt()).toContain("小红: one of two\n\n小红: two of two");
    model.script("the code", { steps: [{ text: "The code is 4711." }] });
    const [theirs] = await ask(world(), { chatId: group, text: "the code", mentionBot: LIVE_APP.appId });
    const question = { chatId: group, text: "what is this?", mentionBot: MAIN_APP.appId };
    await ask(world(), { ...question, replyTo: theirs?.messageId });
    expect(lastCall()).toContain("The code is 4711.");
  }, 90_000);

  it("[A11] opens a quoted image, also when it answers again, and says which files it did not get", async () => {
    const { emulator, model } = world();
    const { key } = emulator.uploadAsUser({ kind: "image", name: "in.png", data: new Uint8Array(PIXEL) });
    const group = theGroup(emulator);
    const image = emulator.sendAsUser({ chatId: group, imageKey: key });
    const question = { chatId: group, text: "what is in it?", mentionBot: MAIN_APP.appId };
    const [card] = await ask(world(), { ...question, replyTo: image.messageId });
    const messageId = card?.messageId ?? "";
    const images = (): number => lastCall().match(/data:image\/png/gu)?.length ?? 0;
    expect(images()).toBe(1);
    const calls = model.calls.length;
    await emulator.clickAs({ messageId, elementId: "after0" });
    await settled(world(), { chatId: group, messageId }, "the second answer");
    expect(model.calls.length).toBeGreaterThan(calls);
    expect(images()).toBe(1);
    const { appId } = HOOK_APP;
    for (const [name, bytes] of [["small.txt", 100] as const, ["big.txt", 20_000] as const]) {
      const file = emulator.uploadAsUser({ kind: "file", name, data: new Uint8Array(bytes).fill(97) });
      await ask(world(), { appId, fileKey: file.key });
      if (name === "small.txt") expect(lastPrompt()).toMatch(/media attached: \S*small\S*\.txt/u);
      else expect(lastPrompt()).toContain("[big.txt not received: 0.02 MB, more than the 0.01 MB allowed]");
    }
  }, 90_000);

  it("does not take a call to everybody for a call to the bot, but remembers it", async () => {
    const { emulator } = world();
    const group = theGroup(emulator);
    const toAll = emulator.sendAsUser({ chatId: group, text: "the release is today", mentionAll: true });
    const sent = emulator.sendAsUser({ chatId: group, text: "what did I say?", mentionBot: MAIN_APP.appId });
    const answers = await settled(world(), sent, "an answer in the group");
    expect(answersAfter(emulator, toAll).map((answer) => answer.parentId)).toEqual([sent.messageId]);
    expect(answerText(answers)).toBe("OK");
    expect(lastCall()).toContain("the release is today");
  }, 60_000);

  it("[A11] tells the agent of emoji: on its own messages, on everybody's, or not at all", async () => {
    const { emulator } = world();
    const group = theGroup(emulator);
    const react = async (messageId: string, emoji: string, from = "小红"): Promise<void> => {
      const { length } = emulator.timeline.entries();
      emulator.reactAsUser({ from, messageId, emoji });
      await until(
        () => emulator.timeline.entries().slice(length).filter(isReactionTaken).length > 0,
        10_000,
        "the reaction to be heard of",
      );
    };
    const hear = async (whom: object): Promise<string> => {
      await ask(world(), { ...whom, text: "anything new?" });
      return lastCall();
    };
    const theirs = emulator.sendAsUser({ chatId: group, text: "lunch at one" });
    const [own] = await ask(world(), { chatId: group, text: "hello", mentionBot: MAIN_APP.appId });
    await react(theirs.messageId, "HEART");
    await react(own?.messageId ?? "", "THUMBSUP");
    const main = await hear({ chatId: group, mentionBot: MAIN_APP.appId });
    expect(main).toMatch(/reaction added: THUMBSUP by 小红 on your message/u);
    expect(main).not.toContain("reaction added: HEART");
    // Another agent, so another session of the same group.
    const all = await hear({ chatId: group, mentionBot: PROXIED_APP.appId });
    expect(all).toMatch(/reaction added: HEART by 小红 on a message \S+ \(\\+"lunch at one/u);
    expect(all).toMatch(/reaction added: THUMBSUP by 小红 on a message/u);
    const { appId } = HOOK_APP;
    const [quiet] = await ask(world(), { appId, text: "hello" });
    await react(quiet?.messageId ?? "", "SMILE", "小明");
    expect(await hear({ appId })).not.toContain("reaction added");
  }, 90_000);

  it("answers only in the groups it is allowed in", async () => {
    const { emulator } = world();
    const elsewhere = await addGroup(emulator, "Elsewhere", [MAIN_APP.appId, PROXIED_APP.appId]);
    const refused = emulator.sendAsUser({ chatId: elsewhere, text: "and you?", mentionBot: PROXIED_APP.appId });
    await ask(world(), { chatId: elsewhere, text: "and you?", mentionBot: MAIN_APP.appId });
    expect(answersAfter(emulator, refused)).toHaveLength(1);
    const allowed = { chatId: theGroup(emulator), text: "and you?", mentionBot: PROXIED_APP.appId };
    expect(answerText(await ask(world(), allowed))).toBe("OK");
  }, 60_000);

  it("hears other bots only where the config says so, and not for ever", async () => {
    const { emulator } = world();
    const group = theGroup(emulator);
    const answersOf = (sent: { chatId: string; messageId: string }): unknown[] =>
      answersAfter(emulator, sent).flatMap(({ messageId }) => {
        const sender = emulator.store.messages.get(messageId)?.sender;
        return sender?.type === "app" && sender.appId !== LIVE_APP.appId ? [sender.appId] : [];
      });
    const say = async (to: { appId: string }): Promise<{ chatId: string; messageId: string }> => {
      const app = emulator.store.apps.get(to.appId);
      app?.scopes.add("im:message.group_at_msg.include_bot:readonly");
      return sendAsBot(emulator, LIVE_APP, group, `<at user_id="${app?.botOpenId}">bot</at> your turn`);
    };
    const first = await say(MAIN_APP);
    for (const answers of [1, 2]) {
      const sent = await say(PROXIED_APP);
      await settled(world(), sent, `answer ${answers} to a bot`);
    }
    const last = await say(PROXIED_APP);
    await ask(world(), { chatId: group, text: "and a person", mentionBot: PROXIED_APP.appId });
    expect(answersOf(first)).toEqual(Array.from({ length: 3 }, () => PROXIED_APP.appId));
    expect(answersOf(last)).toHaveLength(1);
  }, 90_000);
}

const isReactionTaken = ({ operation, outcome }: { operation: string; outcome: string }): boolean =>
  operation === "event.im.message.reaction.created_v1" && outcome === "answered";
