import type { ReplyText } from "../../../../src/stream/index.ts";
import type { CardSlot } from "../card-slot.ts";

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
  endOn({ surface, range, phase }: CardSlot): number {
    if (phase.name === "left") return range.end ?? range.start;
    const { shown } = surface;
    // A card that begins elsewhere now shows nothing of its part until it is written again.
    if (shown === undefined || shown.start !== range.start) return range.start;
    if (this.#changes.length === 0) return Math.max(range.start, Math.min(shown.end, range.end ?? Infinity));
    const outdated = this.#changes.filter(({ version }) => version > shown.version).map(({ from }) => from);
    return Math.max(range.start, Math.min(shown.end, range.end ?? Infinity, ...outdated));
  }

  /** The card certainly shows all of its part, or never will. */
  isAllOn(slot: CardSlot): boolean {
    if (slot.phase.name === "left") return true;
    const { surface, range } = slot;
    const { shown } = surface;
    return (
      shown !== undefined && shown.maybeEnd === undefined && shown.end === range.end && this.endOn(slot) === range.end
    );
  }
}
