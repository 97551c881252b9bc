/** How many UTF-16 units around a cut are looked at; no cluster of a living script or emoji is longer. */
const WINDOW = 64;
/** How far back a run of regional indicators (flags) is followed to know its parity. */
const FLAG_WINDOW = 4_096;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;

/** Whether `offset` is not inside a surrogate pair. */
function isCodePointBoundary(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return true;
  return !(isLowSurrogate(text.charCodeAt(offset)) && isHighSurrogate(text.charCodeAt(offset - 1)));
}

/** A unit that neither joins the next cluster nor is joined to by an ordinary letter: a safe place to start segmenting. */
function isPlain(unit: number): boolean {
  return unit < 0x300 ? unit !== 0x0d && unit !== 0xad : unit >= 0x4e00 && unit <= 0x9fff;
}

/** Whether the code point starting at `at` is a regional indicator, half of a flag. */
function isFlagHalf(text: string, at: number): boolean {
  const low = text.charCodeAt(at + 1);
  return text.charCodeAt(at) === 0xd83c && low >= 0xdde6 && low <= 0xddff;
}

/** A boundary at or before `offset`, near it, to start segmenting from. */
function segmentFrom(text: string, offset: number): number {
  const least = Math.max(0, offset - WINDOW);
  for (let at = offset - 1; at > least; at--) {
    if (isPlain(text.charCodeAt(at)) && isPlain(text.charCodeAt(at - 1))) return at;
  }
  let start = isCodePointBoundary(text, least) ? least : least - 1;
  // Inside a row of flags only the parity from its start tells where one flag ends.
  if (isFlagHalf(text, start)) {
    const floor = Math.max(0, start - FLAG_WINDOW);
    let halves = 0;
    for (let at = start - 2; at >= floor && isFlagHalf(text, at); at -= 2) halves++;
    if (halves % 2 === 1) start -= 2;
  }
  return start;
}

/**
 * The start of the grapheme cluster that holds the unit before `offset` when the cluster goes on at `offset`, else `offset`:
 * the largest cut at or below `offset` that splits no cluster. Looks at a bounded window only, so the cost does not grow with
 * the text.
 */
function clusterFloor(text: string, offset: number): number {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  if (isPlain(before) && isPlain(after)) return offset;
  const start = segmentFrom(text, offset);
  const segment = segmenter.segment(text.slice(start, offset + WINDOW)).containing(offset - start);
  if (segment === undefined) return offset;
  const floor = start + segment.index;
  // A cluster that fills the window is no letter anybody reads: it may be cut between code points.
  if (floor === start && offset - start >= WINDOW) return isCodePointBoundary(text, offset) ? offset : offset - 1;
  return floor;
}

/** Whether `text` may be cut at `offset` without splitting a grapheme cluster. */
export function isGraphemeBoundary(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return true;
  return clusterFloor(text, offset) === offset;
}

/**
 * The largest offset at or below `offset` that is not inside a grapheme cluster (surrogate pair, ZWJ emoji, flag, combining
 * marks, CRLF). When that would not lie above `least`, the cluster itself is cut between code points, so that a caller who cuts
 * from `least` always makes progress: the result is above `least` whenever `offset` is and there is text (it may then lie one
 * unit above `offset`, when `offset` splits the only surrogate pair).
 * @param least UTF-16 offset of the last cut. @defaultValue 0
 */
export function safeCut(text: string, offset: number, least = 0): number {
  if (offset >= text.length) return text.length;
  if (offset <= 0) return 0;
  const floor = clusterFloor(text, offset);
  if (floor > least) return floor;
  if (isCodePointBoundary(text, offset)) return offset;
  return offset - 1 > least ? offset - 1 : offset + 1;
}

/** The start of the last grapheme cluster of `text.slice(0, end)`: what may still grow when more text comes. */
export function lastClusterStart(text: string, end: number): number {
  if (end <= 1) return 0;
  const start = segmentFrom(text, end);
  const floor = segmenter.segment(text.slice(start, end)).containing(end - start - 1);
  return floor === undefined ? end : start + floor.index;
}

/** Bytes of `text` in UTF-8; a lone surrogate counts 3, as the replacement character it becomes. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(at + 1))) {
      bytes += 2;
      at++;
    } else bytes += 2;
  }
  return bytes;
}
