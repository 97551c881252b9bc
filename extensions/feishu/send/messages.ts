import { FEISHU_LIMITS, FeishuInputError } from "../client/index.ts";
import type { CallOptions, FeishuClient } from "../client/index.ts";
import type { CardJson } from "./card-entity.ts";
import { sendMessage } from "./message-target.ts";
import type { MessageTarget, SentMessage } from "./message-target.ts";
import { checkCardId, checkElementId, checkLength, checkMessageId, toJsonField } from "./validate.ts";

/** What every sending function takes. */
export interface Outgoing {
  readonly to: MessageTarget;
  /** The same uuid is sent at most once within an hour, so a repeated call after a lost answer cannot post twice. At most 50 characters. */
  readonly uuid?: string | undefined;
}

/**
 * Sends a card entity. Each can be sent once, by the app that created it.
 * @throws FeishuApiError, FeishuTransportError, FeishuInputError, or the signal's reason; so do all functions here.
 * @see https://open.feishu.cn/document/cardkit-v1/streaming-updates-openapi-overview
 */
export async function sendCardEntityFeishu(
  client: FeishuClient,
  params: Outgoing & { cardId: string },
  options?: CallOptions,
): Promise<SentMessage> {
  const { cardId, ...rest } = params;
  const content = { type: "card", data: { card_id: checkCardId("im.message.create", cardId) } };
  return sendMessage(client, { ...rest, msgType: "interactive", content }, options);
}

/** Sends a card as JSON; keep it within 30 KB. */
export async function sendCardFeishu(
  client: FeishuClient,
  params: Outgoing & { card: CardJson },
  options?: CallOptions,
): Promise<SentMessage> {
  const { card, ...rest } = params;
  toJsonField("im.message.create", "card", card, FEISHU_LIMITS.updateDataMaxChars);
  return sendMessage(client, { ...rest, msgType: "interactive", content: card }, options);
}

/** A ready streaming card, or the id and first text of the one element it is to have. */
export type StreamingCard = { readonly card: CardJson } | { readonly elementId: string; readonly text: string };

/**
 * Sends a card (schema 2.0) in streaming mode with a named element; `convertMessageIdToCardIdFeishu` then gives the id to stream by.
 * A `card` of your own must have `streaming_mode: true` and an `element_id`.
 */
export async function sendStreamingCardFeishu(
  client: FeishuClient,
  params: Outgoing & StreamingCard,
  options?: CallOptions,
): Promise<SentMessage> {
  const operation = "im.message.create";
  const card = "card" in params ? params.card : streamingCard(operation, params.elementId, params.text);
  if (card["schema"] !== "2.0") throw new FeishuInputError(operation, "card", "malformed", 'must have schema "2.0"');
  const config = card["config"];
  if (
    typeof config !== "object" ||
    config === null ||
    !("streaming_mode" in config) ||
    config.streaming_mode !== true
  ) {
    throw new FeishuInputError(operation, "card", "malformed", "must have config.streaming_mode true");
  }
  if (!JSON.stringify(card["body"] ?? {}).includes('"element_id"'))
    throw new FeishuInputError(operation, "card", "malformed", "must have an element with an element_id");
  return sendCardFeishu(client, { to: params.to, uuid: params.uuid, card }, options);
}

/** Sends plain text. Mentions: `<at user_id="ou_…">name</at>`. */
export async function sendTextFeishu(
  client: FeishuClient,
  params: Outgoing & { text: string },
  options?: CallOptions,
): Promise<SentMessage> {
  const { text, ...rest } = params;
  checkLength("im.message.create", "text", text, FEISHU_LIMITS.textMaxBytes);
  return sendMessage(client, { ...rest, msgType: "text", content: { text } }, options);
}

/** Sends a rich-text message whose body is Markdown; what tables and headings become there is Feishu's affair. */
export async function sendPostFeishu(
  client: FeishuClient,
  params: Outgoing & { title?: string | undefined; markdown: string },
  options?: CallOptions,
): Promise<SentMessage> {
  const { title, markdown, ...rest } = params;
  return sendMessage(
    client,
    { ...rest, msgType: "post", content: toPost("im.message.create", markdown, title) },
    options,
  );
}

/**
 * Replaces a card message that this app sent; at most 5 times per second, for 14 days. The card needs `update_multi: true`.
 * @see Feishu server API, im-v1/message-card/patch
 */
export async function patchCardMessageFeishu(
  client: FeishuClient,
  params: { messageId: string; card: CardJson },
  options?: CallOptions,
): Promise<void> {
  const operation = "im.message.patch";
  const message_id = checkMessageId(operation, params.messageId);
  const content = toJsonField(operation, "card", params.card, FEISHU_LIMITS.updateDataMaxChars);
  await client.call(operation, options, (sdk) => sdk.im.v1.message.patch({ path: { message_id }, data: { content } }));
}

/** The new body of an edited message. */
export type EditedBody = { readonly text: string } | { readonly markdown: string; readonly title?: string | undefined };

/**
 * Edits a text or rich-text message that this app sent; at most 20 times.
 * @see Feishu server API, im-v1/message/update
 */
export async function editMessageFeishu(
  client: FeishuClient,
  params: { messageId: string } & EditedBody,
  options?: CallOptions,
): Promise<void> {
  const operation = "im.message.update";
  const message_id = checkMessageId(operation, params.messageId);
  const data =
    "text" in params
      ? {
          msg_type: "text",
          content: JSON.stringify({ text: checkLength(operation, "text", params.text, FEISHU_LIMITS.textMaxBytes) }),
        }
      : { msg_type: "post", content: JSON.stringify(toPost(operation, params.markdown, params.title)) };
  await client.call(operation, options, (sdk) => sdk.im.v1.message.update({ path: { message_id }, data }));
}

/**
 * Recalls a message that this app sent.
 * @see Feishu server API, im-v1/message/delete
 */
export async function recallMessageFeishu(
  client: FeishuClient,
  params: { messageId: string },
  options?: CallOptions,
): Promise<void> {
  const operation = "im.message.delete";
  const message_id = checkMessageId(operation, params.messageId);
  await client.call(operation, options, (sdk) => sdk.im.v1.message.delete({ path: { message_id } }));
}

function streamingCard(operation: string, elementId: string, text: string): CardJson {
  return {
    schema: "2.0",
    // update_multi is true by default, but one report says creating failed until it was sent (openclaw/openclaw#68049).
    config: { streaming_mode: true, update_multi: true },
    body: { elements: [{ tag: "markdown", element_id: checkElementId(operation, elementId), content: text }] },
  };
}

/** @see im-v1/message create_json: an `md` tag fills its own paragraph */
function toPost(operation: string, markdown: string, title: string | undefined): object {
  const text = checkLength(operation, "markdown", markdown, FEISHU_LIMITS.textMaxBytes);
  return { zh_cn: { ...(title === undefined ? {} : { title }), content: [[{ tag: "md", text }]] } };
}
