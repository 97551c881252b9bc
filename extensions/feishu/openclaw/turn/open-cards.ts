import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { errorText } from "../../../../src/log/index.ts";
import type { Logger } from "../../../../src/log/index.ts";
import { OpenCardBook } from "../../../../src/stream/index.ts";
import type { BookedCard, OpenCardStore } from "../../../../src/stream/index.ts";
import type { Clock } from "../../../../src/time/index.ts";
import { closeOrphanCard } from "../../delivery/index.ts";
import type { FeishuDelivery } from "../../delivery/index.ts";

const entry = z.object({
  cardId: z.string().optional(),
  messageId: z.string().optional(),
  language: z.enum(["en", "zh"]),
  openedAt: z.number(),
  remainder: z.string().optional(),
});
const file = z.record(z.string(), entry);

/** A card that is being written; enough to close it without anything else being known. */
export interface OpenCard extends BookedCard {
  readonly language: "en" | "zh";
}

/** A card entity cannot be changed for longer than this. @see https://open.feishu.cn/document/cardkit-v1/card/create */
const KEEP_MS = 14 * 24 * 3_600_000;

/**
 * The cards that are open now, in a file of the host's state folder: when the process dies in mid-reply, the next one closes what
 * it left behind. (The host's own tables are closed to plugins that were not installed from its registries.) A file that cannot be
 * written is logged; replies never wait for it.
 */
export class OpenCards {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #cards = new Map<string, OpenCard>();
  #saving: Promise<void> = Promise.resolve();
  #dirty = false;
  /** Said once, not with every reply. */
  #unwritable = false;

  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** A book that keeps this list in step with replies in one language. */
  book(language: OpenCard["language"], clock: Pick<Clock, "wallNow">): OpenCardBook {
    const store: OpenCardStore = {
      open: (card) => this.opened({ ...card, language }),
      closed: (key) => this.closed([key]),
    };
    return new OpenCardBook(store, clock);
  }

  /** A card is open from now on. @returns the key to close it by; undefined when there is nothing to know it by. */
  opened(card: OpenCard): string | undefined {
    const key = card.cardId ?? card.messageId;
    if (key === undefined) return undefined;
    this.#cards.set(key, card);
    this.#save();
    return key;
  }

  /** The cards are closed. */
  closed(keys: Iterable<string>): void {
    for (const key of keys) this.#cards.delete(key);
    this.#save();
  }

  /** Closes the cards that a process before this one left open. Never rejects. @param now wall-clock ms */
  async closeLeftovers(delivery: FeishuDelivery, now: number): Promise<void> {
    const left = await this.#read();
    // In the file until they are closed, so that a second crash does not lose them.
    for (const [key, card] of left) if (!this.#cards.has(key)) this.#cards.set(key, card);
    await Promise.all(left.map(([key, card]) => this.#closeLeftover(delivery, key, card, now)));
  }

  async #closeLeftover(
    delivery: FeishuDelivery,
    key: string,
    { cardId, messageId, language, openedAt, remainder }: OpenCard,
    now: number,
  ): Promise<void> {
    if (now - openedAt < KEEP_MS) {
      this.#logger.info("closing a card that was left open", { messageId });
      try {
        await closeOrphanCard(delivery, { cardId, messageId, locale: language, remainder });
      } catch (error) {
        // The account stops: the next start goes on.
        this.#failed("closing a card that was left open", error);
        return;
      }
    }
    this.closed([key]);
  }

  /** Resolves when the file says what is so. */
  idle(): Promise<void> {
    return this.#saving;
  }

  async #read(): Promise<[string, OpenCard][]> {
    try {
      const { data } = file.safeParse(JSON.parse(await readFile(this.#path, "utf8")));
      return Object.entries(data ?? {}).map(([key, { cardId, messageId, language, openedAt, remainder }]) => [
        key,
        { cardId, messageId, language, openedAt, remainder },
      ]);
    } catch {
      return [];
    }
  }

  /** Writes the file soon; changes that come while it is being written go into the next one. */
  #save(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    this.#saving = this.#saveAfter(this.#saving);
  }

  async #saveAfter(previous: Promise<void>): Promise<void> {
    await previous;
    this.#dirty = false;
    try {
      await makeFolder(dirname(this.#path));
      await writeFile(`${this.#path}.new`, JSON.stringify(Object.fromEntries(this.#cards)), { mode: 0o600 });
      await rename(`${this.#path}.new`, this.#path);
      this.#unwritable = false;
    } catch (error) {
      if (!this.#unwritable) this.#failed("writing the list of open cards", error);
      this.#unwritable = true;
    }
  }

  #failed(what: string, error: unknown): void {
    this.#logger.warn(`${what} failed`, { error: errorText(error) });
  }
}

/** One folder, in one that is there: making all of a path does not come back where nothing can be made, as below /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
