import * as fc from "fast-check";
import { cardsOf } from "./cards.ts";

const LIMITS = { maxChars: 3_000, maxBytes: 20_000, maxTables: 5 };
/** Of a text that is made up. */
export const MAX_LENGTH = 20_000;

/** Pieces that marks, brackets, quotes, pipes, tags and fences are made of, and words between them. */
const PIECES = [
  ...Array.from("_*~`[](){}<>!|#-+=\\/\"'&;:.,$^@ \t\n\r0a中，。（）「」“”　"),
  "👍",
  "**",
  "__",
  "![",
  "](",
  "[^1]",
  "```",
  "~~~",
  "```js\n",
  "<at id=",
  "<at id=all></at>",
  "<font color=red>",
  "</font>",
  "<b",
  "> ",
  ">>",
  "- ",
  "1. ",
  "|a|\n|-|\n",
  "| a | b |\n|---|---|\n",
  "|---",
  "    ",
  "\n\n",
  "https://example.com/",
  "words and more words ",
  "一些文字，",
  "👨‍👩‍👧‍👦",
  "\u200b",
  "\u202e",
];
const piece = fc.constantFrom(...PIECES);

/** Any text of up to 20,000 characters: repeated pieces, alone and one after another. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant(1) },
        fc.integer({ min: 2, max: 400 }),
        fc.integer({ min: 1_000, max: MAX_LENGTH }),
      ),
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((runs) => {
    let text = "";
    for (const [what, times] of runs)
      text += what.repeat(Math.min(times, Math.max(0, Math.ceil((MAX_LENGTH - text.length) / what.length))));
    return text.slice(0, MAX_LENGTH);
  });

/** What is wrong with the cards of a text: too many of them, an empty one, text that is in none. */
export function problemsOfCards(text: string): string[] {
  const found: string[] = [];
  const cards = cardsOf(text, LIMITS, true).filter(({ start }) => start === 0 || text.slice(start).trim() !== "");
  const most = Math.ceil(text.length / 2_400) + 2;
  if (cards.length > most) found.push(`${cards.length} cards for ${text.length} characters, at most ${most}`);
  let at = 0;
  for (const { start, end, rendered } of cards) {
    if (start !== at) found.push(`a card begins at ${start} where the one before ended at ${at}`);
    if (text.trim() !== "" && rendered.trim() === "") found.push(`the card from ${start} to ${end} is empty`);
    at = end;
  }
  if (text.slice(at).trim() !== "") found.push(`the cards end at ${at} of ${text.length}`);
  return found;
}
