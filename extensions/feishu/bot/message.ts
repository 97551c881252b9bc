import type { Language } from "../../../src/plugin-sdk/index.ts";
import type { FeishuClient } from "../client/index.ts";
import { FeishuInputError } from "../client/index.ts";
import { loadForwardedFeishu } from "../inbound/index.ts";
import type { FeishuAttachment, FeishuInboundMessage, FeishuMention, FeishuQuote } from "../inbound/index.ts";
import type { QuotedMessage, ReadMessage } from "../message-reader.ts";
import { downloadResourceFeishu } from "../send.ts";
import type { DownloadedResource } from "../send.ts";

/** Somebody who wrote, pressed or reacted. */
export interface BotPerson {
  /** `ou_…`, the same person for this app for ever. */
  readonly openId: string;
  /** Undefined when Feishu does not tell, or names are not looked up. */
  readonly name: string | undefined;
}

/** Who wrote a message. */
export interface BotSender extends BotPerson {
  /** The name, or a short name that is always the same for one person. */
  readonly label: string;
  readonly type: "user" | "bot";
}

/** A file of a message. */
export interface BotAttachment {
  readonly kind: "image" | "file" | "audio" | "media" | "sticker";
  readonly fileName: string | undefined;
  /** Of audio and video, milliseconds. */
  readonly durationMs: number | undefined;
  /**
   * Fetches it, at most 100 MB.
   * @throws FeishuInputError for a sticker, which Feishu hands to no bot; FeishuApiError, FeishuTransportError, or the signal's reason
   */
  download(options?: { readonly signal?: AbortSignal | undefined }): Promise<DownloadedResource>;
}

/** A message that another one points at. */
export interface BotQuote {
  readonly messageId: string;
  /** Name or label of who wrote it; `you` for the bot itself. */
  readonly sender: string;
  /** Markdown, at most 4,000 characters. */
  readonly text: string;
  readonly attachments: readonly BotAttachment[];
  /** `topic`: the first message of the topic that the message belongs to. `answered`: the one it answers. */
  readonly kind: "topic" | "answered";
}

/** What somebody said to the bot. */
export interface BotMessage {
  readonly messageId: string;
  readonly chatId: string;
  readonly chatType: "direct" | "group";
  /** The topic it belongs to; the reply stays in it. */
  readonly threadId: string | undefined;
  /** The chat, or the topic in it: what to remember together, and what is answered one after the other. */
  readonly conversationId: string;
  readonly sender: BotSender;
  /** Markdown, without the mention of the bot in front; a forward is spelled out, with who said what. Empty when there are no words. */
  readonly text: string;
  readonly mentions: readonly FeishuMention[];
  readonly attachments: readonly BotAttachment[];
  /** What it answers and the topic's first message, oldest first. */
  readonly quotes: readonly BotQuote[];
  /** Feishu's `message_type`: `text`, `post`, `image`, `merge_forward`, … */
  readonly type: string;
  /** Language of its text, as far as that tells. */
  readonly language: Language;
  /** Wall-clock ms by Feishu's clock. */
  readonly sentAt: number;
  /** The messages that a forward holds, oldest first; none for other messages. One call. @throws FeishuApiError, FeishuTransportError */
  forwarded(): Promise<readonly FeishuQuote[]>;
  /** The event as Feishu sent it. */
  readonly raw: unknown;
}

/** A message that began with the name of a command. */
export interface BotCommand extends BotMessage {
  /** Lower case, without the slash. */
  readonly command: string;
  /** What stood behind the name; empty when nothing did. */
  readonly args: string;
}

/** A message as handlers get it. */
export function toBotMessage(
  client: FeishuClient,
  message: FeishuInboundMessage,
  read: ReadMessage,
  about: { readonly conversationId: string; readonly language: Language },
): BotMessage {
  const { messageId, sender } = message;
  const toAttachment = (from: string) => (attachment: FeishuAttachment) => toBotAttachment(client, from, attachment);
  const toBotQuote = ({ messageId: id, sender: by, text, attachments, kind }: QuotedMessage): BotQuote => ({
    messageId: id,
    sender: by,
    text,
    attachments: attachments.map(toAttachment(id)),
    kind,
  });
  return {
    messageId,
    chatId: message.chatId,
    chatType: message.chatType,
    threadId: message.threadId,
    conversationId: about.conversationId,
    sender: { openId: sender.openId, name: read.senderName, label: read.senderLabel, type: sender.type },
    text: read.text,
    mentions: message.mentions,
    attachments: read.attachments.map(toAttachment(messageId)),
    quotes: read.quotes.map(toBotQuote),
    type: message.type,
    language: about.language,
    sentAt: message.createdAt,
    forwarded: async () => (message.type === "merge_forward" ? loadForwardedFeishu(client, message) : []),
    raw: message.raw,
  };
}

function toBotAttachment(
  client: FeishuClient,
  messageId: string,
  { kind, imageKey, fileKey, fileName, durationMs }: FeishuAttachment,
): BotAttachment {
  const type = kind === "image" ? "image" : "file";
  // A video's image is its cover.
  const key = type === "image" ? imageKey : fileKey;
  return {
    kind,
    fileName,
    durationMs,
    async download({ signal } = {}) {
      if (kind === "sticker" || key === undefined)
        throw new FeishuInputError(
          "im.messageResource.get",
          "fileKey",
          "missing-id",
          "is not there: Feishu hands out no file for it, as for every sticker",
        );
      return downloadResourceFeishu(client, { messageId, fileKey: key, type }, { signal });
    },
  };
}
