import { LRUCache } from "lru-cache";
import type { FeishuDelivery } from "../feishu/delivery/index.ts";
import { MessageSign } from "../feishu/message-sign.ts";

/** Threads whose last message is remembered. */
const MAX_THREADS = 2_000;

/** A sign that the bot is at work: an emoji on the message that it answers. Feishu has no typing indicator for bots. */
export class Typing {
  readonly #delivery: FeishuDelivery;
  /** By thread: what was said last. */
  readonly #last = new LRUCache<string, string>({ max: MAX_THREADS });
  readonly #signs = new Map<string, MessageSign>();

  constructor(delivery: FeishuDelivery) {
    this.#delivery = delivery;
  }

  /** Notes what was said in a thread. */
  heard(threadId: string, messageId: string): void {
    this.#last.set(threadId, messageId);
  }

  /** Puts the sign there; nothing where the thread's last message is not known, or calls are to be saved. */
  async start(threadId: string): Promise<void> {
    const messageId = this.#last.get(threadId);
    const { client, logger, quotaLevel } = this.#delivery;
    if (messageId === undefined || this.#signs.has(threadId) || quotaLevel !== "live") return;
    const sign = new MessageSign({ client, messageId, emojiType: "Typing", logger });
    this.#signs.set(threadId, sign);
    await sign.start();
  }

  /** Takes the sign off. */
  async stop(threadId: string): Promise<void> {
    const sign = this.#signs.get(threadId);
    this.#signs.delete(threadId);
    await sign?.stop();
  }

  /** Takes all signs off. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#signs.keys()].map((threadId) => this.stop(threadId)));
  }
}
