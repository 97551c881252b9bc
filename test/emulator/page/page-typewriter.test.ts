import { describe, expect, it } from "vitest";

interface Print {
  frequencyMs: number;
  step: number;
  strategy: "fast" | "delay";
}
interface Writer {
  shown: number;
  goal: number;
  typing: boolean;
  extend(length: number, print: Print): void;
  show(length: number): void;
  finish(): void;
  advance(ms: number, print: Print): boolean;
}

// The page's modules are plain JavaScript for the browser; this one needs no document.
const { Typewriter } = (await import(
  new URL("../../../src/emulator/page/assets/typewriter.js", import.meta.url).href
)) as { Typewriter: new (length: number) => Writer };
const { cutWhole } = (await import(
  new URL("../../../src/emulator/page/assets/card/reveal.js", import.meta.url).href
)) as {
  cutWhole(text: string, count: number): string;
};

const print = (strategy: "fast" | "delay", step = 1, frequencyMs = 70): Print => ({ strategy, step, frequencyMs });

describe("the page's typewriter", () => {
  it("[D10] types print_step characters every print_frequency_ms, whatever the frames are", () => {
    for (const frame of [1, 7, 16, 70, 1000]) {
      const writer = new Typewriter(0);
      writer.extend(100, print("fast", 3, 50));
      for (let ms = 0; ms < 1000; ms += frame) writer.advance(Math.min(frame, 1000 - ms), print("fast", 3, 50));
      expect(writer.shown).toBe(60);
    }
  });

  it("[D10] shows the unprinted rest of the old text at once with fast, then types the new tail", () => {
    const writer = new Typewriter(0);
    writer.extend(10, print("fast"));
    writer.advance(210, print("fast"));
    expect(writer.shown).toBe(3);
    writer.extend(15, print("fast"));
    expect(writer.shown).toBe(10);
    writer.advance(140, print("fast"));
    expect(writer.shown).toBe(12);
  });

  it("[D10] finishes typing the old text first with delay", () => {
    const writer = new Typewriter(0);
    writer.extend(10, print("delay"));
    writer.advance(210, print("delay"));
    writer.extend(15, print("delay"));
    expect(writer.shown).toBe(3);
    writer.advance(70 * 12, print("delay"));
    expect(writer.shown).toBe(15);
    expect(writer.typing).toBe(false);
  });

  it("[D10] shows a text that does not extend the old one whole, and the rest when streaming ends", () => {
    const writer = new Typewriter(4);
    writer.extend(40, print("delay"));
    writer.show(25);
    expect([writer.shown, writer.goal]).toEqual([25, 25]);
    writer.extend(30, print("delay"));
    writer.finish();
    expect(writer.shown).toBe(30);
  });

  it("saves no time while idle: a pause before the next text does not make it appear faster", () => {
    const writer = new Typewriter(0);
    writer.extend(2, print("fast"));
    writer.advance(10_000, print("fast"));
    expect(writer.advance(10_000, print("fast"))).toBe(false);
    writer.extend(10, print("fast"));
    writer.advance(70, print("fast"));
    expect(writer.shown).toBe(3);
  });

  it("never cuts a character in half", () => {
    expect(cutWhole("好👍了", 2)).toBe("好");
    expect(cutWhole("a👨‍👩‍👧b", 4)).toBe("a");
    expect(cutWhole("e\u0301x", 1)).toBe("");
    expect(cutWhole("abc", 2)).toBe("ab");
    expect(cutWhole("abc", Infinity)).toBe("abc");
  });
});
