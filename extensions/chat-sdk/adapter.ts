import { stringifyMarkdown } from "chat";
import type {
  Adapter,
  AdapterPostableMessage,
  Attachment,
  ChannelInfo,
  ChannelVisibility,
  ChatInstance,
  EmojiValue,
  FetchOptions,
  FetchResult,
  FormattedContent,
  ListThreadsOptions,
  ListThreadsResult,
  Logger as ChatLogger,
  Message,
  ModalElement,
  PlanModel,
  RawMessage,
  StreamChunk,
  StreamOptions,
  ThreadInfo,
  UserInfo,
  WebhookOptions,
} from "chat";
import { ChatLanguages } from "../feishu/chat-languages.ts";
import { createFeishuInstance } from "../feishu/index.ts";
import type { FeishuInstance } from "../feishu/index.ts";
import { MessageReader } from "../feishu/message-reader.ts";
import { PersonNames } from "../feishu/person-names.ts";
import type { Place } from "../feishu/say-reliably.ts";
import { recallMessageFeishu } from "../feishu/send.ts";
import type { SentMessage } from "../feishu/send.ts";
import { BotTransport, openBotJournal } from "../feishu/transport.ts";
import type { Logger } from "../../src/log/index.ts";
import type { Language } from "../../src/plugin-sdk/index.ts";
import { DeadlineError, withDeadline } from "../../src/time/index.ts";
import { checkConfig } from "./config.ts";
import type { LarkAdapterConfig } from "./config.ts";
import { toFeishuEmoji } from "./emoji.ts";
import { Forms } from "./forms.ts";
import { History } from "./history.ts";
import { ChatListener } from "./listener.ts";
import { MessageMaker } from "./messages.ts";
import type { LarkRaw } from "./messages.ts";
import { planCard } from "./outgoing.ts";
import { Poster } from "./poster.ts";
import { Reactions } from "./reactions.ts";
import { Streamer } from "./streamer.ts";
import type { LarkThreadId } from "./thread-id.ts";
import { Threads } from "./threads.ts";
import { Typing } from "./typing.ts";

/** Time for open answers and running handlers when the Chat shuts down. */
const STOP_WITHIN_MS = 3_500;

/**
 * Feishu and Lark for the Chat SDK: `new Chat({ adapters: { lark: createLarkAdapter() }, … })`. Streamed answers grow in cards, in which
 * every word is visible exactly once, whatever Feishu does meanwhile.
 */
export class LarkAdapter implements Adapter<LarkThreadId, LarkRaw> {
  readonly name: string;
  readonly userName: string;
  readonly supportsTurnCancellation = true;
  /** The connected app, for what the Chat SDK has no words for. */
  readonly instance: FeishuInstance;
  readonly #transport: BotTransport;
  readonly #isWebhook: boolean;
  readonly #threads: Threads;
  readonly #maker: MessageMaker;
  readonly #history: History;
  readonly #poster: Poster;
  readonly #reactions: Reactions;
  readonly #streamer: Streamer;
  readonly #forms: Forms;
  readonly #typing: Typing;
  readonly #listener: ChatListener;
  #logger: ChatLogger | undefined;
  #chat: ChatInstance | undefined;

  /** @throws TypeError naming the option that cannot be used */
  constructor(given: LarkAdapterConfig) {
    const config = checkConfig(given, process.env);
    const { name, userName, card, language, domain, webhook, resolveSenderNames } = config;
    this.name = name;
    this.userName = userName;
    this.#logger = given.logger;
    this.#isWebhook = webhook !== undefined;
    const logger = this.#createLogger();
    this.instance = createFeishuInstance({ ...config, logger, name: undefined });
    const { client, delivery } = this.instance;
    const journal = openBotJournal({ stateDir: config.stateDir, logger });
    const names = new PersonNames(client, logger);
    const reader = new MessageReader({ client, names, resolveNames: resolveSenderNames, logger });
    const chat = (): ChatInstance => this.#needChat();
    this.#threads = new Threads(client, name, config.replyInThread ?? false);
    this.#maker = new MessageMaker({ client, names, userName, botOpenId: () => this.botUserId });
    this.#history = new History({ client, threads: this.#threads, maker: this.#maker, reader });
    this.#poster = new Poster(this.instance);
    this.#reactions = new Reactions(client);
    this.#streamer = new Streamer({ instance: this.instance, card, journal });
    this.#typing = new Typing(delivery);
    this.#forms = new Forms({
      instance: this.instance,
      adapter: this,
      chat,
      author: (openId) => this.#maker.author(openId, "user"),
      track: (work) => this.#listener.track(work),
    });
    this.#listener = new ChatListener({
      instance: this.instance,
      adapter: this,
      chat,
      threads: this.#threads,
      maker: this.#maker,
      reader,
      forms: this.#forms,
      streamer: this.#streamer,
      typing: this.#typing,
      languages: new ChatLanguages({ language, domain }),
    });
    const { dedupe } = config;
    this.#transport = new BotTransport({ instance: this.instance, listener: this.#listener, webhook, dedupe, journal });
  }

  get botUserId(): string | undefined {
    return this.#transport.bot?.openId;
  }

  /** Connects; with a webhook the first request does. */
  async initialize(chat: ChatInstance): Promise<void> {
    this.#chat = chat;
    this.#logger ??= chat.getLogger(this.name);
    if (!this.#isWebhook) await this.#transport.start();
  }

  /** Ends open answers as interrupted, waits for running handlers, and disconnects; within 5 s. */
  async disconnect(): Promise<void> {
    await this.#transport.stop(async (received) => {
      const end = async (): Promise<void> => {
        await received();
        this.#streamer.interrupt();
        await Promise.all([this.#typing.stopAll(), this.#listener.idle()]);
      };
      await withDeadline(this.instance.delivery.clock, STOP_WITHIN_MS, "ending the answers", end).catch(
        (error: unknown) => {
          if (!(error instanceof DeadlineError)) throw error;
        },
      );
    });
  }

  async handleWebhook(request: Request, options?: WebhookOptions): Promise<Response> {
    const response = await this.#transport.fetch(request);
    options?.waitUntil?.(this.idle());
    return response;
  }

  /** Resolves when everything that came was handled. */
  async idle(): Promise<void> {
    await this.#transport.idle();
    await this.#listener.idle();
  }

  encodeThreadId(thread: LarkThreadId): string {
    return this.#threads.encode(thread);
  }

  decodeThreadId(threadId: string): LarkThreadId {
    return this.#threads.decode(threadId);
  }

  channelIdFromThreadId(threadId: string): string {
    const { chatId } = this.#threads.decode(threadId);
    return this.#threads.encode({ chatId, rootId: undefined, direct: false });
  }

  isDM(threadId: string): boolean {
    const { chatId, direct } = this.#threads.decode(threadId);
    return direct || this.#threads.known(chatId)?.direct === true;
  }

  getChannelVisibility(threadId: string): ChannelVisibility {
    const facts = this.#threads.known(this.#threads.decode(threadId).chatId);
    if (facts === undefined) return "unknown";
    return facts.external ? "external" : "private";
  }

  parseMessage(raw: LarkRaw): Message<LarkRaw> {
    const threadId =
      "chatType" in raw
        ? this.#threads.ofInbound(raw)
        : this.#threads.encode({
            chatId: "chatId" in raw ? raw.chatId : "",
            rootId: ("rootId" in raw ? raw.rootId : undefined) ?? raw.messageId,
            direct: false,
          });
    return this.#maker.of(raw, threadId);
  }

  renderFormatted(content: FormattedContent): string {
    return stringifyMarkdown(content);
  }

  rehydrateAttachment(attachment: Attachment): Attachment {
    return this.#maker.rehydrate(attachment);
  }

  postMessage(threadId: string, message: AdapterPostableMessage): Promise<RawMessage<LarkRaw>> {
    return this.#post(threadId, (place, language) => this.#poster.post(place, message, language));
  }

  postChannelMessage(channelId: string, message: AdapterPostableMessage): Promise<RawMessage<LarkRaw>> {
    return this.postMessage(channelId, message);
  }

  /** Posts as an answer to one message, which it quotes. */
  reply(threadId: string, messageId: string, message: AdapterPostableMessage): Promise<RawMessage<LarkRaw>> {
    return this.#post(threadId, ({ chatId }, language) =>
      this.#poster.post({ to: { type: "reply", messageId }, chatId }, message, language),
    );
  }

  async editMessage(
    threadId: string,
    messageId: string,
    message: AdapterPostableMessage,
  ): Promise<RawMessage<LarkRaw>> {
    await this.#poster.edit(messageId, message);
    return this.#edited(threadId, messageId);
  }

  async deleteMessage(_threadId: string, messageId: string): Promise<void> {
    await recallMessageFeishu(this.instance.client, { messageId });
  }

  /** Writes a stream into cards as it comes. */
  stream(
    threadId: string,
    source: AsyncIterable<string | StreamChunk>,
    options: StreamOptions = {},
  ): Promise<RawMessage<LarkRaw>> {
    return this.#post(threadId, (place, language) => this.#streamer.stream(threadId, place, source, options, language));
  }

  /** Plans only; a plan is a card that is edited as its tasks get on. @throws TypeError for another kind of object */
  postObject(threadId: string, kind: string, data: unknown): Promise<RawMessage<LarkRaw>> {
    return this.#post(threadId, async (place) => this.#poster.card(place, planCard(toPlan(kind, data))));
  }

  async editObject(threadId: string, messageId: string, kind: string, data: unknown): Promise<RawMessage<LarkRaw>> {
    await this.#poster.editCard(messageId, planCard(toPlan(kind, data)));
    return this.#edited(threadId, messageId);
  }

  /** A form in a card, in the thread where somebody acted; only they can submit it. */
  async openModal(triggerId: string, modal: ModalElement, contextId?: string): Promise<{ viewId: string }> {
    const { threadId, personId } = ChatListener.readTrigger(triggerId);
    const { id } = await this.#post(threadId, async (place, language) =>
      this.#poster.json(place, await this.#forms.open(modal, { contextId, personId, language })),
    );
    return { viewId: id };
  }

  async addReaction(_threadId: string, messageId: string, emoji: EmojiValue | string): Promise<void> {
    await this.#reactions.add(messageId, toFeishuEmoji(emoji));
  }

  async removeReaction(_threadId: string, messageId: string, emoji: EmojiValue | string): Promise<void> {
    await this.#reactions.remove(messageId, toFeishuEmoji(emoji));
  }

  /** An emoji on the thread's last message, until something is posted there. */
  startTyping(threadId: string): Promise<void> {
    return this.#typing.start(threadId);
  }

  endTyping(threadId: string): Promise<void> {
    return this.#typing.stop(threadId);
  }

  fetchMessages(threadId: string, options?: FetchOptions): Promise<FetchResult<LarkRaw>> {
    return this.#history.messages(threadId, options);
  }

  fetchChannelMessages(channelId: string, options?: FetchOptions): Promise<FetchResult<LarkRaw>> {
    return this.#history.channel(this.#threads.decode(channelId).chatId, options);
  }

  fetchMessage(_threadId: string, messageId: string): Promise<Message<LarkRaw> | null> {
    return this.#history.message(messageId);
  }

  listThreads(channelId: string, options?: ListThreadsOptions): Promise<ListThreadsResult<LarkRaw>> {
    return this.#history.list(this.#threads.decode(channelId).chatId, options);
  }

  fetchThread(threadId: string): Promise<ThreadInfo> {
    return this.#history.thread(threadId);
  }

  fetchChannelInfo(channelId: string): Promise<ChannelInfo> {
    return this.#history.channelInfo(channelId);
  }

  getUser(userId: string): Promise<UserInfo | null> {
    return this.#history.user(userId);
  }

  async openDM(userId: string): Promise<string> {
    return this.#threads.direct(userId);
  }

  async #post(
    threadId: string,
    send: (place: Place, language: Language) => Promise<SentMessage>,
  ): Promise<RawMessage<LarkRaw>> {
    const place = this.#threads.targetOf(threadId);
    void this.#typing.stop(threadId);
    const sent = await send(place, this.#listener.languageIn(place.chatId));
    return { id: sent.messageId, raw: sent, threadId: this.#threads.sent(threadId, sent) };
  }

  #edited(threadId: string, messageId: string): RawMessage<LarkRaw> {
    const { chatId } = this.#threads.decode(threadId);
    return { id: messageId, threadId, raw: { messageId, chatId, createTime: this.instance.delivery.clock.wallNow() } };
  }

  #needChat(): ChatInstance {
    if (this.#chat === undefined) throw new Error(`the adapter ${this.name} belongs to no Chat that was initialized`);
    return this.#chat;
  }

  /** Speaks to the Chat's logger from when there is one. */
  #createLogger(): Logger {
    const to =
      (level: "debug" | "info" | "warn" | "error"): Logger["info"] =>
      (message, fields) =>
        fields === undefined ? this.#logger?.[level](message) : this.#logger?.[level](message, fields);
    return { debug: to("debug"), info: to("info"), warn: to("warn"), error: to("error") };
  }
}

/** @throws TypeError naming the option that cannot be used */
export function createLarkAdapter(config: LarkAdapterConfig = {}): LarkAdapter {
  return new LarkAdapter(config);
}

/** The Chat SDK hands over what it was given; of the objects that there are, only plans are posted. */
function toPlan(kind: string, data: unknown): PlanModel {
  if (kind !== "plan") throw new TypeError(`${kind}: of the Chat SDK's objects Feishu shows plans`);
  return data as PlanModel;
}
