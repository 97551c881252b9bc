import type { Random } from "./random.ts";

const segmenter = new Intl.Segmenter("zh", { granularity: "word" });

/** Words longer than this (URLs, say) come in pieces, as from a real model. */
const LONG_WORD = 8;

/**
 * Cuts `text` into pieces the size of a model's tokens: a word or two, together with the space before; joined they are `text`.
 * Never splits a character that people see as one (an emoji family, say).
 */
export function* toTokens(text: string, random: Random): Generator<string, void, undefined> {
  let pending = "";
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    pending += segment;
    // Spaces and line marks join the word after them; now and then a short word takes its neighbour along.
    if (segment === " " || (isWordLike === true && pending.length < LONG_WORD && random() < 0.3)) continue;
    yield pending;
    pending = "";
  }
  if (pending !== "") yield pending;
}
