import type { Core } from "../state/core.ts";
import type { JsonObject } from "../json.ts";
import type { App } from "../store/apps.ts";
import type { Chat } from "../store/chats.ts";
import type { Message, Reaction } from "../store/messages.ts";

/** A person's three ids for one app; user_id needs a contact scope. @see docs: section "Scopes" */
export function operatorIds(core: Core, app: App, userId: string | undefined): JsonObject {
  const user = userId === undefined ? undefined : core.store.users.byUserId(userId);
  if (user === undefined) return { open_id: "", union_id: "", user_id: null };
  const mayKnow = app.scopes.has("*") || app.scopes.has("contact:user.employee_id:readonly");
  return {
    open_id: core.store.users.openId(user, app.appId),
    union_id: user.unionId,
    user_id: mayKnow ? user.userId : null,
  };
}

/** `event` of `im.message.receive_v1`. @see docs:im-v1/message/events/receive */
export function messageEvent(core: Core, app: App, message: Message, chat: Chat): JsonObject {
  const { sender } = message;
  const mentions = message.mentions.map((one) => {
    const bot = one.appId === undefined ? undefined : core.store.apps.get(one.appId);
    const id =
      bot === undefined ? operatorIds(core, app, one.userId) : { open_id: bot.botOpenId, union_id: "", user_id: "" };
    return {
      key: one.key,
      id,
      mentioned_type: bot === undefined ? "user" : "bot",
      name: one.name,
      tenant_key: app.tenantKey,
    };
  });
  return {
    sender: {
      sender_id:
        sender.type === "user"
          ? operatorIds(core, app, sender.userId)
          : { open_id: core.store.apps.get(sender.appId)?.botOpenId ?? "" },
      sender_type: sender.type === "user" ? "user" : "bot",
      tenant_key: app.tenantKey,
    },
    message: {
      message_id: message.messageId,
      ...(message.rootId === undefined ? {} : { root_id: message.rootId }),
      ...(message.parentId === undefined ? {} : { parent_id: message.parentId }),
      ...(message.threadId === undefined ? {} : { thread_id: message.threadId }),
      chat_id: message.chatId,
      chat_type: chat.type,
      message_type: message.msgType,
      content: JSON.stringify(message.content),
      create_time: String(message.createTime),
      update_time: String(message.updateTime),
      ...(mentions.length === 0 ? {} : { mentions }),
    },
  };
}

/** `event` of `im.message.reaction.created_v1` and `.deleted_v1`. @see docs:im-v1/message-reaction/event */
export function reactionEvent(core: Core, app: App, message: Message, reaction: Reaction): JsonObject {
  const by = reaction.by;
  return {
    message_id: message.messageId,
    reaction_type: { emoji_type: reaction.emoji },
    operator_type: by.type,
    ...(by.type === "app" ? { app_id: by.appId } : { user_id: operatorIds(core, app, by.userId) }),
    action_time: String(reaction.at),
  };
}
