import { afterBlank, bodyStart } from "./blank.ts";
import { BlockState, fenceMax } from "./block-state.ts";
import { boundaryQuality } from "./boundary.ts";
import type { CardPlan, Seam, SeamLimits } from "./card-plan.ts";
import { closingRoom, jointAtLine } from "./carry.ts";
import type { Carry, Joint } from "./carry.ts";
import { breakAt, isSpace } from "./characters.ts";
import { Fullness } from "./fullness.ts";
import { isGraphemeBoundary, lastClusterStart, safeCut } from "./graphemes.ts";
import { Joints } from "./joints.ts";
import { FENCE_LINE_MAX, isKindKnown, looksLikeBlock, mayBeDelimiter } from "./line.ts";
import type { Line } from "./line.ts";
import { HEAD_MAX, indentation, isFenceRun, isHeadKnown } from "./line-head.ts";
import { Room } from "./room.ts";
import { LineSpans, SPAN_MAX, spanMax } from "./spans.ts";
import { countTables, lineAt } from "./structure.ts";

/** Units past the card's limit that a decision may look at: blank lines and the head of the line after a cut. */
const LOOKAHEAD = 640;
/** Units that the last grapheme cluster may still grow by. */
const CLUSTER_MAX = 128;
/** Units before the limit in which a line may be cut at a good place inside it; more than a cluster may grow by. */
const INSIDE_ZONE = 150;
/** Longest header and delimiter row of a table that are kept together. */
const TABLE_HEAD_MAX = 512;
/** A line whose first pipe comes later than this is no table header. */
const HEADER_PIPE_MAX = 80;

/** 1 for the units that inline markup may begin with. */
const INLINE_MARKS = new Uint8Array(128);
for (const mark of ["\\", "`", "[", "!", "<", "*", "_", "~"]) INLINE_MARKS[mark.charCodeAt(0)] = 1;

/**
 * One pass over the text of one card, from the carried prefix on: finds the first cut that has to be, or how far the text is safe
 * to show. Indices are those of the rendered text (prefix included), so an index is also the length rendered so far.
 */
export class CardScan {
  readonly #text: string;
  /** Where the source text begins, after the prefix; every cut lies above. */
  readonly #start: number;
  readonly #shift: number;
  readonly #ended: boolean;
  readonly #room: Room;
  readonly #fullness: Fullness;
  readonly #joints: Joints;
  readonly #limits: SeamLimits;
  /** Units of a fence's info string after which it is taken for one. */
  readonly #maxFence: number;
  #line: Line = { at: 0, end: 0, next: 0, complete: false };
  /** Blocks open before and after the current line. */
  #before: BlockState;
  #state: BlockState;
  /** The line that may turn out to head a table too many, and the blocks open before it. */
  #header: { line: Line; before: BlockState } | undefined;
  /** The last inline span that was kept whole. */
  #span = { at: -1, end: -1 };

  /**
   * @param extent how much of the text may have to be read for a decision, what comes after a cut left out.
   * @param index number of the card in its reply; without it, as if the cards before were full.
   */
  constructor(
    text: string,
    from: number,
    carry: Carry,
    limits: SeamLimits,
    final: boolean,
    { extent = limits.maxChars, index }: { extent?: number; index?: number | undefined } = {},
  ) {
    const sourceAt = bodyStart(text, from, carry);
    this.#start = carry.prefix.length;
    this.#shift = sourceAt - this.#start;
    const rest = text.slice(sourceAt, afterBlank(text, sourceAt + extent) + LOOKAHEAD);
    this.#ended = final && sourceAt + rest.length >= text.length;
    // Half a line break says nothing yet.
    this.#text = carry.prefix + (rest.endsWith("\r") && !this.#ended ? rest.slice(0, -1) : rest);
    this.#limits = limits;
    this.#room = new Room(this.#text, limits);
    this.#fullness = new Fullness(limits, from, carry, this.#shift, index);
    this.#joints = new Joints(this.#text, this.#start, limits, this.#ended);
    this.#maxFence = fenceMax(Math.min(limits.maxChars, limits.maxBytes / 3));
    this.#state = new BlockState(this.#maxFence);
    this.#before = this.#state;
  }

  plan(): CardPlan {
    const text = this.#text;
    if (this.#ended && this.#room.fits(text.length, 0) && countTables(text) <= this.#limits.maxTables) {
      return { seam: undefined, shown: text.length + this.#shift };
    }
    let at = 0;
    while (at < text.length) {
      const { end, next, broken } = lineAt(text, at);
      const line = { at, end, next, complete: broken || this.#ended };
      this.#line = line;
      const plan = this.#boundary(line) ?? this.#tableHead(line) ?? this.#content(line) ?? this.#lineBreak(line);
      if (plan !== undefined) return plan;
      at = next;
    }
    return this.#rest();
  }

  /** The seam of a card that has to end at source offset `end`, good place or not. */
  seamAt(end: number): Seam {
    const text = this.#text;
    const cut = end - this.#shift;
    for (let at = 0; at < text.length;) {
      const line = lineAt(text, at);
      this.#before = this.#state;
      this.#state = this.#before.clone();
      this.#state.advance(text, at, line.end);
      const whole = { at, ...line, complete: true };
      const inBreak = cut >= line.end && cut < line.next && !this.#joints.isBlankCode(whole, this.#before);
      const joint = inBreak ? this.#joints.atLineBreak(whole, cut, this.#state) : undefined;
      const found = joint ?? (at === cut ? this.#joints.before(whole, this.#before, this.#state) : undefined);
      if (found !== undefined) return { end, ...found };
      if (cut < line.next || !line.broken)
        return { end, ...(this.#joints.inLine(whole, cut, this.#state) ?? this.#joints.inside(cut, this.#state)) };
      at = line.next;
    }
    return { end, ...jointAtLine(this.#state, text, cut, cut, this.#limits) };
  }

  #cut(at: number, joint: Joint): CardPlan {
    const end = at + this.#shift;
    return { seam: { end, close: joint.close, next: joint.next }, shown: end };
  }

  #cutBefore(line: Line, before: BlockState): CardPlan {
    const joint = this.#joints.before(line, before, this.#state);
    return joint === undefined ? this.#hold(line.at) : this.#cut(line.at, joint);
  }

  /** Nothing is decided yet, and nothing from `at` on may be shown before it is. */
  #hold(at: number): CardPlan {
    const held = Math.min(at, this.#header?.line.at ?? at);
    return { seam: undefined, shown: Math.max(held, this.#start) + this.#shift };
  }

  /** Reads the line into the block state; before that, cuts in front of it when that is a good place. */
  #boundary(line: Line): CardPlan | undefined {
    const text = this.#text;
    const before = this.#state;
    const closing = closingRoom(before, this.#limits);
    const known = line.complete || isKindKnown(text, line, before, this.#maxFence);
    if (!known && !this.#room.mayFit(line.at, HEAD_MAX + SPAN_MAX + INSIDE_ZONE, closing)) return this.#hold(line.at);
    this.#before = before;
    this.#state = before.clone();
    this.#state.advance(text, line.at, line.end);
    // Where a line may begin the next card its kind is known: one that is not would have been held.
    const least = Math.max(this.#start + 1, this.#room.softEnd("block", closing));
    if (line.at < least || !this.#fullness.mayEnd(line.at)) return undefined;
    if (mayBeDelimiter(text, line, this.#before)) return this.#hold(line.at);
    const quality = boundaryQuality(text, before, this.#state);
    if (quality === undefined || line.at < this.#room.softEnd(quality, closing)) return undefined;
    return this.#cutBefore(line, before);
  }

  /**
   * Keeps tables below the limit, and a table's first two lines together: a table is known by its second line, so what may be its
   * first one is held until then.
   */
  #tableHead(line: Line): CardPlan | undefined {
    const text = this.#text;
    const header = this.#header;
    const state = this.#state;
    // On a card that has hardly begun, a table too many is for the writer to show as something else.
    const isFull = this.#before.tables >= this.#limits.maxTables && this.#fullness.mayEnd(line.at);
    if ((isFull || header !== undefined) && mayBeDelimiter(text, line, this.#before)) return this.#hold(line.at);
    this.#header = undefined;
    const closing = closingRoom(state, this.#limits);
    const isShort = line.end - line.at <= FENCE_LINE_MAX;
    if (state.kind === "table-head" && (isFull || line.end > this.#room.hardEnd(closing))) {
      if (header !== undefined && isShort) return this.#cutBefore(header.line, header.before);
      if (isFull && line.at > this.#start) return this.#cutBefore(line, this.#before);
    }
    if (line.at > this.#start && this.#mayBeHeader(line, isFull)) this.#header = { line, before: this.#before };
    return undefined;
  }

  /** Whether the line has to be minded because it may be a table's header: on a full card any, else one that begins with a pipe. */
  #mayBeHeader(line: Line, isFull: boolean): boolean {
    const { kind, textAt } = this.#state;
    const isRow = kind === "row" && isHeadKnown(this.#text, line.at, line.end);
    if (kind !== "text" && (line.complete || kind === "fence" || isRow)) return false;
    if (isFull) {
      const hasPipe = this.#text.slice(line.at, Math.min(line.end, line.at + HEADER_PIPE_MAX)).includes("|");
      return hasPipe || (!line.complete && line.end - line.at < HEADER_PIPE_MAX);
    }
    const isNear = !this.#room.mayFit(line.at, TABLE_HEAD_MAX, closingRoom(this.#state, this.#limits));
    const isText = kind === "text" || (kind === "table-head" && !line.complete);
    return isNear && isText && this.#text.charCodeAt(textAt) === 0x7c;
  }

  /** Goes through the line's own text, cutting inside it when it must be. */
  #content(line: Line): CardPlan | undefined {
    const text = this.#text;
    const state = this.#state;
    const closing = closingRoom(state, this.#limits);
    const hard = this.#room.hardEnd(closing);
    const inCode = state.kind === "code" || state.kind === "fence";
    const fenceRun = isFenceRun(text, indentation(text, state.textAt, line.end).textAt, line.end);
    if (fenceRun && line.at > this.#start && !this.#room.mayFit(line.at, FENCE_LINE_MAX, closing)) {
      if (line.end > hard) return this.#cutBefore(line, this.#before);
      return line.complete ? undefined : this.#hold(line.at);
    }
    if (this.#header?.line === line && text.charCodeAt(state.textAt) === 0x7c) {
      return line.end > hard ? this.#cutBefore(line, this.#before) : undefined;
    }
    const plain = inCode || fenceRun || state.kind === "table-head";
    const soft = this.#room.softEnd(plain ? "word" : "sentence", closing);
    let at = Math.max(state.textAt, this.#start);
    const spans = new LineSpans(text, at, Math.min(line.end, hard), line.complete && line.end <= hard);
    if (at > hard && line.end > hard) return this.#force(line, hard);
    while (at < line.end) {
      let next = at + 1;
      if (!plain && INLINE_MARKS[text.charCodeAt(at)] === 1 && at < hard) {
        const span = spans.at(at);
        if (span?.kind === "open") {
          const whole = this.#legal(line, at);
          const mayEndThere = whole > this.#start && this.#fullness.mayEnd(whole);
          if (hard < text.length) {
            if (mayEndThere) return this.#force(line, at);
          } else if (this.#room.mayFit(at, spanMax(text.charCodeAt(at)) + INSIDE_ZONE, closing)) return undefined;
          else if (mayEndThere) return this.#hold(whole);
        } else if (span !== undefined) {
          next = span.end;
          if (span.kind === "whole") this.#span = { at, end: next };
        }
      }
      if (next > hard) return this.#force(line, at);
      if (next >= soft && next < line.end) {
        const plan = this.#breakInside(line, next, plain, closing);
        if (plan !== undefined) return plan;
      }
      at = next;
    }
    return undefined;
  }

  /** Cuts at `at` inside the line when that is a good enough place. */
  #breakInside(line: Line, at: number, code: boolean, closing: number): CardPlan | undefined {
    const text = this.#text;
    const betweenWords = isSpace(text.charCodeAt(at - 1)) && !isSpace(text.charCodeAt(at));
    const quality = code
      ? betweenWords
        ? "word"
        : undefined
      : breakAt(text, at, Math.max(this.#state.textAt, this.#start));
    if (quality === undefined || at < this.#room.softEnd(quality, closing) || !this.#fullness.mayEnd(at))
      return undefined;
    if (this.#awaitsSurrogate(at)) return this.#hold(at);
    if (!code) {
      if (!line.complete && !isHeadKnown(text, at, line.end)) return this.#hold(at);
      if (looksLikeBlock(text, at, line.end)) return undefined;
    }
    if (!isGraphemeBoundary(text, at)) return undefined;
    return this.#cut(at, this.#joints.inside(at, this.#state));
  }

  /** The second half of the surrogate pair at `at` has not come yet. */
  #awaitsSurrogate(at: number): boolean {
    return !this.#ended && at === this.#text.length - 1 && (this.#text.charCodeAt(at) & 0xfc00) === 0xd800;
  }

  /** The place a cut at `at` has to move to: not inside a span, and not between a line's markers and its text. */
  #legal(line: Line, at: number): number {
    let legal = at;
    const { at: spanAt, end: spanEnd } = this.#span;
    if (legal > spanAt && legal < spanEnd && spanAt > this.#start && this.#fullness.mayEnd(spanAt)) legal = spanAt;
    const headEnd = Math.min(this.#state.textAt, line.at + HEAD_MAX);
    return legal <= headEnd && line.at > this.#start ? line.at : legal;
  }

  /** Cuts at `at` or, where that would split something, before it: nothing more fits. */
  #force(line: Line, at: number): CardPlan {
    const start = this.#start;
    if (this.#awaitsSurrogate(at)) return this.#hold(this.#legal(line, lastClusterStart(this.#text, at)));
    const cut = this.#legal(line, safeCut(this.#text, Math.max(at, start + 1), start));
    if (cut === line.at && cut > start) return this.#cutBefore(line, this.#before);
    const joint = this.#joints.inLine(line, cut, this.#state);
    return joint === undefined ? this.#hold(cut) : this.#cut(cut, joint);
  }

  /** Cuts at the line's end when its line break does not fit; the seam then stands for the line break and blank lines after it. */
  #lineBreak(line: Line): CardPlan | undefined {
    const state = this.#state;
    if (line.next === line.end || line.end <= this.#start) return undefined;
    if (line.next <= this.#room.hardEnd(closingRoom(state, this.#limits))) return undefined;
    if (this.#joints.isBlankCode(line, this.#before)) return this.#cutBefore(line, this.#before);
    const joint = this.#joints.atLineBreak(line, line.end, this.#state);
    return joint === undefined ? this.#hold(line.end) : this.#cut(line.end, joint);
  }

  /** The whole text fits so far: all of it may be shown, but for what may still be cut before. */
  #rest(): CardPlan {
    const text = this.#text;
    if (this.#ended) return this.#hold(text.length);
    const isHalf = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
    return this.#hold(this.#heldCluster(isHalf ? text.length - 1 : text.length));
  }

  /** Where the last grapheme cluster begins, when it may still grow and then not fit; else `end`. */
  #heldCluster(end: number): number {
    const closing = closingRoom(this.#state, this.#limits);
    if (this.#room.mayFit(end, CLUSTER_MAX, closing)) return end;
    const last = lastClusterStart(this.#text, end);
    const held = last < this.#line.at ? this.#line.at : this.#legal(this.#line, last);
    // Decided by where it would be held, so that it stays decided while the cluster grows.
    return this.#room.mayFit(held, CLUSTER_MAX, closing) ? end : held;
  }
}
