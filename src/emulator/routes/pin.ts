import { z } from "zod";
import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { refuse } from "../api/refusal.ts";
import type { Message, Sender } from "../store/messages.ts";
import { announceMessage } from "../views/make-views.ts";

const base = { auth: "tenant", invalid: "fieldValidation" } as const;
const WRITE = ["im:message.pins:write_only", "im:message"];
const READ = ["im:message.pins:read", "im:message", "im:message:readonly"];

const pinBody = z.object({ message_id: z.string().min(1) });

function find(call: Call, messageId: string): Message {
  call.entry.messageId = messageId;
  const message = call.core.store.messages.get(messageId);
  if (message === undefined) throw refuse("messageIdUnknown");
  if (!call.core.store.chats.get(message.chatId)?.apps.has(call.app.appId)) throw refuse("botNotInChat");
  if (message.recalled) throw refuse("recalled");
  return message;
}

function operatorId(call: Call, by: Sender): string {
  if (by.type === "app") return by.appId;
  const user = call.core.store.users.byUserId(by.userId);
  return user === undefined ? "" : call.core.store.users.openId(user, call.app.appId);
}

function toWire(call: Call, message: Message): Record<string, unknown> {
  const { pin } = message;
  return {
    message_id: message.messageId,
    chat_id: message.chatId,
    operator_id: pin === undefined ? "" : operatorId(call, pin.by),
    operator_id_type: pin?.by.type === "app" ? "app_id" : "open_id",
    create_time: String(pin?.at ?? ""),
  };
}

function create(call: Call): Answer {
  const message = find(call, call.input(pinBody).message_id);
  message.pin ??= { by: { type: "app", appId: call.app.appId }, at: Math.round(call.core.clock.wallNow()) };
  announceMessage(call.core, "updated", message);
  return ok({ pin: toWire(call, message) });
}

function remove(call: Call): Answer {
  const message = find(call, call.param("message_id"));
  message.pin = undefined;
  announceMessage(call.core, "updated", message);
  return ok({});
}

function list(call: Call): Answer {
  const chatId = call.query("chat_id");
  if (chatId === undefined) throw call.invalid("chat_id", "chat_id is required");
  const chat = call.core.store.chats.get(chatId);
  if (chat === undefined) throw refuse("chatIdUnknown");
  if (!chat.apps.has(call.app.appId)) throw refuse("botNotInChat");
  const start = call.queryNumber("start_time", 0, 0, Number.MAX_SAFE_INTEGER);
  const end = call.queryNumber("end_time", Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER);
  const pinned = chat.messageIds
    .flatMap((id) => call.core.store.messages.get(id) ?? [])
    .filter(({ pin, recalled }) => pin !== undefined && !recalled && pin.at >= start && pin.at <= end)
    .sort((a, b) => (b.pin?.at ?? 0) - (a.pin?.at ?? 0));
  const page = call.page(pinned, 20, 50);
  return ok({ ...page, items: page.items.map((message) => toWire(call, message)) });
}

const PINS = "/open-apis/im/v1/pins";

/** @see docs:im-v1/pin/{create,delete,list} */
export const pinRoutes: readonly Route[] = [
  { ...base, scopes: WRITE, operation: "pin.create", method: "POST", path: PINS, run: create },
  { ...base, scopes: WRITE, operation: "pin.delete", method: "DELETE", path: `${PINS}/:message_id`, run: remove },
  { ...base, scopes: READ, operation: "pin.list", method: "GET", path: PINS, run: list },
];
