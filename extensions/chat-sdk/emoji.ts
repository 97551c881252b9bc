import { defaultEmojiResolver, getEmoji } from "chat";
import type { EmojiValue } from "chat";
import { toEmojiCharacter, toEmojiType } from "../feishu/emoji.ts";

/**
 * Feishu's name of an emoji: a name of the Chat SDK's (`thumbs_up`), a character, or a name of Feishu's in whatever case. One that is
 * not known here is left to Feishu to judge.
 */
export function toFeishuEmoji(emoji: EmojiValue | string): string {
  const name = typeof emoji === "string" ? emoji : emoji.name;
  const character = defaultEmojiResolver.toGChat(name);
  const type = toEmojiType(character);
  // A character that Feishu has no emoji for stays one; the name may be Feishu's own.
  return /^\w+$/u.test(type) ? type : toEmojiType(name);
}

/** The Chat SDK's emoji for one of Feishu's; those that only Feishu has keep its name. */
export function toChatEmoji(type: string): EmojiValue {
  const character = toEmojiCharacter(type);
  return character === undefined ? getEmoji(type) : defaultEmojiResolver.fromGChat(character);
}
