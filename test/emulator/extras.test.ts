import { describe, expect, it } from "vitest";
import { UserActionError } from "../../src/emulator/index.ts";
import { Caller } from "./caller.ts";

describe("reactions", () => {
  it("adds, lists and takes back its own", async () => {
    const caller = new Caller();
    const { messageId } = caller.emulator.sendAsUser({ text: "hi" });
    const path = `/im/v1/messages/${messageId}/reactions`;
    const added = await caller.call("POST", path, { reaction_type: { emoji_type: "Typing" } });
    expect(added.data).toMatchObject({
      operator: { operator_id: caller.emulator.app.appId, operator_type: "app" },
      reaction_type: { emoji_type: "Typing" },
    });
    caller.emulator.reactAsUser({ messageId, emoji: "THUMBSUP" });
    expect((await caller.call("GET", path)).data["items"]).toHaveLength(2);
    const mine = String(added.data["reaction_id"]);
    expect((await caller.call("DELETE", `${path}/${mine}`)).code).toBe(0);
    expect((await caller.call("DELETE", `${path}/${mine}`)).code).toBe(231010);
    const [left] = (await caller.call("GET", `${path}?reaction_type=THUMBSUP`)).data["items"] as {
      reaction_id: string;
    }[];
    expect((await caller.call("DELETE", `${path}/${left?.reaction_id ?? ""}`)).code).toBe(231007);
  });

  it.each([
    ["an unknown key", "Thumbsup!", "sent", 231001],
    ["a message that is not there", "OK", "om_nothing", 231003],
  ])("refuses %s", async (_, emoji, id, code) => {
    const caller = new Caller();
    const { messageId } = caller.emulator.sendAsUser({ text: "hi" });
    const path = `/im/v1/messages/${id === "sent" ? messageId : id}/reactions`;
    expect((await caller.call("POST", path, { reaction_type: { emoji_type: emoji } })).code).toBe(code);
    expect((await caller.call("DELETE", `${path}/!`)).code).toBe(id === "sent" ? 231011 : 231003);
  });
});

describe("chats and people", () => {
  it("[C11] lists the groups a bot is in, reads one and its members", async () => {
    const caller = new Caller();
    const list = await caller.call("GET", "/im/v1/chats");
    const [group] = list.data["items"] as { chat_id: string }[];
    expect(list.data["items"]).toMatchObject([{ name: "项目群 Project", external: false }]);
    expect((await caller.call("GET", `/im/v1/chats/${group?.chat_id ?? ""}`)).data).toMatchObject({
      chat_mode: "group",
      user_count: "2",
    });
    const members = await caller.call("GET", `/im/v1/chats/${group?.chat_id ?? ""}/members?page_size=1`);
    expect(members.data).toMatchObject({ member_total: 2, has_more: true, items: [{ name: "小明" }] });
    expect((await caller.call("GET", `/im/v1/chats/${caller.emulator.directChatId()}`)).data).toMatchObject({
      chat_mode: "p2p",
    });
    expect((await caller.call("GET", "/im/v1/chats/oc_x")).code).toBe(99992356);
  });

  it("makes a group and renames it", async () => {
    const caller = new Caller();
    const made = await caller.call("POST", "/im/v1/chats?user_id_type=user_id", {
      name: "new",
      user_id_list: ["ming"],
    });
    const id = String(made.data["chat_id"]);
    expect((await caller.call("PUT", `/im/v1/chats/${id}`, { name: "renamed" })).code).toBe(0);
    expect((await caller.call("GET", `/im/v1/chats/${id}`)).data["name"]).toBe("renamed");
    expect((await caller.call("POST", "/im/v1/chats", { user_id_list: ["nobody"] })).code).toBe(232001);
  });

  it("tells a person's name", async () => {
    const caller = new Caller();
    const { users } = caller.emulator.store;
    const ming = users.find("ming");
    const openId = ming === undefined ? "" : users.openId(ming, caller.emulator.app.appId);
    expect((await caller.call("GET", `/contact/v3/users/${openId}`)).data["user"]).toMatchObject({
      name: "小明",
      en_name: "Ming",
      open_id: openId,
    });
    expect((await caller.call("GET", "/contact/v3/users/ou_x")).code).toBe(99992351);
    const found = await caller.call("POST", "/contact/v3/users/batch_get_id", {
      emails: ["ming@example.com", "x@example.com"],
    });
    expect(found.data["user_list"]).toEqual([
      { email: "ming@example.com", user_id: openId },
      { email: "x@example.com" },
    ]);
  });

  it("lists the scopes an app was granted", async () => {
    const caller = new Caller({ apps: [{ name: "narrow", scopes: ["im:message"] }] });
    expect((await caller.call("GET", "/application/v6/scopes")).data["scopes"]).toMatchObject([
      { scope_name: "im:message", grant_status: 1 },
    ]);
  });
});

describe("what people do", () => {
  it("[D10][E7] tells the bot about a rich text that names it, with placeholders as in a text", async () => {
    const caller = new Caller();
    const events: Record<string, unknown>[] = [];
    caller.emulator.onEvent(caller.emulator.app.appId, (body) => void events.push(body));
    const chatId = caller.emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId;
    const { botOpenId } = caller.emulator.app;
    const words = { tag: "text", text: " hi" };
    const at = (user_id: string): object => ({ tag: "at", user_id });
    caller.emulator.sendAsUser({ chatId, post: { content: [[words]] } });
    caller.emulator.sendAsUser({ chatId, post: { content: [[words, at(botOpenId), at("hong"), at("ou_unknown")]] } });
    caller.emulator.sendAsUser({ chatId, post: { zh_cn: { title: "", content: [[words]] } }, mentionBot: true });
    caller.emulator.sendAsUser({ chatId, other: { msgType: "post", content: { content: [[at("all"), words]] } } });
    await caller.pass(0);
    const told = events.map(({ event }) => {
      const { content, mentions = [] } = (event as { message: { content: string; mentions?: { key: string }[] } })
        .message;
      return [content.match(/@_\w+|ou_unknown/gu), mentions.map(({ key }) => key)];
    });
    expect(told).toEqual([
      [
        ["@_user_1", "@_user_2", "ou_unknown"],
        ["@_user_1", "@_user_2"],
      ],
      [["@_user_1"], ["@_user_1"]],
      [["@_all"], ["@_all"]],
    ]);
  });

  it("[D10] tells the bot about a message, with the placeholder of a mention", async () => {
    const caller = new Caller();
    const events: Record<string, unknown>[] = [];
    caller.emulator.onEvent(caller.emulator.app.appId, (body) => void events.push(body));
    const group = caller.emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId;
    caller.emulator.sendAsUser({ text: "私聊 direct" });
    caller.emulator.sendAsUser({ chatId: group, text: "not for the bot" });
    caller.emulator.sendAsUser({ from: "Hong", chatId: group, text: "for the bot", mentionBot: true });
    await caller.pass(0);
    expect(events.map((event) => event["event"])).toMatchObject([
      {
        message: { chat_type: "p2p", message_type: "text", content: '{"text":"私聊 direct"}' },
        sender: { sender_type: "user" },
      },
      {
        message: {
          chat_type: "group",
          content: '{"text":"@_user_1 for the bot"}',
          mentions: [{ key: "@_user_1", id: { open_id: caller.emulator.app.botOpenId } }],
        },
      },
    ]);
    expect(events[0]).toMatchObject({
      schema: "2.0",
      header: { event_type: "im.message.receive_v1", app_id: caller.emulator.app.appId },
    });
  });

  it("brings unmentioned group messages only to a bot with the sensitive scope for them, which no wildcard grants", async () => {
    for (const [scopes, count] of [
      [["*"], 1],
      [["*", "im:message.group_msg"], 2],
    ] as const) {
      const caller = new Caller({ apps: [{ name: "bot", scopes }] });
      const events: unknown[] = [];
      caller.emulator.onEvent(caller.emulator.app.appId, (body) => void events.push(body));
      const group = caller.emulator.store.chats.all().find((chat) => chat.type === "group")?.chatId;
      caller.emulator.sendAsUser({ chatId: group, text: "to nobody" });
      caller.emulator.sendAsUser({ chatId: group, text: "for the bot", mentionBot: true });
      await caller.pass(0);
      expect(events).toHaveLength(count);
    }
  });

  it("tells the bot when somebody writes to it for the first time, in the older envelope", async () => {
    const caller = new Caller();
    const events: Record<string, unknown>[] = [];
    caller.emulator.onEvent(caller.emulator.app.appId, (body) => void events.push(body));
    const init = {
      method: "POST",
      headers: { authorization: `Bearer ${caller.emulator.adminToken}` },
      body: JSON.stringify({ name: "小刚" }),
    };
    expect((await caller.emulator.fetch(`${caller.emulator.apiUrl}/emulator/users`, init)).status).toBe(200);
    const { chatId } = caller.emulator.sendAsUser({ from: "小刚", text: "hi" });
    caller.emulator.sendAsUser({ from: "小刚", text: "again" });
    await caller.pass(0);
    expect(events.filter((event) => event["type"] === "event_callback")).toMatchObject([
      { uuid: expect.any(String), event: { type: "p2p_chat_create", chat_id: chatId, user: { name: "小刚" } } },
    ]);
  });

  it("edits, takes back and reacts, telling the bot of the last two", async () => {
    const caller = new Caller();
    const types: unknown[] = [];
    caller.emulator.onEvent(
      caller.emulator.app.appId,
      (body) => void types.push((body["header"] as Record<string, unknown>)["event_type"]),
    );
    const { messageId, chatId } = caller.emulator.sendAsUser({ text: "a" });
    caller.emulator.editAsUser({ messageId, text: "b" });
    expect(caller.emulator.visibleTexts(chatId)).toMatchObject([{ text: "b", sender: "user" }]);
    caller.emulator.reactAsUser({ messageId, emoji: "OK" });
    caller.emulator.reactAsUser({ messageId, emoji: "OK", remove: true });
    caller.emulator.recallAsUser({ messageId });
    await caller.pass(0);
    expect(types).toEqual([
      "im.message.receive_v1",
      "im.message.reaction.created_v1",
      "im.message.reaction.deleted_v1",
      "im.message.recalled_v1",
    ]);
  });

  it.each([
    ["as nobody", { from: "nobody", text: "x" }],
    ["into no chat", { chatId: "oc_x", text: "x" }],
    ["nothing", {}],
    ["an answer to nothing", { replyTo: "om_x", text: "x" }],
    ["into no topic", { threadId: "omt_x", text: "x" }],
    ["to no app", { appId: "cli_x", text: "x" }],
  ])("cannot write %s", (_, message) => {
    expect(() => new Caller().emulator.sendAsUser(message)).toThrow(UserActionError);
  });

  it("hands messages to a bot that starts a moment later, not to one that starts much later", async () => {
    for (const [wait, count] of [
      [59_000, 1],
      [60_000, 0],
    ] as const) {
      const caller = new Caller();
      const events: unknown[] = [];
      caller.emulator.sendAsUser({ text: "early" });
      await caller.pass(wait);
      caller.emulator.onEvent(caller.emulator.app.appId, (body) => void events.push(body));
      await caller.pass(0);
      expect(events).toHaveLength(count);
    }
  });
});

describe("memory", () => {
  it("keeps a bounded number of calls in the timeline", async () => {
    const caller = new Caller({ timelineLimit: 100, bodyChars: 50 });
    for (let i = 0; i < 300; i++) {
      await caller.call("POST", "/cardkit/v1/cards", {
        type: "card_json",
        data: JSON.stringify({ x: "y".repeat(1000) }),
      });
      await caller.pass(100);
    }
    const { timeline } = caller.emulator;
    expect(timeline.entries().length).toBeLessThanOrEqual(100);
    expect(timeline.entries().length + timeline.dropped).toBe(301);
    expect(timeline.entries().every((entry) => (entry.body?.length ?? 0) <= 50)).toBe(true);
  });

  it("keeps a bounded number of cards, the newest", async () => {
    const caller = new Caller({ settings: { apiPerSecond: Infinity, apiPerMinute: Infinity } });
    const first = await caller.card({});
    for (let i = 0; i < 10_000; i++) await caller.card({});
    expect(caller.emulator.store.cards.size).toBe(10_000);
    expect(caller.emulator.store.cards.get(first)).toBeUndefined();
  });

  it("never writes a secret or a token into the timeline", async () => {
    const caller = new Caller();
    const token = await caller.token();
    await caller.card();
    expect(caller.emulator.timeline.toJsonLines()).not.toContain(token);
    expect(caller.emulator.timeline.toJsonLines()).not.toContain(caller.emulator.app.appSecret);
  });
});
