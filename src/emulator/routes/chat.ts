import { z } from "zod";
import { ok } from "../api/answer.ts";
import type { Answer } from "../api/answer.ts";
import type { Call, Route } from "../api/call.ts";
import { newChat } from "../messages/target.ts";
import { refuse } from "../api/refusal.ts";
import type { Chat } from "../store/chats.ts";
import type { User } from "../store/users.ts";
import { announceChat } from "../views/make-views.ts";

const base = { auth: "tenant", invalid: "chatParameter" } as const;
const READ = ["im:chat:readonly", "im:chat", "im:chat:read"];
const WRITE = ["im:chat", "im:chat:create"];

const createBody = z.object({
  name: z.string().max(60).optional(),
  description: z.string().max(100).optional(),
  owner_id: z.string().optional(),
  user_id_list: z.array(z.string()).max(50).optional(),
  bot_id_list: z.array(z.string()).max(5).optional(),
});
const updateBody = z.object({ name: z.string().max(60).optional(), description: z.string().max(100).optional() });

function findChat(call: Call): Chat {
  const chat = call.core.store.chats.get(call.param("chat_id"));
  if (chat === undefined) throw refuse("chatIdUnknown");
  if (chat.dissolved) throw refuse("chatDissolved");
  if (!chat.apps.has(call.app.appId)) throw refuse("botNotInChat");
  return chat;
}

function personId(call: Call, user: User, type: string): string {
  if (type === "union_id") return user.unionId;
  return type === "user_id" ? user.userId : call.core.store.users.openId(user, call.app.appId);
}

function summary(call: Call, chat: Chat): Record<string, unknown> {
  const owner = call.core.store.users.byUserId(chat.ownerUserId ?? "");
  const idType = call.idType("user_id_type");
  return {
    chat_id: chat.chatId,
    avatar: "",
    name: chat.name,
    description: chat.description,
    owner_id: owner === undefined ? "" : personId(call, owner, idType),
    owner_id_type: idType,
    external: chat.external,
    tenant_key: call.app.tenantKey,
    chat_status: chat.dissolved ? "dissolved" : "normal",
  };
}

/** Groups only: conversations with one person are not listed. @see docs:group/chat/list */
function list(call: Call): Answer {
  const mine = call.core.store.chats
    .all()
    .filter((chat) => chat.type === "group" && !chat.dissolved && chat.apps.has(call.app.appId));
  const page = call.page(mine, 20, 100);
  return ok({ ...page, items: page.items.map((chat) => summary(call, chat)) });
}

function get(call: Call): Answer {
  const chat = findChat(call);
  const { chat_id: _, ...rest } = summary(call, chat);
  return ok({
    ...rest,
    chat_mode: chat.topicGroup ? "topic" : chat.type,
    chat_type: "private",
    chat_tag: "inner",
    user_count: String(chat.members.size),
    bot_count: String(chat.apps.size),
    group_message_type: chat.topicGroup ? "thread" : "chat",
  });
}

function members(call: Call): Answer {
  const chat = findChat(call);
  const type = call.idType("member_id_type");
  const people = Array.from(chat.members).flatMap((id) => call.core.store.users.byUserId(id) ?? []);
  const items = people.map((user) => ({
    member_id_type: type,
    member_id: personId(call, user, type),
    name: user.name,
    tenant_key: call.app.tenantKey,
  }));
  return ok({ ...call.page(items, 20, 100), member_total: items.length });
}

function create(call: Call): Answer {
  const input = call.input(createBody);
  const { core, app } = call;
  const people = [...(input.user_id_list ?? []), ...(input.owner_id === undefined ? [] : [input.owner_id])].map(
    (id) => {
      const user = core.store.users.find(id);
      if (user === undefined) throw call.invalid("user_id_list", `${id} is nobody`);
      return user.userId;
    },
  );
  const apps = [app.appId, ...(input.bot_id_list ?? [])];
  const unknown = apps.find((id) => !core.store.apps.has(id));
  if (unknown !== undefined) throw call.invalid("bot_id_list", `${unknown} is no app`);
  const owner = input.owner_id === undefined ? undefined : core.store.users.find(input.owner_id)?.userId;
  const chat = newChat(core, { type: "group", name: input.name ?? "", members: people, apps, ownerUserId: owner });
  chat.description = input.description ?? "";
  core.store.chats.add(chat);
  announceChat(core, chat.chatId);
  return ok({ ...summary(call, chat), chat_mode: "group", chat_type: "private" });
}

function update(call: Call): Answer {
  const input = call.input(updateBody);
  const chat = findChat(call);
  if (input.name !== undefined) chat.name = input.name;
  if (input.description !== undefined) chat.description = input.description;
  announceChat(call.core, chat.chatId);
  return ok({});
}

const CHATS = "/open-apis/im/v1/chats";

/** @see docs:group/chat/{list,get,create,update}, docs:group/chat-member/get */
export const chatRoutes: readonly Route[] = [
  { ...base, scopes: READ, operation: "chat.list", method: "GET", path: CHATS, run: list },
  { ...base, scopes: READ, operation: "chat.get", method: "GET", path: `${CHATS}/:chat_id`, run: get },
  { ...base, scopes: READ, operation: "chat.members", method: "GET", path: `${CHATS}/:chat_id/members`, run: members },
  { ...base, scopes: WRITE, operation: "chat.create", method: "POST", path: CHATS, run: create },
  { ...base, scopes: WRITE, operation: "chat.update", method: "PUT", path: `${CHATS}/:chat_id`, run: update },
];
