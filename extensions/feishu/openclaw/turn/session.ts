import { join } from "node:path";
import { LRUCache } from "lru-cache";
import { withDeadline } from "../../../../src/time/index.ts";
import { wordlessMessage } from "../../../../src/plugin-sdk/index.ts";
import { toPersonLabel } from "../../inbound/index.ts";
import type {
  FeishuAttachment,
  FeishuBotMembership,
  FeishuCardAction,
  FeishuCardActionAnswer,
  FeishuInboundMessage,
  FeishuReaction,
  FeishuRecall,
} from "../../inbound/index.ts";
import { MessageReader } from "../../message-reader.ts";
import type { QuotedMessage } from "../../message-reader.ts";
import { PersonNames } from "../../person-names.ts";
import { OPENCLAW, originalId, readAccess } from "../../config/index.ts";
import { ChatKinds } from "../account/chat-kinds.ts";
import { GroupHistory } from "./group-history.ts";
import { saveInboundMedia } from "./inbound-media.ts";
import type { SavedMedia } from "./inbound-media.ts";
import { mediaMaxBytes, sendWholeText } from "../outbound/message-sender.ts";
import { OpenCards } from "./open-cards.ts";
import { asData, inertJson } from "../outbound/press-command.ts";
import { readPress } from "../outbound/presentation-card.ts";
import { pressElsewhere } from "./press-elsewhere.ts";
import { Reactions } from "./reactions.ts";
import { runAgain } from "./run-again.ts";
import { SentMessages } from "../account/sent-messages.ts";
import { logFailure, sendContextOf } from "./session-parts.ts";
import type { Incoming, SessionParts } from "./session-parts.ts";
import { isUnheardStop } from "./stop-request.ts";
import { admit, toContextRequest } from "./turn-request.ts";
import type { Origin, Quote } from "./turn-request.ts";
import { TurnRunner } from "./turn-runner.ts";
import type { Unanswered } from "./unanswered.ts";

/** A disk that does not answer must not keep the host from stopping. */
const LIST_MS = 1_000;

/** What one account's session needs. */
export interface AccountSessionOptions extends Omit<SessionParts, "names" | "sent" | "openCards"> {
  /** Told when a message goes to the host. */
  readonly onInbound: () => void;
  /** Told of each message that nobody had begun to answer when the session was closed. */
  readonly onUnanswered: (left: Unanswered) => void;
}

/** One account at work: messages and card actions in, turns of the host out. */
export class AccountSession {
  readonly #parts: SessionParts;
  readonly #onInbound: () => void;
  readonly #turns: TurnRunner;
  readonly #chats: ChatKinds;
  readonly #reader: MessageReader;
  readonly #reactions: Reactions;
  readonly #history: GroupHistory;
  /** First messages of topics that a session was told of. */
  readonly #topics = new LRUCache<string, true>({ max: 2_000 });
  readonly #onUnanswered: (left: Unanswered) => void;
  /** Messages whose turn has not begun. */
  readonly #taken = new Set<Unanswered>();
  #closed = false;

  constructor({ onInbound, onUnanswered, ...options }: AccountSessionOptions) {
    const { account, lease, runtime, logger } = options;
    const path = join(runtime.state.resolveStateDir(), "feishu", `open-cards-${account.accountId}.json`);
    const names = new PersonNames(lease.client, logger);
    this.#parts = { ...options, names, sent: new SentMessages(), openCards: new OpenCards(path, logger) };
    this.#onInbound = onInbound;
    this.#onUnanswered = onUnanswered;
    this.#turns = new TurnRunner(this.#parts);
    this.#chats = new ChatKinds(lease.client);
    this.#reader = new MessageReader({
      client: lease.client,
      names,
      resolveNames: account.config.resolveSenderNames,
      logger,
    });
    this.#reactions = new Reactions(this.#parts, this.#reader, this.#chats);
    this.#history = new GroupHistory(account.config.historyLimit);
  }

  /** Closes the cards that a process before this one left open. Never rejects. */
  tidyUp(): Promise<void> {
    const { openCards, lease, clock } = this.#parts;
    return openCards.closeLeftovers(lease.delivery, clock.wallNow());
  }

  /** Takes a message. Resolves when its turn has begun (or it needs none), so that messages of a chat stay in order. */
  async onMessage(message: FeishuInboundMessage): Promise<void> {
    this.#chats.note(message.chatId, message.chatType);
    await this.#take(message, "message");
  }

  /** Answers a press on something in one of our cards. */
  onCardAction(
    action: FeishuCardAction,
  ): FeishuCardActionAnswer | undefined | Promise<FeishuCardActionAnswer | undefined> {
    const { buttons, questions, shared } = this.#parts;
    const at = buttons.elsewhere(action);
    if (shared !== undefined && at !== undefined) return pressElsewhere(shared, at, action);
    const forward = (): void => {
      this.#forward(action).catch((error: unknown) => this.#failed("a card action", error));
    };
    const answer = buttons.press(action) ?? questions.press(action, forward);
    if (answer === undefined) forward();
    return answer;
  }

  /** A press on a button of this gateway that came to another one. */
  onToldPress(action: FeishuCardAction): FeishuCardActionAnswer | undefined {
    return this.#parts.buttons.press(action);
  }

  /** Another gateway took this one for dead. */
  handOver(): void {
    this.#turns.handOver();
  }

  /** A message was taken back: nobody waits for an answer that has not begun. */
  onRecall({ messageId }: FeishuRecall): void {
    this.#turns.recalled(messageId);
  }

  /** The bot was put into a group, or taken out: there it can say nothing any more. */
  onBotMembership({ added, chatId }: FeishuBotMembership): void {
    if (!added) this.#turns.chatLost(chatId);
  }

  /** Takes an emoji on a message. */
  onReaction(reaction: FeishuReaction): Promise<void> {
    return this.#reactions.take(reaction);
  }

  /** Ends everything: open cards keep their text and say that they were interrupted. Resolves within `withinMs` or a little more. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true;
    for (const taken of this.#taken) this.#onUnanswered(taken);
    for (const { message, origin } of await this.#turns.close(withinMs)) this.#onUnanswered({ message, origin });
    const { clock, logger, openCards } = this.#parts;
    await withDeadline(clock, LIST_MS, "writing the list of open cards", () => openCards.idle()).catch(
      (error: unknown) => logFailure(logger, "closing", error),
    );
  }

  /** Takes a message that an earlier run of the account did not get to. */
  async resume({ message, origin }: Unanswered): Promise<void> {
    this.#chats.note(message.chatId, message.chatType);
    // The host may have seen it already, and answers no message twice.
    const messageId = `${originalId(message.messageId)}:again:${this.#parts.clock.wallNow()}`;
    await this.#take({ ...message, messageId }, origin);
  }

  async #take(message: FeishuInboundMessage, origin: Origin): Promise<void> {
    const taken = { message, origin };
    if (this.#closed) {
      this.#onUnanswered(taken);
      return;
    }
    this.#taken.add(taken);
    try {
      await this.#decide(message, origin);
    } finally {
      this.#taken.delete(taken);
    }
  }

  async #decide(message: FeishuInboundMessage, origin: Origin): Promise<void> {
    const { account, runtime, clock, logger } = this.#parts;
    const access = readAccess(message, account.config, OPENCLAW);
    if (access.kind === "drop") {
      logger.debug("a message was not taken", { reason: access.reason, chatId: message.chatId });
      return;
    }
    const asking = { clock, logger, what: "asking the host about a message" };
    const admitted = await runAgain(() => admit(runtime, account, message, access, origin), asking);
    if (this.#closed) return;
    const { admission, reasonCode } = admitted.ingress.ingress;
    if (admission === "dispatch") {
      await this.#begin({ message, access, admitted, origin });
      return;
    }
    logger.debug("a message was not taken", { reason: reasonCode, chatId: message.chatId });
    if (admission === "pairing-required") await this.#pair(message);
    else if (message.chatType === "group") {
      const { openId, type } = message.sender;
      const sender = (await this.#reader.nameOf(openId, message.chatId)) ?? toPersonLabel(openId, type);
      this.#history.add(admitted.peerId, { sender, body: message.text, timestamp: message.createdAt });
    }
  }

  async #pair(message: FeishuInboundMessage): Promise<void> {
    const { account, runtime } = this.#parts;
    const { accountId } = account;
    const id = message.sender.openId;
    const { created, code } = await runtime.channel.pairing.upsertPairingRequest({
      channel: "feishu",
      accountId,
      id,
      meta: {},
    });
    if (!created) return;
    const text = runtime.channel.pairing.buildPairingReply({
      channel: "feishu",
      idLine: `Feishu open_id: ${id}`,
      code,
    });
    await sendWholeText(sendContextOf(this.#parts, message, { type: "chat", chatId: message.chatId }), text);
  }

  async #begin(incoming: Incoming): Promise<void> {
    const { message, access, admitted } = incoming;
    const { account, runtime, clock } = this.#parts;
    // One that is asked again has an id of its own, which Feishu does not know.
    const original = { ...message, messageId: originalId(message.messageId) };
    const { senderName, senderLabel, text: words, attachments, quotes } = await this.#reader.read(original);
    const isGroup = message.chatType === "group";
    const { told, quote } = this.#quoteFor(quotes, admitted.route.sessionKey);
    const files = await Promise.all([
      this.#files(original.messageId, attachments),
      ...told.map((one) => this.#files(one.messageId, one.attachments)),
    ]);
    if (this.#closed) return;
    this.#onInbound();
    const said = words.trim() === "" ? wordlessMessage(isGroup ? senderLabel : undefined, quote !== undefined) : words;
    const text = [said, ...files.flatMap(({ missing }) => missing)].join("\n\n");
    const media = files.flatMap((saved) => saved.media);
    const history = isGroup ? this.#history.take(admitted.peerId) : [];
    const { systemPrompt } = access;
    const facts = {
      senderName: senderName ?? (isGroup ? senderLabel : undefined),
      chatName: undefined,
      text,
      media,
      quote,
      history,
      systemPrompt,
    };
    const context = runtime.channel.inbound.buildContext(toContextRequest(account, message, access, admitted, facts));
    if (isUnheardStop(message.commandText, context, admitted.cfg) && this.#turns.stopOwn(message)) return;
    this.#turns.run(incoming, text, context, () => {
      const repeated = { ...message, messageId: `${message.messageId}:again:${clock.wallNow()}` };
      this.#take(repeated, "button").catch((error: unknown) => this.#failed("asking again", error));
    });
  }

  #files(messageId: string, attachments: readonly FeishuAttachment[]): Promise<SavedMedia> {
    const { lease, runtime, account, logger } = this.#parts;
    const maxBytes = mediaMaxBytes(account.config);
    return saveInboundMedia(attachments, { client: lease.client, runtime, messageId, maxBytes, logger });
  }

  /**
   * What the agent is told of the messages that one points at. The host takes one quote: the message that is answered, above which
   * stands the topic's first one as long as the session has not been told of it. In a topic every message answers the first one, whose
   * files the agent needs once.
   */
  #quoteFor(
    quotes: readonly QuotedMessage[],
    sessionKey: string,
  ): { told: readonly QuotedMessage[]; quote: Quote | undefined } {
    const told = quotes.filter(({ kind, messageId }) => {
      const key = `${sessionKey} ${messageId}`;
      const isNew = kind === "answered" || !this.#topics.has(key);
      this.#topics.set(key, true);
      return isNew;
    });
    const last = quotes.at(-1);
    if (last === undefined) return { told, quote: undefined };
    const above = told.filter((one) => one !== last).map(({ sender, text }) => `${sender}: ${text}\n\n`);
    const body = above.length === 0 ? last.text : `${above.join("")}${last.sender}: ${last.text}`;
    return { told, quote: { messageId: last.messageId, sender: last.sender, text: body } };
  }

  /** A press on a component that is not ours to handle: it says something to the agent, or it is a command. */
  async #forward(action: FeishuCardAction): Promise<void> {
    const { chatId, messageId } = action;
    const text = pressedText(action);
    if (chatId === undefined || messageId === undefined || text === "") return;
    const message: FeishuInboundMessage = {
      accountId: action.accountId,
      messageId: `${messageId}:action:${action.eventId}`,
      chatId,
      chatType: await this.#chats.find(chatId),
      sender: action.operator,
      createdAt: action.createdAt,
      type: "card_action",
      text,
      commandText: text,
      mentionedBot: false,
      mentionAll: false,
      mentions: [],
      attachments: [],
      raw: action.raw,
    };
    await this.#take(message, "button");
  }

  #failed(what: string, error: unknown): void {
    logFailure(this.#parts.logger, what, error);
  }
}

/** What a press says to the agent: what the presentation wrote into the component, else the component's own values; then the form. */
function pressedText({ value, option, options, checked, inputValue, formValue }: FeishuCardAction): string {
  const own = Object.keys(value).length === 0 ? "" : inertJson(value);
  const chosen = options?.map((one) => readPress({}, one)?.text ?? asData(one)).join(", ");
  const ticked = checked === undefined ? undefined : checked ? "checked" : "not checked";
  const said =
    readPress(value, option)?.text ??
    [own, option && asData(option), chosen, ticked, inputValue].filter(Boolean).join(" ");
  return [said, formValue === undefined ? "" : inertJson(formValue)].filter((part) => part !== "").join(" ");
}
