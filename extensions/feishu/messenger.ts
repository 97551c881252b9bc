import type {
  ChannelErrorKind,
  MessageChannel,
  OutgoingContent,
  OutgoingTarget,
  StreamingReplyOptions,
} from "../../src/plugin-sdk/index.ts";
import { ChannelError } from "../../src/plugin-sdk/index.ts";
import type { ReplyStream } from "../../src/stream/index.ts";
import type { CallOptions } from "./client/index.ts";
import { FeishuApiError, FeishuInputError, FeishuTransportError, proveAccess } from "./client/index.ts";
import { toSafeCard } from "./card/index.ts";
import { closeOrphanCard, seamLimits, takeUp } from "./delivery/index.ts";
import type { TakenUpReply } from "./delivery/index.ts";
import type { FeishuInstance } from "./instance.ts";
import type { ReplySettings } from "./reply-dispatcher.ts";
import type { MessageTarget, SentMessage } from "./send.ts";
import {
  editMessageFeishu,
  listChatsFeishu,
  patchCardMessageFeishu,
  sendCardFeishu,
  sendImageFeishu,
  sendPostFeishu,
  sendTextFeishu,
  uploadImageFeishu,
} from "./send.ts";

/** What holds for all replies of one messenger unless a call says otherwise. */
export interface FeishuMessengerOptions {
  readonly instance: FeishuInstance;
  /** Header of cards. @defaultValue none */
  readonly title?: string | undefined;
  /** Colour of the header. @defaultValue Feishu's */
  readonly template?: string | undefined;
  readonly settings?: ReplySettings | undefined;
}

/** A Feishu or Lark app as programs that do not know Feishu use it. Closing it closes the instance. */
export function createFeishuMessenger(options: FeishuMessengerOptions): MessageChannel {
  const { instance } = options;
  const { client, delivery } = instance;
  return {
    provider: "feishu",
    instance: instance.name,
    async send(to, content, { signal, uuid = delivery.nonce(32) } = {}) {
      const sent = await translated(() => send(to, content, uuid, { signal }));
      return { messageId: sent.messageId, chatId: sent.chatId };
    },
    update: (messageId, content, { signal } = {}) =>
      translated(() =>
        content.type === "card"
          ? patchCardMessageFeishu(client, { messageId, card: toSafeCard(content.card) }, { signal })
          : editMessageFeishu(client, { messageId, ...content }, { signal }),
      ),
    async listChats(page = {}, { signal } = {}) {
      const { items, pageToken, hasMore } = await translated(() => listChatsFeishu(client, page, { signal }));
      return {
        items: items.map(({ chatId, name, description }) => ({ chatId, name, description })),
        pageToken: hasMore ? pageToken : undefined,
      };
    },
    check: ({ signal, patient } = {}) =>
      translated(() =>
        patient === true ? proveAccess(client, { clock: delivery.clock, signal }) : instance.check({ signal }),
      ),
    openReply: (to, reply = {}) => open(options, to, reply),
    async takeUp(to, reply, begun) {
      const takenUp = await takeUp({ delivery, begun, limits: seamLimits(options.settings) });
      return takenUp && open(options, to, reply, takenUp);
    },
    closeOrphan: ({ cardId, messageId, language, remainder }, { signal } = {}) =>
      translated(() => closeOrphanCard(delivery, { cardId, messageId, locale: language, remainder }, signal)),
    close: () => instance.close(),
  };

  async function send(
    target: OutgoingTarget,
    content: OutgoingContent,
    uuid: string,
    call: CallOptions,
  ): Promise<SentMessage> {
    const to = toMessageTarget(target);
    if (content.type === "text") return sendTextFeishu(client, { to, text: content.text, uuid }, call);
    if (content.type === "markdown")
      return sendPostFeishu(client, { to, markdown: content.markdown, title: content.title, uuid }, call);
    if (content.type === "card") return sendCardFeishu(client, { to, card: toSafeCard(content.card), uuid }, call);
    const { imageKey } = await uploadImageFeishu(client, { data: content.data }, call);
    return sendImageFeishu(client, { to, imageKey, uuid }, call);
  }
}

function open(
  options: FeishuMessengerOptions,
  to: OutgoingTarget,
  reply: StreamingReplyOptions,
  takenUp?: TakenUpReply,
): ReplyStream {
  const title = reply.title ?? options.title;
  const opened = options.instance.openReply({
    target: toMessageTarget(to),
    settings: {
      ...options.settings,
      ...(reply.language && { locale: reply.language }),
      ...(reply.flushMs !== undefined && { flushMs: reply.flushMs }),
    },
    header: title === undefined ? undefined : { title, template: options.template },
    buttons: reply.buttons,
    id: reply.id,
    mayWrite: reply.mayWrite,
    takenUp,
  });
  if (reply.placeholder === true) opened.open();
  return opened;
}

/** Feishu's words for a neutral target. */
function toMessageTarget(to: OutgoingTarget): MessageTarget {
  if ("chatId" in to) return { type: "chat", chatId: to.chatId };
  if ("personId" in to) return { type: "user", openId: to.personId };
  return { type: "reply", messageId: to.replyTo, inThread: to.inThread };
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toChannelError(error);
  }
}

const KINDS: Partial<Record<FeishuApiError["kind"], ChannelErrorKind>> = {
  "rate-limited": "rate-limited",
  unauthenticated: "forbidden",
  forbidden: "forbidden",
  "not-found": "not-found",
  expired: "not-found",
  "too-large": "too-large",
  busy: "unavailable",
  server: "unavailable",
};

/** Feishu's errors by what a caller can do about them; anything else (an abort's reason) stays as it is. */
function toChannelError(error: unknown): unknown {
  if (error instanceof FeishuApiError) {
    const { message, apiCode: code, retryAfterMs } = error;
    return new ChannelError(KINDS[error.kind] ?? "invalid", message, { code, retryAfterMs, cause: error });
  }
  if (error instanceof FeishuInputError) return new ChannelError(error.kind, error.message, { cause: error });
  if (error instanceof FeishuTransportError)
    return new ChannelError("unavailable", error.message, { maybeDone: error.maybeApplied, cause: error });
  return error;
}
