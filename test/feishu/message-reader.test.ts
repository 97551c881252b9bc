import { describe, expect, it } from "vitest";
import { MessageReader } from "../../extensions/feishu/message-reader.ts";
import { PersonNames } from "../../extensions/feishu/person-names.ts";
import { silentLogger } from "../../src/log/index.ts";
import { inboundMessage } from "../support/samples/inbound-message.ts";
import { recordedClient } from "./recording-fetch.ts";
import type { RecordedRequest } from "./recording-fetch.ts";

interface Item {
  readonly id: string;
  readonly type?: string;
  readonly content: object;
  readonly sender?: string;
  readonly at?: number;
  readonly upper?: string;
  readonly deleted?: boolean;
}

const NAMES: Readonly<Record<string, string>> = { ou_ann: "Ann", ou_bob: "Bob" };

/** A Feishu with these messages; of a forward the parts as well. Contacts may be out of reach. */
function feishuWith(messages: Readonly<Record<string, readonly Item[]>>, contacts = true) {
  const { client, feishu } = recordedClient();
  feishu.answer = ({ path }: RecordedRequest) => {
    const id = path.split("/").at(-1) ?? "";
    if (path.includes("/contact/")) {
      return contacts
        ? { json: { code: 0, data: { user: { name: NAMES[id] } } } }
        : { status: 400, json: { code: 99991672, msg: "no scope" } };
    }
    if (path.endsWith("/members")) {
      const items = Object.entries(NAMES).map(([member_id, name]) => ({ member_id, name }));
      return { json: { code: 0, data: { items, has_more: false } } };
    }
    const items = messages[id];
    if (items === undefined) return { status: 400, json: { code: 230110, msg: "deleted" } };
    return { json: { code: 0, data: { items: items.map(toWire) } } };
  };
  const reader = new MessageReader({ client, names: new PersonNames(client, silentLogger), logger: silentLogger });
  return { reader, feishu, appId: client.account.appId };
}

const toWire = ({ id, type = "text", content, sender = "ou_bob", at = 0, upper, deleted }: Item): object => ({
  message_id: id,
  chat_id: "oc_1",
  msg_type: type,
  create_time: String(at),
  sender: {
    id: sender,
    id_type: sender.startsWith("cli") ? "app_id" : "open_id",
    sender_type: sender.startsWith("cli") ? "app" : "user",
  },
  body: { content: JSON.stringify(content) },
  ...(upper !== undefined && { upper_message_id: upper }),
  ...(deleted === true && { deleted }),
});

const ann = { openId: "ou_ann", unionId: undefined, userId: undefined, type: "user" } as const;
const inGroup = (change: object) => inboundMessage({ chatType: "group", sender: ann, ...change });

it("[E7] a message whose event came without its content is read from Feishu", async () => {
  const { reader, feishu } = feishuWith({ om_1: [{ id: "om_1", content: { text: "What is on today?" } }] });
  const unread = inboundMessage({ messageId: "om_1", text: "[text that could not be read]" });
  expect((await reader.read(unread)).text).toBe("What is on today?");
  expect((await reader.read({ ...unread, messageId: "om_gone" })).text).toBe("[text that could not be read]");
  const before = feishu.requests.length;
  expect((await reader.read(inboundMessage({ text: "it says [text that could not be read]" }))).text).toContain(
    "it says",
  );
  expect(feishu.requests.slice(before).filter(({ path }) => path.includes("/messages/"))).toEqual([]);
});

describe("[E7] what a message stands for", () => {
  it("a forward: who said what, in the order of time, forwards inside it and pictures", async () => {
    const forward: Item = { id: "om_f", type: "merge_forward", content: {} };
    const { reader } = feishuWith({
      om_f: [
        forward,
        { id: "om_3", content: { image_key: "img_1" }, type: "image", sender: "ou_ann", at: 3, upper: "om_f" },
        { id: "om_1", content: { text: "red since noon" }, at: 1, upper: "om_f" },
        { id: "om_2", content: {}, type: "merge_forward", sender: "ou_ann", at: 2, upper: "om_f" },
        { id: "om_22", content: { text: "later" }, sender: "ou_00000000abcdef", at: 9, upper: "om_2" },
        { id: "om_21", content: { text: "earlier\nline" }, at: 8, upper: "om_2" },
      ],
    });
    const read = await reader.read(inGroup({ messageId: "om_f", type: "merge_forward", text: "[forwarded messages]" }));
    expect(read.text).toBe(
      "Bob: red since noon\n\nAnn forwarded:\n> Bob: earlier\n> line\n> \n> user-abcdef: later\n\nAnn: [image]",
    );
    expect(read.senderName).toBe("Ann");
  });

  it("what it answers, with who wrote that: a person, the bot itself, somebody who took it back", async () => {
    const card = { body: { elements: [{ tag: "markdown", content: "an answer" }] } };
    const state = feishuWith({
      om_p: [{ id: "om_p", content: { file_key: "f1", file_name: "报告.pdf" }, type: "file" }],
      om_gone: [{ id: "om_gone", content: { text: "This message was recalled" }, deleted: true }],
    });
    const answered = await state.reader.read(inGroup({ parentId: "om_p" }));
    expect(answered.quotes).toEqual([
      {
        messageId: "om_p",
        senderId: "ou_bob",
        createdAt: 0,
        sender: "Bob",
        text: "[file: 报告.pdf]",
        attachments: [expect.objectContaining({ fileKey: "f1", fileName: "报告.pdf" })],
        kind: "answered",
      },
    ]);
    const gone = await state.reader.read(inGroup({ parentId: "om_gone" }));
    expect(gone.quotes).toMatchObject([{ text: "[message taken back]", attachments: [] }]);
    expect((await state.reader.read(inGroup({ parentId: "om_unknown" }))).quotes).toEqual([]);
    const own = feishuWith({ om_b: [{ id: "om_b", content: card, type: "interactive", sender: state.appId }] });
    expect((await own.reader.read(inGroup({ parentId: "om_b" }))).quotes).toMatchObject([
      { sender: "you", text: "an answer" },
    ]);
  });

  it("in a topic its first message, and the one that is answered", async () => {
    const { reader } = feishuWith({
      om_root: [{ id: "om_root", content: { text: "first" } }],
      om_mid: [{ id: "om_mid", content: { text: "middle" }, sender: "ou_ann" }],
    });
    const both = await reader.read(inGroup({ threadId: "omt_1", rootId: "om_root", parentId: "om_mid" }));
    expect(both.quotes.map(({ kind, sender, text }) => [kind, sender, text])).toEqual([
      ["topic", "Bob", "first"],
      ["answered", "Ann", "middle"],
    ]);
    const plain = await reader.read(inGroup({ threadId: "omt_1", rootId: "om_root", parentId: "om_root" }));
    expect(plain.quotes.map(({ kind }) => kind)).toEqual(["topic"]);
  });

  it.each([
    ["a card", { body: { elements: [{ tag: "markdown", content: "Deploy done" }] } }, "Deploy done"],
    [
      "its user_dsl",
      { user_dsl: JSON.stringify({ body: { elements: [{ tag: "markdown", content: "dsl" }] } }) },
      "dsl",
    ],
    ["a placeholder again", { elements: [[{ tag: "text", text: "请升级至最新版本客户端，以查看内容" }]] }, "[card]"],
  ])("a card of which the event has only a placeholder: %s", async (_name, content, text) => {
    const { reader, feishu } = feishuWith({ om_c: [{ id: "om_c", content, type: "interactive" }] });
    const message = inGroup({
      messageId: "om_c",
      type: "interactive",
      text: "请升级至最新版本客户端，以查看内容",
    });
    expect((await reader.read(message)).text).toBe(text);
    const get = feishu.requests.find(({ path }) => path.endsWith("/om_c"));
    expect(get?.query.get("card_msg_content_type")).toBe("user_card_content");
  });
});

describe("[E7] who somebody is", () => {
  it("is known from the group's members without the contact scope, else by a short label", async () => {
    const { reader, feishu } = feishuWith({}, false);
    expect(await reader.read(inGroup({}))).toMatchObject({ senderName: "Ann", senderLabel: "Ann" });
    const stranger = { ...ann, openId: "ou_7d8e9f001122" };
    expect(await reader.read(inGroup({ sender: stranger }))).toMatchObject({
      senderName: undefined,
      senderLabel: "user-001122",
    });
    expect(feishu.requests.filter(({ path }) => path.endsWith("/members"))).toHaveLength(1);
    expect(feishu.requests.filter(({ path }) => path.includes("/contact/"))).toHaveLength(1);
  });

  it("is not waited for in a person's own chat where names only decorate", async () => {
    const { client, feishu } = recordedClient();
    const answer = Promise.withResolvers<{ json: object }>();
    feishu.answer = () => answer.promise;
    const names = new PersonNames(client, silentLogger);
    const reader = new MessageReader({ client, names, namesLaterInDirectChats: true, logger: silentLogger });
    const direct = inboundMessage({ chatType: "direct", sender: ann });
    expect(await reader.read(direct)).toMatchObject({ senderName: undefined });
    answer.resolve({ json: { code: 0, data: { user: { name: "Ann" } } } });
    await names.look("ou_ann");
    expect(await reader.read(direct)).toMatchObject({ senderName: "Ann" });
  });

  it("is said of a contact that somebody shares", async () => {
    const { reader } = feishuWith({});
    const shared = (id: string) => reader.read(inGroup({ type: "share_user", text: `[contact: ${id}]` }));
    expect((await shared("ou_bob")).text).toBe("[contact: Bob (ou_bob)]");
    expect((await shared("ou_nobody")).text).toBe("[contact: ou_nobody]");
  });

  it("is known from a message that mentions them", async () => {
    const { reader, feishu } = feishuWith({}, false);
    await reader.read(inGroup({ mentions: [{ key: "@_user_1", openId: "ou_eve", name: "Eve", isSelf: false }] }));
    const before = feishu.requests.length;
    expect(await reader.read(inGroup({ sender: { ...ann, openId: "ou_eve" } }))).toMatchObject({ senderName: "Eve" });
    expect(feishu.requests).toHaveLength(before);
  });
});
