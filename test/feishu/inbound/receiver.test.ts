import { describe, expect, it } from "vitest";
import { FeishuReceiver } from "../../../extensions/feishu/inbound/index.ts";
import type {
  DedupeStore,
  FeishuCardAction,
  FeishuInboundMessage,
  FeishuListener,
  FeishuReceiverOptions,
} from "../../../extensions/feishu/inbound/index.ts";
import type { Logger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { APP, BOT, cardEvent, envelope, messageEvent, NOW } from "./events.ts";

function setUp(listener: FeishuListener = {}, options: Partial<FeishuReceiverOptions> = {}) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const note = (message: string, fields?: object): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: note, info: note, warn: note, error: note };
  const messages: FeishuInboundMessage[] = [];
  const receiver = new FeishuReceiver({
    accountId: "main",
    appId: APP,
    botOpenId: BOT,
    clock,
    logger,
    listener: { onMessage: (message) => void messages.push(message), ...listener },
    ...options,
  });
  return { receiver, clock, messages, lines };
}

describe("messages", () => {
  it("are told once, also when redelivered under another event id", async () => {
    const { receiver, messages } = setUp();
    const body = messageEvent({ text: "hi" });
    await receiver.receive(body);
    await receiver.receive(body);
    await receiver.receive({ ...body, header: { ...body.header, event_id: "another" } });
    await receiver.idle();
    expect(messages.map(({ text }) => text)).toEqual(["hi"]);
  });

  it("[E7] are told once when the same comes again under another message id", async () => {
    const { receiver, messages } = setUp();
    await receiver.receive(messageEvent({ text: "hi" }, { message_id: "om_1" }));
    await receiver.receive(messageEvent({ text: "hi" }, { message_id: "om_2" }));
    await receiver.receive(messageEvent({ text: "hi" }, { message_id: "om_3", create_time: String(NOW + 1) }));
    await receiver.receive(messageEvent({ text: "hi" }, { message_id: "om_4", chat_id: "oc_2" }));
    await receiver.idle();
    expect(messages.map(({ messageId }) => messageId).sort()).toEqual(["om_1", "om_3", "om_4"]);
  });

  it("are still known eight hours later, and forgotten after twelve", async () => {
    const { receiver, messages, clock } = setUp({}, { staleAfterMs: Infinity });
    const body = messageEvent({ text: "hi" });
    for (const hours of [0, 8, 5]) {
      await clock.advance(hours * 3_600_000);
      await receiver.receive(body);
      await receiver.idle();
    }
    expect(messages).toHaveLength(2);
  });

  it("are taken once among processes that share a store", async () => {
    const taken = new Set<string>();
    const dedupe: DedupeStore = { claim: async (key) => !taken.has(key) && taken.add(key) !== undefined };
    const one = setUp({}, { dedupe });
    const two = setUp({}, { dedupe });
    const body = messageEvent({ text: "hi" });
    await Promise.all([one.receiver.receive(body), two.receiver.receive(body)]);
    await Promise.all([one.receiver.idle(), two.receiver.idle()]);
    expect(one.messages.length + two.messages.length).toBe(1);
  });

  it("are taken when the store fails or hangs", async () => {
    const { receiver, messages, clock, lines } = setUp({}, { dedupe: { claim: () => new Promise(() => {}) } });
    await receiver.receive(messageEvent({ text: "hi" }));
    await clock.runUntil(receiver.idle());
    expect([messages.length, clock.now(), lines.length]).toEqual([1, 1_500, 1]);
    const failing = setUp({}, { dedupe: { claim: () => Promise.reject(new Error("store down")) } });
    await failing.receiver.receive(messageEvent({ text: "hi" }));
    await failing.receiver.idle();
    expect(failing.messages).toHaveLength(1);
  });

  it("of one chat wait for each other, those of others do not", async () => {
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const { receiver } = setUp({
      onMessage: async ({ text }) => {
        order.push(`begin ${text}`);
        if (text === "a1") await gate.promise;
        order.push(`end ${text}`);
      },
    });
    for (const [text, chat_id] of [
      ["a1", "oc_a"],
      ["a2", "oc_a"],
      ["b1", "oc_b"],
    ] as const)
      await receiver.receive(messageEvent({ text }, { chat_id }));
    await Promise.resolve();
    gate.resolve();
    await receiver.idle();
    expect(order).toEqual(["begin a1", "begin b1", "end b1", "end a1", "begin a2", "end a2"]);
  });

  it("older than half an hour are dropped", async () => {
    const { receiver, messages } = setUp();
    await receiver.receive(messageEvent({ text: "old" }, { create_time: String(NOW - 30 * 60_000 - 1) }));
    await receiver.receive(messageEvent({ text: "new" }, { create_time: String(NOW - 30 * 60_000) }));
    await receiver.idle();
    expect(messages.map(({ text }) => text)).toEqual(["new"]);
  });

  it("of the bot itself and of other apps are dropped", async () => {
    const { receiver, messages } = setUp();
    await receiver.receive(messageEvent({ text: "me" }, {}, { sender_id: { open_id: BOT }, sender_type: "app" }));
    const foreign = messageEvent({ text: "not mine" });
    await receiver.receive({ ...foreign, header: { ...foreign.header, app_id: "cli_other" } });
    await receiver.idle();
    expect(messages).toEqual([]);
  });

  it("a throwing handler does not stop the next, and the log has none of the text", async () => {
    const seen: string[] = [];
    const { receiver, lines } = setUp({
      onMessage: ({ text }) => {
        seen.push(text);
        throw new Error(`cannot handle ${text}`);
      },
    });
    await receiver.receive(messageEvent({ text: "private words" }));
    await receiver.receive(messageEvent({ text: "more private words" }));
    await receiver.idle();
    expect(seen).toHaveLength(2);
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain("private");
  });

  it.each([
    [{}],
    [null],
    ["text"],
    [{ schema: "2.0", header: {} }],
    [{ schema: "2.0", header: { event_id: "e", event_type: "im.message.receive_v1" }, event: 7 }],
  ])("%j is dropped without a throw", async (body) => {
    const { receiver, messages } = setUp();
    expect(await receiver.receive(body)).toEqual({});
    await receiver.idle();
    expect(messages).toEqual([]);
  });
});

describe("card actions", () => {
  it("[A11] arrive with their parameters and are answered with a toast and a card", async () => {
    const actions: FeishuCardAction[] = [];
    const card = { schema: "2.0", body: { elements: [] } };
    const { receiver } = setUp({
      onCardAction: (action) => {
        actions.push(action);
        return { toast: { type: "success", content: "stopped", i18n: { zh_cn: "已停止" } }, card };
      },
    });
    const answer = await receiver.receive(
      cardEvent({
        action: {
          value: { a: 1 },
          tag: "button",
          name: "go",
          form_value: { field: "x" },
          option: "o",
          options: ["o", "p"],
          checked: true,
          input_value: "i",
          timezone: "UTC",
        },
      }),
    );
    expect(answer).toEqual({
      toast: { type: "success", content: "stopped", i18n: { zh_cn: "已停止" } },
      card: { type: "raw", data: card },
    });
    expect(actions).toMatchObject([
      {
        accountId: "main",
        operator: { openId: "ou_alice", unionId: "on_alice", userId: "u1" },
        token: "c-update-token",
        tag: "button",
        name: "go",
        value: { a: 1 },
        formValue: { field: "x" },
        option: "o",
        options: ["o", "p"],
        checked: true,
        inputValue: "i",
        timezone: "UTC",
        messageId: "om_card",
        chatId: "oc_1",
        createdAt: NOW,
      },
    ]);
  });

  it.each([
    ['{"action":"stop"}', { action: "stop" }],
    ["plain words", {}],
    [7, {}],
    [undefined, {}],
  ])("value %j is read as %j", async (value, expected) => {
    const values: unknown[] = [];
    const { receiver } = setUp({ onCardAction: (action) => void values.push(action.value) });
    await receiver.receive(cardEvent({ action: { value, tag: "button" } }));
    expect(values).toEqual([expected]);
  });

  it("[D8] a replayed press is not told again", async () => {
    let presses = 0;
    const { receiver } = setUp({ onCardAction: () => void presses++ });
    const body = cardEvent();
    expect(await receiver.receive(body)).toEqual({});
    expect(await receiver.receive(body)).toEqual({});
    expect(presses).toBe(1);
  });

  it("are answered within three seconds even when the handler hangs or throws", async () => {
    const { receiver, clock } = setUp({ onCardAction: () => new Promise(() => {}) });
    const answer = receiver.receive(cardEvent());
    await clock.advance(2_500);
    expect(await answer).toEqual({});
    const broken = setUp({
      onCardAction: () => {
        throw new Error("no");
      },
    });
    expect(await broken.receiver.receive(cardEvent())).toEqual({});
  });
});

describe("notices", () => {
  it("tell reactions, memberships, recalls and opened chats", async () => {
    const told: object[] = [];
    const tell = (event: object): void => void told.push(event);
    const { receiver } = setUp({ onReaction: tell, onBotMembership: tell, onRecall: tell, onChatEntered: tell });
    const operator_id = { open_id: "ou_alice" };
    await receiver.receive(
      envelope("im.message.reaction.created_v1", {
        message_id: "om_1",
        reaction_type: { emoji_type: "OK" },
        operator_type: "user",
        user_id: operator_id,
        action_time: String(NOW),
      }),
    );
    await receiver.receive(
      envelope("im.message.reaction.deleted_v1", {
        message_id: "om_1",
        reaction_type: { emoji_type: "OK" },
        operator_type: "app",
        app_id: APP,
        action_time: String(NOW),
      }),
    );
    await receiver.receive(envelope("im.chat.member.bot.added_v1", { chat_id: "oc_1", operator_id, name: "Team" }));
    await receiver.receive(envelope("im.chat.member.bot.deleted_v1", { chat_id: "oc_1", operator_id, name: "Team" }));
    await receiver.receive(envelope("im.message.recalled_v1", { message_id: "om_1", chat_id: "oc_1" }));
    await receiver.receive(envelope("im.chat.access_event.bot_p2p_chat_entered_v1", { chat_id: "oc_1", operator_id }));
    await receiver.receive(envelope("unheard.of_v1", {}));
    await receiver.idle();
    // Each chat keeps its order; reactions come without a chat, in an order of their own.
    const byChat = told.toSorted((a, b) => Number("chatId" in a) - Number("chatId" in b));
    expect(byChat).toMatchObject([
      { added: true, messageId: "om_1", emojiType: "OK", openId: "ou_alice", at: NOW },
      { added: false, openId: undefined },
      { added: true, chatId: "oc_1", chatName: "Team", operatorOpenId: "ou_alice" },
      { added: false },
      { messageId: "om_1", chatId: "oc_1" },
      { chatId: "oc_1", openId: "ou_alice" },
    ]);
  });
});
