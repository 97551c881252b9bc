import type { Random } from "./random.ts";

/** Makes identifiers with Feishu's prefixes; the same seed makes the same ones. */
export interface Ids {
  /** `om_`, `oc_`, `ou_`, `on_`, `omt_`, … followed by 32 hex digits. */
  make(prefix: string): string;
  /** 19 digits, as card ids look. */
  cardId(): string;
  /** `cli_` and 16 hex digits: the only shape the Node SDK's `WSClient` accepts. */
  appId(): string;
  /** Letters and digits for secrets and tokens. */
  secret(length: number): string;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function createIds(random: Random): Ids {
  let cards = 0;
  const hex8 = (): string => ((random() * 4_294_967_296) >>> 0).toString(16).padStart(8, "0");
  return {
    make: (prefix) => `${prefix}${hex8()}${hex8()}${hex8()}${hex8()}`,
    cardId() {
      cards += 1;
      return `7${String(400_000_000_000 + cards * 7 + Math.floor(random() * 7))}${String(Math.floor(random() * 1_000_000)).padStart(6, "0")}`;
    },
    appId: () => `cli_${hex8()}${hex8()}`,
    secret: (length) => Array.from({ length }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join(""),
  };
}
