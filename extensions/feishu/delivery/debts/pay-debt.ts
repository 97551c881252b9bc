import { ELEMENT } from "../../card/index.ts";
import type { CallOptions } from "../../client/index.ts";
import { FeishuApiError } from "../../client/index.ts";
import { convertMessageIdToCardIdFeishu, patchCardMessageFeishu } from "../../send.ts";
import type { OwedCard, Payment } from "./card-debts.ts";
import type { CardCall } from "../surface/cardkit-calls.ts";
import { CardKitCalls } from "../surface/cardkit-calls.ts";
import type { FeishuDelivery } from "../engine.ts";
import { findSent } from "../seen/find-sent.ts";
import { limitName } from "../limits.ts";
import { decide } from "../recovery.ts";
import type { SequenceCounter } from "../surface/sequence-counter.ts";
import type { LostSend, Unfinished } from "../surface/surface.ts";

const TIMEOUT_MS = 8_000;
/** A send that is repeated within an hour brings the message of the first (im-v1/message/create); later it would be another. */
const SAME_UUID_MS = 50 * 60_000;
const NO_PATIENCE = { failures: 1, forMs: 0 };

/** A card whose calls are counted. */
interface Counted {
  readonly cardId: string;
  readonly sequence: SequenceCounter;
}

/** Puts the card as it is to be in the end; when Feishu will not take that, streaming mode is ended at least. Never rejects. */
export async function payDebt(delivery: FeishuDelivery, owed: OwedCard, signal: AbortSignal): Promise<Payment> {
  const options: CallOptions = { signal, timeoutMs: TIMEOUT_MS };
  const { unfinished } = owed;
  try {
    return unfinished.by === "patch"
      ? await payByPatch(delivery, owed, unfinished, options)
      : await payByCardKit(delivery, owed, unfinished, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown";
    delivery.logger.debug("a card could not be closed yet", { reason });
    return "later";
  }
}

async function payByCardKit(
  delivery: FeishuDelivery,
  owed: OwedCard,
  { cardId: known, messageId, sequence }: Unfinished & { by: "cardkit" },
  options: CallOptions,
): Promise<Payment> {
  const calls = new CardKitCalls(delivery.client, delivery.nonce(16), sequence);
  const cardId = known ?? (await convert(delivery, messageId, options));
  if (cardId === undefined) return "gone";
  const counted = { cardId, sequence };
  const put = await attempt(delivery, calls.replace(cardId, owed.layout()), options, counted);
  const payment = put === "refused" || put === "too-large" ? await tidy(delivery, calls, cardId, options) : put;
  if (payment === "paid") delivery.cardkit.worked();
  return payment;
}

/** Feishu will not take the whole card: streaming mode is ended, and what makes it look unfinished goes, as far as it is there. */
async function tidy(
  delivery: FeishuDelivery,
  calls: CardKitCalls,
  cardId: string,
  options: CallOptions,
): Promise<Payment> {
  const counted = { cardId, sequence: calls.sequence };
  const ended = await attempt(delivery, calls.setStreaming(cardId, false), options, counted);
  if (ended !== "paid") return ended === "too-large" ? "refused" : ended;
  let payment: Payment = "paid";
  for (const id of [ELEMENT.status, ELEMENT.actions]) {
    const gone = calls.batch(cardId, [{ action: "delete_elements", params: { element_ids: [id] } }]);
    // What is not there need not go.
    if ((await attempt(delivery, gone, options, counted)) === "too-large") payment = "refused";
  }
  return payment;
}

/** Only for cards that no CardKit call was made for. */
async function payByPatch(
  delivery: FeishuDelivery,
  owed: OwedCard,
  { messageId: known, lateUntil, lost }: Unfinished & { by: "patch" },
  options: CallOptions,
): Promise<Payment> {
  if (delivery.clock.now() < lateUntil) return "later";
  if (known === undefined && delivery.clock.wallNow() - owed.since > SAME_UUID_MS) return "gone";
  const messageId = known ?? (lost === undefined ? undefined : await findAgain(delivery, lost, options));
  if (messageId === undefined) return "gone";
  const patch: CardCall = {
    api: "message.patch",
    names: [limitName.api("message.patch"), limitName.patch(messageId)],
    run: (call) => patchCardMessageFeishu(delivery.client, { messageId, card: owed.layout() }, call),
  };
  const payment = await attempt(delivery, patch, options);
  return payment === "too-large" ? "refused" : payment;
}

/** The message of a sending of unknown fate, when it is there: what is not must not appear now. */
async function findAgain(
  delivery: FeishuDelivery,
  { sending, target, sendAgain }: LostSend,
  options: CallOptions,
): Promise<string | undefined> {
  const { chatId, threadId } = target;
  if (chatId === undefined) return undefined;
  const { since, answers, cardId } = sending;
  const isKnown = (messageId: string): boolean => delivery.knowsMessage(messageId);
  const lost = { target: target.current, chatId, threadId, since, cardId, answers, isKnown };
  const found = await findSent(delivery.client, lost, options);
  return found === "absent" ? undefined : await sendAgain(options);
}

/** Makes one call, with as large a `sequence` as it takes while the card is this process's. @throws what makes it worth trying later */
async function attempt(
  delivery: FeishuDelivery,
  call: CardCall,
  options: CallOptions,
  counted?: Counted,
): Promise<Payment | "too-large"> {
  for (;;) {
    const { signal } = options;
    const use = [{ use: undefined, names: call.names }];
    const grant = await delivery.pacer.acquire({ options: use, priority: "text", since: delivery.clock.now(), signal });
    try {
      await call.run(options);
      return "paid";
    } catch (error) {
      const { random } = delivery;
      const decision = decide(error, { failures: 1, failingForMs: 0, patience: NO_PATIENCE, random });
      // Whoever writes to the card now closes it; and if nobody does, it is not refused for ever.
      if (decision.do === "resequence" && !(await mayGoOn(delivery, counted))) return "refused";
      if (decision.do === "gone") return "gone";
      if (decision.do === "shrink") return "too-large";
      if (isRefusal(error)) return "refused";
      if (decision.do !== "resequence") throw error;
    } finally {
      grant.done();
    }
  }
}

/** After a conflict: takes a larger number, unless the card is known to be another's, whose numbers must stay the larger ones. */
async function mayGoOn(delivery: FeishuDelivery, counted: Counted | undefined): Promise<boolean> {
  if (counted === undefined || (await delivery.cards.isTaken(counted.cardId))) return false;
  return counted.sequence.conflict();
}

/** The entity of a message that may have been converted; undefined when it has none. @throws what makes it worth trying later */
export async function convert(
  delivery: FeishuDelivery,
  messageId: string | undefined,
  options: CallOptions,
): Promise<string | undefined> {
  if (messageId === undefined) return undefined;
  try {
    return (await convertMessageIdToCardIdFeishu(delivery.client, { messageId }, options)).cardId;
  } catch (error) {
    // Recalled, or no card at all.
    if (error instanceof FeishuApiError && ["not-found", "expired", "invalid"].includes(error.kind)) return undefined;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof FeishuApiError && (error.kind === "invalid" || error.kind === "element-missing");
}
