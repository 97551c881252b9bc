import { safeCut } from "./graphemes.ts";

/** The beginning of a text, of at most `maxChars` UTF-16 units and no character in two; one that was cut ends with "…". */
export const shortened = (text: string, maxChars: number): string =>
  text.length <= maxChars ? text : `${text.slice(0, safeCut(text, maxChars - 1))}…`;
