import type { SeamLimits } from "./card-plan.ts";

/** How good a place to cut is, best first. */
export type BreakQuality = "block" | "item" | "line" | "sentence" | "word";

/** The zone before the limit in which a card may end early: a tenth of the card, at most this many units. */
const ZONE_MAX_CHARS = 300;
const ZONE_MAX_BYTES = 900;

/** How far into the zone (0 = its start, 1 = the limit) a card goes on before it ends at a place of that quality. */
const PATIENCE: Record<BreakQuality, number> = { block: 0, item: 0.1, line: 0.3, sentence: 0.5, word: 0.7 };

/** How much of a text fits on a card, in characters and bytes at once. Indices are lengths of the rendered text. */
export class Room {
  readonly #maxChars: number;
  readonly #maxBytes: number;
  readonly #zoneChars: number;
  readonly #zoneBytes: number;
  readonly #length: number;
  /** Bytes before each index; undefined when the byte limit cannot be reached before the character limit. */
  readonly #bytes: Uint32Array | undefined;

  constructor(text: string, limits: SeamLimits) {
    this.#maxChars = limits.maxChars;
    this.#maxBytes = limits.maxBytes;
    this.#zoneChars = Math.min(ZONE_MAX_CHARS, limits.maxChars / 10);
    this.#zoneBytes = Math.min(ZONE_MAX_BYTES, limits.maxBytes / 10);
    this.#length = Math.min(text.length, limits.maxChars + 1);
    this.#bytes = limits.maxBytes - this.#zoneBytes > limits.maxChars * 3 ? undefined : bytesBefore(text, this.#length);
  }

  /** Whether a card that renders `length` units and needs `closing` more fits. */
  fits(length: number, closing: number): boolean {
    if (length + closing > this.#maxChars) return false;
    return this.#bytes === undefined || (this.#bytes[length] ?? Infinity) + closing <= this.#maxBytes;
  }

  /** Whether any `more` units after `length` are sure to fit. */
  mayFit(length: number, more: number, closing: number): boolean {
    if (length + more + closing > this.#maxChars) return false;
    return this.#bytes === undefined || (this.#bytes[length] ?? Infinity) + more * 3 + closing <= this.#maxBytes;
  }

  /** The largest length that fits together with `closing`; beyond the text when all of it does. */
  hardEnd(closing: number): number {
    return Math.min(this.#maxChars - closing, this.#firstAbove(this.#maxBytes - closing) - 1);
  }

  /** The least length at which a card may end at a place of the given quality. */
  softEnd(quality: BreakQuality, closing: number): number {
    const left = 1 - PATIENCE[quality];
    const chars = Math.ceil(this.#maxChars - closing - this.#zoneChars * left);
    return Math.min(chars, this.#firstAbove(Math.ceil(this.#maxBytes - closing - this.#zoneBytes * left) - 1));
  }

  /** The first length whose bytes exceed `bytes`; Infinity when none of the text's does. */
  #firstAbove(bytes: number): number {
    const before = this.#bytes;
    if (before === undefined || (before[this.#length] ?? 0) <= bytes) return Infinity;
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((before[middle] ?? 0) > bytes) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** UTF-8 bytes before each index up to `length`; a surrogate pair counts its four bytes as three and one. */
function bytesBefore(text: string, length: number): Uint32Array {
  const before = new Uint32Array(length + 1);
  let bytes = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else bytes += (unit & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800 ? 1 : 3;
    before[i + 1] = bytes;
  }
  return before;
}
