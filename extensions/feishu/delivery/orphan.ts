import type { CardJson, CardLocale } from "../card/index.ts";
import { blockJson, cardStrings, ELEMENT, markdownBlock } from "../card/index.ts";
import type { CallOptions } from "../client/index.ts";
import { FeishuApiError } from "../client/index.ts";
import type { CardAction } from "../send.ts";
import { batchUpdateCardFeishu, getMessageFeishu, patchCardMessageFeishu, updateCardSettingsFeishu } from "../send.ts";
import type { FeishuDelivery } from "./engine.ts";
import { persist } from "./persist.ts";

/** A card whose process died while it was open, and nothing of its state is left. */
export interface OrphanCard {
  readonly cardId?: string | undefined;
  readonly messageId?: string | undefined;
  readonly locale: CardLocale;
}

/** No process counts this far, so a number from here on is larger than any the dead one used; time makes the next start's larger still. */
const SEQUENCE_BASE = 1_000_000_000;
const TIMEOUT_MS = 5_000;

/**
 * Ends a card that a dead process left open: streaming off, what was written stays, a note says that it was interrupted. By
 * CardKit; by a patch of the message when that does not work. A card that is gone, or a message that is no card, needs no end.
 * @throws the last error when neither works, or the signal's reason.
 */
export async function closeOrphanCard(delivery: FeishuDelivery, card: OrphanCard, signal?: AbortSignal): Promise<void> {
  try {
    await close(delivery, card, signal);
  } catch (error) {
    // Asking again at every start would change none of these.
    if (!(error instanceof FeishuApiError) || !["not-found", "expired", "invalid"].includes(error.kind)) throw error;
  }
}

async function close(delivery: FeishuDelivery, card: OrphanCard, signal: AbortSignal | undefined): Promise<void> {
  const strings = cardStrings(card.locale);
  const note = markdownBlock(ELEMENT.note, `<font color='grey'>${strings.failed("interrupted")}</font>`, {
    size: "notation",
  });
  const call: CallOptions = { timeoutMs: TIMEOUT_MS, ...(signal && { signal }) };
  let failure: unknown = new Error("neither cardId nor messageId is known");
  if (card.cardId !== undefined) {
    try {
      await closeByCardKit(delivery, card.cardId, blockJson(note), strings.interrupted, call);
      return;
    } catch (error) {
      failure = error;
    }
  }
  if (card.messageId === undefined) throw failure;
  const { messageId } = card;
  await persist(delivery, { signal }, async () => {
    const { message } = await getMessageFeishu(delivery.client, { messageId, fullCard: true }, call);
    const marked = markInterrupted(JSON.parse(message.content) as CardJson, blockJson(note));
    await patchCardMessageFeishu(delivery.client, { messageId, card: marked }, call);
  });
}

async function closeByCardKit(
  delivery: FeishuDelivery,
  cardId: string,
  note: object,
  summary: string,
  call: CallOptions,
): Promise<void> {
  let sequence = SEQUENCE_BASE + (Math.floor(delivery.clock.wallNow() / 1_000) % SEQUENCE_BASE);
  const config = { streaming_mode: false, summary: { content: summary } };
  await persist(delivery, { signal: call.signal }, () =>
    updateCardSettingsFeishu(delivery.client, { cardId, settings: { config }, sequence: (sequence += 1) }, call),
  );
  // Which of these the card has is not known, so each goes by itself and may fail.
  const tidy: CardAction[] = [
    { action: "delete_elements", params: { element_ids: [ELEMENT.status] } },
    { action: "delete_elements", params: { element_ids: [ELEMENT.actions] } },
    { action: "add_elements", params: { type: "append", elements: [note] } },
  ];
  for (const action of tidy) {
    const params = { cardId, actions: [action], sequence: (sequence += 1) };
    await batchUpdateCardFeishu(delivery.client, params, call).catch((error: unknown) => {
      delivery.logger.debug("an interrupted card could not be tidied", {
        action: action.action,
        reason: error instanceof Error ? error.message : "unknown",
      });
    });
  }
}

function markInterrupted(card: CardJson, note: object): CardJson {
  const body = card["body"] as { elements?: { element_id?: string }[] } | undefined;
  const gone: readonly (string | undefined)[] = [ELEMENT.status, ELEMENT.actions];
  const kept = (body?.elements ?? []).filter(
    ({ element_id }) => element_id === undefined || !gone.includes(element_id),
  );
  const config = { ...(card["config"] as object | undefined), streaming_mode: false, update_multi: true };
  return { ...card, schema: "2.0", config, body: { ...body, elements: [...kept, note] } };
}
