/** What the host would take for a command: a slash or an exclamation mark before a word, at the start or after a blank. */
const COMMAND = /(?:^|[\s\p{Cf}\p{Cc}"'])[/／!！][\s\p{Cf}\p{Cc}]*\p{L}/u;
/** A longer command cannot be read on a button. */
const MAX_COMMAND_CHARS = 100;

/** Whether words that a press sends are a command to the host, anywhere in them. */
export const isCommand = (words: string): boolean => COMMAND.test(words);

/**
 * The label of a control that sends `words` in the name of whoever presses it. A model writes labels and words apart, so a command
 * hidden under "OK" would be the presser's order; the label says it instead, and says it first, where nothing cuts it off. Undefined
 * when it is too long to be read: then there is nothing to press.
 */
export function labelFor(label: string, words: string): string | undefined {
  if (!isCommand(words)) return label;
  const said = words.replaceAll(/[\s\p{Cf}\p{Cc}]+/gu, " ").trim();
  if (said.length > MAX_COMMAND_CHARS) return undefined;
  const own = label.trim();
  return own === "" || own === said ? said : `${said} · ${own}`;
}

/** A value of a card that no label shows, as words for the agent that are no command. */
export const asData = (words: string): string => (isCommand(words) ? inertJson(words) : words);

/** JSON in which nothing is a command: the marks of one are written by their numbers. */
export function inertJson(value: unknown): string {
  const json = JSON.stringify(value);
  return isCommand(json) ? json.replaceAll(/[/／!！]/gu, escape) : json;
}

const escape = (mark: string): string => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;
