import type { FeishuMention } from "./message.ts";

/** What a mention is written as in a message for everybody. */
const ALL_KEYS = ["@_all", "@_all_members"];

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
  for (const key of ALL_KEYS) resolved = resolved.replaceAll(key, "@all");
  return resolved.trim();
}

/** Whether everybody is mentioned. */
export function isMentionAll(text: string, mentions: readonly FeishuMention[]): boolean {
  return mentions.some((mention) => ALL_KEYS.includes(mention.key)) || ALL_KEYS.some((key) => text.includes(key));
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}
