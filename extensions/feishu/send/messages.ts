import { writtenElement } from "../card/index.ts";
import { FEISHU_LIMITS, FeishuInputError } from "../client/index.ts";
import type { CallOptions, FeishuClient } from "../client/index.ts";
import { inertText, toPostMarkdown } from "../dialect/index.ts";
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

/** Whom a text may mention. Text comes from models and people, so nobody is mentioned who is not named here. */
export interface Mentioning {
  /** Ids that `<at user_id="…">name</at>` may mention; `all` is everybody. @defaultValue nobody: it is shown as it is written */
  readonly mentionable?: ReadonlySet<string> | undefined;
}

/** Sends plain text, in which no tag acts but mentions of people whom `mentionable` names. */
export async function sendTextFeishu(
  client: FeishuClient,
  params: Outgoing & Mentioning & { text: string },
  options?: CallOptions,
): Promise<SentMessage> {
  const { text, mentionable, ...rest } = params;
  const content = { text: toText("im.message.create", text, mentionable) };
  return sendMessage(client, { ...rest, msgType: "text", content }, options);
}

/** Sends a rich-text message whose body is Markdown, in the form that such messages show. */
export async function sendPostFeishu(
  client: FeishuClient,
  params: Outgoing & Mentioning & { title?: string | undefined; markdown: string },
  options?: CallOptions,
): Promise<SentMessage> {
  const { title, markdown, mentionable, ...rest } = params;
  const content = toPost("im.message.create", { markdown, title, mentionable });
  return sendMessage(client, { ...rest, msgType: "post", content }, options);
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
export type EditedBody = Mentioning &
  ({ readonly text: string } | { readonly markdown: string; readonly title?: string | undefined });

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
          content: JSON.stringify({ text: toText(operation, params.text, params.mentionable) }),
        }
      : { msg_type: "post", content: JSON.stringify(toPost(operation, params)) };
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
    body: { elements: [writtenElement(text, { element_id: checkElementId(operation, elementId) })] },
  };
}

function toText(operation: string, text: string, mentionable: ReadonlySet<string> | undefined): string {
  return inertText(checkLength(operation, "text", text, FEISHU_LIMITS.textMaxBytes), mentionable);
}

/** @see im-v1/message create_json: an `md` tag fills its own paragraph */
function toPost(
  operation: string,
  { markdown, title, mentionable }: Mentioning & { markdown: string; title?: string | undefined },
): object {
  const text = toPostMarkdown(checkLength(operation, "markdown", markdown, FEISHU_LIMITS.textMaxBytes), mentionable);
  return { zh_cn: { ...(title === undefined ? {} : { title: inertText(title) }), content: [[{ tag: "md", text }]] } };
}
