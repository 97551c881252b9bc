/** Emojis people and models write, and what Feishu calls them. @see https://open.feishu.cn/document/server-docs/im-v1/message-reaction/emojis-introduce */
const NAMES: Readonly<Record<string, string>> = {
  "👍": "THUMBSUP",
  "👎": "ThumbsDown",
  "👌": "OK",
  "❤": "HEART",
  "🎉": "PARTY",
  "👏": "APPLAUSE",
  "🙏": "THANKS",
  "💪": "MUSCLE",
  "🔥": "Fire",
  "😄": "SMILE",
  "😂": "LAUGH",
  "😮": "WOW",
  "😢": "CRY",
  "😡": "ANGRY",
  "✅": "DONE",
  "❌": "CrossMark",
  "💯": "Hundred",
  "👀": "EYES",
  "🤔": "THINKING",
  "⏳": "OnIt",
};

/** Feishu's name of an emoji: the one given, or that of the emoji character. */
export function toEmojiType(emoji: string): string {
  const bare = emoji.replace(/\u{FE0F}/gu, "").trim();
  return NAMES[bare] ?? bare;
}
