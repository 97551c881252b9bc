import { createHash } from "node:crypto";
import { errorName } from "../../../src/log/index.ts";
import type { Logger } from "../../../src/log/index.ts";
import type { SharedIntake } from "../../../src/plugin-sdk/index.ts";
import { DeadlineError, withDeadline } from "../../../src/time/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { toCallbackAnswer, toCardAction } from "./card-action.ts";
import { ChatQueue } from "./chat-queue.ts";
import { MemoryDedupe } from "./dedupe.ts";
import type { DedupeStore } from "./dedupe.ts";
import { openEnvelope } from "./envelope.ts";
import type { FeishuEnvelope } from "./envelope.ts";
import type { FeishuListener } from "./listener.ts";
import type { FeishuInboundMessage } from "./message.ts";
import { toBotMembership, toChatEntered, toReaction, toRecall } from "./notices.ts";
import { toInboundMessage } from "./parse-message.ts";

/** How to make a {@link FeishuReceiver}. */
export interface FeishuReceiverOptions {
  readonly accountId: string;
  readonly appId: string;
  readonly listener: FeishuListener;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The bot's open_id, when it is known already; a connection sets it when it starts. */
  readonly botOpenId?: string | undefined;
  /** Puts events where they survive this process before Feishu is told that they arrived. @defaultValue they are told at once */
  readonly shared?: SharedIntake | undefined;
  /** @defaultValue in this process's memory */
  readonly dedupe?: DedupeStore | undefined;
  /** How long a message or event is remembered. Feishu's last redelivery comes about 7 h after the first. @defaultValue 12 h */
  readonly dedupeForMs?: number | undefined;
  /** Messages older than this are dropped: a person does not wait for their answer any more. @defaultValue 30 minutes */
  readonly staleAfterMs?: number | undefined;
}

/** Feishu gives up on an answer after 3 s, the way there and back included. */
const ANSWER_WITHIN_MS = 2_500;
/** A message that comes again under another id comes soon. */
const SAID_FOR_MS = 10 * 60_000;
/** A store that hangs must not hold up a chat, nor a card action beyond its time. */
const CLAIM_WITHIN_MS = 1_500;

/** Takes the envelopes of one app, from whichever transport, and tells the listener about each event once and in order. */
export class FeishuReceiver {
  /** The bot's open_id; mentions of it are recognised from when it is set. */
  botOpenId: string | undefined;
  /** The bot's name; a mention without any id that has it is of the bot. */
  botName: string | undefined;
  readonly #options: FeishuReceiverOptions;
  readonly #dedupe: DedupeStore;
  /** What was said, whatever its message id. */
  readonly #said: MemoryDedupe;
  readonly #queue = new ChatQueue();

  constructor(options: FeishuReceiverOptions) {
    this.#options = options;
    this.botOpenId = options.botOpenId;
    this.#dedupe = options.dedupe ?? new MemoryDedupe(options.clock);
    this.#said = new MemoryDedupe(options.clock);
  }

  /** The account whose events these are. */
  get accountId(): string {
    return this.#options.accountId;
  }

  /**
   * Takes one envelope. Resolves with the answer to send back as JSON: at once for events, which are handled afterwards, and within
   * 2.5 s for card actions. Rejects only when an event may be in the shared intake or not: then Feishu must send it again.
   */
  async receive(body: unknown): Promise<object> {
    const envelope = openEnvelope(body);
    if (envelope === undefined) {
      this.#options.logger.warn("an event without an envelope was dropped", { accountId: this.accountId });
      return {};
    }
    if (envelope.appId !== undefined && envelope.appId !== this.#options.appId) {
      this.#options.logger.warn("an event of another app was dropped", {
        accountId: this.accountId,
        type: envelope.type,
      });
      return {};
    }
    if (envelope.type === "card.action.trigger") return this.#answerAction(envelope);
    const event = this.#options.shared && this.#toIntake(envelope);
    if (event !== undefined && (await this.#options.shared?.take({ ...event, body })) === "taken") return {};
    void this.#dispatch(envelope);
    return {};
  }

  /** Tells the listener of an event that {@link SharedIntake} took: it is known to be new. Resolves when that is done. Never rejects. */
  async replay(body: unknown): Promise<void> {
    const envelope = openEnvelope(body);
    if (envelope !== undefined) await this.#dispatch(envelope, true);
  }

  /** What happened in a chat goes to who answers there. */
  #toIntake(envelope: FeishuEnvelope): { chatId: string; id: string } | undefined {
    switch (envelope.type) {
      case "im.message.receive_v1": {
        const message = toInboundMessage(envelope, this);
        if (message !== undefined) this.#options.listener.onComing?.(message);
        return message && { chatId: message.chatId, id: message.messageId };
      }
      case "im.message.recalled_v1": {
        const recall = toRecall(envelope, this.accountId);
        return recall && { chatId: recall.chatId, id: `event:${envelope.eventId}` };
      }
      case "im.chat.member.bot.deleted_v1": {
        const lost = toBotMembership(envelope, this.accountId);
        return lost && { chatId: lost.chatId, id: `event:${envelope.eventId}` };
      }
      default:
        return undefined;
    }
  }

  /** Resolves when everything received so far was told. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /** @param isNew it was asked already whether anybody took it before */
  #dispatch(envelope: FeishuEnvelope, isNew = false): Promise<void> {
    const { listener } = this.#options;
    switch (envelope.type) {
      case "im.message.receive_v1":
        return this.#message(envelope, isNew);
      case "im.message.reaction.created_v1":
      case "im.message.reaction.deleted_v1":
        return this.#notice(envelope, toReaction(envelope, this.accountId), (it) => listener.onReaction?.(it), isNew);
      case "im.chat.member.bot.added_v1":
      case "im.chat.member.bot.deleted_v1":
        return this.#notice(
          envelope,
          toBotMembership(envelope, this.accountId),
          (it) => listener.onBotMembership?.(it),
          isNew,
        );
      case "im.message.recalled_v1":
        return this.#notice(envelope, toRecall(envelope, this.accountId), (it) => listener.onRecall?.(it), isNew);
      case "im.chat.access_event.bot_p2p_chat_entered_v1":
        return this.#notice(
          envelope,
          toChatEntered(envelope, this.accountId),
          (it) => listener.onChatEntered?.(it),
          isNew,
        );
      default:
        this.#options.logger.debug("an event nobody handles", { accountId: this.accountId, type: envelope.type });
        return Promise.resolve();
    }
  }

  #message(envelope: FeishuEnvelope, isNew: boolean): Promise<void> {
    const { clock, listener, logger } = this.#options;
    const message = toInboundMessage(envelope, this);
    if (message === undefined) {
      logger.warn("a message that could not be read was dropped", {
        accountId: this.accountId,
        eventId: envelope.eventId,
      });
      return Promise.resolve();
    }
    // Redelivered messages may come with another event id, so the message id decides.
    const key = isNew ? undefined : `message:${message.messageId}`;
    return this.#once(message.chatId, key, envelope.type, async () => {
      const ageMs = clock.wallNow() - message.createdAt;
      if (message.createdAt > 0 && ageMs > (this.#options.staleAfterMs ?? 30 * 60_000)) {
        logger.info("a message that came too late was dropped", {
          accountId: this.accountId,
          messageId: message.messageId,
          ageMs,
        });
        return;
      }
      if (message.sender.openId !== "" && message.sender.openId === this.botOpenId) return;
      if (message.createdAt > 0 && !isNew && !this.#said.claim(fingerprint(message), SAID_FOR_MS)) {
        logger.debug("a message that came again under another id was dropped", { accountId: this.accountId });
        return;
      }
      await listener.onMessage?.(message);
    });
  }

  #notice<T extends object>(
    envelope: FeishuEnvelope,
    event: T | undefined,
    tell: (event: T) => void | Promise<void>,
    isNew: boolean,
  ): Promise<void> {
    if (event === undefined) {
      this.#options.logger.warn("an event that could not be read was dropped", {
        accountId: this.accountId,
        type: envelope.type,
      });
      return Promise.resolve();
    }
    const chatId = "chatId" in event ? String(event.chatId) : "";
    const key = isNew ? undefined : `event:${envelope.eventId}`;
    return this.#once(chatId, key, envelope.type, async () => tell(event));
  }

  /** In the chat's turn, and if nobody took `key` before. */
  #once(chatId: string, key: string | undefined, type: string, work: () => Promise<void>): Promise<void> {
    const { logger } = this.#options;
    return this.#queue.add(chatId, async () => {
      try {
        if (key === undefined || (await this.#claim(key))) await work();
        else logger.debug("a redelivered event was dropped", { accountId: this.accountId, type });
      } catch (error) {
        logger.error("the handler of an event failed", { accountId: this.accountId, type, error: nameOf(error) });
      }
    });
  }

  async #claim(key: string): Promise<boolean> {
    const { appId, clock, logger, dedupeForMs } = this.#options;
    try {
      const claim = this.#dedupe.claim(`feishu:${appId}:${key}`, dedupeForMs ?? 12 * 3_600_000);
      return typeof claim === "boolean" ? claim : await withDeadline(clock, CLAIM_WITHIN_MS, "dedupe", () => claim);
    } catch (error) {
      // Better answered twice than never.
      logger.error("the dedupe store failed; the event is taken", { accountId: this.accountId, error: nameOf(error) });
      return true;
    }
  }

  async #answerAction(envelope: FeishuEnvelope): Promise<object> {
    const { clock, listener, logger } = this.#options;
    const action = toCardAction(envelope, this.accountId);
    if (action === undefined) {
      logger.warn("a card action that could not be read was dropped", {
        accountId: this.accountId,
        eventId: envelope.eventId,
      });
      return {};
    }
    const answer = async (): Promise<object> => {
      if (!(await this.#claim(`action:${action.eventId}`))) return {};
      return toCallbackAnswer(await listener.onCardAction?.(action));
    };
    try {
      return await withDeadline(clock, ANSWER_WITHIN_MS, "card action", answer);
    } catch (error) {
      const late = error instanceof DeadlineError;
      logger.error(late ? "a card action was not answered in time" : "the handler of a card action failed", {
        accountId: this.accountId,
        error: nameOf(error),
      });
      return {};
    }
  }
}

/** The same for one message however often it is sent: nobody says the same twice in the same millisecond. */
function fingerprint({ chatId, threadId, sender, createdAt, type, text, attachments }: FeishuInboundMessage): string {
  const facts = [chatId, threadId ?? "", sender.openId, createdAt, type, text, attachments];
  return createHash("sha256").update(JSON.stringify(facts)).digest("base64url");
}

/** An error's kind for the log; its message might quote people's text. */
function nameOf(error: unknown): string {
  return errorName(error);
}
