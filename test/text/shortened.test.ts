import { expect, it } from "vitest";
import { shortened } from "../../src/text/index.ts";

it.each([
  ["short", 5, "short"],
  ["longer", 5, "long…"],
  ["ab👍cd", 4, "ab…"],
  ["a👨‍👩‍👧b", 6, "a…"],
  ["", 3, ""],
])("%j in %i units is %j", (text, maxChars, short) => {
  expect(shortened(text, maxChars)).toBe(short);
});
