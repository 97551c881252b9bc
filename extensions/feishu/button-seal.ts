import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { ReplyButton, ReplyButtons } from "../../src/plugin-sdk/index.ts";

type Value = ReplyButton["value"];

/**
 * Seals what the buttons of an app's cards send. A press counts only when its value was made by a process of this app, this one or
 * another, now or before a restart: a card may be anybody's. A seal does not say who presses; the value does, if that matters.
 */
export class ButtonSeal {
  readonly #key: Uint8Array;

  constructor({ appId, appSecret }: { readonly appId: string; readonly appSecret: string }) {
    this.#key = new Uint8Array(hkdfSync("sha256", appSecret, appId, "cardstream buttons", 32));
  }

  /** The value with its seal; the same for the same value. */
  seal(value: Value): Record<string, string> {
    return { ...value, seal: this.#mac(value).toString("base64url") };
  }

  /** The buttons of a reply with sealed values. */
  sealAll({ stop, after }: ReplyButtons): ReplyButtons {
    return {
      stop: stop && { ...stop, value: this.seal(stop.value) },
      after: after?.map((button) => ({ ...button, value: this.seal(button.value) })),
    };
  }

  /** What was sealed; undefined for what was not sealed here, or changed. Takes the same time for any wrong seal. */
  open({ seal, ...value }: Readonly<Record<string, unknown>>): Value | undefined {
    if (typeof seal !== "string" || !isTexts(value)) return undefined;
    const given = Buffer.from(seal, "base64url");
    const expected = this.#mac(value);
    return given.byteLength === expected.byteLength && timingSafeEqual(given, expected) ? value : undefined;
  }

  #mac(value: Value): Buffer {
    // Feishu may give the parts back in another order.
    const parts = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return createHmac("sha256", this.#key).update(JSON.stringify(parts)).digest();
  }
}

const isTexts = (value: Readonly<Record<string, unknown>>): value is Value =>
  Object.values(value).every((part) => typeof part === "string");
