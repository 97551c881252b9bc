import { normalize, normalizeBotAdded, normalizeCardAction, normalizeReaction } from "@larksuiteoapi/node-sdk";
import { describe, expect, it } from "vitest";
import { toCardAction } from "../../../extensions/feishu/inbound/card-action.ts";
import { openEnvelope } from "../../../extensions/feishu/inbound/envelope.ts";
import { toBotMembership, toReaction } from "../../../extensions/feishu/inbound/notices.ts";
import { toInboundMessage } from "../../../extensions/feishu/inbound/parse-message.ts";
import { BOT, cardEvent, envelope, mention, messageEvent } from "./events.ts";

/**
 * The SDK's own reader as an independent second opinion: both read the same events, and every word that only the SDK finds is either
 * mended here or in the list below with the reason. The notation differs ([audio: 2 s], <audio key="…" duration="2s"/>), so words are
 * compared, not texts.
 */
type RawMessage = Parameters<typeof normalize>[0];

interface Reading {
  readonly words: Set<string>;
  readonly text: string;
}

/** Words and numbers, without the notation of either reader. */
function words(text: string): Set<string> {
  const plain = text.replaceAll(/<\/?\w+|\w+="|\/>|[\p{P}\p{S}]+/gu, " ");
  return new Set(plain.split(/\s+/u).filter((word) => word !== "" && !NOTATION.has(word.toLowerCase())));
}

/** What a reader writes around what it found. */
const NOTATION = new Set(
  [
    "image file audio video folder sticker system group contact location name coords lat lng key duration id card",
    "interactive rich text message unsupported red packet hongbao vote task todo due calendar event invite share meeting",
    "forwarded messages topic number that could not be read 🕙 📅 📹 s ms start",
  ]
    .join(" ")
    .split(" "),
);

async function both(
  event: object,
): Promise<{ ours: Reading; sdk: Reading; message: ReturnType<typeof toInboundMessage> }> {
  const opened = openEnvelope(event);
  const message = opened && toInboundMessage(opened, { accountId: "main", botOpenId: BOT });
  // The event is what the SDK's dispatcher would hand over.
  const raw = (event as { event: unknown }).event as RawMessage;
  const sdk = await normalize(raw, { botIdentity: { openId: BOT, name: "Helper" } });
  const seen = [message?.text ?? "", ...(message?.attachments ?? []).map((file) => JSON.stringify(file))].join(" ");
  return {
    ours: { text: message?.text ?? "", words: words(seen) },
    sdk: { text: sdk.content, words: words(sdk.content) },
    message,
  };
}

const p = (...elements: object[]): object => ({ title: "", content: [elements] });
const t = (text: string, style?: string[]): object => ({ tag: "text", text, ...(style && { style }) });

/** Every kind of message, as Feishu documents and sends them. */
const MESSAGES: Readonly<Record<string, readonly [type: string, content: unknown]>> = {
  text: ["text", { text: "hello world" }],
  number: ["text", { text: 42 }],
  "post with a title": ["post", { title: "Plan", content: [[t("one")], [t("two")]] }],
  "post in a locale": ["post", { zh_cn: { title: "计划", content: [[t("你好")]] } }],
  "post with styles": ["post", p(t("bold", ["bold"]), t(" code", ["codeInline"]), t(" gone", ["lineThrough"]))],
  "post with a link": ["post", p({ tag: "a", text: "site", href: "https://a.example/x" })],
  "post with code": ["post", p({ tag: "code_block", language: "GO", text: "x := 1" })],
  "post with an indent": ["post", { title: "", content: [[t("    if x:")], [t("        y")]] }],
  "post with a picture": ["post", p({ tag: "img", image_key: "img_1" })],
  "post with media": ["post", p({ tag: "media", file_key: "file_1", image_key: "img_2" })],
  "post with an emotion": ["post", p({ tag: "emotion", emoji_type: "SMILE" })],
  "post with a rule": ["post", { title: "", content: [[t("a")], [{ tag: "hr" }], [t("b")]] }],
  "post with markdown": ["post", p({ tag: "md", text: "- item" })],
  image: ["image", { image_key: "img_1" }],
  file: ["file", { file_key: "file_1", file_name: "报告.pdf" }],
  audio: ["audio", { file_key: "file_1", duration: 1_500 }],
  media: ["media", { file_key: "file_1", image_key: "img_1", file_name: "a.mp4", duration: 2_000 }],
  sticker: ["sticker", { file_key: "file_1" }],
  folder: ["folder", { file_key: "file_1", file_name: "src" }],
  "group card": ["share_chat", { chat_id: "oc_9" }],
  "contact card": ["share_user", { user_id: "ou_9" }],
  location: ["location", { name: "Home", latitude: "1.5", longitude: "2.5" }],
  "red packet": ["hongbao", { text: "luck" }],
  vote: ["vote", { topic: "Lunch?", options: ["A1", "B2"] }],
  todo: ["todo", { task_id: "t", summary: { title: "Buy", content: [[t("milk")]] }, due_time: "1700000000000" }],
  calendar: ["calendar", { summary: "Meet", start_time: "1700000000000", end_time: "1700003600000" }],
  "shared calendar event": ["share_calendar_event", { summary: "Meet", start_time: "1700000000000" }],
  "general calendar": ["general_calendar", { summary: "Meet" }],
  meeting: ["video_chat", { topic: "Standup", start_time: "1700000000000", meet_number: "123456789" }],
  system: [
    "system",
    { template: "{from_user} invited {to_chatters}", from_user: ["Ann"], to_chatters: ["Bob", "Eve"] },
  ],
  card: [
    "interactive",
    {
      header: { title: { tag: "plain_text", content: "Weather" } },
      elements: [
        {
          tag: "div",
          text: { tag: "lark_md", content: "**Sunny**" },
          fields: [{ text: { tag: "lark_md", content: "warm" } }],
        },
        { tag: "note", elements: [{ tag: "plain_text", content: "small" }] },
        {
          tag: "select_static",
          placeholder: { tag: "plain_text", content: "City" },
          options: [{ text: { tag: "plain_text", content: "Oslo" }, value: "1" }],
        },
        { tag: "action", actions: [{ tag: "button", text: { tag: "plain_text", content: "More" } }] },
      ],
    },
  ],
  "card of schema 2.0": [
    "interactive",
    { schema: "2.0", body: { elements: [{ tag: "markdown", content: "body text" }] } },
  ],
  unknown: ["brand_new", { text: "some words" }],
  "unknown without text": ["brand_new", {}],
};

/** Words that only the SDK has, and why that is right. */
const EXPLAINED: Readonly<Record<string, { readonly words: readonly string[]; readonly why: string }>> = {
  "post with code": { words: ["GO"], why: "Markdown's names of languages are in lower case" },
  audio: { words: ["5s"], why: "1.5 s with a space before the unit" },
  media: { words: ["2s"], why: "the name says more; the length is in the attachment, in ms" },
  folder: { words: ["1"], why: "Feishu hands out no folders: their key leads nowhere" },
  number: { words: [], why: "a number is text to people; the SDK fails on it" },
  todo: {
    words: ["2023", "11", "15", "06", "13", "Due"],
    why: "times are UTC with a Z; the SDK writes Beijing time without saying so",
  },
  calendar: { words: ["15", "06", "13", "07", "13"], why: "as above" },
  "shared calendar event": { words: ["15", "06", "13"], why: "as above" },
  meeting: { words: ["15", "06", "13"], why: "as above" },
};

describe("[E7] every kind of message says as much to us as to the SDK's own reader", () => {
  it.each(Object.entries(MESSAGES))("%s", async (name, [type, content]) => {
    const event = messageEvent(content, { message_type: type });
    if (name === "number") {
      // The SDK takes the number for a string later and throws; nothing to compare with.
      await expect(both(event)).rejects.toThrow();
      return;
    }
    const { ours, sdk } = await both(event);
    const explained = EXPLAINED[name]?.words ?? [];
    const missing = [...sdk.words].filter((word) => !ours.words.has(word) && !explained.includes(word));
    const known = [...ours.words].join(" ");
    // Dates are one word to us and several to the SDK.
    expect(missing.filter((word) => !known.includes(word))).toEqual([]);
  });
});

describe("[E7] mentions, wherever they stand", () => {
  const SELF = mention("@_user_1", BOT, "Helper");
  const BOB = mention("@_user_2", "ou_bob", "Bob");
  const TWELVE = mention("@_user_12", "ou_twelve", "Zoe");
  const group = (text: string, mentions: readonly object[] = [SELF, BOB]): object =>
    messageEvent({ text }, { chat_type: "group", mentions });

  it.each([
    ["@_user_1 hello", []],
    ["@_user_1 ask @_user_2", []],
    // Inside a sentence the bot's name belongs to what is said.
    ["@_user_2 and @_user_1 hi", ["Helper"]],
    ["hello @_user_2", []],
    ["@_all lunch", ["all"]],
    ["@_user_1\nline", []],
  ])("%j means the same people and says the same words", async (text, ours) => {
    const result = await both(group(text));
    const raw = (group(text) as { event: RawMessage }).event;
    const sdk = await normalize(raw, { botIdentity: { openId: BOT, name: "Helper" } });
    expect(result.message).toMatchObject({ mentionedBot: sdk.mentionedBot, mentionAll: sdk.mentionAll });
    const extra = [...result.ours.words].filter((word) => !result.sdk.words.has(word) && !ours.includes(word));
    expect([extra, [...result.sdk.words].filter((word) => !result.ours.words.has(word) && word !== "all")]).toEqual([
      [],
      [],
    ]);
  });

  it("where the SDK is wrong we are not: a key that begins like another, the bot inside a sentence, an indent", async () => {
    const clash = await both(group("@_user_1 hi @_user_12", [SELF, TWELVE]));
    expect(clash.ours.text).toBe("hi @Zoe");
    expect(clash.sdk.text).not.toContain("Zoe");
    const inside = await both(group("is @_user_1 better than @_user_2"));
    expect(inside.ours.text).toBe("is @Helper better than @Bob");
    expect(inside.sdk.text).toBe("is better than @Bob");
    const indent = await both(group("@_user_2 see\n    x = 1"));
    expect(indent.ours.text).toContain("\n    x = 1");
    expect(indent.sdk.text).not.toContain("\n    x = 1");
  });

  it("in rich text, a name that only the list of mentions knows", async () => {
    const post = p({ tag: "at", user_id: "ou_bob" }, t(" hi"));
    const { ours, sdk } = await both(messageEvent(post, { message_type: "post", mentions: [BOB] }));
    expect([ours.text, sdk.text]).toEqual(["@Bob hi", "@Bob hi"]);
  });
});

describe("[E7] what is broken", () => {
  it.each(Object.entries(MESSAGES).map(([name, [type]]) => [name, type]))(
    "%s with content that is no JSON is something for both",
    async (_name, type) => {
      for (const content of ["{not json", "", "[]", "null", '"text"']) {
        const { ours } = await both(messageEvent({}, { message_type: type, content }));
        expect(ours.text).not.toBe("");
      }
    },
  );
});

describe("[E7] other events say as much", () => {
  it("presses: what was filled in, which the SDK drops", () => {
    const event = cardEvent({
      action: {
        tag: "select_static",
        option: "b",
        value: { k: 1 },
        form_value: { city: "Oslo" },
        checked: true,
        name: "n",
      },
    });
    const opened = openEnvelope(event);
    const ours = opened && toCardAction(opened, "main");
    const sdk = normalizeCardAction(event.event as Parameters<typeof normalizeCardAction>[0]);
    expect(ours).toMatchObject({ messageId: sdk?.messageId, chatId: sdk?.chatId, option: sdk?.action.option });
    expect(ours?.operator.openId).toBe(sdk?.operator.openId);
    expect(ours?.value).toEqual(sdk?.action.value);
    expect(ours).toMatchObject({ formValue: { city: "Oslo" }, checked: true });
  });

  it("reactions and the bot's groups, with translated names", () => {
    const reaction = envelope("im.message.reaction.created_v1", {
      message_id: "om_1",
      reaction_type: { emoji_type: "OK" },
      operator_type: "user",
      user_id: { open_id: "ou_1" },
      action_time: "1700000000000",
    });
    const first = openEnvelope(reaction);
    const ours = first && toReaction(first, "main");
    const sdk = normalizeReaction(reaction.event as Parameters<typeof normalizeReaction>[0], "added");
    expect(ours).toMatchObject({ messageId: sdk?.messageId, emojiType: sdk?.emojiType, openId: sdk?.operator.openId });
    const added = envelope("im.chat.member.bot.added_v1", {
      chat_id: "oc_1",
      operator_id: { open_id: "ou_1" },
      i18n_names: { en_us: "Helpers" },
    });
    const second = openEnvelope(added);
    const group = second && toBotMembership(second, "main");
    const theirs = normalizeBotAdded(added.event as Parameters<typeof normalizeBotAdded>[0]);
    expect(group).toMatchObject({
      chatId: theirs?.chatId,
      chatName: "Helpers",
      operatorOpenId: theirs?.operator.openId,
    });
  });
});
