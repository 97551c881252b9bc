import type { AppendLogs } from "./append-log.ts";
import type { BudgetInfo, Lease, LeaseAsk } from "./buckets.ts";

/** A chat as its owner holds it: every owner's number is larger than that of the one before. */
export interface Claim {
  readonly chat: string;
  readonly session: string;
  readonly epoch: number;
}

/** Something that happened in a chat and is not dealt with yet. */
export interface Entry {
  /** Rises within a chat; `0` is before all. */
  readonly id: string;
  readonly body: string;
}

/** An event on its way into the queue of its chat. */
export interface NewEvent {
  readonly chat: string;
  /** The same for one event however often it is delivered. */
  readonly key: string;
  readonly body: string;
}

/** What there is in a chat. */
export interface ChatContents {
  readonly notes: Notes;
  /** What waits, oldest first, at most 100. */
  readonly entries: readonly Entry[];
}

/**
 * What became of an event:
 * - `taken`: it is in the queue; `duplicate`: it was before
 * - `full`: too many wait in this chat; nothing was stored
 * - `lost`: the caller's session has been given up by the others; nothing was stored
 */
export interface Accepted {
  readonly outcome: "taken" | "duplicate" | "full" | "lost";
  /** Who deals with the chat; undefined when nothing is left to do there. */
  readonly claim?: Claim | undefined;
  /** With a chat that was nobody's and is the caller's now: somebody waits for the first word of an answer, so it is not asked for. */
  readonly contents?: ChatContents | undefined;
}

/** What is written down about a chat, by name. */
export type Notes = Readonly<Record<string, string>>;
/** Changes to notes; null takes one away. */
export type NoteChanges = Readonly<Record<string, string | null>>;

/** What a process says of itself, for people. */
export interface ProcessInfo {
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** Wall-clock ms. */
  readonly startedAt: number;
  /** What others ask for it by, where they do; the same for as long as it runs. */
  readonly name?: string | undefined;
}

/** A process, as others see it. */
export interface SessionInfo {
  readonly session: string;
  readonly process: ProcessInfo | undefined;
  /** Milliseconds until others may take its chats over; negative: since when they may. Undefined: they have begun to. */
  readonly expiresInMs: number | undefined;
  /** Chats it deals with, and how many entries wait in each. */
  readonly chats: readonly { readonly chat: string; readonly waiting: number }[];
}

/** What a process is told by the others. */
export interface InboxListener {
  /** Something new is in the queue of a chat that it deals with. */
  onChat(chat: string): void;
  /** What another process said with {@link SharedState.send}. */
  onMessage(body: string): void;
  /** There is news in the log of a chat that it deals with. */
  onLog(log: string): void;
  /** The state can be reached again after it could not. */
  onReconnected(): void;
}

/**
 * What the processes of one app share: who lives, which process deals with which chat, what waits there and what is written down about
 * it. Every call is one atomic step. A call in the name of a session that the others have given up changes nothing and says so.
 * @throws SharedStateError from every method
 */
export interface SharedState extends AppendLogs {
  /** Opens a session that others respect for `forMs` from now, by the state's own clock. */
  join(forMs: number, process?: ProcessInfo): Promise<string>;
  /** Prolongs a session, also after its time, as long as nobody has begun to take over from it. @returns whether it lives */
  renew(session: string, forMs: number): Promise<boolean>;
  /** Ends a session: its chats are for the others from now on. */
  leave(session: string): Promise<void>;
  /** All processes, and those that are gone and not yet taken over from. */
  sessions(): Promise<readonly SessionInfo[]>;

  /** Stores an event unless it was stored before, names the chat's owner (the caller, if it has none) and tells it. */
  accept(session: string, event: NewEvent): Promise<Accepted>;
  /** An event was dealt with without the state: it counts as stored, so that nobody else deals with it when it comes again. */
  know(key: string): Promise<void>;
  /** What waits in a chat behind an entry, oldest first, at most 100; undefined when the claim does not hold any more. */
  read(claim: Claim, after: string): Promise<readonly Entry[] | undefined>;
  /**
   * An entry is dealt with: takes it out and writes notes in the same step; again does nothing. With nothing left the chat is released.
   * `fenced`: the claim does not hold any more, and nothing was changed.
   */
  finish(claim: Claim, entryId: string, notes: NoteChanges): Promise<"fenced" | "more" | "released">;
  /** Writes notes. @returns false when the claim does not hold any more; then nothing was written */
  write(claim: Claim, notes: NoteChanges): Promise<boolean>;
  notes(chat: string): Promise<Notes>;
  /**
   * Takes a new number for a chat that the session owns, or has owned when the state forgot it (a restart may cost the newest writes).
   * @returns `released` when it is nobody's, because nothing was left to do there under this claim; undefined when it is, or was, another's
   */
  raise(claim: Claim): Promise<Claim | "released" | undefined>;
  /** Takes over up to `batch` chats of one session that has ended or whose time is up; empty when no such session has any. */
  reap(session: string, batch: number): Promise<readonly Claim[]>;
  /** All chats of a session. */
  claims(session: string): Promise<readonly Claim[]>;
  /** Who deals with a chat now. */
  ownerOf(chat: string): Promise<Claim | undefined>;

  /** Takes calls out of buckets that all processes share. A process that the others have given up may ask, too. */
  lease(ask: LeaseAsk): Promise<Lease>;
  /** How full the buckets are that were asked lately, by name. */
  budgets(): Promise<readonly BudgetInfo[]>;
  /** True for the first caller with this key within `forMs`. */
  once(key: string, forMs: number): Promise<boolean>;
  /** Tells another process something; lost when that process has ended. */
  send(to: string, body: string): Promise<void>;
  /** Hears what is told to a session, from its beginning. @returns ends the hearing */
  listen(session: string, listener: InboxListener): () => void;
  /** Disconnects. Sessions stay until their time is up; see {@link leave}. */
  close(): Promise<void>;
}

/** How long an event is remembered: Feishu's last redelivery comes about 7 h after the first. */
export const REMEMBER_EVENT_MS: number = 12 * 3_600_000;
/** Entries that may wait in one chat. */
export const MAX_WAITING = 1_000;
/** How long the notes of a chat stay in which nothing happens. */
export const KEEP_NOTES_MS: number = 30 * 24 * 3_600_000;
/** Entries that one {@link SharedState.read} gives. */
export const READ_AT_ONCE = 100;

/**
 * Why the shared state did not do what it was asked:
 * - `unreachable`: it was certainly not asked
 * - `unknown`: it may have done it or not
 * - `refused`: it said no and did nothing (no memory left, read-only, not allowed)
 */
export type SharedStateTrouble = "unreachable" | "unknown" | "refused";

/** The shared state could not be used. The message holds no password and no text of people. */
export class SharedStateError extends Error {
  override readonly name = "SharedStateError";
  readonly trouble: SharedStateTrouble;

  constructor(trouble: SharedStateTrouble, message: string, options?: ErrorOptions) {
    super(message, options);
    this.trouble = trouble;
  }
}
