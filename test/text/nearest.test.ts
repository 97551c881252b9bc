import { describe, expect, it } from "vitest";
import { nearest } from "../../src/text/index.ts";

describe("nearest", () => {
  it.each([
    ["abx", "abc", true],
    ["axx", "abc", false],
    ["abxx", "abcd", true],
    ["axxx", "abcd", false],
    ["abcdefgxx", "abcdefghi", true],
    ["abcdefxxx", "abcdefghi", false],
    ["abcdefgxxx", "abcdefghij", true],
    ["abcdefxxxx", "abcdefghij", false],
    ["mdoels", "models", true],
  ])("the longer the word, the more letters may be wrong: %j for %j, %j", (given, known, near) => {
    expect(nearest(given, ["provider", known])).toBe(near ? known : undefined);
  });

  it("is the word with the fewest wrong letters, wherever it stands", () => {
    expect(nearest("model", ["modems", "models", "model", "mode"])).toBe("model");
    expect(nearest("modelx", ["model", "mode"])).toBe("model");
    expect(nearest("modelx", ["mode", "model"])).toBe("model");
  });

  it("minds no case, and gives the word as it is known", () => {
    expect(nearest("MAXCHARS", ["maxChars"])).toBe("maxChars");
    expect(nearest("maxchars", ["MAXCHARS"])).toBe("MAXCHARS");
  });

  it("is nothing when nothing is known", () => {
    expect(nearest("abc", [])).toBeUndefined();
  });
});
