import type { DeliveredPart } from "../../../../src/stream/index.ts";
import type { CardSlot } from "../card-slot.ts";
import type { ReplyState } from "../reply/reply-state.ts";
import type { ShownText } from "./shown-text.ts";

/** Which parts of a reply's text are known to be visible, and where. */
export class CardLedger {
  readonly #state: ReplyState;
  readonly #shown: ShownText;
  /** Parts that went out as ordinary messages in the end. */
  readonly #tail: DeliveredPart[] = [];

  constructor(state: ReplyState, shown: ShownText) {
    this.#state = state;
    this.#shown = shown;
  }

  /** A part that stands on no card. */
  add(part: DeliveredPart): void {
    this.#tail.push(part);
  }

  /** What is visible and stays so, whatever takes effect late, in order. @param slots the reply's cards */
  partsOf(slots: readonly CardSlot[]): readonly DeliveredPart[] {
    const parts: DeliveredPart[] = [];
    for (const slot of slots) {
      const { range, surface, phase } = slot;
      const { start } = range;
      const end = this.#certainEndOn(slot);
      if (!this.#counts(slot, end)) continue;
      const { tier, cardId, messageId } = surface;
      const proof = phase.name === "left" && phase.readBack ? "read-back" : "acknowledged";
      parts.push({ tier, cardId, messageId, start, end, proof });
    }
    return [...parts, ...this.#tail];
  }

  /** End of the text that is visible without a gap, and stays so. */
  certainOf(slots: readonly CardSlot[]): number {
    return this.#endOf(slots, (slot) => this.#certainEndOn(slot));
  }

  /** End of the text that is known to be visible without a gap. */
  acknowledgedOf(slots: readonly CardSlot[]): number {
    return this.#endOf(slots, (slot) => this.#shown.endOn(slot));
  }

  #certainEndOn(slot: CardSlot): number {
    const { range, surface, phase } = slot;
    const safe = phase.name === "left" && phase.readBack ? Infinity : surface.safeEnd;
    return Math.max(range.start, Math.min(this.#shown.endOn(slot), safe));
  }

  /** A card that shows nothing of a text is no part of it, but the one card of an empty text is. */
  #counts({ surface, range }: CardSlot, end: number): boolean {
    return surface.shown !== undefined && (end > range.start || this.#state.text.length <= range.start);
  }

  /** Asked after every write: makes nothing. */
  #endOf(slots: readonly CardSlot[], endOn: (slot: CardSlot) => number): number {
    let at = 0;
    for (const slot of slots) {
      const end = endOn(slot);
      if (this.#counts(slot, end) && slot.range.start <= at) at = Math.max(at, end);
    }
    for (const { start, end } of this.#tail) if (start <= at) at = Math.max(at, end);
    return at > 0 && this.saysNothing(at) ? this.#state.text.length : at;
  }

  /** The reply is complete, and what it has from `at` on is blank: no card is worth opening for it. */
  saysNothing(at: number): boolean {
    const { outcome, text } = this.#state;
    return outcome !== undefined && text.value.slice(at).trim() === "";
  }
}
