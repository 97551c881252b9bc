import { expect, it } from "vitest";
import { answersAfter, answerText, settled } from "../support/conversation.ts";
import { MAIN_APP } from "../support/world.ts";
import type { World } from "../support/world.ts";

/** What people and Feishu send in, and what becomes of it. Each test leaves the world as it found it. */
export function inboundScenarios(world: () => World): void {
  const group = (): string =>
    world()
      .emulator.store.chats.all()
      .find((chat) => chat.type === "group")?.chatId ?? "";

  it("does not take a call to everybody for a call to the bot, but remembers it", async () => {
    const { emulator, model } = world();
    const toAll = emulator.sendAsUser({ chatId: group(), text: "the release is today", mentionAll: true });
    const sent = emulator.sendAsUser({ chatId: group(), text: "what did I say?", mentionBot: MAIN_APP.appId });
    const answers = await settled(world(), sent, "an answer in the group");
    expect(answersAfter(emulator, toAll).map((answer) => answer.parentId)).toEqual([sent.messageId]);
    expect(answerText(answers)).toBe("OK");
    expect(model.calls.at(-1)?.body).toContain("the release is today");
  }, 60_000);
}
