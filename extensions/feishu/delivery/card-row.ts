import type { Carry, SeamLimits } from "../../../src/text/index.ts";
import { NO_CARRY, seamAt } from "../../../src/text/index.ts";
import { CardRange } from "./card-range.ts";

/** What a plan has changed. */
export interface RowChange {
  /** Ranges whose beginning or end is another now. */
  readonly moved: readonly CardRange[];
  /** Ranges that are not needed any more: nothing of the text is left for them. */
  readonly dropped: readonly CardRange[];
}

/** Where the next card would begin, and what it repeats of the one before. */
export interface NextCard {
  readonly start: number;
  readonly carry: Carry;
}

/**
 * The parts of a reply's text that its cards show, in order and without gap or overlap: each begins where the one before ends. Decides
 * by the text alone, so the same text is cut in the same places however it came.
 */
export class CardRow {
  readonly #ranges: CardRange[] = [];

  get ranges(): readonly CardRange[] {
    return this.#ranges;
  }

  /** A card more, at the end. */
  add({ start, carry }: NextCard, limits: SeamLimits): CardRange {
    const range = new CardRange(start, carry, limits, this.#ranges.length);
    this.#ranges.push(range);
    this.#check();
    return range;
  }

  /** Settles where cards end, as far as the text is known. @param final no more text comes. */
  plan(text: string, final: boolean): RowChange {
    const moved: CardRange[] = [];
    const dropped: CardRange[] = [];
    for (let i = 0; i < this.#ranges.length; i++) {
      const range = this.#ranges[i];
      const before = this.#ranges[i - 1];
      if (range === undefined) break;
      if (before?.end !== undefined && before.end !== range.start) {
        range.moveTo(before.end, before.next);
        moved.push(range);
      }
      if (range.end !== undefined) continue;
      const { seam } = range.plan(text, final);
      if (seam === undefined) {
        if (final) {
          range.endAt(text.length, "", NO_CARRY);
          moved.push(range);
        }
        dropped.push(...this.#ranges.splice(i + 1));
        break;
      }
      range.endAt(seam.end, seam.close, seam.next);
      moved.push(range);
    }
    this.#check();
    return { moved, dropped };
  }

  /** Where another card would begin; undefined while the last one has room, or all of the text has its card. */
  next(text: string): NextCard | undefined {
    const last = this.#ranges.at(-1);
    if (last === undefined) return { start: 0, carry: NO_CARRY };
    return last.end === undefined || last.end >= text.length ? undefined : { start: last.end, carry: last.next };
  }

  /** The card takes no more text than up to `at`: the text goes on in the next one. */
  endHere(range: CardRange, at: number, text: string): void {
    range.fix();
    // Where it ends here already, the next one may be there, begun by what was known then.
    if (range.end !== at) this.#cut(range, at, text);
    const after = this.#ranges[this.#ranges.indexOf(range) + 1];
    after?.moveTo(at, range.next);
    this.#check();
  }

  /** The text changed from offset `from` on. Gives the cards that have nothing left to show, although they cannot be written any more. */
  changed(from: number, text: string): readonly CardRange[] {
    const first = this.#ranges.findIndex(({ end }) => end === undefined || end > from);
    if (first < 0) return [];
    const emptied: CardRange[] = [];
    for (const range of this.#ranges.slice(first)) {
      if (!range.fixed) range.reopen(from);
      else if (range.start < from) this.#cut(range, Math.min(from, text.length), text);
      else emptied.push(range);
    }
    for (const range of emptied) this.#ranges.splice(this.#ranges.indexOf(range), 1);
    // What stood before them may be gone.
    for (const [i, range] of this.#ranges.entries()) {
      const { end, next } = this.#ranges[i - 1] ?? { end: i === 0 ? 0 : undefined, next: NO_CARRY };
      if (end !== undefined && !range.fixed) range.moveTo(end, next);
    }
    return emptied;
  }

  #cut(range: CardRange, at: number, text: string): void {
    if (at <= range.start) {
      range.endAt(range.start, "", range.carry);
      return;
    }
    const seam = seamAt(text, range.start, range.carry, at, range.limits);
    range.endAt(at, seam.close, seam.next);
  }

  /** Text must never fall between two cards, nor stand on both. */
  #check(): void {
    this.#ranges.forEach((range, i) => {
      const end = i === 0 ? 0 : this.#ranges[i - 1]?.end;
      if (end !== undefined && end !== range.start)
        throw new Error(`card ${i} begins at ${range.start}, but what is before it ends at ${end}`);
    });
  }
}
