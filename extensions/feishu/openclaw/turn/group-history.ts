import { LRUCache } from "lru-cache";
import type { HistoryEntry } from "../host/index.ts";

/** Messages of a group that the agent is told about when somebody asks it something, if the config says nothing. */
const DEFAULT_LIMIT = 20;

/** What was said in groups since the bot last answered there; so that "what do you think of that?" makes sense. */
export class GroupHistory {
  readonly #chats = new LRUCache<string, HistoryEntry[]>({ max: 500 });
  readonly #limit: number;

  /** @param limit messages kept per chat; 0 keeps none. @defaultValue 20 */
  constructor(limit: number = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  /** Notes a message that is not answered. */
  add(key: string, entry: HistoryEntry): void {
    if (this.#limit <= 0) return;
    const entries = this.#chats.get(key) ?? [];
    this.#chats.set(key, [...entries, entry].slice(-this.#limit));
  }

  /** Takes what has been said since the last time; the agent remembers it from then on. */
  take(key: string): HistoryEntry[] {
    const entries = this.#chats.get(key) ?? [];
    this.#chats.delete(key);
    return entries;
  }
}
