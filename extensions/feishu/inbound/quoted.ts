import type { CallOptions, FeishuClient } from "../client/index.ts";
import { getMessageFeishu } from "../send.ts";
import type { FeishuMessage } from "../send.ts";
import { readContent } from "./content/index.ts";
import { resolveMentions } from "./mentions.ts";
import type { FeishuAttachment, FeishuInboundMessage } from "./message.ts";

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
  if (message.parentId === undefined) return undefined;
  const { message: parent, children } = await getMessageFeishu(
    client,
    { messageId: message.parentId, fullCard: true },
    options,
  );
  return parent.msgType === "merge_forward"
    ? { ...toQuote(parent), text: joinForwarded(children.map(toQuote)) }
    : toQuote(parent);
}

/**
 * Reads the parts of a merged forward (`type` is `merge_forward`), oldest first, nested ones included.
 * @throws what `getMessageFeishu` throws
 */
export async function loadForwardedFeishu(
  client: FeishuClient,
  message: FeishuInboundMessage,
  options?: CallOptions,
): Promise<readonly FeishuQuote[]> {
  const { children } = await getMessageFeishu(client, { messageId: message.messageId, fullCard: true }, options);
  return children.filter((child) => child.msgType !== "merge_forward").map(toQuote);
}

/** Forwarded messages as one text, a paragraph each. */
export function joinForwarded(quotes: readonly FeishuQuote[]): string {
  return quotes.map((quote) => `${quote.senderId}: ${quote.text}`).join("\n\n");
}

/** A message that was read back, as text. */
export function toQuote(message: FeishuMessage): FeishuQuote {
  const { text, attachments } = readContent(message.msgType, message.content);
  const mentions = message.mentions.map(({ key, id, name }) => ({ key, openId: id, name, isSelf: false }));
  return {
    messageId: message.messageId,
    senderId: message.sender?.id ?? "",
    senderType: message.sender?.senderType ?? "",
    createdAt: message.createTime,
    type: message.msgType,
    text: resolveMentions(text, mentions),
    attachments,
  };
}
