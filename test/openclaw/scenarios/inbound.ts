import { expect, it } from "vitest";
import { answersAfter, answerText, ask, settled, until } from "../support/conversation.ts";
import { HOOK_APP, LIVE_APP, MAIN_APP, PROXIED_APP } from "../support/host-config.ts";
import type { World } from "../support/world.ts";

/** What people and Feishu send in, and what becomes of it. Each test leaves the world as it found it. */
export function inboundScenarios(world: () => World): void {
  const group = (): string =>
    world()
      .emulator.store.chats.all()
      .find((chat) => chat.type === "group")?.chatId ?? "";
  const lastCall = (): string => world().model.calls.at(-1)?.body ?? "";

  it("[B17] ignores a proxy of the environment, and [B22] takes an account's own for calls and long connection", async () => {
    const { emulator, home, proxy } = world();
    expect(home.env).toMatchObject({ HTTP_PROXY: expect.stringContaining("127.0.0.1") });
    // The account's host is a name that only its proxy knows.
    const before = proxy.uses;
    expect(before).toBeGreaterThan(1);
    expect(answerText(await ask(world(), { appId: PROXIED_APP.appId, text: "hello" }))).toBe("OK");
    expect(emulator.connections().map(({ appId }) => appId)).toContain(PROXIED_APP.appId);
  }, 60_000);

  it("[A11] takes messages and presses by webhook, its secrets looked up by the host, and refuses forged requests", async () => {
    const { emulator, home } = world();
    const [card] = await ask(world(), { appId: HOOK_APP.appId, text: "hello" });
    expect(answerText(card === undefined ? [] : [card])).toBe("OK");
    const pressed = await emulator.clickAs({ messageId: card?.messageId ?? "", elementId: "after0" });
    expect(pressed.toast?.type).toBe("success");
    const sent = { chatId: emulator.directChatId(undefined, HOOK_APP.appId), messageId: card?.messageId ?? "" };
    expect(answerText(await settled(world(), sent, "the answer to Regenerate"))).toBe("OK");
    const url = emulator.store.apps.get(HOOK_APP.appId)?.webhook?.url ?? "";
    const forged = { schema: "2.0", header: { event_id: "e", event_type: "im.message.receive_v1", token: "guess" } };
    const headers = {
      "x-lark-request-timestamp": String(Math.floor(Date.now() / 1000)),
      "x-lark-request-nonce": "nonce",
      "x-lark-signature": "0".repeat(64),
    };
    const statuses = await Promise.all(
      [forged, { encrypt: Buffer.from("not encrypted with the key").toString("base64") }].map(async (body) => {
        const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
        return response.status;
      }),
    );
    expect(statuses).toEqual([401, 401]);
    expect((await fetch(url.replace("events", "other"), { method: "POST" })).status).toBe(404);
    const to = `chat:${sent.chatId}`;
    const cli = await home.cli(
      "message",
      "send",
      "--channel",
      "feishu",
      "--account",
      "hook",
      "--target",
      to,
      "--message",
      "from the shell",
    );
    expect(cli.code, cli.stderr).toBe(0);
    expect(emulator.visibleTexts(sent.chatId).at(-1)?.text).toBe("from the shell");
  }, 90_000);

  it("[A11] reads rich text, stickers, voice, forwarded messages and quoted cards", async () => {
    const { emulator, model } = world();
    const post = {
      zh_cn: {
        title: "Plan",
        content: [
          [
            { tag: "text", text: "bold", style: ["bold"] },
            { tag: "a", text: "page", href: "https://example.com/" },
          ],
        ],
      },
    };
    await ask(world(), { post });
    expect(model.calls.at(-1)?.prompt).toContain("**Plan**");
    expect(model.calls.at(-1)?.prompt).toContain("**bold**[page](https://example.com/)");
    await ask(world(), { other: { msgType: "sticker", content: { file_key: "v3_sticker" } } });
    expect(model.calls.at(-1)?.prompt).toContain("[sticker]");
    const { key } = emulator.uploadAsUser({
      kind: "file",
      name: "voice.opus",
      data: new TextEncoder().encode("OggS voice"),
    });
    await ask(world(), { other: { msgType: "audio", content: { file_key: key, duration: 2000 } } });
    expect(model.calls.at(-1)?.prompt).toContain("[audio: 2 s]");
    const parts = ["one of two", "two of two"].map(
      (text) => emulator.sendAsUser({ from: "小红", chatId: group(), text }).messageId,
    );
    await ask(world(), { forward: parts });
    expect(model.calls.at(-1)?.prompt).toMatch(/one of two[\s\S]*two of two/u);
    model.script("the code", { steps: [{ text: "The code is 4711." }] });
    const theirs = await ask(world(), {
      chatId: group(),
      appId: LIVE_APP.appId,
      text: "the code",
      mentionBot: LIVE_APP.appId,
    });
    expect(lastCall()).toContain("the code");
    await ask(world(), {
      chatId: group(),
      text: "what is this?",
      mentionBot: MAIN_APP.appId,
      replyTo: theirs[0]?.messageId,
    });
    expect(lastCall()).toContain("what is this?");
    expect(lastCall()).toContain("The code is 4711.");
  }, 90_000);

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
