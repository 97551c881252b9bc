import { describe, expect, it } from "vitest";
import type { CardView } from "../../../extensions/feishu/card/index.ts";
import { markdownBlock } from "../../../extensions/feishu/card/index.ts";
import { SendFate } from "../../../extensions/feishu/delivery/send-fate.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const saying = (answer: string): CardView => ({
  header: undefined,
  blocks: [markdownBlock("a0", answer)],
  summary: "",
  typing: { frequencyMs: 70, stepChars: 1, strategy: "fast" },
});

describe("SendFate", () => {
  it("[D2] repeats with one uuid, and knows all that any of the attempts may have shown, and since when", async () => {
    const clock = new FakeClock({ epoch: 1_000 });
    const fate = new SendFate({ clock, uuid: "n-m1" });
    expect([fate.sending, fate.unknown]).toEqual([undefined, false]);
    await clock.advance(10);
    expect(fate.attempt(saying("one"), "card")).toBe("n-m1");
    fate.lost();
    await clock.advance(500);
    expect(fate.attempt(saying("two"), "card")).toBe("n-m1");
    expect(fate.sending).toEqual({ uuid: "n-m1", since: 1_010, cardId: "card", answers: ["one", "two"] });
    expect([fate.unknown, fate.firstAt]).toEqual([true, 10]);
    fate.sent();
    expect(fate.unknown).toBe(false);
  });

  it("[D2] takes another uuid only when no attempt can have succeeded", () => {
    const clock = new FakeClock();
    const earlier = { uuid: "n-m1", since: 5, cardId: "card", answers: ["one"] };
    const fate = new SendFate({ clock, uuid: "n-m1", earlier, unknown: true });
    expect(fate.attempt(saying("two"), undefined)).toBe("n-m1");
    expect(fate.sending).toMatchObject({ since: 5, cardId: "card", answers: ["one", "two"] });
    fate.notSent();
    expect([fate.unknown, fate.sending]).toEqual([false, undefined]);
    expect(fate.attempt(saying("three"), undefined)).not.toBe("n-m1");
    expect(fate.sending?.answers).toEqual(["three"]);
  });
});
