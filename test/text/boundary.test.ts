import { describe, expect, it } from "vitest";
import { BlockState } from "../../src/text/block-state.ts";
import { boundaryQuality } from "../../src/text/boundary.ts";
import { lineAt } from "../../src/text/structure.ts";

/** How good a cut is before the last line of the text. */
function before(text: string): string | undefined {
  const last = text.lastIndexOf("\n") + 1;
  const state = new BlockState();
  for (let at = 0; at < last; at = lineAt(text, at).next) state.advance(text, at, lineAt(text, at).end);
  const after = state.clone();
  after.advance(text, last, text.length);
  return boundaryQuality(text, state, after);
}

describe("[A6] between two lines a cut is", () => {
  it.each([
    ["a\n\nb", "block"],
    ["a\nb", "line"],
    ["a\n# b", "block"],
    ["a\n```", "block"],
    ["```\na\n```\nb", "block"],
    ["---\nb", "line"],
    ["a\n| b", "line"],
    ["- - -\n| b", "block"],
    ["# a\nb", "word"],
    ["# a\n\nb", "word"],
    ["# a\n\n- b", "word"],
    ["# a\nb\nc", "line"],
    ["```\na", "item"],
    ["- ```\n  a\n  b", "item"],
    ["| a |\n|---|\n| b |", "item"],
    ["> | a |\n> |---|\n> | b |", "item"],
    ["| a |\n|---|\n\nb", "block"],
    ["| a |\n|---|\n\n| b |", "block"],
    ["a\n- b", "item"],
    ["- a\n- b", "item"],
    ["- a\n  - b", "item"],
    ["- a\n  - b\n- c", "item"],
    ["- a\n  b", "line"],
    ["- a\n\n  b", "line"],
    ["> a\n> b", "line"],
    ["a\n\n> b", "line"],
    ["> a\n> - b", "item"],
    ["- a\n\nb", "block"],
  ])("before the end of %j as good as before a %s", (text, quality) => {
    expect(before(text)).toBe(quality);
  });

  it.each(["a\n", "> a\n>", "```\na\n```", "| a |\n|---|", "a\n\n---", "- a\n- - -"])(
    "none before the end of %j, which belongs to what is before it",
    (text) => {
      expect(before(text)).toBeUndefined();
    },
  );
});
