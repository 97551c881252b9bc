import { describe, expect, it } from "vitest";
import { Caller, cardOf, markdown, streamingCard } from "./caller.ts";

const create = (caller: Caller, json: unknown): ReturnType<Caller["call"]> =>
  caller.call("POST", "/cardkit/v1/cards", {
    type: "card_json",
    data: typeof json === "string" ? json : JSON.stringify(json),
  });

describe("creating a card entity", () => {
  it("[D10][B1] gives a card id of 19 digits", async () => {
    expect(await new Caller().card()).toMatch(/^\d{19}$/u);
  });

  it("takes an empty object as a blank card", async () => {
    expect((await create(new Caller(), {})).code).toBe(0);
  });

  it.each([
    ["no JSON", "{", 200220],
    ["null", "null", 300307],
    ["an array", "[]", 200220],
    ["version 1.0 JSON", { elements: [] }, 200610],
    ["a body without the version", { body: {} }, 300303],
    ["an unknown property of the card", { schema: "2.0", elements: [] }, 200220],
    ["an unknown property of a component", cardOf({ ...markdown("x"), colour: "red" }), 200220],
    ["an unknown tag", cardOf({ tag: "note" }), 230099],
    ["update_multi false", { schema: "2.0", config: { update_multi: false } }, 300302],
    ["two elements with one id", cardOf(markdown("a", "x"), markdown("b", "x")), 300301],
    ["an element id that starts with a digit", cardOf(markdown("a", "1x")), 300301],
    ["an element id of 21 characters", cardOf(markdown("a", "a".repeat(21))), 300301],
    ["a header without a title", { schema: "2.0", header: { subtitle: { tag: "plain_text", content: "x" } } }, 200220],
    ["201 elements", cardOf(...Array.from({ length: 201 }, () => ({ tag: "hr" }))), 300305],
    [
      "101 buttons, whose texts count too",
      cardOf(...Array.from({ length: 101 }, () => ({ tag: "button", text: { tag: "plain_text", content: "b" } }))),
      300305,
    ],
    ["more than 30 KB", cardOf(markdown("中".repeat(10_300))), 0],
    ["148 KB", cardOf(markdown("a".repeat(148 * 1024))), 0],
    ["more than 150 KB", cardOf(markdown("中".repeat(51_200))), 200860],
    [
      "a table inside a panel",
      cardOf({
        tag: "collapsible_panel",
        header: { title: { tag: "plain_text", content: "t" } },
        elements: [{ tag: "table", columns: [{ name: "a" }] }],
      }),
      200220,
    ],
    ["a mention of nobody", cardOf(markdown("<at id=ou_nobody></at>")), 230099],
    ["a mention by name, which is no id", cardOf(markdown("<at id=小明></at>")), 230099],
    ["a mention by user_id", cardOf(markdown("<at id=ming></at>")), 0],
    ["a mention by email", cardOf(markdown("<at email=ming@example.com></at>")), 0],
    [
      "an icon with another app's image key",
      cardOf({ ...markdown("x"), icon: { tag: "custom_icon", img_key: "x" } }),
      0,
    ],
    ["a text where an object belongs", cardOf({ tag: "div", text: "x" }), 200220],
    ["a component where a text belongs", cardOf({ tag: "button", text: { tag: "hr" } }), 200220],
    ["a text where an icon belongs", cardOf({ ...markdown("x"), icon: { tag: "plain_text", content: "x" } }), 200220],
    ["a panel without a header", cardOf({ tag: "collapsible_panel", elements: [] }), 200220],
    ["a title that is a string", { schema: "2.0", header: { title: "t" } }, 200220],
    [
      "a way of fitting that 2.0 dropped",
      cardOf({ tag: "img", img_key: "x", size: "stretch_without_padding" }),
      200220,
    ],
    ["a card_link with two of three addresses", { schema: "2.0", card_link: { pc_url: "a", ios_url: "b" } }, 200220],
    ["audio in a card that can be forwarded", cardOf({ tag: "audio", file_key: "x" }), 230099],
    [
      "audio in a card that cannot",
      { schema: "2.0", config: { enable_forward: false }, body: { elements: [{ tag: "audio", file_key: "x" }] } },
      0,
    ],
    ["rows that are no objects", cardOf({ tag: "table", columns: [{ name: "a" }], rows: ["1"] }), 230099],
    ["an image that was never uploaded", cardOf({ tag: "img", img_key: "img_nothing" }), 230099],
  ])("judges %s", async (_, json, code) => {
    expect((await create(new Caller(), json)).code).toBe(code);
  });

  it("names the unsupported tag and where it is", async () => {
    const answer = await create(new Caller(), cardOf(markdown("x"), { tag: "note" }));
    expect(answer.msg).toBe(
      "Failed to create card content, ext=ErrCode: 200861; ErrPath: ROOT -> body -> elements -> [1](tag: note); " +
        "ErrMsg: cards of schema V2 no longer support this capability; ErrorValue: unsupported tag note; ",
    );
  });

  it("takes every component of a reply card", async () => {
    const caller = new Caller();
    const text = (content: string): unknown => ({ tag: "plain_text", content });
    const json = {
      schema: "2.0",
      config: {
        streaming_mode: true,
        update_multi: true,
        summary: { content: "s" },
        width_mode: "fill",
        streaming_config: {
          print_frequency_ms: { default: 30, pc: 50 },
          print_step: { default: 2 },
          print_strategy: "delay",
        },
      },
      header: {
        title: text("t"),
        template: "blue",
        text_tag_list: [{ tag: "text_tag", text: text("x"), color: "red", element_id: "tag" }],
      },
      body: {
        direction: "vertical",
        elements: [
          markdown("hi <at id=all></at> `<at id=ou_code></at>`", "md"),
          { tag: "div", text: { tag: "lark_md", content: "x", text_size: "notation" } },
          { tag: "hr", element_id: "hr" },
          {
            tag: "collapsible_panel",
            expanded: true,
            header: {
              title: { tag: "markdown", content: "thinking" },
              icon_position: "right",
              icon_expanded_angle: -180,
            },
            elements: [markdown("inside", "think")],
          },
          {
            tag: "column_set",
            columns: [
              {
                tag: "column",
                width: "weighted",
                weight: 1,
                elements: [
                  {
                    tag: "button",
                    text: text("Stop"),
                    type: "danger",
                    behaviors: [{ type: "callback", value: { a: 1 } }],
                  },
                ],
              },
            ],
          },
          { tag: "table", columns: [{ name: "a", data_type: "text" }], rows: [{ a: "1" }], page_size: 5 },
        ],
      },
    };
    const cardId = await caller.card(json);
    expect([...(caller.emulator.store.cards.get(cardId)?.tree.slots.keys() ?? [])].sort()).toEqual([
      "hr",
      "md",
      "tag",
      "think",
    ]);
  });

  it("fills a template, and tells a missing one from one that is not visible", async () => {
    const caller = new Caller();
    caller.emulator.store.templates.set("AAq1", { card: cardOf(markdown("hello ${name}", "md")), appIds: undefined });
    caller.emulator.store.templates.set("AAq2", { card: cardOf(), appIds: [] });
    const make = (id: string): ReturnType<Caller["call"]> =>
      caller.call("POST", "/cardkit/v1/cards", {
        type: "template",
        data: JSON.stringify({ template_id: id, template_variable: { name: "Ming" } }),
      });
    const made = await make("AAq1");
    expect(caller.emulator.store.cards.get(String(made.data["card_id"]))?.tree.slots.get("md")?.node["content"]).toBe(
      "hello Ming",
    );
    expect((await make("AAq3")).msg).toContain("ErrCode: 200380");
    expect((await make("AAq2")).msg).toContain("ErrCode: 200381");
  });

  it("[D10] streams only into rich text of a card made from a template", async () => {
    const caller = new Caller();
    const plain = { tag: "div", text: { tag: "plain_text", content: "", element_id: "plain" } };
    const json = { ...cardOf(markdown("", "md"), plain), config: { streaming_mode: true, update_multi: true } };
    caller.emulator.store.templates.set("AAq1", { card: json, appIds: undefined });
    const reference = { template_id: "AAq1" };
    const body = { type: "template", data: JSON.stringify(reference) };
    const made = String((await caller.call("POST", "/cardkit/v1/cards", body)).data["card_id"]);
    const sent = await caller.send("interactive", { type: "template", data: reference });
    const convert = { message_id: sent.data["message_id"] };
    const shown = String((await caller.call("POST", "/cardkit/v1/cards/id_convert", convert)).data["card_id"]);
    for (const cardId of [made, shown]) {
      expect((await caller.content(cardId, "x", 1, {}, "plain")).code).toBe(300310);
      expect((await caller.content(cardId, "x", 2)).code).toBe(0);
    }
  });

  it.each([
    ["no type", { data: "{}" }],
    ["a type that is none", { type: "card", data: "{}" }],
    ["empty data", { type: "card_json", data: "" }],
    ["data that is an object", { type: "card_json", data: {} }],
  ])("answers 99992402 to %s, with the field", async (_, body) => {
    const answer = await new Caller().call("POST", "/cardkit/v1/cards", body);
    expect([answer.http, answer.code]).toEqual([400, 99992402]);
    expect(answer.body["error"]).toMatchObject({ field_violations: [{ field: expect.stringMatching(/type|data/u) }] });
  });
});

describe("the checks before every write, in order", () => {
  it("answers 200740 for a card that does not exist, before looking at the sequence", async () => {
    expect((await new Caller().content("7000000000000000000", "x", 0)).code).toBe(200740);
  });

  it("answers 300311 to another app", async () => {
    const caller = new Caller({
      apps: [
        { name: "one", appId: "cli_0000000000000001", appSecret: "a" },
        { name: "two", appId: "cli_0000000000000002", appSecret: "b" },
      ],
    });
    const cardId = await caller.card();
    const other = await caller.freshToken("cli_0000000000000002", "b");
    const answer = await caller.call(
      "PUT",
      `/cardkit/v1/cards/${cardId}/elements/md/content`,
      { content: "x", sequence: 1 },
      other,
    );
    expect(answer.code).toBe(300311);
  });

  it("answers 200750 after 14 days", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    await caller.pass(14 * 86_400_000);
    const token = await caller.freshToken();
    expect(
      (await caller.call("PATCH", `/cardkit/v1/cards/${cardId}/settings`, { settings: "{}", sequence: 1 }, token)).code,
    ).toBe(200750);
  });

  it("answers 200810 while a click is open", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    caller.emulator.lockCard(cardId, 1000);
    expect((await caller.content(cardId, "x", 1)).code).toBe(200810);
    await caller.pass(1000);
    expect((await caller.content(cardId, "x", 1)).code).toBe(0);
  });

  it("[B9] wants a sequence above the last one, over all operations of the card; gaps are fine, 0 is not", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    expect((await caller.content(cardId, "x", 0)).code).toBe(300317);
    expect((await caller.content(cardId, "x", 1)).code).toBe(0);
    expect((await caller.settings(cardId, { config: { summary: { content: "s" } } }, 7)).code).toBe(0);
    const late = await caller.content(cardId, "xy", 4);
    expect([late.http, late.code, late.msg]).toEqual([400, 300317, "ErrMsg: sequence number compare failed; "]);
    expect(caller.emulator.timeline.entries().at(-1)?.warning).toBe("sequence 4 after 7: Feishu answers 300317");
    expect((await caller.content(cardId, "xy", 7)).code).toBe(300317);
    expect((await caller.content(cardId, "xy", 8)).code).toBe(0);
  });

  it.each([
    ["missing", undefined],
    ["negative", -1],
    ["beyond int32", 2_147_483_648],
    ["a fraction", 1.5],
    ["a string", "1"],
  ])("answers 99992402 to a sequence that is %s", async (_, sequence) => {
    const caller = new Caller();
    const cardId = await caller.card();
    const answer = await caller.call("PUT", `/cardkit/v1/cards/${cardId}/elements/md/content`, {
      content: "x",
      sequence,
    });
    expect(answer.code).toBe(99992402);
  });

  it("uses up the sequence of a failed call, or not, by setting", async () => {
    for (const consumed of [true, false]) {
      const caller = new Caller({ world: { failedCallConsumesSequence: consumed } });
      const cardId = await caller.card();
      expect((await caller.content(cardId, "x", 5, {}, "nothing")).code).toBe(300313);
      expect((await caller.content(cardId, "x", 5)).code).toBe(consumed ? 300317 : 0);
    }
  });

  it("answers 200770 to a uuid that took effect before, on that card only", async () => {
    const caller = new Caller();
    const [one, two] = [await caller.card(), await caller.card()];
    expect((await caller.content(one, "x", 1, { uuid: "u" })).code).toBe(0);
    expect((await caller.content(one, "xy", 2, { uuid: "u" })).code).toBe(200770);
    expect((await caller.content(two, "x", 1, { uuid: "u" })).code).toBe(0);
    expect(caller.emulator.store.cards.get(one)?.tree.slots.get("md")?.node["content"]).toBe("x");
  });

  it("can take a uuid's repetition as done, without doing it, by setting", async () => {
    const caller = new Caller({ world: { cardUuidReplay: "ok" } });
    const cardId = await caller.card();
    await caller.content(cardId, "x", 1, { uuid: "u" });
    expect((await caller.content(cardId, "xy", 2, { uuid: "u" })).code).toBe(0);
    expect(caller.emulator.store.cards.get(cardId)?.tree.slots.get("md")?.node["content"]).toBe("x");
  });

  it("looks at sequence or uuid first, by setting", async () => {
    for (const [checkFirst, code] of [
      ["sequence", 300317],
      ["uuid", 200770],
    ] as const) {
      const caller = new Caller({ world: { checkFirst } });
      const cardId = await caller.card();
      await caller.content(cardId, "x", 1, { uuid: "u" });
      expect((await caller.content(cardId, "x", 1, { uuid: "u" })).code).toBe(code);
    }
  });

  it("forgets a uuid after the time in the settings, and refuses one over 64 characters", async () => {
    const caller = new Caller({ world: { cardUuidMs: 1000 } });
    const cardId = await caller.card();
    await caller.content(cardId, "x", 1, { uuid: "u" });
    await caller.pass(1000);
    expect((await caller.content(cardId, "xy", 2, { uuid: "u" })).code).toBe(0);
    expect((await caller.content(cardId, "xyz", 3, { uuid: "u".repeat(65) })).code).toBe(99992402);
  });
});

describe("card operations", () => {
  it("[B5] replaces the whole card, ending streaming unless its config says otherwise", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    const put = (json: unknown, sequence: number): ReturnType<Caller["call"]> =>
      caller.call("PUT", `/cardkit/v1/cards/${cardId}`, {
        card: { type: "card_json", data: JSON.stringify(json) },
        sequence,
      });
    expect((await put(streamingCard("new"), 1)).code).toBe(0);
    expect((await caller.content(cardId, "newer", 2)).code).toBe(0);
    expect((await put(cardOf(markdown("final", "md")), 3)).code).toBe(0);
    expect((await caller.content(cardId, "late", 4)).code).toBe(300309);
    expect((await put({ schema: "1.0", body: {} }, 5)).code).toBe(300303);
    expect(caller.emulator.store.cards.get(cardId)?.tree.slots.get("md")?.node["content"]).toBe("final");
  });

  it("[B4] changes settings only inside config; without the wrapper nothing happens", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    expect((await caller.settings(cardId, { streaming_mode: false }, 1)).code).toBe(0);
    expect(caller.emulator.timeline.entries().at(-1)?.warning).toContain('without "config"');
    expect((await caller.content(cardId, "still streaming", 2)).code).toBe(0);
    expect(
      (await caller.settings(cardId, { config: { streaming_mode: false, summary: { content: "done" } } }, 3)).code,
    ).toBe(0);
    expect((await caller.content(cardId, "still streaming?", 4)).code).toBe(300309);
    expect(caller.emulator.store.cards.get(cardId)?.tree.json["config"]).toMatchObject({
      summary: { content: "done" },
      update_multi: true,
    });
    expect((await caller.settings(cardId, { config: { colour: 1 } }, 5)).code).toBe(300122);
    expect(
      (await caller.call("PATCH", `/cardkit/v1/cards/${cardId}/settings`, { settings: "no", sequence: 6 })).code,
    ).toBe(200220);
    expect(
      (await caller.call("PATCH", `/cardkit/v1/cards/${cardId}/settings`, { settings: "[]", sequence: 7 })).code,
    ).toBe(300122);
  });

  it("does a batch as a whole or not at all", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    const batch = (actions: unknown, sequence: number): ReturnType<Caller["call"]> =>
      caller.call("POST", `/cardkit/v1/cards/${cardId}/batch_update`, { actions: JSON.stringify(actions), sequence });
    const good = [
      {
        action: "add_elements",
        params: { type: "append", elements: [markdown("b", "b"), { tag: "hr", element_id: "hr" }] },
      },
      { action: "partial_update_element", params: { element_id: "md", partial_element: { content: "a" } } },
      {
        action: "update_element",
        params: { element_id: "b", element: { tag: "div", text: { tag: "plain_text", content: "B" } } },
      },
      { action: "delete_elements", params: { element_ids: ["hr"] } },
      { action: "partial_update_setting", params: { settings: { config: { streaming_mode: false } } } },
    ];
    expect((await batch(good, 1)).code).toBe(0);
    const json = (): unknown => caller.emulator.store.cards.get(cardId)?.tree.json["body"];
    const after = {
      elements: [markdown("a", "md"), { tag: "div", element_id: "b", text: { tag: "plain_text", content: "B" } }],
    };
    expect(json()).toEqual(after);
    expect((await caller.content(cardId, "ab", 2)).code).toBe(300309);
    expect((await batch([good[1], { action: "delete_elements", params: { element_ids: ["gone"] } }], 3)).code).toBe(
      300314,
    );
    expect(
      (await batch([{ action: "partial_update_element", params: { element_id: "gone", partial_element: {} } }], 4))
        .code,
    ).toBe(300313);
    expect(
      (
        await batch(
          [{ action: "partial_update_element", params: { element_id: "md", partial_element: { tag: "hr" } } }],
          5,
        )
      ).code,
    ).toBe(300312);
    expect(
      (await batch([{ action: "update_element", params: { element_id: "gone", element: markdown("x") } }], 6)).code,
    ).toBe(300121);
    expect(
      (
        await batch(
          [
            {
              action: "add_elements",
              params: { type: "insert_after", target_element_id: "gone", elements: [markdown("x")] },
            },
          ],
          7,
        )
      ).code,
    ).toBe(300315);
    expect((await batch([{ action: "what" }], 8)).code).toBe(10002);
    const stringified = { type: "append", elements: JSON.stringify([markdown("x")]) };
    expect((await batch([{ action: "add_elements", params: stringified }], 8)).code).toBe(10002);
    expect(json()).toEqual(after);
  });

  it("[A2] converts a message id to the card id; unknown messages and other kinds are refused", async () => {
    const caller = new Caller();
    const sent = await caller.send("interactive", streamingCard());
    const convert = (id: unknown): ReturnType<Caller["call"]> =>
      caller.call("POST", "/cardkit/v1/cards/id_convert", { message_id: id });
    const cardId = String((await convert(sent.data["message_id"])).data["card_id"]);
    expect((await caller.content(cardId, "typed", 1)).code).toBe(0);
    expect(caller.emulator.visibleTexts(caller.emulator.directChatId())[0]?.text).toBe("typed");
    expect((await convert("om_nothing")).code).toBe(99992354);
    expect((await convert("")).code).toBe(99992402);
    const text = await caller.send("text", { text: "x" });
    expect((await convert(text.data["message_id"])).code).toBe(200740);
  });
});
