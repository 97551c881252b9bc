import { createHmac, timingSafeEqual } from "node:crypto";

/** What the buttons of a reply can ask for. */
export type ButtonAction = "stop" | "regenerate" | "continue";

const ACTIONS: readonly string[] = ["stop", "regenerate", "continue"] satisfies ButtonAction[];

/** A button value of ours that has the right shape; whether it is genuine is for {@link ButtonSigner.verify} to say. */
export interface ButtonClaim {
  readonly action: ButtonAction;
  readonly turnId: string;
  readonly sign: string;
}

/**
 * Makes button values that only who has the key can make. A value is bound to one action of one turn of one person. Where the key lives as
 * long as the process, buttons of an earlier one no longer work.
 */
export class ButtonSigner {
  readonly #key: Uint8Array;
  readonly #run: string;
  #turns = 0;

  /**
   * @param key at least 32 random bytes.
   * @param run tells processes apart that share a key; without it the key must be this process's own.
   */
  constructor(key: Uint8Array, run: string = "") {
    if (key.byteLength < 32) throw new TypeError(`key must have at least 32 bytes, got ${key.byteLength}`);
    this.#key = key;
    this.#run = run;
  }

  /** An id that was not given out before and that nobody can guess. */
  newTurnId(): string {
    return this.#mac(`turn ${this.#run}${++this.#turns}`)
      .subarray(0, 12)
      .toString("base64url");
  }

  /** The value a button of this turn sends when pressed. */
  value(action: ButtonAction, turnId: string, ownerId: string): Record<string, string> {
    return { cardstream: action, turn: turnId, sign: this.#sign(action, turnId, ownerId).toString("base64url") };
  }

  /** Whether the claim was made by this signer for a turn of `ownerId`. Takes the same time for any wrong signature. */
  verify(claim: ButtonClaim, ownerId: string): boolean {
    const expected = this.#sign(claim.action, claim.turnId, ownerId);
    const given = Buffer.from(claim.sign, "base64url");
    return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
  }

  #sign(action: ButtonAction, turnId: string, ownerId: string): Buffer {
    return this.#mac(JSON.stringify(["button", action, turnId, ownerId]));
  }

  #mac(text: string): Buffer {
    return createHmac("sha256", this.#key).update(text).digest();
  }
}

/** Reads a pressed button's value; undefined when it is not one of ours. */
export function toButtonClaim(value: Readonly<Record<string, unknown>>): ButtonClaim | undefined {
  const { cardstream: action, turn: turnId, sign } = value;
  if (typeof action !== "string" || !ACTIONS.includes(action)) return undefined;
  if (typeof turnId !== "string" || typeof sign !== "string") return undefined;
  // `ACTIONS` holds every ButtonAction and nothing else.
  return { action: action as ButtonAction, turnId, sign };
}
