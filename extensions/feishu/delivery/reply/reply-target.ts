import type { CallOptions, FeishuClient } from "../../client/index.ts";
import { FeishuApiError } from "../../client/index.ts";
import type { MessageTarget } from "../../send.ts";
import { getMessageFeishu } from "../../send.ts";
import { limitName } from "../limits.ts";

/** The group has no topics: the answer can still be a plain reply. @see Feishu server API, im-v1/message/reply */
const NO_TOPICS = 230_071;

/** Where a reply's messages go. It changes once at most: when the message that was to be answered is gone, they go to its chat. */
export class ReplyTarget {
  #current: MessageTarget;
  #chatId: string | undefined;
  #threadId: string | undefined;
  readonly #chatName: string;

  /** @param chatId the chat, when it is known */
  constructor(target: MessageTarget, chatId?: string) {
    this.#current = target;
    this.#chatId = chatId ?? (target.type === "chat" ? target.chatId : undefined);
    this.#chatName = this.#chatId ?? JSON.stringify(target);
  }

  get current(): MessageTarget {
    return this.#current;
  }

  /** The chat, as soon as it is known. */
  get chatId(): string | undefined {
    return this.#chatId;
  }

  /** How messages are sent now, and the limits that count it: those of a chat second. */
  get sending(): { readonly api: string; readonly names: readonly string[] } {
    const api = this.#current.type === "reply" ? "message.reply" : "message.create";
    return { api, names: [limitName.api(api), limitName.chat(this.#chatName)] };
  }

  /** The topic that the reply's messages are in, as soon as it is known. */
  get threadId(): string | undefined {
    return this.#threadId;
  }

  /** A message of the reply is in this chat, and in this topic. */
  learn(chatId: string, threadId?: string): void {
    if (chatId !== "") this.#chatId ??= chatId;
    this.#threadId ??= threadId;
  }

  /**
   * The answer cannot be a reply, as `error` says: from now on it goes to the chat. Gives false when that is not known either. Never
   * rejects.
   */
  async leaveMessage(error: unknown, client: FeishuClient, options: CallOptions): Promise<boolean> {
    const target = this.#current;
    if (target.type !== "reply") return false;
    if (error instanceof FeishuApiError && error.apiCode === NO_TOPICS && target.inThread === true) {
      this.#current = { type: "reply", messageId: target.messageId };
      return true;
    }
    if (this.#chatId === undefined) {
      try {
        // A recalled message is still there for those who ask where it was.
        const { message } = await getMessageFeishu(client, { messageId: target.messageId }, options);
        this.learn(message.chatId);
      } catch {
        return false;
      }
    }
    if (this.#chatId === undefined) return false;
    this.#current = { type: "chat", chatId: this.#chatId };
    return true;
  }
}
