import { z } from "zod";
import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import type { UsedMessageUuid } from "../state/core.ts";
import { IM_UUID_CHARS, IM_UUID_MS, POST_BYTES, TEXT_REQUEST_BYTES } from "../limits.ts";
import { readContent } from "../messages/content.ts";
import { postMessage } from "../messages/post.ts";
import { checkMaySend, countToChat, findTarget } from "../messages/target.ts";
import { toWireMessage } from "../messages/wire.ts";
import { refuse } from "../api/refusal.ts";
import type { Chat } from "../store/chats.ts";
import type { Message } from "../store/messages.ts";
import { recallMessage, tellMessageByBot } from "../inbound/notices.ts";

const SEND_SCOPES = ["im:message:send_as_bot", "im:message", "im:message:send"];
const base = { auth: "tenant", invalid: "fieldValidation" } as const;

const uuid = z.string().max(IM_UUID_CHARS).optional();
const createBody = z.object({
  receive_id: z.string().min(1),
  msg_type: z.string().min(1),
  content: z.string().min(1),
  uuid,
});
const replyBody = z.object({
  msg_type: z.string().min(1),
  content: z.string().min(1),
  reply_in_thread: z.boolean().optional(),
  uuid,
});

/** uuids remembered, over all apps. */
const MAX_UUIDS = 20_000;

/** A message of the chats the calling app's bot is in. @throws Refusal */
export function findMessage(call: Call): Message {
  const messageId = call.param("message_id");
  call.entry.messageId = messageId;
  const message = call.core.store.messages.get(messageId);
  if (message === undefined) throw refuse("messageIdUnknown");
  if (!call.core.store.chats.get(message.chatId)?.apps.has(call.app.appId)) throw refuse("botNotInChat");
  return message;
}

/** The uuid's earlier message, if it was used within the hour. @see docs:im-v1/message/create */
function replayed(call: Call, id: string | undefined): Answer | undefined {
  const { core } = call;
  const used = id === undefined || id === "" ? undefined : core.messageUuids.get(`${call.app.appId} ${id}`);
  if (used === undefined || core.clock.now() - used.at >= IM_UUID_MS) return undefined;
  const message = core.store.messages.get(used.messageId);
  if (used.inFlight || core.world.imUuidReplay === 230049 || message === undefined) throw refuse("sending");
  call.entry.messageId = message.messageId;
  return ok(toWireMessage(core, message, call.app.appId), {
    warning: "this uuid was used before: Feishu answers with the first message",
  });
}

function remember(call: Call, id: string | undefined, message: Message): void {
  if (id === undefined || id === "") return;
  const { messageUuids, clock } = call.core;
  const used: UsedMessageUuid = { messageId: message.messageId, at: clock.now(), inFlight: true };
  messageUuids.set(`${call.app.appId} ${id}`, used);
  if (messageUuids.size > MAX_UUIDS) messageUuids.delete(messageUuids.keys().next().value ?? "");
  call.afterAnswer(() => {
    used.inFlight = false;
  });
}

/** Texts count with their whole request, posts and cards by their content. @throws Refusal 230025 @see docs:im-v1/message/create */
export function checkLength(call: Call, input: { readonly msg_type: string; readonly content: string }): void {
  const isText = input.msg_type === "text";
  const limit = isText ? TEXT_REQUEST_BYTES : input.msg_type === "post" ? POST_BYTES : call.core.world.cardBytes;
  const size = isText ? call.entry.requestBytes : Buffer.byteLength(input.content);
  if (["text", "post", "interactive"].includes(input.msg_type) && size > limit)
    throw refuse("tooLong", { warning: `${size} bytes, at most ${limit}` });
}

function send(
  call: Call,
  input: { msg_type: string; content: string; uuid?: string | undefined },
  chat: Chat,
  reply: { parent?: Message | undefined; inThread?: boolean | undefined },
): Answer {
  const { core, app } = call;
  const again = replayed(call, input.uuid);
  if (again !== undefined) return again;
  checkLength(call, input);
  const content = readContent(core, app, chat, input.msg_type, input.content);
  countToChat(core, chat);
  const message = postMessage(core, {
    chat,
    sender: { type: "app", appId: app.appId },
    msgType: input.msg_type,
    content,
    ...reply,
  });
  remember(call, input.uuid, message);
  call.entry.messageId = message.messageId;
  call.entry.cardId = message.cardId;
  call.entry.written = input.content.length;
  tellMessageByBot(core, message, app);
  return ok(toWireMessage(core, message, app.appId));
}

function create(call: Call): Answer {
  const input = call.input(createBody);
  call.entry.uuid = input.uuid;
  const idType = call.query("receive_id_type") ?? "";
  if (!["open_id", "union_id", "user_id", "email", "chat_id"].includes(idType))
    throw call.invalid("receive_id_type", "receive_id_type is required");
  return send(call, input, findTarget(call.core, call.app, idType, input.receive_id), {});
}

function reply(call: Call): Answer {
  const input = call.input(replyBody);
  call.entry.uuid = input.uuid;
  const { core } = call;
  const messageId = call.param("message_id");
  const parent = core.store.messages.get(messageId);
  if (parent === undefined) throw refuse("messageIdUnknown");
  const chat = core.store.chats.get(parent.chatId);
  if (chat === undefined) throw refuse("chatIdUnknown");
  checkMaySend(core, call.app, chat);
  if (parent.recalled) throw refuse("recalled");
  if (parent.msgType === "merge_forward" && input.reply_in_thread === true) throw refuse("aggregated");
  if (input.reply_in_thread === true && parent.threadId === undefined && !chat.topicReplies)
    throw refuse("topicsForbidden");
  return send(call, input, chat, { parent, inThread: input.reply_in_thread });
}

function recall(call: Call): Answer {
  const message = findMessage(call);
  const { core } = call;
  if (message.recalled) throw refuse("recalled");
  if (message.sender.type !== "app" || message.sender.appId !== call.app.appId) throw refuse("recallDenied");
  if (core.clock.now() - message.sentAt >= core.settings.recallWindowMs) throw refuse("recallWindow");
  recallMessage(core, message);
  return ok({});
}

const MESSAGES = "/open-apis/im/v1/messages";

/** @see docs:im-v1/message/{create,reply,delete} */
export const messageRoutes: readonly Route[] = [
  { ...base, scopes: SEND_SCOPES, operation: "message.create", method: "POST", path: MESSAGES, run: create },
  {
    ...base,
    scopes: SEND_SCOPES,
    operation: "message.reply",
    method: "POST",
    path: `${MESSAGES}/:message_id/reply`,
    run: reply,
  },
  {
    ...base,
    scopes: [...SEND_SCOPES, "im:message:recall"],
    operation: "message.delete",
    method: "DELETE",
    path: `${MESSAGES}/:message_id`,
    run: recall,
  },
];
