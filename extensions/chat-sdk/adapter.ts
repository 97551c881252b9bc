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
import type { FeishuInstance } from "../feishu/index.ts";
import type { Place } from "../feishu/say-reliably.ts";
import { recallMessageFeishu } from "../feishu/send.ts";
import type { SentMessage } from "../feishu/send.ts";
import type { Share } from "../feishu/shared-redis.ts";
import type { Logger } from "../../src/log/index.ts";
import type { Language } from "../../src/plugin-sdk/index.ts";
import { assemble } from "./assembly.ts";
import type { AdapterParts } from "./assembly.ts";
import { checkConfig } from "./config.ts";
import type { LarkAdapterConfig } from "./config.ts";
import { toFeishuEmoji } from "./emoji.ts";
import { ChatListener } from "./listener.ts";
import type { LarkRaw } from "./messages.ts";
import { planCard } from "./outgoing.ts";
import type { LarkThreadId } from "./thread-id.ts";

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
  readonly #isWebhook: boolean;
  readonly #parts: AdapterParts;
  #logger: ChatLogger | undefined;
  #chat: ChatInstance | undefined;

  /** @throws TypeError naming the option that cannot be used */
  constructor(given: LarkAdapterConfig, share?: Share) {
    const config = checkConfig(given, process.env);
    this.name = config.name;
    this.userName = config.userName;
    this.#logger = given.logger;
    this.#isWebhook = config.webhook !== undefined;
    const logger = this.#createLogger();
    this.#parts = assemble(config, { adapter: this, chat: () => this.#needChat(), logger, share });
    this.instance = this.#parts.instance;
  }

  get botUserId(): string | undefined {
    return this.#parts.connection.botOpenId;
  }

  /** Connects; with a webhook the first request does. */
  async initialize(chat: ChatInstance): Promise<void> {
    this.#chat = chat;
    this.#logger ??= chat.getLogger(this.name);
    if (!this.#isWebhook) await this.#parts.connection.start();
  }

  /**
   * Ends open answers as interrupted, waits for running handlers, and disconnects; within 5 s. With `shared` answers go on for
   * `drainSeconds` before.
   */
  async disconnect(): Promise<void> {
    await this.#parts.connection.stop(
      () => this.idle(),
      async () => {
        this.#parts.streamer.interrupt();
        await Promise.all([this.#parts.typing.stopAll(), this.#parts.listener.idle()]);
      },
    );
  }

  async handleWebhook(request: Request, options?: WebhookOptions): Promise<Response> {
    const response = await this.#parts.connection.fetch(request);
    options?.waitUntil?.(this.idle());
    return response;
  }

  /** Resolves when everything that came was handled. */
  async idle(): Promise<void> {
    await this.#parts.connection.idle();
    await this.#parts.listener.idle();
  }

  encodeThreadId(thread: LarkThreadId): string {
    return this.#parts.threads.encode(thread);
  }

  decodeThreadId(threadId: string): LarkThreadId {
    return this.#parts.threads.decode(threadId);
  }

  channelIdFromThreadId(threadId: string): string {
    const { chatId } = this.#parts.threads.decode(threadId);
    return this.#parts.threads.encode({ chatId, rootId: undefined, direct: false });
  }

  isDM(threadId: string): boolean {
    const { chatId, direct } = this.#parts.threads.decode(threadId);
    return direct || this.#parts.threads.known(chatId)?.direct === true;
  }

  getChannelVisibility(threadId: string): ChannelVisibility {
    const facts = this.#parts.threads.known(this.#parts.threads.decode(threadId).chatId);
    if (facts === undefined) return "unknown";
    return facts.external ? "external" : "private";
  }

  parseMessage(raw: LarkRaw): Message<LarkRaw> {
    const threadId =
      "chatType" in raw
        ? this.#parts.threads.ofInbound(raw)
        : this.#parts.threads.encode({
            chatId: "chatId" in raw ? raw.chatId : "",
            rootId: ("rootId" in raw ? raw.rootId : undefined) ?? raw.messageId,
            direct: false,
          });
    return this.#parts.maker.of(raw, threadId);
  }

  renderFormatted(content: FormattedContent): string {
    return stringifyMarkdown(content);
  }

  rehydrateAttachment(attachment: Attachment): Attachment {
    return this.#parts.maker.rehydrate(attachment);
  }

  postMessage(threadId: string, message: AdapterPostableMessage): Promise<RawMessage<LarkRaw>> {
    return this.#post(threadId, (place, language) => this.#parts.poster.post(place, message, language));
  }

  postChannelMessage(channelId: string, message: AdapterPostableMessage): Promise<RawMessage<LarkRaw>> {
    return this.postMessage(channelId, message);
  }

  /** Posts as an answer to one message, which it quotes. */
  reply(threadId: string, messageId: string, message: AdapterPostableMessage): Promise<RawMessage<LarkRaw>> {
    return this.#post(threadId, ({ chatId }, language) =>
      this.#parts.poster.post({ to: { type: "reply", messageId }, chatId }, message, language),
    );
  }

  async editMessage(
    threadId: string,
    messageId: string,
    message: AdapterPostableMessage,
  ): Promise<RawMessage<LarkRaw>> {
    await this.#parts.poster.edit(messageId, message);
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
    return this.#post(threadId, (place, language) =>
      this.#parts.streamer.stream(threadId, place, source, options, language),
    );
  }

  /** Plans only; a plan is a card that is edited as its tasks get on. @throws TypeError for another kind of object */
  postObject(threadId: string, kind: string, data: unknown): Promise<RawMessage<LarkRaw>> {
    return this.#post(threadId, async (place) => this.#parts.poster.card(place, planCard(toPlan(kind, data))));
  }

  async editObject(threadId: string, messageId: string, kind: string, data: unknown): Promise<RawMessage<LarkRaw>> {
    await this.#parts.poster.editCard(messageId, planCard(toPlan(kind, data)));
    return this.#edited(threadId, messageId);
  }

  /** A form in a card, in the thread where somebody acted; only they can submit it. */
  async openModal(triggerId: string, modal: ModalElement, contextId?: string): Promise<{ viewId: string }> {
    const { threadId, personId } = ChatListener.readTrigger(triggerId);
    const { id } = await this.#post(threadId, async (place, language) =>
      this.#parts.poster.json(place, await this.#parts.forms.open(modal, { contextId, personId, language })),
    );
    return { viewId: id };
  }

  async addReaction(_threadId: string, messageId: string, emoji: EmojiValue | string): Promise<void> {
    await this.#parts.reactions.add(messageId, toFeishuEmoji(emoji));
  }

  async removeReaction(_threadId: string, messageId: string, emoji: EmojiValue | string): Promise<void> {
    await this.#parts.reactions.remove(messageId, toFeishuEmoji(emoji));
  }

  /** An emoji on the thread's last message, until something is posted there. */
  startTyping(threadId: string): Promise<void> {
    return this.#parts.typing.start(threadId);
  }

  endTyping(threadId: string): Promise<void> {
    return this.#parts.typing.stop(threadId);
  }

  fetchMessages(threadId: string, options?: FetchOptions): Promise<FetchResult<LarkRaw>> {
    return this.#parts.history.messages(threadId, options);
  }

  fetchChannelMessages(channelId: string, options?: FetchOptions): Promise<FetchResult<LarkRaw>> {
    return this.#parts.history.channel(this.#parts.threads.decode(channelId).chatId, options);
  }

  fetchMessage(_threadId: string, messageId: string): Promise<Message<LarkRaw> | null> {
    return this.#parts.history.message(messageId);
  }

  listThreads(channelId: string, options?: ListThreadsOptions): Promise<ListThreadsResult<LarkRaw>> {
    return this.#parts.history.list(this.#parts.threads.decode(channelId).chatId, options);
  }

  fetchThread(threadId: string): Promise<ThreadInfo> {
    return this.#parts.history.thread(threadId);
  }

  fetchChannelInfo(channelId: string): Promise<ChannelInfo> {
    return this.#parts.history.channelInfo(channelId);
  }

  getUser(userId: string): Promise<UserInfo | null> {
    return this.#parts.history.user(userId);
  }

  async openDM(userId: string): Promise<string> {
    return this.#parts.threads.direct(userId);
  }

  async #post(
    threadId: string,
    send: (place: Place, language: Language) => Promise<SentMessage>,
  ): Promise<RawMessage<LarkRaw>> {
    const place = this.#parts.threads.targetOf(threadId);
    void this.#parts.typing.stop(threadId);
    const sent = await send(place, this.#parts.listener.languageIn(place.chatId));
    return { id: sent.messageId, raw: sent, threadId: this.#parts.threads.sent(threadId, sent) };
  }

  #edited(threadId: string, messageId: string): RawMessage<LarkRaw> {
    const { chatId } = this.#parts.threads.decode(threadId);
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
