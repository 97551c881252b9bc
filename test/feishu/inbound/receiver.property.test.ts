import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FeishuReceiver } from "../../../extensions/feishu/inbound/index.ts";
import { readContent } from "../../../extensions/feishu/inbound/content/index.ts";
import { resolveMentions } from "../../../extensions/feishu/inbound/mentions.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { APP, BOT, cardEvent, envelope, messageEvent } from "./events.ts";

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

  it("keeps every word but the bot's own mention", () => {
    const words = fc.array(fc.constantFrom("hello", "@_user_1", "@_user_2", "@_user_10", "你好", "$&", "a.b"), {
      minLength: 1,
      maxLength: 20,
    });
    const names: Record<string, string> = { "@_user_1": "", "@_user_2": "@Bob", "@_user_10": "@Ann $1" };
    const mentions = [
      { key: "@_user_1", openId: BOT, name: "Bot", isSelf: true },
      { key: "@_user_2", openId: "ou_2", name: "Bob", isSelf: false },
      { key: "@_user_10", openId: "ou_10", name: "Ann $1", isSelf: false },
    ];
    fc.assert(
      fc.property(words, (parts) => {
        const expected = parts.map((word) => names[word] ?? word).filter((word) => word !== "");
        expect(resolveMentions(parts.join(" "), mentions).split(/ +/u).filter(Boolean)).toEqual(
          expected.flatMap((word) => word.split(" ")),
        );
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
