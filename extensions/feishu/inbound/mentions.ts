import type { FeishuMention } from "./message.ts";

/** What a mention is written as in a message for everybody. */
const ALL_KEY = "@_all";
/** Who is meant by `@_all`, as a person would write it. */
const ALL_NAME = "all";
/** Punctuation between a mention and what is said to the bot: `@bot, /stop`, `@bot：/stop`. */
const AFTER_MENTION = /^[ \t]*(?:[，：、；]|[,:;](?=[\s/／]|$))/u;

type Key = Pick<FeishuMention, "key" | "name" | "isSelf">;

/** A message's words once its mentions are names. */
export interface SaidWords {
  /** What is said: names where the keys were; without the bot's own name in front, which only says who is spoken to. */
  readonly text: string;
  /** The same without any mention around it when it is the bot that is spoken to: what may be a command. */
  readonly command: string;
}

/**
 * Puts names where the keys are. The bot's own mention in front of the text goes, with the punctuation after it; anywhere else its
 * name belongs to what is said ("is @bot better than @Amy").
 */
export function resolveMentions(text: string, mentions: readonly Key[]): SaidWords {
  const keys = toKeys(mentions);
  const { addressed, others, rest } = takeLead(text, keys);
  const said = keys.replace(`${others}${rest}`).trimEnd();
  return { text: said, command: keys.replace(dropTail(addressed ? rest : `${others}${rest}`, keys)).trim() };
}

/** Whether everybody is mentioned. */
export function isMentionAll(text: string, mentions: readonly Pick<Key, "key">[]): boolean {
  return /@_all(?!\w)/u.test(text) || mentions.some(({ key }) => key === ALL_KEY);
}

interface Keys {
  /** The mention that begins at `at`, if one does. */
  find(text: string, at: number): { key: string; isSelf: boolean; isAll: boolean } | undefined;
  replace(text: string): string;
}

function toKeys(mentions: readonly Key[]): Keys {
  const byKey = new Map(mentions.filter(({ key }) => key !== "").map((mention) => [mention.key, mention]));
  // Longer keys first, and none inside a longer word: `@_user_1` is the beginning of `@_user_12`, `@_all` of `@_allies`.
  const known = [...new Set([...byKey.keys(), ALL_KEY])].sort((a, b) => b.length - a.length);
  const pattern = known.map((key) => `${escapeRegExp(key)}${/\d$/u.test(key) ? "(?!\\d)" : "(?!\\w)"}`).join("|");
  const nameOf = (key: string): string => (key === ALL_KEY ? ALL_NAME : (byKey.get(key)?.name ?? ""));
  return {
    find(text, at) {
      const sticky = new RegExp(pattern, "uy");
      sticky.lastIndex = at;
      const key = sticky.exec(text)?.[0];
      if (key === undefined) return undefined;
      return { key, isSelf: byKey.get(key)?.isSelf === true, isAll: key === ALL_KEY };
    },
    replace: (text) => text.replaceAll(new RegExp(pattern, "gu"), (key) => `@${nameOf(key)}`),
  };
}

/** Takes the mentions in front off: whether the bot or everybody is among them, those of others as they stand, and what follows. */
function takeLead(text: string, keys: Keys): { addressed: boolean; others: string; rest: string } {
  let others = "";
  let self = false;
  let all = false;
  let at = 0;
  for (;;) {
    const start = at + blanks(text, at);
    const mention = keys.find(text, start);
    if (mention === undefined) break;
    self ||= mention.isSelf;
    all ||= mention.isAll;
    at = start + mention.key.length;
    if (mention.isSelf) at += AFTER_MENTION.exec(text.slice(at))?.[0].length ?? 0;
    else others += text.slice(start, at + blanks(text, at));
  }
  // A line of its own may begin with an indent that means something (code).
  const rest = text.slice(at).replace(/^(?:[ \t]*\n)+/u, "");
  const sameLine = at > 0 && rest.length === text.length - at;
  return { addressed: self || all, others, rest: sameLine || others !== "" ? rest.slice(blanks(rest, 0)) : rest };
}

const blanks = (text: string, at: number): number => /^[\s\p{Cf}]*/u.exec(text.slice(at))?.[0].length ?? 0;

/** White space, and characters of no width that keyboards put around words. */
export const EDGE: RegExp = /[\s\p{Cf}]/u;

/** Where a text ends for whoever reads it. */
export function seenEnd(text: string): number {
  let end = text.length;
  while (end > 0 && EDGE.test(text.charAt(end - 1))) end--;
  return end;
}

/** A command may also be followed by whom it is for: `/stop @bot`, `/stop@bot`. */
function dropTail(text: string, keys: Keys): string {
  const words = text.slice(0, seenEnd(text));
  const at = words.lastIndexOf("@");
  const isApart = EDGE.test(words[at - 1] ?? "") || /^[/／]\w+$/u.test(words.slice(0, at));
  if (at <= 0 || !isApart) return words;
  const mention = keys.find(words, at);
  const isLast = mention !== undefined && at + mention.key.length === words.length;
  return isLast && (mention.isSelf || mention.isAll) ? dropTail(words.slice(0, at), keys) : words;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}
