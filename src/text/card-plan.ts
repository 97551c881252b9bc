import type { Carry } from "./carry.ts";

/** How much one card may show. Lengths are those of what is rendered: prefix + source slice + close. */
export interface SeamLimits {
  /** UTF-16 units. */
  readonly maxChars: number;
  /** UTF-8 bytes. */
  readonly maxBytes: number;
  /** Markdown tables outside code. */
  readonly maxTables: number;
}

/** Where a card ends and how the next one begins. */
export interface Seam {
  /** Source offset: the card shows the text up to here, the next card goes on from here. */
  readonly end: number;
  /** Added after the card's text: the end of a fence that is open there, else empty. */
  readonly close: string;
  readonly next: Carry;
}

/** What is known about one card, given the text so far. */
export interface CardPlan {
  /** Where the card ends; undefined while no cut is needed. */
  readonly seam: Seam | undefined;
  /** Source offset up to which the text may be shown on this card now: no cut will ever fall before it. */
  readonly shown: number;
}
