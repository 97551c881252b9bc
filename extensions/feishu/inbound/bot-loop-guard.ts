import { LRUCache } from "lru-cache";
import type { Clock } from "../../../src/time/index.ts";
import type { FeishuInboundMessage } from "./message.ts";

/** How long bots may talk to each other. */
export interface BotLoopGuardOptions {
  readonly clock: Clock;
  /** Messages of bots taken in a row in one chat before a person has to say something. @defaultValue 4 */
  readonly maxInRow?: number | undefined;
  /** A row ends by itself after this long without a bot's message. @defaultValue 600,000 */
  readonly forgetAfterMs?: number | undefined;
}

/** Ends conversations of bots with each other, which would otherwise go on for ever. Only needed where bots may talk to the bot. */
export class BotLoopGuard {
  readonly #rows = new LRUCache<string, { count: number; at: number }>({ max: 2_000 });
  readonly #options: BotLoopGuardOptions;

  constructor(options: BotLoopGuardOptions) {
    this.#options = options;
  }

  /** Notes a message and says whether to answer it. A person's always is, and starts over. */
  allows(message: FeishuInboundMessage): boolean {
    const key = message.threadId ?? message.chatId;
    if (message.sender.type === "user") {
      this.#rows.delete(key);
      return true;
    }
    const now = this.#options.clock.now();
    const row = this.#rows.get(key);
    const expired = row === undefined || now - row.at > (this.#options.forgetAfterMs ?? 600_000);
    const count = expired ? 1 : row.count + 1;
    this.#rows.set(key, { count, at: now });
    return count <= (this.#options.maxInRow ?? 4);
  }
}
