import { describe, expect, it } from "vitest";
import { Caller, cardOf, markdown, streamingCard } from "./caller.ts";

const post = (text: string): unknown => ({ zh_cn: { title: "t", content: [[{ tag: "md", text }]] } });

describe("sending", () => {
  it("[D10] answers with the whole message, and shows it to a reader", async () => {
    const caller = new Caller();
    const answer = await caller.send("text", { text: '你好 <at user_id="ou_x">x</at>' });
    expect(answer.data).toMatchObject({
      message_id: expect.stringMatching(/^om_/u),
      msg_type: "text",
      chat_id: caller.emulator.directChatId(),
      sender: { id: caller.emulator.app.appId, id_type: "app_id", sender_type: "app" },
      deleted: false,
      updated: false,
    });
    expect(String(answer.data["create_time"])).toMatch(/^\d{13}$/u);
    expect(caller.emulator.visibleTexts(caller.emulator.directChatId())).toMatchObject([
      { kind: "text", sender: "app" },
    ]);
  });

  it("reaches a person by every kind of id", async () => {
    const caller = new Caller();
    const { store, app } = caller.emulator;
    const ming = store.users.find("小明");
    if (ming === undefined) throw new Error("the seeds hold 小明");
    const ids = {
      open_id: store.users.openId(ming, app.appId),
      union_id: ming.unionId,
      user_id: ming.userId,
      email: ming.email,
      chat_id: caller.emulator.directChatId("小明"),
    };
    for (const [type, id] of Object.entries(ids)) {
      const answer = await caller.call("POST", `/im/v1/messages?receive_id_type=${type}`, {
        receive_id: id,
        msg_type: "text",
        content: '{"text":"x"}',
      });
      expect([type, answer.code, answer.data["chat_id"]]).toEqual([type, 0, caller.emulator.directChatId("小明")]);
    }
  });

  it.each([
    ["no receive_id_type", "", "oc_x", 99992402],
    ["an unknown chat", "chat_id", "oc_x", 99992356],
    ["a chat id of another form", "chat_id", "ou_x", 230034],
    ["an unknown open_id", "open_id", "ou_x", 99992351],
    ["an open_id of another form", "open_id", "om_x", 230034],
    ["an unknown user_id", "user_id", "nobody", 99992360],
    ["an unknown email", "email", "nobody@example.com", 230034],
  ])("refuses %s", async (_, type, id, code) => {
    const answer = await new Caller().call("POST", `/im/v1/messages?receive_id_type=${type}`, {
      receive_id: id,
      msg_type: "text",
      content: '{"text":"x"}',
    });
    expect(answer.code).toBe(code);
  });

  it("refuses an open_id that belongs to another app", async () => {
    const caller = new Caller({ apps: [{ name: "one" }, { name: "two", appId: "cli_0000000000000002" }] });
    const { users } = caller.emulator.store;
    const ming = users.find("ming");
    const openId = ming === undefined ? "" : users.openId(ming, "cli_0000000000000002");
    const answer = await caller.call("POST", "/im/v1/messages?receive_id_type=open_id", {
      receive_id: openId,
      msg_type: "text",
      content: '{"text":"x"}',
    });
    expect(answer.code).toBe(99992361);
  });

  it.each([
    ["a bot that is not in the group", { apps: new Set() }, 230002],
    ["a dissolved group", { dissolved: true }, 232009],
    ["an external group", { external: true }, 230027],
    ["a muted group", { muted: true }, 230018],
    ["a group that denies sending", { sendDenied: true }, 230035],
  ])("refuses %s", async (_, change, code) => {
    const caller = new Caller();
    const group = caller.emulator.store.chats.all().find((chat) => chat.type === "group");
    if (group === undefined) throw new Error("the seeds hold a group");
    Object.assign(group, change);
    const body = { receive_id: group.chatId, msg_type: "text", content: '{"text":"x"}' };
    expect((await caller.call("POST", "/im/v1/messages?receive_id_type=chat_id", body)).code).toBe(code);
  });

  it.each([
    ["who resigned", "resigned", 230029],
    ["outside the availability scope", "unavailableTo", 230013],
    ["who stopped the bot", "stopped", 230053],
  ] as const)("refuses a person %s", async (_, field, code) => {
    const caller = new Caller();
    const ming = caller.emulator.store.users.find("ming");
    if (ming === undefined) throw new Error("the seeds hold ming");
    if (field === "resigned") ming.resigned = true;
    else ming[field].add(caller.emulator.app.appId);
    expect((await caller.send("text", { text: "x" })).code).toBe(code);
  });

  it.each([
    ["text that is no JSON", "text", "no", 230001],
    ["an empty text", "text", '{"text":""}', 230001],
    ["a message type that is none", "hologram", "{}", 230001],
    ["a post without lines", "post", '{"zh_cn":{"content":"x"}}', 230001],
    ["an image that is not there", "image", '{"image_key":"img_x"}', 230001],
    ["a text over 150 KB", "text", JSON.stringify({ text: "a".repeat(151 * 1024) }), 230025],
    ["a post over 30 KB", "post", JSON.stringify(post("a".repeat(31_000))), 230025],
    ["a card over 30 KB", "interactive", JSON.stringify(cardOf(markdown("a".repeat(31_000)))), 0],
    ["a card over 150 KB", "interactive", JSON.stringify(cardOf(markdown("a".repeat(154_000)))), 230025],
    ["a card that is no JSON", "interactive", "{", 230099],
    ["a bare card id", "interactive", '{"card_id":"7"}', 230099],
    ["a card with an unsupported tag", "interactive", JSON.stringify(cardOf({ tag: "note" })), 230099],
    ["a card that mentions nobody", "interactive", JSON.stringify(cardOf(markdown("<at id=ou_x></at>"))), 230099],
    [
      "a card of version 1.0",
      "interactive",
      JSON.stringify({ elements: [{ tag: "div", text: { tag: "plain_text", content: "old" } }] }),
      0,
    ],
  ])("judges %s", async (_, type, content, code) => {
    const caller = new Caller();
    const body = { receive_id: caller.emulator.directChatId(), msg_type: type, content };
    expect((await caller.call("POST", "/im/v1/messages?receive_id_type=chat_id", body)).code).toBe(code);
  });

  it.each([
    ["tag", cardOf({ tag: "note" }), "ErrCode: 200861"],
    ["mention", cardOf(markdown("<at id=ou_x></at>")), "ErrCode: 100290"],
    ["image", cardOf({ tag: "img", img_key: "img_x" }), "ErrCode: 200570"],
    [
      "components",
      cardOf(...Array.from({ length: 201 }, () => ({ tag: "hr" }))),
      "ErrCode: 11310; ErrMsg: element exceeds the limit",
    ],
    ["table rows", cardOf({ tag: "table", columns: [{ name: "a" }], rows: [{ b: 1 }] }), "ErrCode: 200915"],
    ["bare card id", { card_id: "7" }, "ErrCode: 200621"],
  ])("gives the %s problem its sub-code", async (_, card, text) => {
    const answer = await new Caller().send("interactive", card);
    expect(answer.msg).toContain("Failed to create card content, ext=");
    expect(answer.msg).toContain(text);
  });
});

describe("card entities in messages", () => {
  it("[B2] are sent once, by the app that made them", async () => {
    const caller = new Caller({
      apps: [
        { name: "one", appId: "cli_0000000000000001", appSecret: "a" },
        { name: "two", appId: "cli_0000000000000002", appSecret: "b" },
      ],
    });
    const group = caller.emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId;
    const cardId = await caller.card();
    const content = JSON.stringify({ type: "card", data: { card_id: cardId } });
    const body = { receive_id: group, msg_type: "interactive", content };
    const other = await caller.freshToken("cli_0000000000000002", "b");
    expect((await caller.call("POST", "/im/v1/messages?receive_id_type=chat_id", body, other)).msg).toContain(
      "ErrCode: 11310; ErrMsg: cardid is invalid",
    );
    expect((await caller.call("POST", "/im/v1/messages?receive_id_type=chat_id", body)).code).toBe(0);
    const again = await caller.call("POST", "/im/v1/messages?receive_id_type=chat_id", body);
    expect([again.code, again.msg]).toEqual([
      230099,
      expect.stringContaining("ErrCode: 11310; ErrMsg: cardid is invalid"),
    ]);
    expect((await caller.sendCard("7000000000000000000")).code).toBe(230099);
    caller.emulator.world.secondSend = "other";
    expect((await caller.sendCard(cardId)).msg).not.toContain("ErrCode: 11310");
  });

  it("show what is written to them, with the elements' ids", async () => {
    const caller = new Caller();
    const cardId = await caller.card({
      ...streamingCard("a"),
      header: { title: { tag: "plain_text", content: "Title" } },
    });
    await caller.sendCard(cardId);
    await caller.content(cardId, "answer", 1);
    expect(caller.emulator.visibleTexts(caller.emulator.directChatId())).toMatchObject([
      {
        kind: "card",
        cardId,
        title: "Title",
        parts: [{ elementId: "md", tag: "markdown", text: "answer" }],
        text: "answer",
        streaming: true,
      },
    ]);
  });

  it("come back simplified unless the caller asks for the card as sent", async () => {
    const caller = new Caller();
    const cardId = await caller.card(streamingCard("hello"));
    const id = String((await caller.sendCard(cardId)).data["message_id"]);
    const read = async (query: string): Promise<unknown> => {
      const items = (await caller.call("GET", `/im/v1/messages/${id}${query}`)).data["items"] as {
        body: { content: string };
      }[];
      return JSON.parse(items[0]?.body.content ?? "");
    };
    expect(JSON.stringify(await read(""))).not.toContain("hello");
    expect(await read("?card_msg_content_type=user_card_content")).toMatchObject(streamingCard("hello"));
  });
});

describe("a group that lets bots mention nobody but members", () => {
  it("[D10] refuses a card that mentions everybody: sent as JSON, by its id, or written later", async () => {
    const caller = new Caller();
    const chat = caller.emulator.store.chats.get(caller.emulator.directChatId());
    if (chat === undefined) throw new Error("the seeds hold this chat");
    chat.mentionAll = false;
    const all = "<at id='all'></at>";
    expect((await caller.send("interactive", cardOf(markdown(all)))).msg).toContain("ErrCode: 100290");
    expect((await caller.sendCard(await caller.card(cardOf(markdown(all))))).msg).toContain("ErrCode: 100290");
    const cardId = await caller.card();
    await caller.sendCard(cardId);
    expect((await caller.content(cardId, all, 1)).msg).toContain("ErrCode: 100290");
    const add = { type: "append", elements: JSON.stringify([markdown(all)]), sequence: 2 };
    expect((await caller.call("POST", `/cardkit/v1/cards/${cardId}/elements`, add)).msg).toContain("100290");
    chat.mentionAll = true;
    expect((await caller.content(cardId, all, 3)).code).toBe(0);
  });
});

describe("uuid", () => {
  it("[D2] sends one message within the hour; the repetition gets the same one, or 230049, by setting", async () => {
    const caller = new Caller();
    const first = await caller.send("text", { text: "once" }, { uuid: "u" });
    const again = await caller.send("text", { text: "once" }, { uuid: "u" });
    expect(again.data["message_id"]).toBe(first.data["message_id"]);
    expect(caller.emulator.visibleTexts(caller.emulator.directChatId())).toHaveLength(1);
    caller.emulator.world.imUuidReplay = 230049;
    expect((await caller.send("text", { text: "once" }, { uuid: "u" })).code).toBe(230049);
    await caller.pass(3_600_000);
    const later = await caller.send("text", { text: "once" }, { uuid: "u" });
    expect(later.data["message_id"]).not.toBe(first.data["message_id"]);
    expect((await caller.send("text", { text: "x" }, { uuid: "u".repeat(51) })).code).toBe(99992402);
  });

  it("answers 230049 while the first call is still under way", async () => {
    const caller = new Caller();
    await caller.token();
    caller.emulator.faults.add({ operation: "message.create", effect: { type: "latency", afterMs: 500 }, count: 1 });
    const first = caller.send("text", { text: "once" }, { uuid: "u" });
    await caller.pass(100);
    expect((await caller.send("text", { text: "once" }, { uuid: "u" })).code).toBe(230049);
    expect((await caller.clock.runUntil(first)).code).toBe(0);
  });
});

describe("replies and topics", () => {
  it("[A11] keeps a reply in its topic, and starts one on request", async () => {
    const caller = new Caller();
    const reply = (id: unknown, extra: object = {}): ReturnType<Caller["call"]> =>
      caller.call("POST", `/im/v1/messages/${String(id)}/reply`, {
        msg_type: "text",
        content: '{"text":"x"}',
        ...extra,
      });
    const root = caller.emulator.sendAsUser({ text: "question" });
    const plain = await reply(root.messageId);
    expect(plain.data).toMatchObject({ root_id: root.messageId, parent_id: root.messageId });
    expect(plain.data["thread_id"]).toBeUndefined();
    const inTopic = await reply(root.messageId, { reply_in_thread: true });
    expect(inTopic.data["thread_id"]).toMatch(/^omt_/u);
    const stays = await reply(inTopic.data["message_id"]);
    expect(stays.data).toMatchObject({
      thread_id: inTopic.data["thread_id"],
      root_id: root.messageId,
      parent_id: inTopic.data["message_id"],
    });
    const list = async (type: string, id: unknown): Promise<unknown[]> =>
      (await caller.call("GET", `/im/v1/messages?container_id_type=${type}&container_id=${String(id)}`)).data[
        "items"
      ] as unknown[];
    expect(await list("thread", inTopic.data["thread_id"])).toHaveLength(3);
    expect(await list("chat", root.chatId)).toHaveLength(2);
  });

  it("starts a topic with every message of a topic group", async () => {
    const caller = new Caller();
    const group = caller.emulator.store.chats.all().find((chat) => chat.type === "group");
    if (group === undefined) throw new Error("the seeds hold a group");
    group.topicGroup = true;
    const asked = caller.emulator.sendAsUser({ chatId: group.chatId, text: "question" });
    const reply = await caller.call("POST", `/im/v1/messages/${asked.messageId}/reply`, {
      msg_type: "text",
      content: '{"text":"x"}',
    });
    expect(asked.threadId).toMatch(/^omt_/u);
    expect(reply.data["thread_id"]).toBe(asked.threadId);
    const other = await caller.call("POST", "/im/v1/messages?receive_id_type=chat_id", {
      receive_id: group.chatId,
      msg_type: "text",
      content: '{"text":"y"}',
    });
    expect(other.data["thread_id"]).toMatch(/^omt_/u);
    expect(other.data["thread_id"]).not.toBe(asked.threadId);
    expect((await caller.call("GET", `/im/v1/chats/${group.chatId}`)).data).toMatchObject({
      chat_mode: "topic",
      group_message_type: "thread",
    });
  });

  it.each([
    ["an unknown message", "om_nothing", {}, 99992354],
    ["a recalled message", "recalled", {}, 230011],
    ["a topic where the group allows none", "plain", { reply_in_thread: true }, 230071],
  ])("refuses to answer %s", async (_, which, extra, code) => {
    const caller = new Caller();
    const root = caller.emulator.sendAsUser({ text: "question" });
    const chat = caller.emulator.store.chats.get(root.chatId);
    if (chat !== undefined) chat.topicReplies = false;
    if (which === "recalled") caller.emulator.recallAsUser(root);
    const id = which === "om_nothing" ? which : root.messageId;
    expect(
      (
        await caller.call("POST", `/im/v1/messages/${id}/reply`, {
          msg_type: "text",
          content: '{"text":"x"}',
          ...extra,
        })
      ).code,
    ).toBe(code);
  });
});

describe("patching, editing, recalling", () => {
  const patch = (caller: Caller, id: unknown, card: unknown): ReturnType<Caller["call"]> =>
    caller.call("PATCH", `/im/v1/messages/${String(id)}`, {
      content: typeof card === "string" ? card : JSON.stringify(card),
    });

  it("[B8] shows the patched card, at most five times a second and for 14 days", async () => {
    const caller = new Caller();
    const sent = await caller.send("interactive", cardOf(markdown("a")));
    const id = sent.data["message_id"];
    for (let i = 0; i < 5; i++) expect((await patch(caller, id, cardOf(markdown(`b${i}`)))).code).toBe(0);
    expect((await patch(caller, id, cardOf(markdown("c")))).code).toBe(230020);
    expect(caller.emulator.visibleTexts(caller.emulator.directChatId())[0]?.text).toBe("b4");
    await caller.pass(1000);
    expect((await patch(caller, id, { type: "card", data: {} })).code).toBe(230099);
    expect((await patch(caller, id, { schema: "2.0", config: { update_multi: false } })).code).toBe(230099);
    const version1 = { config: { update_multi: true }, elements: [] };
    expect((await patch(caller, id, version1)).msg).toContain("ErrCode: 200830");
    expect((await patch(caller, id, { schema: "2.0", body: { elements: [] } })).code).toBe(0);
    await caller.pass(14 * 86_400_000);
    const answer = await caller.call(
      "PATCH",
      `/im/v1/messages/${String(id)}`,
      { content: JSON.stringify(cardOf()) },
      await caller.freshToken(),
    );
    expect(answer.code).toBe(230031);
  });

  it("refuses what is not its own card", async () => {
    const caller = new Caller();
    const text = await caller.send("text", { text: "x" });
    expect((await patch(caller, text.data["message_id"], cardOf())).code).toBe(230054);
    expect((await patch(caller, "om_nothing", cardOf())).code).toBe(99992354);
  });

  it("edits texts and posts up to 20 times", async () => {
    const caller = new Caller();
    const edit = (id: unknown, type: string, content: unknown): ReturnType<Caller["call"]> =>
      caller.call("PUT", `/im/v1/messages/${String(id)}`, { msg_type: type, content: JSON.stringify(content) });
    const id = (await caller.send("text", { text: "x" })).data["message_id"];
    for (let i = 0; i < 20; i++) expect((await edit(id, "text", { text: `edit ${i}` })).code).toBe(0);
    expect((await edit(id, "text", { text: "too often" })).code).toBe(230072);
    expect(caller.emulator.visibleTexts(caller.emulator.directChatId())[0]?.text).toBe("edit 19");
    const card = (await caller.send("interactive", cardOf())).data["message_id"];
    expect((await edit(card, "text", { text: "x" })).code).toBe(0);
    const user = caller.emulator.sendAsUser({ text: "mine" });
    expect((await edit(user.messageId, "text", { text: "x" })).code).toBe(230071);
    const late = (await caller.send("text", { text: "x" })).data["message_id"];
    caller.emulator.settings.editWindowMs = 1000;
    await caller.pass(1000);
    expect((await edit(late, "text", { text: "x" })).code).toBe(230075);
  });

  it("recalls its own message once, within the window", async () => {
    const caller = new Caller();
    const recall = (id: unknown): ReturnType<Caller["call"]> => caller.call("DELETE", `/im/v1/messages/${String(id)}`);
    const id = (await caller.send("text", { text: "x" })).data["message_id"];
    expect((await recall(id)).code).toBe(0);
    expect(caller.emulator.visibleTexts(caller.emulator.directChatId())).toEqual([]);
    expect((await recall(id)).code).toBe(230011);
    const items = (await caller.call("GET", `/im/v1/messages/${String(id)}`)).data["items"];
    expect(items).toMatchObject([{ deleted: true, body: { content: "This message was recalled" } }]);
    expect((await recall(caller.emulator.sendAsUser({ text: "mine" }).messageId)).code).toBe(230026);
    const late = (await caller.send("text", { text: "x" })).data["message_id"];
    caller.emulator.settings.recallWindowMs = 1000;
    await caller.pass(1000);
    expect((await recall(late)).code).toBe(230009);
  });
});

describe("listing", () => {
  it("pages through a chat in both orders and by time", async () => {
    const caller = new Caller();
    for (let i = 0; i < 5; i++) {
      await caller.send("text", { text: `m${i}` });
      await caller.pass(1000);
    }
    const chat = caller.emulator.directChatId();
    const list = (query: string): ReturnType<Caller["call"]> =>
      caller.call("GET", `/im/v1/messages?container_id_type=chat&container_id=${chat}${query}`);
    const texts = (answer: { data: Record<string, unknown> }): unknown[] =>
      (answer.data["items"] as { body: { content: string } }[]).map(
        (item) => (JSON.parse(item.body.content) as { text: string }).text,
      );
    const first = await list("&page_size=2");
    expect([texts(first), first.data["has_more"]]).toEqual([["m0", "m1"], true]);
    expect(texts(await list(`&page_size=2&page_token=${String(first.data["page_token"])}`))).toEqual(["m2", "m3"]);
    expect(texts(await list("&sort_type=ByCreateTimeDesc&page_size=1"))).toEqual(["m4"]);
    const start = Math.floor(caller.clock.wallNow() / 1000) - 2;
    expect(texts(await list(`&start_time=${start}`))).toEqual(["m3", "m4"]);
    expect((await list("&page_size=51")).code).toBe(99992402);
    expect((await caller.call("GET", "/im/v1/messages?container_id_type=chat&container_id=oc_x")).code).toBe(99992356);
    expect((await caller.call("GET", "/im/v1/messages?container_id_type=thread&container_id=omt_x")).code).toBe(230019);
  });
});

describe("what people send besides texts", () => {
  it("reaches the bot as it is, and a merged forward is read back with its messages", async () => {
    const caller = new Caller();
    const { emulator } = caller;
    const types: unknown[] = [];
    emulator.onEvent(emulator.app.appId, (body) => void types.push(body["event"]));
    emulator.sendAsUser({ other: { msgType: "sticker", content: { file_key: "v3_x" } } });
    const [one, two] = ["first", "second"].map((text) => emulator.sendAsUser({ text }).messageId);
    const { messageId } = emulator.sendAsUser({ forward: [one ?? "", two ?? ""] });
    expect(types).toMatchObject([
      { message: { message_type: "sticker", content: '{"file_key":"v3_x"}' } },
      { message: { message_type: "text" } },
      { message: { message_type: "text" } },
      { message: { message_type: "merge_forward" } },
    ]);
    const answer = await caller.call("GET", `/im/v1/messages/${messageId}`);
    expect(answer.data["items"]).toMatchObject([
      { message_id: messageId, msg_type: "merge_forward" },
      { message_id: one, upper_message_id: messageId, body: { content: '{"text":"first"}' } },
      { message_id: two, upper_message_id: messageId, body: { content: '{"text":"second"}' } },
    ]);
    expect(() => emulator.sendAsUser({ forward: ["om_nothing"] })).toThrow(/no message/u);
  });
});
