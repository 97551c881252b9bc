import { LRUCache } from "lru-cache";
import { FeishuApiError } from "../feishu/client/index.ts";
import type { FeishuClient } from "../feishu/client/index.ts";
import type { FeishuInboundMessage } from "../feishu/inbound/index.ts";
import { getMessageFeishu } from "../feishu/send.ts";
import type { FeishuMessage, MessageTarget, SentMessage } from "../feishu/send.ts";
import { decodeThreadId, encodeThreadId } from "./thread-id.ts";
import type { LarkThreadId } from "./thread-id.ts";

/** A chat, as Feishu describes it. */
export interface ChatFacts {
  readonly name: string | undefined;
  readonly direct: boolean;
  readonly memberCount: number | undefined;
  /** Whether people of other companies are in it. */
  readonly external: boolean;
  readonly description: string | undefined;
}

/** What is remembered of messages and of chats; what is forgotten is asked for again. */
const MAX_MESSAGES = 10_000;
const MAX_CHATS = 2_000;

/** Which thread a message belongs to, and where what is said in a thread goes. */
export class Threads {
  readonly #client: FeishuClient;
  readonly #name: string;
  readonly #replyInThread: boolean;
  readonly #ofMessage = new LRUCache<string, string>({ max: MAX_MESSAGES });
  readonly #chats = new LRUCache<string, ChatFacts>({ max: MAX_CHATS });
  /** Direct chats, by the person. */
  readonly #directChats = new LRUCache<string, string>({ max: MAX_CHATS });

  constructor(client: FeishuClient, name: string, replyInThread: boolean) {
    this.#client = client;
    this.#name = name;
    this.#replyInThread = replyInThread;
  }

  encode(thread: LarkThreadId): string {
    return encodeThreadId(this.#name, thread);
  }

  /** @throws TypeError for what is no thread of this adapter's */
  decode(threadId: string): LarkThreadId {
    return decodeThreadId(this.#name, threadId);
  }

  /**
   * The thread of a message that came. An answer to something belongs to the thread of what it answers; any other message begins one.
   */
  ofInbound({ chatId, chatType, messageId, rootId, threadId, sender }: FeishuInboundMessage): string {
    const direct = chatType === "direct";
    if (direct) this.#directChats.set(sender.openId, chatId);
    const known = rootId === undefined ? undefined : this.#ofMessage.get(rootId);
    const topic = direct && threadId !== undefined;
    const thread = known ?? this.encode({ chatId, rootId: rootId ?? messageId, direct, topic });
    this.#ofMessage.set(messageId, thread);
    return thread;
  }

  /** The thread of a message that was read back. */
  async ofRead(message: FeishuMessage): Promise<string> {
    const { messageId, chatId, rootId, threadId } = message;
    const known = this.#ofMessage.get(messageId) ?? this.#ofMessage.get(rootId ?? messageId);
    if (known !== undefined) return known;
    const direct = (await this.chat(chatId))?.direct ?? false;
    const topic = direct && threadId !== undefined;
    const thread = this.encode({ chatId, rootId: rootId ?? messageId, direct, topic });
    this.#ofMessage.set(messageId, thread);
    return thread;
  }

  /** The thread of a message of which only the id is known; undefined when Feishu does not tell. */
  async of(messageId: string): Promise<string | undefined> {
    const known = this.#ofMessage.get(messageId);
    if (known !== undefined) return known;
    try {
      return await this.ofRead((await getMessageFeishu(this.#client, { messageId })).message);
    } catch (error) {
      if (error instanceof FeishuApiError) return undefined;
      throw error;
    }
  }

  /**
   * Notes what was sent in a thread.
   * @returns the thread, by its chat once the first word to a person has told which that is
   */
  sent(threadId: string, { messageId, chatId }: Pick<SentMessage, "messageId" | "chatId">): string {
    const thread = this.decode(threadId);
    const isNew = thread.chatId.startsWith("ou_") && chatId !== "";
    if (isNew) this.#directChats.set(thread.chatId, chatId);
    const settled = isNew ? this.encode({ ...thread, chatId }) : threadId;
    this.#ofMessage.set(messageId, settled);
    return settled;
  }

  /** The thread in which a person is written to. */
  direct(openId: string): string {
    return this.encode({ chatId: this.#directChats.get(openId) ?? openId, rootId: undefined, direct: true });
  }

  /** Where what is said in a thread goes. Direct chats are not quoted in: there is nobody else to answer. */
  targetOf(threadId: string): { readonly to: MessageTarget; readonly chatId: string } {
    const { chatId, rootId, direct, topic } = this.decode(threadId);
    if (chatId.startsWith("ou_")) return { to: { type: "user", openId: chatId }, chatId: "" };
    if (rootId === undefined || (direct && topic !== true)) return { to: { type: "chat", chatId }, chatId };
    return { to: { type: "reply", messageId: rootId, inThread: topic === true || this.#replyInThread }, chatId };
  }

  /** What is known of a chat without asking. */
  known(chatId: string): ChatFacts | undefined {
    return this.#chats.get(chatId);
  }

  /** A chat; undefined when Feishu does not tell, or for a person. @throws FeishuTransportError */
  async chat(chatId: string): Promise<ChatFacts | undefined> {
    if (chatId.startsWith("ou_")) return undefined;
    const known = this.#chats.get(chatId);
    if (known !== undefined) return known;
    try {
      const { data } = await this.#client.call("im.chat.get", {}, (sdk) =>
        sdk.im.v1.chat.get({ path: { chat_id: chatId } }),
      );
      const facts: ChatFacts = {
        name: data?.name || undefined,
        direct: data?.chat_mode === "p2p",
        memberCount: data?.user_count === undefined ? undefined : Number(data.user_count),
        external: data?.external ?? false,
        description: data?.description || undefined,
      };
      this.#chats.set(chatId, facts);
      return facts;
    } catch (error) {
      if (error instanceof FeishuApiError) return undefined;
      throw error;
    }
  }
}
