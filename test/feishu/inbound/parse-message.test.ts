import { describe, expect, it } from "vitest";
import { openEnvelope, toMs } from "../../../extensions/feishu/inbound/envelope.ts";
import { toInboundMessage } from "../../../extensions/feishu/inbound/parse-message.ts";
import { BOT, mention, messageEvent, NOW } from "./events.ts";

function read(body: object) {
  const envelope = openEnvelope(body);
  if (envelope === undefined) throw new Error("no envelope");
  const message = toInboundMessage(envelope, { accountId: "main", botOpenId: BOT });
  if (message === undefined) throw new Error("no message");
  return message;
}

/** The text of a message of some type. */
function textOf(type: string, content: unknown) {
  const { text, attachments } = read(messageEvent(content, { message_type: type }));
  return { text, attachments };
}

describe("a message event", () => {
  it("becomes a typed message", () => {
    const message = read(
      messageEvent({ text: "hello" }, { message_id: "om_1", thread_id: "omt_1", root_id: "om_0", parent_id: "om_0" }),
    );
    expect(message).toMatchObject({
      accountId: "main",
      messageId: "om_1",
      chatId: "oc_1",
      chatType: "direct",
      threadId: "omt_1",
      rootId: "om_0",
      parentId: "om_0",
      sender: { openId: "ou_alice", unionId: "on_alice", userId: undefined, type: "user" },
      createdAt: NOW,
      type: "text",
      text: "hello",
      mentionedBot: false,
      mentionAll: false,
    });
  });

  it("tells groups and bots", () => {
    const message = read(
      messageEvent({ text: "x" }, { chat_type: "group" }, { sender_type: "app", sender_id: { open_id: "ou_other" } }),
    );
    expect(message.chatType).toBe("group");
    expect(message.sender).toMatchObject({ type: "bot", openId: "ou_other" });
  });

  it("is refused without a message or chat id", () => {
    const envelope = openEnvelope(messageEvent({ text: "x" }, { message_id: "" }));
    expect(envelope && toInboundMessage(envelope, { accountId: "main", botOpenId: BOT })).toBeUndefined();
  });
});

describe("mentions", () => {
  it("get names, and the bot's own goes", () => {
    const message = read(
      messageEvent(
        { text: "@_user_1 ask @_user_2 and @_user_12, not @_user_3\nplease" },
        {
          chat_type: "group",
          mentions: [
            mention("@_user_1", BOT, "Bot"),
            mention("@_user_2", "ou_2", "王芳"),
            mention("@_user_12", "ou_12", "$& Bob"),
            mention("@_user_3", "ou_3", "Eve"),
          ],
        },
      ),
    );
    expect(message.text).toBe("ask @王芳 and @$& Bob, not @Eve\nplease");
    expect(message.mentionedBot).toBe(true);
    expect(message.mentions.map(({ name, isSelf }) => [name, isSelf])).toEqual([
      ["Bot", true],
      ["王芳", false],
      ["$& Bob", false],
      ["Eve", false],
    ]);
  });

  it("of the bot as first of twelve do not eat the others", () => {
    const mentions = [mention("@_user_1", BOT, "Bot"), mention("@_user_12", "ou_12", "Bob")];
    expect(read(messageEvent({ text: "@_user_1 hi @_user_12" }, { mentions })).text).toBe("hi @Bob");
  });

  it("[E7] without any id are of the bot when they have its name, and of nobody else's", () => {
    const body = (id: object) =>
      messageEvent(
        { text: "@_user_1 /stop" },
        { mentions: [{ key: "@_user_1", id, name: "Helper" }], chat_type: "group" },
      );
    const told = (id: object, botName?: string) => {
      const envelope = openEnvelope(body(id));
      return envelope && toInboundMessage(envelope, { accountId: "main", botOpenId: BOT, botName });
    };
    expect(told({ open_id: "" }, "Helper")).toMatchObject({ mentionedBot: true, commandText: "/stop" });
    expect(told({}, "Helper")).toMatchObject({ mentionedBot: true });
    expect(told({}, "Other")).toMatchObject({ mentionedBot: false });
    expect(told({}, undefined)).toMatchObject({ mentionedBot: false });
    // Somebody who has the bot's name, and an id.
    expect(told({ open_id: "ou_alice" }, "Helper")).toMatchObject({ mentionedBot: false });
  });

  it("of everybody are told", () => {
    expect(read(messageEvent({ text: "@_all lunch" }, { chat_type: "group" }))).toMatchObject({
      text: "@all lunch",
      mentionAll: true,
      mentionedBot: false,
    });
  });

  it("in rich text are resolved alike", () => {
    const post = {
      title: "",
      content: [
        [
          { tag: "at", user_id: "@_user_1", user_name: "Bot" },
          { tag: "text", text: " hi " },
          { tag: "at", user_id: "@_user_2", user_name: "Bob" },
        ],
      ],
    };
    const message = read(
      messageEvent(post, {
        message_type: "post",
        chat_type: "group",
        mentions: [mention("@_user_1", BOT, "Bot"), mention("@_user_2", "ou_2", "Bob")],
      }),
    );
    expect(message).toMatchObject({ text: "hi @Bob", mentionedBot: true });
  });
});

describe("content", () => {
  it("rich text becomes Markdown with its images", () => {
    const { text, attachments } = textOf("post", {
      title: "Plan",
      content: [
        [
          { tag: "text", text: "bold ", style: ["bold"] },
          { tag: "text", text: "both", style: ["italic", "bold"] },
          { tag: "text", text: " plain" },
        ],
        [
          { tag: "a", href: "https://a.example", text: "link" },
          { tag: "emotion", emoji_type: "SMILE" },
        ],
        [{ tag: "img", image_key: "img_1" }],
        [{ tag: "code_block", language: "GO", text: "x := 1\n" }],
        [{ tag: "hr" }],
        [{ tag: "media", file_key: "file_1", image_key: "img_2" }],
        [{ tag: "md", text: "- item" }],
      ],
    });
    expect(text).toBe(
      "**Plan**\n\n**bold** ***both*** plain\n[link](https://a.example):SMILE:\n![image](img_1)\n\n```go\nx := 1\n```\n\n\n---\n\n[video]\n- item",
    );
    expect(attachments).toEqual([
      { kind: "image", imageKey: "img_1" },
      { kind: "media", fileKey: "file_1", imageKey: "img_2" },
    ]);
  });

  it("rich text is found below its locale too", () => {
    expect(textOf("post", { zh_cn: { content: [[{ tag: "text", text: "你好" }]] } }).text).toBe("你好");
  });

  it.each([
    ["image", { image_key: "img_1" }, "[image]", [{ kind: "image", imageKey: "img_1" }]],
    [
      "file",
      { file_key: "f1", file_name: "报告.pdf" },
      "[file: 报告.pdf]",
      [{ kind: "file", fileKey: "f1", fileName: "报告.pdf" }],
    ],
    [
      "audio",
      { file_key: "f1", duration: 2_600 },
      "[audio: 2.6 s]",
      [{ kind: "audio", fileKey: "f1", durationMs: 2_600 }],
    ],
    [
      "media",
      { file_key: "f1", image_key: "c1", file_name: "a.mp4", duration: 1_000 },
      "[video: a.mp4]",
      [{ kind: "media", fileKey: "f1", imageKey: "c1", fileName: "a.mp4", durationMs: 1_000 }],
    ],
    ["sticker", { file_key: "f1" }, "[sticker]", [{ kind: "sticker", fileKey: "f1" }]],
    ["folder", { file_key: "f1", file_name: "src" }, "[folder: src]", []],
    ["merge_forward", {}, "[forwarded messages]", []],
    ["share_chat", { chat_id: "oc_9" }, "[group: oc_9]", []],
    ["share_user", { user_id: "ou_9" }, "[contact: ou_9]", []],
    ["location", { name: "Home", latitude: "1.5", longitude: "2.5" }, "[location: Home; 1.5, 2.5]", []],
    ["hongbao", { text: "luck" }, "[red packet: luck]", []],
    ["vote", { topic: "Lunch?", options: ["A", "B"] }, "[vote: Lunch?; A; B]", []],
    ["todo", { summary: { title: "Buy", content: [[{ tag: "text", text: "milk" }]] } }, "[task: Buy; milk]", []],
    [
      "calendar",
      { summary: "Meet", start_time: "1700000000000" },
      "[calendar event: Meet; 2023-11-14T22:13:20.000Z]",
      [],
    ],
    ["video_chat", { topic: "Standup" }, "[meeting: Standup]", []],
    [
      "system",
      { template: "{from_user} invited {to_chatters}", from_user: ["A"], to_chatters: ["B", "C"] },
      "[system: A invited B, C]",
      [],
    ],
    ["brand_new", {}, "[brand_new]", []],
    ["brand_new", { text: "words" }, "words", []],
  ])("%s %j reads %s", (type, content, text, attachments) => {
    const read = textOf(type, content);
    expect(read.text).toBe(text);
    expect(read.attachments.map((attachment) => JSON.parse(JSON.stringify(attachment)))).toEqual(attachments);
  });

  it.each(["text", "post", "image", "interactive", "todo", "system", "vote"])(
    "broken %s content does not throw",
    (type) => {
      const envelope = openEnvelope(messageEvent({}, { message_type: type, content: "{not json" }));
      expect(envelope && toInboundMessage(envelope, { accountId: "main", botOpenId: BOT })).toBeDefined();
    },
  );

  it("a card reads as its words, top to bottom", () => {
    const { text } = textOf("interactive", {
      schema: "2.0",
      header: { title: { tag: "plain_text", content: "Weather" } },
      body: {
        elements: [
          { tag: "markdown", content: "**Sunny**" },
          {
            tag: "column_set",
            columns: [{ tag: "column", elements: [{ tag: "div", text: { tag: "lark_md", content: "left" } }] }],
          },
          { tag: "hr" },
          {
            tag: "table",
            columns: [{ name: "a", display_name: "City" }, { name: "b" }],
            rows: [{ a: "Oslo", b: [{ text: "cold" }] }],
          },
          { tag: "button", text: { tag: "plain_text", content: "More" } },
        ],
      },
    });
    expect(text).toBe("Weather\n**Sunny**\nleft\n---\n| City | b |\n| --- | --- |\n| Oslo | cold |\n[More]");
  });

  it("a simplified card reads like rich text, and a hostile one ends", () => {
    expect(
      textOf("interactive", {
        title: "T",
        elements: [
          [
            { tag: "text", text: "a" },
            { tag: "text", text: "b" },
          ],
        ],
      }).text,
    ).toBe("**T**\n\nab");
    const depth = 5_000;
    const content = `${'{"elements":['.repeat(depth)}{"tag":"markdown","content":"deep"}${"]}".repeat(depth)}`;
    expect(read(messageEvent({}, { message_type: "interactive", content })).text).toBe("[card]");
  });
});

describe("[E7] what nobody sees", () => {
  it.each(["\u200b", "\u2060 \ufeff", "\u3164", "\u2800\n\u200d"])("is no message: %j", (text) => {
    expect(textOf("text", { text }).text).toBe("");
  });

  it.each(["\u200b/stop", "/stop\u200b", "\ufeff/stop "])("does not hide a command: %j", (text) => {
    expect(read(messageEvent({ text })).commandText).toBe("/stop");
  });

  it.each(["*", "`", "~", "<u>", "*/", "\u200b", "**/a"])("takes no longer for a text of many %s", (piece) => {
    // Backtracking over these would never end.
    const text = `${piece.repeat(20_000)}!`;
    expect(read(messageEvent({ text })).text).toContain("!");
  });

  it("does not keep apart what belongs together", () => {
    expect(textOf("text", { text: "👩\u200d💻" }).text).toBe("👩\u200d💻");
  });

  it.each([["bold"], ["italic"], ["bold", "italic"], ["underline"], ["codeInline"]])(
    "styles of a command: %s",
    (...style) => {
      const content = { title: "", content: [[{ tag: "text", text: "/model x", style }]] };
      expect(read(messageEvent(content, { message_type: "post" })).commandText).toBe("/model x");
    },
  );
});

describe("times", () => {
  it.each([
    ["1700000000123", 1_700_000_000_123],
    ["1700000000123456", 1_700_000_000_123],
    ["1700000000", 1_700_000_000_000],
    ["1700000000.5", 1_700_000_000_500],
    ["", 0],
    ["x", 0],
    [undefined, 0],
  ])("%s is %d ms", (value, ms) => {
    expect(toMs(value)).toBe(ms);
  });
});
