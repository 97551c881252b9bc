import { describe, expect, it } from "vitest";
import { toCardMarkdown } from "../../../extensions/feishu/dialect/index.ts";

/** Answers that broke off, and what a card shows of them in the end. */
const CUT: readonly (readonly [source: string, shown: string])[] = [
  ["Some words.", "Some words."],
  ["Some words. ", "Some words. "],
  ["Some words.\n", "Some words.\n"],
  ["This is **", "This is"],
  ["This is **important", "This is **important**"],
  ["This is **important*", "This is **important**"],
  ["This is **important**", "This is **important**"],
  ["This is **important**, and *that", "This is **important**, and *that*"],
  ["这是**重点：", "这是**重点：**"],
  ["这是**", "这是"],
  ["~~old", "~~old~~"],
  ["~~old~", "~~old~~"],
  ["***both", "***both***"],
  ["**bold *and thin", "**bold *and thin***"],
  ["Run `npm", "Run `npm`"],
  ["Run `", "Run"],
  ["Run ``a`b`", "Run ``a`b``"],
  ["**Run `npm", "**Run `npm`**"],
  ["See [the docs", "See the docs"],
  ["See [the **docs", "See the **docs**"],
  ["See [", "See"],
  ["See ![", "See"],
  ["See ![a chart", "See a chart"],
  ["See [the docs](", "See the docs"],
  ["See [the docs](https://exa", "See the docs (`https://exa`)"],
  ["See [the docs](https://example.com)", "See [the docs](https://example.com)"],
  ["An array[0", "An array[0"],
  ["snake_", "snake_"],
  ["2 * 3", "2 * 3"],
  ["- one\n- **two", "- one\n- **two**"],
  ["- one\n-", "- one"],
  ["- one\n- ", "- one"],
  ["Some words\n-", "Some words"],
  ["Some words\n--", "Some words"],
  ["Some words\n##", "Some words"],
  ["## The **title", "## The **title**"],
  ["> quoted **words", "> quoted **words**"],
  ["> quoted\n>", "> quoted"],
  ["| a | b |\n| --- | --- |\n| **c", "| a | b |\n| --- | --- |\n| **c** |"],
  ["```ts\nconst a = 1", "```ts\nconst a = 1\n```"],
  ["```ts\nconst a = 1\n``", "```ts\nconst a = 1\n```"],
  ["A stray ** stays.\n\nNext **one", "A stray ** stays.\n\nNext **one**"],
  ["Over: **as it was written.\n\n", "Over: **as it was written.\n\n"],
  ["Half of \\", "Half of"],
];

describe("[E5] the end of an answer that broke off", () => {
  it.each(CUT)("%j", (source, shown) => {
    expect(toCardMarkdown(source, { cut: true })).toBe(shown);
  });

  it("is not touched in an answer that is whole: those marks are its own", () => {
    expect(toCardMarkdown("This is **important")).toBe("This is **important");
  });

  it("leaves alone what began too long ago to be meant", () => {
    const far = `A lone **star${" and more words".repeat(30)}`;
    expect(toCardMarkdown(far, { cut: true })).toBe(far);
  });
});
