import { join } from "node:path";
import { joinForwarded, loadForwardedFeishu, loadQuotedFeishu } from "../inbound/index.ts";
import type {
  FeishuCardAction,
  FeishuCardActionAnswer,
  FeishuInboundMessage,
  FeishuReaction,
} from "../inbound/index.ts";
import { PersonNames } from "../person-names.ts";
import { readAccess } from "./access.ts";
import { ChatKinds } from "./chat-kinds.ts";
import { GroupHistory } from "./group-history.ts";
import { saveInboundMedia } from "./inbound-media.ts";
import { mediaMaxBytes, sendWholeText } from "./message-sender.ts";
import { OpenCards } from "./open-cards.ts";
import { readPress } from "./presentation-card.ts";
import { SentMessages } from "./sent-messages.ts";
import { logFailure, sendContextOf } from "./session-parts.ts";
import type { Incoming, SessionParts } from "./session-parts.ts";
import { admit, toContextRequest } from "./turn-request.ts";
import type { Origin } from "./turn-request.ts";
import { TurnRunner } from "./turn-runner.ts";

/** What one account's session needs. */
export interface AccountSessionOptions extends Omit<SessionParts, "names" | "sent" | "openCards"> {
  /** Told when a message goes to the host. */
  readonly onInbound: () => void;
}

/** One account at work: messages and card actions in, turns of the host out. */
export class AccountSession {
  readonly #parts: SessionParts;
  readonly #onInbound: () => void;
  readonly #turns: TurnRunner;
  readonly #chats: ChatKinds;
  readonly #history: GroupHistory;
  #closed = false;

  constructor({ onInbound, ...options }: AccountSessionOptions) {
    const { account, lease, runtime, logger } = options;
    const path = join(runtime.state.resolveStateDir(), "feishu", `open-cards-${account.accountId}.json`);
    const names = new PersonNames(lease.client, logger);
    this.#parts = { ...options, names, sent: new SentMessages(), openCards: new OpenCards(path, logger) };
    this.#onInbound = onInbound;
    this.#turns = new TurnRunner(this.#parts);
    this.#chats = new ChatKinds(lease.client);
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
  onCardAction(action: FeishuCardAction): FeishuCardActionAnswer | undefined {
    const pressed = this.#parts.buttons.press(action);
    if (pressed !== undefined) return pressed;
    this.#forward(action).catch((error: unknown) => this.#failed("a card action", error));
    return undefined;
  }

  /** Tells the agent about an emoji on one of its messages. */
  async onReaction({ added, messageId, openId, emojiType }: FeishuReaction): Promise<void> {
    const { account, runtime, sent } = this.#parts;
    const sessionKey = sent.sessionOf(messageId);
    const isOff = account.config.reactionNotifications === "off";
    if (isOff || !added || openId === undefined || sessionKey === undefined) return;
    const name = (await this.#nameOf(openId)) ?? openId;
    runtime.system.enqueueSystemEvent(`Feishu reaction ${emojiType} by ${name} on message ${messageId}`, {
      sessionKey,
      contextKey: `feishu:reaction:${messageId}:${openId}:${emojiType}`,
    });
  }

  /** Ends everything: open cards keep their text and say that they were interrupted. Resolves within `withinMs` or a little more. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true;
    await this.#turns.close(withinMs);
    await this.#parts.openCards.idle();
  }

  async #take(message: FeishuInboundMessage, origin: Origin): Promise<void> {
    const { account, runtime, logger } = this.#parts;
    if (this.#closed) return;
    const access = readAccess(message, account.config);
    if (access.kind === "drop") {
      logger.debug("a message was not taken", { reason: access.reason, chatId: message.chatId });
      return;
    }
    const admitted = await admit(runtime, account, message, access, origin);
    const { admission, reasonCode } = admitted.ingress.ingress;
    if (admission === "dispatch") {
      await this.#begin({ message, access, admitted, origin });
      return;
    }
    logger.debug("a message was not taken", { reason: reasonCode, chatId: message.chatId });
    if (admission === "pairing-required") await this.#pair(message);
    else if (message.chatType === "group") {
      const sender = this.#parts.names.get(message.sender.openId) ?? message.sender.openId;
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
    const { message, access, admitted, origin } = incoming;
    const { account, runtime, lease, logger, clock } = this.#parts;
    const [senderName, text, quote, media] = await Promise.all([
      this.#nameOf(message.sender.openId),
      this.#textOf(message),
      origin === "message" ? this.#quoted(message) : undefined,
      saveInboundMedia(message.attachments, {
        client: lease.client,
        runtime,
        messageId: message.messageId,
        maxBytes: mediaMaxBytes(account.config),
        logger,
      }),
    ]);
    if (this.#closed) return;
    this.#onInbound();
    const history = message.chatType === "group" ? this.#history.take(admitted.peerId) : [];
    const { systemPrompt } = access;
    const facts = { senderName, chatName: undefined, text, media, quote, history, systemPrompt };
    const context = runtime.channel.inbound.buildContext(toContextRequest(account, message, access, admitted, facts));
    this.#turns.run(incoming, text, context, () => {
      const repeated = { ...message, messageId: `${message.messageId}:again:${clock.wallNow()}` };
      this.#take(repeated, "button").catch((error: unknown) => this.#failed("asking again", error));
    });
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
      mentionedBot: false,
      mentionAll: false,
      mentions: [],
      attachments: [],
      raw: action.raw,
    };
    await this.#take(message, "button");
  }

  async #nameOf(openId: string): Promise<string | undefined> {
    const { account, names } = this.#parts;
    if (account.config.resolveSenderNames === false) return undefined;
    await names.look(openId);
    return names.get(openId);
  }

  async #textOf(message: FeishuInboundMessage): Promise<string> {
    if (message.type !== "merge_forward") return message.text;
    try {
      return joinForwarded(await loadForwardedFeishu(this.#parts.lease.client, message));
    } catch (error) {
      this.#failed("reading forwarded messages", error);
      return message.text;
    }
  }

  async #quoted(
    message: FeishuInboundMessage,
  ): Promise<{ messageId: string; text: string; senderId: string } | undefined> {
    try {
      return await loadQuotedFeishu(this.#parts.lease.client, message);
    } catch (error) {
      this.#failed("reading a quoted message", error);
      return undefined;
    }
  }

  #failed(what: string, error: unknown): void {
    logFailure(this.#parts.logger, what, error);
  }
}

/** What a press says to the agent: what the presentation wrote into the component, else the component's own values; then the form. */
function pressedText({ value, option, inputValue, formValue }: FeishuCardAction): string {
  const own = Object.keys(value).length === 0 ? "" : JSON.stringify(value);
  const said = readPress(value, option)?.text ?? [own, option, inputValue].filter((part) => part).join(" ");
  return [said, formValue === undefined ? "" : JSON.stringify(formValue)].filter((part) => part !== "").join(" ");
}
