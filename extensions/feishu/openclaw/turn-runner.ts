import { createChannelMessageReplyPipeline } from "openclaw/plugin-sdk/channel-outbound";
import { getGlobalHookRunner } from "openclaw/plugin-sdk/plugin-runtime";
import { stripInlineDirectiveTagsForDisplay, stripReasoningTagsFromText } from "openclaw/plugin-sdk/text-chunking";
import { observeReply } from "../../../src/metrics/index.ts";
import type { ReplyStream } from "../../../src/stream/index.ts";
import { MessageSign } from "../message-sign.ts";
import { createReplyDispatcher } from "../reply-dispatcher.ts";
import type { MessageTarget } from "../send.ts";
import { wantsBlocks } from "./block-streaming.ts";
import { hasConversationAccess } from "./consent.ts";
import { toDeliveryError, toSendError } from "./delivery-error.ts";
import { quieter } from "./host-log.ts";
import type { BotLoopLimits, HostConfig, HostValue, TurnPlan } from "./host.ts";
import { hostImages } from "./host-images.ts";
import type { Strippers } from "./live-text.ts";
import { mediaMaxBytes, sendLoadedMedia, sendPresentation, sendWholeText } from "./message-sender.ts";
import type { SendContext } from "./message-sender.ts";
import { leadText, toPresentationCard } from "./presentation-card.ts";
import { ReplyTurn } from "./reply-turn.ts";
import type { CompleteMessage } from "./reply-turn.ts";
import { runAgain } from "./run-again.ts";
import { languageOf, logFailure, originalId, sendContextOf, targetOf } from "./session-parts.ts";
import type { Incoming, SessionParts } from "./session-parts.ts";
import { resolveStreamingConfig } from "./streaming-config.ts";
import type { StreamingConfig } from "./streaming-config.ts";
import type { TurnButtons } from "./turn-buttons.ts";

/** A card that should be seen even before there is anything to say appears after this long. */
const EARLY_MS = 1_000;

/** Runs turns of the host in the background and shows each as one reply. */
export class TurnRunner {
  readonly #parts: SessionParts;
  readonly #running = new Map<ReplyTurn, { readonly incoming: Incoming; readonly abort: AbortController }>();

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
    const { account, buttons, lease, names, clock, logger } = this.#parts;
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
    const shown = buttons.register({ askedBy, language: languageOf(this.#parts, message), stop, again });
    const seesModel = config.liveSource === true && hasConversationAccess(admitted.cfg);
    const turn = new ReplyTurn({
      clock,
      strippers: seesModel ? strippers : undefined,
      live: streaming.mode === "live" && !hasMessageHooks(),
      earlyMs: message.chatType === "direct" || message.mentionedBot || origin === "button" ? EARLY_MS : undefined,
      toDeliveryError,
      openStream: (early) => this.#openReply(incoming, target, shown, early),
      sendComplete: (complete) => this.#sendComplete(incoming, send, complete),
    });
    const typing = new MessageSign({
      client: lease.client,
      messageId: originalId(message.messageId),
      emojiType: "Typing",
      logger,
    });
    this.#running.set(turn, { incoming, abort });
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
            textForCommands: message.text,
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

  #openReply(
    { message, admitted }: Incoming,
    target: MessageTarget,
    buttons: TurnButtons,
    early: boolean,
  ): ReplyStream {
    const { account, lease, runtime, clock, logger, sent, openCards } = this.#parts;
    const { card } = account.config;
    const language = languageOf(this.#parts, message);
    const reply = createReplyDispatcher({
      delivery: lease.delivery,
      target,
      chatId: message.chatId,
      settings: { locale: language, rolloverChars: card?.maxChars, flushMs: card?.flushMs },
      loadImage: hostImages(runtime, account.config),
      header: card?.title === undefined ? undefined : { title: card.title, template: card.template },
      buttons:
        card?.buttons === false ? undefined : { stop: buttons.stop, after: [{ ...buttons.again, when: "always" }] },
    });
    const open = new Set<string>();
    reply.events.on("card", ({ cardId, messageId }) => {
      sent.add(messageId, admitted.route.sessionKey);
      const key = openCards.opened({ cardId, messageId, language, openedAt: clock.wallNow() });
      if (key !== undefined) open.add(key);
    });
    reply.events.on("closed", () => openCards.closed(open));
    reply.events.on("finalize", ({ outcome, error }) => {
      // What could not be closed is left to the next start.
      if (error === undefined) openCards.closed(open);
      else logger.warn("a reply failed", { outcome, error: error.message });
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
        const card = isCard ? toPresentationCard(presentation, leadText(message, presentation)) : undefined;
        questions.sent(message, { account, place: incoming.message.chatId, messageId, card });
      }
      for (const url of message.mediaUrls ?? []) {
        const media = await runtime.media.loadWebMedia(url, { maxBytes: mediaMaxBytes(send.config) });
        ids.push(await sendLoadedMedia(send, media, url));
      }
    } catch (error) {
      throw toSendError(error);
    } finally {
      for (const id of ids) sent.add(id, incoming.admitted.route.sessionKey);
    }
    return ids;
  }
}

/** The operator's own limits; the host leaves it to the channel to hand them over. */
function loopDefaults({ channels }: HostConfig): BotLoopLimits | undefined {
  const defaults: unknown = (channels as Readonly<Record<string, unknown>> | undefined)?.["defaults"];
  if (typeof defaults !== "object" || defaults === null || !("botLoopProtection" in defaults)) return undefined;
  // The host checked it against its own schema.
  return defaults.botLoopProtection as BotLoopLimits;
}

/** Without `recoverUnclosed: false` the host's function shows the inside of a tag that is still open. */
const strippers: Strippers = {
  stripReasoning: (text) => stripReasoningTagsFromText(text, { mode: "strict", trim: "both", recoverUnclosed: false }),
  stripDirectives: (text) => stripInlineDirectiveTagsForDisplay(text).text,
};

/** With such hooks nothing may be shown before the host has settled what the message says. */
function hasMessageHooks(): boolean {
  const hooks = getGlobalHookRunner();
  if (hooks === null) return false;
  return (
    hooks.hasHooks("message_sending") ||
    hooks.hasHooks("reply_payload_sending") ||
    hooks.hasHooks("before_agent_finalize")
  );
}
