import { createChannelMessageReplyPipeline } from "openclaw/plugin-sdk/channel-outbound";
import { stripInlineDirectiveTagsForDisplay, stripReasoningTagsFromText } from "openclaw/plugin-sdk/text-chunking";
import type { Language } from "../../../../src/plugin-sdk/index.ts";
import { observeReply } from "../../../../src/metrics/index.ts";
import type { ReplyStream } from "../../../../src/stream/index.ts";
import type { FeishuInboundMessage } from "../../inbound/index.ts";
import { MessageSign } from "../../message-sign.ts";
import { createReplyDispatcher } from "../../reply-dispatcher.ts";
import type { MessageTarget } from "../../send.ts";
import { wantsBlocks } from "./block-streaming.ts";
import { hasConversationAccess } from "../account/consent.ts";
import { toDeliveryError, toSendError } from "../outbound/delivery-error.ts";
import { quieter } from "../host/log.ts";
import type { HostValue, TurnPlan } from "../host/index.ts";
import { hostImages } from "../outbound/host-images.ts";
import type { Strippers } from "./live-text.ts";
import {
  mediaMaxBytes,
  sendLoadedMedia,
  sendPresentation,
  sendWholeText,
  tooLargeNote,
} from "../outbound/message-sender.ts";
import type { SendContext } from "../outbound/message-sender.ts";
import { leadText } from "../outbound/presentation-card.ts";
import { toPresentationPieces } from "../outbound/presentation-pieces.ts";
import { loopDefaults } from "./loop-defaults.ts";
import { hasMessageHooks } from "./message-hooks.ts";
import { ReplyTurn } from "./reply-turn.ts";
import type { CompleteMessage } from "./reply-turn.ts";
import { runAgain } from "./run-again.ts";
import { languageOf, logFailure, sendContextOf, targetOf } from "./session-parts.ts";
import type { Incoming, SessionParts } from "./session-parts.ts";
import { cardSettings, originalId, resolveStreamingConfig } from "../../config/index.ts";
import type { StreamingConfig } from "../../config/index.ts";
import type { TurnButtons } from "../outbound/turn-buttons.ts";

/** A card that should be seen even before there is anything to say appears after this long. */
const EARLY_MS = 1_000;
/** Some hosts never end a turn whose model keeps the connection open; a card must not be "writing" for ever. */
const CLOSE_SILENT_AFTER_SECONDS = 180;
const SILENT_NOTE: Readonly<Record<Language, (seconds: number) => string>> = {
  en: (seconds) => `Nothing more for ${toDuration(seconds, "min", "s")}; anything that comes after all goes on below.`,
  zh: (seconds) => `${toDuration(seconds, "分钟", "秒")}内没有新的内容；若还有后续，将在下方继续。`,
};

interface Running {
  readonly incoming: Incoming;
  readonly abort: AbortController;
  /** As the button does it. */
  readonly stop: () => void;
  /** What was opened to show it. */
  readonly replies: Set<ReplyStream>;
}

/** Runs turns of the host in the background and shows each as one reply. */
export class TurnRunner {
  readonly #parts: SessionParts;
  readonly #running = new Map<ReplyTurn, Running>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /**
   * Starts a turn.
   * @param text what the agent is told the person said
   * @param context made by the host's `buildContext`
   * @param again asks the same once more
   */
  run(incoming: Incoming, text: string, context: object, again: () => void): void {
    const { account, buttons, lease, names, clock, logger, shared } = this.#parts;
    const { message, origin, admitted } = incoming;
    const { config } = account;
    const streaming = resolveStreamingConfig(config);
    const target = targetOf(this.#parts, incoming);
    const send = sendContextOf(this.#parts, message, target);
    const abort = new AbortController();
    const stop = (): void => {
      abort.abort(new Error("stopped by the person who asked"));
      turn
        .stop(names.get(message.sender.openId))
        .catch((error: unknown) => logFailure(logger, "stopping a reply", error));
    };
    const askedBy = message.sender.openId;
    const shown = buttons.register({ askedBy, language: languageOf(this.#parts, message), stop, again }, shared?.name);
    const replies = new Set<ReplyStream>();
    const seesModel = config.liveSource === true && hasConversationAccess(admitted.cfg);
    const turn = new ReplyTurn({
      clock,
      strippers: seesModel ? strippers : undefined,
      live: streaming.mode === "live" && !hasMessageHooks(),
      earlyMs: message.chatType === "direct" || message.mentionedBot || origin === "button" ? EARLY_MS : undefined,
      toDeliveryError,
      silence: this.#silence(incoming),
      answersAlways: message.chatType === "direct",
      onRest: () => void typing.stop(),
      openStream: (early) => {
        const reply = this.#openReply(incoming, target, shown, early);
        replies.add(reply);
        reply.events.once("finalize", () => replies.delete(reply));
        return reply;
      },
      sendComplete: (complete) => this.#sendComplete(incoming, send, complete),
    });
    const typing = new MessageSign({
      client: lease.client,
      messageId: originalId(message.messageId),
      emojiType: "Typing",
      logger,
    });
    this.#running.set(turn, { incoming, abort, stop, replies });
    const run = async (): Promise<void> => {
      // At once, since the host takes its time before the first callback; the card that follows says more.
      // It costs two calls.
      if (config.typingIndicator !== false && lease.delivery.quotaLevel === "live") void typing.start();
      let failure: unknown;
      try {
        const plan = this.#plan(incoming, context, turn, streaming, abort.signal);
        const again = { clock, logger, what: "a turn", mayRepeat: () => !turn.begun, signal: abort.signal };
        await runAgain(() => this.#runInHost(incoming, text, plan, turn, seesModel), again);
      } catch (error) {
        // Stopping is no failure, whatever the host makes of it.
        if (!abort.signal.aborted) failure = error;
        logFailure(logger, "a turn", error);
      } finally {
        await turn.end(failure);
        shown.ended();
        await typing.stop();
        this.#running.delete(turn);
      }
    };
    run().catch((error: unknown) => logFailure(logger, "ending a turn", error));
  }

  /** Stops what is being answered, or waits, for the author of a message in its chat. @returns whether there was anything */
  stopOwn({ chatId, sender }: Pick<FeishuInboundMessage, "chatId" | "sender">): boolean {
    const own = [...this.#running.values()].filter(
      ({ incoming: { message } }) => message.chatId === chatId && message.sender.openId === sender.openId,
    );
    for (const { stop } of own) stop();
    return own.length > 0;
  }

  /** A message was taken back: its turn ends unless somebody has seen something of the answer. */
  recalled(messageId: string): void {
    for (const [turn, { incoming, abort }] of this.#running)
      if (originalId(incoming.message.messageId) === messageId && turn.untouched)
        abort.abort(new Error("the question was taken back"));
  }

  /** The bot was removed from a chat: turns there end, with what is visible. */
  chatLost(chatId: string): void {
    for (const [turn, { incoming, abort }] of this.#running) {
      if (incoming.message.chatId !== chatId) continue;
      abort.abort(new Error("the bot was removed from the chat"));
      turn.stop(undefined).catch((error: unknown) => logFailure(this.#parts.logger, "ending a reply", error));
    }
  }

  /** Another gateway took this one for dead, and ends its cards: the turns that they show end, without a word. */
  handOver(): void {
    for (const { abort, replies } of this.#running.values()) {
      if (replies.size === 0) continue;
      for (const reply of replies) void reply.abort({ handedOver: true });
      abort.abort(new Error("another gateway ended the card"));
    }
  }

  /** Ends every reply that is open as interrupted, then the turns. Gives back what nobody has begun to answer. */
  async close(withinMs: number): Promise<readonly Incoming[]> {
    const reason = new Error("the account stops");
    const running = [...this.#running];
    const unanswered = running.filter(([turn]) => turn.untouched);
    for (const [, { abort }] of unanswered) abort.abort(reason);
    await Promise.all(running.filter((one) => !unanswered.includes(one)).map(([turn]) => turn.interrupt(withinMs)));
    for (const { abort } of this.#running.values()) abort.abort(reason);
    return unanswered.map(([, { incoming }]) => incoming);
  }

  async #runInHost(
    { message }: Incoming,
    text: string,
    plan: TurnPlan,
    turn: ReplyTurn,
    seesModel: boolean,
  ): Promise<void> {
    const { runtime, account, liveSource, questions } = this.#parts;
    const run = (): Promise<unknown> =>
      runtime.channel.inbound.run({
        channel: "feishu",
        accountId: account.accountId,
        raw: message,
        // Without it the host lets a message wait until the turn before is over, and a turn that asks waits for the answer.
        ...(questions.mayAnswer(message) && { turnAdoptionLifecycle: { onAdopted: () => {} } }),
        adapter: {
          ingest: () => ({
            id: message.messageId,
            timestamp: message.createdAt,
            rawText: text,
            textForAgent: text,
            textForCommands: message.commandText,
            raw: message,
          }),
          resolveTurn: () => plan,
        },
      });
    await (seesModel ? liveSource.run(turn.liveTurn, run) : run());
  }

  #plan(
    incoming: Incoming,
    context: object,
    turn: ReplyTurn,
    streaming: StreamingConfig,
    signal: AbortSignal,
  ): TurnPlan {
    const { account, logger } = this.#parts;
    const { message, admitted } = incoming;
    const { cfg, route } = admitted;
    const { accountId } = account;
    const { agentId } = route;
    const pipeline = createChannelMessageReplyPipeline({ cfg, agentId, channel: "feishu", accountId });
    const { onModelSelected, ...prefixes } = pipeline;
    return {
      cfg,
      channel: "feishu",
      accountId,
      route: { agentId, sessionKey: route.sessionKey },
      // The host made it.
      ctxPayload: context as HostValue,
      record: { onRecordError: (error) => logFailure(logger, "recording a session", error) },
      dispatcherOptions: { ...prefixes, onReplyStart: () => turn.start() } as HostValue,
      delivery: {
        observeMessageSent: true,
        deliver: (payload, info) => turn.deliver(payload, info),
        onError: (error, { kind }) => logFailure(logger, `delivering a ${kind} message`, error),
      },
      replyOptions: {
        ...turn.callbacks,
        ...(onModelSelected !== undefined && { onModelSelected: onModelSelected as HostValue }),
        abortSignal: signal,
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
          defaultsConfig: loopDefaults(cfg),
        },
      }),
    };
  }

  /** After how long without a word a card is closed, and what it says then. */
  #silence({ message }: Incoming): { afterMs: number; note: string } | undefined {
    const seconds = this.#parts.account.config.closeSilentAfterSeconds ?? CLOSE_SILENT_AFTER_SECONDS;
    if (seconds === 0) return undefined;
    return { afterMs: seconds * 1_000, note: SILENT_NOTE[languageOf(this.#parts, message)](seconds) };
  }

  #openReply(
    { message, admitted }: Incoming,
    target: MessageTarget,
    buttons: TurnButtons,
    early: boolean,
  ): ReplyStream {
    const { account, lease, runtime, clock, logger, sent, openCards, shared } = this.#parts;
    const { card } = account.config;
    const language = languageOf(this.#parts, message);
    const reply = createReplyDispatcher({
      delivery: lease.delivery,
      target,
      chatId: message.chatId,
      settings: { locale: language, ...cardSettings(card) },
      loadImage: hostImages(runtime, account.config),
      header: card?.title === undefined ? undefined : { title: card.title, template: card.template },
      buttons:
        card?.buttons === false ? undefined : { stop: buttons.stop, after: [{ ...buttons.again, when: "always" }] },
    });
    buttons.on(reply);
    reply.events.on("card", ({ messageId }) => sent.add(messageId, admitted.route.sessionKey));
    if (shared === undefined) openCards.book(language, clock).follow(reply);
    else shared.follow(reply, { chatId: message.chatId, language });
    reply.events.on("finalize", ({ outcome, error }) => {
      if (error !== undefined) logger.warn("a reply failed", { outcome, error: error.message });
    });
    observeReply(reply, { clock, logger: quieter(logger) });
    if (early) reply.open();
    return reply;
  }

  async #sendComplete(incoming: Incoming, send: SendContext, message: CompleteMessage): Promise<string[]> {
    const { account, runtime, sent, questions } = this.#parts;
    const { presentation } = message;
    const ids: string[] = [];
    try {
      if (presentation !== undefined) ids.push(...(await sendPresentation(send, message, presentation)));
      else if (message.text !== undefined && message.text.trim() !== "")
        ids.push(...(await sendWholeText(send, message.text)));
      const messageId = ids.at(-1);
      if (messageId !== undefined) {
        const isCard = presentation !== undefined && send.config.renderMode !== "raw";
        const card = isCard
          ? toPresentationPieces(presentation, leadText(message, presentation)).at(-1)?.card
          : undefined;
        questions.sent(message, { account, place: incoming.message.chatId, messageId, card });
      }
      for (const url of message.mediaUrls ?? []) {
        const media = await runtime.media.loadWebMedia(url, { maxBytes: mediaMaxBytes(send.config) });
        try {
          ids.push(await sendLoadedMedia(send, media, url));
        } catch (error) {
          const note = tooLargeNote(error, media, send.locale);
          if (note === undefined) throw error;
          ids.push(...(await sendWholeText(send, note)));
        }
      }
    } catch (error) {
      throw toSendError(error);
    } finally {
      for (const id of ids) sent.add(id, incoming.admitted.route.sessionKey);
    }
    return ids;
  }
}

const toDuration = (seconds: number, minutes: string, unit: string): string =>
  seconds % 60 === 0 ? `${seconds / 60} ${minutes}` : `${seconds} ${unit}`;

/** Without `recoverUnclosed: false` the host's function shows the inside of a tag that is still open. */
const strippers: Strippers = {
  stripReasoning: (text) => stripReasoningTagsFromText(text, { mode: "strict", trim: "both", recoverUnclosed: false }),
  stripDirectives: (text) => stripInlineDirectiveTagsForDisplay(text).text,
};
