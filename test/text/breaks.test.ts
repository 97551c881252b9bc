import { describe, expect, it } from "vitest";
import { breaksIn } from "../../src/text/index.ts";
import type { TextBreak } from "../../src/text/index.ts";

/** The text up to the last place where it may be broken, each place marked with its kind, and the rest. */
function marked(text: string, from = 0, limit = 1_000): string {
  let shown = "";
  let last = 0;
  for (const { at, kind } of breaksIn(text, from, limit)) {
    shown += `${text.slice(last, at)}‹${kind}›`;
    last = at;
  }
  return shown + text.slice(last);
}

describe("[D6] breaksIn", () => {
  it.each([
    ["after a sentence, a line and a paragraph", "One. ‹sentence›Two\n‹newline›three\n\n‹paragraph›four"],
    ["after any number of blank lines", "a\n\n‹paragraph›b\n\n\n‹paragraph›c"],
    ["between Chinese characters", "字‹word›词。‹sentence›字‹word›词"],
    ["between emoji and characters, never inside one", "e\u0301 ‹word›a ‹word›👨‍👩‍👧‍👦‹word›字‹word›👨‍👩‍👧‍👦‹word›字"],
    ["around inline markup", "a ‹word›`x y` ‹word›b ‹word›[c d](u) ‹word›e"],
    ["in front of markup that has not ended", "x ‹word›**a b"],
    ["behind a mark that its line leaves alone", "x ‹word›**a ‹word›b\n‹newline›y ‹word›z"],
    [
      "between the lines of code, and nowhere in them",
      "t\n‹newline›```\n‹code›a b\n‹code›\n‹code›c\n```\n‹paragraph›u",
    ],
    ["after the fence of a list item", "- ``` a\n‹code›  b c\n  ```\n‹paragraph›- d ‹word›e"],
    ["not in a line that opens a fence", "`````` x y\n‹code›a b"],
    ["not in indented code", "    code x\n\n‹paragraph›z ‹word›y"],
    ["in a heading's text", "# Head ‹word›line\n\n‹paragraph›text"],
    ["in list items", "- item ‹word›one\n‹newline›- item ‹word›two"],
    ["before and after a rule", "a\n\n‹paragraph›- - -\n\n‹paragraph›b"],
    [
      "between the cells of a table, not in the row that makes it one",
      "| ‹word›a ‹word›| ‹word›c ‹word›|\n‹newline›| - | - |\n‹newline›| ‹word›d ‹word›| ‹word›f ‹word›|\n",
    ],
    ["nowhere before the next line has begun", "a\n\n"],
    ["not after half a line break", "a ‹word›b\r"],
    ["after a line break of two units", "a ‹word›b\r\n‹newline›c"],
  ])("are %s", (_, expected) => {
    expect(marked(expected.replaceAll(/‹\w+›/gu, ""))).toBe(expected);
  });

  it("lie above what only sets the scene", () => {
    expect(marked("one two three", 4)).toBe("one two ‹word›three");
    expect(marked("one. two\nthree four", 5)).toBe("one. two\n‹newline›three ‹word›four");
    expect(marked("one. two\nthree four", 9)).toBe("one. two\nthree ‹word›four");
    expect(marked("```ts\nx y\nz", 6)).toBe("```ts\nx y\n‹code›z");
  });

  it("go up to the limit, that included", () => {
    expect(marked("one two three", 0, 7)).toBe("one ‹word›two three");
    expect(marked("one two three", 0, 8)).toBe("one ‹word›two ‹word›three");
    expect(marked("one two\nthree four", 0, 7)).toBe("one ‹word›two\nthree four");
    expect(marked("one two\nthree four", 0, 8)).toBe("one ‹word›two\n‹newline›three four");
  });

  it("are found in a text once they are found in its beginning, those in code left out", () => {
    const text =
      "Some *words*, `a b`.\r\n\r\n- one\n- **two three** [x](y z)\n\n```js\na b\n\nc\n```\n\n| a | b |\n|---|---|\n| c d | e |\n\nend";
    const found = (length: number): TextBreak[] =>
      [...breaksIn(text.slice(0, length), 0, 1_000)].filter(({ kind }) => kind !== "code");
    const whole = found(text.length);
    for (let length = 0; length <= text.length; length++) {
      const early = found(length);
      expect(early).toEqual(whole.slice(0, early.length));
      for (const { at } of early) expect(at).toBeLessThan(length);
    }
  });
});
