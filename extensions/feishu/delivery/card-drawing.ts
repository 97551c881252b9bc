import type { CardView } from "../card/index.ts";
import type { CardSlot } from "./card-slot.ts";
import type { ReplyState } from "./reply/reply-state.ts";
import { buildView } from "./reply/reply-view.ts";
import type { ShownText } from "./seen/shown-text.ts";
import type { Want } from "./surface/surface.ts";

/** What each card of a reply is to show now. Asking changes nothing. */
export class CardDrawing {
  readonly #state: ReplyState;
  readonly #shown: ShownText;
  readonly #slots: () => readonly CardSlot[];

  /** @param slots the reply's cards, in order */
  constructor(state: ReplyState, shown: ShownText, slots: () => readonly CardSlot[]) {
    this.#state = state;
    this.#shown = shown;
    this.#slots = slots;
  }

  /** @param waitingSince clock time since when the reader has been waiting for text */
  want(slot: CardSlot, waitingSince: number): Want {
    const { text, dialect } = this.#state;
    const { range, index } = slot;
    const { version } = this.#shown;
    const settled = (element: number, piece: string): number => dialect.settled(index, element, piece);
    const { pieces, ends, end } = slot.show(text.value, settled, version);
    const slots = this.#slots();
    const before = slots[slots.indexOf(slot) - 1];
    const final = range.end !== undefined;
    return {
      view: this.view(slot, pieces, final),
      start: range.start,
      end,
      ends,
      final,
      mayOpen: before === undefined || this.#shown.isAllOn(before),
      version,
      waitingSince,
    };
  }

  /** @param pieces the answer's elements on the card; @param final no more text comes to it */
  view(slot: CardSlot, pieces: readonly string[], final: boolean): CardView {
    const state = this.#state;
    const { range, index } = slot;
    const slots = this.#slots();
    const position = slots.indexOf(slot);
    const first = slots.slice(0, position).every((earlier) => earlier.surface.shown === undefined);
    const last = position === slots.length - 1 && (range.end ?? state.text.length) >= state.text.length;
    const tables = range.limits.maxTables;
    const shown = { pieces, illustrated: illustrated(slot, pieces.length), tables };
    const next = slots[position + 1]?.index ?? Infinity;
    return buildView(state, { slot: index, next, first, last, final, continued: range.start > 0, ...shown });
  }

  /** The card as it is to be in the end, with all of its part of the text. */
  finalView(slot: CardSlot): CardView {
    return this.view(slot, slot.range.show(this.#state.text.value).pieces, true);
  }
}

/**
 * How many of a card's answer elements may show images: none while the card is being opened, so that nothing but text decides about
 * that; then all but the one that is being typed, for its reader's client would paint it anew; all once the card is closed.
 */
function illustrated({ surface, range }: CardSlot, pieces: number): number {
  if (surface.messageId === undefined) return 0;
  return range.end !== undefined && !surface.streaming ? pieces : Math.max(0, pieces - 1);
}
