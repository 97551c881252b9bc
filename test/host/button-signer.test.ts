import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ButtonSigner, toButtonClaim } from "../../src/host/button-signer.ts";
import type { ButtonAction, ButtonClaim } from "../../src/host/button-signer.ts";

const KEY = Buffer.alloc(32, 1);
const claimOf = (value: Record<string, unknown>): ButtonClaim => {
  const claim = toButtonClaim(value);
  if (claim === undefined) throw new Error("not a button of ours");
  return claim;
};

describe("[D8][E10] the value of a button", () => {
  it("holds for one action of one turn of one person and one process", () => {
    const signer = new ButtonSigner(KEY);
    const [turn, later] = [signer.newTurnId(), signer.newTurnId()];
    const claim = claimOf(signer.value("stop", turn, "ou_amy"));
    expect(signer.verify(claim, "ou_amy")).toBe(true);
    expect(signer.verify(claim, "ou_bob")).toBe(false);
    expect(signer.verify({ ...claim, action: "continue" }, "ou_amy")).toBe(false);
    expect(signer.verify({ ...claim, turnId: later }, "ou_amy")).toBe(false);
    expect(new ButtonSigner(Buffer.alloc(32, 2)).verify(claim, "ou_amy")).toBe(false);
    expect(() => new ButtonSigner(Buffer.alloc(31))).toThrow(TypeError);
  });

  it("cannot be made up, cut or put together from others", () => {
    const signer = new ButtonSigner(KEY);
    const { sign } = claimOf(signer.value("stop", "turn", "ou_amy"));
    const piece = fc.oneof(fc.string(), fc.constantFrom("turn", "ou_amy", "stop", '","', "__proto__", sign));
    const forged = fc.oneof(
      piece,
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
      fc.nat(sign.length - 1).map((at) => sign.slice(0, at)),
    );
    const actions: readonly ButtonAction[] = ["stop", "regenerate", "continue"];
    fc.assert(
      fc.property(fc.constantFrom(...actions), piece, piece, forged, (action, turnId, owner, made) => {
        const isTheOne = action === "stop" && turnId === "turn" && owner === "ou_amy" && made === sign;
        expect(signer.verify({ action, turnId, sign: made }, owner)).toBe(isTheOne);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([{}, { cardstream: "toString", turn: "t", sign: "s" }, { cardstream: "stop", turn: 1, sign: "s" }])(
    "is none of ours when it has another shape: %j",
    (value) => {
      expect(toButtonClaim(value)).toBeUndefined();
    },
  );
});
