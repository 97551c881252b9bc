import type { FeishuMention } from "./message.ts";

/** What a mention is written as in a message for everybody. */
const ALL_KEY = "@_all";

/**
 * Puts names where the placeholders are and takes the bot's own mention out. Longer keys first: `@_user_1` is the beginning of
 * `@_user_12`.
 */
export function resolveMentions(text: string, mentions: readonly FeishuMention[]): string {
  const byLength = [...mentions].sort((a, b) => b.key.length - a.key.length);
  let resolved = text;
  for (const { key, name, isSelf } of byLength) {
    if (key === "") continue;
    // The spaces a client puts around a mention go with it; line breaks stay.
    resolved = isSelf
      ? resolved.replaceAll(new RegExp(`[ \\t]?${escapeRegExp(key)}(?!\\d)[ \\t]?`, "gu"), " ")
      : resolved.replaceAll(key, () => `@${name}`);
  }
  return resolved.replaceAll(ALL_KEY, "@all").trim();
}

/** Whether everybody is mentioned. */
export function isMentionAll(text: string, mentions: readonly FeishuMention[]): boolean {
  return text.includes(ALL_KEY) || mentions.some(({ key }) => key === ALL_KEY);
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}
