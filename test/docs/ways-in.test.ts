import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { waysIn } from "./ways-in.ts";

const tight = (text: string): string => text.replace(/\s+/gu, " ");

describe("[E10] a way in that was found", () => {
  it.each(waysIn)("is held shut by a test, and stands in the documents: $id", ({ id, en, zh, tests }) => {
    for (const [file, title] of tests) expect(readFileSync(file, "utf8")).toContain(title);
    const files = tests.map(([file]) => `\`${file}\``).join(", ");
    for (const [language, words] of Object.entries({ en, zh })) {
      const page = tight(readFileSync(`docs/${language}/explanation/security.md`, "utf8"));
      expect(page).toContain(`| ${id} | ${words} | ${files} |`);
    }
  });

  it("is one of all that were found", () => {
    const ids = ["H1", "H2", "H3", "M1", "M2", "M3", "M4", "M5", ...Array.from({ length: 11 }, (_, i) => `L${i + 1}`)];
    expect(waysIn.map(({ id }) => id)).toEqual([...ids, "A1", "held"]);
  });
});
