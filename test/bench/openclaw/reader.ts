import type { Emulator } from "../../../src/emulator/index.ts";
import { answersAfter } from "../../openclaw/support/conversation.ts";
import type { Sent } from "../../openclaw/support/conversation.ts";
import { MARKED } from "./scenario.ts";

/** A fence's first or last line: writers repeat it where they go on in a new message. */
const FENCE_LINE = /^\s*(?:`{3,}|~{3,}).*$/gmu;

/** Status lines, notes and thoughts of either plugin, by the ids of their elements; they are no part of an answer. */
const ASIDE = /^(?:status|note|tools|think)/u;

/** How many letters and digits of an answer a text holds: layout and Markdown differ between writers, what is said does not. */
export const countLetters = (text: string): number =>
  text.replace(FENCE_LINE, "").replace(/[^\p{L}\p{N}]+/gu, "").length;

/**
 * The answer's text as its reader sees it now, in cards, posts and texts, whoever sent or edited them. Messages without any of
 * the answer's own words are notices of the host or the plugin, and left out; so are asides in grey below a card.
 */
export function readAnswer(emulator: Emulator, sent: Sent): string {
  return answersAfter(emulator, sent)
    .map(({ parts }) =>
      parts
        .filter(({ elementId }) => !ASIDE.test(elementId ?? ""))
        .map(({ text }) => text.replace(/<font[^>]*>[\s\S]*?<\/font>/gu, ""))
        .join("\n"),
    )
    .filter((text) => /\p{L}\d\d/u.test(text))
    .join("\n");
}

/** Words of the answer that are missing, and words of it that stand there again. */
export function compareWords(said: string, visible: string): { lost: number; doubled: number } {
  const tally = new Map<string, number>();
  for (const word of visible.match(MARKED) ?? []) tally.set(word, (tally.get(word) ?? 0) + 1);
  const counts = (said.match(MARKED) ?? []).map((word) => tally.get(word) ?? 0);
  return {
    lost: counts.filter((count) => count === 0).length,
    doubled: counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
  };
}
