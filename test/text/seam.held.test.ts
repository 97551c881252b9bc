import { describe, expect, it } from "vitest";
import { NO_CARRY, planCard } from "../../src/text/index.ts";
import type { SeamOptions } from "../../src/text/seam.ts";

const LIMITS = { maxChars: 3_000, maxBytes: 30_000, maxTables: 2 };

const words = (units: number): string => "x".repeat(units);
const plan = (text: string, options: SeamOptions = {}): ReturnType<typeof planCard> =>
  planCard(text, 0, NO_CARRY, LIMITS, options);

/** What of the text so far may not be shown yet. */
const heldOf = (text: string, options: SeamOptions = {}): string => text.slice(plan(text, options).shown);

describe("[A6][D5] of a text that grows is held back", () => {
  it.each([
    // From where the longest of its kind might not fit: 512 units of code and tags, 1,280 of a link, 256 of bold text.
    [2_337, " `c", ""],
    [2_338, " `c", "`c"],
    [2_337, " <a", ""],
    [2_338, " <a", "<a"],
    [1_569, " [c", ""],
    [1_570, " [c", "[c"],
    [2_593, " **c", ""],
    [2_594, " **c", "**c"],
    [2_900, " ![c", "![c"],
    [2_900, " ~~a b", "~~a b"],
    [2_900, " __a", "__a"],
    [2_900, " \\", "\\"],
    // The last character may still grow there.
    [2_900, " `c` d", "d"],
    [2_900, " a", "a"],
    // It would be held as a whole then.
    [2_900, " <at id=x></at>", "<at id=x></at>"],
    [2_900, " [a](b)", "[a](b)"],
    [2_900, " [a](b) ", " "],
  ])("after %i units and %j: %j, markup that is not over yet", (units, text, held) => {
    expect(heldOf(words(units) + text)).toBe(held);
  });

  it.each([
    [1_505, "\n-", ""],
    [1_506, "\n-", "-"],
    [2_000, "\n\n1", "1"],
    [2_000, "\n\n1. a", ""],
    [2_000, "\n\n``` a", "``` a"],
    [2_000, "\n\n```js\n", ""],
  ])("after %i units and %j: %j, a line whose kind is not known yet", (units, text, held) => {
    expect(heldOf(words(units) + text)).toBe(held);
  });

  it.each([
    [2_872, "e", ""],
    [2_873, "e", "e"],
    [2_873, "e\u0301", "e\u0301"],
    [2_900, "a👨", "👨"],
    [2_900, "a\ud83d", "a\ud83d"],
    [100, "a\ud83d", "\ud83d"],
    [100, "\r", "\r"],
    [2_900, "\r", "x\r"],
  ])("after %i units and %j: %j, what may go on as one character", (units, text, held) => {
    expect(heldOf(words(units) + text)).toBe(held);
  });

  it.each([
    [2_486, "\n\n| a | b |", ""],
    [2_487, "\n\n| a | b |", "| a | b |"],
    [2_500, "\n\n| a | b |\n", "| a | b |\n"],
    [2_500, "\n\n| a | b |\n|-", "| a | b |\n|-"],
    [2_500, "\n\n| a | b |\n|-|-|\n", ""],
    [2_500, "\n\n| a | b |\nc", ""],
    [2_500, "\n\na | b |", ""],
    [2_500, "\n\n- | a |", "- | a |"],
    [2_500, "\n\n> | a |\n> ", "> | a |\n> "],
  ])("after %i units and %j: %j, what may be a table's head that does not fit", (units, text, held) => {
    expect(heldOf(words(units) + text)).toBe(held);
  });

  const TWO_TABLES = "|a|\n|-|\n\n|b|\n|-|\n\n";

  it.each([
    ["text", "text"],
    ["text | pipe", "text | pipe"],
    ["text | pipe\n", "text | pipe\n"],
    ["text | pipe\n-", "text | pipe\n-"],
    ["text | pipe\nmore", "more"],
    ["text\n", ""],
    [words(79), words(79)],
    [words(80), ""],
    [`${words(79)}|`, `${words(79)}|`],
    [`${words(80)}|`, ""],
    ["# a | b", "# a | b"],
    ["# a | b\n", ""],
    ["- a | b", "- a | b"],
    ["```\na | b\n-|-\n", ""],
    ["|c|d|\n|-|", "|c|d|\n|-|"],
    [`|c|d|\n|${"-".repeat(255)}`, `|c|d|\n|${"-".repeat(255)}`],
    [`|c|d|\n|${"-".repeat(256)}`, `|${"-".repeat(256)}`],
  ])("on a card full of tables %j: %j, what may begin one more", (text, held) => {
    expect(heldOf(TWO_TABLES + text)).toBe(held);
  });

  it("no table too many on a card that has hardly begun in a reply of many", () => {
    expect(heldOf(`${TWO_TABLES}|c|d|\n|-|-|`, { index: 5 })).toBe("");
    expect(heldOf(`${TWO_TABLES}|c|d|\n|-|-|`, { index: 1 })).toBe("|c|d|\n|-|-|");
  });

  it("nothing of a table too many once it is one: it begins the next card", () => {
    expect(plan(`${TWO_TABLES}a | b\n-|-\n`).seam).toEqual({ end: TWO_TABLES.length, close: "", next: NO_CARRY });
    const long = `|c|d|\n|${"-".repeat(252)}|-|\n`;
    expect(plan(TWO_TABLES + long).seam?.end).toBe(TWO_TABLES.length);
    const tooLong = `|c|d|\n|${"-".repeat(256)}|-|\n`;
    expect(plan(TWO_TABLES + tooLong).seam?.end).toBe(TWO_TABLES.length + 6);
  });

  it.each([
    [2_699, "a | b\n:-", ""],
    [2_700, "a | b\n|-", "|-"],
    [2_700, "a | b\n|", "|"],
    [2_700, "a | b\n:-", ":-"],
  ])("with %i units before and in %j: %j, what may make a table of the line before", (units, text, held) => {
    expect(heldOf(`${words(units - 7)}\n${text}`)).toBe(held);
  });

  it.each([
    ["<at id", "d"],
    ["| a | b |", "|"],
    ["**a b", "b"],
    ["`a", "a"],
  ])("of a small card that begins with %j no more than %j", (text, held) => {
    expect(text.slice(planCard(text, 0, NO_CARRY, { ...LIMITS, maxChars: 60 }).shown)).toBe(held);
  });

  it.each([
    [3_000, "y", 3_000],
    [3_000, "\ud83d", undefined],
    [3_000, "👍", 3_000],
    [2_999, "\ud83d", undefined],
    [2_999, "👍", 2_999],
    [2_999, "e\u0301", 2_999],
    [3_000, "\n", undefined],
    [3_000, "\na", 3_000],
    [3_000, "\n- ", undefined],
    [3_000, " ", undefined],
    [3_000, " a", 3_000],
  ])("after %i units and %j a seam: %j, found as soon as it is sure", (units, text, end) => {
    const { seam, shown } = plan(words(units) + text);
    expect(seam?.end).toBe(end);
    expect(shown).toBeLessThanOrEqual(end ?? units);
    expect(shown).toBeGreaterThanOrEqual(end ?? units - 1);
  });

  it("nothing when the text is over, however it ends", () => {
    for (const text of ["a\ud83d", "a\r", " `c", "\n-", "\n\n| a |", " [c"])
      expect(heldOf(words(2_900) + text, { final: true })).toBe("");
    expect(heldOf(`${TWO_TABLES}text | pipe`, { final: true })).toBe("");
  });
});
