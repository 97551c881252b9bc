import { describe, expect, it } from "vitest";
import type { World } from "../../src/emulator/index.ts";
import { Caller, cardOf, markdown } from "./caller.ts";

const header = { title: { tag: "plain_text", content: "Title" } };

async function read(caller: Caller, card: unknown, query: string): Promise<Record<string, unknown>> {
  const messageId = String((await caller.send("interactive", card)).data["message_id"]);
  const { data } = await caller.call("GET", `/im/v1/messages/${messageId}${query}`);
  const [item] = data["items"] as { body: { content: string } }[];
  return JSON.parse(item?.body.content ?? "null") as Record<string, unknown>;
}

describe("reading a card back", () => {
  const card = { ...cardOf(markdown("the text", "md")), header };

  it("[D10] without a form gives the words for old clients in place of a card of version 2.0", async () => {
    const content = await read(new Caller(), card, "");
    expect(content).toEqual({
      title: "Title",
      elements: [
        [{ tag: "img", image_key: expect.stringContaining("img_v3_") }],
        [{ tag: "text", text: "请升级至最新版本客户端，以查看内容" }],
      ],
    });
    expect(JSON.stringify(content)).not.toContain("the text");
  });

  it("[D10] without a form gives the words of a card of version 1.0", async () => {
    const old = { elements: [{ tag: "div", text: { tag: "plain_text", content: "old words" } }] };
    expect(await read(new Caller(), old, "")).toEqual({ elements: [[{ tag: "text", text: "old words" }]] });
  });

  it.each(["card", "userDsl"] as const)(
    "[D10] as user_card_content: the card JSON, in the world's form %s",
    async (form) => {
      const world: Partial<World> = { userCardContent: form };
      const content = await read(new Caller({ world }), card, "?card_msg_content_type=user_card_content");
      expect(form === "card" ? content : JSON.parse(String(content["user_dsl"]))).toEqual(card);
    },
  );

  it("[D10] as raw_card_content: JSON in a string, fields under property", async () => {
    const content = await read(new Caller(), card, "?card_msg_content_type=raw_card_content");
    expect([content["card_schema"], Object.keys(content)]).toEqual([
      2,
      ["json_card", "json_attachment", "card_schema"],
    ]);
    expect(JSON.parse(String(content["json_card"]))).toMatchObject({
      header: { tag: "card_header", property: { title: { tag: "plain_text", property: { content: "Title" } } } },
      body: { tag: "body", property: { elements: [{ id: "md", tag: "markdown", property: { content: "the text" } }] } },
    });
  });

  it("[D10] mget gives several at once and leaves out what is not there", async () => {
    const caller = new Caller();
    const ids: unknown[] = [];
    for (const text of ["a", "b"]) ids.push((await caller.send("text", { text })).data["message_id"]);
    const query = [...ids, "om_nothing"].map((id) => `message_ids=${String(id)}`).join("&");
    const answer = await caller.call("GET", `/im/v1/messages/mget?${query}`);
    expect((answer.data["items"] as { message_id: string }[]).map((one) => one.message_id)).toEqual(ids);
    const joined = await caller.call("GET", `/im/v1/messages/mget?message_ids=${ids.join(",")}`);
    expect(joined.data["items"]).toHaveLength(2);
    const none = await caller.call("GET", "/im/v1/messages/mget");
    expect([none.code, none.body["error"]]).toMatchObject([99992402, { field_violations: [{ field: "message_ids" }] }]);
  });

  it("[D10] PUT on a card answers 0 and changes nothing", async () => {
    const caller = new Caller();
    const { data } = await caller.send("interactive", cardOf(markdown("as sent")));
    for (const type of ["interactive", "text"]) {
      const body = { msg_type: type, content: JSON.stringify(type === "text" ? { text: "x" } : cardOf(markdown("x"))) };
      const answer = await caller.call("PUT", `/im/v1/messages/${String(data["message_id"])}`, body);
      expect([answer.http, answer.code]).toEqual([200, 0]);
    }
    expect(caller.emulator.visibleTexts(caller.emulator.directChatId())[0]?.text).toBe("as sent");
  });
});
