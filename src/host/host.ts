import { EventEmitter } from "eventemitter3";
import { LRUCache } from "lru-cache";
import type { Tool } from "../llm/index.ts";
import { errorText } from "../log/index.ts";
import type { Logger } from "../log/index.ts";
import { detectLanguage } from "../plugin-sdk/index.ts";
import type {
  CardAction,
  CardActionAnswer,
  ChannelConnection,
  ChannelQuestion,
  InboundMessage,
  Language,
  LostChat,
  QuestionHandler,
  ReplyButtons,
} from "../plugin-sdk/index.ts";
import type { BegunReply, ReplyStream } from "../stream/index.ts";
import { withDeadline } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { parseCommand, runCommand } from "./commands.ts";
import { Conversation } from "./conversation.ts";
import type { ConversationRecord } from "./conversation.ts";
import type { ModelCatalog } from "./models.ts";
import { OldButtons } from "./old-buttons.ts";
import { openTurn, toTarget, turnButtons } from "./open-turn.ts";
import type { HostedAccount } from "./open-turn.ts";
import { Presses } from "./presses.ts";
import type { ButtonClaim, PressHandlers } from "./presses.ts";
import { toQuestion } from "./question.ts";
import type { HostSettings } from "./settings.ts";
import { hostStrings } from "./strings.ts";
import type { TurnEnd } from "./turn-end.ts";
import { TurnStop } from "./turn-stop.ts";
import type { Turn, TurnResult } from "./turn.ts";

/** What the host tells those who watch it. */
export interface HostEvents {
  "turn-start": (turn: {
    turnId: string;
    message: InboundMessage;
    question: string;
    language: Language;
    reply: ReplyStream;
  }) => void;
  /** The first tool of a turn is about to be called; `waitFor` holds it back, for a second at most. */
  "turn-tool": (turn: { turnId: string; waitFor: (work: Promise<void>) => void }) => void;
  /** A turn's reply is about to be told its end, and says all that it will; `waitFor` as with a tool. */
  "turn-ending": (turn: { turnId: string; end: TurnEnd; waitFor: (work: Promise<void>) => void }) => void;
  "turn-end": (turn: { turnId: string; message: InboundMessage; result: TurnResult }) => void;
  /** Nothing more will be done for a message here. `left`: it waited when the host was stopped, or was taken from it. */
  settled: (event: { message: InboundMessage; left: boolean }) => void;
  /** A command was answered; its answer has been sent, or could not be. */
  command: (event: { message: InboundMessage }) => void;
}

/** What {@link Host} works with. */
export interface HostOptions {
  readonly settings: HostSettings;
  readonly models: ModelCatalog;
  readonly tools?: readonly Tool[] | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

type AccountPlace = Pick<InboundMessage, "channel" | "account">;

/** Chats the host remembers; the one silent for longest is forgotten first. */
const MAX_CONVERSATIONS = 2000;

/** A turn does not wait longer for what is written down of it. */
const NOTE_WITHIN_MS = 1_000;

/**
 * The embedded host: takes what channels deliver, keeps each conversation in order, lets a model answer, and sees to it that every
 * answer ends. Knows no channel by name.
 */
export class Host {
  readonly events: EventEmitter<HostEvents> = new EventEmitter();
  readonly #options: HostOptions;
  readonly #presses: Presses;
  readonly #oldButtons = new OldButtons();
  readonly #accounts = new Map<string, HostedAccount>();
  readonly #conversations: LRUCache<string, Conversation>;
  readonly #running = new Set<Turn>();
  readonly #startedAt: number;
  /** What the channels' questions come to; one for all accounts. */
  readonly questions: QuestionHandler;
  #stopping: Promise<void> | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    const pressed = {
      isIdle: ({ current, key }, { message }) =>
        current === undefined && this.#questionsOf(message)?.waiting(key) === 0,
      askAgain: (conversation, last, question, continues) =>
        this.#ask(conversation, { message: last.message, question, continues }),
      nameOf: (action, language) => this.#nameOf(action, language),
      findLast: (turnId) => [...this.#conversations.values()].find(({ last }) => last?.turnId === turnId),
    } satisfies PressHandlers;
    this.#presses = new Presses(pressed);
    this.#startedAt = options.clock.now();
    this.#conversations = new LRUCache({ max: MAX_CONVERSATIONS });
    const { logger, settings } = options;
    this.questions = {
      take: settings.queueMode === "interrupt" ? "all" : "one",
      answer: async (key, asks) => {
        try {
          await this.#answer(key, asks);
        } catch (error) {
          logger.error("turn could not be run", { error: errorText(error) });
        }
      },
      refuse: ({ message }) => this.#sorry(message),
      settled: ({ message }, left) => this.#settled(message, left),
      interrupt: () => this.interrupt(),
    };
  }

  /** Adds a running account. Its messages and actions may be handed in before or after. */
  attach(account: HostedAccount): void {
    this.#accounts.set(accountKey(account.channel, account.connection.account), account);
  }

  /** Takes a message from a channel, which gives each once: commands are answered at once, the rest is asked in its turn. Returns at once. */
  onMessage(message: InboundMessage): void {
    const questions = this.#stopping === undefined ? this.#questionsOf(message) : undefined;
    if (questions === undefined) {
      this.#settled(message, true);
      return;
    }
    const conversation = this.#conversation(message);
    const command = parseCommand(message.commandText ?? message.text);
    if (command === undefined) {
      this.#ask(conversation, { message });
      return;
    }
    const answer = runCommand(command, conversation, message, {
      models: this.#options.models,
      waiting: questions.waiting(conversation.key),
      upMs: this.#options.clock.now() - this.#startedAt,
      dropWaiting: () => questions.drop(conversation.key),
      ownTurn: () => this.#turnOf(message),
    });
    if (conversation.last === undefined) this.#oldButtons.retire(conversation.key);
    questions.beside({ message }, async () => {
      await this.#say(message, answer, conversation.language);
      this.events.emit("command", { message });
    });
  }

  /** Takes a press on a button. Answers at once; what the press starts goes on behind it. */
  async onCardAction(action: CardAction): Promise<CardActionAnswer> {
    return this.#stopping === undefined ? this.#presses.press(action) : {};
  }

  /** What is remembered of a chat, by conversation. */
  recordsOf(chat: LostChat): Readonly<Record<string, ConversationRecord>> {
    const keys = this.#keysOf(chat);
    return Object.fromEntries(
      keys.flatMap((key) => {
        const record = this.#conversations.get(key)?.toRecord();
        return record === undefined ? [] : [[key, record]];
      }),
    );
  }

  /** What another process remembered of a chat takes the place of what is known here; nothing is being answered in it. */
  restore(records: Readonly<Record<string, ConversationRecord>>): void {
    for (const [key, record] of Object.entries(records)) {
      const conversation =
        this.#conversations.get(key) ?? new Conversation(key, record.language, this.#options.settings.memory);
      if (record.last?.turnId !== conversation.last?.turnId) this.#oldButtons.retire(key);
      conversation.restore(record);
      this.#conversations.set(key, conversation);
    }
  }

  /**
   * The reply of a turn that another process began and will not end, to be gone on with in the same cards; undefined when nobody can
   * go on there. Takes as long as the channel does not answer.
   */
  async takeUp(
    turn: { readonly turnId: string; readonly message: InboundMessage; readonly language: Language },
    begun: BegunReply,
  ): Promise<ReplyStream | undefined> {
    const { turnId: id, message, language } = turn;
    const account = this.#accounts.get(accountKey(message.channel, message.account));
    if (account === undefined) return undefined;
    const buttons = turnButtons(account, this.#presses, { id, ownerId: message.sender.id, language });
    return account.connection.takeUp?.(toTarget(message), { language, buttons, id }, begun);
  }

  /** Goes on with a turn that another process began. */
  goOn(question: ChannelQuestion): void {
    const { message } = question;
    if (this.#stopping === undefined) this.#ask(this.#conversation(message), question);
    else this.#settled(message, true);
  }

  /** An answer of another process: its question can be asked again, and gone on with where some of it is known. */
  remember(turn: { turnId: string; message: InboundMessage; question: string; text: string }): ReplyButtons {
    const { turnId, message, question, text } = turn;
    const conversation = this.#conversation(message);
    const recorded = conversation.record(question, text, [message.messageId]);
    this.#oldButtons.retire(conversation.key);
    conversation.last = { turnId, message, question, recorded };
    return this.#presses.buttons(turnId, message.sender.id, conversation.language);
  }

  /** What a press asks for, when the person who presses is the one whose buttons they are. */
  claimOf(action: CardAction): ButtonClaim | undefined {
    return this.#presses.claimOf(action);
  }

  /** The message of a conversation's newest turn. */
  lastMessage(turnId: string): InboundMessage | undefined {
    return [...this.#conversations.values()].find(({ last }) => last?.turnId === turnId)?.last?.message;
  }

  /** Gives back what waits, for another process to answer. */
  leaveWaiting(): void {
    for (const { questions } of this.#connections()) questions.drop(undefined, true);
  }

  /** Ends every running turn as interrupted. */
  interrupt(): void {
    for (const turn of this.#running) turn.stop(new TurnStop("interrupted"));
  }

  /** Another process answers in this chat now: what is being done there ends, unless nobody else knows of it. @param isShared by turn's or message's id */
  abandon(chat: LostChat, isShared: (id: string) => boolean): void {
    for (const key of this.#keysOf(chat)) {
      this.#questionsOf(chat)?.drop(key, true, ({ message }) => isShared(message.messageId));
      const turn = this.#conversations.get(key)?.current;
      if (turn === undefined || !isShared(turn.id)) continue;
      turn.stop(new TurnStop("handed-over"));
      // Also while it is being ended.
      void turn.reply.abort({ handedOver: true });
    }
  }

  /** The bot can no longer write to a chat: what is being answered there ends at once. */
  onChatLost(chat: LostChat): void {
    for (const key of this.#keysOf(chat)) this.#conversations.get(key)?.current?.stop(new TurnStop("chat-lost"));
  }

  /** Resolves when no turn is running and none waits. */
  async idle(): Promise<void> {
    await Promise.all(this.#connections().map(({ questions }) => questions.idle()));
  }

  /** Ends every running turn as interrupted, waits for the cards' final state, then disconnects. Within 5 s. Idempotent. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    await Promise.allSettled([
      this.#options.models.close(),
      ...this.#connections().map((connection) => connection.close()),
    ]);
  }

  #connections(): ChannelConnection[] {
    return [...this.#accounts.values()].map(({ connection }) => connection);
  }

  #conversation(message: InboundMessage): Conversation {
    const isCommand = parseCommand(message.commandText ?? message.text) !== undefined;
    // A command outside of topics is about the chat, not about the topic that an answer would open.
    const part = isCommand ? message.threadId && message.conversationId : message.conversationId;
    const key = keyOf(message, part ?? message.threadId ?? "");
    const { language, fallbackLanguage, memory } = this.#options.settings;
    const known = this.#conversations.get(key);
    const before = known?.language ?? fallbackLanguage;
    // A command's Latin letters say nothing about the language people speak here.
    const heard = isCommand ? before : detectLanguage(message.text, before);
    const spoken = language === "auto" ? heard : language;
    const conversation = known ?? new Conversation(key, spoken, memory);
    conversation.language = spoken;
    if (known === undefined) {
      conversation.model = this.#conversations.get(keyOf(message, ""))?.model;
      this.#conversations.set(key, conversation);
    }
    return conversation;
  }

  /** What is being answered for who wrote a message, anywhere in its chat. */
  #turnOf(message: InboundMessage): Turn | undefined {
    const turns = this.#keysOf(message).map((key) => this.#conversations.get(key)?.current);
    return turns.findLast((turn) => turn?.ownerId === message.sender.id);
  }

  /** Conversations in a chat. */
  #keysOf(chat: LostChat): string[] {
    return [...this.#conversations.keys()].filter((key) => key.startsWith(keyOf(chat, "")));
  }

  #ask(conversation: Conversation, ask: ChannelQuestion): void {
    const { message } = ask;
    const questions = this.#questionsOf(message);
    if (questions?.ask(conversation.key, ask) !== true) {
      const { tooManyWaiting } = hostStrings[conversation.language];
      questions?.beside(ask, () => this.#say(message, tooManyWaiting, conversation.language));
      return;
    }
    if (this.#options.settings.queueMode === "interrupt") conversation.current?.stop(new TurnStop("superseded"));
  }

  #settled(message: InboundMessage, left: boolean): void {
    this.events.emit("settled", { message, left });
  }

  async #answer(key: string, asks: readonly ChannelQuestion[]): Promise<void> {
    const newest = asks.at(-1);
    const conversation = this.#conversations.get(key);
    if (newest === undefined || conversation === undefined) return;
    const { message } = newest;
    const account = this.#accounts.get(accountKey(message.channel, message.account));
    if (account === undefined) return;
    // What came after it takes its place.
    for (const { begun } of asks.slice(0, -1)) void begun?.reply.abort();
    const knows = (messageId: string): boolean => conversation.knows(messageId);
    const question = asks.map((ask) => ask.question ?? toQuestion(ask.message, knows)).join("\n\n");
    const messageIds = asks.flatMap((ask) => [ask.message, ...(ask.message.quotes ?? [])].map((one) => one.messageId));
    const turn: Turn = openTurn({
      ...this.#options,
      account,
      conversation,
      message,
      question,
      presses: this.#presses,
      begun: newest.begun,
      continues: newest.continues,
      onTool: () => this.#hold((waitFor) => this.events.emit("turn-tool", { turnId: turn.id, waitFor })),
      onEnd: (end) => this.#hold((waitFor) => this.events.emit("turn-ending", { turnId: turn.id, end, waitFor })),
    });
    this.#presses.register(turn, conversation);
    this.#oldButtons.retire(key);
    conversation.current = turn;
    this.#running.add(turn);
    const { generation } = conversation;
    this.events.emit("turn-start", {
      turnId: turn.id,
      message,
      question,
      language: conversation.language,
      reply: turn.reply,
    });
    try {
      const result = await turn.run();
      if (conversation.generation === generation) {
        conversation.last = {
          turnId: turn.id,
          message,
          question,
          recorded: conversation.record(question, result.text, messageIds),
        };
        this.#oldButtons.ended(key, turn.reply);
      } else void turn.reply.retireButtons();
      this.events.emit("turn-end", { turnId: turn.id, message, result });
    } finally {
      this.#running.delete(turn);
      conversation.current = undefined;
    }
  }

  /** Tells those who watch, and waits for what they have to do first. */
  async #hold(tell: (waitFor: (work: Promise<void>) => void) => void): Promise<void> {
    const works: Promise<void>[] = [];
    tell((work) => works.push(work));
    if (works.length === 0) return;
    await withDeadline(this.#options.clock, NOTE_WITHIN_MS, "writing a turn down", () => Promise.all(works)).catch(
      () => {},
    );
  }

  #nameOf(action: CardAction, language: Language): string {
    const { operator } = action;
    return operator.name ?? this.#connectionOf(action)?.nameOf?.(operator) ?? hostStrings[language].asker;
  }

  /** Tells who waits that no answer will come, so that they ask again. */
  #sorry(message: InboundMessage): Promise<void> {
    const { language } = this.#conversation(message);
    return this.#say(message, hostStrings[language].stoppingUnanswered, language);
  }

  async #say(message: InboundMessage, text: string, language: Language): Promise<void> {
    try {
      await this.#connectionOf(message)?.sendText(toTarget(message), text, { language });
    } catch (error) {
      this.#options.logger.warn("a short answer could not be sent", { error: errorText(error) });
    }
  }

  #questionsOf(place: AccountPlace): ChannelConnection["questions"] | undefined {
    return this.#connectionOf(place)?.questions;
  }

  #connectionOf({ channel, account }: AccountPlace): ChannelConnection | undefined {
    return this.#accounts.get(accountKey(channel, account))?.connection;
  }
}

const keyOf = ({ channel, account, chatId }: LostChat, part: string): string =>
  [channel, account, chatId, part].join(":");

const accountKey = (channel: string, account: string): string => `${channel}:${account}`;
