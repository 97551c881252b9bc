import { z } from "zod";
import { readContent } from "./content/index.ts";
import { toMs } from "./envelope.ts";
import type { FeishuEnvelope } from "./envelope.ts";
import type { Content } from "./content/index.ts";
import { EDGE, isMentionAll, resolveMentions, seenEnd } from "./mentions.ts";
import type { SaidWords } from "./mentions.ts";
import type { FeishuInboundMessage, FeishuMention } from "./message.ts";
import { toDisplayName, toPersonLabel } from "./person-label.ts";

const optional = z.string().optional().catch(undefined);
/** Events have every id of a person, messages that are read one. */
const ids = z
  .union([
    z.object({ open_id: optional, union_id: optional, user_id: optional }),
    z.string().transform((id) => ({ open_id: id, union_id: undefined, user_id: undefined })),
  ])
  .catch({ open_id: undefined, union_id: undefined, user_id: undefined });

const NOBODY = { key: "", id: {}, name: "" };

const schema = z.object({
  sender: z
    .object({ sender_id: ids, sender_type: z.string().catch("user") })
    .catch({ sender_id: {}, sender_type: "user" }),
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
    mentions: z
      .array(z.object({ key: z.string().catch(""), id: ids, name: z.string().catch("") }).catch(NOBODY))
      .catch([]),
  }),
});

/** Who receives: needed to tell a mention of the bot from other mentions. */
export interface Receiver {
  readonly accountId: string;
  /** The bot's open_id. Until it is known nobody counts as the bot. */
  readonly botOpenId: string | undefined;
  /** Its name: some clients mention it without any id. */
  readonly botName?: string | undefined;
}

/**
 * Reads an `im.message.receive_v1`; undefined when it is not one.
 * @see Feishu server API, im-v1/message/events/receive
 */
export function toInboundMessage(envelope: FeishuEnvelope, receiver: Receiver): FeishuInboundMessage | undefined {
  const parsed = schema.safeParse(envelope.event);
  if (!parsed.success) return undefined;
  const { sender, message } = parsed.data;
  const { open_id, union_id, user_id } = sender.sender_id;
  const listed = message.mentions
    .filter(({ key }) => key !== "")
    .map(({ key, id, name }) =>
      toMention({ key, openId: id.open_id || id.union_id || id.user_id || undefined, name }, receiver),
    );
  return {
    accountId: receiver.accountId,
    messageId: message.message_id,
    chatId: message.chat_id,
    chatType: message.chat_type === "p2p" ? "direct" : "group",
    inTopicGroup: message.chat_type === "topic_group" || undefined,
    threadId: message.thread_id || undefined,
    rootId: message.root_id || undefined,
    parentId: message.parent_id || undefined,
    sender: {
      openId: open_id || union_id || user_id || "",
      unionId: union_id || undefined,
      userId: user_id || undefined,
      type: sender.sender_type === "user" ? "user" : "bot",
    },
    createdAt: toMs(message.create_time) || envelope.createdAt,
    ...readSaid(message.message_type, message.content, listed, receiver),
    raw: envelope.event,
  };
}

/** What a message says, whoever handed it over. */
export type Said = Pick<
  FeishuInboundMessage,
  "type" | "text" | "commandText" | "mentionedBot" | "mentionAll" | "mentions" | "attachments"
>;

/** Reads a message's content. `listed`: the mentions that came with it. */
export function readSaid(
  type: string,
  json: string,
  listed: readonly FeishuMention[],
  receiver: Pick<Receiver, "botOpenId" | "botName">,
): Said {
  const content = readContent(type, json, listed);
  const mentions = [...listed, ...(content.mentions ?? []).map((mention) => toMention(mention, receiver))];
  const words = withTitle(content, resolveMentions(content.text, mentions));
  return {
    type,
    text: UNSEEN.test(words.text) ? "" : words.text,
    commandText: toCommand(words.command),
    mentionedBot: mentions.some((mention) => mention.isSelf),
    mentionAll: isMentionAll(`${json}\n${content.text}`, mentions),
    mentions,
    attachments: content.attachments,
  };
}

/** Nothing that a person could read: space, and characters of no width. */
const UNSEEN = /^[\s\p{Cf}\u115F\u1160\u2800\u3164\uFFA0]*$/u;
/** A command in bold or the like, as a rich text may have it. */
const STYLED_COMMAND = /^(?:<u>|[*~`]){1,8}([/／][^*~<`]{1,2000})(?:<\/u>|[*~`]){1,8}$/u;

/** A text without what nobody sees at its ends. */
function withoutEdges(text: string): string {
  const to = seenEnd(text);
  let from = 0;
  while (from < to && EDGE.test(text.charAt(from))) from++;
  return text.slice(from, to);
}

/** What may be a command, without what keyboards and editors put around it. */
const toCommand = (said: string): string =>
  withoutEdges(said).replace(STYLED_COMMAND, (_, command: string) => command.trim());

/** A mention with a name that can be shown; everybody has one. */
export function toMention(
  { key, openId, name }: { key: string; openId?: string | undefined; name: string },
  receiver?: Pick<Receiver, "botOpenId" | "botName">,
): FeishuMention {
  const own = openId === undefined ? receiver?.botName : receiver?.botOpenId;
  const isSelf = own !== undefined && own !== "" && (openId ?? name) === own;
  return { key, openId, name: toDisplayName(name) || toPersonLabel(openId ?? "", isSelf ? "bot" : "user"), isSelf };
}

/** The words below the title, if there is one. */
export function withTitle({ title }: Content, { text, command }: SaidWords): SaidWords {
  return { text: title === undefined ? text : `${title}\n\n${text}`.trimEnd(), command };
}
