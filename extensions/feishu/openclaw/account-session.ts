import { join } from "node:path";
import { createChannelMessageReplyPipeline } from "openclaw/plugin-sdk/channel-outbound";
import { stripInlineDirectiveTagsForDisplay, stripReasoningTagsFromText } from "openclaw/plugin-sdk/text-chunking";
import { getGlobalHookRunner } from "openclaw/plugin-sdk/plugin-runtime";
import type { Logger } from "../../../src/log/index.ts";
import type { Language } from "../../../src/plugin-sdk/index.ts";
import { detectLanguage } from "../../../src/plugin-sdk/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import { joinForwarded, loadForwardedFeishu, loadQuotedFeishu } from "../inbound/index.ts";
import type {
  FeishuCardAction,
  FeishuCardActionAnswer,
  FeishuInboundMessage,
  FeishuReaction,
} from "../inbound/index.ts";
import { createReplyDispatcher } from "../reply-dispatcher.ts";
import { PersonNames } from "../person-names.ts";
import type { MessageTarget } from "../send.ts";
import type { Access } from "./access.ts";
import { readAccess } from "./access.ts";
import type { AccountLease } from "./account-clients.ts";
import type { ResolvedAccount } from "./account.ts";
import { wantsBlocks } from "./block-streaming.ts";
import { ChatKinds } from "./chat-kinds.ts";
import { hasConversationAccess } from "./consent.ts";
import { toDeliveryError, toSendError } from "./delivery-error.ts";
import { GroupHistory } from "./group-history.ts";
import type { HostRuntime, HostValue, TurnPlan, TurnRequest } from "./host.ts";
import { saveInboundMedia } from "./inbound-media.ts";
import { OpenCards } from "./open-cards.ts";
import type { LiveSource } from "./live-source.ts";
import type { Strippers } from "./live-text.ts";
import { mediaMaxBytes, sendLoadedMedia, sendPresentation, sendWholeText } from "./message-sender.ts";
import type { SendContext } from "./message-sender.ts";
import { readPress } from "./presentation-card.ts";
import { ReplyTurn } from "./reply-turn.ts";
import type { CompleteMessage } from "./reply-turn.ts";
import { SentMessages } from "./sent-messages.ts";
import { resolveStreamingConfig } from "./streaming-config.ts";
import type { ButtonRegistry } from "./turn-buttons.ts";
import { admit, toContextRequest } from "./turn-request.ts";
import type { Admitted, Origin } from "./turn-request.ts";
import { TypingSign } from "./typing-sign.ts";

/** What one account's session needs. */
export interface AccountSessionOptions {
  readonly account: ResolvedAccount;
  readonly lease: AccountLease;
  readonly runtime: HostRuntime;
  readonly buttons: ButtonRegistry;
  readonly liveSource: LiveSource;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told when a turn has reached the host. */
  readonly onInbound: () => void;
}

/** A card that should be seen even before there is anything to say appears after this long. */
const EARLY_MS = 1_000;

/** What came in, as a turn needs it. */
interface Incoming {
  readonly message: FeishuInboundMessage;
  readonly access: Access & { kind: "ask" };
  readonly admitted: Admitted;
  readonly origin: Origin;
}

/** One account at work: messages and card actions in, turns of the host out. */
export class AccountSession {
  readonly #options: AccountSessionOptions;
  readonly #names: PersonNames;
  readonly #openCards: OpenCards;
  readonly #chats: ChatKinds;
  readonly #history: GroupHistory;
  readonly #sent = new SentMessages();
  readonly #running = new Map<ReplyTurn, { abort: AbortController; done: Promise<void> }>();
  #closed = false;

  constructor(options: AccountSessionOptions) {
    this.#options = options;
    const { account, lease, runtime, logger } = options;
    this.#names = new PersonNames(lease.client, logger);
    const path = join(runtime.state.resolveStateDir(), "feishu", `open-cards-${account.accountId}.json`);
    this.#openCards = new OpenCards(path, logger);
    this.#chats = new ChatKinds(lease.client);
    this.#history = new GroupHistory(account.config.historyLimit);
  }

  /** Closes the cards that a process before this one left open. Never rejects. */
  tidyUp(): Promise<void> {
    return this.#openCards.closeLeftovers(this.#options.lease.delivery, this.#options.clock.wallNow());
  }

  /** Takes a message. Resolves when its turn has begun (or it needs none), so that messages of a chat stay in order. */
  async onMessage(message: FeishuInboundMessage): Promise<void> {
    this.#chats.note(message.chatId, message.chatType);
    const incoming = await this.#admit(message, "message");
    if (incoming !== undefined) await this.#begin(incoming);
  }

  /** Answers a press on a button of one of our cards. */
  async onCardAction(action: FeishuCardAction): Promise<FeishuCardActionAnswer | undefined> {
    const pressed = this.#options.buttons.press(action);
    if (pressed !== undefined) return pressed;
    void this.#forward(action).catch((error: unknown) => this.#failed("a card action", error));
    return undefined;
  }

  /** Tells the agent about an emoji on one of its messages. */
  async onReaction(reaction: FeishuReaction): Promise<void> {
    const mode = this.#options.account.config.reactionNotifications ?? "own";
    const sessionKey = this.#sent.sessionOf(reaction.messageId);
    if (mode === "off" || !reaction.added || reaction.openId === undefined || sessionKey === undefined) return;
    const name = (await this.#nameOf(reaction.openId)) ?? reaction.openId;
    this.#options.runtime.system.enqueueSystemEvent(
      `Feishu reaction ${reaction.emojiType} by ${name} on message ${reaction.messageId}`,
      { sessionKey, contextKey: `feishu:reaction:${reaction.messageId}:${reaction.openId}:${reaction.emojiType}` },
    );
  }

  /** Ends everything: open cards keep their text and say that they were interrupted. Resolves within `withinMs` or a little more. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#running.keys()].map((turn) => turn.interrupt(withinMs)));
    for (const { abort } of this.#running.values()) abort.abort(new Error("the account stops"));
    await this.#openCards.idle();
  }

  async #admit(message: FeishuInboundMessage, origin: Origin): Promise<Incoming | undefined> {
    const { account, runtime, logger } = this.#options;
    if (this.#closed) return undefined;
    const access = readAccess(message, account.config);
    if (access.kind === "drop") {
      logger.debug("a message was not taken", { reason: access.reason, chatId: message.chatId });
      return undefined;
    }
    const admitted = await admit(runtime, account, message, access, origin);
    const { admission, reasonCode } = admitted.ingress.ingress;
    if (admission === "dispatch") return { message, access, admitted, origin };
    logger.debug("a message was not taken", { reason: reasonCode, chatId: message.chatId });
    if (admission === "pairing-required") await this.#pair(message);
    else if (message.chatType === "group") {
      const sender = this.#names.get(message.sender.openId) ?? message.sender.openId;
      this.#history.add(admitted.peerId, { sender, body: message.text, timestamp: message.createdAt });
    }
    return undefined;
  }

  async #pair(message: FeishuInboundMessage): Promise<void> {
    const { account, runtime } = this.#options;
    const { accountId } = account;
    const id = message.sender.openId;
    const request = await runtime.channel.pairing.upsertPairingRequest({ channel: "feishu", accountId, id, meta: {} });
    if (!request.created) return;
    const text = runtime.channel.pairing.buildPairingReply({
      channel: "feishu",
      idLine: `Feishu open_id: ${id}`,
      code: request.code,
    });
    await sendWholeText(this.#sendContext(message, { type: "chat", chatId: message.chatId }), text);
  }

  async #begin(incoming: Incoming): Promise<void> {
    const { message, access, admitted, origin } = incoming;
    const { account, runtime, logger, onInbound } = this.#options;
    const [senderName, text, quote, media] = await Promise.all([
      this.#nameOf(message.sender.openId),
      this.#textOf(message),
      origin === "message" ? this.#quoted(message) : undefined,
      saveInboundMedia(message.attachments, {
        client: this.#options.lease.client,
        runtime,
        messageId: message.messageId,
        maxBytes: mediaMaxBytes(account.config),
        logger,
      }),
    ]);
    if (this.#closed) return;
    onInbound();
    const history = message.chatType === "group" ? this.#history.take(admitted.peerId) : [];
    const { systemPrompt } = access;
    const facts = { senderName, chatName: undefined, text, media, quote, history, systemPrompt };
    const context = runtime.channel.inbound.buildContext(toContextRequest(account, message, access, admitted, facts));
    this.#run(incoming, text, context);
  }

  /** Runs the turn in the background. */
  #run(incoming: Incoming, text: string, context: object): void {
    const { message, access, admitted, origin } = incoming;
    const { account, runtime, lease, buttons, clock, logger } = this.#options;
    const { accountId, config } = account;
    const { cfg, route } = admitted;
    const language = this.#languageOf(message);
    const streaming = resolveStreamingConfig(config);
    const target = this.#targetOf(message, access);
    const send = this.#sendContext(message, target);
    const abort = new AbortController();
    const stop = (): void => {
      abort.abort(new Error("stopped by the person who asked"));
      void turn.stop(this.#names.get(message.sender.openId)).catch((error: unknown) => this.#failed("a stop", error));
    };
    const again = (): void => {
      const messageId = `${message.messageId}:again:${clock.wallNow()}`;
      void this.#again({ ...message, messageId }, target).catch((error: unknown) => this.#failed("a repeat", error));
    };
    const shown = buttons.register({ askedBy: message.sender.openId, language, stop, again });
    const withButtons = config.card?.buttons !== false;
    const seesModel = config.liveSource === true && hasConversationAccess(cfg);
    const turn = new ReplyTurn({
      clock,
      strippers: seesModel ? strippers : undefined,
      live: streaming.mode === "live" && !hasMessageHooks(),
      earlyMs: message.chatType === "direct" || message.mentionedBot || origin === "button" ? EARLY_MS : undefined,
      toDeliveryError,
      openStream: (early) => {
        const reply = createReplyDispatcher({
          delivery: lease.delivery,
          target,
          chatId: message.chatId,
          settings: { locale: language, rolloverChars: config.card?.maxChars },
          header:
            config.card?.title === undefined ? undefined : { title: config.card.title, template: config.card.template },
          buttons: withButtons ? { stop: shown.stop, after: [{ ...shown.again, when: "always" }] } : undefined,
        });
        const open = new Set<string>();
        reply.events.on("card", ({ cardId, messageId }) => {
          this.#sent.add(messageId, route.sessionKey);
          const key = this.#openCards.opened({ cardId, messageId, language, openedAt: clock.wallNow() });
          if (key !== undefined) open.add(key);
        });
        reply.events.on("finalize", (result) => {
          this.#openCards.closed(open);
          const { outcome, delivered, total, cards, tier, retries, rejected, calls, firstGlyphMs, finishLagMs } =
            result;
          const counts = {
            outcome,
            delivered,
            total,
            cards,
            tier,
            retries,
            rejected,
            calls,
            firstGlyphMs,
            finishLagMs,
          };
          if (result.error === undefined) logger.debug("reply ended", counts);
          else logger.warn("reply ended", { ...counts, error: result.error.message });
        });
        if (early) reply.open();
        return reply;
      },
      sendComplete: (complete) => this.#sendComplete(send, complete, route.sessionKey),
    });
    const typing = new TypingSign(lease.client, originalId(message.messageId), logger);
    const pipeline = createChannelMessageReplyPipeline({ cfg, agentId: route.agentId, channel: "feishu", accountId });
    const { onModelSelected, ...prefixes } = pipeline;
    const plan: TurnPlan = {
      cfg,
      channel: "feishu",
      accountId,
      route: { agentId: route.agentId, sessionKey: route.sessionKey },
      // The host made it.
      ctxPayload: context as HostValue,
      record: { onRecordError: (error) => this.#failed("recording a session", error) },
      dispatcherOptions: { ...prefixes, onReplyStart: () => turn.start() } as HostValue,
      delivery: {
        observeMessageSent: true,
        deliver: (payload, info) => turn.deliver(payload, info),
        onError: (error, { kind }) => this.#failed(`delivering a ${kind} message`, error),
      },
      replyOptions: {
        ...turn.callbacks,
        ...(onModelSelected !== undefined && { onModelSelected: onModelSelected as HostValue }),
        abortSignal: abort.signal,
        disableBlockStreaming: !wantsBlocks(streaming, cfg),
        suppressDefaultToolProgressMessages: streaming.mode === "live",
      },
      ...(message.sender.type === "bot" && {
        botLoopProtection: {
          scopeId: accountId,
          conversationId: message.chatId,
          senderId: message.sender.openId,
          receiverId: account.appId ?? accountId,
          eventId: message.messageId,
          defaultEnabled: true,
        },
      }),
    };
    const done = (async () => {
      let failure: unknown;
      // At once, since the host takes its time before the first callback; the card that follows says more.
      if (config.typingIndicator !== false) void typing.start();
      try {
        const request: TurnRequest<FeishuInboundMessage> = {
          channel: "feishu",
          accountId,
          raw: message,
          adapter: {
            ingest: () => ({
              id: message.messageId,
              timestamp: message.createdAt,
              rawText: text,
              textForAgent: text,
              textForCommands: message.text,
              raw: message,
            }),
            resolveTurn: () => plan,
          },
        };
        const run = (): Promise<unknown> => runtime.channel.inbound.run(request);
        await (seesModel ? this.#options.liveSource.run(turn.liveTurn, run) : run());
      } catch (error) {
        failure = error;
        this.#failed("a turn", error);
      } finally {
        await turn.end(failure);
        shown.ended();
        await typing.stop();
        this.#running.delete(turn);
      }
    })();
    this.#running.set(turn, { abort, done });
  }

  /** Asks the same again, by the same person, in the same place. */
  async #again(message: FeishuInboundMessage, _target: MessageTarget): Promise<void> {
    const incoming = await this.#admit(message, "button");
    if (incoming !== undefined) await this.#begin(incoming);
  }

  /** A press on a component that is not ours to handle: it says something to the agent, or it is a command. */
  async #forward(action: FeishuCardAction): Promise<void> {
    const { chatId, messageId } = action;
    if (chatId === undefined || messageId === undefined) return;
    const press = readPress(action.value, action.option);
    const form = action.formValue === undefined ? "" : JSON.stringify(action.formValue);
    const plain = Object.keys(action.value).length === 0 ? "" : JSON.stringify(action.value);
    const said = press?.text ?? [plain, action.option, action.inputValue].filter((part) => part).join(" ");
    const text = [said, form].filter((part) => part !== "").join(" ");
    if (text === "") return;
    const incoming = await this.#admit(
      {
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
      },
      "button",
    );
    if (incoming !== undefined) await this.#begin(incoming);
  }

  async #sendComplete(send: SendContext, message: CompleteMessage, sessionKey: string): Promise<string[]> {
    const ids: string[] = [];
    try {
      if (message.presentation !== undefined)
        ids.push(...(await sendPresentation(send, message, message.presentation)));
      else if (message.text !== undefined && message.text.trim() !== "")
        ids.push(...(await sendWholeText(send, message.text)));
      for (const url of message.mediaUrls ?? []) {
        const media = await this.#options.runtime.media.loadWebMedia(url, { maxBytes: mediaMaxBytes(send.config) });
        ids.push(await sendLoadedMedia(send, media, url));
      }
    } catch (error) {
      throw toSendError(error);
    } finally {
      for (const id of ids) this.#sent.add(id, sessionKey);
    }
    return ids;
  }

  #sendContext(message: FeishuInboundMessage, target: MessageTarget): SendContext {
    const { lease, account } = this.#options;
    return { lease, config: account.config, target, chatId: message.chatId, locale: this.#languageOf(message) };
  }

  /** A topic is always answered in the topic; a group by quoting; a person's chat plainly, unless the config wants quotes. */
  #targetOf(message: FeishuInboundMessage, access: Access & { kind: "ask" }): MessageTarget {
    const messageId = originalId(message.messageId);
    if (message.threadId !== undefined || access.replyInThread) return { type: "reply", messageId, inThread: true };
    const mode = this.#options.account.config.replyToMode;
    const quotes = message.chatType === "group" ? mode !== "off" : mode !== undefined && mode !== "off";
    return quotes ? { type: "reply", messageId } : { type: "chat", chatId: message.chatId };
  }

  #languageOf(message: FeishuInboundMessage): Language {
    return detectLanguage(message.text, this.#options.account.domain === "lark" ? "en" : "zh");
  }

  async #nameOf(openId: string): Promise<string | undefined> {
    if (this.#options.account.config.resolveSenderNames === false) return undefined;
    await this.#names.look(openId);
    return this.#names.get(openId);
  }

  async #textOf(message: FeishuInboundMessage): Promise<string> {
    if (message.type !== "merge_forward") return message.text;
    try {
      return joinForwarded(await loadForwardedFeishu(this.#options.lease.client, message));
    } catch (error) {
      this.#failed("reading forwarded messages", error);
      return message.text;
    }
  }

  async #quoted(
    message: FeishuInboundMessage,
  ): Promise<{ messageId: string; text: string; senderId: string } | undefined> {
    try {
      return await loadQuotedFeishu(this.#options.lease.client, message);
    } catch (error) {
      this.#failed("reading a quoted message", error);
      return undefined;
    }
  }

  #failed(what: string, error: unknown): void {
    this.#options.logger.warn(`${what} failed`, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** Without `recoverUnclosed: false` the host's function shows the inside of a tag that is still open. */
const strippers: Strippers = {
  stripReasoning: (text) => stripReasoningTagsFromText(text, { mode: "strict", trim: "both", recoverUnclosed: false }),
  stripDirectives: (text) => stripInlineDirectiveTagsForDisplay(text).text,
};

/** Feishu's id of a message that was taken again or pressed on. */
function originalId(messageId: string): string {
  return messageId.split(":")[0] ?? messageId;
}

/** With such hooks nothing may be shown before the host has settled what the message says. */
function hasMessageHooks(): boolean {
  const hooks = getGlobalHookRunner();
  return (
    hooks !== null &&
    (hooks.hasHooks("message_sending") ||
      hooks.hasHooks("reply_payload_sending") ||
      hooks.hasHooks("before_agent_finalize"))
  );
}
