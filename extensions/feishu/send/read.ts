import { FEISHU_LIMITS, FeishuInputError } from "../client/index.ts";
import type { CallOptions, FeishuClient } from "../client/index.ts";
import { expectField } from "./card-entity.ts";
import { checkId, checkMessageId } from "./validate.ts";

/** A message as it is read back. */
export interface FeishuMessage {
  readonly messageId: string;
  readonly chatId: string;
  readonly threadId?: string | undefined;
  readonly rootId?: string | undefined;
  readonly parentId?: string | undefined;
  /** For example `text`, `post`, `interactive`, `merge_forward`. */
  readonly msgType: string;
  /** Wall-clock ms by Feishu's clock. */
  readonly createTime: number;
  readonly updateTime: number;
  readonly deleted: boolean;
  readonly updated: boolean;
  /** Who wrote it; a bot's `id` is its app id. */
  readonly sender?: { readonly id: string; readonly idType: string; readonly senderType: string } | undefined;
  /** The JSON string that is the message; a card comes back simplified unless asked for in full. */
  readonly content: string;
  readonly mentions: readonly { readonly key: string; readonly id: string; readonly name: string }[];
  /** The merged message this one was read as a part of. */
  readonly upperMessageId?: string | undefined;
}

/**
 * Reads one message; `children` are the parts of a merged one. `fullCard` brings a card back as it was sent.
 * @throws FeishuApiError, FeishuTransportError, FeishuInputError, or the signal's reason; so do all functions here.
 * @see Feishu server API, im-v1/message/get-message
 */
export async function getMessageFeishu(
  client: FeishuClient,
  params: { messageId: string; fullCard?: boolean | undefined },
  options?: CallOptions,
): Promise<{ message: FeishuMessage; children: readonly FeishuMessage[] }> {
  const operation = "im.message.get";
  const message_id = checkMessageId(operation, params.messageId);
  const answer = await client.call(operation, options, (sdk) =>
    sdk.im.v1.message.get({ path: { message_id }, params: cardContentType(params.fullCard) }),
  );
  const [message, ...children] = (answer.data?.items ?? []).map(toMessage);
  return { message: expectField(operation, "items", message), children };
}

/** Which messages to list. */
export interface ListMessagesParams {
  /** A chat; in an ordinary group with topics only the topics' first messages are listed. */
  readonly chatId?: string | undefined;
  /** A topic. Give exactly one of the two. */
  readonly threadId?: string | undefined;
  /** Wall-clock ms; chats only. */
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  /** 1–50. @defaultValue 20 */
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
  /** By creation time. @defaultValue "asc" */
  readonly sort?: "asc" | "desc" | undefined;
  readonly fullCard?: boolean | undefined;
}

/**
 * Reads a page of a chat's or topic's messages.
 * @see Feishu server API, im-v1/message/list
 */
export async function listMessagesFeishu(
  client: FeishuClient,
  params: ListMessagesParams,
  options?: CallOptions,
): Promise<{ items: readonly FeishuMessage[]; pageToken: string | undefined; hasMore: boolean }> {
  const operation = "im.message.list";
  if ((params.chatId === undefined) === (params.threadId === undefined))
    throw new FeishuInputError(operation, "chatId", "missing-id", "or threadId is needed, and not both");
  const pageSize = params.pageSize ?? 20;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > FEISHU_LIMITS.messagePageMax) {
    throw new FeishuInputError(
      operation,
      "pageSize",
      "out-of-range",
      `must be a whole number from 1 to ${FEISHU_LIMITS.messagePageMax}`,
    );
  }
  const query = {
    container_id_type: params.chatId === undefined ? "thread" : "chat",
    container_id:
      params.chatId === undefined
        ? checkId(operation, "threadId", params.threadId)
        : checkId(operation, "chatId", params.chatId),
    ...(params.startTime === undefined ? {} : { start_time: String(Math.floor(params.startTime / 1_000)) }),
    ...(params.endTime === undefined ? {} : { end_time: String(Math.ceil(params.endTime / 1_000)) }),
    sort_type: params.sort === "desc" ? ("ByCreateTimeDesc" as const) : ("ByCreateTimeAsc" as const),
    page_size: pageSize,
    ...(params.pageToken === undefined ? {} : { page_token: params.pageToken }),
    ...cardContentType(params.fullCard),
  };
  const answer = await client.call(operation, options, (sdk) => sdk.im.v1.message.list({ params: query }));
  const { items, page_token, has_more } = answer.data ?? {};
  return { items: (items ?? []).map(toMessage), pageToken: page_token || undefined, hasMore: has_more ?? false };
}

/** The fields of a message on the wire that are read; all optional, as the SDK types them. */
interface WireMessage {
  message_id?: string | undefined;
  root_id?: string | undefined;
  parent_id?: string | undefined;
  thread_id?: string | undefined;
  msg_type?: string | undefined;
  create_time?: string | undefined;
  update_time?: string | undefined;
  deleted?: boolean | undefined;
  updated?: boolean | undefined;
  chat_id?: string | undefined;
  sender?: { id: string; id_type: string; sender_type: string } | undefined;
  body?: { content: string } | undefined;
  mentions?: { key: string; id: string; name: string }[] | undefined;
  upper_message_id?: string | undefined;
}

function toMessage(wire: WireMessage): FeishuMessage {
  return {
    messageId: wire.message_id ?? "",
    chatId: wire.chat_id ?? "",
    threadId: wire.thread_id || undefined,
    rootId: wire.root_id || undefined,
    parentId: wire.parent_id || undefined,
    msgType: wire.msg_type ?? "",
    createTime: Number(wire.create_time ?? 0),
    updateTime: Number(wire.update_time ?? wire.create_time ?? 0),
    deleted: wire.deleted ?? false,
    updated: wire.updated ?? false,
    sender: wire.sender && { id: wire.sender.id, idType: wire.sender.id_type, senderType: wire.sender.sender_type },
    content: wire.body?.content ?? "",
    mentions: (wire.mentions ?? []).map(({ key, id, name }) => ({ key, id, name })),
    upperMessageId: wire.upper_message_id || undefined,
  };
}

function cardContentType(full: boolean | undefined): { card_msg_content_type?: string } {
  return full === true ? { card_msg_content_type: "user_card_content" } : {};
}
