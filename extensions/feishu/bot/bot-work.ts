import { pressAnswers, QuestionQueue } from "../../../src/plugin-sdk/index.ts";
import type { CardActionAnswer } from "../../../src/plugin-sdk/index.ts";
import { countFeedback } from "../../../src/metrics/index.ts";
import { withDeadline } from "../../../src/time/index.ts";
import { checkSettings } from "../delivery/index.ts";
import type {
  FeishuBotMembership,
  FeishuCardAction,
  FeishuCardActionAnswer,
  FeishuInboundMessage,
  FeishuListener,
  FeishuReaction,
  FeishuRecall,
} from "../inbound/index.ts";
import { ChatLanguages } from "../chat-languages.ts";
import { Intake } from "../intake.ts";
import { toToastAnswer } from "../press-toast.ts";
import { mayPress } from "./buttons.ts";
import type { BotButton } from "./buttons.ts";
import { runThrough } from "./events.ts";
import type { PressAnswer } from "./events.ts";
import { toBotMessage } from "./message.ts";
import type { BotCommand, BotPerson } from "./message.ts";
import { checkAccess } from "./options.ts";
import type { BotErrorContext } from "./options.ts";
import type { LazyReply } from "./reply.ts";
import type { MessageTarget } from "../send.ts";
import { sayShortly, showWaiting } from "../short-words.ts";
import { botStrings } from "./strings.ts";
import { Turns } from "./turns.ts";
import type { Asked, TurnPlace, TurnsOptions } from "./turns.ts";

/** A question in its turn. */
interface Question extends Asked {
  /** Pressed, not written. */
  readonly suggested?: string | undefined;
}

/** A press has to be answered within 2.5 s. */
const PRESS_WITHIN_MS = 2_000;

/** Takes what a bot receives, keeps each conversation in order, runs handlers, and sees to it that every reply ends. */
export class BotWork<Value> implements FeishuListener {
  readonly #options: TurnsOptions<Value>;
  readonly #intake: Intake;
  readonly #languages: ChatLanguages;
  readonly #turns: Turns<Value>;
  readonly #queue: QuestionQueue<Question>;

  constructor(options: TurnsOptions<Value>) {
    this.#options = options;
    const { bot, instance } = options;
    const { delivery } = instance;
    const { clock, logger } = delivery;
    this.#intake = new Intake({ instance, access: checkAccess(bot.access), resolveNames: bot.resolveSenderNames });
    this.#languages = new ChatLanguages(bot);
    checkSettings({ rolloverChars: bot.card?.maxChars, flushMs: bot.card?.flushMs });
    this.#turns = new Turns(options);
    this.#queue = new QuestionQueue({
      take: "one",
      clock,
      logger,
      showWaiting: ({ from, suggested }) =>
        suggested === undefined ? showWaiting(delivery, from.messageId) : undefined,
      reread: (question) => this.#asItStands(question),
      answer: async (_key, [question]) => {
        if (question !== undefined) await this.#answer(question);
      },
      refuse: (question) => this.#say(question, "stoppingUnanswered"),
    });
  }

  async onMessage(from: FeishuInboundMessage): Promise<void> {
    if (!this.#intake.admits(from)) return;
    const question: Question = await this.#read(from);
    if (this.#queue.isStopping) this.#turns.track(this.#say(question, "stoppingUnanswered"));
    else if (!this.#queue.ask(question.message.conversationId, question))
      this.#turns.track(this.#say(question, "tooManyWaiting"));
  }

  async onCardAction(action: FeishuCardAction): Promise<FeishuCardActionAnswer | undefined> {
    const { openId } = action.operator;
    const held = this.#turns.buttons.find(action.value);
    if (typeof held === "string") return toToastAnswer(pressAnswers[held]);
    const { turn, deed } = held;
    const asked = this.#turns.about(turn.messageId);
    if (asked !== undefined && !this.#intake.mayAct(asked.from, openId)) return undefined;
    if (!mayPress(held, openId)) return toToastAnswer(pressAnswers.foreign);
    if (held.used) return toToastAnswer(pressAnswers.used);
    const person = this.#person(openId);
    if (deed.kind === "stop") {
      if (turn.isOver) return toToastAnswer(pressAnswers.over);
      turn.stop("stopped", person.name);
      return toToastAnswer(pressAnswers.stopped);
    }
    // Such buttons appear when the answer has ended.
    if (!turn.isOver) return toToastAnswer(pressAnswers.running);
    if (asked === undefined || this.#queue.isStopping) return toToastAnswer(pressAnswers.outdated);
    const { messageId } = action;
    if (deed.kind === "ask" && !this.#askNext(asked, deed.question, openId)) return toToastAnswer(pressAnswers.running);
    held.used = held.once;
    if (deed.kind === "ask") return toToastAnswer(toToast({ toast: both("asking") }));
    if (deed.kind === "button") return this.#press(deed.button, asked, person, messageId);
    const { rating } = deed;
    const feedback = { rating, person, message: asked.message, answer: turn.reply.text, messageId };
    countFeedback(rating, { provider: "feishu", instance: this.#options.instance.name });
    this.#turns.track(this.#options.handlers.tell("feedback", (tell) => tell(feedback), asked.from.chatId));
    return toToastAnswer(toToast({ toast: both("thanks"), type: "success" }));
  }

  onReaction({ openId, messageId, added, emojiType, at }: FeishuReaction): void {
    const asked = this.#turns.about(messageId);
    const handlers = this.#options.handlers.of("reaction");
    // Bots' own have no person; about other messages nobody can say who may react.
    if (openId === undefined || asked === undefined || handlers.length === 0) return;
    if (!this.#intake.mayAct(asked.from, openId)) return;
    const { message } = asked;
    const reaction = { added, emoji: emojiType, person: this.#person(openId), messageId, message, at };
    this.#aside("reaction", this.#placeOf(asked, openId), async (reply) => {
      for (const handle of handlers) await handle(reaction, reply);
    });
  }

  onBotMembership({ added, chatId, chatName, operatorOpenId }: FeishuBotMembership): void {
    const { handlers } = this.#options;
    const person = operatorOpenId === undefined ? undefined : this.#person(operatorOpenId);
    const event = { chatId, chatName, person };
    if (!added) {
      this.#queue.forget(({ from }) => from.chatId === chatId);
      for (const turn of this.#turns.those((one) => one.chatId === chatId)) turn.stop("chat-lost");
      this.#turns.track(handlers.tell("left", (handle) => handle(event), chatId));
      return;
    }
    if (handlers.of("joined").length === 0) return;
    const askerId = operatorOpenId ?? "";
    if (!this.#intake.mayActIn(chatId, askerId)) return;
    const language = this.#languages.in(chatId);
    const target = { type: "chat", chatId } as const;
    this.#aside("joined", { chatId, target, language, asked: undefined, askerId }, async (reply) => {
      for (const handle of handlers.of("joined")) await handle(event, reply);
    });
  }

  onRecall({ messageId, chatId }: FeishuRecall): void {
    this.#queue.forget(({ from }) => from.messageId === messageId);
    for (const turn of this.#turns.those((one) => one.messageId === messageId)) turn.stop("recalled");
    const recalled = { messageId, chatId, message: this.#turns.about(messageId)?.message };
    this.#turns.track(this.#options.handlers.tell("recalled", (handle) => handle(recalled), chatId));
  }

  /** Resolves when no handler runs, nothing waits and every card has its final state. */
  async idle(): Promise<void> {
    await this.#queue.idle();
    await this.#turns.idle();
    // A press that ran beside may have asked the next question.
    await this.#queue.idle();
  }

  /**
   * Ends every reply as interrupted, tells who waits that no answer will come, and waits for both, 3.5 s at most. Idempotent.
   * @param received resolves when everything that has come was handed to this
   */
  stop(received: () => Promise<void>): Promise<void> {
    return this.#queue.stop(async () => {
      for (const turn of this.#turns.those(() => true)) turn.stop("interrupted");
      await received();
      await this.idle();
    });
  }

  async #read(from: FeishuInboundMessage): Promise<Asked> {
    const isCommand = this.#options.handlers.findCommand(from.commandText) !== undefined;
    const { chatId, text } = from;
    const topic = this.#intake.conversationOf(from);
    const about = {
      conversationId: topic === undefined ? chatId : `${chatId}:${topic}`,
      // A command's Latin letters say nothing about the language people speak here.
      language: isCommand ? this.#languages.in(chatId) : this.#languages.hear(chatId, text),
    };
    const { client } = this.#options.instance;
    const message = toBotMessage(client, from, await this.#intake.read(from), about);
    const asked = { from, message };
    this.#turns.note(asked);
    return asked;
  }

  async #asItStands(question: Question): Promise<Question | undefined> {
    if (question.suggested !== undefined) return question;
    const now = await this.#intake.again(question.from);
    if (now === question.from) return question;
    return now && this.#read(now);
  }

  /** One question, in its turn. */
  async #answer(asked: Question): Promise<void> {
    const { handlers } = this.#options;
    const found = handlers.findCommand(asked.from.commandText);
    const place = { ...this.#placeOf(asked, asked.from.sender.openId), suggested: asked.suggested };
    await this.#turns.run(found === undefined ? "message" : "command", place, async (reply) => {
      const command: BotCommand | undefined = found && { ...asked.message, command: found.name, args: found.args };
      const context = { message: command ?? asked.message, command: found?.name, reply };
      await runThrough(handlers.middleware, context, async () => {
        if (found !== undefined && command !== undefined) return found.handle(command, reply);
        for (const handle of handlers.of("message")) await handle(asked.message, reply);
      });
    });
  }

  async #press(
    button: BotButton<Value>,
    asked: Asked,
    person: BotPerson,
    messageId: string | undefined,
  ): Promise<FeishuCardActionAnswer | undefined> {
    const { handlers, instance } = this.#options;
    const press = { value: button.value, person, message: asked.message, messageId };
    const toPress = button.onPress === undefined ? handlers.of("press") : [button.onPress];
    const answered = Promise.withResolvers<PressAnswer>();
    this.#aside("press", this.#placeOf(asked, person.openId), async (reply) => {
      let answer: PressAnswer;
      try {
        // A handler that answers nothing leaves what an earlier one said.
        for (const handle of toPress) answer = (await handle(press, reply)) ?? answer;
      } finally {
        answered.resolve(answer);
      }
    });
    try {
      const answer = await withDeadline(
        instance.delivery.clock,
        PRESS_WITHIN_MS,
        "answering a press",
        () => answered.promise,
      );
      return answer && toToastAnswer(toToast(answer));
    } catch {
      return undefined;
    }
  }

  /** Asks what a button suggests, in the asker's name and in its turn; false when too many wait. */
  #askNext({ from, message }: Asked, question: string, openId: string): boolean {
    const sender = { ...from.sender, openId };
    const asked: Question = {
      from: { ...from, sender, text: question, commandText: question, attachments: [], mentions: [] },
      message: { ...message, text: question, attachments: [], mentions: [], quotes: [] },
      suggested: question,
    };
    return this.#queue.ask(message.conversationId, asked);
  }

  /** Runs handlers that do not wait for the chat's turn. */
  #aside(
    during: BotErrorContext["during"],
    place: TurnPlace,
    handle: (reply: LazyReply<Value>) => Promise<void>,
  ): void {
    if (!this.#queue.isStopping) this.#turns.track(this.#turns.run(during, place, handle));
  }

  #placeOf(asked: Asked, askerId: string): TurnPlace {
    const { from, message } = asked;
    const target = this.#targetOf(from);
    return { chatId: from.chatId, target, language: message.language, asked, askerId };
  }

  /** In groups and topics an answer says what it answers. */
  #targetOf(from: FeishuInboundMessage): MessageTarget {
    const isPlain = from.chatType === "direct" && from.threadId === undefined;
    return isPlain ? { type: "chat", chatId: from.chatId } : this.#intake.answerTo(from);
  }

  #person(openId: string): BotPerson {
    return { openId, name: this.#intake.nameOf(openId) };
  }

  #say({ from, message }: Asked, what: "tooManyWaiting" | "stoppingUnanswered"): Promise<void> {
    const place = { to: this.#targetOf(from), chatId: from.chatId };
    return sayShortly(this.#options.instance.delivery, place, botStrings[message.language][what]);
  }
}

/** A word of the bot's in both languages: a toast's is chosen by the reader's own. */
const both = (word: "asking" | "thanks"): { en: string; zh: string } => ({
  en: botStrings.en[word],
  zh: botStrings.zh[word],
});

const toToast = ({ toast, type = "info" }: NonNullable<PressAnswer>): CardActionAnswer => ({
  toast: { type, text: typeof toast === "string" ? { en: toast, zh: toast } : toast },
});
