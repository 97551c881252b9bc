import type { Logger } from "../../src/log/index.ts";
import { observeReply } from "../../src/metrics/index.ts";
import type {
  CardActionAnswer,
  ChannelConnection,
  ChannelPlugin,
  ChannelStartOptions,
  InboundMessage,
  OpenReplyOptions,
  ReplyTarget,
} from "../../src/plugin-sdk/index.ts";
import type { ReplyStream } from "../../src/stream/index.ts";
import { readFeishuAccounts } from "./channel-config.ts";
import type { FeishuChannelAccount } from "./channel-config.ts";
import { createFeishuClient } from "./client/index.ts";
import type { Fetch } from "./client/index.ts";
import { closeOrphanCard, FeishuDelivery } from "./delivery/index.ts";
import type { LoadImage } from "./images/index.ts";
import { createWebImageLoader } from "./images/index.ts";
import { admitMessage, BotLoopGuard, FeishuConnection } from "./inbound/index.ts";
import type { FeishuCardActionAnswer, FeishuInboundMessage } from "./inbound/index.ts";
import { toMessageText } from "./message-text.ts";
import { MessageSign } from "./message-sign.ts";
import { PersonNames } from "./person-names.ts";
import { openQuota } from "./quota/index.ts";
import { createReplyDispatcher } from "./reply-dispatcher.ts";
import { sendTextFeishu } from "./send.ts";
import type { MessageTarget } from "./send.ts";
import { toInboundPolicy } from "./to-inbound-policy.ts";

/** How {@link createFeishuChannel} reaches Feishu. */
export interface FeishuChannelOptions {
  /** How requests travel; the long connection always is a socket of its own. @defaultValue own connections, never a proxy unless configured */
  readonly fetch?: Fetch | undefined;
}

/** The Feishu and Lark channel for the embedded host: receives by the SDK's long connection, replies with streaming cards. */
export function createFeishuChannel(options: FeishuChannelOptions = {}): ChannelPlugin<FeishuChannelAccount> {
  return {
    id: "feishu",
    capabilities: { streaming: true, buttons: true, reasoning: true, threads: true },
    readConfig: readFeishuAccounts,
    start: (start) => connect(start, options.fetch),
  };
}

async function connect(
  options: ChannelStartOptions<FeishuChannelAccount>,
  fetch: Fetch | undefined,
): Promise<ChannelConnection> {
  const { account, clock, logger, random, signal } = options;
  const { appId, appSecret, domain, config } = account;
  const quota = openQuota(config.quota, { appId, stateDir: options.stateDir, clock, logger });
  const client = createFeishuClient({
    account: { accountId: account.id, appId, appSecret, domain, proxy: config.proxy },
    fetch,
    clock,
    logger,
    random,
    timeoutMs: config.httpTimeoutMs,
    onCall: quota?.onCall,
  });
  const names = new PersonNames(client, logger);
  const policy = toInboundPolicy(config);
  const bots = new BotLoopGuard({ clock });
  const connection = new FeishuConnection({
    client,
    clock,
    logger,
    random,
    listener: {
      async onMessage(message) {
        if (!isAdmitted(message, policy, logger) || !bots.allows(message)) return;
        if (config.resolveSenderNames !== false) void names.look(message.sender.openId);
        options.onMessage(toNeutral(message, await toMessageText(client, message, logger), names));
      },
      async onCardAction({ operator, value, messageId, chatId }) {
        const person = { id: operator.openId, name: names.get(operator.openId) };
        return toFeishuAnswer(
          await options.onCardAction({
            channel: "feishu",
            account: account.id,
            messageId,
            chatId,
            operator: person,
            value,
          }),
        );
      },
    },
  });
  try {
    await connection.start(signal);
  } catch (error) {
    await client.close();
    throw error;
  }
  const delivery = new FeishuDelivery({ client, clock, random, logger, quota });
  const images = config.card?.images === "link" ? undefined : createWebImageLoader();
  let closing: Promise<void> | undefined;
  return {
    account: account.id,
    status: () => ({ account: account.id, bot: connection.bot?.name, connected: connection.state === "connected" }),
    openReply: (target, reply) => openReply(delivery, account, images?.load, target, reply),
    async sendText(target, text, { signal }) {
      const sent = await sendTextFeishu(
        client,
        { to: toTarget(target, account), text, uuid: delivery.nonce(32) },
        { signal },
      );
      return sent.messageId;
    },
    showWaiting(messageId) {
      // A sign costs two calls.
      if (delivery.quotaLevel !== "live") return () => {};
      const sign = new MessageSign({ client, messageId, emojiType: "OneSecond", logger });
      void sign.start();
      return () => void sign.stop();
    },
    closeOrphan: ({ cardId, messageId, language }, { signal } = {}) =>
      closeOrphanCard(delivery, { cardId, messageId, locale: language }, signal),
    nameOf: ({ id }) => names.get(id),
    close: () =>
      (closing ??= (async () => {
        try {
          await connection.close();
        } finally {
          await Promise.all([client.close(), images?.close()]);
          quota?.close();
        }
      })()),
  };
}

function openReply(
  delivery: FeishuDelivery,
  account: FeishuChannelAccount,
  loadImage: LoadImage | undefined,
  target: ReplyTarget,
  { language, buttons, title, placeholder }: OpenReplyOptions,
): ReplyStream {
  const { card } = account.config;
  const header = title ?? card?.title;
  const shown = card?.buttons === false ? undefined : buttons;
  const reply = createReplyDispatcher({
    delivery,
    target: toTarget(target, account),
    chatId: target.chatId,
    settings: { locale: language, rolloverChars: card?.maxChars, flushMs: card?.flushMs },
    loadImage,
    header: header === undefined ? undefined : { title: header, template: card?.template },
    buttons: shown,
  });
  observeReply(reply, { clock: delivery.clock, logger: delivery.logger });
  if (placeholder === true) reply.open();
  return reply;
}

/** A reply to a message of a topic stays in it by itself; `inThread` opens a topic where there is none. */
const toTarget = ({ chatId, replyTo, threadId }: ReplyTarget, { config }: FeishuChannelAccount): MessageTarget =>
  replyTo === undefined
    ? { type: "chat", chatId }
    : { type: "reply", messageId: replyTo, inThread: threadId !== undefined || config.replyInThread === "enabled" };

function isAdmitted(
  message: FeishuInboundMessage,
  policy: Parameters<typeof admitMessage>[1],
  logger: Logger,
): boolean {
  const admission = admitMessage(message, policy);
  if (admission.admitted) return true;
  logger.debug("a message is not for the bot", { reason: admission.reason, messageId: message.messageId });
  return false;
}

function toNeutral(message: FeishuInboundMessage, text: string, names: PersonNames): InboundMessage {
  const { sender } = message;
  return {
    channel: "feishu",
    account: message.accountId,
    messageId: message.messageId,
    chatId: message.chatId,
    chatType: message.chatType,
    threadId: message.threadId,
    sender: { id: sender.openId, name: names.get(sender.openId) },
    text,
    sentAt: message.createdAt,
  };
}

/** Feishu picks the toast's language by the reader's own. */
function toFeishuAnswer({ toast }: CardActionAnswer): FeishuCardActionAnswer | undefined {
  if (toast === undefined) return undefined;
  const { type, text } = toast;
  return { toast: { type, content: text.zh, i18n: { zh_cn: text.zh, en_us: text.en } } };
}
