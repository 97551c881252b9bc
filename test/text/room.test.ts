import { describe, expect, it } from "vitest";
import { Room } from "../../src/text/room.ts";

const limits = (maxChars: number, maxBytes: number): ConstructorParameters<typeof Room>[1] => ({
  maxChars,
  maxBytes,
  maxTables: 4,
});

describe("[A6] the room on a card", () => {
  describe("by characters", () => {
    const roomOf = (): Room => new Room("x".repeat(200), limits(100, 10_000));

    it("is up to the limit, what closes the card included", () => {
      const room = roomOf();
      expect([room.fits(100, 0), room.fits(101, 0), room.fits(96, 4), room.fits(96, 5)]).toEqual([
        true,
        false,
        true,
        false,
      ]);
      expect(room.mayFit(90, 10, 0)).toBe(true);
      expect(room.mayFit(90, 11, 0)).toBe(false);
      expect(room.mayFit(90, 7, 3)).toBe(true);
      expect(room.mayFit(90, 7, 4)).toBe(false);
      expect([room.hardEnd(0), room.hardEnd(4)]).toEqual([100, 96]);
    });

    it("may be left in the last tenth, the sooner the better the place is", () => {
      const room = roomOf();
      expect(room.softEnd("block", 0)).toBe(90);
      expect(room.softEnd("item", 0)).toBe(91);
      expect(room.softEnd("line", 0)).toBe(93);
      expect(room.softEnd("sentence", 0)).toBe(95);
      expect(room.softEnd("word", 0)).toBe(97);
      expect(room.softEnd("block", 5)).toBe(85);
    });

    it("may be left in the last 300 of a large card", () => {
      expect(new Room("", limits(3_000, 100_000)).softEnd("block", 0)).toBe(2_700);
      expect(new Room("", limits(9_000, 100_000)).softEnd("block", 0)).toBe(8_700);
    });
  });

  describe("by bytes", () => {
    // 1, 2, 3 and 4 bytes: "a" 0–1, "é" 1–2, "字" 2–3, "👍" 3–5.
    const unit = "aé字👍";
    const roomOf = (): Room => new Room(unit.repeat(10), limits(1_000, 50));

    it("counts one to four for a character, and three for half of one", () => {
      const room = roomOf();
      expect(room.fits(25, 0)).toBe(true);
      expect(room.fits(25, 1)).toBe(false);
      expect(room.fits(26, 0)).toBe(false);
      expect(room.fits(24, 1)).toBe(true);
      expect(room.fits(23, 4)).toBe(true);
      expect(room.fits(23, 5)).toBe(false);
      const halves = new Room("\udc4d\udc4d\ud83d\ud83d\udc4d字", limits(1_000, 15));
      expect([0, 2, 3, 5, 6, 7].map((closing) => halves.hardEnd(closing))).toEqual([5, 5, 4, 3, 3, 2]);
    });

    it("counts three for each unit that is still to come", () => {
      const room = roomOf();
      // 20 units are 40 bytes.
      expect(room.mayFit(20, 3, 0)).toBe(true);
      expect(room.mayFit(20, 3, 1)).toBe(true);
      expect(room.mayFit(20, 3, 2)).toBe(false);
      expect(room.mayFit(20, 4, 0)).toBe(false);
    });

    it("ends at the last unit that fits", () => {
      const room = roomOf();
      expect(room.hardEnd(0)).toBe(25);
      expect(room.hardEnd(1)).toBe(24);
      expect(room.hardEnd(9)).toBe(21);
      expect(room.hardEnd(10)).toBe(20);
    });

    it("may be left in the last tenth of the bytes", () => {
      const room = new Room("x".repeat(400), limits(1_000, 100));
      expect(room.softEnd("block", 0)).toBe(90);
      expect(room.softEnd("line", 0)).toBe(93);
      expect(room.softEnd("word", 0)).toBe(97);
      expect(room.softEnd("block", 5)).toBe(85);
      const large = new Room("x".repeat(40_000), limits(50_000, 30_000));
      expect(large.softEnd("block", 0)).toBe(29_100);
      expect(large.hardEnd(0)).toBe(30_000);
    });

    it("is that of characters while all bytes fit", () => {
      const room = new Room("字".repeat(33), limits(60, 100));
      expect(room.hardEnd(0)).toBe(60);
      expect(room.hardEnd(1)).toBe(59);
      expect(room.hardEnd(2)).toBe(32);
      expect(room.softEnd("block", 0)).toBe(30);
    });
  });
});
