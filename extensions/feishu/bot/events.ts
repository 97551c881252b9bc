import type { Localized } from "../../../src/plugin-sdk/index.ts";
import type { DeliveryResult } from "../../../src/stream/index.ts";
import type { BotCommand, BotMessage, BotPerson } from "./message.ts";
import type { BotReply } from "./reply.ts";

/** A press on a button of a reply by somebody who may press it. */
export interface BotPress<Value> {
  /** What the button was made with; the very same value, which never left this process, or of a kept button one like it. */
  readonly value: Value;
  readonly person: BotPerson;
  /** The question whose answer carries the button; of a kept one as Feishu has it now, without words when it does not give it. */
  readonly message: BotMessage;
  /** The card's message. */
  readonly messageId: string | undefined;
}

/** What the person who pressed sees for a moment; undefined: nothing. Given later than 2 s after the press it is not shown. */
export type PressAnswer =
  | { readonly toast: string | Localized; readonly type?: "info" | "success" | "warning" | "error" | undefined }
  | undefined;

/** An emoji was put on a question or an answer of this process, or taken off. */
export interface BotReaction {
  readonly added: boolean;
  /** Feishu's name of it, for example `THUMBSUP`. */
  readonly emoji: string;
  readonly person: BotPerson;
  /** The message that carries it: the question itself, or a card that answers it. */
  readonly messageId: string;
  /** The question. */
  readonly message: BotMessage;
  /** Wall-clock ms. */
  readonly at: number;
}

/** The bot was put into a group. */
export interface BotJoined {
  readonly chatId: string;
  readonly chatName: string;
  /** Who did it. */
  readonly person: BotPerson | undefined;
}

/** The bot was taken out of a group; replies that were being written there have ended. */
export interface BotLeft extends BotJoined {}

/** A message was taken back; a reply to it that was being written has ended. */
export interface BotRecalled {
  readonly messageId: string;
  readonly chatId: string;
  /** What it said, while this process remembers it. */
  readonly message: BotMessage | undefined;
}

/** A reply has its final state. */
export interface BotAnswered {
  /** The question; undefined for a reply to having joined. */
  readonly message: BotMessage | undefined;
  /** What the reader sees of it, truthful also when something is missing. */
  readonly result: DeliveryResult;
}

/** Somebody rated an answer (`card.feedback`). The same person may change their mind: what came last counts. */
export interface BotFeedback {
  readonly rating: "up" | "down";
  readonly person: BotPerson;
  /** The question whose answer is rated. */
  readonly message: BotMessage;
  /** The answer as far as it came. */
  readonly answer: string;
  /** The card's message. */
  readonly messageId: string | undefined;
}

type Handled<T> = T | Promise<T>;

/** Answers. What it throws ends the card with the text it has and an honest note. */
export type MessageHandler<Value> = (message: BotMessage, reply: BotReply<Value>) => Handled<void>;

/** Answers a command. A text that it gives back is sent as a plain message, without a card. */
export type CommandHandler<Value> = (message: BotCommand, reply: BotReply<Value>) => Handled<string | void>;

/** How a command is dealt with. */
export interface CommandOptions {
  /** Answered at once, also while an answer is being written in the conversation. @defaultValue false: in its turn */
  readonly whileBusy?: boolean | undefined;
}

/** What can be listened to; several handlers of one kind run one after the other, in the order in which they were added. */
export interface BotHandlers<Value> {
  message: MessageHandler<Value>;
  press(press: BotPress<Value>, reply: BotReply<Value>): Handled<PressAnswer | void>;
  reaction(reaction: BotReaction, reply: BotReply<Value>): Handled<void>;
  joined(joined: BotJoined, reply: BotReply<Value>): Handled<void>;
  left(left: BotLeft): Handled<void>;
  recalled(recalled: BotRecalled): Handled<void>;
  answered(answered: BotAnswered): Handled<void>;
  feedback(feedback: BotFeedback): Handled<void>;
}

/** What passes through middleware: a message or a command on its way to its handler. */
export interface BotContext<Value> {
  readonly message: BotMessage | BotCommand;
  /** The command's name; undefined for a message. */
  readonly command: string | undefined;
  readonly reply: BotReply<Value>;
}

/** Runs around the handlers of messages and commands. Without `next` they are not reached; what they throw passes through it. */
export type BotMiddleware<Value> = (context: BotContext<Value>, next: () => Promise<void>) => Handled<void>;

/** Middleware around a handler, the first added outermost. @throws Error when `next` is called twice, and what any of them throws */
export async function runThrough<Value>(
  middleware: readonly BotMiddleware<Value>[],
  context: BotContext<Value>,
  handle: () => Promise<void>,
): Promise<void> {
  const run = async (index: number): Promise<void> => {
    const layer = middleware[index];
    if (layer === undefined) return handle();
    let called = false;
    await layer(context, async () => {
      if (called) throw new Error("next() was called twice in one middleware");
      called = true;
      await run(index + 1);
    });
  };
  await run(0);
}
