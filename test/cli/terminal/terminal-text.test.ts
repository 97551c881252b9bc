import * as fc from "fast-check";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { printable, printableLines, TerminalText } from "../../../src/cli/terminal/terminal-text.ts";

function plain(...pieces: string[]): string {
  const terminal = new TerminalText();
  return pieces.map((piece) => terminal.push(piece)).join("") + terminal.end();
}

describe("TerminalText", () => {
  it.each([
    ["colours", "\u001B[1;31mred\u001B[0m text", "red text"],
    ["256 and true colours", "\u001B[38;5;196ma\u001B[38:2::1:2:3mb", "ab"],
    ["cursor movements", "a\u001B[2K\u001B[1Gb\u001B[?25l", "ab"],
    ["a window title", "\u001B]0;make: all\u0007done", "done"],
    ["a link, ended by ST", "\u001B]8;;https://x.example\u001B\\label\u001B]8;;\u001B\\", "label"],
    ["character sets", "\u001B(Ba\u001B)0b", "ab"],
    ["8-bit controls", "\u009B31mred\u009Dtitle\u009Cend", "redend"],
    ["CRLF", "one\r\ntwo\r\n", "one\ntwo\n"],
    ["a progress bar that returns to the line's beginning", "10%\r50%\r100%\n", "10%\n50%\n100%\n"],
    ["a return at the end", "bye\r", "bye\n"],
    ["tabs, kept", "a\tb", "a\tb"],
    ["bells and backspaces", "a\u0007b\bc\u007F", "abc"],
    ["Chinese and emoji, kept", "流式\u001B[0m输出 👩‍👩‍👧", "流式输出 👩‍👩‍👧"],
    ["an unfinished sequence at the end", "text\u001B[3", "text"],
    ["a sequence that breaks off in the middle", "\u001B[3\nnext", "\nnext"],
    ["an escape without a sequence, and not the text after it", "\u001B👍\u001B字\u001B(👍\u001B\n", "👍字👍\n"],
  ])("[D15] takes out %s", (_, raw, expected) => {
    expect(plain(raw)).toBe(expected);
  });

  it("[D15] gives the same wherever the pieces are cut", () => {
    const token = fc.constantFrom(
      "\u001B[31m",
      "\u001B]0;t\u0007",
      "\u001B]8;;u\u001B\\",
      "\r\n",
      "\r",
      "\n",
      "\u001B(B",
      "x",
      "字",
      "👍",
      "\u001B",
      "[",
      "1",
      "m",
      "\u009B",
    );
    fc.assert(
      fc.property(fc.array(token), fc.array(fc.nat(60)), (tokens, cuts) => {
        const raw = tokens.join("");
        const at = [0, ...cuts.filter((cut) => cut < raw.length).sort((a, b) => a - b), raw.length];
        const pieces = at.slice(1).map((end, i) => raw.slice(at[i], end));
        expect(plain(...pieces)).toBe(plain(raw));
      }),
      { examples: [[["\u001B", "👍"], [2]]] },
    );
  });

  it("[D15] agrees with Node on whole colour sequences", () => {
    const token = fc.constantFrom("\u001B[31m", "\u001B[0m", "\u001B[1;4m", "\u001B[2K", "word ", "字", "\n");
    fc.assert(
      fc.property(fc.array(token), (tokens) => {
        expect(plain(...tokens)).toBe(stripVTControlCharacters(tokens.join("")));
      }),
    );
  });

  it("[D15] lets text through again when a title never ends", () => {
    expect(plain(`\u001B]0;${"x".repeat(70_000)}`, "after")).toMatch(/x{4000,}after$/u);
  });
});

describe("[E10] names that others gave", () => {
  it.each([
    ["a title", "Team \u001B]0;owned\u0007A", "Team A"],
    ["a colour", "\u001B[31mred\u001B[0m", "red"],
    ["a link", "\u001B]8;;https://attacker.example\u001B\\here\u001B]8;;\u001B\\", "here"],
    ["C1 controls", "a\u009B31mb\u0090x\u009Cc", "abc"],
    ["lines", "one\r\ntwo\nthree\ttabs", "one two three tabs"],
    ["a backspace", "safe\b\b\b\bevil", "safeevil"],
    ["another direction", "abc\u202Etxt.exe\u2066x\u2069\u200F", "abctxt.exex"],
    ["an unfinished sequence", "abc\u001B[31", "abc"],
  ])("show no terminal what it obeys: %s", (_what, name, shown) => {
    expect(printable(name)).toBe(shown);
  });

  it("of several lines keep their lines", () => {
    expect(printableLines("a\u001B[2Jb\n  → c\u0007")).toBe("ab\n  → c");
  });
});
