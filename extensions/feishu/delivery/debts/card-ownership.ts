import { LRUCache } from "lru-cache";

/** Who may write to a card, where several processes work for one app. */
export interface CardOwnership {
  /** Whether this process may still write to the card. Asked when Feishu's answer says that somebody else does, too. */
  owns(cardId: string): boolean | Promise<boolean>;
  /**
   * Whether this process may now send to a chat, or patch a message there: nothing at Feishu refuses that to a process that was taken for
   * dead. Settles when it is known. @defaultValue it may
   */
  mayWrite?(chatId: string): boolean | Promise<boolean>;
}

const REMEMBERED_CARDS = 2_000;

/** What is known in this process of who writes to a card. */
export class KnownCards {
  readonly #ownership: CardOwnership | undefined;
  readonly #taken = new LRUCache<string, true>({ max: REMEMBERED_CARDS });

  constructor(ownership: CardOwnership | undefined) {
    this.#ownership = ownership;
  }

  /** The card was closed as one that a dead process left behind: should its reply live after all, it must not write any more. */
  closedAsOrphan(cardId: string): void {
    this.#taken.set(cardId, true);
  }

  /** Whether the card is written by somebody else now. When nobody can be asked, it is not. */
  async isTaken(cardId: string): Promise<boolean> {
    if (this.isKnownTaken(cardId)) return true;
    try {
      if ((await this.#ownership?.owns(cardId)) !== false) return false;
    } catch {
      return false;
    }
    this.#taken.set(cardId, true);
    return true;
  }

  /** Whether messages of a chat may be sent or patched now. When nobody can be asked, they may. */
  mayWrite(chatId: string | undefined): boolean | Promise<boolean> {
    const may = chatId === undefined ? undefined : this.#ownership?.mayWrite?.(chatId);
    return typeof may === "object" ? may.catch(() => true) : may !== false;
  }

  /** As {@link isTaken}, by what was heard before. */
  isKnownTaken(cardId: string | undefined): boolean {
    return cardId !== undefined && this.#taken.has(cardId);
  }
}
