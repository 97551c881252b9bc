import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import type { JsonObject } from "../json.ts";
import type { CardForm } from "../messages/card-content.ts";
import { toWireMessage } from "../messages/wire.ts";
import { refuse } from "../api/refusal.ts";
import type { Message } from "../store/messages.ts";
import { findMessage } from "./message.ts";

const SCOPES = ["im:message", "im:message:readonly", "im:message.history:readonly"];
const base = { auth: "tenant", scopes: SCOPES, invalid: "fieldValidation" } as const;

/** Ids that one call may ask for. */
const MGET_IDS = 50;

function cardForm(call: Call): CardForm {
  const type = call.query("card_msg_content_type");
  return type === "user_card_content" || type === "raw_card_content" ? type : undefined;
}

/** The message, and of a merged forward the messages in it, each naming it. */
function withParts(call: Call, message: Message): JsonObject[] {
  const { core, app } = call;
  const form = cardForm(call);
  const parts = (message.parts ?? []).flatMap((messageId) => core.store.messages.get(messageId) ?? []);
  const items = parts.map((part) => ({
    ...toWireMessage(core, part, app.appId, form),
    upper_message_id: message.messageId,
  }));
  return [toWireMessage(core, message, app.appId, form), ...items];
}

function get(call: Call): Answer {
  return ok({ items: withParts(call, findMessage(call)) });
}

/** Several at once; those that are not there, or not for this bot, are left out. @see larksuite/cli, larksuite/openclaw-lark */
function getSeveral(call: Call): Answer {
  const ids = call.request.query.getAll("message_ids").flatMap((ids) => ids.split(","));
  const wanted = ids.filter((id) => id !== "");
  if (wanted.length === 0) throw call.invalid("message_ids", "message_ids is required");
  if (wanted.length > MGET_IDS) throw call.invalid("message_ids", `max len is ${MGET_IDS}`);
  const { messages, chats } = call.core.store;
  const found = wanted.flatMap((id) => messages.get(id) ?? []);
  const mine = found.filter(({ chatId }) => chats.get(chatId)?.apps.has(call.app.appId) === true);
  return ok({ items: mine.flatMap((message) => withParts(call, message)) });
}

function inContainer(call: Call, type: string, id: string): Message[] {
  const { store } = call.core;
  if (type === "thread") {
    const messages = store.messages.inThread(id);
    const first = messages[0];
    if (first === undefined) throw refuse("topicUnknown");
    if (!store.chats.get(first.chatId)?.apps.has(call.app.appId)) throw refuse("threadInvisible");
    return messages;
  }
  const chat = store.chats.get(id);
  if (chat === undefined) throw refuse("chatIdUnknown");
  if (!chat.apps.has(call.app.appId)) throw refuse("botNotInChat");
  // Of a topic only its root is in the chat's list (docs:im-v1/message/list).
  return chat.messageIds.flatMap((messageId) => {
    const message = store.messages.get(messageId);
    return message === undefined || (message.threadId !== undefined && message.rootId !== undefined) ? [] : message;
  });
}

function list(call: Call): Answer {
  const type = call.query("container_id_type") ?? "";
  if (type !== "chat" && type !== "thread") throw call.invalid("container_id_type", "options: [chat,thread]");
  const id = call.query("container_id");
  if (id === undefined) throw call.invalid("container_id", "container_id is required");
  const sort = call.query("sort_type") ?? "ByCreateTimeAsc";
  if (sort !== "ByCreateTimeAsc" && sort !== "ByCreateTimeDesc")
    throw call.invalid("sort_type", "options: [ByCreateTimeAsc,ByCreateTimeDesc]");
  const start = call.queryNumber("start_time", 0, 0, Number.MAX_SAFE_INTEGER);
  const end = call.queryNumber("end_time", Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER);
  const inTime = inContainer(call, type, id).filter((message) => {
    const seconds = Math.floor(message.createTime / 1000);
    return seconds >= start && seconds <= end;
  });
  const sorted = sort === "ByCreateTimeDesc" ? inTime.toReversed() : inTime;
  const page = call.page(sorted, 20, 50);
  const form = cardForm(call);
  return ok({ ...page, items: page.items.map((message) => toWireMessage(call.core, message, call.app.appId, form)) });
}

/** @see docs:im-v1/message/{get-message,list} */
export const messageReadRoutes: readonly Route[] = [
  { ...base, operation: "message.mget", method: "GET", path: "/open-apis/im/v1/messages/mget", run: getSeveral },
  { ...base, operation: "message.get", method: "GET", path: "/open-apis/im/v1/messages/:message_id", run: get },
  { ...base, operation: "message.list", method: "GET", path: "/open-apis/im/v1/messages", run: list },
];
