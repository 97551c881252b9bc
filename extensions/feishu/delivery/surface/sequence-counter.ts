/** How far `sequence` jumps after a conflict: at first, and each further time ten times as far. */
const FIRST_JUMP = 10;
const MAX_JUMP = 100_000_000;
/**
 * Conflicts in a row, none of them over before a jump of more than a hundred million: whoever counts that far is somebody else
 * (a process that closed the card as left behind counts from a billion on, see `orphan.ts`).
 */
const OVERTAKEN_AFTER = 16;

/** More calls than a process can have made to a card that it has not written down yet: ten a second for some hours. */
export const FOREIGN_SEQUENCE = 100_000;

/**
 * The `sequence` of one card: strictly rising over all its operations, from 1. A call that failed may have used its number up or not,
 * so no number is ever given twice.
 * @see CardKit v1, `sequence`: int32 from 1, strictly increasing per card
 */
export class SequenceCounter {
  #last: number;
  #jump = FIRST_JUMP;
  #conflicts = 0;

  /** @param from the first number is one larger. */
  constructor(from: number = 0) {
    this.#last = from;
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /**
   * Feishu answered that a number was not larger than the last it saw. False when no jump helps: somebody else writes to this card. Then
   * the number stays below all that whoever that is may use.
   */
  conflict(): boolean {
    this.#conflicts += 1;
    if (this.#conflicts >= OVERTAKEN_AFTER) return false;
    this.#last += this.#jump;
    this.#jump = Math.min(MAX_JUMP, this.#jump * 10);
    return true;
  }

  /** Goes on from `from`, when it has not come so far. */
  raise(from: number): void {
    this.#last = Math.max(this.#last, from);
  }

  /** A number was taken. */
  accepted(): void {
    this.#jump = FIRST_JUMP;
    this.#conflicts = 0;
  }
}
