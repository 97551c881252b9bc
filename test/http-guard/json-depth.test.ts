import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStrongToken, isTooDeep } from "../../src/http-guard/index.ts";

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

describe("[E10] JSON that nests too deeply", () => {
  it("is told by its brackets, and never by those in its strings", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 8 }), (value, limit) => {
        expect(isTooDeep(JSON.stringify(value), limit)).toBe(depthOf(value) > limit);
      }),
    );
    expect(isTooDeep(JSON.stringify(["[".repeat(1_000), '"['.repeat(1_000), "\\"]))).toBe(false);
  });

  it.each(["[", '{"a":', '[{"a":'])("is told before it ends: %s", (piece) => {
    expect(isTooDeep(piece.repeat(100_000))).toBe(true);
  });
});

describe("[E10] tokens", () => {
  it.each(["", "t", "x".repeat(15), "with a blank in it", "ünïcödé-töken-16c", "sixteen\nand-more-chars"])(
    "are refused when they are %j",
    (token) => {
      expect(isStrongToken(token)).toBe(false);
    },
  );

  it("are taken from sixteen characters on", () => {
    expect(isStrongToken("x".repeat(16))).toBe(true);
  });
});
