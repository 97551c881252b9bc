import type { DeliveredPart } from "../../../src/stream/index.ts";
import type { CardSlot } from "./card-slot.ts";
import type { ReplyState } from "./reply-state.ts";
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
    return this.#partsOf(slots, ({ surface, phase }) =>
      phase.name === "left" && phase.readBack ? Infinity : surface.safeEnd,
    );
  }

  #partsOf(slots: readonly CardSlot[], mostOn: (slot: CardSlot) => number): readonly DeliveredPart[] {
    const parts: DeliveredPart[] = [];
    for (const slot of slots) {
      const { surface, range, phase } = slot;
      const { start } = range;
      const end = Math.max(start, Math.min(this.#shown.endOn(slot), mostOn(slot)));
      if (surface.shown === undefined || (end === start && this.#state.text.length > start)) continue;
      const { tier, cardId, messageId } = surface;
      const proof = phase.name === "left" && phase.readBack ? "read-back" : "acknowledged";
      parts.push({ tier, cardId, messageId, start, end, proof });
    }
    return [...parts, ...this.#tail];
  }

  /** End of the text that is visible without a gap, and stays so. */
  certainOf(slots: readonly CardSlot[]): number {
    return this.#endOf(this.partsOf(slots));
  }

  /** End of the text that is known to be visible without a gap. */
  acknowledgedOf(slots: readonly CardSlot[]): number {
    return this.#endOf(this.#partsOf(slots, () => Infinity));
  }

  #endOf(parts: readonly DeliveredPart[]): number {
    const end = parts.reduce((at, part) => (part.start <= at ? Math.max(at, part.end) : at), 0);
    return end > 0 && this.saysNothing(end) ? this.#state.text.length : end;
  }

  /** The reply is complete, and what it has from `at` on is blank: no card is worth opening for it. */
  saysNothing(at: number): boolean {
    const { outcome, text } = this.#state;
    return outcome !== undefined && text.value.slice(at).trim() === "";
  }
}
