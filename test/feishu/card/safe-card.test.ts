import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainText, toSafeCard } from "../../../extensions/feishu/card/index.ts";
import { hostileMarkdown } from "../dialect/hostile-markdown.ts";
import { liveIn } from "../dialect/live.ts";

const element = (one: object): unknown => {
  const { body } = toSafeCard({ schema: "2.0", body: { elements: [one] } }) as { body: { elements: unknown[] } };
  return body.elements[0];
};

describe("[E10] a card that a model or a program wrote", () => {
  it.each([
    ["Markdown", { tag: "markdown", content: "<at id=all></at> **b**" }, { content: "&lt;at id=all></at> **b**" }],
    [
      "lark_md",
      { tag: "div", text: { tag: "lark_md", content: "<at id=all></at>" } },
      { text: { content: "&lt;at id=all></at>" } },
    ],
    ["an entity", { tag: "markdown", content: "&lt;at id=all&gt;" }, { content: "&lt;at id=all&gt;" }],
    [
      "plain text",
      { tag: "div", text: { tag: "plain_text", content: "a\u202e<at id=all>" } },
      { text: { content: "a<\u200bat id=all>" } },
    ],
    [
      "other languages",
      { tag: "markdown", content: "", i18n_content: { en_us: "<at id=all></at>" } },
      { i18n_content: { en_us: "&lt;at id=all></at>" } },
    ],
    [
      "a picture by address",
      { tag: "markdown", content: "![x](https://e.com/?q=1)" },
      { content: "[x](https://e.com/?q=1)" },
    ],
    ["a picture that was uploaded", { tag: "markdown", content: "![x](img_v3_1)" }, { content: "![x](img_v3_1)" }],
    ["a person", { tag: "person", user_id: "ou_x" }, { tag: "markdown", content: "@ou_x" }],
    [
      "people",
      { tag: "person_list", persons: [{ id: "ou_x" }, { id: "ou_y" }] },
      { tag: "markdown", content: "@ou_x @ou_y" },
    ],
    ["a mention as messages have it", { tag: "at", user_id: "all" }, { tag: "markdown", content: "@all" }],
    [
      "a table",
      {
        tag: "table",
        columns: [
          { name: "a", data_type: "lark_md" },
          { name: "p", data_type: "persons" },
        ],
        rows: [{ a: "<at id=all></at>", p: ["ou_x"] }],
      },
      {
        columns: [{ data_type: "lark_md" }, { data_type: "text" }],
        rows: [{ a: "&lt;at id=all></at>", p: '["ou_x"]' }],
      },
    ],
  ])("mentions nobody and fetches nothing: %s", (_, given, made) => {
    expect(element(given)).toMatchObject(made);
  });

  it("leads to the web only", () => {
    const behaviors = [
      { type: "open_url", default_url: "javascript:alert(1)" },
      {
        type: "open_url",
        default_url: "https://e.com",
        ios_url: "myapp://x",
        pc_url: "lark://msgcard/unsupported_action",
      },
      { type: "callback", value: { a: 1 } },
    ];
    expect(
      element({ tag: "button", text: { tag: "plain_text", content: "OK" }, url: "file:///etc/passwd", behaviors }),
    ).toEqual({
      tag: "button",
      text: { tag: "plain_text", content: "OK" },
      behaviors: [
        { type: "open_url", default_url: "https://e.com", pc_url: "lark://msgcard/unsupported_action" },
        { type: "callback", value: { a: 1 } },
      ],
    });
  });

  it("orders nothing in the name of whoever presses", () => {
    const order = { kind: "command", text: "/approve 1" };
    expect(element({ tag: "button", behaviors: [{ type: "callback", value: { openclaw: order, mine: 1 } }] })).toEqual({
      tag: "button",
      behaviors: [{ type: "callback", value: { mine: 1 } }],
    });
    const escaped = `{"\\u006fpenclaw":${JSON.stringify(order)}}`;
    expect(element({ tag: "select_static", options: [{ value: escaped }, { value: "plain" }] })).toEqual({
      tag: "select_static",
      options: [{ value: "{}" }, { value: "plain" }],
    });
  });

  it("is refused when it is nested more deeply than any card, and keeps names that every object has", () => {
    let deep: object = { tag: "hr" };
    for (let i = 0; i < 60; i++) deep = { tag: "column_set", columns: [deep] };
    expect(() => toSafeCard({ body: deep })).toThrow(/nested too deeply/u);
    expect(Object.keys(element(JSON.parse('{"tag":"hr","__proto__":1}') as object) as object)).toEqual([
      "tag",
      "__proto__",
    ]);
  });

  it("has nothing that acts, whatever its words are", () => {
    fc.assert(
      fc.property(hostileMarkdown, (text) => {
        expect(liveIn((element({ tag: "markdown", content: text }) as { content: string }).content)).toEqual([]);
        expect(plainText(text)["content"]).not.toMatch(/<\/?(?:at|person)\b/iu);
      }),
      { numRuns: 300 },
    );
  });
});
