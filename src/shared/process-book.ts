import { sleep } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import type { HeldEntry } from "./lane-handler.ts";
import { SharedStateError } from "./state.ts";
import type { NewEvent, NoteChanges, Notes } from "./state.ts";

/** What a {@link ProcessBook} works with. */
export interface ProcessBookOptions {
  /** Puts an event into the queue of its chat. @see SharedLanes.take */
  readonly take: (event: NewEvent) => Promise<unknown>;
  readonly clock: Clock;
  /** Names that nobody else gives. */
  readonly newId: () => string;
  /** Brings to an end what a process left open that is gone. Must not reject. @returns whether nothing more is to be done about it */
  readonly takeOver: (value: string) => Promise<boolean>;
}

const CHAT = "process:";
const OPEN = "open:";
const AGAIN_MS = 500;

/** Whether a chat is no chat, but what one process has open. */
export const isProcessBook = (chat: string): boolean => chat.startsWith(CHAT);

/** What is written down in a process's book, by key. */
export const readBook = (notes: Notes): Notes =>
  Object.fromEntries(
    Object.entries(notes).flatMap(([name, value]) => (name.startsWith(OPEN) ? [[name.slice(OPEN.length), value]] : [])),
  );

/**
 * What one process has open, by key, written down for the others: when it is gone, one of them takes the book over and brings that to an
 * end. A process that was taken for dead while it lived begins a new book; what was in the old one is another's.
 */
export class ProcessBook {
  readonly #options: ProcessBookOptions;
  #chat: string | undefined;
  #entry: HeldEntry | undefined;
  /** What is to be written down. */
  #changes: Record<string, string | null> = {};
  readonly #open = new Set<string>();
  #writing = false;
  #over = Promise.withResolvers<void>();
  #closed = false;

  constructor(options: ProcessBookOptions) {
    this.#options = options;
  }

  /** The book's name among the chats; undefined while there is none. */
  get chat(): string | undefined {
    return this.#chat;
  }

  /** Begins a book, however long that takes. */
  async begin(): Promise<void> {
    const { take, clock, newId } = this.#options;
    const chat = CHAT + newId();
    this.#chat = chat;
    while (!this.#closed && this.#chat === chat) {
      try {
        await take({ chat, key: chat, body: "{}" });
        return;
      } catch (error) {
        if (!(error instanceof SharedStateError)) throw error;
        await sleep(clock, AGAIN_MS);
      }
    }
  }

  /** Something is open, or what is known of it has changed; null: it is not open any more. Written down as soon as that can be. */
  note(key: string, value: string | null): void {
    if (value === null) this.#open.delete(key);
    else this.#open.add(key);
    this.#changes[OPEN + key] = value;
    void this.#write();
  }

  /** Deals with the entry of a book: this process's own for as long as it lives, another's by bringing what is open to an end. */
  async handle(entry: HeldEntry): Promise<NoteChanges | undefined> {
    if (entry.chat !== this.#chat) return this.#takeOver(entry);
    this.#entry = entry;
    const { promise } = this.#over;
    void this.#write();
    await promise;
    // What is open still is for the others.
    return entry.isHeld && this.#open.size === 0 ? {} : undefined;
  }

  /** The book is another process's now, and so is all that was in it. */
  lost(): void {
    this.#chat = undefined;
    this.#entry = undefined;
    this.#changes = {};
    this.#open.clear();
    this.#over.resolve();
    this.#over = Promise.withResolvers();
  }

  /** Ends it: what is open still is for the others. */
  close(): void {
    this.#closed = true;
    this.#over.resolve();
  }

  async #takeOver(entry: HeldEntry): Promise<NoteChanges | undefined> {
    const works = Object.entries(readBook(entry.notes)).map(async ([key, value]) => {
      const isDone = await this.#options.takeOver(value);
      return isDone && (await entry.note({ [OPEN + key]: null }));
    });
    const isDone = await Promise.all(works);
    return isDone.every(Boolean) ? {} : undefined;
  }

  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    for (let entry = this.#entry; entry !== undefined && entry.isHeld; entry = this.#entry) {
      const changes = this.#changes;
      if (Object.keys(changes).length === 0) break;
      this.#changes = {};
      await entry.note(changes);
    }
    this.#writing = false;
  }
}
