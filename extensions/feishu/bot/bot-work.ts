import type { CardActionAnswer } from "../../../src/plugin-sdk/index.ts";
import { BotCore } from "../bot-core.ts";
import type { BotDuties, Person } from "../bot-core.ts";
import { checkSettings } from "../delivery/index.ts";
import type {
  FeishuBotMembership,
  FeishuCardAction,
  FeishuInboundMessage,
  FeishuReaction,
  FeishuRecall,
} from "../inbound/index.ts";
import { ChatLanguages } from "../chat-languages.ts";
import type { ReadMessage } from "../message-reader.ts";
import { openBotJournal } from "../transport.ts";
import { runThrough } from "./events.ts";
import { KeptButtons } from "./kept-buttons.ts";
import { PressedFolder } from "./pressed-folder.ts";
import type { HandlerBook } from "./handler-book.ts";
import { toBotMessage } from "./message.ts";
import type { BotCommand, BotMessage } from "./message.ts";
import { checkAccess } from "./options.ts";
import type { BotErrorContext, BotOptions } from "./options.ts";
import { BotPresses } from "./presses.ts";
import type { LazyReply } from "./reply.ts";
import type { SharedBot, SharedWork } from "./shared-bot.ts";
import type { MessageTarget } from "../send.ts";
import { botStrings } from "./strings.ts";
import { Turns } from "./turns.ts";
import type { Asked, Question, TurnPlace } from "./turns.ts";

/** What the handlers of a bot have to do with what its core receives; sees to it that every reply ends. */
export class BotWork<Value> implements BotDuties<Question>, SharedWork {
  readonly take = "one";
  readonly core: BotCore<Question>;
  readonly #handlers: HandlerBook<Value>;
  readonly #languages: ChatLanguages;
  readonly #turns: Turns<Value>;
  readonly #presses: BotPresses<Value>;
  readonly #shared: SharedBot | undefined;

  constructor(bot: BotOptions, handlers: HandlerBook<Value>, shared: SharedBot | undefined) {
    checkSettings({ rolloverChars: bot.card?.maxChars, flushMs: bot.card?.flushMs });
    const access = checkAccess(bot.access);
    this.#handlers = handlers;
    this.#languages = new ChatLanguages(bot);
    this.#shared = shared;
    const { resolveSenderNames: resolveNames, dedupe = shared?.dedupe } = bot;
    // Where processes share what they have open, another one may be going on with it.
    const journal = shared === undefined ? openBotJournal(bot) : undefined;
    this.core = new BotCore({ ...bot, access, resolveNames, journal, shared, dedupe, duties: this });
    const { clock } = this.core.instance.delivery;
    const pressed = dedupe ?? (bot.stateDir === undefined ? undefined : new PressedFolder(bot.stateDir, clock));
    const kept = new KeptButtons<Value>({ core: this.core, pressed });
    this.#turns = new Turns({ bot, core: this.core, handlers, kept, shared });
    this.#presses = new BotPresses({
      core: this.core,
      turns: this.#turns,
      handlers,
      kept,
      shared,
      read: async (from) => this.toQuestion(from, await this.core.intake.read(from)),
      run: (asked, openId, handle) => this.#aside("press", this.#placeOf(asked, openId), handle),
    });
  }

  toQuestion(from: FeishuInboundMessage, read: ReadMessage): Question {
    const isCommand = this.#handlers.findCommand(from.commandText) !== undefined;
    const { chatId, text } = from;
    const topic = this.core.intake.conversationOf(from);
    const about = {
      conversationId: topic === undefined ? chatId : `${chatId}:${topic}`,
      // A command's Latin letters say nothing about the language people speak here.
      language: isCommand ? this.#languages.in(chatId) : this.#languages.hear(chatId, text),
    };
    const asked = { from, message: toBotMessage(this.core.instance.client, from, read, about) };
    this.#turns.note(asked);
    return asked;
  }

  onQuestion(question: Question): void {
    const { questions } = this.core;
    const { messageId } = question.message;
    if (this.#shared?.wasInterrupted(messageId) === true) {
      questions.beside(question, () => this.#say(question, "interruptedUnanswered"));
      return;
    }
    this.#shared?.asked(messageId);
    const found = this.#handlers.findCommand(question.from.commandText);
    if (questions.isStopping) questions.beside(question, () => this.refuse(question));
    else if (found?.whileBusy === true) questions.beside(question, () => this.#answer(question));
    else if (!questions.ask(question.message.conversationId, question))
      questions.beside(question, () => this.#say(question, "tooManyWaiting"));
  }

  settled(question: Question, left: boolean): void {
    // What nobody else knows of, nobody else answers.
    if (!this.#isSettled(question, left) && left) this.#turns.track(this.#say(question, "interruptedUnanswered"));
  }

  /** @returns whether it came from the queue that processes share */
  #isSettled({ message, question }: Question, left: boolean): boolean {
    // What was pressed, and not written, stands in no queue.
    return question === undefined && this.#shared?.settled(message.messageId, left) === true;
  }

  async answer(_key: string, [question]: readonly Question[]): Promise<void> {
    if (question !== undefined) await this.#answer(question);
  }

  async refuse(question: Question): Promise<void> {
    if (!this.#isSettled(question, true)) await this.#say(question, "stoppingUnanswered");
  }

  onPress(action: FeishuCardAction, person: Person): Promise<CardActionAnswer> {
    return this.#presses.take(action, person);
  }

  onReaction(reaction: FeishuReaction): void {
    const shared = this.#shared;
    if (shared === undefined || this.#turns.about(reaction.messageId) !== undefined) this.onToldReaction(reaction);
    else if (this.#handlers.of("reaction").length > 0) this.#turns.track(shared.tellReaction(reaction));
  }

  onToldReaction({ openId, messageId, added, emojiType, at }: FeishuReaction): void {
    const asked = this.#turns.about(messageId);
    const handlers = this.#handlers.of("reaction");
    // Bots' own have no person; about other messages nobody can say who may react.
    if (openId === undefined || asked === undefined || handlers.length === 0) return;
    if (!this.core.intake.mayAct(asked.from, openId)) return;
    const { message } = asked;
    const reaction = { added, emoji: emojiType, person: this.core.person(openId), messageId, message, at };
    this.#aside("reaction", this.#placeOf(asked, openId), async (reply) => {
      for (const handle of handlers) await handle(reaction, reply);
    });
  }

  onMembership({ added, chatId, chatName, operatorOpenId }: FeishuBotMembership): void {
    const handlers = this.#handlers;
    const person = operatorOpenId === undefined ? undefined : this.core.person(operatorOpenId);
    const event = { chatId, chatName, person };
    if (!added) {
      for (const turn of this.#turns.those((one) => one.chatId === chatId)) turn.stop("chat-lost");
      this.#turns.track(handlers.tell("left", (handle) => handle(event), chatId));
      return;
    }
    if (handlers.of("joined").length === 0) return;
    const askerId = operatorOpenId ?? "";
    if (!this.core.intake.mayActIn(chatId, askerId)) return;
    const language = this.#languages.in(chatId);
    const target = { type: "chat", chatId } as const;
    this.#aside("joined", { chatId, target, language, asked: undefined, askerId }, async (reply) => {
      for (const handle of handlers.of("joined")) await handle(event, reply);
    });
  }

  onRecall({ messageId, chatId }: FeishuRecall): void {
    for (const turn of this.#turns.those((one) => one.asked?.messageId === messageId)) turn.stop("recalled");
    const recalled = { messageId, chatId, message: this.#turns.about(messageId)?.message };
    this.#turns.track(this.#handlers.tell("recalled", (handle) => handle(recalled), chatId));
  }

  handOver(chatId?: string): void {
    const { questions } = this.core;
    if (chatId === undefined) questions.drop(undefined, true);
    else questions.loseChat(chatId, true);
    for (const turn of this.#turns.those((one) => chatId === undefined || one.chatId === chatId)) turn.handOver();
  }

  leaveWaiting(): void {
    this.core.questions.drop(undefined, true);
  }

  /** Does for who wrote a message what Stop does, in its conversation. @returns whether there was anything to end */
  cancel({ messageId, conversationId, sender }: BotMessage): boolean {
    const own = this.#turns.those(
      (turn) =>
        turn.asked?.conversationId === conversationId &&
        turn.askerId === sender.openId &&
        turn.asked.messageId !== messageId,
    );
    if (own.length > 0) this.core.questions.drop(conversationId);
    for (const turn of own) turn.stop("stopped", sender.name);
    return own.length > 0;
  }

  interrupt(): void {
    for (const turn of this.#turns.those(() => true)) turn.stop("interrupted");
  }

  idle(): Promise<void> {
    return this.#turns.idle();
  }

  /** One question; its command, if it is one. */
  async #answer(asked: Question): Promise<void> {
    if (asked.question === undefined && (await this.#shared?.begin(asked.from.messageId)) === false) return;
    const found = this.#handlers.findCommand(asked.from.commandText);
    const place = { ...this.#placeOf(asked, asked.from.sender.openId), suggested: asked.question };
    await this.#turns.run(found === undefined ? "message" : "command", place, async (reply) => {
      const command: BotCommand | undefined = found && { ...asked.message, command: found.name, args: found.args };
      const context = { message: command ?? asked.message, command: found?.name, reply };
      await runThrough(this.#handlers.middleware, context, async () => {
        if (found === undefined || command === undefined) {
          for (const handle of this.#handlers.of("message")) await handle(asked.message, reply);
          return;
        }
        const text = await found.handle(command, reply);
        if (typeof text === "string" && text.trim() !== "")
          await this.core.say({ to: place.target, chatId: place.chatId }, text);
      });
    });
  }

  /** Runs handlers that do not wait for the chat's turn. */
  #aside(
    during: BotErrorContext["during"],
    place: TurnPlace,
    handle: (reply: LazyReply<Value>) => Promise<void>,
  ): void {
    if (!this.core.questions.isStopping) this.#turns.track(this.#turns.run(during, place, handle));
  }

  #placeOf(asked: Asked, askerId: string): TurnPlace {
    const { from, message } = asked;
    const target = this.#targetOf(from);
    return { chatId: from.chatId, target, language: message.language, asked, askerId };
  }

  /** In groups and topics an answer says what it answers. */
  #targetOf(from: FeishuInboundMessage): MessageTarget {
    const isPlain = from.chatType === "direct" && from.threadId === undefined;
    return isPlain ? { type: "chat", chatId: from.chatId } : this.core.intake.answerTo(from);
  }

  #say(
    { from, message }: Asked,
    what: "tooManyWaiting" | "stoppingUnanswered" | "interruptedUnanswered",
  ): Promise<void> {
    const place = { to: this.#targetOf(from), chatId: from.chatId };
    return this.core.say(place, botStrings[message.language][what]);
  }
}
