import { z } from "zod";
import { readContent } from "./content/index.ts";
import { toMs } from "./envelope.ts";
import type { FeishuEnvelope } from "./envelope.ts";
import { isMentionAll, resolveMentions } from "./mentions.ts";
import type { FeishuInboundMessage, FeishuMention } from "./message.ts";

const optional = z.string().optional().catch(undefined);
const ids = z.object({ open_id: optional, union_id: optional, user_id: optional }).catch({});

const schema = z.object({
  sender: z.object({ sender_id: ids, sender_type: z.string().catch("user") }),
  message: z.object({
    message_id: z.string().min(1),
    root_id: optional,
    parent_id: optional,
    thread_id: optional,
    chat_id: z.string().min(1),
    chat_type: z.string(),
    message_type: z.string(),
    content: z.string().catch(""),
    create_time: z.coerce.string().optional(),
    mentions: z.array(z.object({ key: z.string().catch(""), id: ids, name: z.string().catch("") })).catch([]),
  }),
});

/** Who receives: needed to tell a mention of the bot from other mentions. */
export interface Receiver {
  readonly accountId: string;
  /** The bot's open_id. Until it is known nobody counts as the bot. */
  readonly botOpenId: string | undefined;
}

/**
 * Reads an `im.message.receive_v1`; undefined when it is not one.
 * @see Feishu server API, im-v1/message/events/receive
 */
export function toInboundMessage(envelope: FeishuEnvelope, receiver: Receiver): FeishuInboundMessage | undefined {
  const parsed = schema.safeParse(envelope.event);
  if (!parsed.success) return undefined;
  const { sender, message } = parsed.data;
  const mentions = message.mentions.map(({ key, id, name }): FeishuMention => ({
    key,
    openId: id.open_id || undefined,
    name,
    isSelf: receiver.botOpenId !== undefined && id.open_id === receiver.botOpenId,
  }));
  const { text, attachments } = readContent(message.message_type, message.content);
  return {
    accountId: receiver.accountId,
    messageId: message.message_id,
    chatId: message.chat_id,
    chatType: message.chat_type === "p2p" ? "direct" : "group",
    threadId: message.thread_id || undefined,
    rootId: message.root_id || undefined,
    parentId: message.parent_id || undefined,
    sender: {
      openId: sender.sender_id.open_id ?? "",
      unionId: sender.sender_id.union_id || undefined,
      userId: sender.sender_id.user_id || undefined,
      type: sender.sender_type === "user" ? "user" : "bot",
    },
    createdAt: toMs(message.create_time) || envelope.createdAt,
    type: message.message_type,
    text: resolveMentions(text, mentions),
    mentionedBot: mentions.some((mention) => mention.isSelf),
    mentionAll: isMentionAll(message.content, mentions),
    mentions,
    attachments,
    raw: envelope.event,
  };
}
