import { describe, expect, it } from "vitest";
import { VisibleRange } from "../../../extensions/feishu/delivery/surface/visible-range.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const range = (start: number, end: number, version = 0) => ({ start, end, version });

describe("[S1][S3] what a message shows, and may show", () => {
  it("is nothing at first, and what was acknowledged after that", () => {
    const visible = new VisibleRange(new FakeClock());
    expect([visible.shown, visible.lateUntil]).toEqual([undefined, -Infinity]);
    visible.attempt(range(0, 9));
    expect(visible.shown).toBeUndefined();
    visible.shows(range(0, 5));
    expect(visible.shown).toEqual({ ...range(0, 5), maybeEnd: undefined });
    visible.forget();
    expect(visible.shown).toBeUndefined();
  });

  it.each<[string, ReturnType<typeof range>, { end: number; maybeEnd: number | undefined }]>([
    ["more", range(0, 9), { end: 5, maybeEnd: 9 }],
    ["less: what it took away is not certain any more", range(0, 3), { end: 3, maybeEnd: 5 }],
    ["the same text", range(0, 5), { end: 5, maybeEnd: undefined }],
    ["another version of the text", range(0, 3, 1), { end: 5, maybeEnd: 3 }],
    ["another part of the text", range(2, 4), { end: 5, maybeEnd: 4 }],
  ])("a write that was not answered may show %s", (_name, attempt, { end, maybeEnd }) => {
    const visible = new VisibleRange(new FakeClock(), { ...range(0, 5), maybeEnd: undefined });
    visible.attempt(attempt);
    visible.lost();
    expect(visible.shown).toEqual({ ...range(0, end), maybeEnd });
  });

  it("the most that several unanswered writes may show counts, until one is answered", () => {
    const visible = new VisibleRange(new FakeClock(), { ...range(0, 5), maybeEnd: undefined });
    for (const end of [9, 7]) {
      visible.attempt(range(0, end));
      visible.lost();
    }
    expect(visible.shown?.maybeEnd).toBe(9);
    visible.shows(range(0, 8));
    expect(visible.shown).toEqual({ ...range(0, 8), maybeEnd: undefined });
  });

  it("may change for ten seconds after a call that was not answered, whatever is answered meanwhile", async () => {
    const clock = new FakeClock();
    const visible = new VisibleRange(clock, { ...range(0, 5), maybeEnd: undefined });
    await clock.advance(300);
    visible.late();
    visible.shows(range(0, 6));
    expect([visible.lateUntil, visible.shown?.maybeEnd]).toEqual([10_300, undefined]);
  });
});
