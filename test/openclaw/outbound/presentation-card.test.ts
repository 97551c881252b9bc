import { describe, expect, it } from "vitest";
import { readPress, toPresentationCard } from "../../../extensions/feishu/openclaw/outbound/presentation-card.ts";
import { toPresentationPieces } from "../../../extensions/feishu/openclaw/outbound/presentation-pieces.ts";

describe("[A11] presentations", () => {
  const card = toPresentationCard(
    {
      title: "Deploy",
      tone: "warning",
      blocks: [
        { type: "text", text: "> Ready?" },
        { type: "divider" },
        { type: "context", text: "Build 1" },
        { type: "table", caption: "Open", headers: ["A", "B"], rows: [["x|y", 1]] },
        {
          type: "buttons",
          buttons: [
            { label: "Yes", action: { type: "callback", value: "deploy:yes" }, style: "success" },
            { label: "Status", action: { type: "command", command: "/status" } },
            { label: "Notes", action: { type: "url", url: "https://example.com" } },
            { label: "Off", action: { type: "callback", value: "x" }, disabled: true },
          ],
        },
        { type: "select", placeholder: "Where", options: [{ label: "Prod", value: "env:prod" }] },
      ],
    },
    "Lead",
  );
  const elements = (card["body"] as { elements: Record<string, unknown>[] }).elements;

  it("become cards with a header, text, tables and controls", () => {
    expect(card).toMatchObject({ schema: "2.0", header: { title: { content: "Deploy" }, template: "orange" } });
    expect(elements.map((element) => element["tag"])).toEqual([
      "markdown",
      "markdown",
      "hr",
      "markdown",
      "markdown",
      "column_set",
      "select_static",
    ]);
    expect(elements[4]?.["content"]).toBe("**Open**\n\n| A | B |\n| --- | --- |\n| x\\|y | 1 |");
  });

  it("mention nobody and show no foreign image, wherever they say it", () => {
    const said = "<at id=all></at> ![x](https://example.com/x.png)";
    const risky = toPresentationCard({
      blocks: [
        { type: "text", text: said },
        { type: "context", text: said },
        { type: "table", caption: "C", headers: ["A"], rows: [[said]] },
        { type: "buttons", buttons: [{ label: said }] },
      ],
    });
    const shown = JSON.stringify(risky);
    expect(shown.match(/&lt;at id=all/gu)).toHaveLength(4);
    expect(shown).not.toMatch(/<at|!\[/u);
  });

  it("carry what a press asks for, and read it back", () => {
    const columns = elements[5]?.["columns"] as {
      elements: { behaviors: { type: string; value?: Record<string, unknown> }[] }[];
    }[];
    const values = columns.map((column) => column.elements[0]?.behaviors[0]);
    expect(values.map((behavior) => behavior?.type)).toEqual(["callback", "callback", "open_url", "callback"]);
    expect(readPress(values[0]?.value ?? {}, undefined)).toEqual({ kind: "callback", text: "deploy:yes" });
    expect(readPress(values[1]?.value ?? {}, undefined)).toEqual({ kind: "command", text: "/status" });
    const options = elements[6]?.["options"] as { value: string }[];
    expect(readPress({}, options[0]?.value)).toEqual({ kind: "callback", text: "env:prod" });
  });

  it.each([
    [{}],
    [{ openclaw: "x" }],
    [{ openclaw: { kind: "run", text: "rm" } }],
    [{ openclaw: { kind: "command" } }],
    [{ openclaw: { kind: "question", text: "Blue" } }],
  ])("do not take %j for a press of theirs", (value) => {
    expect(readPress(value, undefined)).toBeUndefined();
    expect(readPress({}, "not json")).toBeUndefined();
  });
});

describe("[E7] a button", () => {
  const behaviors = (item: object): unknown => {
    const card = toPresentationCard({ blocks: [{ type: "buttons", buttons: [{ label: "Go", ...item }] }] });
    return JSON.stringify(card).includes('"behaviors"')
      ? JSON.parse(/"behaviors":(\[.*?\])\}/u.exec(JSON.stringify(card))?.[1] ?? "null")
      : undefined;
  };
  const link = [{ type: "open_url", default_url: "https://a.example" }];

  it.each([
    [
      "with an action and an old url is an action",
      { action: { type: "callback", value: "x" }, url: "https://a.example" },
      [{ type: "callback", value: { openclaw: { kind: "callback", text: "x" } } }],
    ],
    ["with a url action is a link", { action: { type: "url", url: "https://a.example" } }, link],
    ["with a web app is a link", { webApp: { url: "https://a.example" } }, link],
    ["with nothing but a url is a link", { url: "https://a.example" }, link],
    ["to a script is none", { url: "javascript:alert(1)" }, undefined],
    ["to a file is none", { action: { type: "url", url: "file:///etc/passwd" } }, undefined],
  ])("%s", (_name, item, expected) => {
    expect(behaviors(item)).toEqual(expected);
  });
});

describe("[E7] a presentation of any size", () => {
  const go = { type: "buttons", buttons: [{ label: "Go", action: { type: "callback", value: "go" } }] };
  const rows = Array.from({ length: 400 }, (_, i) => [`row ${i}`, i]);
  const table = { type: "table", caption: "T", headers: ["A", "B"], rows: [["x", 1]] };

  it.each([
    ["400 rows and a button", [{ type: "table", caption: "T", headers: ["A", "B"], rows }, go]],
    ["200 dividers", Array.from({ length: 200 }, () => ({ type: "divider" }))],
    ["six tables above a button", [...Array.from({ length: 6 }, () => table), go]],
    ["a very long text", [{ type: "text", text: "line of words\n".repeat(4_000) }, go]],
  ])("%s comes in cards that Feishu takes, nothing lost, the title once", (_name, blocks) => {
    const pieces = toPresentationPieces({ title: "Title", blocks }, "Lead");
    const cards = pieces.map(({ card }) => JSON.stringify(card));
    for (const card of cards) {
      expect(Buffer.byteLength(card)).toBeLessThan(28_000);
      expect(card.match(/"tag":/gu)?.length ?? 0).toBeLessThan(200);
      expect(card.match(/\| --- \|/gu)?.length ?? 0).toBeLessThanOrEqual(3);
    }
    const all = cards.join("");
    expect(all.match(/"header"/gu)).toHaveLength(1);
    expect(all.match(/Lead/gu)).toHaveLength(1);
    for (const [name] of blocks.some((block) => "rows" in block && block.rows === rows) ? rows : [])
      expect(all).toContain(`| ${name} |`);
    if (blocks.includes(go)) {
      expect(cards.at(-1)).toContain('"Go"');
      expect(pieces.at(-1)?.text).toContain("[Go]");
    }
  });
});
