import { cardStrings, ELEMENT, markdownBlock } from "./card/index.ts";
import type { CardLocale } from "./card/index.ts";
import { FeishuApiError } from "./client/index.ts";
import type { CallOptions, FeishuClient } from "./client/index.ts";
import {
  convertMessageIdToCardIdFeishu,
  deleteCardElementFeishu,
  replaceCardElementFeishu,
  setCardStreamingModeFeishu,
} from "./send.ts";

/** A card whose process died while it was being written. */
export interface OrphanCardParams {
  readonly cardId: string | undefined;
  readonly messageId: string | undefined;
  readonly locale: CardLocale;
  /** Wall-clock ms. */
  readonly now: number;
}

/** What another attempt would not change. */
const HOPELESS: readonly string[] = ["not-found", "expired", "forbidden", "invalid"];

/**
 * Ends a card that its process could not end: the text stays, the status line says "interrupted", the Stop button goes, streaming is
 * switched off. A card that has its final state already is only made sure not to stream; one that is gone is left alone.
 * @throws FeishuApiError, FeishuTransportError when a later attempt may succeed, or the signal's reason.
 */
export async function closeOrphanCard(
  client: FeishuClient,
  params: OrphanCardParams,
  options?: CallOptions,
): Promise<void> {
  try {
    const cardId = params.cardId ?? (await cardIdOf(client, params, options));
    if (cardId !== undefined) await closeCard(client, cardId, params, options);
  } catch (error) {
    if (error instanceof FeishuApiError && HOPELESS.includes(error.kind)) return;
    throw error;
  }
}

async function cardIdOf(
  client: FeishuClient,
  { messageId }: OrphanCardParams,
  options?: CallOptions,
): Promise<string | undefined> {
  if (messageId === undefined) return undefined;
  return (await convertMessageIdToCardIdFeishu(client, { messageId }, options)).cardId;
}

async function closeCard(
  client: FeishuClient,
  cardId: string,
  params: OrphanCardParams,
  options?: CallOptions,
): Promise<void> {
  // The dead process's sequence is not known. Seconds since 1970 are far above anything a card reaches, fit int32 until 2038,
  // and grow from attempt to attempt.
  const first = Math.floor(params.now / 1000);
  const { interrupted } = cardStrings(params.locale);
  const note = markdownBlock(ELEMENT.note, `<font color='grey'>${interrupted}</font>`, "notation");
  const wasOpen = await unlessMissing(
    replaceCardElementFeishu(
      client,
      { cardId, sequence: first, elementId: ELEMENT.status, element: note.build(note.text) },
      options,
    ),
  );
  if (wasOpen)
    await unlessMissing(
      deleteCardElementFeishu(client, { cardId, sequence: first + 1, elementId: ELEMENT.actions }, options),
    );
  const summary = wasOpen ? interrupted : undefined;
  await setCardStreamingModeFeishu(client, { cardId, sequence: first + 2, streaming: false, summary }, options);
}

/** False when the element is not on the card. */
async function unlessMissing(write: Promise<void>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof FeishuApiError && error.kind === "element-missing") return false;
    throw error;
  }
}
