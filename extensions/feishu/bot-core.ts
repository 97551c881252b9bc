import { journalCards, pressAnswers, QuestionQueue } from "../../src/plugin-sdk/index.ts";
import type {
  CardActionAnswer,
  Journal,
  Language,
  QuestionQueueOptions,
  QueuedQuestion,
} from "../../src/plugin-sdk/index.ts";
import { ButtonSeal } from "./button-seal.ts";
import type { FeishuAccountConfig } from "./config/index.ts";
import type {
  FeishuBotMembership,
  FeishuCardAction,
  FeishuInboundMessage,
  FeishuListener,
  FeishuReaction,
} from "./inbound/index.ts";
import { createFeishuInstance } from "./instance.ts";
import type { FeishuInstance, FeishuInstanceOptions } from "./instance.ts";
import { Intake } from "./intake.ts";
import type { IntakeOptions } from "./intake.ts";
import type { ReadMessage } from "./message-reader.ts";
import { toToastAnswer } from "./press-toast.ts";
import type { ReplyDispatcher, ReplyDispatcherOptions } from "./reply-dispatcher.ts";
import type { Place } from "./say-reliably.ts";
import { sayShortly, showWaiting } from "./short-words.ts";
import { BotTransport } from "./transport.ts";
import type { BotTransportOptions } from "./transport.ts";

/** Somebody who did something. */
export interface Person {
  readonly openId: string;
  /** Undefined when it is not known (yet). */
  readonly name: string | undefined;
}

/** What a program makes of what a {@link BotCore} receives. */
export interface BotDuties<Q extends QueuedQuestion> extends Pick<
  QuestionQueueOptions<Q>,
  "take" | "answer" | "refuse" | "settled"
> {
  /** What a message asks. Must not reject. */
  toQuestion(from: FeishuInboundMessage, read: ReadMessage): Q;
  /** Somebody who may talk to the bot has said something; told once, in the order of the chat. */
  onQuestion(question: Q): void;
  /** A press on a button that this app sealed, by anybody; the answer has to be there within 2.5 s. */
  onPress(action: FeishuCardAction, person: Person): CardActionAnswer | Promise<CardActionAnswer>;
  onReaction?(reaction: FeishuReaction): void;
  /** A message was taken back; if it waited, it waits no more. */
  onRecall?(recall: { readonly messageId: string; readonly chatId: string }): void;
  /** The bot was put into a group, or taken out of one; then nothing waits there any more. */
  onMembership?(membership: FeishuBotMembership): void;
  /** The bot stops: what is being answered is to end as interrupted. */
  interrupt(): void;
  /** Resolves when nothing runs beside the questions. @defaultValue nothing does */
  idle?(): Promise<void>;
}

/** What a {@link BotCore} works with. */
export interface BotCoreOptions<Q extends QueuedQuestion>
  extends
    FeishuInstanceOptions,
    Pick<IntakeOptions, "resolveNames" | "namesLaterInDirectChats">,
    Pick<BotTransportOptions, "webhook" | "dedupe" | "shared"> {
  /** Who may talk to the bot, and where; checked. */
  readonly access: FeishuAccountConfig;
  /** What open cards are written down in. @defaultValue none */
  readonly journal?: Journal | undefined;
  readonly duties: BotDuties<Q>;
}

/** A reply as programs open it. */
export interface CoreReplyOptions extends Omit<ReplyDispatcherOptions, "delivery"> {
  readonly language: Language;
}

/**
 * What every bot is built on, the ones that `createBot` makes as well as those of the embedded host: one app, from the event to the card.
 * It takes each event once and from whom it may, reads what it stands for, keeps the questions of each conversation in order, opens
 * replies whose cards are written down, and ends.
 */
export class BotCore<Q extends QueuedQuestion> {
  readonly instance: FeishuInstance;
  readonly intake: Intake;
  readonly questions: QuestionQueue<Q>;
  readonly transport: BotTransport;
  /** Makes what buttons send; presses of others reach no duty. */
  readonly buttons: ButtonSeal;
  readonly #duties: BotDuties<Q>;
  readonly #journal: Journal | undefined;
  /** What questions were made of, to be read once more; by message. */
  readonly #came = new WeakMap<object, FeishuInboundMessage>();

  /** @throws TypeError naming the option that cannot be used */
  constructor(options: BotCoreOptions<Q>) {
    const { duties, journal, shared, access, resolveNames, namesLaterInDirectChats } = options;
    const instance = createFeishuInstance({
      ...options,
      ownership: options.ownership ?? shared,
      leases: options.leases ?? shared,
    });
    this.instance = instance;
    this.#duties = duties;
    this.buttons = new ButtonSeal(options);
    this.#journal = journal;
    this.intake = new Intake({ instance, access, resolveNames, namesLaterInDirectChats });
    const { clock, logger } = instance.delivery;
    this.questions = new QuestionQueue({
      take: duties.take,
      clock,
      logger,
      showWaiting: ({ message }) => showWaiting(instance.delivery, message.messageId),
      reread: (question) => this.#asItStands(question),
      answer: (key, questions) => duties.answer(key, questions),
      refuse: (question) => duties.refuse(question),
      settled: (question, left) => duties.settled?.(question, left),
    });
    this.transport = new BotTransport({ ...options, instance, listener: this.#listener() });
  }

  /** Opens a reply whose cards are in the journal while they are open. */
  openReply({ language, ...options }: CoreReplyOptions): ReplyDispatcher {
    const { name, delivery } = this.instance;
    const reply = this.instance.openReply({ ...options, settings: { locale: language, ...options.settings } });
    const owner = { channel: "feishu", account: name, language };
    if (this.#journal !== undefined) journalCards(this.#journal, reply, owner, delivery.clock);
    return reply;
  }

  /** Says a short text, behind everything. */
  say(place: Place, text: string): Promise<void> {
    return sayShortly(this.instance.delivery, place, text);
  }

  /** Somebody, by the name that is known already. */
  person(openId: string): Person {
    return { openId, name: this.intake.nameOf(openId) };
  }

  /** Resolves when everything that has come was dealt with. */
  async idle(): Promise<void> {
    await this.transport.idle();
    await this.#settled();
  }

  /** Takes nothing more, refuses what waits, interrupts what is being answered, and disconnects. Within 5 s, idempotent. */
  stop(): Promise<void> {
    return this.transport.stop((received) =>
      this.questions.stop(async () => {
        this.#duties.interrupt();
        await received();
        await this.#settled();
      }),
    );
  }

  async #settled(): Promise<void> {
    await this.questions.idle();
    await this.#duties.idle?.();
    // What ran beside them may have asked the next one.
    await this.questions.idle();
  }

  #listener(): FeishuListener {
    const duties = this.#duties;
    return {
      onComing: (from) => {
        // Most chats are nobody's, and become this process's by the message.
        if (this.intake.mayAdmit(from)) this.instance.delivery.expectReply();
      },
      onMessage: async (from) => {
        if (this.intake.admits(from)) duties.onQuestion(await this.#read(from));
      },
      onCardAction: async (action) => toToastAnswer(await this.#press(action)),
      onReaction: (reaction) => duties.onReaction?.(reaction),
      onRecall: (recall) => {
        this.questions.recall(recall.messageId);
        duties.onRecall?.(recall);
      },
      onBotMembership: (membership) => {
        if (!membership.added) this.questions.loseChat(membership.chatId);
        duties.onMembership?.(membership);
      },
    };
  }

  #press(action: FeishuCardAction): CardActionAnswer | Promise<CardActionAnswer> {
    // Cards that were sent otherwise have buttons of their own.
    if (typeof action.value["cardstream"] !== "string") return pressAnswers["not-ours"];
    const value = this.buttons.open(action.value);
    if (value === undefined) return pressAnswers.forged;
    return this.#duties.onPress({ ...action, value }, this.person(action.operator.openId));
  }

  async #read(from: FeishuInboundMessage): Promise<Q> {
    const question = this.#duties.toQuestion(from, await this.intake.read(from));
    this.#came.set(question.message, from);
    return question;
  }

  /** People edit what they wrote, and take it back. */
  async #asItStands(question: Q): Promise<Q | undefined> {
    const came = this.#came.get(question.message);
    const now = came && (await this.intake.again(came));
    if (now === came) return question;
    return now && this.#read(now);
  }
}
