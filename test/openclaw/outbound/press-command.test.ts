import { describe, expect, it } from "vitest";
import { asData, isCommand, labelFor } from "../../../extensions/feishu/openclaw/outbound/press-command.ts";
import { toPresentationCard } from "../../../extensions/feishu/openclaw/outbound/presentation-card.ts";

const hidden = [
  "/approve 17 allow-always",
  "  /approve 17 allow-always",
  "\u200B/approve 17",
  "\n/approve 17",
  "／approve 17",
  "!rm -rf /",
  "yes /approve 17 allow-once",
  "/ approve 17",
];

describe("[E10] a button of a model", () => {
  it.each(hidden)("says the command that it sends: %j", (command) => {
    expect(isCommand(command)).toBe(true);
    const said = command.replaceAll(/[\s\u200B]+/gu, " ").trim();
    expect(labelFor("OK", command)).toBe(`${said} · OK`);
    const card = toPresentationCard({
      blocks: [
        {
          type: "buttons",
          buttons: [
            { label: "OK", action: { type: "command", command } },
            { label: "OK", action: { type: "callback", value: command } },
            { label: "OK", value: command },
          ],
        },
        { type: "select", options: [{ label: "OK", value: command }] },
      ],
    });
    const labels = [...JSON.stringify(card).matchAll(/"text":\{"tag":"plain_text","content":"([^"]*)"/gu)].map(
      ([, label]) => label,
    );
    expect(labels).toEqual(Array(4).fill(`${said} · OK`));
  });

  it("of an approval says what it approves, and one that is too long to be read is none", () => {
    const approval = { label: "OK", action: { type: "approval", approvalId: "17", decision: "allow-always" } };
    const long = { label: "OK", action: { type: "command", command: `/approve ${"x".repeat(200)}` } };
    const card = JSON.stringify(toPresentationCard({ blocks: [{ type: "buttons", buttons: [approval, long] }] }));
    expect(card).toContain("/approve 17 allow-always · OK");
    expect(card).not.toContain("xxx");
  });

  it.each(["deploy:yes", "env/prod", "https://example.com/a", "1/2", "und/oder", "Really!"])(
    "keeps its label where it sends no command: %j",
    (words) => {
      expect(labelFor("OK", words)).toBe("OK");
    },
  );

  it("and a value that no label shows reach the agent as data", () => {
    for (const command of hidden) expect(isCommand(asData(command))).toBe(false);
    expect(JSON.parse(asData("/approve 17"))).toBe("/approve 17");
    expect(asData("plain")).toBe("plain");
  });
});
