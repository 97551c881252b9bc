import { Message, parseMarkdown, toPlainText } from "chat";
import type { Attachment, Author, FormattedContent, LinkPreview } from "chat";
import type { FeishuClient } from "../feishu/client/index.ts";
import { toPersonLabel, toQuote } from "../feishu/inbound/index.ts";
import type { FeishuAttachment, FeishuInboundMessage } from "../feishu/inbound/index.ts";
import type { QuotedMessage, ReadMessage } from "../feishu/message-reader.ts";
import type { PersonNames } from "../feishu/person-names.ts";
import { downloadResourceFeishu } from "../feishu/send.ts";
import type { FeishuMessage, SentMessage } from "../feishu/send.ts";

/** A message as this adapter got it: an event, one read back, one that is pointed at, or one that it sent. */
export type LarkRaw = FeishuInboundMessage | FeishuMessage | QuotedMessage | SentMessage;

/** What {@link MessageMaker} works with. */
export interface MessageMakerOptions {
  readonly client: FeishuClient;
  readonly names: PersonNames;
  readonly botOpenId: () => string | undefined;
  readonly userName: string;
}

const KINDS: Readonly<Record<FeishuAttachment["kind"], Attachment["type"] | undefined>> = {
  image: "image",
  file: "file",
  audio: "audio",
  media: "video",
  // Feishu hands them to no bot.
  sticker: undefined,
};

/** Makes the Chat SDK's messages of Feishu's. */
export class MessageMaker {
  readonly #options: MessageMakerOptions;

  constructor(options: MessageMakerOptions) {
    this.#options = options;
  }

  /** Of an event; `read` is what it stands for, where it does not hold that itself. */
  ofInbound(from: FeishuInboundMessage, threadId: string, read?: ReadMessage): Message<LarkRaw> {
    const { messageId, sender } = from;
    const answered = read?.quotes.findLast(({ kind }) => kind === "answered");
    return new Message<LarkRaw>({
      id: messageId,
      threadId,
      ...said(read?.text ?? from.text, from.type),
      raw: from,
      author: this.author(sender.openId, sender.type, read?.senderName),
      // Not by words: who writes the bot's name need not mean it.
      isMention: from.mentionedBot,
      metadata: { dateSent: new Date(from.createdAt), edited: false },
      attachments: this.#attachments(messageId, read?.attachments ?? from.attachments),
      replyTo: answered && this.#ofQuoted(answered, threadId),
    });
  }

  /** Of one that was read back. */
  ofRead(message: FeishuMessage, threadId: string): Message<LarkRaw> {
    const { messageId, mentions, sender, msgType, createTime, updateTime, updated } = message;
    const { text, attachments } = toQuote(message);
    const botOpenId = this.#options.botOpenId();
    return new Message<LarkRaw>({
      id: messageId,
      threadId,
      ...said(text, msgType),
      raw: message,
      author: this.author(sender?.id ?? "", sender?.senderType === "user" ? "user" : "bot"),
      isMention: botOpenId !== undefined && mentions.some(({ id }) => id === botOpenId),
      metadata: {
        dateSent: new Date(createTime),
        edited: updated,
        ...(updated && { editedAt: new Date(updateTime) }),
      },
      attachments: this.#attachments(messageId, attachments),
    });
  }

  /** Of whatever stands in a message's `raw`. */
  of(raw: LarkRaw, threadId: string): Message<LarkRaw> {
    if ("msgType" in raw) return this.ofRead(raw, threadId);
    if ("chatType" in raw) return this.ofInbound(raw, threadId);
    if ("kind" in raw) return this.#ofQuoted(raw, threadId);
    return new Message<LarkRaw>({
      id: raw.messageId,
      threadId,
      ...said("", "text"),
      raw,
      author: this.author(this.#options.client.account.appId, "bot"),
      metadata: { dateSent: new Date(raw.createTime), edited: false },
      attachments: [],
    });
  }

  /** Somebody, by their `open_id`; bots of others, and this one in what is read back, by their app's id. */
  author(id: string, type: "user" | "bot", name?: string): Author {
    const { client, userName, names, botOpenId } = this.#options;
    const isMe = id !== "" && (id === client.account.appId || id === botOpenId());
    const shown = isMe ? userName : (name ?? names.get(id) ?? toPersonLabel(id, type));
    return { userId: id, userName: shown, fullName: shown, isBot: isMe || type === "bot", isMe };
  }

  /** Gives an attachment that was written down its download back. */
  rehydrate(attachment: Attachment): Attachment {
    const { messageId, fileKey, type } = attachment.fetchMetadata ?? {};
    if (messageId === undefined || fileKey === undefined) return attachment;
    return { ...attachment, fetchData: this.#download(messageId, fileKey, type === "image" ? "image" : "file") };
  }

  #ofQuoted(quoted: QuotedMessage, threadId: string): Message<LarkRaw> {
    const { messageId, senderId, sender, text, attachments, createdAt } = quoted;
    const isPerson = senderId.startsWith("ou_");
    return new Message<LarkRaw>({
      id: messageId,
      threadId,
      ...said(text, "post"),
      raw: quoted,
      author: this.author(senderId, isPerson ? "user" : "bot", isPerson ? sender : undefined),
      metadata: { dateSent: new Date(createdAt), edited: false },
      attachments: this.#attachments(messageId, attachments),
    });
  }

  #attachments(messageId: string, attachments: readonly FeishuAttachment[]): Attachment[] {
    return attachments.flatMap((attachment): Attachment[] => {
      const { kind, fileName, imageKey, fileKey } = attachment;
      const type = KINDS[kind];
      // A video's image is its cover.
      const key = kind === "image" ? imageKey : fileKey;
      if (type === undefined || key === undefined) return [];
      const resource = kind === "image" ? "image" : "file";
      return [
        {
          type,
          ...(fileName !== undefined && { name: fileName }),
          fetchData: this.#download(messageId, key, resource),
          fetchMetadata: { messageId, fileKey: key, type: resource },
        },
      ];
    });
  }

  #download(messageId: string, fileKey: string, type: "image" | "file"): () => Promise<Buffer> {
    return async () => {
      const { data } = await downloadResourceFeishu(this.#options.client, { messageId, fileKey, type });
      return Buffer.from(data);
    };
  }
}

/** Words as the Chat SDK wants them: formatted, and plain. A plain message has no Markdown in it: what stands there is meant. */
function said(text: string, type: string): { text: string; formatted: FormattedContent; links: LinkPreview[] } {
  const formatted = parseMarkdown(text);
  return { text: type === "text" ? text : toPlainText(formatted).trimEnd(), formatted, links: linksOf(formatted) };
}

function linksOf(content: FormattedContent): LinkPreview[] {
  const found = new Set<string>();
  const look = (node: object): void => {
    if ("type" in node && node.type === "link" && "url" in node && typeof node.url === "string") found.add(node.url);
    if ("children" in node && Array.isArray(node.children)) for (const child of node.children) look(child as object);
  };
  look(content);
  return [...found].map((url) => ({ url }));
}
