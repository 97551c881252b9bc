import { FEISHU_LIMITS, FeishuInputError } from "../client/index.ts";
import type { CallOptions, FeishuClient } from "../client/index.ts";
import { expectField } from "./card-entity.ts";
import { checkId, checkMessageId, uuidField } from "./validate.ts";

/** Where a message goes: a chat, a person, or an answer to a message (in its topic when `inThread`). */
export type MessageTarget =
  | { readonly type: "chat"; readonly chatId: string }
  /** `openId` holds the kind of id that `idType` names. @defaultValue idType "open_id" */
  | {
      readonly type: "user";
      readonly openId: string;
      readonly idType?: "open_id" | "union_id" | "user_id" | "email" | undefined;
    }
  /** A message of a topic is always answered in that topic; `inThread: true` also opens one on an ordinary message. */
  | { readonly type: "reply"; readonly messageId: string; readonly inThread?: boolean | undefined };

/** A message as Feishu took it. */
export interface SentMessage {
  readonly messageId: string;
  readonly chatId: string;
  /** The topic it went into. */
  readonly threadId?: string | undefined;
  readonly rootId?: string | undefined;
  /** Wall-clock ms by Feishu's clock. */
  readonly createTime: number;
}

/** Kinds of messages a bot sends. */
export type OutgoingType = "text" | "post" | "interactive" | "image" | "file" | "audio" | "media";

/** What goes to whom. */
export interface OutgoingMessage {
  readonly to: MessageTarget;
  readonly msgType: OutgoingType;
  /** Becomes the JSON string Feishu wants. */
  readonly content: object;
  /** The same uuid is sent at most once within an hour. At most 50 characters. */
  readonly uuid?: string | undefined;
}

/**
 * Sends or replies.
 * @throws FeishuApiError, FeishuTransportError, FeishuInputError, or the signal's reason.
 * @see Feishu server API, im-v1/message/create
 * @see Feishu server API, im-v1/message/reply
 */
export async function sendMessage(
  client: FeishuClient,
  message: OutgoingMessage,
  options: CallOptions | undefined,
): Promise<SentMessage> {
  const { to } = message;
  const operation = to.type === "reply" ? "im.message.reply" : "im.message.create";
  const data = {
    msg_type: message.msgType,
    content: JSON.stringify(message.content),
    ...uuidField(operation, message.uuid, FEISHU_LIMITS.messageUuidMaxChars),
  };
  const answer = await (to.type === "reply" ? reply(client, to, data, options) : create(client, to, data, options));
  const sent = answer.data;
  return {
    messageId: expectField(operation, "message_id", sent?.message_id),
    chatId: sent?.chat_id ?? (to.type === "chat" ? to.chatId : ""),
    ...(sent?.thread_id ? { threadId: sent.thread_id } : {}),
    ...(sent?.root_id ? { rootId: sent.root_id } : {}),
    createTime: Number(sent?.create_time ?? 0),
  };
}

type Answer = {
  data?:
    | {
        message_id?: string | undefined;
        chat_id?: string | undefined;
        thread_id?: string | undefined;
        root_id?: string | undefined;
        create_time?: string | undefined;
      }
    | undefined;
};
type Body = { msg_type: string; content: string; uuid?: string };

async function reply(
  client: FeishuClient,
  to: MessageTarget & { type: "reply" },
  data: Body,
  options: CallOptions | undefined,
): Promise<Answer> {
  const operation = "im.message.reply";
  const message_id = checkMessageId(operation, to.messageId);
  const thread = to.inThread === undefined ? {} : { reply_in_thread: to.inThread };
  return client.call(operation, options, (sdk) =>
    sdk.im.v1.message.reply({ path: { message_id }, data: { ...data, ...thread } }),
  );
}

async function create(
  client: FeishuClient,
  to: Exclude<MessageTarget, { type: "reply" }>,
  data: Body,
  options: CallOptions | undefined,
): Promise<Answer> {
  const operation = "im.message.create";
  const [receive_id_type, receive_id] = receiver(operation, to);
  return client.call(operation, options, (sdk) =>
    sdk.im.v1.message.create({ params: { receive_id_type }, data: { receive_id, ...data } }),
  );
}

function receiver(
  operation: string,
  to: Exclude<MessageTarget, { type: "reply" }>,
): ["chat_id" | "open_id" | "union_id" | "user_id" | "email", string] {
  if (to.type === "chat") return ["chat_id", checkId(operation, "chatId", to.chatId)];
  const idType = to.idType ?? "open_id";
  if (idType !== "email") return [idType, checkId(operation, "openId", to.openId)];
  if (!to.openId.includes("@"))
    throw new FeishuInputError(operation, "openId", "malformed-id", "must be an e-mail address");
  return [idType, to.openId];
}
