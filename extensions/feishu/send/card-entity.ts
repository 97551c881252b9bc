import { FEISHU_LIMITS, FeishuTransportError } from "../client/index.ts";
import type { CallOptions, FeishuClient } from "../client/index.ts";
import { checkCardId, checkMessageId, checkSequence, toJsonField, uuidField } from "./validate.ts";

/** A card as JSON, schema 2.0. Feishu refuses unknown properties. */
export type CardJson = Readonly<Record<string, unknown>>;

/** What every write to a card carries. */
export interface CardWrite {
  readonly cardId: string;
  /** Whole number from 1, larger than every one used on this card before, over all operations. */
  readonly sequence: number;
  /** Same uuid, done at most once: a repeated write that was already applied answers 200770 (`duplicate`). 1–64 characters. */
  readonly uuid?: string | undefined;
}

/** Settings of a card that can change without touching its body. */
export interface CardSettings {
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  readonly card_link?: Readonly<Record<string, unknown>> | undefined;
}

/** One step of a batch update, spelled as on the wire. */
export type CardAction =
  | { readonly action: "partial_update_setting"; readonly params: { readonly settings: CardSettings } }
  | {
      readonly action: "add_elements";
      readonly params: {
        readonly type: "insert_before" | "insert_after" | "append";
        readonly target_element_id?: string | undefined;
        readonly elements: readonly object[];
      };
    }
  | { readonly action: "delete_elements"; readonly params: { readonly element_ids: readonly string[] } }
  | {
      readonly action: "partial_update_element";
      readonly params: { readonly element_id: string; readonly partial_element: object };
    }
  | { readonly action: "update_element"; readonly params: { readonly element_id: string; readonly element: object } };

/**
 * Creates a card entity: a card that exists but is not sent yet. It can be sent once and lives 14 days.
 * @throws FeishuApiError, FeishuTransportError, FeishuInputError, or the signal's reason; so do all functions here.
 * @see Feishu server API, cardkit-v1/card/create
 */
export async function createCardEntityFeishu(
  client: FeishuClient,
  params: { card: CardJson },
  options?: CallOptions,
): Promise<{ cardId: string }> {
  const operation = "cardkit.card.create";
  const data = toJsonField(operation, "card", params.card, FEISHU_LIMITS.createDataMaxChars);
  const answer = await client.call(operation, options, (sdk) =>
    sdk.cardkit.v1.card.create({ data: { type: "card_json", data } }),
  );
  return { cardId: expectField(operation, "card_id", answer.data?.card_id) };
}

/**
 * The card entity behind a card that was sent as JSON. Never called with a missing or placeholder id: that is a
 * {@link FeishuInputError}, and no request is made. Feishu advises against this way for new code.
 * @see the SDK's types; the page is not in the public mirror
 */
export async function convertMessageIdToCardIdFeishu(
  client: FeishuClient,
  params: { messageId: string },
  options?: CallOptions,
): Promise<{ cardId: string }> {
  const operation = "cardkit.card.idConvert";
  const messageId = checkMessageId(operation, params.messageId);
  const answer = await client.call(operation, options, (sdk) =>
    sdk.cardkit.v1.card.idConvert({ data: { message_id: messageId } }),
  );
  return { cardId: expectField(operation, "card_id", answer.data?.card_id) };
}

/**
 * Replaces the whole card. A config without `streaming_mode: true` ends streaming.
 * @see Feishu server API, cardkit-v1/card/update
 */
export async function updateCardEntityFeishu(
  client: FeishuClient,
  params: CardWrite & { card: CardJson },
  options?: CallOptions,
): Promise<void> {
  const operation = "cardkit.card.update";
  const { path, write } = checkWrite(operation, params);
  const data = toJsonField(operation, "card", params.card, FEISHU_LIMITS.updateDataMaxChars);
  await client.call(operation, options, (sdk) =>
    sdk.cardkit.v1.card.update({ path, data: { card: { type: "card_json", data }, ...write } }),
  );
}

/**
 * Changes a card's settings. They are sent wrapped as Feishu wants them: `{"config":{…}}`.
 * @see Feishu server API, cardkit-v1/card/settings
 */
export async function updateCardSettingsFeishu(
  client: FeishuClient,
  params: CardWrite & { settings: CardSettings },
  options?: CallOptions,
): Promise<void> {
  const operation = "cardkit.card.settings";
  const { path, write } = checkWrite(operation, params);
  const settings = toJsonField(operation, "settings", params.settings, FEISHU_LIMITS.settingsMaxChars);
  await client.call(operation, options, (sdk) => sdk.cardkit.v1.card.settings({ path, data: { settings, ...write } }));
}

/**
 * Switches a card's streaming mode. Feishu switches it off by itself ten minutes after it was last switched on.
 * `summary` is what the chat list shows; without one it keeps saying that the card is being written.
 * @see https://open.feishu.cn/document/cardkit-v1/streaming-updates-openapi-overview
 */
export function setCardStreamingModeFeishu(
  client: FeishuClient,
  params: CardWrite & { streaming: boolean; summary?: string | undefined },
  options?: CallOptions,
): Promise<void> {
  const { streaming, summary, ...write } = params;
  const config = { streaming_mode: streaming, ...(summary === undefined ? {} : { summary: { content: summary } }) };
  return updateCardSettingsFeishu(client, { ...write, settings: { config } }, options);
}

/**
 * Several changes in one write, all or none. In `actions` the params are objects; they are turned into a string once.
 * @see Feishu server API, cardkit-v1/card/batch_update
 */
export async function batchUpdateCardFeishu(
  client: FeishuClient,
  params: CardWrite & { actions: readonly CardAction[] },
  options?: CallOptions,
): Promise<void> {
  const operation = "cardkit.card.batchUpdate";
  const { path, write } = checkWrite(operation, params);
  const actions = toJsonField(operation, "actions", params.actions, FEISHU_LIMITS.updateDataMaxChars);
  await client.call(operation, options, (sdk) =>
    sdk.cardkit.v1.card.batchUpdate({ path, data: { actions, ...write } }),
  );
}

/** Path and bookkeeping fields of a write. @throws FeishuInputError */
export function checkWrite(
  operation: string,
  params: CardWrite,
): { path: { card_id: string }; write: { sequence: number; uuid?: string } } {
  return {
    path: { card_id: checkCardId(operation, params.cardId) },
    write: {
      sequence: checkSequence(operation, params.sequence),
      ...uuidField(operation, params.uuid, FEISHU_LIMITS.cardUuidMaxChars),
    },
  };
}

/** A field a good answer has. @throws FeishuTransportError `bad-body`: the work was done, but what came back cannot be used. */
export function expectField<T>(operation: string, field: string, value: T | null | undefined | ""): T {
  if (value === undefined || value === null || value === "") {
    throw new FeishuTransportError({
      operation,
      code: "bad-body",
      detail: `the answer has no ${field}`,
      maybeApplied: true,
    });
  }
  return value;
}
