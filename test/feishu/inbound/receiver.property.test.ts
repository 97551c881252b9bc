import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FeishuReceiver } from "../../../extensions/feishu/inbound/index.ts";
import { readContent } from "../../../extensions/feishu/inbound/content/index.ts";
import { resolveMentions } from "../../../extensions/feishu/inbound/mentions.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { openEnvelope } from "../../../extensions/feishu/inbound/envelope.ts";
import { toInboundMessage } from "../../../extensions/feishu/inbound/parse-message.ts";
import { toQuestion } from "../../../src/host/question.ts";
import { APP, BOT, cardEvent, envelope, mention, messageEvent } from "./events.ts";

const EVENTS = [
  "im.message.receive_v1",
  "card.action.trigger",
  "im.message.reaction.created_v1",
  "im.chat.member.bot.added_v1",
  "im.message.recalled_v1",
  "im.chat.access_event.bot_p2p_chat_entered_v1",
];
const CONTENTS = [
  "text",
  "post",
  "interactive",
  "image",
  "file",
  "audio",
  "media",
  "sticker",
  "share_chat",
  "location",
  "vote",
  "todo",
  "calendar",
  "system",
  "merge_forward",
  "new",
];

/** JSON that looks like Feishu's: its field names over anything. */
const feishuLike = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.string(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(
    fc.constantFrom(
      "tag",
      "text",
      "content",
      "elements",
      "title",
      "body",
      "columns",
      "rows",
      "style",
      "zh_cn",
      "user_id",
      "href",
      "message",
      "sender",
      "sender_id",
      "message_id",
      "chat_id",
      "mentions",
      "action",
      "value",
      "operator",
      "open_id",
      "context",
      "name",
    ),
    fc.oneof(tie("value"), fc.constantFrom("markdown", "table", "button", "at", "a", "img", "code_block")),
    { maxKeys: 5 },
  ),
})).value;

function receiverOf(): { receiver: FeishuReceiver; told: number } {
  const state = { told: 0 };
  const tell = (): void => void state.told++;
  const receiver = new FeishuReceiver({
    accountId: "a",
    appId: APP,
    botOpenId: BOT,
    clock: new FakeClock(),
    logger: silentLogger,
    listener: {
      onMessage: tell,
      onCardAction: () => undefined,
      onReaction: tell,
      onBotMembership: tell,
      onRecall: tell,
      onChatEntered: tell,
    },
  });
  return Object.assign(state, { receiver });
}

describe("whatever arrives", () => {
  it("is answered with an object and never throws", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          feishuLike,
          fc.tuple(fc.constantFrom(...EVENTS), feishuLike).map(([type, event]) => envelope(type, event)),
        ),
        async (body) => {
          const { receiver } = receiverOf();
          expect(await receiver.receive(body)).toEqual({});
          await receiver.idle();
        },
      ),
      { numRuns: 500 },
    );
  });

  it("has readable text, whatever the content", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CONTENTS),
        fc.oneof(
          feishuLike.map((value) => JSON.stringify(value) ?? ""),
          fc.string(),
        ),
        (type, content) => {
          const { text, attachments } = readContent(type, content);
          expect(typeof text).toBe("string");
          for (const { imageKey, fileKey } of attachments) expect(imageKey ?? fileKey).toMatch(/./su);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("[E7] makes no empty user turn, if it can be read at all", () => {
    const types = fc.constantFrom(...CONTENTS);
    const pieces = fc.constantFrom("", " ", "@_user_1", "@_all", "hi", "\n", "@_at_1");
    const element = fc.record(
      {
        tag: fc.constantFrom("text", "at", "img", "media", "md", "code_block", "a", "note", "unheard_of"),
        text: fc.oneof(pieces, fc.constant(42), fc.constant({ content: "x" })),
        user_id: fc.constantFrom("@_user_1", BOT, "ou_2", "all", ""),
        file_key: fc.constantFrom("f1", ""),
        image_key: fc.constantFrom("img_1", ""),
      },
      { requiredKeys: ["tag"] },
    );
    const post = fc.record(
      {
        title: fc.constantFrom("", "T"),
        content: fc.array(fc.oneof(fc.array(element), element, fc.constant(null))),
        content_v2: fc.array(fc.array(element)),
        files: fc.array(fc.record({ file_key: fc.constantFrom("f1", ""), file_name: fc.string() })),
      },
      { requiredKeys: [] },
    );
    const content = fc.oneof(
      post.map((body) => JSON.stringify(body)),
      fc.record({ text: pieces }).map((body) => JSON.stringify(body)),
      feishuLike.map((value) => JSON.stringify(value) ?? ""),
      fc.string(),
    );
    const mentions = fc.constantFrom<object[]>([], [mention("@_user_1", BOT, "Bot")], [mention("", "", "")]);
    fc.assert(
      fc.property(types, content, mentions, fc.boolean(), (type, body, mentioned, isGroup) => {
        const event = messageEvent(
          {},
          { message_type: type, content: body, mentions: mentioned, chat_type: isGroup ? "group" : "p2p" },
        );
        const opened = openEnvelope(event);
        const message = opened && toInboundMessage(opened, { accountId: "main", botOpenId: BOT });
        if (message === undefined) throw new Error("not read");
        // Only somebody who wrote nothing but blanks and mentions says nothing; a file is always named.
        if (message.attachments.length > 0) expect(message.text).not.toBe("");
        if (!["text", "post"].includes(type) && !body.includes("@_")) expect(message.text.trim()).not.toBe("");
        const asked = toQuestion(
          {
            channel: "feishu",
            account: "main",
            messageId: message.messageId,
            chatId: message.chatId,
            chatType: message.chatType,
            sender: { id: message.sender.openId },
            text: message.text,
            sentAt: message.createdAt,
          },
          () => false,
        );
        expect(asked.trim()).not.toBe("");
      }),
      { numRuns: 2_000 },
    );
  });

  it("is told exactly once, however often and in whatever order it is delivered", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9), { minLength: 1, maxLength: 40 }), async (deliveries) => {
        const bodies = Array.from({ length: 10 }, (_unused, i) =>
          messageEvent({ text: `${i}` }, { chat_id: `oc_${i % 3}` }),
        );
        const state = receiverOf();
        await Promise.all(deliveries.map((i) => state.receiver.receive(bodies[i])));
        await state.receiver.idle();
        expect(state.told).toBe(new Set(deliveries).size);
      }),
    );
  });

  it("keeps every word but the bot's own mention in front", () => {
    const words = fc.array(fc.constantFrom("hello", "@_user_1", "@_user_2", "@_user_10", "你好", "$&", "a.b"), {
      minLength: 1,
      maxLength: 20,
    });
    const names: Record<string, string> = { "@_user_1": "@Bot", "@_user_2": "@Bob", "@_user_10": "@Ann $1" };
    const mentions = [
      { key: "@_user_1", openId: BOT, name: "Bot", isSelf: true },
      { key: "@_user_2", openId: "ou_2", name: "Bob", isSelf: false },
      { key: "@_user_10", openId: "ou_10", name: "Ann $1", isSelf: false },
    ];
    fc.assert(
      fc.property(words, (parts) => {
        const isMention = (word: string | undefined): boolean => word !== undefined && word in names;
        const lead = parts.slice(0, parts.findIndex((word) => !isMention(word)) >>> 0).length;
        const expected = parts
          .filter((word, index) => index >= lead || word !== "@_user_1")
          .flatMap((word) => (names[word] ?? word).split(" "));
        expect(resolveMentions(parts.join(" "), mentions).text.split(/ +/u).filter(Boolean)).toEqual(expected);
      }),
    );
  });
});

describe("card actions", () => {
  it("are read with any value a card may send", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const { receiver } = receiverOf();
        expect(await receiver.receive(cardEvent({ action: { value, tag: "button" } }))).toEqual({});
      }),
    );
  });
});
