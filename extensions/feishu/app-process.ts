import { existsSync, readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { LRUCache } from "lru-cache";
import { errorName } from "../../src/log/index.ts";
import type { Logger } from "../../src/log/index.ts";
import type { Language } from "../../src/plugin-sdk/index.ts";
import { isProcessBook, ProcessBook, ProcessMail, SharedLanes, SharedStateError } from "../../src/shared/index.ts";
import type {
  HeldEntry,
  Lease,
  LeaseAsk,
  MailAnswer,
  NewEvent,
  NoteChanges,
  SharedState,
} from "../../src/shared/index.ts";
import { OpenCardBook } from "../../src/stream/index.ts";
import type { BookedCard, ReplyStream } from "../../src/stream/index.ts";
import type { Clock } from "../../src/time/index.ts";
import { closeOrphanCard } from "./delivery/index.ts";
import type { FeishuDelivery } from "./delivery/index.ts";
import type { Share } from "./shared-redis.ts";

/** What a process does in the chats whose events go through queues that all share. */
export interface SharedChatsHandler {
  /** Deals with an event. Must not reject. @see LaneHandler */
  handle(entry: HeldEntry): Promise<NoteChanges | undefined>;
  /** The chat is another process's: what is done in it stops, without a word. */
  abandon(chat: string): void;
}

/** What an {@link AppProcess} works with. */
export interface AppProcessOptions {
  readonly appId: string;
  /** Programs of one kind take over from each other; the calls of all kinds are counted together. */
  readonly kind: "library" | "openclaw" | "chat-sdk";
  readonly share: Share;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** @defaultValue no events are shared */
  readonly chats?: SharedChatsHandler | undefined;
  /** This process was taken for dead: its replies are another's, and stop without a word. */
  readonly onLost: () => void;
  /** What this process says to another one that asks; JSON. Must not reject. @defaultValue nothing */
  readonly onAsk?: ((question: unknown) => Promise<unknown>) | undefined;
  /** Another process tells all. */
  readonly onTold?: ((what: unknown) => void) | undefined;
}

/** A card as the book has it. */
interface NotedCard extends BookedCard {
  readonly language: Language;
}

/** Cards whose book is remembered. */
const REMEMBERED_CARDS = 5_000;
/** A card entity cannot be changed for longer than this. @see https://open.feishu.cn/document/cardkit-v1/card/create */
const ENTITY_LIVES_MS = 14 * 24 * 3_600_000;
/** For what is being done for others when this process stops. */
const LEAVE_WITHIN_MS = 500;

/** Whose part of the state it is. */
export const sharedScope = (kind: AppProcessOptions["kind"], appId: string): string => `${kind}:${appId}`;

/**
 * One of several processes that work for one app: it counts its calls with the others, says that it lives, writes down which cards it has
 * open, and ends those of a process that does not live any more.
 */
export class AppProcess {
  /** What others ask for it by. */
  readonly name: string = newId();
  readonly #options: AppProcessOptions;
  readonly #book: ProcessBook;
  readonly #mail: ProcessMail;
  /** By card: the book that it was written down in. */
  readonly #bookOf = new LRUCache<string, string>({ max: REMEMBERED_CARDS });
  /** Chats with open replies that are written down, and how many. */
  readonly #writing = new Map<string, number>();
  #running: SharedLanes | undefined;
  #state: SharedState | undefined;
  #budget: SharedState | undefined;
  #delivery: FeishuDelivery | undefined;
  #starting: Promise<void> | undefined;

  constructor(options: AppProcessOptions) {
    this.#options = options;
    const { clock } = options;
    this.#book = new ProcessBook({
      take: (event) => this.take(event),
      clock,
      newId,
      takeOver: (value) => this.#closeLeftover(value),
    });
    this.#mail = new ProcessMail({
      state: () => this.#state,
      session: () => this.#running?.session,
      clock,
      newId,
      answer: async (question) => options.onAsk?.(question),
    });
  }

  /**
   * Joins the others. Again does nothing, unless it failed.
   * @param delivery closes cards of processes that are gone
   * @throws SharedStateError when the state cannot be reached
   */
  start(delivery: FeishuDelivery): Promise<void> {
    this.#delivery = delivery;
    this.#starting ??= this.#start().catch(async (error: unknown) => {
      this.#starting = undefined;
      await this.#disconnect();
      throw error;
    });
    return this.#starting;
  }

  async #start(): Promise<void> {
    const { appId, kind, share, clock, logger, random } = this.#options;
    const state = (this.#state = await share.open(sharedScope(kind, appId)));
    this.#budget = await share.open(appId);
    const lanes = new SharedLanes({
      state,
      clock,
      logger,
      random,
      lifetimeMs: share.lifetimeMs,
      process: {
        host: hostname(),
        pid: process.pid,
        version: ownVersion(),
        startedAt: clock.wallNow(),
        name: this.name,
      },
      handler: {
        adopt() {},
        handle: (entry) => this.#handle(entry),
        abandon: (chat) => this.#abandon(chat),
        onMessage: (body) => this.#mail.hear(body, (what) => this.#options.onTold?.(what)),
      },
    });
    this.#running = lanes;
    await lanes.start();
    await this.#book.begin();
  }

  /** Counts calls with all processes of the app. @throws SharedStateError */
  async lease(ask: LeaseAsk): Promise<Lease> {
    const budget = this.#budget;
    if (budget === undefined) throw notConnected();
    return budget.lease(ask);
  }

  /** Whether this process may write to a card; settles when it is known. */
  owns(cardId: string): boolean | Promise<boolean> {
    const book = this.#bookOf.get(cardId);
    return book === undefined || (this.#running?.stillOwns(book) ?? true);
  }

  /** Whether this process may send to a chat, or patch a message there; settles when it is known. */
  mayWrite(chatId: string): boolean | Promise<boolean> {
    const { chat: book } = this.#book;
    const lanes = this.#running;
    // What nobody else can know of is nobody else's; replies that are another's have been stopped.
    if (lanes === undefined || book === undefined || !this.#writing.has(chatId)) return true;
    return lanes.isSafe || !lanes.owns(book) || lanes.stillOwns(book);
  }

  /** Writes down the cards of a reply for as long as they are open, or owed. */
  follow(reply: ReplyStream, { chatId, language }: { readonly chatId: string; readonly language: Language }): void {
    const { chat: book } = this.#book;
    if (book === undefined) return;
    // A book that came later is not about this reply.
    const isIn = (): boolean => this.#book.chat === book;
    const store = {
      open: (card: BookedCard): string | undefined => {
        const key = card.cardId ?? card.messageId;
        if (key === undefined || !isIn()) return undefined;
        if (card.cardId !== undefined) this.#bookOf.set(card.cardId, book);
        this.#book.note(key, JSON.stringify({ ...card, language } satisfies NotedCard));
        return key;
      },
      closed: (key: string): void => {
        if (isIn()) this.#book.note(key, null);
      },
    };
    new OpenCardBook(store, this.#options.clock).follow(reply);
    // While the state is away nobody can hear of it, and it is written all the same.
    if (this.#running?.isSafe !== true) return;
    this.#writing.set(chatId, (this.#writing.get(chatId) ?? 0) + 1);
    reply.events.once("finalize", () => {
      const left = (this.#writing.get(chatId) ?? 1) - 1;
      if (left === 0) this.#writing.delete(chatId);
      else this.#writing.set(chatId, left);
    });
  }

  /** Puts an event into the queue of its chat. @see SharedLanes.take */
  async take(event: NewEvent): Promise<"taken" | "duplicate" | "full"> {
    if (this.#running === undefined) throw notConnected();
    return this.#running.take(event);
  }

  /** An event is dealt with here, without the state. @see SharedLanes.know */
  async know(key: string): Promise<void> {
    await this.#running?.know(key);
  }

  /** Whether nobody else has had this within `forMs`. @throws SharedStateError */
  async once(key: string, forMs: number): Promise<boolean> {
    if (this.#state === undefined) throw notConnected();
    return this.#state.once(key, forMs);
  }

  /** Asks the process of a name. @throws SharedStateError */
  ask(name: string, question: unknown, withinMs: number): Promise<MailAnswer> {
    return this.#mail.ask(name, question, withinMs);
  }

  /** Tells all other processes. @throws SharedStateError */
  tellOthers(what: unknown): Promise<void> {
    return this.#mail.tellOthers(what);
  }

  /** Begins nothing new: what comes now is for the others. */
  rest(): void {
    this.#running?.rest();
  }

  /** Leaves: what is open still is for the others. Idempotent. */
  async leave(): Promise<void> {
    this.#book.close();
    await this.#running?.drain(LEAVE_WITHIN_MS);
    await this.#disconnect();
  }

  async #handle(entry: HeldEntry): Promise<NoteChanges | undefined> {
    if (isProcessBook(entry.chat)) return this.#book.handle(entry);
    return (await this.#options.chats?.handle(entry)) ?? undefined;
  }

  #abandon(chat: string): void {
    if (!isProcessBook(chat)) return this.#options.chats?.abandon(chat);
    if (chat !== this.#book.chat) return;
    this.#writing.clear();
    this.#book.lost();
    this.#options.onLost();
    void this.#book.begin();
  }

  /** Ends a card of a process that is gone. @returns whether it needs nothing more */
  async #closeLeftover(value: string): Promise<boolean> {
    const { clock, logger } = this.#options;
    // Written by `follow` of some process.
    const { cardId, messageId, openedAt, language, remainder } = JSON.parse(value) as NotedCard;
    const delivery = this.#delivery;
    if (delivery === undefined) return false;
    if (clock.wallNow() - openedAt > ENTITY_LIVES_MS) return true;
    logger.info("closing a card that a process left open", { messageId });
    try {
      await closeOrphanCard(delivery, { cardId, messageId, locale: language, remainder });
      return true;
    } catch (error) {
      // This process ends before it could: another one goes on.
      if (delivery.closed.aborted) return false;
      logger.warn("a card that a process left open could not be closed", { messageId, error: errorName(error) });
      return true;
    }
  }

  async #disconnect(): Promise<void> {
    const states = [this.#state, this.#budget];
    this.#state = undefined;
    this.#budget = undefined;
    await Promise.all(states.map(async (state) => state?.close()));
  }
}

const newId = (): string => randomBytes(12).toString("base64url");

const notConnected = (): SharedStateError =>
  new SharedStateError("unreachable", "this process is not connected to the others");

/** The version of the package that this file is in. */
function ownVersion(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, "package.json");
    if (!existsSync(path)) continue;
    const { version } = JSON.parse(readFileSync(path, "utf8")) as { version?: string };
    if (version !== undefined) return version;
  }
  return "unknown";
}
