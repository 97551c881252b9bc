import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ButtonSeal } from "../../extensions/feishu/button-seal.ts";

const app = { appId: "cli_a", appSecret: "secret" };
const value = { cardstream: "stop", turn: "t1", owner: "ou_amy" };

describe("[D8][E10] the value of a button", () => {
  it("counts in every process of its app, in any order of its parts, and nowhere else", () => {
    const { seal = "", ...rest } = new ButtonSeal(app).seal(value);
    expect(rest).toEqual(value);
    expect(new ButtonSeal(app).open({ seal, owner: "ou_amy", turn: "t1", cardstream: "stop" })).toEqual(value);
    expect(new ButtonSeal({ ...app, appSecret: "another" }).open({ ...value, seal })).toBeUndefined();
    expect(new ButtonSeal({ ...app, appId: "cli_b" }).open({ ...value, seal })).toBeUndefined();
  });

  it("cannot be made up, changed, cut, or put together from others", () => {
    const seals = new ButtonSeal(app);
    const { seal = "" } = seals.seal(value);
    const piece = fc.oneof(fc.string(), fc.constantFrom("t1", "ou_amy", "stop", '","', "__proto__", seal));
    const forged = fc.oneof(
      piece,
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
      fc.nat(seal.length - 1).map((at) => seal.slice(0, at)),
    );
    const actions = fc.constantFrom("stop", "regenerate", "continue");
    fc.assert(
      fc.property(actions, piece, piece, forged, (cardstream, turn, owner, made) => {
        const isTheOne = cardstream === "stop" && turn === "t1" && owner === "ou_amy" && made === seal;
        expect(seals.open({ cardstream, turn, owner, seal: made }) !== undefined).toBe(isTheOne);
      }),
      { numRuns: 1_000 },
    );
    const { turn: _, ...less } = value;
    expect(seals.open({ ...less, seal })).toBeUndefined();
    expect(seals.open({ ...value, more: "", seal })).toBeUndefined();
    expect(seals.open({ ...value, turn: ["t1"], seal })).toBeUndefined();
    expect(seals.open(value)).toBeUndefined();
  });
});
