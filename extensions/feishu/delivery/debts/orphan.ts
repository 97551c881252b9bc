import type { ReplyButtons } from "../../../../src/plugin-sdk/index.ts";
import { sleep } from "../../../../src/time/index.ts";
import type { CardJson, CardLocale } from "../../card/index.ts";
import { blockJson, buttonsBlock, cardStrings, ELEMENT, markdownBlock } from "../../card/index.ts";
import type { CallOptions } from "../../client/index.ts";
import { FeishuApiError } from "../../client/index.ts";
import type { CardAction } from "../../send.ts";
import {
  batchUpdateCardFeishu,
  getMessageFeishu,
  patchCardMessageFeishu,
  updateCardSettingsFeishu,
} from "../../send.ts";
import type { FeishuDelivery } from "../engine.ts";
import type { Payment } from "./card-debts.ts";
import { SURELY_REFUSED } from "./card-debts.ts";
import { convert, payDebt } from "./pay-debt.ts";
import { persist } from "../writer/persist.ts";
import { cardOf, readEmptyElements } from "../seen/read-back.ts";
import { FRESH_PAUSES_MS } from "../recovery.ts";
import type { Remainder } from "./remainder.ts";
import { readRemainder } from "./remainder.ts";
import { SequenceCounter } from "../surface/sequence-counter.ts";
import type { Unfinished } from "../surface/surface.ts";
import { LATE_MS } from "../surface/surface.ts";

/** A card whose process died while it was open, and of whose state nothing is left but what a journal has. */
export interface OrphanCard {
  readonly cardId?: string | undefined;
  readonly messageId?: string | undefined;
  readonly locale: CardLocale;
  /** Offered below what was written. @defaultValue none */
  readonly buttons?: ReplyButtons["after"];
  /** How the card is to be ended, as its reply told: see the reply events `card` and `owed`. */
  readonly remainder?: string | undefined;
}

/** No process counts this far, so a number from here on is larger than any the dead one used; time makes the next start's larger still. */
const SEQUENCE_BASE = 1_000_000_000;
const TIMEOUT_MS = 5_000;
/** Between attempts while Feishu does not answer: growing. */
const PAUSES_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 300_000];
/** What a card shows only while more is to come. */
const OPEN: readonly string[] = [ELEMENT.status, ELEMENT.actions];
/** What goes when a card is said to be interrupted: a note takes the place of another. */
const GONE: readonly string[] = [...OPEN, ELEMENT.note];
/** How often in a row Feishu must say that a card is gone. */
const SURELY_GONE = 3;

/**
 * Ends a card that a dead process left open. When its reply told what it was to become, it becomes that; else streaming goes off, what was
 * written stays, and a note says that it was interrupted. A card entity, and what may have become one, is ended by CardKit alone, any
 * other card by a patch of its message. Tries until Feishu answers; a card that is gone needs no end.
 * @throws TypeError without any id, SyntaxError for a `remainder` of something else, when the account is closed, or the signal's reason.
 */
export async function closeOrphanCard(delivery: FeishuDelivery, card: OrphanCard, signal?: AbortSignal): Promise<void> {
  if (card.cardId === undefined && card.messageId === undefined)
    throw new TypeError("a card needs a cardId or a messageId to be closed by");
  if (card.cardId !== undefined) delivery.cards.closedAsOrphan(card.cardId);
  const until = signal === undefined ? delivery.closed : AbortSignal.any([signal, delivery.closed]);
  const remainder = card.remainder === undefined ? undefined : readRemainder(card.remainder);
  let goneTimes = 0;
  let refusedTimes = 0;
  for (let attempt = 0; ; attempt++) {
    const end = await tryToClose(delivery, card, remainder, until);
    if (end === "closed") return;
    goneTimes = end === "gone" ? goneTimes + 1 : 0;
    if (end === "refused") refusedTimes += 1;
    if (goneTimes >= SURELY_GONE || refusedTimes >= SURELY_REFUSED) return;
    await sleep(delivery.clock, PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] ?? 0, until);
  }
}

async function tryToClose(
  delivery: FeishuDelivery,
  card: OrphanCard,
  remainder: Remainder | undefined,
  signal: AbortSignal,
): Promise<"closed" | Exclude<Payment, "paid">> {
  const by = remainder?.by ?? (card.cardId === undefined ? "patch" : "cardkit");
  try {
    if (remainder?.layout !== undefined) return await finish(delivery, card, { by, layout: remainder.layout }, signal);
    await interrupt(delivery, card, by, { timeoutMs: TIMEOUT_MS, signal });
    return "closed";
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FeishuApiError && ["not-found", "expired", "invalid"].includes(error.kind)) return "gone";
    delivery.logger.debug("a card that was left open cannot be closed yet", {
      reason: error instanceof Error ? error.message : "unknown",
    });
    return error instanceof FeishuApiError && error.kind === "too-large" ? "refused" : "later";
  }
}

/** Gives the card the end that its reply wanted for it. */
async function finish(
  delivery: FeishuDelivery,
  { cardId, messageId }: OrphanCard,
  { by, layout }: { by: Unfinished["by"]; layout: CardJson },
  signal: AbortSignal,
): Promise<"closed" | Exclude<Payment, "paid">> {
  const unfinished: Unfinished =
    by === "patch"
      ? { by: "patch", messageId: messageId ?? "", lateUntil: -Infinity }
      : { by: "cardkit", cardId, messageId, sequence: new SequenceCounter(sequenceBase(delivery)) };
  const owed = { unfinished, layout: () => layout, since: delivery.clock.wallNow(), onSettled: () => {} };
  const payment = await payDebt(delivery, owed, signal);
  return payment === "paid" ? "closed" : payment;
}

/** Ends a card in the middle of whose writing its process died. */
async function interrupt(
  delivery: FeishuDelivery,
  { cardId: known, messageId, locale, buttons: offered = [] }: OrphanCard,
  by: Unfinished["by"],
  call: CallOptions,
): Promise<void> {
  const strings = cardStrings(locale);
  const note = markdownBlock(ELEMENT.note, `<font color='grey'>${strings.failed("interrupted")}</font>`, {
    size: "notation",
  });
  const buttons = offered.map((button, index) => ({ ...button, id: `after${index}` }));
  const tail = [note, ...(buttons.length > 0 ? [buttonsBlock(buttons)] : [])].map(blockJson);
  if (by === "cardkit") {
    const cardId = known ?? (await convert(delivery, messageId, call));
    if (cardId !== undefined) return closeByCardKit(delivery, { cardId, messageId }, tail, strings.interrupted, call);
    // What cannot become an entity is none.
  }
  if (messageId !== undefined) await closeByPatch(delivery, messageId, tail, call);
}

/**
 * No number says which of two patches is the newer one. So the message is left alone until nothing has changed it for as long as a last
 * patch of its process may be under way; one that only seemed dead ends it meanwhile.
 */
async function closeByPatch(
  delivery: FeishuDelivery,
  messageId: string,
  tail: readonly object[],
  call: CallOptions,
): Promise<void> {
  const look = async (): Promise<string> => {
    const { message } = await getMessageFeishu(delivery.client, { messageId, fullCard: true }, call);
    return message.content;
  };
  let before: string | undefined;
  for (;;) {
    const content = await persist(delivery, { signal: call.signal }, look);
    const card = cardOf(content);
    if (!looksUnfinished(card)) return;
    if (content === before) {
      const marked = markInterrupted(card, tail);
      return persist(delivery, { signal: call.signal }, () =>
        patchCardMessageFeishu(delivery.client, { messageId, card: marked }, call),
      );
    }
    before = content;
    await sleep(delivery.clock, LATE_MS, call.signal);
  }
}

async function closeByCardKit(
  delivery: FeishuDelivery,
  { cardId, messageId }: { readonly cardId: string; readonly messageId: string | undefined },
  tail: readonly object[],
  summary: string,
  call: CallOptions,
): Promise<void> {
  const sequence = new SequenceCounter(sequenceBase(delivery));
  const config = { streaming_mode: false, summary: { content: summary } };
  await persist(delivery, { signal: call.signal }, () =>
    updateCardSettingsFeishu(delivery.client, { cardId, settings: { config }, sequence: sequence.next() }, call),
  );
  const empty = messageId === undefined ? [] : await emptyElements(delivery, messageId, call);
  // Which of these the card has is not known, so each goes by itself and may fail.
  let tidy: CardAction[] = [
    ...(empty.length === 0 ? [] : [deleteElements(empty)]),
    ...GONE.map((id) => deleteElements([id])),
    { action: "add_elements", params: { type: "append", elements: tail } },
  ];
  // What the process added just before it died may not be known everywhere, and is said to be missing.
  for (const pauseMs of [0, ...FRESH_PAUSES_MS]) {
    if (tidy.length === 0) return;
    await sleep(delivery.clock, pauseMs, call.signal);
    const missed: CardAction[] = [];
    for (const action of tidy) {
      try {
        await persist(delivery, { signal: call.signal }, () =>
          batchUpdateCardFeishu(delivery.client, { cardId, actions: [action], sequence: sequence.next() }, call),
        );
      } catch (error) {
        // What is not there need not go; but while Feishu does not answer, nobody knows.
        if (!(error instanceof FeishuApiError) || !isMissed(action, error)) throw error;
        if (error.kind === "element-missing") missed.push(action);
        const reason = error.message;
        delivery.logger.debug("an interrupted card could not be tidied", { action: action.action, reason });
      }
    }
    tidy = missed;
  }
}

/** The elements that stood ready for more of the answer. None when the card cannot be read: they are no more than a gap below the text. */
async function emptyElements(
  { client, logger }: FeishuDelivery,
  messageId: string,
  call: CallOptions,
): Promise<readonly string[]> {
  try {
    return await readEmptyElements(client, messageId, call);
  } catch (error) {
    call.signal?.throwIfAborted();
    logger.debug("an interrupted card could not be read", {
      reason: error instanceof Error ? error.message : "unknown",
    });
    return [];
  }
}

/** Whether the card does without this: what is to go is not there, or the note finds no room. */
function isMissed({ action }: CardAction, { kind }: FeishuApiError): boolean {
  if (["element-missing", "invalid", "not-found"].includes(kind)) return true;
  return action === "add_elements" && kind === "too-large";
}

function sequenceBase({ clock }: FeishuDelivery): number {
  return SEQUENCE_BASE + (Math.floor(clock.wallNow() / 1_000) % SEQUENCE_BASE);
}

const deleteElements = (ids: readonly string[]): CardAction => ({
  action: "delete_elements",
  params: { element_ids: ids },
});

const elementsOf = (card: CardJson): readonly { element_id?: string }[] =>
  (card["body"] as { elements?: { element_id?: string }[] } | undefined)?.elements ?? [];

const looksUnfinished = (card: CardJson): boolean =>
  elementsOf(card).some(({ element_id }) => element_id !== undefined && OPEN.includes(element_id));

function markInterrupted(card: CardJson, tail: readonly object[]): CardJson {
  const kept = elementsOf(card).filter(({ element_id }) => element_id === undefined || !GONE.includes(element_id));
  const config = { ...(card["config"] as object | undefined), streaming_mode: false, update_multi: true };
  return {
    ...card,
    schema: "2.0",
    config,
    body: { ...(card["body"] as object | undefined), elements: [...kept, ...tail] },
  };
}
