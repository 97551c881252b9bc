// oxlint-disable no-control-regex -- control characters are what the end of this file is about
/** Zero-width space: keeps two characters apart without being seen. */
export const ZERO_WIDTH = "\u200b";

const PUNCTUATION = /[\p{P}\p{S}]/u;
const CJK =
  /[\u2e80-\u2fff\u3001-\u30ff\u3130-\u318f\u31f0-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffef\u2018-\u201f\u2014\u2026\u00b7]|[\u{20000}-\u{3ffff}]/u;

export const isWhite = (char: string): boolean => char === "" || /\s/u.test(char);
/** Punctuation and symbols, as CommonMark 0.31 counts them for emphasis. */
export const isPunctuation = (char: string): boolean => PUNCTUATION.test(char);
/** Characters of Chinese, Japanese and Korean text and the punctuation used in it. */
export const isCjk = (char: string): boolean => CJK.test(char);

/** The character that ends at `at`, or "" at the start. */
export function charBefore(text: string, at: number): string {
  if (at <= 0) return "";
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit <= 0xdfff && at > 1 ? text.slice(at - 2, at) : text.charAt(at - 1);
}

/** The character that begins at `at`, or "" at the end. */
export function charAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
}

/**
 * Escape sequences of terminals (ECMA-48: CSI, OSC and two-character ones), other control characters, and the characters that turn
 * the direction of text around: none of them is a word, and each can make people read something that is not there.
 */
const UNSEEN =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]{0,400}(?:\u0007|\u001b\\)|[ -/]*[0-~])|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const UNFINISHED = /(?:\r|[\ud800-\udbff]|\u001b[^a-zA-Z]{0,40})$/u;
const MAY_HAVE_UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** The text without what nobody sees and with `\n` alone at line ends. */
export function withoutUnseen(text: string): string {
  return MAY_HAVE_UNSEEN.test(text) ? text.replace(/\r\n?/gu, "\n").replace(UNSEEN, "") : text;
}

/** Length of what a growing text ends in that is half of something: of a character, a line's end, a terminal's sequence. */
export const unfinishedLength = (text: string): number => UNFINISHED.exec(text)?.[0].length ?? 0;

/** Offset in `text` of what is at `seen` in {@link withoutUnseen} of it. */
export function offsetOf(text: string, seen: number): number {
  let removed = 0;
  for (const match of text.matchAll(new RegExp(`\\r\\n?|${UNSEEN.source}`, "gu"))) {
    const kept = match[0].startsWith("\r") ? 1 : 0;
    if (match.index - removed >= seen) break;
    removed += match[0].length - kept;
  }
  return Math.min(text.length, seen + removed);
}
