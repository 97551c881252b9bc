import { beforeEach, describe, expect, it } from "vitest";
import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import type { FeishuClient } from "../../../extensions/feishu/client/index.ts";
import {
  addCardElementsFeishu,
  addReactionFeishu,
  batchUpdateCardFeishu,
  convertMessageIdToCardIdFeishu,
  createCardEntityFeishu,
  deleteCardElementFeishu,
  deleteReactionFeishu,
  downloadResourceFeishu,
  editMessageFeishu,
  getBotInfoFeishu,
  getMessageFeishu,
  listChatsFeishu,
  listMessagesFeishu,
  patchCardElementFeishu,
  patchCardMessageFeishu,
  recallMessageFeishu,
  replaceCardElementFeishu,
  sendAudioFeishu,
  sendCardEntityFeishu,
  sendCardFeishu,
  sendFileFeishu,
  sendImageFeishu,
  sendPostFeishu,
  sendStreamingCardFeishu,
  sendTextFeishu,
  setCardStreamingModeFeishu,
  streamUpdateCardElementFeishu,
  updateCardEntityFeishu,
  uploadFileFeishu,
  uploadImageFeishu,
} from "../../../extensions/feishu/send.ts";
import { createEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { rejection } from "../recording-fetch.ts";
import { typeByHand } from "./card-by-hand.ts";

const PNG = new Uint8Array(
  Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
);

function cardOf(text: string, streaming = true) {
  return {
    schema: "2.0",
    config: { streaming_mode: streaming, update_multi: true },
    body: { elements: [{ tag: "markdown", element_id: "answer", content: text }] },
  };
}

describe("against the emulator, in virtual time", () => {
  let clock: FakeClock;
  let emulator: Emulator;
  let client: FeishuClient;
  let chatId: string;
  beforeEach(() => {
    clock = new FakeClock();
    emulator = createEmulator({ clock, seed: 1 });
    client = createFeishuClient({
      account: { appId: emulator.app.appId, appSecret: emulator.app.appSecret, domain: emulator.apiUrl },
      fetch: emulator.fetch,
      clock,
      logger: silentLogger,
      random: () => 0.5,
    });
    chatId = emulator.directChatId();
  });
  const toChat = () => ({ type: "chat", chatId }) as const;
  const visible = (): string[] => emulator.visibleTexts(chatId).map(({ text }) => text);

  it("[A1] the example of the documents types into a card and closes it", async () => {
    const messageId = await typeByHand(client, chatId);
    expect(emulator.visibleTexts(chatId)).toMatchObject([{ messageId, text: "One two **three**", streaming: false }]);
  });

  it("[B1][B2][B3][B4][B5][A3] create, send, stream, close and lay out one card", async () => {
    const { cardId } = await createCardEntityFeishu(client, { card: cardOf("…") });
    const sent = await sendCardEntityFeishu(client, { to: toChat(), cardId });
    expect(sent).toMatchObject({ chatId });
    await streamUpdateCardElementFeishu(client, {
      cardId,
      elementId: "answer",
      content: "Hello",
      sequence: 1,
      uuid: "a",
    });
    await streamUpdateCardElementFeishu(client, {
      cardId,
      elementId: "answer",
      content: "Hello world",
      sequence: 2,
      uuid: "b",
    });
    expect(visible()).toEqual(["Hello world"]);
    await setCardStreamingModeFeishu(client, { cardId, streaming: false, summary: "Hello", sequence: 3, uuid: "c" });
    expect(
      await rejection(
        streamUpdateCardElementFeishu(client, { cardId, elementId: "answer", content: "late", sequence: 4 }),
      ),
    ).toMatchObject({ kind: "streaming-closed" });
    await updateCardEntityFeishu(client, { cardId, card: cardOf("Hello world!", false), sequence: 5 });
    expect(visible()).toEqual(["Hello world!"]);
    expect(emulator.store.cards.get(cardId)).toMatchObject({ streaming: false, sequence: 5 });
  });

  it("[A1][A2] a card sent as JSON is streamed by the id behind its message, as a reply in its topic", async () => {
    const question = emulator.sendAsUser({ text: "hi" });
    const sent = await sendStreamingCardFeishu(client, {
      to: { type: "reply", messageId: question.messageId, inThread: true },
      elementId: "answer",
      text: "…",
    });
    expect(sent.threadId).toMatch(/^omt_/u);
    const { cardId } = await convertMessageIdToCardIdFeishu(client, { messageId: sent.messageId });
    await streamUpdateCardElementFeishu(client, { cardId, elementId: "answer", content: "… done", sequence: 1 });
    expect(visible().at(-1)).toBe("… done");
  });

  it("elements are added, replaced, patched, batched and deleted", async () => {
    const { cardId } = await createCardEntityFeishu(client, { card: cardOf("one") });
    const write = { cardId, sequence: 0 };
    const next = () => ({ ...write, sequence: (write.sequence += 1) });
    const markdown = (element_id: string, content: string) => ({ tag: "markdown", element_id, content });
    await addCardElementsFeishu(client, {
      ...next(),
      type: "insert_after",
      targetElementId: "answer",
      elements: [markdown("two", "two"), markdown("three", "three")],
    });
    await replaceCardElementFeishu(client, { ...next(), elementId: "two", element: markdown("two", "TWO") });
    await patchCardElementFeishu(client, { ...next(), elementId: "three", partialElement: { content: "THREE" } });
    await batchUpdateCardFeishu(client, {
      ...next(),
      actions: [
        { action: "partial_update_setting", params: { settings: { config: { streaming_mode: false } } } },
        { action: "add_elements", params: { type: "append", elements: [markdown("four", "four")] } },
      ],
    });
    await deleteCardElementFeishu(client, { ...next(), elementId: "answer" });
    await sendCardEntityFeishu(client, { to: toChat(), cardId });
    expect(visible()).toEqual(["TWO\nTHREE\nfour"]);
  });

  it("messages of every kind are sent, read, edited, patched, reacted to and recalled", async () => {
    const text = await sendTextFeishu(client, { to: toChat(), text: "first" });
    await editMessageFeishu(client, { messageId: text.messageId, text: "edited" });
    await sendPostFeishu(client, { to: toChat(), markdown: "**post**" });
    const card = await sendCardFeishu(client, { to: toChat(), card: cardOf("card", false) });
    await patchCardMessageFeishu(client, { messageId: card.messageId, card: cardOf("patched", false) });
    const { imageKey } = await uploadImageFeishu(client, { data: PNG });
    const image = await sendImageFeishu(client, { to: toChat(), imageKey });
    const { data, contentType } = await downloadResourceFeishu(client, {
      messageId: image.messageId,
      fileKey: imageKey,
      type: "image",
    });
    expect([Buffer.from(data).equals(PNG), contentType]).toEqual([true, "image/png"]);
    await clock.advance(2_000);
    const { fileKey } = await uploadFileFeishu(client, { data: Buffer.from("x"), fileName: "a.pdf" });
    await sendFileFeishu(client, { to: toChat(), fileKey });
    const opus = await uploadFileFeishu(client, { data: Buffer.from("OggS"), fileName: "a.opus", durationMs: 1_000 });
    await sendAudioFeishu(client, { to: toChat(), fileKey: opus.fileKey });
    const { reactionId } = await addReactionFeishu(client, { messageId: text.messageId, emojiType: "Typing" });
    await deleteReactionFeishu(client, { messageId: text.messageId, reactionId });
    const { items } = await listMessagesFeishu(client, { chatId, pageSize: 50 });
    expect(items.map(({ msgType }) => msgType)).toEqual(["text", "post", "interactive", "image", "file", "audio"]);
    const { message } = await getMessageFeishu(client, { messageId: card.messageId, fullCard: true });
    expect(message.content).toContain("patched");
    await recallMessageFeishu(client, { messageId: text.messageId });
    expect(visible()[0]).not.toContain("edited");
    expect(await getBotInfoFeishu(client)).toMatchObject({ openId: emulator.app.botOpenId });
    expect((await listChatsFeishu(client)).items.length).toBeGreaterThan(0);
  });

  it("a send repeated with its uuid after a lost answer posts once", async () => {
    emulator.faults.add({ operation: "message.create", effect: { type: "lost" }, count: 1 });
    const params = { to: toChat(), text: "once", uuid: "same" };
    expect(await clock.runUntil(rejection(sendTextFeishu(client, params)))).toMatchObject({
      name: "FeishuTransportError",
      maybeApplied: true,
    });
    await sendTextFeishu(client, params);
    expect(visible()).toEqual(["once"]);
  });

  it("a card write repeated with its uuid after a lost answer is known to be applied", async () => {
    emulator.world.checkFirst = "uuid";
    const { cardId } = await createCardEntityFeishu(client, { card: cardOf("…") });
    emulator.faults.add({ operation: "element.content", effect: { type: "lost" }, count: 1 });
    const params = { cardId, elementId: "answer", content: "… text", sequence: 1, uuid: "u1" };
    await clock.runUntil(rejection(streamUpdateCardElementFeishu(client, params)));
    expect(await rejection(streamUpdateCardElementFeishu(client, params))).toMatchObject({ kind: "duplicate" });
  });

  it.each<[string, Parameters<Emulator["faults"]["add"]>[0]["effect"], object]>([
    [
      "a rate limit",
      { type: "code", code: 99991400 },
      { kind: "rate-limited", httpStatus: 429, retryAfterMs: expect.any(Number) as number },
    ],
    [
      "a server error",
      { type: "http", status: 500, body: "json" },
      { name: expect.stringContaining("Feishu") as string },
    ],
    [
      "a gateway timeout",
      { type: "http", status: 504, body: "html" },
      { code: "bad-body", httpStatus: 504, maybeApplied: true },
    ],
    ["a reset", { type: "reset" }, { code: "network" }],
    ["no answer", { type: "hang" }, { code: "timeout" }],
    ["half an answer", { type: "truncated" }, { code: "bad-body", maybeApplied: true }],
    ["a closed stream", { type: "streaming-closed" }, { kind: "streaming-closed" }],
  ])("%s is what it is", async (_what, effect, expected) => {
    const { cardId } = await createCardEntityFeishu(client, { card: cardOf("…") });
    emulator.faults.add({ operation: "element.content", effect, count: 1 });
    const error = await clock.runUntil(
      rejection(streamUpdateCardElementFeishu(client, { cardId, elementId: "answer", content: "x", sequence: 1 })),
    );
    expect(error).toMatchObject(expected);
  });

  it("expired tokens are renewed unnoticed", async () => {
    await sendTextFeishu(client, { to: toChat(), text: "a" });
    emulator.expireTokens();
    await sendTextFeishu(client, { to: toChat(), text: "b" });
    await clock.advance(3 * 3_600_000);
    await sendTextFeishu(client, { to: toChat(), text: "c" });
    expect(visible()).toEqual(["a", "b", "c"]);
  });

  it("[A8] a missing scope says which, and where to grant it", async () => {
    emulator.app.scopes.delete("*");
    const error = await rejection(createCardEntityFeishu(client, { card: cardOf("x") }));
    expect(error).toMatchObject({
      kind: "forbidden",
      apiCode: 99991672,
      permissionViolations: [
        { scope: "cardkit:card:write", url: expect.stringContaining(emulator.app.appId) as string },
      ],
    });
  });

  it("thousands of calls take no time of the machine's clock and are repeatable", async () => {
    const { cardId } = await createCardEntityFeishu(client, { card: cardOf("…") });
    let content = "";
    for (let sequence = 1; sequence <= 2_000; sequence++) {
      content += `${sequence} `;
      await streamUpdateCardElementFeishu(client, { cardId, elementId: "answer", content, sequence });
      await clock.advance(250);
      if (sequence % 200 === 0) content = "";
      if (sequence % 1_000 === 0)
        await setCardStreamingModeFeishu(client, { cardId, streaming: true, sequence: (sequence += 1) });
    }
    expect(clock.now()).toBeGreaterThan(490_000);
    expect(emulator.store.cards.get(cardId)?.sequence).toBeGreaterThanOrEqual(2_000);
  });
});
