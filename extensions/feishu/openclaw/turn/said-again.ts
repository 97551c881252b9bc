/** White space at the ends says nothing. */
const same = (a: string, b: string): boolean => a.trim() === b.trim();

/**
 * What `text` says beyond a card that was closed in the middle of it: nothing while it says no more (the model may have been asked
 * again), the rest when it goes on from there, all of it when it says something else.
 */
export function beyondRest(shown: string, text: string): string {
  const before = shown.trimEnd();
  if (before === "") return text;
  if (before.startsWith(text.trimEnd())) return "";
  return text.startsWith(before) ? text.slice(before.length).replace(/^\s+/u, "") : text;
}

/**
 * What an answer says beyond one that was complete: nothing when it is the same, the rest when it holds the other one whole, up to the
 * end of a word; else all of it, since it is another answer.
 */
export function beyondAnswer(shown: string, text: string): string {
  if (same(shown, text)) return "";
  const before = shown.trimEnd();
  const isLonger =
    before !== "" && text.startsWith(before) && !/^\w\w/u.test(`${before.at(-1)}${text[before.length] ?? ""}`);
  return isLonger ? text.slice(before.length).replace(/^\s+/u, "") : text;
}
