import { z } from "zod";
import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { refuse } from "../api/refusal.ts";
import type { Message } from "../store/messages.ts";
import type { User } from "../store/users.ts";
import { announceMessage } from "../views/make-views.ts";
import { findMessage } from "./message.ts";

const base = { auth: "tenant", invalid: "fieldValidation" } as const;
const READ = ["im:message", "im:message:readonly"];

const urgentBody = z.object({ user_id_list: z.array(z.string().min(1)).min(1).max(200) });

function own(call: Call): Message {
  const message = findMessage(call);
  if (message.recalled) throw refuse("recalled");
  const { sender } = message;
  if (sender.type !== "app" || sender.appId !== call.app.appId) throw refuse("lackPermission");
  return message;
}

function idOf(call: Call, user: User, type: "open_id" | "union_id" | "user_id"): string {
  if (type === "union_id") return user.unionId;
  return type === "user_id" ? user.userId : call.core.store.users.openId(user, call.app.appId);
}

/** Who read a message of the bot's own, in order. @see docs:im-v1/message/read_users */
function readUsers(call: Call): Answer {
  const message = own(call);
  const type = call.idType("user_id_type");
  const { users } = call.core.store;
  const items = [...message.readBy].flatMap(([userId, at]) => {
    const user = users.byUserId(userId);
    return user === undefined
      ? []
      : {
          user_id_type: type,
          user_id: idOf(call, user, type),
          timestamp: String(at),
          tenant_key: call.app.tenantKey,
        };
  });
  return ok(call.page(items, 20, 100));
}

/** Marks a message as urgent for members of its chat; the others come back. @see docs:im-v1/buzz_messages */
function urgent(call: Call): Answer {
  const { user_id_list: ids } = call.input(urgentBody);
  const message = own(call);
  const { core } = call;
  const type = call.idType("user_id_type");
  const chat = core.store.chats.get(message.chatId);
  const members = [...(chat?.members ?? [])].flatMap((id) => core.store.users.byUserId(id) ?? []);
  const invalid = ids.filter((id) => {
    const user = members.find((one) => idOf(call, one, type) === id);
    if (user !== undefined) message.urgentFor.add(user.userId);
    return user === undefined;
  });
  announceMessage(core, "updated", message);
  return ok({ invalid_user_id_list: invalid });
}

const MESSAGE = "/open-apis/im/v1/messages/:message_id";

/** @see docs:im-v1/message/read_users, docs:im-v1/buzz_messages/{urgent_app,urgent_sms,urgent_phone} */
export const messagePeopleRoutes: readonly Route[] = [
  {
    ...base,
    scopes: READ,
    operation: "message.read_users",
    method: "GET",
    path: `${MESSAGE}/read_users`,
    run: readUsers,
  },
  ...["app", "sms", "phone"].map((way): Route => ({
    ...base,
    scopes: ["im:message.urgent", `im:message.urgent:${way}_send`],
    operation: `message.urgent_${way}`,
    method: "PATCH",
    path: `${MESSAGE}/urgent_${way}`,
    run: urgent,
  })),
];
