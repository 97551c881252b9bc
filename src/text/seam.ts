import type { CardPlan, Seam, SeamLimits } from "./card-plan.ts";
import type { Carry } from "./carry.ts";
import { CardScan } from "./card-scan.ts";

/** Options of {@link planCard} and {@link findSeam}. */
export interface SeamOptions {
  /** The text is complete: when all the rest fits, no cut is made. @defaultValue false */
  readonly final?: boolean | undefined;
  /** How many cards of the reply come before this one. @defaultValue as many as it takes when all are full */
  readonly index?: number | undefined;
}

/**
 * Plans the card that begins at source offset `from`: where it ends, and how much of it may be shown.
 *
 * The plan depends on the text only, never on how it arrived: for any two texts of which one begins with the other, a seam found
 * in the shorter is found in the longer, and what may be shown never lies behind a seam found later. (`final` only ever removes a
 * seam: a text that fits is not cut.) Every seam lies after `from + carry.skip`, so cutting card after card always ends.
 */
export function planCard(
  text: string,
  from: number,
  carry: Carry,
  limits: SeamLimits,
  options: SeamOptions = {},
): CardPlan {
  return new CardScan(text, from, carry, limits, options.final ?? false, { index: options.index }).plan();
}

/**
 * Where the card that begins at source offset `from` must end, or undefined while no cut is needed.
 * The card's rendered text is `carry.prefix + text.slice(from + carry.skip, end) + close`.
 */
export function findSeam(
  text: string,
  from: number,
  carry: Carry,
  limits: SeamLimits,
  options: SeamOptions = {},
): Seam | undefined {
  return planCard(text, from, carry, limits, options).seam;
}

/**
 * The seam of a card that began at `from` and has to end at exactly `end`, good place or not (nothing more can be shown on it):
 * what closes it, and what the next card begins with, as far as the text that has come tells. `end` must not exceed the text.
 */
export function seamAt(text: string, from: number, carry: Carry, end: number, limits: SeamLimits): Seam {
  const shown = end - from;
  // Nothing of the text has been shown: the next card is to begin as this one did.
  if (shown <= carry.skip) return { end, close: "", next: { prefix: carry.prefix, skip: carry.skip - shown } };
  return new CardScan(text, from, carry, limits, true, { extent: shown }).seamAt(end);
}
