/** Who wrote a message or acted on one. Ids are per app but for `unionId`; Feishu sends `userId` only with a contact scope. */
export interface FeishuPerson {
  /** Where Feishu sends none: the union_id or user_id. */
  readonly openId: string;
  readonly unionId?: string | undefined;
  readonly userId?: string | undefined;
  readonly type: "user" | "bot";
}

/** Somebody mentioned in a message. */
export interface FeishuMention {
  /** The placeholder in the raw content, for example `@_user_1`. */
  readonly key: string;
  readonly openId: string | undefined;
  readonly name: string;
  /** Whether this is the receiving bot itself. */
  readonly isSelf: boolean;
}

/** A file that came with a message; fetch it with `downloadResourceFeishu` (images by `imageKey`, all else by `fileKey`). */
export interface FeishuAttachment {
  readonly kind: "image" | "file" | "audio" | "media" | "sticker";
  readonly fileKey?: string | undefined;
  /** The image itself, or the cover of a video. */
  readonly imageKey?: string | undefined;
  readonly fileName?: string | undefined;
  readonly durationMs?: number | undefined;
}

/** A message that reached the bot. */
export interface FeishuInboundMessage {
  readonly accountId: string;
  /** The same for every redelivery: what to dedupe by. */
  readonly messageId: string;
  readonly chatId: string;
  readonly chatType: "direct" | "group";
  /** Whether the group consists of topics. */
  readonly inTopicGroup?: boolean | undefined;
  /** The topic it belongs to; answers have to stay in it. */
  readonly threadId?: string | undefined;
  readonly rootId?: string | undefined;
  /** The message it answers; read it with `loadQuotedFeishu`. */
  readonly parentId?: string | undefined;
  readonly sender: FeishuPerson;
  /** Wall-clock ms by Feishu's clock. */
  readonly createdAt: number;
  /** Feishu's `message_type`, for example `text`, `post`, `image`. */
  readonly type: string;
  /**
   * What it says, as plain text or Markdown: mentions by name, the bot's own mention in front removed, `[image]` and the like for what
   * is no text. Empty when somebody wrote nothing, or nothing but the mention.
   */
  readonly text: string;
  /** The text without any mention around it when it is said to the bot or to everybody: what may be a command. */
  readonly commandText: string;
  readonly mentionedBot: boolean;
  readonly mentionAll: boolean;
  readonly mentions: readonly FeishuMention[];
  readonly attachments: readonly FeishuAttachment[];
  /** The event as Feishu sent it. */
  readonly raw: unknown;
}
