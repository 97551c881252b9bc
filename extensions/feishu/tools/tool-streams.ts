import { DryReply, LocalStreams, SharedStreams } from "../../../src/feed/index.ts";
import type { SharedStreamOpener, StreamRegistry } from "../../../src/feed/index.ts";
import type { Logger } from "../../../src/log/index.ts";
import type { ThinkTagMode } from "../../../src/provider-wire/index.ts";
import type { ProcessInfo, SharedState } from "../../../src/shared/index.ts";
import type { ReplyEvents, ReplyStream } from "../../../src/stream/index.ts";
import { DeadlineError, withDeadline } from "../../../src/time/index.ts";
import { FeishuApiError } from "../client/index.ts";
import { closeOrphanCard, seamLimits, takeUp } from "../delivery/index.ts";
import type { FeishuDelivery } from "../delivery/index.ts";
import type { LoadImage } from "../images/index.ts";
import { createReplyDispatcher } from "../reply-dispatcher.ts";
import type { ReplyDispatcher, ReplyDispatcherOptions, ReplySettings } from "../reply-dispatcher.ts";
import type { MessageTarget } from "../send.ts";
import { toEndNotes, toRemoteLimits } from "./stream-limits.ts";
import type { StreamLimits } from "./stream-limits.ts";

/** What a stream of the tools is opened by. Plain data: another process may have to read it. */
export interface ToolHead {
  readonly target: MessageTarget;
  readonly title: string | undefined;
  readonly thinkTags: ThinkTagMode | undefined;
  /** Names this opening in the process that makes it. */
  readonly opening: string;
}

/** Where the tools of several processes share their streams. */
export interface ToolSharing {
  readonly state: SharedState;
  /** How long the other processes wait for a sign of life. @defaultValue 15000 */
  readonly lifetimeMs?: number | undefined;
  /** What the other processes are told of this one. */
  readonly process?: ProcessInfo | undefined;
  /** From 0 (inclusive) to 1. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** What the streams of the tools are made of. */
export interface ToolStreamsOptions {
  readonly delivery: FeishuDelivery;
  readonly newId: () => string;
  readonly dryRun: boolean;
  readonly settings: ReplySettings;
  readonly images: LoadImage | undefined;
  readonly limits: StreamLimits | undefined;
  readonly shared: ToolSharing | undefined;
  readonly onOpen: ((reply: ReplyStream) => void) | undefined;
}

/** A card that is not there by then comes later; appending goes on meanwhile. */
const SHOWN_WITHIN_MS = 5_000;

/** The streams of the tools, and what became of the cards that were to be shown. */
export class ToolStreams {
  readonly all: StreamRegistry<ToolHead>;
  readonly start: () => Promise<void>;
  /** Whether this process may write to a card, as far as it knows. */
  readonly owns: (cardId: string) => boolean;
  readonly #shown = new Map<string, Promise<void>>();

  constructor(options: ToolStreamsOptions) {
    const { delivery, newId, dryRun, settings, images, onOpen, shared } = options;
    const make = (
      head: ToolHead,
      among: Pick<ReplyDispatcherOptions, "id" | "mayWrite" | "takenUp">,
    ): ReplyDispatcher => {
      const header = head.title === undefined ? undefined : { title: head.title };
      const reply = createReplyDispatcher({
        delivery,
        target: head.target,
        loadImage: images,
        settings,
        header,
        ...among,
      });
      onOpen?.(reply);
      return reply;
    };
    const opener: SharedStreamOpener<ToolHead> = {
      read: ({ thinkTags }) => ({ thinkTags }),
      open: (head, id, mayWrite) => {
        if (dryRun) return new DryReply(delivery.clock.wallNow());
        const reply = make(head, { id, mayWrite });
        const shown = show(reply, delivery);
        // Whoever opened it may have gone.
        shown.catch(() => {});
        this.#shown.set(head.opening, shown);
        return reply;
      },
      async takeUp(head, id, begun, mayWrite) {
        const takenUp = await takeUp({ delivery, begun, limits: seamLimits(settings) });
        return takenUp && make(head, { id, mayWrite, takenUp });
      },
      closeOrphan: (_, { cardId, messageId, remainder }) =>
        closeOrphanCard(delivery, { cardId, messageId, remainder, locale: settings.locale ?? "zh" }),
    };
    const language = settings.locale ?? "zh";
    const common = {
      clock: delivery.clock,
      newId,
      opener,
      limits: toRemoteLimits(options.limits),
      ...toEndNotes(language),
    };
    if (shared === undefined || dryRun) {
      this.all = new LocalStreams(common);
      this.start = async () => {};
      this.owns = () => true;
      return;
    }
    const streams = new SharedStreams({ ...common, ...shared });
    this.all = streams;
    this.start = () => streams.start();
    this.owns = (cardId) => streams.owns(cardId);
  }

  /**
   * The empty card of an opening is visible, so that a wrong target is known before anything is written; or it takes longer than usual.
   * @throws FeishuApiError when Feishu refuses the message, or the signal's reason.
   */
  async shown(opening: string, signal: AbortSignal): Promise<void> {
    const shown = this.#shown.get(opening);
    this.#shown.delete(opening);
    if (shown === undefined) return;
    const { promise, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      await Promise.race([shown, promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}

async function show(reply: ReplyDispatcher, { clock }: FeishuDelivery): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onCard: ReplyEvents["card"] = ({ messageId }) => {
    if (messageId !== undefined) resolve();
  };
  const onFallback: ReplyEvents["fallback"] = ({ error }) => {
    // That CardKit does not work is no reason to give up; that the message is refused is.
    if (error instanceof FeishuApiError && error.operation.startsWith("im.message")) reject(error);
  };
  // A reply that nothing can arrive of ends itself.
  const onEnd: ReplyEvents["finalize"] = ({ error }) => reject(error ?? new Error("the reply has ended"));
  reply.events.on("card", onCard).on("fallback", onFallback).on("finalize", onEnd);
  try {
    reply.open();
    await withDeadline(clock, SHOWN_WITHIN_MS, "showing the card", () => promise);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
  } finally {
    reply.events.off("card", onCard).off("fallback", onFallback).off("finalize", onEnd);
  }
}
