import { z } from "zod";
import { toMs } from "./envelope.ts";
import type { FeishuEnvelope } from "./envelope.ts";
import { toDisplayName } from "./person-label.ts";

/** An emoji was put on a message, or taken off. */
export interface FeishuReaction {
  readonly accountId: string;
  readonly eventId: string;
  readonly added: boolean;
  readonly messageId: string;
  readonly emojiType: string;
  /** The person, or undefined when a bot did it. */
  readonly openId: string | undefined;
  readonly at: number;
}

/** The bot was put into a group, or taken out. */
export interface FeishuBotMembership {
  readonly accountId: string;
  readonly eventId: string;
  readonly added: boolean;
  readonly chatId: string;
  readonly chatName: string;
  readonly operatorOpenId: string | undefined;
}

/** A message was recalled. */
export interface FeishuRecall {
  readonly accountId: string;
  readonly eventId: string;
  readonly messageId: string;
  readonly chatId: string;
}

/** Somebody opened the one-to-one chat with the bot. */
export interface FeishuChatEntered {
  readonly accountId: string;
  readonly eventId: string;
  readonly chatId: string;
  readonly openId: string;
}

const person = z.object({ open_id: z.string().optional() }).catch({});
const time = z.coerce.string().optional();
const reaction = z.object({
  message_id: z.string(),
  reaction_type: z.object({ emoji_type: z.string() }),
  operator_type: z.string().catch(""),
  user_id: person,
  action_time: time,
});
const names = z.record(z.string(), z.string().catch("")).catch({});
const membership = z.object({
  chat_id: z.string(),
  operator_id: person,
  name: z.string().catch(""),
  i18n_names: names,
});
const recall = z.object({ message_id: z.string(), chat_id: z.string() });
const entered = z.object({ chat_id: z.string(), operator_id: person });

/** Reads `im.message.reaction.created_v1` and `.deleted_v1`; undefined when it is neither. */
export function toReaction(envelope: FeishuEnvelope, accountId: string): FeishuReaction | undefined {
  const { data } = reaction.safeParse(envelope.event);
  if (data === undefined) return undefined;
  const at = toMs(data.action_time) || envelope.createdAt;
  const openId = data.operator_type === "app" ? undefined : data.user_id.open_id;
  const added = envelope.type.endsWith(".created_v1");
  return {
    accountId,
    eventId: envelope.eventId,
    added,
    messageId: data.message_id,
    emojiType: data.reaction_type.emoji_type,
    openId,
    at,
  };
}

/** Reads `im.chat.member.bot.added_v1` and `.deleted_v1`; undefined when it is neither. */
export function toBotMembership(envelope: FeishuEnvelope, accountId: string): FeishuBotMembership | undefined {
  const { data } = membership.safeParse(envelope.event);
  if (data === undefined) return undefined;
  const added = envelope.type.endsWith(".added_v1");
  return {
    accountId,
    eventId: envelope.eventId,
    added,
    chatId: data.chat_id,
    chatName: toDisplayName(data.name || firstName(data.i18n_names)),
    operatorOpenId: data.operator_id.open_id,
  };
}

/** The name in the first language that has one. */
function firstName(translated: Readonly<Record<string, string>>): string {
  const preferred = ["zh_cn", "en_us", "ja_jp"].map((locale) => translated[locale]);
  return [...preferred, ...Object.values(translated)].find((name) => name !== undefined && name !== "") ?? "";
}

/** Reads `im.message.recalled_v1`; undefined when it is not one. */
export function toRecall(envelope: FeishuEnvelope, accountId: string): FeishuRecall | undefined {
  const { data } = recall.safeParse(envelope.event);
  return data && { accountId, eventId: envelope.eventId, messageId: data.message_id, chatId: data.chat_id };
}

/** Reads `im.chat.access_event.bot_p2p_chat_entered_v1`; undefined when it is not one. */
export function toChatEntered(envelope: FeishuEnvelope, accountId: string): FeishuChatEntered | undefined {
  const { data } = entered.safeParse(envelope.event);
  return data && { accountId, eventId: envelope.eventId, chatId: data.chat_id, openId: data.operator_id.open_id ?? "" };
}
