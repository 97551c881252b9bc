import { afterEach, describe, expect, it } from "vitest";
import { LoggerLevel, createLarkChannel } from "@larksuiteoapi/node-sdk";
import type { LarkChannel } from "@larksuiteoapi/node-sdk";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator, StartOptions } from "../../../src/emulator/index.ts";
import { until } from "../until.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

let nextApp = 0;

/** Every test has an app id of its own: the SDK's clients share one cache of tokens by app id. */
async function start(
  options: StartOptions = {},
  channel: object = {},
): Promise<{ emulator: Emulator; channel: LarkChannel; chatId: string }> {
  nextApp += 1;
  const emulator = await startEmulator({
    ...options,
    apps: [{ name: "bot", appId: `cli_${nextApp.toString(16).padStart(16, "c")}` }],
  });
  closers.push(() => emulator.close());
  const { appId, appSecret } = emulator.app;
  const made = createLarkChannel({
    appId,
    appSecret,
    domain: emulator.apiUrl,
    loggerLevel: LoggerLevel.fatal,
    ...channel,
  });
  closers.push(() => made.disconnect());
  await made.connect();
  return { emulator, channel: made, chatId: emulator.directChatId() };
}

describe("the official SDK's createLarkChannel", () => {
  it("[D10] receives a message and answers it in every form", async () => {
    const { emulator, channel, chatId } = await start();
    const received: string[] = [];
    channel.on("message", async (message) => {
      received.push(message.content);
      await channel.send(message.chatId, { markdown: "**hello**" }, { replyTo: message.messageId });
    });
    emulator.sendAsUser({ text: "hi" });
    await until(() => received.length === 1 && emulator.visibleTexts(chatId).length === 2);
    await channel.send(chatId, { text: "plain" });
    await channel.send(chatId, { card: { schema: "2.0", body: { elements: [{ tag: "markdown", content: "card" }] } } });
    expect(received).toEqual(["hi"]);
    expect(emulator.visibleTexts(chatId).map((one) => [one.kind, one.text])).toEqual([
      ["text", "hi"],
      ["post", "**hello**"],
      ["text", "plain"],
      ["card", "card"],
    ]);
  });

  it("[D10] streams Markdown into a card that ends complete and no longer streams", async () => {
    const { emulator, channel, chatId } = await start();
    const words = "流式 Markdown **卡片** 一个字一个字地出来。".repeat(5);
    await channel.stream(chatId, {
      markdown: async (controller) => {
        for (let i = 20; i < words.length + 20; i += 20) await controller.setContent(words.slice(0, i));
      },
    });
    expect(emulator.visibleTexts(chatId)).toMatchObject([{ kind: "card", text: words, streaming: false }]);
    expect(emulator.timeline.find({ operation: "element.content" }).every((entry) => entry.code === 0)).toBe(true);
  });

  it("rolls over to a new card when a text grows too long", async () => {
    const { emulator, channel, chatId } = await start(
      { world: { cardLimitWhileStreaming: "free" } },
      { outbound: { streamMaxElementChars: 500, streamThrottleMs: 10 } },
    );
    const paragraph = `${"word ".repeat(60).trim()}\n\n`;
    await channel.stream(chatId, {
      markdown: async (controller) => {
        for (let i = 0; i < 4; i++) await controller.append(`${i} ${paragraph}`);
      },
    });
    const cards = emulator.visibleTexts(chatId);
    expect(cards.length).toBeGreaterThan(1);
    for (let i = 0; i < 4; i++) expect(cards.filter((card) => card.text.includes(`${i} word`))).toHaveLength(1);
  });

  it("takes card actions, reactions and media", async () => {
    const { emulator, channel, chatId } = await start();
    const actions: unknown[] = [];
    channel.on("cardAction", (event) => void actions.push(event.action.value));
    const button = {
      tag: "button",
      element_id: "b",
      text: { tag: "plain_text", content: "Go" },
      behaviors: [{ type: "callback", value: { n: 1 } }],
    };
    const sent = await channel.send(chatId, { card: { schema: "2.0", body: { elements: [button] } } });
    expect(await emulator.clickAs({ messageId: sent.messageId, elementId: "b" })).toMatchObject({ status: "ok" });
    await until(() => actions.length === 1);
    expect(actions).toEqual([{ n: 1 }]);
    await channel.addReaction(sent.messageId, "OK");
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    await channel.send(chatId, { image: { source: png } });
    expect(emulator.store.messages.get(sent.messageId)?.reactions).toMatchObject([{ emoji: "OK" }]);
    expect(emulator.visibleTexts(chatId).map((one) => one.kind)).toEqual(["card", "image"]);
  });
});
