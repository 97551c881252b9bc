import { sleep } from "../../../../src/time/index.ts";
import type { Ending } from "../../dialect/index.ts";
import type { CardSlot } from "../card-slot.ts";
import type { FeishuDelivery } from "../engine.ts";
import { findSent } from "./find-sent.ts";
import { limitName } from "../limits.ts";
import { ENDLESS, persist } from "../writer/persist.ts";
import { readAnswer } from "./read-back.ts";
import type { Patience } from "../recovery.ts";
import type { ReplyState } from "../reply/reply-state.ts";
import type { ReplyTarget } from "../reply/reply-target.ts";
import { asLinks } from "../reply/reply-view.ts";
import type { Surface } from "../surface/surface.ts";
import type { Tally } from "../reply/tally.ts";

const LOOK_UP_TIMEOUT_MS = 5_000;
const MAX_READ_BACK_TIMEOUT_MS = 15_000;
/** While a reader waits for words, looking what a card shows may take so long (ms). */
const HASTY_READ_BACK_MS = 500;
const ONCE: Patience = { failures: 1, forMs: 0 };

/** The reply whose messages are in question. */
export interface LostMessageContext {
  readonly delivery: FeishuDelivery;
  readonly state: ReplyState;
  readonly target: ReplyTarget;
  /** Ends everything at the reply's deadline. */
  readonly signal: AbortSignal;
  readonly tally: Tally;
  /** Told of every failure on the way. */
  readonly onError: (error: unknown) => void;
}

/** Waits, at most until the reply's deadline. */
export async function pause(
  { delivery, signal }: Pick<LostMessageContext, "delivery" | "signal">,
  ms: number,
): Promise<void> {
  await sleep(delivery.clock, ms, signal).catch(() => undefined);
}

/** A message of unknown fate is looked for in the chat, once it can no longer appear late. */
export async function lookUp(context: LostMessageContext, surface: Surface): Promise<"found" | "absent" | "unknown"> {
  const { delivery, target, signal, tally, onError } = context;
  const { sending, lateUntil } = surface;
  const { chatId, threadId } = target;
  if (sending === undefined || chatId === undefined) return "unknown";
  await pause(context, lateUntil - delivery.clock.now());
  const { since, answers, cardId } = sending;
  const isKnown = (messageId: string): boolean => delivery.knowsMessage(messageId);
  try {
    const call = { signal, timeoutMs: LOOK_UP_TIMEOUT_MS, onCall: tally.onCall };
    const lost = { target: target.current, chatId, threadId, since, cardId, answers, isKnown };
    const message = await findSent(delivery.client, lost, call);
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

/** Where the text of a card that is left ends for its reader. */
export interface VisibleEnd {
  readonly at: number;
  /** Known from looking, not from what Feishu acknowledged. */
  readonly readBack: boolean;
}

/**
 * Where the text of a card that cannot be written any more ends: as `known` from acknowledgements, or, when a call's fate was left open,
 * as read back. `hasty`: a reader waits, and whatever lands later is undone when the card is closed; otherwise it is read once nothing
 * can land any more, for as long as it takes.
 */
export async function findVisibleEnd(
  context: LostMessageContext,
  slot: CardSlot,
  known: number,
  hasty: boolean,
): Promise<VisibleEnd> {
  const { delivery, state, signal, tally, onError } = context;
  const { shown, messageId, lateUntil, safeEnd } = slot.surface;
  const isCertain = shown?.maybeEnd === undefined && safeEnd >= known;
  if (isCertain || shown === undefined || messageId === undefined) return { at: known, readBack: false };
  if (!hasty) await pause(context, lateUntil - delivery.clock.now());
  let timeoutMs = hasty ? HASTY_READ_BACK_MS / 2 : LOOK_UP_TIMEOUT_MS / 2;
  const pace = { names: [limitName.api("message.get")], priority: "first" } as const;
  try {
    const answer = await persist(delivery, { signal, pace, patience: hasty ? ONCE : ENDLESS, tally }, () => {
      // More time at each attempt: a slow network must not look like a dead one until the end.
      timeoutMs = Math.min(timeoutMs * 2, MAX_READ_BACK_TIMEOUT_MS);
      return readAnswer(delivery.client, messageId, { signal, timeoutMs, onCall: tally.onCall });
    });
    const { length, value: text } = state.text;
    const least = Math.min(known, safeEnd);
    const most = Math.max(known, shown.maybeEnd ?? 0, Math.min(slot.range.end ?? length, length));
    const render = (markdown: string, ending: Ending): string => asLinks(state, markdown, ending);
    const at = slot.range.endOf(answer, text, { least, most, render });
    return at === undefined ? { at: known, readBack: false } : { at, readBack: true };
  } catch (error) {
    onError(error);
    return { at: known, readBack: false };
  }
}

/** Whether a card that was left may show more than its part of the text, once nothing can land on it any more. */
export async function mayShowMore(context: LostMessageContext, slot: CardSlot): Promise<boolean> {
  const { shown, lateUntil } = slot.surface;
  if (shown?.maybeEnd === undefined || shown.maybeEnd <= (slot.range.end ?? 0)) return false;
  await pause(context, lateUntil - context.delivery.clock.now());
  const { delivery, state, signal, tally, onError } = context;
  const { messageId } = slot.surface;
  if (messageId === undefined) return true;
  try {
    const answer = await readAnswer(delivery.client, messageId, {
      signal,
      timeoutMs: LOOK_UP_TIMEOUT_MS,
      onCall: tally.onCall,
    });
    const end = slot.range.end ?? slot.range.start;
    const render = (markdown: string, ending: Ending): string => asLinks(state, markdown, ending);
    return slot.range.endOf(answer, state.text.value, { least: end, most: end, render }) !== end;
  } catch (error) {
    onError(error);
    return true;
  }
}
