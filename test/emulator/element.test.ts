import { describe, expect, it } from "vitest";
import { Caller, cardOf, markdown, streamingCard } from "./caller.ts";

const TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n";

function textOf(caller: Caller, cardId: string, elementId = "md"): unknown {
  return caller.emulator.store.cards.get(cardId)?.tree.slots.get(elementId)?.node["content"];
}

describe("streaming text into an element", () => {
  it("[D10][B3] types out a text that extends the old one, and repaints one that does not", async () => {
    const caller = new Caller({ settings: { keepHistory: true } });
    const cardId = await caller.card();
    await caller.sendCard(cardId);
    const seen: unknown[] = [];
    caller.emulator.feed.subscribe(
      (event) => event.type === "text" && seen.push([event.mode, event.from, event.text, event.length]),
    );
    await caller.content(cardId, "你好", 1);
    await caller.content(cardId, "你好，世界", 2);
    await caller.content(cardId, "世界", 3);
    expect(seen).toEqual([
      ["type", 0, "你好", 2],
      ["type", 2, "，世界", 5],
      ["replace", 0, "世界", 2],
    ]);
    expect(caller.emulator.timeline.entries().at(-1)?.warning).toContain("whole text so far");
    expect(caller.emulator.store.cards.get(cardId)?.history.map((one) => one.mode)).toEqual([
      "type",
      "type",
      "replace",
    ]);
  });

  it.each([
    ["a markdown element", markdown("", "md"), 0],
    ["a plain text object", { tag: "div", text: { tag: "plain_text", content: "", element_id: "md" } }, 0],
    ["a lark_md object", { tag: "div", text: { tag: "lark_md", content: "", element_id: "md" } }, 300310],
    ["a rule", { tag: "hr", element_id: "md" }, 300310],
    ["an element that is not there", markdown("", "other"), 300313],
  ])("judges %s as a target", async (_, element, code) => {
    const caller = new Caller();
    const cardId = await caller.card({ ...cardOf(element), config: { streaming_mode: true } });
    const answer = await caller.content(cardId, "x", 1);
    expect(answer.code).toBe(code);
    if (code === 300313) expect(answer.msg).toBe("not find elementID : md");
  });

  it.each([
    ["an empty text", "", 99992402],
    ["a text of 100,001 characters", "a".repeat(100_001), 99992402],
    ["a card that would pass 30 KB", "中".repeat(10_240), 0],
    ["a card that would pass 150 KB", "中".repeat(51_200), 200860],
    ["a mention of nobody", "<at id=ou_nobody></at>", 230099],
    ["an image that was never uploaded", "![x](img_nothing)", 230099],
    ["an image inside code", "`![x](img_nothing)`", 0],
    ["six tables in one element", `${TABLE}\n`.repeat(6), 230099],
    ["five tables in one element", `${TABLE}\n`.repeat(5), 0],
    ["five tables inside a fence", `\`\`\`\n${`${TABLE}\n`.repeat(5)}`, 0],
  ])("judges %s", async (_, text, code) => {
    const caller = new Caller();
    const cardId = await caller.card();
    const answer = await caller.content(cardId, text, 1);
    expect([answer.http, answer.code]).toEqual([code === 0 ? 200 : 400, code]);
  });

  it("[D5] counts the tables of all elements, in the words Feishu uses", async () => {
    const caller = new Caller({ world: { cardTables: 5 } });
    const cardId = await caller.card({
      ...streamingCard(),
      body: { elements: [markdown(`${TABLE}\n`.repeat(3), "one"), markdown("", "md")] },
    });
    expect((await caller.content(cardId, `${TABLE}\n`.repeat(2), 1)).code).toBe(0);
    const answer = await caller.content(cardId, `${TABLE}\n`.repeat(3), 2);
    expect(answer.msg).toBe(
      "Failed to create card content, ext=ErrCode: 11310; ErrMsg: card table number over limit; ErrorValue: table; ",
    );
    expect(textOf(caller, cardId)).toBe(`${TABLE}\n`.repeat(2));
    caller.emulator.world.cardTables = 3;
    expect((await caller.content(cardId, `${TABLE}\n`, 3)).code).toBe(230099);
  });

  it("keeps the size right over many updates", async () => {
    const caller = new Caller({ world: { cardLimitWhileStreaming: "free" } });
    const cardId = await caller.card();
    let sequence = 0;
    for (const text of ["a", '\n"\\', "中文字".repeat(50), "😀", "x".repeat(999), "b"]) {
      sequence += 1;
      expect((await caller.content(cardId, text, sequence)).code).toBe(0);
      const tree = caller.emulator.store.cards.get(cardId)?.tree;
      expect(tree?.bytes).toBe(Buffer.byteLength(JSON.stringify(tree?.json)));
    }
  });

  it("can hide elements for a moment after they were added (300313)", async () => {
    const caller = new Caller({ world: { elementVisibleAfterMs: 200 } });
    const cardId = await caller.card();
    const add = { type: "append", elements: JSON.stringify([markdown("", "more")]), sequence: 1 };
    expect((await caller.call("POST", `/cardkit/v1/cards/${cardId}/elements`, add)).code).toBe(0);
    expect((await caller.content(cardId, "x", 2, {}, "more")).code).toBe(300313);
    await caller.pass(200);
    expect((await caller.content(cardId, "x", 3, {}, "more")).code).toBe(0);
  });
});

describe("the ten minutes of streaming mode", () => {
  it("[D4] ends them 600 s after the last enabling, not after the last write: 200850 first, then 300309", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    await caller.pass(300_000);
    expect((await caller.content(cardId, "a", 1)).code).toBe(0);
    await caller.pass(299_999);
    expect((await caller.content(cardId, "ab", 2)).code).toBe(0);
    await caller.pass(1);
    const first = await caller.content(cardId, "abc", 3);
    expect([first.code, first.msg]).toEqual([200850, "card streaming timeout"]);
    const second = await caller.content(cardId, "abc", 4);
    expect([second.code, second.msg]).toEqual([300309, "streaming mode is closed"]);
  });

  it("[D4] starts them again when streaming mode is set to true, before or after the end", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    await caller.pass(590_000);
    expect((await caller.settings(cardId, { config: { streaming_mode: true } }, 1)).code).toBe(0);
    await caller.pass(590_000);
    expect((await caller.content(cardId, "a", 2)).code).toBe(0);
    await caller.pass(10_000);
    expect((await caller.content(cardId, "ab", 3)).code).toBe(200850);
    expect((await caller.settings(cardId, { config: { streaming_mode: true } }, 4)).code).toBe(0);
    expect((await caller.content(cardId, "ab", 5)).code).toBe(0);
  });

  it("lets whole-card calls work after the end, and the add call answer 200510 once, by world", async () => {
    for (const addElementAfterTimeout of [200510, "ok"] as const) {
      const caller = new Caller({ world: { addElementAfterTimeout } });
      const cardId = await caller.card();
      await caller.pass(600_000);
      const add = (sequence: number): ReturnType<Caller["call"]> =>
        caller.call("POST", `/cardkit/v1/cards/${cardId}/elements`, {
          type: "append",
          elements: JSON.stringify([{ tag: "hr" }]),
          sequence,
        });
      expect((await add(1)).code).toBe(addElementAfterTimeout === "ok" ? 0 : 200510);
      expect((await add(2)).code).toBe(0);
      const put = { card: { type: "card_json", data: JSON.stringify(cardOf(markdown("end"))) }, sequence: 3 };
      expect((await caller.call("PUT", `/cardkit/v1/cards/${cardId}`, put)).code).toBe(0);
    }
  });

  it("ends them at once on request, as the page's button does", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    caller.emulator.closeStreaming();
    expect((await caller.content(cardId, "x", 1)).code).toBe(200850);
  });
});

describe("element operations", () => {
  const at = (cardId: string, id = ""): string => `/cardkit/v1/cards/${cardId}/elements${id === "" ? "" : `/${id}`}`;

  it("adds before, after and at the end, also inside containers", async () => {
    const caller = new Caller();
    const panel = {
      tag: "collapsible_panel",
      element_id: "panel",
      header: { title: { tag: "plain_text", content: "t" } },
      elements: [],
    };
    const cardId = await caller.card(cardOf(markdown("m", "md"), panel));
    const add = (type: string, target: string | undefined, id: string, sequence: number): ReturnType<Caller["call"]> =>
      caller.call("POST", at(cardId), {
        type,
        target_element_id: target,
        elements: JSON.stringify([markdown(id, id)]),
        sequence,
      });
    expect((await add("insert_before", "md", "before", 1)).code).toBe(0);
    expect((await add("insert_after", "md", "after", 2)).code).toBe(0);
    expect((await add("append", undefined, "last", 3)).code).toBe(0);
    expect((await add("append", "panel", "inside", 4)).code).toBe(0);
    expect((await add("append", "md", "no", 5)).code).toBe(300315);
    expect((await add("insert_after", "gone", "no", 6)).code).toBe(300315);
    expect((await add("insert_after", undefined, "no", 7)).code).toBe(99992402);
    expect((await add("append", undefined, "md", 8)).code).toBe(300301);
    const body = caller.emulator.store.cards.get(cardId)?.tree.json["body"] as {
      elements: { element_id: string; elements?: unknown[] }[];
    };
    expect(body.elements.map((one) => one.element_id)).toEqual(["before", "md", "after", "panel", "last"]);
    expect(body.elements[3]?.elements).toEqual([markdown("inside", "inside")]);
  });

  it("replaces, patches (also the id, never the tag) and deletes", async () => {
    const caller = new Caller();
    const cardId = await caller.card(cardOf(markdown("m", "md"), { tag: "hr", element_id: "hr" }));
    const put = (id: string, element: unknown, sequence: number): ReturnType<Caller["call"]> =>
      caller.call("PUT", at(cardId, id), { element: JSON.stringify(element), sequence });
    const patch = (id: string, partial: unknown, sequence: number): ReturnType<Caller["call"]> =>
      caller.call("PATCH", at(cardId, id), { partial_element: JSON.stringify(partial), sequence });
    expect((await put("hr", markdown("was a rule"), 1)).code).toBe(0);
    expect(textOf(caller, cardId, "hr")).toBe("was a rule");
    expect((await put("gone", markdown("x"), 2)).code).toBe(300121);
    expect((await put("hr", [], 3)).code).toBe(300121);
    expect((await caller.call("PUT", at(cardId, "hr"), { element: "{", sequence: 4 })).code).toBe(200220);
    expect((await patch("md", { content: "patched", element_id: "renamed" }, 5)).code).toBe(0);
    expect(textOf(caller, cardId, "renamed")).toBe("patched");
    expect((await patch("renamed", { tag: "hr" }, 6)).code).toBe(300312);
    expect((await patch("gone", {}, 7)).code).toBe(300313);
    expect((await patch("renamed", { colour: "red" }, 8)).code).toBe(300313);
    expect((await caller.call("DELETE", at(cardId, "renamed"), { sequence: 9 })).code).toBe(0);
    expect((await caller.call("DELETE", at(cardId, "renamed"), { sequence: 10 })).code).toBe(300314);
    await caller.pass(1000);
    expect((await caller.call("DELETE", at(cardId, "x".repeat(21)), { sequence: 11 })).code).toBe(99992402);
  });

  it("refuses a change that would pass 200 components or 150 KB, leaving the card as it was", async () => {
    const caller = new Caller();
    const cardId = await caller.card();
    const before = JSON.stringify(caller.emulator.store.cards.get(cardId)?.tree.json);
    const add = (elements: unknown[], sequence: number): ReturnType<Caller["call"]> =>
      caller.call("POST", at(cardId), { type: "append", elements: JSON.stringify(elements), sequence });
    expect(
      (
        await add(
          Array.from({ length: 200 }, () => ({ tag: "hr" })),
          1,
        )
      ).code,
    ).toBe(300315);
    const large = await add([markdown("a".repeat(154_000))], 2);
    expect([large.code, large.msg]).toEqual([300315, expect.stringContaining("inner code: 200860")]);
    expect(JSON.stringify(caller.emulator.store.cards.get(cardId)?.tree.json)).toBe(before);
  });
});
