import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { constructs } from "./constructs.ts";

/** A text as the page shows it, without what the formatter decides about: white space, and the marks of code and of escapes. */
function shown(text: string): string {
  let visible = text.replaceAll("\n", "⏎");
  for (const char of ["\u001b", "\u200b", "\u202e"])
    visible = visible.replaceAll(char, `u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return visible.replace(/[\s`\\]+/gu, "");
}

describe.each(["en", "zh"])("[E5] docs/%s/reference/dialect.md", (language) => {
  it("shows the table of constructs", () => {
    const page = readFileSync(`docs/${language}/reference/dialect.md`, "utf8").replace(/[\s`\\]+/gu, "");
    for (const { name, zh, markdown, card, post, text, source } of constructs) {
      const cells = [language === "en" ? name : zh, markdown, card, card === post ? "=" : post, text, source];
      expect(page).toContain(`|${cells.map(shown).join("|")}|`);
    }
  });
});
