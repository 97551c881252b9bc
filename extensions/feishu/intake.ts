import { admitMessage, CARDSTREAM, conversationOf, readAccess, repliesInThread } from "./config/index.ts";
import type { FeishuAccountConfig } from "./config/index.ts";
import { BotLoopGuard } from "./inbound/index.ts";
import type { FeishuInboundMessage } from "./inbound/index.ts";
import type { FeishuInstance } from "./instance.ts";
import { MessageReader } from "./message-reader.ts";
import type { MessageReaderOptions, ReadMessage } from "./message-reader.ts";
import { PersonNames } from "./person-names.ts";
import type { MessageTarget } from "./send.ts";

/** What an {@link Intake} works with. */
export interface IntakeOptions extends Pick<MessageReaderOptions, "resolveNames" | "namesLaterInDirectChats"> {
  readonly instance: FeishuInstance;
  /** Who may talk to the bot, and where; checked. */
  readonly access: FeishuAccountConfig;
}

/** The way in, for every program of ours: who may talk to a bot, what their message stands for, and where its answer goes. */
export class Intake {
  readonly #access: FeishuAccountConfig;
  readonly #instance: FeishuInstance;
  readonly #names: PersonNames;
  readonly #reader: MessageReader;
  readonly #loops: BotLoopGuard;

  constructor({ instance, access, ...reading }: IntakeOptions) {
    const { client, delivery } = instance;
    const { clock, logger } = delivery;
    this.#access = access;
    this.#instance = instance;
    this.#names = new PersonNames(client, logger);
    this.#reader = new MessageReader({ ...reading, client, names: this.#names, logger });
    this.#loops = new BotLoopGuard({ clock });
  }

  /** Whether a message is for the bot; to be asked once of each, since bots that answer each other are counted. */
  admits(message: FeishuInboundMessage): boolean {
    const reason = this.#refusal(message);
    if (reason === undefined) return this.#loops.allows(message);
    const { messageId } = message;
    this.#instance.delivery.logger.debug("a message is not for the bot", { reason, messageId });
    return false;
  }

  /** Whether a message looks like one for the bot; {@link admits} has the last word. */
  mayAdmit(message: FeishuInboundMessage): boolean {
    return this.#refusal(message) === undefined;
  }

  /** Whether a person may talk to the bot where a message was said. Who acts on something need not mention the bot. */
  mayAct(where: FeishuInboundMessage, openId: string): boolean {
    return this.#refusal({ ...where, sender: { openId, type: "user" }, mentionedBot: true }) === undefined;
  }

  /** Whether a person may talk to the bot in a group. */
  mayActIn(chatId: string, openId: string): boolean {
    return this.mayAct(inGroup(this.#instance.name, chatId), openId);
  }

  /** What a message stands for. Never rejects. */
  read(message: FeishuInboundMessage): Promise<ReadMessage> {
    return this.#reader.read(message);
  }

  /** A message that waited, as it stands now: {@link MessageReader.again}. */
  again(message: FeishuInboundMessage): Promise<FeishuInboundMessage | undefined> {
    return this.#reader.again(message);
  }

  /** The name of a person, where it is known already. */
  nameOf(openId: string): string | undefined {
    return this.#names.get(openId);
  }

  /** Which conversation of its chat a message belongs to; undefined: the chat's own. */
  conversationOf(message: FeishuInboundMessage): string | undefined {
    return conversationOf(message, this.#access);
  }

  /** Where what answers a message goes; an answer to a message of a topic stays in it by itself, `inThread` opens one where there is none. */
  answerTo({
    chatId,
    messageId,
    threadId,
  }: Pick<FeishuInboundMessage, "chatId" | "messageId" | "threadId">): MessageTarget {
    return { type: "reply", messageId, inThread: threadId !== undefined || repliesInThread(this.#access, chatId) };
  }

  #refusal(message: FeishuInboundMessage): string | undefined {
    const admission = admitMessage(message, readAccess(message, this.#access, CARDSTREAM));
    return admission.admitted ? undefined : admission.reason;
  }
}

/** A group as a message's place, where no message was said. */
const inGroup = (accountId: string, chatId: string): FeishuInboundMessage => ({
  accountId,
  messageId: "",
  chatId,
  chatType: "group",
  sender: { openId: "", type: "user" },
  createdAt: 0,
  type: "",
  text: "",
  commandText: "",
  mentionedBot: true,
  mentionAll: false,
  mentions: [],
  attachments: [],
  raw: undefined,
});
