import type { ChannelInfo, FetchOptions, FetchResult, ListThreadsOptions, ListThreadsResult, Message } from "chat";
import type { ThreadInfo, ThreadSummary, UserInfo } from "chat";
import { FEISHU_LIMITS, FeishuApiError } from "../feishu/client/index.ts";
import type { FeishuClient } from "../feishu/client/index.ts";
import type { MessageReader } from "../feishu/message-reader.ts";
import { getMessageFeishu, listMessagesFeishu } from "../feishu/send.ts";
import type { FeishuMessage } from "../feishu/send.ts";
import type { LarkRaw, MessageMaker } from "./messages.ts";
import type { Threads } from "./threads.ts";

/** What a {@link History} works with. */
export interface HistoryOptions {
  readonly client: FeishuClient;
  readonly threads: Threads;
  readonly maker: MessageMaker;
  readonly reader: MessageReader;
}

interface Page {
  readonly items: readonly FeishuMessage[];
  readonly next: string | undefined;
}

/** Messages on a page where nobody says how many. */
const PAGE = 50;
/** Pages of a chat that are looked through for messages of one thread, for one page of it. */
const MAX_PAGES = 20;

/** Reads back what was said, and describes where. */
export class History {
  readonly #options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /**
   * A page of a thread, oldest message first. Direct chats are one long conversation, and are read as one. Feishu lists topics; answers
   * that quote each other outside of topics are looked for in the chat, up to a thousand messages a page.
   */
  async messages(threadId: string, options: FetchOptions = {}): Promise<FetchResult<LarkRaw>> {
    const { threads } = this.#options;
    const { chatId, rootId, direct, topic } = threads.decode(threadId);
    if (chatId.startsWith("ou_")) return { messages: [] };
    if (rootId === undefined || (direct && topic !== true)) return this.channel(chatId, options);
    const root = await this.#read(rootId);
    if (root?.threadId !== undefined) {
      const topicId = root.threadId;
      return this.#toResult(await this.#page({ threadId: topicId }, options), options, () => threadId);
    }
    const startTime = root?.createTime;
    const belongs = (message: FeishuMessage): boolean => message.messageId === rootId || message.rootId === rootId;
    const found: FeishuMessage[] = [];
    const { limit = PAGE } = options;
    let { cursor } = options;
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const { items, next } = await this.#page({ chatId, startTime }, { ...options, cursor, limit: PAGE });
      found.push(...items.filter(belongs));
      cursor = next;
      if (cursor === undefined || found.length >= limit) break;
    }
    return this.#toResult({ items: found, next: cursor }, options, () => threadId);
  }

  /** A page of a chat, oldest message first. */
  async channel(chatId: string, options: FetchOptions = {}): Promise<FetchResult<LarkRaw>> {
    return this.#toResult(await this.#page({ chatId }, options), options);
  }

  /** One message; null when it is not there any more. @throws FeishuApiError for any other refusal, FeishuTransportError */
  async message(messageId: string): Promise<Message<LarkRaw> | null> {
    const message = await this.#read(messageId);
    if (message === undefined || message.deleted) return null;
    const [made] = await this.#make([message]);
    return made ?? null;
  }

  /** Threads that a page of a chat's newest messages belongs to, the latest first. */
  async list(chatId: string, { cursor, limit }: ListThreadsOptions = {}): Promise<ListThreadsResult<LarkRaw>> {
    const { items, next } = await this.#page({ chatId }, { cursor, limit });
    const byRoot = Map.groupBy(
      items.filter(({ deleted }) => !deleted),
      ({ rootId, messageId }) => rootId ?? messageId,
    );
    const threads = await Promise.all(
      [...byRoot].map(async ([rootId, messages]): Promise<ThreadSummary<LarkRaw>[]> => {
        const root = messages.find(({ messageId }) => messageId === rootId) ?? (await this.#read(rootId));
        const [rootMessage] = root === undefined || root.deleted ? [] : await this.#make([root]);
        if (rootMessage === undefined) return [];
        const replies = messages.filter(({ messageId }) => messageId !== rootId);
        const lastAt = Math.max(...messages.map(({ createTime }) => createTime));
        return [{ id: rootMessage.threadId, rootMessage, replyCount: replies.length, lastReplyAt: new Date(lastAt) }];
      }),
    );
    return { threads: threads.flat(), nextCursor: next };
  }

  async thread(threadId: string): Promise<ThreadInfo> {
    const { threads } = this.#options;
    const { chatId, rootId, direct } = threads.decode(threadId);
    const facts = await threads.chat(chatId);
    return {
      id: threadId,
      channelId: threads.encode({ chatId, rootId: undefined, direct: false }),
      channelName: facts?.name,
      channelVisibility: visibilityOf(facts),
      isDM: direct,
      metadata: { chatId, rootId },
    };
  }

  async channelInfo(channelId: string): Promise<ChannelInfo> {
    const { threads } = this.#options;
    const { chatId, direct } = threads.decode(channelId);
    const facts = await threads.chat(chatId);
    return {
      id: channelId,
      name: facts?.name,
      isDM: facts?.direct ?? direct,
      memberCount: facts?.memberCount,
      channelVisibility: visibilityOf(facts),
      metadata: { chatId, description: facts?.description },
    };
  }

  /** Null when Feishu does not tell who it is. */
  async user(openId: string): Promise<UserInfo | null> {
    const name = await this.#options.reader.nameOf(openId);
    return name === undefined ? null : { userId: openId, userName: name, fullName: name, isBot: false };
  }

  async #read(messageId: string): Promise<FeishuMessage | undefined> {
    try {
      return (await getMessageFeishu(this.#options.client, { messageId, fullCard: true })).message;
    } catch (error) {
      if (error instanceof FeishuApiError && error.kind === "not-found") return undefined;
      throw error;
    }
  }

  async #page(
    where: { readonly chatId: string; readonly startTime?: number | undefined } | { readonly threadId: string },
    { cursor, limit = PAGE, direction }: FetchOptions,
  ): Promise<Page> {
    const { items, pageToken, hasMore } = await listMessagesFeishu(this.#options.client, {
      ...where,
      pageSize: Math.min(Math.max(1, limit), FEISHU_LIMITS.messagePageMax),
      pageToken: cursor,
      sort: direction === "forward" ? "asc" : "desc",
      fullCard: true,
    });
    return { items, next: hasMore ? pageToken : undefined };
  }

  async #toResult(
    { items, next }: Page,
    { direction }: FetchOptions,
    threadOf?: (message: FeishuMessage) => string,
  ): Promise<FetchResult<LarkRaw>> {
    const there = items.filter(({ deleted }) => !deleted);
    const oldestFirst = direction === "forward" ? there : there.toReversed();
    return { messages: await this.#make(oldestFirst, threadOf), nextCursor: next };
  }

  async #make(
    messages: readonly FeishuMessage[],
    threadOf?: (message: FeishuMessage) => string,
  ): Promise<Message<LarkRaw>[]> {
    const { threads, maker, reader } = this.#options;
    const people = new Set(messages.flatMap(({ sender }) => (sender?.senderType === "user" ? [sender.id] : [])));
    await Promise.all([...people].map((openId) => reader.nameOf(openId)));
    return Promise.all(
      messages.map(async (message) => maker.ofRead(message, threadOf?.(message) ?? (await threads.ofRead(message)))),
    );
  }
}

const visibilityOf = (facts: { readonly external: boolean } | undefined): "external" | "private" | "unknown" =>
  facts === undefined ? "unknown" : facts.external ? "external" : "private";
