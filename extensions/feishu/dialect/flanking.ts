import { charAt, charBefore, isCjk, isPunctuation, isWhite } from "./characters.ts";

/** Punctuation that stands at the end of words. */
const ENDS_WORDS = /[:;.,!?)\]}%"']/u;

/** What a run of `*`, `_` or `~` may do. */
export interface Flanks {
  readonly opens: boolean;
  readonly closes: boolean;
  /** It may only by the rule for Chinese, Japanese and Korean: CommonMark, and Feishu with it, wants a space before, or after it. */
  readonly wantsSpaceBefore: boolean;
  readonly wantsSpaceAfter: boolean;
}

/**
 * What the run from `start` to `end` of `text` may do. CommonMark tells opening marks from closing ones by the space around them,
 * which Chinese, Japanese and Korean do not write: in `**重点：**内容` the second run closes nothing, because a punctuation mark
 * stands inside and a letter outside. Beside such characters that is allowed here, and the writers add the space.
 * @see CommonMark 0.31, 6.2 Emphasis and strong emphasis
 */
export function flanks(text: string, start: number, end: number, mark: string): Flanks {
  const before = charBefore(text, start);
  const after = charAt(text, end);
  const [whiteBefore, whiteAfter] = [isWhite(before), isWhite(after)];
  const [punctuationBefore, punctuationAfter] = [isPunctuation(before), isPunctuation(after)];
  const left = !whiteAfter && (!punctuationAfter || whiteBefore || punctuationBefore);
  const right = !whiteBefore && (!punctuationBefore || whiteAfter || punctuationAfter);
  const splitsWords = mark !== "_";
  const opens = left && (splitsWords || !right || punctuationBefore);
  const closes = right && (splitsWords || !left || punctuationAfter);
  // Two marks behind what ends a label or a sentence (`**Note:**text`) mean an end in every script.
  const endsWords = mark === "*" && end - start === 2 && ENDS_WORDS.test(before);
  // A letter on one side and punctuation on the other, one of them of these scripts. A single `_` behind a letter is part of a name.
  const isNear = isCjk(before) || isCjk(after);
  const mayOpen =
    isNear && (splitsWords || end - start > 1) && !whiteAfter && punctuationAfter && !whiteBefore && !punctuationBefore;
  const mayClose = (isNear || endsWords) && !whiteBefore && punctuationBefore && !whiteAfter && !punctuationAfter;
  return {
    opens: opens || mayOpen,
    closes: closes || mayClose,
    wantsSpaceBefore: mayOpen && !opens,
    wantsSpaceAfter: mayClose && !closes,
  };
}
