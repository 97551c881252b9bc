import type { CallOptions, FeishuClient } from "../client/index.ts";
import { getMessageFeishu } from "../send.ts";
import type { FeishuMessage } from "../send.ts";
import { isCardPlaceholder, readContent } from "./content/index.ts";
import { resolveMentions } from "./mentions.ts";
import type { FeishuAttachment, FeishuInboundMessage } from "./message.ts";
import { toMention, withTitle } from "./parse-message.ts";

/** A message that another one quotes or forwards. */
export interface FeishuQuote {
  readonly messageId: string;
  readonly senderId: string;
  readonly senderType: string;
  readonly createdAt: number;
  readonly type: string;
  /** Plain text or Markdown, mentions by name. */
  readonly text: string;
  readonly attachments: readonly FeishuAttachment[];
  /** What it forwards, when it is a merged forward: oldest first. */
  readonly parts?: readonly FeishuQuote[] | undefined;
}

/** Forwards inside forwards; deeper ones are only named. */
const MAX_DEPTH = 5;

/**
 * Reads one message; cards come back whole, merged forwards with their parts.
 * @throws what `getMessageFeishu` throws, for example `not-found` when it was recalled
 */
export async function loadMessageFeishu(
  client: FeishuClient,
  messageId: string,
  options?: CallOptions,
): Promise<FeishuQuote> {
  const { message, children } = await getMessageFeishu(client, { messageId, fullCard: true }, options);
  const quote = toQuote(message);
  return message.msgType === "merge_forward" ? { ...quote, parts: toParts(message.messageId, children) } : quote;
}

/**
 * Reads the message that `message` answers; undefined when it answers none. Cards come back whole.
 * @throws what `getMessageFeishu` throws, for example `not-found` when it was recalled
 */
export async function loadQuotedFeishu(
  client: FeishuClient,
  message: FeishuInboundMessage,
  options?: CallOptions,
): Promise<FeishuQuote | undefined> {
  return message.parentId === undefined ? undefined : loadMessageFeishu(client, message.parentId, options);
}

/**
 * Reads the parts of a merged forward (`type` is `merge_forward`), oldest first; a forward among them has parts of its own.
 * @throws what `getMessageFeishu` throws
 */
export async function loadForwardedFeishu(
  client: FeishuClient,
  message: FeishuInboundMessage,
  options?: CallOptions,
): Promise<readonly FeishuQuote[]> {
  return (await loadMessageFeishu(client, message.messageId, options)).parts ?? [];
}

/** Forwarded messages as one text, a paragraph each; a forward inside is quoted below who made it. */
export function joinForwarded(
  parts: readonly FeishuQuote[],
  nameOf: (quote: FeishuQuote) => string = ({ senderId }) => senderId,
): string {
  return parts
    .map((part) => {
      if (part.parts === undefined || part.parts.length === 0) return `${nameOf(part)}: ${part.text}`;
      return `${nameOf(part)} forwarded:\n${joinForwarded(part.parts, nameOf).replace(/^/gmu, "> ")}`;
    })
    .join("\n\n");
}

/** A message that was read back, as text. */
export function toQuote(message: FeishuMessage): FeishuQuote {
  const listed = message.mentions.map(({ key, id, name }) => toMention({ key, openId: id, name }));
  const content = readContent(message.msgType, message.content, listed);
  const mentions = [...listed, ...(content.mentions ?? []).map((mention) => toMention(mention))];
  const { text } = withTitle(content, resolveMentions(content.text, mentions));
  const isPlaceholder = message.msgType === "interactive" && isCardPlaceholder(text);
  return {
    messageId: message.messageId,
    senderId: message.sender?.id ?? "",
    senderType: message.sender?.senderType ?? "",
    createdAt: message.createTime,
    type: message.msgType,
    text: message.deleted ? "[message taken back]" : isPlaceholder ? "[card]" : text,
    attachments: message.deleted ? [] : content.attachments,
  };
}

/** The flat list of everything inside a forward, as a tree in the order of time. */
function toParts(rootId: string, all: readonly FeishuMessage[]): FeishuQuote[] {
  const ids = new Set(all.map(({ messageId }) => messageId));
  const below = (upperId: string, depth: number): FeishuQuote[] =>
    all
      .filter(({ messageId, upperMessageId }) => {
        const upper = upperMessageId !== undefined && ids.has(upperMessageId) ? upperMessageId : rootId;
        return upper === upperId && messageId !== upperId;
      })
      .toSorted((a, b) => a.createTime - b.createTime)
      .map((child) => {
        const isForward = child.msgType === "merge_forward" && depth < MAX_DEPTH;
        return isForward ? { ...toQuote(child), parts: below(child.messageId, depth + 1) } : toQuote(child);
      });
  return below(rootId, 1);
}
