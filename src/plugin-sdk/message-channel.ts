import type { BegunReply, ReplyStream } from "../stream/index.ts";
import type { OpenCard, ReplyButtons } from "./channel.ts";
import type { Language } from "./language.ts";

/** Where a message goes: a chat, a person, or an answer to a message. */
export type OutgoingTarget =
  | { readonly chatId: string }
  /** The channel's stable id of a person (Feishu: `open_id`). */
  | { readonly personId: string }
  | { readonly replyTo: string; readonly inThread?: boolean | undefined };

/** A finished message. `card` is the channel's own card JSON; `image` an image's bytes. */
export type OutgoingContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "markdown"; readonly markdown: string; readonly title?: string | undefined }
  | { readonly type: "card"; readonly card: Readonly<Record<string, unknown>> }
  | { readonly type: "image"; readonly data: Uint8Array };

/** What a message can be changed to. A card stays a card; text and Markdown messages may become each other. */
export type UpdatedContent = Exclude<OutgoingContent, { readonly type: "image" }>;

/** A message as the platform took it. */
export interface OutgoingMessage {
  readonly messageId: string;
  readonly chatId: string;
}

/** A chat that the account can write to. */
export interface Chat {
  readonly chatId: string;
  readonly name: string;
  readonly description: string;
}

/** One page of chats; `pageToken` asks for the next one and is undefined on the last. */
export interface ChatPage {
  readonly items: readonly Chat[];
  readonly pageToken: string | undefined;
}

/** How a streaming reply looks. */
export interface StreamingReplyOptions {
  /** Header of the card. @defaultValue none, or what the account's settings say */
  readonly title?: string | undefined;
  /** Language of the card's own words. @defaultValue the account's */
  readonly language?: Language | undefined;
  /** Show the card before there is any text. @defaultValue false */
  readonly placeholder?: boolean | undefined;
  /** Milliseconds between writes of text. @defaultValue as often as the platform allows */
  readonly flushMs?: number | undefined;
  /** Names the reply: a process that goes on with it finds by it what was sent. @defaultValue a random one */
  readonly id?: string | undefined;
  /**
   * Whether this process may send or patch a message of the reply now, where another one may have taken it over; settles when it is known.
   * @defaultValue as the account says
   */
  readonly mayWrite?: (() => boolean | Promise<boolean>) | undefined;
  readonly buttons?: ReplyButtons | undefined;
}

/** What callers of a channel act on. */
export type ChannelErrorKind = "invalid" | "not-found" | "forbidden" | "rate-limited" | "too-large" | "unavailable";

/** The platform refused or could not be reached. The message is for developers: it never quotes what people wrote. */
export class ChannelError extends Error {
  override readonly name = "ChannelError";
  readonly kind: ChannelErrorKind;
  /** The platform's own code, when it gave one. */
  readonly code: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** False: certainly not done. True: the fate is unknown; repeat with the same `uuid`. */
  readonly maybeDone: boolean;

  constructor(
    kind: ChannelErrorKind,
    message: string,
    detail: {
      code?: number | undefined;
      retryAfterMs?: number | undefined;
      maybeDone?: boolean | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: detail.cause });
    this.kind = kind;
    this.code = detail.code;
    this.retryAfterMs = detail.retryAfterMs;
    this.maybeDone = detail.maybeDone ?? false;
  }
}

/** What every call takes. */
export interface ChannelCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * One account of a channel as programs use it: to send, not to receive. Its methods reject with {@link ChannelError} or the
 * signal's reason.
 */
export interface MessageChannel {
  /** The channel: `feishu`. */
  readonly provider: string;
  /** The account's name. */
  readonly instance: string;
  /** Sends a finished message. The same `uuid` (at most 50 characters) is sent at most once within an hour. */
  send(
    to: OutgoingTarget,
    content: OutgoingContent,
    options?: ChannelCallOptions & { readonly uuid?: string | undefined },
  ): Promise<OutgoingMessage>;
  /** Changes a message this account sent. */
  update(messageId: string, content: UpdatedContent, options?: ChannelCallOptions): Promise<void>;
  /** Lists the group chats the account is in. */
  listChats(
    page?: { readonly pageSize?: number | undefined; readonly pageToken?: string | undefined },
    options?: ChannelCallOptions,
  ): Promise<ChatPage>;
  /** Opens a streaming reply. Returns at once; delivery never throws. */
  openReply(to: OutgoingTarget, options?: StreamingReplyOptions): ReplyStream;
  /**
   * Goes on in the cards of a reply that another process began and will not end. Tries for as long as the platform does not answer. Gives
   * undefined when nobody can go on there: see `closeOrphan`.
   */
  takeUp(to: OutgoingTarget, options: StreamingReplyOptions, begun: BegunReply): Promise<ReplyStream | undefined>;
  /**
   * Proves that the platform can be reached and takes the account; cheap, to be asked before work is taken on. Answers within 2.5 s;
   * when `patient`, it tries for up to 9 s while the platform cannot be reached.
   */
  check(options?: ChannelCallOptions & { readonly patient?: boolean | undefined }): Promise<void>;
  /** Ends a card left over by a process that died; tries for as long as the platform does not answer. */
  closeOrphan(card: OpenCard, options?: ChannelCallOptions): Promise<void>;
  /** Ends connections; replies are ended by whoever opened them before. Bounded by 5 s, idempotent. */
  close(): Promise<void>;
}
