import { isSpace } from "./characters.ts";

/** Longest line head (indentation, quote and list markers) that is waited for before a line's kind is decided without it. */
export const HEAD_MAX = 64;

/** A list marker in front of text. */
export interface Marker {
  /** Index after the marker itself (`-`, `1.`). */
  readonly end: number;
  /** The number as written, or undefined for a bullet. */
  readonly number: number | undefined;
  /** `-`, `*`, `+`, `.` or `)`. */
  readonly sign: string;
}

/** Columns of white space from `at` on (tabs go to the next multiple of 4 of `column`), and where the text begins. */
export function indentation(text: string, at: number, end: number, column = 0): { columns: number; textAt: number } {
  let columns = column;
  let i = at;
  for (; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x20) columns++;
    else if (unit === 0x09) columns += 4 - (columns % 4);
    else break;
  }
  return { columns: columns - column, textAt: i };
}

/** Quote markers (`> `) from `at` on: how many (at most `most`), and where what they hold begins. */
export function quoteMarkers(
  text: string,
  at: number,
  end: number,
  most: number = Infinity,
): { depth: number; end: number } {
  let depth = 0;
  let i = at;
  while (depth < most) {
    let j = i;
    while (j < end && j - i < 3 && text.charCodeAt(j) === 0x20) j++;
    if (j >= end || text.charCodeAt(j) !== 0x3e) break;
    i = j + 1;
    if (i < end && text.charCodeAt(i) === 0x20) i++;
    depth++;
  }
  return { depth, end: i };
}

/** The list marker at `at`, when it is followed by white space or the line's end. */
export function listMarker(text: string, at: number, end: number): Marker | undefined {
  const unit = text.charCodeAt(at);
  let i = at + 1;
  let number: number | undefined;
  if (unit >= 0x30 && unit <= 0x39) {
    while (i < end && i - at < 9 && text.charCodeAt(i) >= 0x30 && text.charCodeAt(i) <= 0x39) i++;
    const sign = text.charCodeAt(i);
    if (i >= end || (sign !== 0x2e && sign !== 0x29)) return undefined;
    number = Number(text.slice(at, i));
    i++;
  } else if (unit !== 0x2d && unit !== 0x2a && unit !== 0x2b) return undefined;
  if (i < end && !isSpace(text.charCodeAt(i))) return undefined;
  return { end: i, number, sign: text.charAt(i - 1) };
}

/** Length of the run of one character from `at` on. */
export function runLength(text: string, at: number, end: number): number {
  const unit = text.charCodeAt(at);
  let i = at;
  while (i < end && text.charCodeAt(i) === unit) i++;
  return i - at;
}

/** Whether a run of three or more backquotes or tildes stands at `at`: a fence opens or closes there, or might. */
export function isFenceRun(text: string, at: number, end: number): boolean {
  const unit = text.charCodeAt(at);
  return (unit === 0x60 || unit === 0x7e) && runLength(text, at, end) >= 3;
}

/** Index after `## ` when a heading's marker stands at `at`, else undefined. */
export function headingMarker(text: string, at: number, end: number): number | undefined {
  if (text.charCodeAt(at) !== 0x23) return undefined;
  const run = runLength(text, at, end);
  if (run > 6 || (at + run < end && !isSpace(text.charCodeAt(at + run)))) return undefined;
  return indentation(text, at + run, end).textAt;
}

/** Whether a line whose text begins at `at` is a thematic break (`---`, `* * *`, `___`). */
export function isRule(text: string, at: number, end: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit !== 0x2d && unit !== 0x2a && unit !== 0x5f) return false;
  let marks = 0;
  for (let i = at; i < end; i++) {
    if (text.charCodeAt(i) === unit) marks++;
    else if (!isSpace(text.charCodeAt(i))) return false;
  }
  return marks >= 3;
}

/**
 * Whether the kind of the line at `at` can no longer change when more of it comes: its text has begun, and not with the start of a
 * marker that is still growing. A caller decides nothing about an unfinished line before this.
 */
export function isHeadKnown(text: string, at: number, end: number): boolean {
  if (end - at >= HEAD_MAX) return true;
  let i = at;
  for (;;) {
    i = indentation(text, quoteMarkers(text, i, end).end, end).textAt;
    if (i >= end) return false;
    const marker = listMarker(text, i, end);
    if (marker === undefined || marker.end >= end) break;
    i = marker.end;
  }
  const unit = text.charCodeAt(i);
  if (unit === 0x60 || unit === 0x7e) return runLength(text, i, end) < 3 && i + runLength(text, i, end) < end;
  if (unit === 0x23 || unit === 0x2d || unit === 0x2a || unit === 0x2b || unit === 0x5f) {
    const after = i + runLength(text, i, end);
    return after < end && !isSpace(text.charCodeAt(after));
  }
  if (unit >= 0x30 && unit <= 0x39) {
    const digits = /^\d{1,9}[.)]?/u.exec(text.slice(i, i + 11))?.[0].length ?? 0;
    return i + digits < end;
  }
  return true;
}
