import { describe, expect, it } from "vitest";
import type { CardBlock } from "../../../extensions/feishu/card/index.ts";
import { markdownBlock } from "../../../extensions/feishu/card/index.ts";
import { SendFate } from "../../../extensions/feishu/delivery/surface/send-fate.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const saying = (answer: string): CardBlock[] => [markdownBlock("a0", answer)];

describe("SendFate", () => {
  it("[D2][S3] repeats with one uuid, and knows all that any of the attempts may have shown, and since when", async () => {
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

  it("[D2] keeps its uuid when the message was not found: it may still land", () => {
    const clock = new FakeClock();
    const fate = new SendFate({ clock, uuid: "n-m1" });
    fate.attempt(saying("one"), "card");
    fate.lost();
    expect(fate.attempt(saying("two"), "card")).toBe("n-m1");
    expect(fate.sending).toMatchObject({ cardId: "card", answers: ["one", "two"] });
    fate.notSent();
    expect([fate.unknown, fate.sending]).toEqual([false, undefined]);
    expect(fate.attempt(saying("three"), undefined)).toBe("n-m1");
    expect(fate.sending?.answers).toEqual(["three"]);
  });
});
