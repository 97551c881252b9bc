import type { Entry, NoteChanges, Notes } from "./state.ts";

/** An entry in the hands of the process that owns its chat. */
export interface HeldEntry extends Entry {
  readonly chat: string;
  /** What was written down about the chat when this process began to own it. */
  readonly notes: Notes;
  /** Whether this process owns the chat, as far as it knows. */
  readonly isHeld: boolean;
  /** Writes notes down, however long it takes. @returns false when the chat is another process's now, and this one stops */
  note(changes: NoteChanges): Promise<boolean>;
  /** Asks whether this process may go on with the chat. @returns false when it is another's */
  stillMine(): Promise<boolean>;
}

/** What a process does in the chats that it owns. */
export interface LaneHandler {
  /** The chat is this process's from now on: what is known of it. Before the first entry is handled. */
  adopt(chat: string, notes: Notes): void;
  /**
   * Deals with an entry. Entries are handed over in order; the next one may come before this one is dealt with. Must not reject.
   * @returns what is to be noted together with its end; undefined leaves it to who owns the chat next
   */
  handle(entry: HeldEntry): Promise<NoteChanges | undefined>;
  /** The chat is another process's: stop whatever is done in it, without a word. */
  abandon(chat: string): void;
  /** What another process says. */
  onMessage?(body: string): void;
  /** There is news in the log of a chat. */
  onLog?(chat: string): void;
  /** Nothing waits in the chat any more, and it is nobody's. */
  onReleased?(chat: string): void;
}
