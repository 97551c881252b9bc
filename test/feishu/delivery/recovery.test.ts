import { describe, expect, it } from "vitest";
import type { FeishuErrorRow } from "../../../extensions/feishu/client/index.ts";
import {
  CARDKIT_ERRORS,
  FeishuApiError,
  FeishuInputError,
  FeishuTransportError,
  GATEWAY_ERRORS,
  IM_ERRORS,
} from "../../../extensions/feishu/client/index.ts";
import { decide, isUnknownOutcome, mayBlameImages } from "../../../extensions/feishu/delivery/recovery.ts";
import type { Decision, FailureContext } from "../../../extensions/feishu/delivery/recovery.ts";

const PATIENCE = { failures: 6, forMs: 15_000 };
const FIRST: FailureContext = { failures: 1, failingForMs: 0, patience: PATIENCE, random: () => 1 };
const WORN: FailureContext = { ...FIRST, failures: 6 };

function refusal(apiCode: number, more: Partial<ConstructorParameters<typeof FeishuApiError>[0]> = {}): FeishuApiError {
  return new FeishuApiError({
    operation: "cardkit.cardElement.content",
    apiCode,
    apiMessage: "words of Feishu",
    httpStatus: 400,
    ...more,
  });
}

function broken(
  code: "timeout" | "network" | "bad-body",
  maybeApplied: boolean = true,
  cause?: unknown,
): FeishuTransportError {
  return new FeishuTransportError({ operation: "cardkit.card.create", code, detail: "x", maybeApplied, cause });
}

describe("[D2] what follows a refusal", () => {
  it.each<[number, string, Decision, Decision]>([
    [
      99_991_400,
      "the gateway's limit",
      { do: "limited", afterMs: 1_000, scope: "api" },
      { do: "limited", afterMs: 30_000, scope: "api" },
    ],
    [
      230_020,
      "a chat's or card's limit",
      { do: "limited", afterMs: 1_000, scope: "card" },
      { do: "limited", afterMs: 30_000, scope: "card" },
    ],
    [
      200_400,
      "a card's limit",
      { do: "limited", afterMs: 1_000, scope: "card" },
      { do: "limited", afterMs: 30_000, scope: "card" },
    ],
    [200_850, "streaming timed out", { do: "reopen" }, { do: "reopen" }],
    [300_309, "streaming is closed", { do: "reopen" }, { do: "reopen" }],
    [200_510, "streaming timed out, of elements", { do: "reopen" }, { do: "reopen" }],
    [200_860, "too large", { do: "shrink" }, { do: "shrink" }],
    [300_305, "too many elements", { do: "shrink" }, { do: "shrink" }],
    [200_740, "no such card", { do: "gone" }, { do: "gone" }],
    [200_750, "the card is too old", { do: "gone" }, { do: "gone" }],
    [300_311, "another app's card", { do: "end" }, { do: "end" }],
    [300_317, "the sequence is behind", { do: "resequence" }, { do: "resequence" }],
    [200_810, "the card is in use", { do: "retry", afterMs: 2_000 }, { do: "end" }],
    [300_313, "no such element", { do: "resync", afterMs: 150 }, { do: "end" }],
    [200_770, "done already", { do: "resync", afterMs: 150 }, { do: "end" }],
    [200_220, "unreadable", { do: "resync", afterMs: 150 }, { do: "end" }],
    [300_120, "Feishu's own failure", { do: "retry", afterMs: 150 }, { do: "end" }],
    [2_200, "Feishu's own failure", { do: "retry", afterMs: 150 }, { do: "end" }],
    [1_234_567, "nobody knows", { do: "retry", afterMs: 150 }, { do: "end" }],
    [230_028, "the content audit", { do: "soften" }, { do: "soften" }],
  ])("%i: %s", (code, _what, at1, at6) => {
    expect(decide(refusal(code), FIRST)).toEqual(at1);
    const wait = { ...WORN, failures: 9, failingForMs: 60_000 };
    expect(decide(refusal(code), wait)).toEqual(at6);
  });

  it("waits as long as Feishu says", () => {
    const error = refusal(99_991_400, { httpStatus: 429, retryAfterMs: 7_000 });
    expect(decide(error, FIRST)).toEqual({ do: "limited", afterMs: 7_000, scope: "api" });
    expect(decide(refusal(230_020, { retryAfterMs: 20 }), FIRST)).toMatchObject({ afterMs: 20 });
  });

  it("treats an unknown code by its HTTP status", () => {
    expect(decide(refusal(1, { httpStatus: 429 }), FIRST)).toMatchObject({ do: "limited" });
    expect(decide(refusal(1, { httpStatus: 502 }), FIRST)).toMatchObject({ do: "retry" });
  });

  it("knows a reply whose question is gone, but only of a reply", () => {
    for (const code of [230_011, 230_019, 230_050, 230_071, 230_072, 230_110, 230_111, 231_003, 99_992_354])
      expect(decide(refusal(code, { operation: "im.message.reply" }), WORN), String(code)).toEqual({ do: "retarget" });
    expect(decide(refusal(230_011, { operation: "im.message.patch" }), FIRST)).not.toEqual({ do: "retarget" });
    expect(decide(refusal(230_020, { operation: "im.message.reply" }), FIRST)).toMatchObject({ do: "limited" });
  });

  it("ends at once what only a person can mend", () => {
    for (const code of [230_002, 230_013, 230_035, 230_053])
      expect(decide(refusal(code, { operation: "im.message.create" }), FIRST), String(code)).toEqual({ do: "refused" });
  });
});

describe("[D2] what follows when nobody answered", () => {
  it.each(["network", "bad-body"] as const)("%s: again after growing pauses, then another way", (code) => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((failures) =>
      decide(broken(code), { ...FIRST, failures, patience: { failures: Infinity, forMs: Infinity } }),
    );
    expect(pauses).toEqual(
      [150, 350, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000].map((afterMs) => ({ do: "retry", afterMs })),
    );
    expect(decide(broken(code), WORN)).toEqual({ do: "end" });
  });

  it("shortens a pause by a tenth at most", () => {
    expect(decide(broken("network"), { ...FIRST, random: () => 0 })).toEqual({ do: "retry", afterMs: 135 });
    expect(decide(refusal(200_810), { ...FIRST, random: () => 0 })).toEqual({ do: "retry", afterMs: 1_000 });
  });

  it("does not wait once more after a call that took all its time", () => {
    expect(decide(broken("timeout"), FIRST)).toEqual({ do: "retry", afterMs: 0 });
    expect(decide(broken("timeout"), { ...FIRST, failures: 2 })).toEqual({ do: "retry", afterMs: 350 });
  });

  it.each<[number, number, boolean]>([
    [1, 0, false],
    [1, 60_000, false],
    [2, 14_999, false],
    [2, 15_000, true],
    [5, 0, false],
    [6, 0, true],
    [7, 0, true],
  ])("%i failures in %i ms wear the patience out: %s", (failures, failingForMs, worn) => {
    const decision = decide(broken("network"), { ...FIRST, failures, failingForMs });
    expect(decision.do).toBe(worn ? "end" : "retry");
  });

  it("gives an address up that never answered", () => {
    const context = { ...FIRST, neverAnsweredForMs: 8_000 };
    const never = broken("network", false);
    expect(decide(never, context)).toEqual({ do: "refused" });
    expect(decide(never, { ...context, neverAnsweredForMs: 7_999 }).do).toBe("retry");
    expect(decide(never, { ...context, neverAnsweredForMs: undefined }).do).toBe("retry");
    expect(decide(broken("network", true), context).do).toBe("retry");
    expect(decide(broken("timeout", true), context).do).toBe("retry");
    // The token did not come, so the call that needs it was not sent.
    expect(decide(broken("timeout", false, never), context)).toEqual({ do: "refused" });
    expect(decide(broken("timeout", false, broken("timeout", true)), context)).toEqual({ do: "refused" });
  });
});

describe("[D2][S6] what follows when something is new", () => {
  const fresh = { ...WORN, fresh: true };

  it.each([200_740, 300_313])("%i: the same again, three times", (code) => {
    const pauses = [undefined, 1, 2, 3].map((freshTries) => decide(refusal(code), { ...fresh, freshTries }));
    expect(pauses.slice(0, 3)).toEqual([400, 800, 1_500].map((afterMs) => ({ do: "again", afterMs })));
    expect(pauses[3]?.do).not.toBe("again");
    expect(decide(refusal(code), { ...fresh, fresh: false }).do).not.toBe("again");
  });

  it("an entity that Feishu does not know yet when it is sent", () => {
    const error = refusal(230_099, {
      operation: "im.message.create",
      apiMessage: "Failed to create card content, ext=ErrCode: 11310; ErrMsg: cardid is invalid; ErrorValue: ; ",
    });
    expect(decide(error, fresh)).toEqual({ do: "again", afterMs: 400 });
  });

  it("other refusals are what they are", () => {
    expect(decide(refusal(200_860), fresh)).toEqual({ do: "shrink" });
    expect(decide(refusal(300_317), fresh)).toEqual({ do: "resequence" });
  });
});

describe("[D2] errors of our own", () => {
  it("end a way, but text that is too long is shortened", () => {
    expect(decide(new FeishuInputError("x", "content", "too-long", "is too long"), FIRST)).toEqual({ do: "shrink" });
    expect(decide(new FeishuInputError("x", "content", "empty", "is empty"), FIRST)).toEqual({ do: "end" });
    expect(decide(new TypeError("a bug"), FIRST)).toEqual({ do: "end" });
    expect(decide(undefined, FIRST)).toEqual({ do: "end" });
  });
});

describe("[D2] whether a failed call may have been done", () => {
  it.each<[string, unknown, boolean]>([
    ["nobody answered", broken("network"), true],
    ["it never left", broken("network", false), false],
    ["Feishu failed", refusal(2_200), true],
    ["Feishu's gateway failed", refusal(1, { httpStatus: 502 }), true],
    ["Feishu failed to give a token", refusal(2_200, { operation: "auth.tenantAccessToken" }), false],
    ["Feishu said no", refusal(300_317), false],
    ["the limit was reached", refusal(99_991_400), false],
    ["a bug of ours", new TypeError("a bug"), false],
  ])("%s", (_what, error, unknown) => {
    expect(isUnknownOutcome(error)).toBe(unknown);
  });
});

describe("[D12] whether a picture may be why a write was refused", () => {
  it.each<[string, unknown, string, boolean]>([
    ["unreadable content", refusal(200_220), "card.create", true],
    ["an unknown code", refusal(1_234_567), "card.create", true],
    ["a key of another app", refusal(230_017), "message.create", true],
    ["a missing element of a card that comes whole", refusal(300_313), "card.update", true],
    ["a missing element of an inline card", refusal(300_313), "message.patch", true],
    ["a missing element", refusal(300_313), "element.content", false],
    ["the limit", refusal(99_991_400), "card.create", false],
    ["the sequence", refusal(300_317), "card.update", false],
    ["no answer", broken("network"), "card.create", false],
    ["a bug of ours", new TypeError("a bug"), "card.create", false],
  ])("%s", (_what, error, api, may) => {
    expect(mayBlameImages(error, api)).toBe(may);
  });
});

/** By kind, for whoever adds a row: every code of the table leads to something, and never to an endless loop. */
describe("[D2] every known code", () => {
  const rows: readonly FeishuErrorRow[] = [...GATEWAY_ERRORS, ...CARDKIT_ERRORS, ...IM_ERRORS];
  it.each(rows.map((row): [number, string, FeishuErrorRow] => [row.code, row.kind, row]))(
    "%i (%s) is tried for a while at most, or for as long as Feishu asks",
    (code, _kind, row) => {
      const error = refusal(code, { operation: row.operation ?? "im.message.create" });
      const decision = decide(error, { ...WORN, failures: 1_000, failingForMs: 1e9 });
      expect(["limited", "reopen", "shrink", "gone", "end", "resequence", "refused", "soften", "retarget"]).toContain(
        decision.do,
      );
    },
  );
});
