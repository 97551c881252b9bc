import { distance } from "fastest-levenshtein";

/** Letters that may be wrong, by the length of the word: two that changed places count as two. */
const allowed = (length: number): number => (length <= 3 ? 1 : length < 10 ? 2 : 3);

/** The word of `known` that `given` was probably meant to be; undefined when none is near. Case does not count. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const word = given.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, wrong: distance(word, candidate.toLowerCase()) }))
    .filter(({ wrong }) => wrong <= allowed(word.length))
    .sort((a, b) => a.wrong - b.wrong);
  return ranked[0]?.candidate;
}
