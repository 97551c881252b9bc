import { describe, expect, it } from "vitest";
import { readPress, toPresentationCard } from "../../extensions/feishu/openclaw/presentation-card.ts";

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
