import { sleep } from "../../../src/time/index.ts";
import type { MessageTarget } from "../send.ts";
import type { CardSlot } from "./card-slot.ts";
import type { CardWriter } from "./card-writer.ts";
import type { FeishuDelivery } from "./engine.ts";
import { findSent } from "./find-sent.ts";
import { ImSurface } from "./im-surface.ts";
import { limitName } from "./limits.ts";
import { ENDLESS, persist } from "./persist.ts";
import { readAnswer } from "./read-back.ts";
import type { ReplyState } from "./reply-state.ts";
import { asLinks } from "./reply-view.ts";
import { stopStreaming } from "./retire.ts";
import type { Surface } from "./surface.ts";
import type { Tally } from "./tally.ts";

/** Between attempts to close a card to which nothing can be written: first and at most. */
const FIRST_PAUSE_MS = 2_000;
const MAX_PAUSE_MS = 15_000;
const READ_BACK_TIMEOUT_MS = 5_000;
const MAX_READ_BACK_TIMEOUT_MS = 15_000;

/** The reply whose cards fail. */
export interface LostCardContext {
  readonly delivery: FeishuDelivery;
  readonly state: ReplyState;
  readonly target: MessageTarget;
  /** Names the chat for its send limit. */
  readonly chat: string;
  /** Ends everything at the reply's deadline. */
  readonly signal: AbortSignal;
  readonly tally: Tally;
  /** Told of every failure on the way. */
  readonly onError: (error: unknown) => void;
}

/** Waits, at most until the reply's deadline. */
export async function pause({ delivery, signal }: LostCardContext, ms: number): Promise<void> {
  await sleep(delivery.clock, ms, signal).catch(() => undefined);
}

/** Patches of the same message, or an ordinary card when nothing was sent, in the place of the slot's means. */
export function takeOver(context: LostCardContext, slot: CardSlot): ImSurface {
  const { delivery, target, chat } = context;
  const from = slot.surface;
  const { messageId, shown, lateUntil } = from;
  return new ImSurface({
    client: delivery.client,
    clock: delivery.clock,
    target,
    chat,
    uuid: (from.sendUnknown ? from.sending?.uuid : undefined) ?? `${slot.nonce}-i`,
    startAt: slot.start,
    takeOver: messageId === undefined ? undefined : { messageId, shown, lateUntil },
    uncertain: from.sendUnknown,
    sending: from.sending,
    onSent: slot.onSent,
  });
}

/** A message of unknown fate is looked for in the chat, once it can no longer appear late. */
export async function lookUp(
  context: LostCardContext,
  surface: Surface,
  chatId: string | undefined,
): Promise<"found" | "absent" | "unknown"> {
  const { delivery, target, signal, tally, onError } = context;
  const { sending, lateUntil } = surface;
  if (sending === undefined || chatId === undefined) return "unknown";
  await pause(context, lateUntil - delivery.clock.now());
  const { since, answers, cardId } = sending;
  const isKnown = (messageId: string): boolean => delivery.knowsMessage(messageId);
  try {
    const call = { signal, timeoutMs: READ_BACK_TIMEOUT_MS, onCall: tally.onCall };
    const message = await findSent(delivery.client, { target, chatId, since, cardId, answers, isKnown }, call);
    if (message === "unknown") return "unknown";
    if (message === "absent") {
      surface.notSent();
      return "absent";
    }
    surface.adopt(message);
    return "found";
  } catch (error) {
    onError(error);
    return "unknown";
  }
}

/**
 * Where the text of a lost card ends for its reader: as `known` from acknowledgements, or, when a call's fate was left open, as read
 * back once no such call can still take effect.
 */
export async function findVisibleEnd(context: LostCardContext, slot: CardSlot, known: number): Promise<number> {
  const { delivery, state, signal, tally, onError } = context;
  const { shown, messageId, lateUntil } = slot.surface;
  if (shown?.maybeEnd === undefined || messageId === undefined) return known;
  await pause(context, lateUntil - delivery.clock.now());
  let timeoutMs = READ_BACK_TIMEOUT_MS / 2;
  const pace = { names: [limitName.api("message.get")], priority: "first" } as const;
  try {
    const answer = await persist(delivery, { signal, pace, patience: ENDLESS, tally }, () => {
      // More time at each attempt: a slow network must not look like a dead one until the end.
      timeoutMs = Math.min(timeoutMs * 2, MAX_READ_BACK_TIMEOUT_MS);
      return readAnswer(delivery.client, messageId, { signal, timeoutMs, onCall: tally.onCall });
    });
    const { length, value: text } = state.text;
    const most = Math.max(known, shown.maybeEnd, Math.min(slot.end ?? length, length));
    slot.sureEnd = slot.endOf(answer, text, { least: known, most, render: (markdown) => asLinks(state, markdown) });
    return slot.sureEnd ?? known;
  } catch (error) {
    onError(error);
    return known;
  }
}

/** A lost card must not spin for ever: streaming mode is ended by whichever means works again first. */
export async function closeLost(
  context: LostCardContext,
  slot: CardSlot,
  writer: (surface: Surface) => CardWriter,
): Promise<void> {
  const { delivery, signal, onError } = context;
  for (let pauseMs = FIRST_PAUSE_MS; slot.streaming !== undefined && !signal.aborted; pauseMs *= 2) {
    const error = await stopStreaming(slot.streaming, context, delivery.patience);
    if (error === undefined) return;
    onError(error);
    if (slot.surface.messageId !== undefined) {
      const end = await writer(takeOver(context, slot)).run();
      if (end.state === "finished") slot.streaming?.closedElsewhere();
    }
    if (slot.streaming !== undefined) await pause(context, Math.min(pauseMs, MAX_PAUSE_MS));
  }
}
