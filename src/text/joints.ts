import { afterBlank, GAP_MAX } from "./blank.ts";
import type { BlockState } from "./block-state.ts";
import type { SeamLimits } from "./card-plan.ts";
import { jointAtLine, jointInLine } from "./carry.ts";
import type { Joint } from "./carry.ts";
import { isBlankLine } from "./line.ts";
import type { Line } from "./line.ts";
import { isHeadKnown } from "./line-head.ts";
import { lineAt } from "./structure.ts";
import { countCells } from "./tables.ts";

/** What ends a card and begins the next at the cuts of one text. Indices are those of the text given. */
export class Joints {
  readonly #text: string;
  readonly #start: number;
  readonly #limits: SeamLimits;
  readonly #ended: boolean;

  /**
   * @param start where the source text begins, after the prefix; every cut lies above.
   * @param ended nothing comes after the text.
   */
  constructor(text: string, start: number, limits: SeamLimits, ended: boolean) {
    this.#text = text;
    this.#start = start;
    this.#limits = limits;
    this.#ended = ended;
  }

  /**
   * Of a cut before the line; what is carried over a blank one is told by the line that follows, undefined when too little of that has
   * come.
   * @param before the blocks open before the line.
   * @param after the blocks open after it; read on over blank lines.
   */
  before(line: Line, before: BlockState, after: BlockState): Joint | undefined {
    const skipsLine = before.fence === undefined && isBlankLine(this.#text, line.at, line.end);
    if (skipsLine) return this.atLineBreak(line, line.at, after);
    return jointAtLine(before, this.#text, line.at, line.end, this.#limits);
  }

  /** Of a cut inside the line whose beginning `state` has read, with nothing of what follows left out. */
  inside(at: number, state: BlockState): Joint {
    const cells = state.kind === "row" ? countCells(`${this.#text.slice(state.textAt, at)} `) - 1 : 0;
    return jointInLine(state, Math.max(0, cells), this.#limits);
  }

  /**
   * Of a cut inside the line that `state` has read; undefined when too little has come. A long gap that follows is not worth a place on
   * the next card, which might show nothing else.
   */
  inLine(line: Line, cut: number, state: BlockState): Joint | undefined {
    const { kind } = state;
    const { close, next } = this.inside(cut, state);
    const gap = kind === "fence" || kind === "code" ? cut : Math.min(afterBlank(this.#text, cut), line.end);
    if (gap >= line.end && gap > cut && !line.complete) return undefined;
    if (gap - cut <= GAP_MAX) return { close, next };
    if (gap >= line.end && line.next > line.end) return this.atLineBreak(line, cut, state);
    return { close, next: { prefix: next.prefix, skip: next.skip + gap - cut } };
  }

  /**
   * Of a cut at `cut` in the line's break: the card's end stands for the break and for blank lines after it, so the next card begins
   * with the line that follows them. Undefined when too little of that line has come.
   * @param state has read the line; read on over the blank lines.
   */
  atLineBreak(line: Line, cut: number, state: BlockState): Joint | undefined {
    const text = this.#text;
    let at = line.next;
    let following = lineAt(text, at);
    if (state.fence === undefined) {
      while (following.broken && isBlankLine(text, at, following.end)) {
        state.advance(text, at, following.end);
        at = following.next;
        following = lineAt(text, at);
      }
    }
    if (!following.broken && !this.#ended && !isHeadKnown(text, at, following.end)) return undefined;
    const { close, next } = jointAtLine(state, text, at, following.end, this.#limits);
    return {
      close: close !== "" && line.end > line.at ? `\n${close}` : close,
      next: { prefix: next.prefix, skip: next.skip + at - cut },
    };
  }

  /** Whether the line is a blank one of code, which is not to be lost with its line break. */
  isBlankCode(line: Line, before: BlockState): boolean {
    return line.end === line.at && line.at > this.#start && before.fence !== undefined;
  }
}
