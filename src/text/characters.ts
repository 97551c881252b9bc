/** Closing quotes and brackets that belong to the sentence before them. */
const CLOSERS = "\"')]}”’»›）】》〉」』］｝〗〕";
/** Marks a line must not begin with. */
const NOT_FIRST = "，。、；：？！…—～·％%,.;:?!" + CLOSERS;
/** Marks a line must not end with. */
const NOT_LAST = "（【《〈「『［｛〖〔“‘«‹([{";
const SENTENCE_ENDS = ".!?";
const CJK_SENTENCE_ENDS = "。！？…；";

/** Space or tab. */
export const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x09;

/** Ideographs, kana, hangul, full-width forms and their punctuation: scripts that break anywhere. */
function isCjk(unit: number): boolean {
  if (unit < 0x2e80) return false;
  if (unit === 0x3099 || unit === 0x309a) return false;
  return (
    unit <= 0x9fff ||
    (unit >= 0xac00 && unit <= 0xd7a3) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xff00 && unit <= 0xffef)
  );
}

/** Index before the closing quotes and brackets that end at `at` (exclusive). */
function beforeClosers(text: string, at: number, least: number): number {
  let i = at;
  while (i > least && CLOSERS.includes(text.charAt(i - 1))) i--;
  return i;
}

/**
 * How good a place `at` is to break the line it lies in: after a sentence, between words (or CJK characters), or neither.
 * Looks back to `least` and one unit ahead.
 */
export function breakAt(text: string, at: number, least: number): "sentence" | "word" | undefined {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  if (isSpace(before)) {
    if (isSpace(after) || after === 0x0a || after === 0x0d) return undefined;
    let end = at - 1;
    while (end > least && isSpace(text.charCodeAt(end - 1))) end--;
    end = beforeClosers(text, end, least);
    const last = text.charAt(end - 1);
    return end > least && (SENTENCE_ENDS.includes(last) || CJK_SENTENCE_ENDS.includes(last)) ? "sentence" : "word";
  }
  if (!isCjk(before) && !isCjk(after) && before !== 0x2026 && before !== 0x201d) return undefined;
  if (after === 0x0a || after === 0x0d || isSpace(after) || NOT_FIRST.includes(text.charAt(at))) return undefined;
  if (NOT_LAST.includes(text.charAt(at - 1))) return undefined;
  const end = beforeClosers(text, at, least);
  if (end > least && CJK_SENTENCE_ENDS.includes(text.charAt(end - 1))) return "sentence";
  return isCjk(before) || isCjk(after) ? "word" : undefined;
}
