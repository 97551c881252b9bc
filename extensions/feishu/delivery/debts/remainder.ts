import type { CardJson } from "../../card/index.ts";
import type { Unfinished } from "../surface/surface.ts";

/** What a journal keeps of a card besides its ids, so that a later process can end it. */
export interface Remainder {
  /** The one means by which the card can be ended: `cardkit` also for a message that may have been converted to an entity. */
  readonly by: Unfinished["by"];
  /** The card as it is to be in the end; undefined while it is being written. */
  readonly layout?: CardJson | undefined;
}

/** As the text that the reply events `card` and `owed` carry. */
export const toRemainder = (remainder: Remainder): string => JSON.stringify(remainder);

/** Reads what {@link toRemainder} wrote. @throws SyntaxError when it is something else */
export function readRemainder(text: string): Remainder {
  // Written by this engine, in this process or an earlier one.
  const remainder = JSON.parse(text) as Remainder | null;
  if (remainder?.by !== "cardkit" && remainder?.by !== "patch")
    throw new SyntaxError('the remainder of a card names neither "cardkit" nor "patch" as what ends it');
  return remainder;
}
