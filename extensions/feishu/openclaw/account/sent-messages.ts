import { LRUCache } from "lru-cache";

/** Remembers which session our own messages belong to, so that an emoji on one can be told to it. */
export class SentMessages {
  readonly #sessions = new LRUCache<string, string>({ max: 5_000 });

  add(messageId: string | undefined, sessionKey: string): void {
    if (messageId !== undefined) this.#sessions.set(messageId, sessionKey);
  }

  /** The session of a message of ours; undefined for others, and for old ones. */
  sessionOf(messageId: string): string | undefined {
    return this.#sessions.get(messageId);
  }
}
