import { EventEmitter } from "eventemitter3";
import { LRUCache } from "lru-cache";
import type { Tool } from "../llm/index.ts";
import type { Logger } from "../log/index.ts";
import { detectLanguage } from "../plugin-sdk/index.ts";
import type { CardAction, CardActionAnswer, InboundMessage, Language } from "../plugin-sdk/index.ts";
import type { ReplyStream } from "../stream/index.ts";
import { DeadlineError, withDeadline } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { parseCommand, runCommand } from "./commands.ts";
import { Conversation } from "./conversation.ts";
import { createDedupe } from "./dedupe.ts";
import type { Dedupe } from "./dedupe.ts";
import type { Journal } from "./journal.ts";
import { Lanes } from "./lane.ts";
import type { ModelCatalog } from "./models.ts";
import { openTurn, toTarget } from "./open-turn.ts";
import type { HostedAccount } from "./open-turn.ts";
import { Presses } from "./presses.ts";
import type { HostSettings } from "./settings.ts";
import { hostStrings } from "./strings.ts";
import { TurnStop } from "./turn-stop.ts";
import type { Turn, TurnResult } from "./turn.ts";

/** What the host tells those who watch it. */
export interface HostEvents {
  "turn-start": (turn: { turnId: string; message: InboundMessage; reply: ReplyStream }) => void;
  "turn-end": (turn: { turnId: string; message: InboundMessage; result: TurnResult }) => void;
  /** A command was answered; its answer has been sent, or could not be. */
  command: (event: { message: InboundMessage }) => void;
}

/** What {@link Host} works with. */
export interface HostOptions {
  readonly settings: HostSettings;
  readonly models: ModelCatalog;
  readonly tools?: readonly Tool[] | undefined;
  readonly journal?: Journal | undefined;
  /** At least 32 random bytes: makes buttons unforgeable. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What one lane hands out: a question, or a wish to answer the last one again. */
interface Ask {
  readonly message: InboundMessage;
  readonly question: string;
  /** Takes the sign that it waits off the message. */
  unmark?: (() => void) | undefined;
}

/** Chats the host remembers; the one silent for longest is forgotten first. */
const MAX_CONVERSATIONS = 2000;

/** Time for open replies to reach their final state when the process stops; with the rest of the shutdown this stays below 5 s. */
const STOP_GRACE_MS = 3500;

/**
 * The embedded host: takes what channels deliver, keeps each conversation in order, lets a model answer, and sees to it that every
 * answer ends. Knows no channel by name.
 */
export class Host {
  readonly events: EventEmitter<HostEvents> = new EventEmitter();
  readonly #options: HostOptions;
  readonly #presses: Presses;
  readonly #dedupe: Dedupe;
  readonly #accounts = new Map<string, HostedAccount>();
  readonly #conversations: LRUCache<string, Conversation>;
  readonly #lanes: Lanes<Ask>;
  readonly #running = new Set<Turn>();
  readonly #startedAt: number;
  #stopping: Promise<void> | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#presses = new Presses(options.secret, {
      isIdle: (conversation) => conversation.current === undefined && this.#lanes.waiting(conversation.key) === 0,
      askAgain: (conversation, last, question) => this.#ask(conversation, { message: last.message, question }),
      nameOf: (action, language) => this.#nameOf(action, language),
    });
    this.#dedupe = createDedupe({ clock: options.clock });
    this.#startedAt = options.clock.now();
    this.#conversations = new LRUCache({ max: MAX_CONVERSATIONS });
    this.#lanes = new Lanes({
      take: options.settings.queueMode === "interrupt" ? "all" : "one",
      handle: async (key, asks) => {
        try {
          await this.#answer(key, asks);
        } catch (error) {
          options.logger.error("turn could not be run", {
            error: error instanceof Error ? error.message : String(error),
          });
        }
      },
    });
  }

  /** Adds a running account. Its messages and actions may be handed in before or after. */
  attach(account: HostedAccount): void {
    this.#accounts.set(accountKey(account.channel, account.connection.account), account);
  }

  /** Takes a message from a channel. Returns at once; a message that was seen before does nothing. */
  onMessage(message: InboundMessage): void {
    if (this.#stopping !== undefined) return;
    if (this.#dedupe.seen(`${message.channel}:${message.account}:${message.messageId}`)) {
      this.#options.logger.debug("message delivered again, ignored", { messageId: message.messageId });
      return;
    }
    const conversation = this.#conversation(message);
    const command = parseCommand(message.text);
    if (command === undefined) {
      this.#ask(conversation, { message, question: message.text });
      return;
    }
    const answer = runCommand(command, conversation, message, {
      models: this.#options.models,
      waiting: this.#lanes.waiting(conversation.key),
      upMs: this.#options.clock.now() - this.#startedAt,
      dropWaiting: () => this.#dropWaiting(conversation.key),
    });
    void this.#say(message, answer, conversation.language).then(() => this.events.emit("command", { message }));
  }

  /** Takes a press on a button. Answers at once; what the press starts goes on behind it. */
  async onCardAction(action: CardAction): Promise<CardActionAnswer> {
    return this.#stopping === undefined ? this.#presses.press(action) : {};
  }

  /** Resolves when no turn is running and none waits. */
  idle(): Promise<void> {
    return this.#lanes.idle();
  }

  /** Ends every running turn as interrupted, waits for the cards' final state, then disconnects. Within 5 s. Idempotent. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const { clock, models, journal, logger } = this.#options;
    const unanswered = this.#dropWaiting();
    for (const turn of this.#running) turn.stop(new TurnStop("interrupted"));
    try {
      await withDeadline(clock, STOP_GRACE_MS, "ending the replies", async () => {
        await Promise.all([this.#lanes.idle(), ...unanswered.map(({ message }) => this.#sorry(message))]);
      });
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      logger.warn("some replies did not reach their final state in time; the next start closes their cards");
    }
    await Promise.allSettled([
      models.close(),
      ...[...this.#accounts.values()].map(({ connection }) => connection.close()),
    ]);
    journal?.close();
  }

  #conversation(message: InboundMessage): Conversation {
    const key = [message.channel, message.account, message.chatId, message.threadId ?? ""].join(":");
    const { language, fallbackLanguage, memory } = this.#options.settings;
    const known = this.#conversations.get(key);
    const before = known?.language ?? fallbackLanguage;
    // A command's Latin letters say nothing about the language people speak here.
    const heard = parseCommand(message.text) === undefined ? detectLanguage(message.text, before) : before;
    const spoken = language === "auto" ? heard : language;
    const conversation = known ?? new Conversation(key, spoken, memory);
    conversation.language = spoken;
    if (known === undefined) this.#conversations.set(key, conversation);
    return conversation;
  }

  #ask(conversation: Conversation, ask: Ask): void {
    const { message } = ask;
    const mustWait = this.#options.settings.queueMode === "queue" && this.#lanes.busy(conversation.key);
    if (!this.#lanes.push(conversation.key, ask)) {
      void this.#say(message, hostStrings[conversation.language].tooManyWaiting, conversation.language);
      return;
    }
    if (mustWait) {
      const account = this.#accounts.get(accountKey(message.channel, message.account));
      ask.unmark = account?.connection.showWaiting?.(message.messageId);
    }
    if (this.#options.settings.queueMode === "interrupt") conversation.current?.stop(new TurnStop("superseded"));
  }

  /** Forgets what waits, in one conversation or all, and gives it back. */
  #dropWaiting(key?: string): Ask[] {
    const dropped = this.#lanes.clear(key);
    for (const { unmark } of dropped) unmark?.();
    return dropped;
  }

  async #answer(key: string, asks: readonly Ask[]): Promise<void> {
    for (const { unmark } of asks) unmark?.();
    const newest = asks.at(-1);
    const conversation = this.#conversations.get(key);
    if (newest === undefined || conversation === undefined || this.#stopping !== undefined) return;
    const { message } = newest;
    const account = this.#accounts.get(accountKey(message.channel, message.account));
    if (account === undefined) return;
    const question = asks.map((ask) => ask.question).join("\n\n");
    const turn = openTurn({ ...this.#options, account, conversation, message, question, presses: this.#presses });
    this.#presses.register(turn, conversation);
    conversation.current = turn;
    this.#running.add(turn);
    const { generation } = conversation;
    this.events.emit("turn-start", { turnId: turn.id, message, reply: turn.reply });
    try {
      const result = await turn.run();
      if (conversation.generation === generation) {
        conversation.last = {
          turnId: turn.id,
          message,
          question,
          recorded: conversation.record(question, result.text),
        };
      }
      this.events.emit("turn-end", { turnId: turn.id, message, result });
    } finally {
      this.#running.delete(turn);
      conversation.current = undefined;
    }
  }

  #nameOf(action: CardAction, language: Language): string {
    const account = this.#accounts.get(accountKey(action.channel, action.account));
    return action.operator.name ?? account?.connection.nameOf?.(action.operator) ?? hostStrings[language].asker;
  }

  /** Tells who waits that no answer will come, so that they ask again. */
  #sorry(message: InboundMessage): Promise<void> {
    const { language } = this.#conversation(message);
    return this.#say(message, hostStrings[language].stoppingUnanswered, language);
  }

  async #say(message: InboundMessage, text: string, language: Language): Promise<void> {
    const account = this.#accounts.get(accountKey(message.channel, message.account));
    try {
      await account?.connection.sendText(toTarget(message), text, { language });
    } catch (error) {
      this.#options.logger.warn("a short answer could not be sent", {
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

const accountKey = (channel: string, account: string): string => `${channel}:${account}`;
