import type {
  ChannelConnection,
  ChannelPlugin,
  ChannelStartOptions,
  InboundMessage,
  OpenReplyOptions,
  ReplyTarget,
} from "../../src/plugin-sdk/index.ts";
import type { ReplyStream } from "../../src/stream/index.ts";
import type { Fetch } from "./client/index.ts";
import { cardSettings, readFeishuAccounts } from "./config/index.ts";
import type { FeishuChannelAccount } from "./config/index.ts";
import type { TakenUpReply } from "./delivery/index.ts";
import { closeOrphanCard, seamLimits, takeUp } from "./delivery/index.ts";
import type { FeishuInboundMessage } from "./inbound/index.ts";
import { createFeishuInstance } from "./instance.ts";
import type { FeishuInstance } from "./instance.ts";
import { Intake } from "./intake.ts";
import type { ReadMessage } from "./message-reader.ts";
import { toToastAnswer } from "./press-toast.ts";
import { sayReliably } from "./say-reliably.ts";
import type { MessageTarget } from "./send.ts";
import { showWaiting } from "./short-words.ts";
import { BotTransport } from "./transport.ts";

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
  const { account, clock, logger, random, signal, stateDir } = options;
  const { appId, appSecret, domain, config } = account;
  const instance = createFeishuInstance({
    appId,
    appSecret,
    domain,
    name: account.id,
    proxy: config.proxy,
    timeoutMs: config.httpTimeoutMs,
    images: config.card?.images,
    quota: config.quota,
    stateDir,
    ownership: options.shared,
    leases: options.shared,
    fetch,
    clock,
    random,
    logger,
  });
  const intake = new Intake({
    instance,
    access: config,
    resolveNames: config.resolveSenderNames,
    namesLaterInDirectChats: true,
  });
  /** What was handed over, as it came: a message that waits is read once more. */
  const taken = new WeakMap<InboundMessage, FeishuInboundMessage>();
  const take = async (message: FeishuInboundMessage): Promise<InboundMessage> => {
    const neutral = toNeutral(message, await intake.read(message), intake.conversationOf(message));
    taken.set(neutral, message);
    return neutral;
  };
  const here = { channel: "feishu", account: account.id };
  const transport = new BotTransport({
    instance,
    shared: options.shared,
    listener: {
      async onMessage(message) {
        if (intake.admits(message)) options.onMessage(await take(message));
      },
      onRecall: ({ messageId, chatId }) => options.onRecall?.({ ...here, messageId, chatId }),
      onBotMembership: ({ added, chatId }) => {
        if (!added) options.onChatLost?.({ ...here, chatId });
      },
      async onCardAction({ operator, value, messageId, chatId }) {
        const person = { id: operator.openId, name: intake.nameOf(operator.openId) };
        return toToastAnswer(await options.onCardAction({ ...here, messageId, chatId, operator: person, value }));
      },
    },
  });
  const close = (): Promise<void> => transport.stop(async () => {});
  try {
    await transport.start(signal);
  } catch (error) {
    await close();
    throw error;
  }
  const { delivery } = instance;
  const toTarget = ({ chatId, replyTo, threadId }: ReplyTarget): MessageTarget =>
    replyTo === undefined ? { type: "chat", chatId } : intake.answerTo({ chatId, messageId: replyTo, threadId });
  return {
    account: account.id,
    showsButtons: config.card?.buttons !== false,
    status: () => ({ account: account.id, bot: transport.bot?.name, connected: transport.state === "connected" }),
    openReply: ({ chatId, ...target }, reply) =>
      openReply(instance, account, { target: toTarget({ chatId, ...target }), chatId }, reply),
    async takeUp({ chatId, ...target }, reply, begun) {
      const takenUp = await takeUp({ delivery, begun, limits: seamLimits(cardSettings(config.card)) });
      const place = { target: toTarget({ chatId, ...target }), chatId };
      return takenUp && openReply(instance, account, place, { ...reply, takenUp });
    },
    async sendText(target, text, { signal }) {
      const place = { to: toTarget(target), chatId: target.chatId };
      return (await sayReliably(delivery, { ...place, text }, signal)).messageId;
    },
    showWaiting: (messageId) => showWaiting(delivery, messageId) ?? (() => {}),
    async reread(message) {
      const came = taken.get(message);
      const now = came && (await intake.again(came));
      if (came === undefined || now === came) return message;
      return now && take(now);
    },
    closeOrphan: ({ cardId, messageId, language, remainder, buttons }, { signal } = {}) =>
      closeOrphanCard(
        delivery,
        {
          cardId,
          messageId,
          locale: language,
          remainder,
          buttons: config.card?.buttons === false ? undefined : buttons?.after,
        },
        signal,
      ),
    replay: (body) => transport.replay(body),
    stopReceiving: () => transport.disconnect(),
    nameOf: ({ id }) => intake.nameOf(id),
    close,
  };
}

function openReply(
  instance: FeishuInstance,
  account: FeishuChannelAccount,
  place: { readonly target: MessageTarget; readonly chatId: string },
  { language, buttons, title, placeholder, id, takenUp }: OpenReplyOptions & { readonly takenUp?: TakenUpReply },
): ReplyStream {
  const { card } = account.config;
  const header = title ?? card?.title;
  const reply = instance.openReply({
    ...place,
    settings: { locale: language, ...cardSettings(card) },
    header: header === undefined ? undefined : { title: header, template: card?.template },
    buttons: card?.buttons === false ? undefined : buttons,
    id,
    takenUp,
  });
  if (placeholder === true) reply.open();
  return reply;
}

function toNeutral(
  message: FeishuInboundMessage,
  { senderName, senderLabel, text, quotes }: ReadMessage,
  conversationId: string | undefined,
): InboundMessage {
  const { sender } = message;
  return {
    channel: "feishu",
    account: message.accountId,
    messageId: message.messageId,
    chatId: message.chatId,
    chatType: message.chatType,
    threadId: message.threadId,
    conversationId,
    sender: { id: sender.openId, name: senderName, label: senderLabel },
    text,
    commandText: message.commandText,
    quotes: quotes.map(({ messageId, sender: by, text: said, kind }) => ({ messageId, sender: by, text: said, kind })),
    sentAt: message.createdAt,
  };
}
