import type { Clock } from "../time/index.ts";
import type { LogAnswer, LogPart, NewLogItem } from "./append-log.ts";
import { MemoryLogs } from "./memory-logs.ts";
import { MemoryBuckets } from "./buckets.ts";
import type { BudgetInfo, Lease, LeaseAsk } from "./buckets.ts";
import { KEEP_NOTES_MS, MAX_WAITING, READ_AT_ONCE, REMEMBER_EVENT_MS, SharedStateError } from "./state.ts";
import type {
  Accepted,
  Claim,
  Entry,
  InboxListener,
  NewEvent,
  NoteChanges,
  Notes,
  ProcessInfo,
  SessionInfo,
  SharedState,
} from "./state.ts";

interface Chat {
  readonly entries: Entry[];
  owner: string | undefined;
  epoch: number;
  readonly notes: Map<string, string>;
  /** When nothing has happened until then, all of it is forgotten. */
  keepUntil: number;
}

interface Told {
  readonly chat?: string;
  readonly body?: string;
  readonly log?: string;
}

/** What a process that ended has left, and what is told to one that lives. */
interface Inbox {
  readonly waiting: Told[];
  listener: InboxListener | undefined;
}

/**
 * Shared state within one process: what one process alone needs, with nothing to reach and nothing to wait for. Several users of one
 * `MemoryState` share it as processes share a Redis.
 */
export class MemoryState implements SharedState {
  readonly #clock: Clock;
  readonly #name: () => string;
  readonly #chats = new Map<string, Chat>();
  /** Session to the time it is respected until. */
  readonly #sessions = new Map<string, number>();
  readonly #dying = new Set<string>();
  readonly #processes = new Map<string, ProcessInfo>();
  readonly #once = new Map<string, number>();
  readonly #inboxes = new Map<string, Inbox>();
  readonly #logs: MemoryLogs;
  readonly #buckets = new MemoryBuckets();
  #entries = 0;

  /** @param name gives names that were not given before. */
  constructor(clock: Clock, name: () => string = () => crypto.randomUUID()) {
    this.#clock = clock;
    this.#name = name;
    this.#logs = new MemoryLogs(clock, (log) => {
      const owner = this.#known(log)?.owner;
      if (owner !== undefined) this.#tell(owner, { log });
    });
  }

  async join(forMs: number, process?: ProcessInfo): Promise<string> {
    const session = this.#name();
    if (process !== undefined) this.#processes.set(session, process);
    this.#sessions.set(session, this.#clock.now() + forMs);
    this.#inboxes.set(session, { waiting: [], listener: undefined });
    return session;
  }

  async renew(session: string, forMs: number): Promise<boolean> {
    if (!this.#sessions.has(session)) return false;
    this.#sessions.set(session, this.#clock.now() + forMs);
    return true;
  }

  async leave(session: string): Promise<void> {
    if (this.#sessions.delete(session)) this.#dying.add(session);
  }

  async sessions(): Promise<readonly SessionInfo[]> {
    const now = this.#clock.now();
    const all: [string, number | undefined][] = [...this.#sessions];
    for (const session of this.#dying) all.push([session, undefined]);
    return all.map(([session, until]) => ({
      session,
      process: this.#processes.get(session),
      expiresInMs: until === undefined ? undefined : until - now,
      chats: this.#owned(session).map(([chat, { entries }]) => ({ chat, waiting: entries.length })),
    }));
  }

  async accept(session: string, { chat: name, key, body }: NewEvent): Promise<Accepted> {
    if (!this.#sessions.has(session)) return { outcome: "lost" };
    const known = this.#isTaken(`event:${key}`);
    const chat = this.#chat(name);
    if (!known) {
      if (chat.entries.length >= MAX_WAITING) return { outcome: "full" };
      this.#take(`event:${key}`, REMEMBER_EVENT_MS);
      chat.entries.push({ id: String(++this.#entries), body });
    }
    const outcome = known ? "duplicate" : "taken";
    if (chat.entries.length === 0) return { outcome };
    if (chat.owner === undefined) {
      this.#own(name, chat, session);
      const contents = { notes: Object.fromEntries(chat.notes), entries: chat.entries.slice(0, READ_AT_ONCE) };
      return { outcome, claim: toClaim(name, chat), contents };
    }
    if (chat.owner !== session) this.#tell(chat.owner, { chat: name });
    return { outcome, claim: toClaim(name, chat) };
  }

  async know(key: string): Promise<void> {
    this.#take(`event:${key}`, REMEMBER_EVENT_MS);
  }

  async read(claim: Claim, after: string): Promise<readonly Entry[] | undefined> {
    const chat = this.#held(claim);
    return chat?.entries.filter(({ id }) => Number(id) > Number(after)).slice(0, READ_AT_ONCE);
  }

  async finish(claim: Claim, entryId: string, notes: NoteChanges): Promise<"fenced" | "more" | "released"> {
    const chat = this.#held(claim);
    if (chat === undefined) return "fenced";
    const at = chat.entries.findIndex(({ id }) => id === entryId);
    if (at >= 0) chat.entries.splice(at, 1);
    this.#note(chat, notes);
    if (chat.entries.length > 0) return "more";
    chat.owner = undefined;
    return "released";
  }

  async write(claim: Claim, notes: NoteChanges): Promise<boolean> {
    const chat = this.#held(claim);
    if (chat === undefined) return false;
    this.#note(chat, notes);
    return true;
  }

  async notes(chat: string): Promise<Notes> {
    return Object.fromEntries(this.#known(chat)?.notes ?? []);
  }

  async raise({ chat: name, session, epoch }: Claim): Promise<Claim | "released" | undefined> {
    if (!this.#sessions.has(session)) return undefined;
    const chat = this.#chat(name);
    if (chat.owner === undefined && chat.epoch === epoch) return "released";
    const isForgotten = chat.owner === undefined && chat.epoch < epoch;
    if (chat.owner !== session && !isForgotten) return undefined;
    chat.epoch = Math.max(chat.epoch, epoch);
    this.#own(name, chat, session);
    return toClaim(name, chat);
  }

  async reap(session: string, batch: number): Promise<readonly Claim[]> {
    if (!this.#sessions.has(session)) return [];
    for (;;) {
      const [dead] = this.#dying.size > 0 ? this.#dying : [this.#overdue(session)];
      if (dead === undefined) return [];
      const taken = this.#takeFrom(dead, session, batch);
      if (taken.length > 0) return taken;
    }
  }

  /** Up to `batch` chats of a session that is over; without any left it is forgotten. */
  #takeFrom(dead: string, session: string, batch: number): readonly Claim[] {
    this.#sessions.delete(dead);
    this.#dying.add(dead);
    const owned = this.#owned(dead);
    const taken = owned.slice(0, batch).map(([name, chat]) => {
      this.#own(name, chat, session);
      return toClaim(name, chat);
    });
    if (taken.length === owned.length) {
      this.#dying.delete(dead);
      this.#processes.delete(dead);
      this.#inboxes.delete(dead);
    }
    return taken;
  }

  async claims(session: string): Promise<readonly Claim[]> {
    return this.#owned(session).map(([name, chat]) => toClaim(name, chat));
  }

  async ownerOf(name: string): Promise<Claim | undefined> {
    const chat = this.#known(name);
    return chat?.owner === undefined ? undefined : toClaim(name, chat);
  }

  async lease(ask: LeaseAsk): Promise<Lease> {
    return this.#buckets.lease(ask, this.#clock.now());
  }

  async budgets(): Promise<readonly BudgetInfo[]> {
    return this.#buckets.list(this.#clock.now());
  }

  async once(key: string, forMs: number): Promise<boolean> {
    if (this.#isTaken(`once:${key}`)) return false;
    this.#take(`once:${key}`, forMs);
    return true;
  }

  async send(to: string, body: string): Promise<void> {
    this.#tell(to, { body });
  }

  listen(session: string, listener: InboxListener): () => void {
    const inbox = this.#inboxes.get(session);
    if (inbox === undefined) return () => {};
    inbox.listener = listener;
    for (const told of inbox.waiting.splice(0)) this.#deliver(listener, told);
    return () => {
      if (inbox.listener === listener) inbox.listener = undefined;
    };
  }

  async openLog(log: string, maxChars: number): Promise<boolean> {
    return this.#logs.open(log, maxChars);
  }

  async appendLog(log: string, item: NewLogItem): Promise<LogAnswer> {
    return this.#logs.append(log, item);
  }

  async readLog(log: string, from: { readonly chars: number; readonly items: number }): Promise<LogPart | undefined> {
    return this.#logs.read(log, from);
  }

  async logLength(log: string): Promise<number | undefined> {
    return this.#logs.lengthOf(log);
  }

  async forget(log: string, afterMs: number): Promise<void> {
    this.#logs.forget(log, afterMs);
    const chat = this.#known(log);
    if (chat !== undefined) chat.keepUntil = this.#clock.now() + afterMs;
  }

  async close(): Promise<void> {}

  #held({ chat: name, session, epoch }: Claim): Chat | undefined {
    if (!this.#sessions.has(session)) return undefined;
    const chat = this.#known(name);
    return chat?.owner === session && chat.epoch === epoch ? chat : undefined;
  }

  #known(name: string): Chat | undefined {
    const chat = this.#chats.get(name);
    if (chat === undefined || chat.owner !== undefined || chat.keepUntil > this.#clock.now()) return chat;
    this.#chats.delete(name);
    return undefined;
  }

  #chat(name: string): Chat {
    const known = this.#known(name);
    if (known !== undefined) return known;
    const keepUntil = this.#clock.now() + KEEP_NOTES_MS;
    const chat: Chat = { entries: [], owner: undefined, epoch: 0, notes: new Map(), keepUntil };
    this.#chats.set(name, chat);
    return chat;
  }

  #own(name: string, chat: Chat, session: string): void {
    chat.owner = session;
    chat.epoch = Math.max(this.#clock.wallNow(), chat.epoch + 1);
    this.#logs.ownedAnew(name);
    chat.keepUntil = this.#clock.now() + KEEP_NOTES_MS;
  }

  #owned(session: string): [string, Chat][] {
    return [...this.#chats].filter(([, { owner }]) => owner === session);
  }

  #overdue(asker: string): string | undefined {
    const now = this.#clock.now();
    return [...this.#sessions].find(([session, until]) => session !== asker && until <= now)?.[0];
  }

  #note(chat: Chat, changes: NoteChanges): void {
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) chat.notes.delete(name);
      else chat.notes.set(name, value);
    }
    chat.keepUntil = this.#clock.now() + KEEP_NOTES_MS;
  }

  #isTaken(key: string): boolean {
    return (this.#once.get(key) ?? -Infinity) > this.#clock.now();
  }

  #take(key: string, forMs: number): void {
    const now = this.#clock.now();
    // Oldest first, and most are kept equally long: what has expired is at the front.
    for (const [old, until] of this.#once) {
      if (until > now) break;
      this.#once.delete(old);
    }
    this.#once.delete(key);
    this.#once.set(key, now + forMs);
  }

  #tell(session: string, told: Told): void {
    const inbox = this.#inboxes.get(session);
    if (inbox?.listener === undefined) inbox?.waiting.push(told);
    else this.#deliver(inbox.listener, told);
  }

  /** Not before the caller has its own answer. */
  #deliver(listener: InboxListener, { chat, body, log }: Told): void {
    queueMicrotask(() => {
      if (chat !== undefined) listener.onChat(chat);
      if (body !== undefined) listener.onMessage(body);
      if (log !== undefined) listener.onLog(log);
    });
  }
}

function toClaim(chat: string, { owner, epoch }: Chat): Claim {
  if (owner === undefined) throw new SharedStateError("refused", `chat ${chat} has no owner`);
  return { chat, session: owner, epoch };
}
