import type { Random } from "./random.ts";

/** Makes identifiers with Feishu's prefixes; the same seed makes the same ones. */
export interface Ids {
  /** `om_`, `oc_`, `ou_`, `on_`, `omt_`, … followed by 32 hex digits. */
  make(prefix: string): string;
  /** 19 digits, as card ids look. */
  cardId(): string;
  /** `cli_` and 16 hex digits: the only shape the Node SDK's `WSClient` accepts. */
  appId(): string;
  /** Letters and digits for secrets and tokens; not by seed where others could use them. */
  secret(length: number): string;
  /** The next id of this prefix (`card` for card ids) is this one. Of several the first comes first. */
  expect(prefix: string, id: string): void;
  /** Forgets what was expected and not made. */
  expectNothing(): void;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** @param randomText what secrets are made of instead; the seed's are drawn all the same, so that ids do not depend on it */
export function createIds(random: Random, randomText?: (length: number) => string): Ids {
  let cards = 0;
  const expected = new Map<string, string[]>();
  const hex8 = (): string => ((random() * 4_294_967_296) >>> 0).toString(16).padStart(8, "0");
  return {
    make: (prefix) => expected.get(prefix)?.shift() ?? `${prefix}${hex8()}${hex8()}${hex8()}${hex8()}`,
    cardId() {
      const next = expected.get("card")?.shift();
      if (next !== undefined) return next;
      cards += 1;
      return `7${String(400_000_000_000 + cards * 7 + Math.floor(random() * 7))}${String(Math.floor(random() * 1_000_000)).padStart(6, "0")}`;
    },
    appId: () => `cli_${hex8()}${hex8()}`,
    expect: (prefix, id) => void expected.set(prefix, [...(expected.get(prefix) ?? []), id]),
    expectNothing: () => expected.clear(),
    secret(length) {
      const seeded = Array.from({ length }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join("");
      return randomText?.(length) ?? seeded;
    },
  };
}
