import type { SeamLimits } from "../../../../src/text/index.ts";
import { countTables } from "../../../../src/text/index.ts";
import { FeishuApiError } from "../../client/index.ts";
import type { KnownWorld } from "../../known-world/index.ts";

/** Refusals that say "too large" without saying of what lower the size by this factor. */
const SHRINK = 0.6;
/** No refusal lowers the limits below these. */
const MIN_CHARS = 200;
/** Only what was refused at such a size says something about other cards: the smallest limit reported is 30 KB for the whole card. */
const TELLING_BYTES = 15_000;

/**
 * What this account's cards hold, as Feishu's refusals have shown: neither the size of a card nor its number of tables is sure. What
 * is known from before is used from the first card on.
 */
export class LearnedLimits {
  readonly #world: KnownWorld | undefined;
  #maxBytes: number;
  #maxTables: number;

  constructor(world?: KnownWorld) {
    this.#world = world;
    const { cardBytes = Infinity, cardTables = Infinity } = world?.limits ?? {};
    // A card is more than its text.
    this.#maxBytes = Math.max(MIN_CHARS * 4, Math.floor(cardBytes * SHRINK));
    this.#maxTables = Math.max(1, cardTables);
  }

  /** The limits as set, or as learned when that is less. */
  within(limits: SeamLimits): SeamLimits {
    return {
      maxChars: limits.maxChars,
      maxBytes: Math.min(limits.maxBytes, this.#maxBytes),
      maxTables: Math.min(limits.maxTables, this.#maxTables),
    };
  }

  /** A card of `text` was refused as too large, or for its tables. Gives what the reply's cards may hold from now on. */
  refused(error: unknown, text: string, limits: SeamLimits): SeamLimits {
    const tables = error instanceof FeishuApiError && error.tooMany === "tables" ? countTables(text) : 0;
    return tables > 1 ? this.#tooManyTables(tables, limits) : this.#tooLarge(Buffer.byteLength(text), limits);
  }

  #tooManyTables(tables: number, limits: SeamLimits): SeamLimits {
    this.#maxTables = Math.max(1, Math.min(this.#maxTables, Math.min(limits.maxTables, tables) - 1));
    this.#world?.note({ cardTables: this.#maxTables });
    return this.within(limits);
  }

  #tooLarge(bytes: number, limits: SeamLimits): SeamLimits {
    const maxBytes = Math.max(MIN_CHARS * 4, Math.floor(Math.min(limits.maxBytes, bytes) * SHRINK));
    if (bytes >= TELLING_BYTES) {
      this.#maxBytes = maxBytes;
      this.#world?.note({ cardBytes: bytes });
    }
    const maxChars = Math.max(MIN_CHARS, Math.floor(limits.maxChars * SHRINK));
    return { ...this.within(limits), maxChars, maxBytes };
  }
}
