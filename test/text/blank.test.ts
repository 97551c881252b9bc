import { describe, expect, it } from "vitest";
import { bodyStart, NO_CARRY } from "../../src/text/index.ts";

describe("[E10] what a card shows begins", () => {
  const gap = (units: number, unit = " "): string => unit.repeat(units);

  it("where the carry ends, and with it no later than the text", () => {
    expect(bodyStart("before word", 7, NO_CARRY)).toBe(7);
    expect(bodyStart("before  word", 6, { prefix: "", skip: 2 })).toBe(8);
    expect(bodyStart("word", 2, { prefix: "", skip: 5 })).toBe(4);
  });

  it("behind a gap at its top that is longer than 120 units", () => {
    expect(bodyStart(`${gap(120)}word`, 0, NO_CARRY)).toBe(0);
    expect(bodyStart(`${gap(121)}word`, 0, NO_CARRY)).toBe(121);
    expect(bodyStart(`end${gap(121)}word`, 3, NO_CARRY)).toBe(124);
    expect(bodyStart(`end.${gap(122)}word`, 3, { prefix: "", skip: 1 })).toBe(126);
    expect(bodyStart(gap(121), 0, NO_CARRY)).toBe(121);
    expect(bodyStart("\n\n  word", 0, NO_CARRY)).toBe(0);
    expect(bodyStart(`${gap(116, "\n")}    word`, 0, NO_CARRY)).toBe(0);
    expect(bodyStart(`${"x".repeat(100)}\n\n  word`, 100, NO_CARRY)).toBe(100);
    expect(bodyStart(`${gap(121)}a\nb`, 0, NO_CARRY)).toBe(121);
  });

  it("with the indent of the first word's line, when that is no gap itself", () => {
    expect(bodyStart(`${gap(118, "\n")}    word`, 0, NO_CARRY)).toBe(118);
    expect(bodyStart(`${gap(100, "\n")}${gap(120)}word`, 0, NO_CARRY)).toBe(100);
    expect(bodyStart(`${gap(100, "\n")}${gap(121)}word`, 0, NO_CARRY)).toBe(221);
    expect(bodyStart(`\n\n${gap(200, "\n")}word`, 2, NO_CARRY)).toBe(202);
    expect(bodyStart(`line\n    ${gap(117)}word`, 9, NO_CARRY)).toBe(9);
    expect(bodyStart(`line\n    ${gap(121)}word`, 9, NO_CARRY)).toBe(130);
  });

  it("with any gap behind a fence or a quote that goes on, not behind the indent of code", () => {
    expect(bodyStart(`${gap(200)}word`, 0, { prefix: "```\n", skip: 0 })).toBe(0);
    expect(bodyStart(`${gap(200)}word`, 0, { prefix: "    ", skip: 0 })).toBe(200);
  });

  it("never earlier once more of the text has come", () => {
    const text = `\n${gap(130)}\n${gap(125)}\n  word`;
    let last = 0;
    for (let length = 0; length <= text.length; length++) {
      const start = bodyStart(text.slice(0, length), 0, NO_CARRY);
      expect(start).toBeGreaterThanOrEqual(last);
      last = start;
    }
    expect(last).toBe(text.indexOf("  word"));
  });
});
