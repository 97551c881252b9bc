import { describe, expect, it } from "vitest";
import { Caller, cardOf, markdown, streamingCard } from "./caller.ts";

const group = (caller: Caller): string =>
  caller.emulator.store.chats.all().find(({ type }) => type === "group")?.chatId ?? "";

describe("forwarding", () => {
  it("[D10] copies a message to another chat; the copy does not follow its original", async () => {
    const caller = new Caller();
    const { data } = await caller.send("interactive", cardOf(markdown("first", "md")));
    const id = String(data["message_id"]);
    const to = { receive_id: group(caller) };
    const copy = await caller.call("POST", `/im/v1/messages/${id}/forward?receive_id_type=chat_id`, to);
    expect([copy.code, copy.data["chat_id"]]).toEqual([0, to.receive_id]);
    await caller.call("PATCH", `/im/v1/messages/${id}`, { content: JSON.stringify(cardOf(markdown("second", "md"))) });
    expect(caller.emulator.visibleTexts(to.receive_id).at(-1)?.text).toBe("first");
  });

  it("[D10] refuses a card that streams, and one that says no", async () => {
    const caller = new Caller();
    const streaming = (await caller.sendCard(await caller.card(streamingCard("x")))).data["message_id"];
    const kept = (await caller.send("interactive", { ...cardOf(), config: { enable_forward: false } })).data[
      "message_id"
    ];
    for (const id of [streaming, kept]) {
      const to = { receive_id: group(caller) };
      const answer = await caller.call("POST", `/im/v1/messages/${String(id)}/forward?receive_id_type=chat_id`, to);
      expect(answer.code).toBe(230054);
    }
  });

  it("[D10] merges several into one", async () => {
    const caller = new Caller();
    const ids: unknown[] = [];
    for (const text of ["a", "b"]) ids.push((await caller.send("text", { text })).data["message_id"]);
    const body = { receive_id: group(caller), message_id_list: ids };
    const answer = await caller.call("POST", "/im/v1/messages/merge_forward?receive_id_type=chat_id", body);
    const { message_id: id } = answer.data["message"] as { message_id: string };
    const { data } = await caller.call("GET", `/im/v1/messages/${id}`);
    expect((data["items"] as { message_id: string }[]).map((one) => one.message_id)).toEqual([id, ...ids]);
  });
});

describe("people and a bot's message", () => {
  it("[D10] reads it, and the bot can ask who did and is told", async () => {
    const caller = new Caller();
    const told: unknown[] = [];
    caller.emulator.onEvent(caller.emulator.app.appId, (body) => told.push(body));
    const first = String((await caller.send("text", { text: "a" })).data["message_id"]);
    const second = String((await caller.send("text", { text: "b" })).data["message_id"]);
    const chatId = caller.emulator.directChatId();
    const readers = async (id: string): Promise<unknown[]> =>
      (await caller.call("GET", `/im/v1/messages/${id}/read_users?user_id_type=user_id`)).data["items"] as unknown[];
    caller.emulator.readAsUser({ chatId, messageId: first });
    expect([await readers(first), await readers(second)]).toMatchObject([[{ user_id: "ming" }], []]);
    caller.emulator.readAsUser({ chatId });
    caller.emulator.readAsUser({ chatId });
    expect(await readers(second)).toHaveLength(1);
    await caller.pass(0);
    expect(told).toMatchObject([
      { header: { event_type: "im.message.message_read_v1" }, event: { message_id_list: [first] } },
      { event: { message_id_list: [second] } },
    ]);
  });

  it("[D10] is told that it is urgent, if they are in the chat", async () => {
    const caller = new Caller();
    const { data } = await caller.send("text", { text: "now" });
    for (const way of ["app", "sms", "phone"]) {
      const path = `/im/v1/messages/${String(data["message_id"])}/urgent_${way}?user_id_type=user_id`;
      const answer = await caller.call("PATCH", path, { user_id_list: ["ming", "hong"] });
      expect([answer.code, answer.data]).toEqual([0, { invalid_user_id_list: ["hong"] }]);
    }
  });

  it("[D10] pins and unpins it", async () => {
    const caller = new Caller();
    const { data } = await caller.send("text", { text: "keep" });
    const pinned = await caller.call("POST", "/im/v1/pins", { message_id: data["message_id"] });
    expect(pinned.data["pin"]).toMatchObject({ message_id: data["message_id"], operator_id_type: "app_id" });
    const list = async (): Promise<unknown> =>
      (await caller.call("GET", `/im/v1/pins?chat_id=${caller.emulator.directChatId()}`)).data["items"];
    expect(await list()).toHaveLength(1);
    await caller.call("DELETE", `/im/v1/pins/${String(data["message_id"])}`);
    expect(await list()).toEqual([]);
  });
});

describe("the tenant's content audit", () => {
  it("[D10] refuses a call that writes an address, and names what it found", async () => {
    const caller = new Caller();
    caller.emulator.faults.add({ operation: ["message.*", "element.content"], effect: { type: "audit" } });
    expect((await caller.send("text", { text: "nothing special" })).code).toBe(0);
    const refused = await caller.send("text", { text: "write to a@example.com" });
    expect([refused.http, refused.code, refused.msg]).toEqual([400, 230028, expect.stringContaining("EMAIL_ADDRESS")]);
    const cardId = await caller.card();
    expect((await caller.content(cardId, "a@example.com", 1)).msg).toContain("EMAIL_ADDRESS");
    expect((await caller.content(cardId, "a[at]example.com", 2)).code).toBe(0);
  });

  it("[D10] can look for any words", async () => {
    const caller = new Caller();
    caller.emulator.faults.add({
      operation: "message.*",
      contains: "secret",
      effect: { type: "audit", found: "WORD" },
    });
    expect((await caller.send("text", { text: "a secret" })).msg).toContain("WORD");
    expect((await caller.send("text", { text: "a@example.com" })).code).toBe(0);
  });
});
