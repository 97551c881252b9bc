import { describe, expect, it } from "vitest";
import { Caller, cardOf, markdown } from "./caller.ts";
import type { Answer } from "./caller.ts";
import { CARDS_IN_USE, DOCUMENTED_CARDS, REFUSED_CARDS } from "./cards-in-use.ts";

const create = (caller: Caller, card: unknown): Promise<Answer> =>
  caller.call("POST", "/cardkit/v1/cards", { type: "card_json", data: JSON.stringify(card) });
const isVersion2 = (card: Record<string, unknown>): boolean => card["schema"] === "2.0";

describe("cards that public programs send, and forms of the documents", () => {
  const cards = [...CARDS_IN_USE, ...DOCUMENTED_CARDS];

  it.each(cards)("[D10] $name: sent as a message, and patched", async ({ card }) => {
    const caller = new Caller();
    const sent = await caller.send("interactive", card);
    expect([sent.code, sent.msg]).toEqual([0, "success"]);
    const path = `/im/v1/messages/${String(sent.data["message_id"])}`;
    expect((await caller.call("PATCH", path, { content: JSON.stringify(card) })).code).toBe(0);
  });

  it.each(cards)("[D10] $name: created as an entity, and put in the place of one", async ({ card, cardkit = 0 }) => {
    const caller = new Caller();
    expect((await create(caller, card)).code).toBe(cardkit);
    const put = { card: { type: "card_json", data: JSON.stringify(card) }, sequence: 1 };
    expect((await caller.call("PUT", `/cardkit/v1/cards/${await caller.card()}`, put)).code).toBe(cardkit);
  });

  it.each(cards.filter(({ card }) => isVersion2(card)))("[D10] $name: converted and streamed", async ({ card }) => {
    const caller = new Caller();
    const messageId = (await caller.send("interactive", card)).data["message_id"];
    const converted = await caller.call("POST", "/cardkit/v1/cards/id_convert", { message_id: messageId });
    const answer = await caller.settings(String(converted.data["card_id"]), { config: { streaming_mode: true } }, 1);
    expect([answer.code, answer.msg]).toEqual([0, "success"]);
  });

  it.each(REFUSED_CARDS)("[D10] $name: refused", async ({ card, cardkit, sub }) => {
    const caller = new Caller();
    expect((await create(caller, card)).code).toBe(cardkit);
    expect((await caller.send("interactive", card)).msg).toContain(`ErrCode: ${sub};`);
  });
});

describe("what counts in a card", () => {
  it("[D10] every object with a tag: icons, texts and options too, data of the app not", async () => {
    const one = {
      tag: "button",
      text: { tag: "plain_text", content: "x" },
      icon: { tag: "standard_icon", token: "x" },
      behaviors: [{ type: "callback", value: { tag: "mine" } }],
    };
    const options = [{ text: { tag: "plain_text", content: "a" }, value: "a" }];
    const elements = [...Array.from({ length: 66 }, () => one), { tag: "select_static", options }];
    expect((await create(new Caller(), cardOf(...elements))).code).toBe(0);
    expect((await create(new Caller(), cardOf(...elements, { tag: "hr" }))).code).toBe(300305);
  });

  it("[D10] lets one patch of an element pass 200, and refuses every write after it", async () => {
    const caller = new Caller();
    const cardId = await caller.card({
      ...cardOf(markdown("", "md"), ...Array.from({ length: 199 }, () => ({ tag: "hr" }))),
      config: { streaming_mode: true },
    });
    const icon = { tag: "standard_icon", token: "x" };
    const patch = (sequence: number): Promise<Answer> =>
      caller.call("PATCH", `/cardkit/v1/cards/${cardId}/elements/md`, {
        partial_element: JSON.stringify({ icon }),
        sequence,
      });
    expect((await patch(1)).code).toBe(0);
    expect((await patch(2)).code).toBe(300305);
    expect((await caller.content(cardId, "x", 3)).code).toBe(300305);
    expect((await caller.settings(cardId, { config: {} }, 4)).code).toBe(300305);
  });

  it("[D10] names what is wrong with an id", async () => {
    const caller = new Caller();
    expect((await create(caller, cardOf(markdown("x", "1x")))).msg).toContain("Code 1002");
    expect((await create(caller, cardOf(markdown("x", "x"), markdown("y", "x")))).msg).toContain(
      "Code 1001: Duplicate ID",
    );
  });

  it("[D10] names the fields that do not fit, as the gateway does", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    const answer = await caller.content(cardId, "", 1);
    expect([answer.http, answer.code, answer.msg]).toEqual([400, 99992402, "field validation failed"]);
    expect(answer.body["error"]).toMatchObject({
      field_violations: [{ field: "content", description: "min len is 1" }],
    });
    const none = await caller.call("POST", "/im/v1/messages", { receive_id: "x", msg_type: "text", content: "{}" });
    expect(none.body["error"]).toMatchObject({ field_violations: [{ field: "receive_id_type" }] });
  });
});
