/** Runs work one after another within a chat, and chats side by side. Nothing is kept of a chat that is idle. */
export class ChatQueue {
  readonly #tails = new Map<string, Promise<void>>();

  /** Chats with work waiting or running. */
  get size(): number {
    return this.#tails.size;
  }

  /** Runs `work` after everything that was put in for the chat before. Resolves when it is done; `work` must not reject. */
  add(chatId: string, work: () => Promise<void>): Promise<void> {
    const tail = (this.#tails.get(chatId) ?? Promise.resolve()).then(work).finally(() => {
      if (this.#tails.get(chatId) === tail) this.#tails.delete(chatId);
    });
    this.#tails.set(chatId, tail);
    return tail;
  }

  /** Resolves when all work put in so far is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails.values());
  }
}
