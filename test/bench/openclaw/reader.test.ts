import { describe, expect, it } from "vitest";
import { Caller, markdown } from "../../emulator/caller.ts";
import { compareWords, countLetters, readAnswer } from "./reader.ts";
import { writeFigures } from "./report.ts";
import { MARKED, SCENARIOS } from "./scenario.ts";

describe("what the bench reads", () => {
  it("is the answer in a card, a post and a text, without asides and notices", async () => {
    const caller = new Caller();
    const sent = caller.emulator.sendAsUser({ text: "say it" });
    const say = async (type: string, content: unknown): Promise<void> => {
      const { code } = await caller.call("POST", "/im/v1/messages?receive_id_type=chat_id", {
        receive_id: sent.chatId,
        msg_type: type,
        content: JSON.stringify(content),
      });
      expect(code).toBe(0);
    };
    const elements = [
      markdown("One001 two002.", "content"),
      markdown("<font color='grey'>Agent007 main008</font>", "note"),
      { tag: "markdown", content: "three003 <font color='grey'>Model009</font>" },
      markdown("still writing005", "status"),
    ];
    await say("interactive", { schema: "2.0", body: { elements } });
    await say("post", { zh_cn: { content: [[{ tag: "md", text: "four004" }]] } });
    await say("text", { text: "five005" });
    await say("text", { text: "I could not confirm whether my previous reply reached this chat." });

    expect(readAnswer(caller.emulator, sent).match(/\w+\d/gu)).toEqual([
      "One001",
      "two002",
      "three003",
      "four004",
      "five005",
    ]);
  });

  it("counts words that are missing and words that stand there again", () => {
    expect(compareWords("a001 b002 c003 d004", "a001 c003 c003 c003 other009")).toEqual({ lost: 2, doubled: 2 });
    expect(compareWords("a001 b002", "b002, a001")).toEqual({ lost: 0, doubled: 0 });
  });

  it("counts letters alike however they are laid out, and fences that are repeated at a seam not at all", () => {
    expect(countLetters("- point001\n```js\nx1\n```")).toBe(countLetters("**point001**\n```js\n```\n\n```js\nx1\n```"));
  });

  it.each(SCENARIOS)("finds no word twice in $name, wherever it is cut", ({ text }) => {
    const words = text.match(MARKED) ?? [];
    expect(words.length).toBeGreaterThan(50);
    expect(new Set(words).size).toBe(words.length);
    for (let end = 0; end < Math.min(text.length, 3000); end++)
      expect(compareWords(text, text.slice(0, end)).doubled, text.slice(0, end)).toBe(0);
  });

  it("goes between the marks of the page", () => {
    const page = "before\n<!-- figures -->\n\nold\n\n<!-- /figures -->\nafter\n";
    expect(writeFigures(page, "new")).toBe("before\n<!-- figures -->\n\nnew\n\n<!-- /figures -->\nafter\n");
    expect(() => writeFigures("no marks", "new")).toThrow("no <!-- figures -->");
  });
});
