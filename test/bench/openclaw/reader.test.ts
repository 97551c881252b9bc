import { describe, expect, it } from "vitest";
import { Caller, markdown } from "../../emulator/caller.ts";
import { compareWords, countLetters, readAnswer } from "./reader.ts";
import { writeFigures } from "./report.ts";
import { SCENARIOS } from "./scenario.ts";

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
      markdown("One1 two2.", "content"),
      markdown("<font color='grey'>Agent7 main8</font>", "note"),
      { tag: "markdown", content: "three3 <font color='grey'>Model9</font>" },
      markdown("still writing5", "status"),
    ];
    await say("interactive", { schema: "2.0", body: { elements } });
    await say("post", { zh_cn: { content: [[{ tag: "md", text: "four4" }]] } });
    await say("text", { text: "five5" });
    await say("text", { text: "I could not confirm whether my previous reply reached this chat." });

    expect(readAnswer(caller.emulator, sent).match(/\w+\d/gu)).toEqual(["One1", "two2", "three3", "four4", "five5"]);
  });

  it("counts words that are missing and words that stand there again", () => {
    expect(compareWords("a1 b2 c3 d4", "a1 c3 c3 c3 other9")).toEqual({ lost: 2, doubled: 2 });
    expect(compareWords("a1 b2", "b2, a1")).toEqual({ lost: 0, doubled: 0 });
  });

  it("counts letters alike however they are laid out, and fences that are repeated at a seam not at all", () => {
    expect(countLetters("- point1\n```js\nx1\n```")).toBe(countLetters("**point1**\n```js\n```\n\n```js\nx1\n```"));
  });

  it.each(SCENARIOS)("has no word twice in $name", ({ text }) => {
    const words = text.match(/\p{L}+\d+[a-z]?/gu) ?? [];
    expect(words.length).toBeGreaterThan(50);
    expect(new Set(words).size).toBe(words.length);
  });

  it("goes between the marks of the page", () => {
    const page = "before\n<!-- figures -->\n\nold\n\n<!-- /figures -->\nafter\n";
    expect(writeFigures(page, "new")).toBe("before\n<!-- figures -->\n\nnew\n\n<!-- /figures -->\nafter\n");
    expect(() => writeFigures("no marks", "new")).toThrow("no <!-- figures -->");
  });
});
