import type { ReplyText } from "../../../src/stream/index.ts";
import type { CardSlot } from "./card-slot.ts";

/** What is known to be visible of a reply's text, whose changes other than growth make outdated what was shown before them. */
export class ShownText {
  readonly #text: ReplyText;
  /** What was shown from `from` on in an earlier version is outdated. */
  readonly #changes: { readonly version: number; readonly from: number }[] = [];

  constructor(text: ReplyText) {
    this.#text = text;
  }

  /** Counts changes of the text other than growth. */
  get version(): number {
    return this.#changes.length;
  }

  /** Notes a change of the text other than growth, and gives the offset from which on it differs; undefined when there was none. */
  takeChange(): number | undefined {
    const from = this.#text.takeChange();
    if (from !== undefined) this.#changes.push({ version: this.#changes.length + 1, from });
    return from;
  }

  /** Up to which offset the card is known to show its part of the text; its start when it shows nothing. */
  endOn(slot: CardSlot): number {
    const { shown } = slot.surface;
    // A card that begins elsewhere now shows nothing of its part until it is written again.
    if (shown === undefined || shown.start !== slot.start) return slot.start;
    const outdated = this.#changes.filter(({ version }) => version > shown.version).map(({ from }) => from);
    return Math.max(slot.start, Math.min(slot.sureEnd ?? shown.end, slot.end ?? Infinity, ...outdated));
  }

  /** The card certainly shows all of its part, or never will. */
  isAllOn(slot: CardSlot): boolean {
    if (slot.dead) return true;
    const { shown } = slot.surface;
    return (
      shown !== undefined && shown.maybeEnd === undefined && shown.end === slot.end && this.endOn(slot) === slot.end
    );
  }
}
