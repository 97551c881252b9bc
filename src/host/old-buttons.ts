import { LRUCache } from "lru-cache";
import type { ReplyStream } from "../stream/index.ts";

/** Replies that are kept for their buttons: those of the conversations that were busy last. */
const MAX_REPLIES = 500;

/** The newest ended reply of each conversation, whose buttons count; those of the ones before it are taken off. */
export class OldButtons {
  readonly #replies = new LRUCache<string, ReplyStream>({ max: MAX_REPLIES });

  /** The conversation's buttons are this reply's from now on. */
  ended(key: string, reply: ReplyStream): void {
    this.retire(key);
    this.#replies.set(key, reply);
  }

  /** What the conversation's buttons ask for is not done any more. */
  retire(key: string): void {
    const reply = this.#replies.get(key);
    this.#replies.delete(key);
    void reply?.retireButtons();
  }
}
