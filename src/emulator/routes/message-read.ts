import { ok } from "../answer.ts";
import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { toWireMessage } from "../messages/wire.ts";
import { refuse } from "../refusal.ts";
import type { Message } from "../store/messages.ts";
import { findMessage } from "./message.ts";

const SCOPES = ["im:message", "im:message:readonly", "im:message.history:readonly"];
const base = { auth: "tenant", scopes: SCOPES, invalid: "imParameter" } as const;

function wantsFullCard(call: Call): boolean {
  const type = call.query("card_msg_content_type");
  return type === "user_card_content" || type === "raw_card_content";
}

function get(call: Call): Answer {
  const { core, app } = call;
  const message = findMessage(call);
  const full = wantsFullCard(call);
  // A merged forward brings its messages along, each naming it.
  const parts = (message.parts ?? []).flatMap((messageId) => core.store.messages.get(messageId) ?? []);
  const items = parts.map((part) => ({
    ...toWireMessage(core, part, app.appId, full),
    upper_message_id: message.messageId,
  }));
  return ok({ items: [toWireMessage(core, message, app.appId, full), ...items] });
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
  if (type !== "chat" && type !== "thread") throw call.invalid("container_id_type: chat or thread");
  const id = call.query("container_id");
  if (id === undefined) throw call.invalid("container_id is required");
  const sort = call.query("sort_type") ?? "ByCreateTimeAsc";
  if (sort !== "ByCreateTimeAsc" && sort !== "ByCreateTimeDesc")
    throw call.invalid("sort_type: ByCreateTimeAsc or ByCreateTimeDesc");
  const start = call.queryNumber("start_time", 0, 0, Number.MAX_SAFE_INTEGER);
  const end = call.queryNumber("end_time", Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER);
  const inTime = inContainer(call, type, id).filter((message) => {
    const seconds = Math.floor(message.createTime / 1000);
    return seconds >= start && seconds <= end;
  });
  const sorted = sort === "ByCreateTimeDesc" ? inTime.toReversed() : inTime;
  const page = call.page(sorted, 20, 50);
  const full = wantsFullCard(call);
  return ok({ ...page, items: page.items.map((message) => toWireMessage(call.core, message, call.app.appId, full)) });
}

/** @see docs:im-v1/message/{get-message,list} */
export const messageReadRoutes: readonly Route[] = [
  { ...base, operation: "message.get", method: "GET", path: "/open-apis/im/v1/messages/:message_id", run: get },
  { ...base, operation: "message.list", method: "GET", path: "/open-apis/im/v1/messages", run: list },
];
