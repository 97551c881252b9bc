import type {
  ChannelConnection,
  ChannelPlugin,
  ChannelQuestion,
  ChannelStartOptions,
  InboundMessage,
  OpenReplyOptions,
  ReplyTarget,
} from "../../src/plugin-sdk/index.ts";
import type { ReplyStream } from "../../src/stream/index.ts";
import { accountOptions } from "./account-options.ts";
import { BotCore } from "./bot-core.ts";
import type { BotDuties } from "./bot-core.ts";
import { cardStrings, continuedHeader } from "./card/index.ts";
import type { Fetch } from "./client/index.ts";
import { cardSettings, readFeishuAccounts } from "./config/index.ts";
import type { FeishuChannelAccount } from "./config/index.ts";
import type { TakenUpReply } from "./delivery/index.ts";
import { closeOrphanCard, seamLimits, takeUp } from "./delivery/index.ts";
import type { FeishuInboundMessage } from "./inbound/index.ts";
import type { ReadMessage } from "./message-reader.ts";
import { sayReliably } from "./say-reliably.ts";
import type { MessageTarget } from "./send.ts";

/** How {@link createFeishuChannel} reaches Feishu. */
export interface FeishuChannelOptions {
  /** How requests travel; the long connection always is a socket of its own. @defaultValue own connections, never a proxy unless configured */
  readonly fetch?: Fetch | undefined;
}

/** The Feishu and Lark channel for the embedded host: the same {@link BotCore} as `createBot`'s, with the host in the place of handlers. */
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
  const { account, questions, shared, stateDir, journal, clock, logger, random, signal } = options;
  const { config } = account;
  const here = { channel: "feishu", account: account.id };
  const duties: BotDuties<ChannelQuestion> = {
    ...questions,
    toQuestion: (from, read) => ({ message: toNeutral(from, read, core.intake.conversationOf(from)) }),
    onQuestion: ({ message }) => options.onMessage(message),
    onMembership({ added, chatId }) {
      if (!added) options.onChatLost?.({ ...here, chatId });
    },
    onPress: ({ value, messageId, chatId }, { openId, name }) =>
      options.onCardAction({ ...here, messageId, chatId, operator: { id: openId, name }, value }),
  };
  const core: BotCore<ChannelQuestion> = new BotCore({
    ...accountOptions(account),
    access: config,
    resolveNames: config.resolveSenderNames,
    namesLaterInDirectChats: true,
    shared,
    stateDir,
    journal,
    fetch,
    clock,
    random,
    logger,
    duties,
  });
  const { transport, intake } = core;
  const { delivery } = core.instance;
  try {
    await transport.start(signal);
  } catch (error) {
    await core.stop();
    throw error;
  }
  const toTarget = ({ chatId, replyTo, threadId }: ReplyTarget): MessageTarget =>
    replyTo === undefined ? { type: "chat", chatId } : intake.answerTo({ chatId, messageId: replyTo, threadId });
  const open = (target: ReplyTarget, reply: OpenReplyOptions, takenUp?: TakenUpReply): ReplyStream =>
    openReply(core, account, { target: toTarget(target), chatId: target.chatId }, { ...reply, takenUp });
  const showsButtons = config.card?.buttons !== false;
  return {
    account: account.id,
    questions: core.questions,
    recovered: transport.recovered,
    showsButtons,
    status: () => ({ account: account.id, bot: transport.bot?.name, connected: transport.state === "connected" }),
    openReply: open,
    async takeUp(target, reply, begun) {
      const takenUp = await takeUp({ delivery, begun, limits: seamLimits(cardSettings(config.card)) });
      return takenUp && open(target, reply, takenUp);
    },
    async sendText(target, text, { signal: aborted }) {
      const place = { to: toTarget(target), chatId: target.chatId };
      return (await sayReliably(delivery, { ...place, text }, aborted)).messageId;
    },
    closeOrphan: ({ cardId, messageId, language: locale, remainder, buttons }, { signal: aborted } = {}) => {
      const after = showsButtons ? buttons?.after : undefined;
      return closeOrphanCard(
        delivery,
        { cardId, messageId, locale, remainder, buttons: core.buttons.sealAll({ after }).after },
        aborted,
      );
    },
    replay: (body) => transport.replay(body),
    stopReceiving: () => transport.disconnect(),
    nameOf: ({ id }) => intake.nameOf(id),
    close: () => core.stop(),
  };
}

function openReply(
  core: BotCore<ChannelQuestion>,
  account: FeishuChannelAccount,
  place: { readonly target: MessageTarget; readonly chatId: string },
  {
    language,
    buttons,
    title,
    placeholder,
    continues,
    id,
    takenUp,
  }: OpenReplyOptions & { readonly takenUp?: TakenUpReply | undefined },
): ReplyStream {
  const { card } = account.config;
  const words = title ?? card?.title;
  const own = words === undefined ? undefined : { title: words, template: card?.template };
  const reply = core.openReply({
    ...place,
    language,
    settings: cardSettings(card),
    header: continues === true ? continuedHeader(own, cardStrings(language).continued) : own,
    buttons: card?.buttons === false || buttons === undefined ? undefined : core.buttons.sealAll(buttons),
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
