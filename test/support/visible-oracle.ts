import type { VisibleMessage } from "../../src/emulator/index.ts";

/** Ids of the elements that hold the answer. */
const ANSWER = /^a\d+$/u;
/**
 * What a card may show before its part of the reply: a fence opened again, a table's head, quote marks, a list's number. It stands alone
 * on its line before what cards show in no list.
 */
const LEAD =
  /^(?:(?:[ >]*(?:`{3,}|~{3,})[^\n]*\n)|(?:[^\n]*\|[^\n]*\n[^\n]*-[^\n]*\n)|(?:[ >]+)|(?:[ >]*(?:\d{1,9}[.)]|[-*+])[ \t]+\n?))/u;
/** And after it: a fence closed. */
const CLOSE = /^\n?[ >]*(?:`{3,}|~{3,})\n?$/u;
/** A lead may stand in for up to this many characters of the source (a list's number, an indentation). */
const MAX_SKIP = 24;

/**
 * Reads the messages as a person would and checks that together they say `text` exactly once. Knows nothing of how the reply was
 * cut; tries every reading of each message. Gives a list of problems, empty when all is well.
 */
export function explainVisible(messages: readonly VisibleMessage[], text: string): string[] {
  const isPost = messages.some(({ kind }) => kind === "post");
  const shown = messages
    .map((message) => answerOf(message, ANSWER))
    .filter((answer) => answer !== "")
    .map((answer) => (isPost ? wordsOf(answer) : answer));
  if (isPost) return explainWords(shown, wordsOf(text));
  const problems = explainCards(shown, text);
  if (problems.length === 0) return problems;
  // A card that begins inside a quote shows the marks of its lines where it needs them.
  return explainCards(shown.map(withoutMargins), withoutMargins(text)).length === 0 ? [] : problems;
}

/** The text without quote marks and white space before its lines. */
const withoutMargins = (text: string): string => text.replace(/^[ >]+/gmu, "");

function explainCards(shown: readonly string[], text: string): string[] {
  let positions = new Set([0]);
  for (const [index, answer] of shown.entries()) {
    const next = new Set<number>();
    for (const at of positions) for (const end of readings(answer, text, at)) next.add(end);
    if (next.size === 0) {
      const at = Math.max(...positions);
      return [
        `message ${index + 1} of ${shown.length} does not go on at ${at}: shows ${excerpt(answer)} where the reply says ${excerpt(text.slice(at))}`,
      ];
    }
    positions = next;
  }
  // A blank end needs no card of its own.
  if ([...positions].some((at) => text.slice(at).trim() === "")) return [];
  return [`the visible text ends at ${Math.max(...positions)} of ${text.length}`];
}

/** What people read of rich text, which shows tables, headings and line ends in another form than a card: its letters and digits. */
const wordsOf = (text: string): string =>
  text
    .replace(/&#?\w+;/gu, "")
    .replace(/\]\([^)]*\)/gu, "")
    .replace(/[^\p{L}\p{N}]/gu, "");

/** As {@link explainVisible}, of the letters alone. A message may repeat a table's head or a list's number of the one before. */
function explainWords(shown: readonly string[], text: string): string[] {
  let at = 0;
  for (const [index, answer] of shown.entries()) {
    let repeated = 0;
    while (repeated < Math.min(answer.length, 400) && !text.startsWith(answer.slice(repeated), at)) repeated++;
    if (!text.startsWith(answer.slice(repeated), at))
      return [
        `message ${index + 1} of ${shown.length} does not go on at letter ${at}: shows ${excerpt(answer)} where the reply says ${excerpt(text.slice(at))}`,
      ];
    at += answer.length - repeated;
  }
  return at === text.length ? [] : [`the visible letters end at ${at} of ${text.length}`];
}

/** How much of `text` the messages say so far, read the same way; what they say wrongly ends the count. */
export function visibleEnd(messages: readonly VisibleMessage[], text: string, elements: RegExp = ANSWER): number {
  let positions = new Set([0]);
  for (const answer of messages.map((message) => answerOf(message, elements))) {
    if (answer === "") continue;
    const next = new Set<number>();
    for (const at of positions) for (const end of readings(answer, text, at)) next.add(end);
    if (next.size === 0) break;
    positions = next;
  }
  return Math.max(...positions);
}

/** Every offset at which a message that begins at `at` may end. */
function readings(answer: string, text: string, at: number): number[] {
  const ends: number[] = [];
  const plain = matched(answer, text, at);
  if (plain !== undefined) ends.push(plain);
  // Blank lines at the top of a new card say nothing; they may be left out.
  const blank = /^\s{1,8}/u.exec(text.slice(at))?.[0].length ?? 0;
  for (let skip = 1; skip <= blank; skip++) {
    const end = matched(answer, text, at + skip);
    if (end !== undefined) ends.push(end);
  }
  for (let lead = ""; ;) {
    const more = LEAD.exec(answer.slice(lead.length))?.[0];
    if (more === undefined || more === "") break;
    lead += more;
    for (let skip = 0; skip <= MAX_SKIP; skip++) {
      const end = matched(answer.slice(lead.length), text, at + skip);
      if (end !== undefined && end > at) ends.push(end);
    }
    if (lead.length > 400) break;
  }
  return ends;
}

/**
 * Where `shown` ends in `text` when it begins at `at` and is followed by at most the end of a fence. An image may be shown as the
 * link to it, and a blank line may part what would run together on a card.
 */
function matched(shown: string, text: string, at: number): number | undefined {
  let length = 0;
  let end = at;
  while (length < shown.length) {
    if (shown[length] === text[end]) length += 1;
    else if (shown[length] === "\n" && shown[length - 1] === "\n") {
      length += 1;
      continue;
    } else if (shown[length] !== "[" || !text.startsWith("![", end)) break;
    end += 1;
  }
  return length === shown.length || CLOSE.test(shown.slice(length)) ? end : undefined;
}

function answerOf(message: VisibleMessage, elements: RegExp): string {
  if (message.kind !== "card") return message.text;
  return message.parts
    .filter(({ elementId }) => elements.test(elementId ?? ""))
    .map(({ text }) => text)
    .join("");
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
