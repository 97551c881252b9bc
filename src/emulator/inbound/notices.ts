import type { Core } from "../state/core.ts";
import type { JsonObject } from "../json.ts";
import type { App } from "../store/apps.ts";
import type { Message, Reaction } from "../store/messages.ts";
import type { User } from "../store/users.ts";
import { announceMessage } from "../views/make-views.ts";
import { envelope } from "./envelope.ts";
import { messageEvent, operatorIds, reactionEvent } from "./events.ts";

/** What happens in chats, told to the bots that may know of it. */

/** A person wrote: tells the bots that may read it. @see docs:im-v1/message/events/receive */
export function tellMessageByUser(core: Core, message: Message): void {
  const chat = core.store.chats.get(message.chatId);
  let told = false;
  for (const appId of chat?.apps ?? []) {
    const app = core.store.apps.get(appId);
    if (app === undefined || chat === undefined) continue;
    const named =
      message.mentions.some((one) => one.appId === appId) || message.mentions.some((one) => one.key === "@_all");
    const reads = chat.type === "p2p" || named || app.scopes.has("im:message.group_msg");
    if (!reads) continue;
    told = true;
    if (!core.inbound.isHeard(app)) setUnheard(core, message, "nobody-listens");
    core.inbound.publish(app, envelope(core, app, "im.message.receive_v1", messageEvent(core, app, message, chat)));
  }
  if (!told && chat !== undefined && chat.apps.size > 0) setUnheard(core, message, "not-mentioned");
}

function setUnheard(core: Core, message: Message, why: Message["unheard"]): void {
  message.unheard = why;
  announceMessage(core, "updated", message);
}

/** A bot wrote: other bots hear of it when it names them and they have the scope. */
export function tellMessageByBot(core: Core, message: Message, sender: App): void {
  const chat = core.store.chats.get(message.chatId);
  if (chat === undefined) return;
  for (const { appId } of message.mentions) {
    const app = appId === undefined || appId === sender.appId ? undefined : core.store.apps.get(appId);
    if (app?.scopes.has("im:message.group_at_msg.include_bot:readonly") !== true || !chat.apps.has(app.appId)) continue;
    core.inbound.publish(app, envelope(core, app, "im.message.receive_v1", messageEvent(core, app, message, chat)));
  }
}

/** Takes a message back and tells the chat's bots. */
export function recallMessage(core: Core, message: Message): void {
  message.recalled = true;
  message.updateTime = Math.round(core.clock.wallNow());
  announceMessage(core, "recalled", message);
  const event = {
    message_id: message.messageId,
    chat_id: message.chatId,
    recall_time: String(message.updateTime),
    recall_type: "message_owner",
  };
  tellChat(core, message.chatId, "im.message.recalled_v1", () => event);
}

/** A person read messages; each bot hears of its own. @see docs:im-v1/message/events/message_read */
export function tellRead(core: Core, user: User, messages: readonly Message[], at: number): void {
  for (const app of core.store.apps.values()) {
    const own = messages.filter(({ sender }) => sender.type === "app" && sender.appId === app.appId);
    if (own.length === 0 || !core.inbound.isHeard(app)) continue;
    const event = {
      reader: { reader_id: operatorIds(core, app, user.userId), read_time: String(at), tenant_key: app.tenantKey },
      message_id_list: own.map(({ messageId }) => messageId),
    };
    core.inbound.publish(app, envelope(core, app, "im.message.message_read_v1", event));
  }
}

/** Somebody reacted, or took it back. */
export function tellReaction(core: Core, message: Message, reaction: Reaction, op: "created" | "deleted"): void {
  tellChat(core, message.chatId, `im.message.reaction.${op}_v1`, (app) => reactionEvent(core, app, message, reaction));
}

/** A bot came into a group or left it. */
export function tellBotMember(
  core: Core,
  app: App,
  chatId: string,
  operatorUserId: string | undefined,
  op: "added" | "deleted",
): void {
  const name = core.store.chats.get(chatId)?.name ?? "";
  const event = {
    chat_id: chatId,
    operator_id: operatorIds(core, app, operatorUserId),
    external: false,
    operator_tenant_key: app.tenantKey,
    name,
  };
  core.inbound.publish(app, envelope(core, app, `im.chat.member.bot.${op}_v1`, event));
}

/** A person opened the chat with a bot. */
export function tellChatEntered(core: Core, app: App, chatId: string, userId: string): void {
  const last = core.store.messages.get(core.store.chats.get(chatId)?.messageIds.at(-1) ?? "");
  const event = {
    chat_id: chatId,
    operator_id: operatorIds(core, app, userId),
    last_message_id: last?.messageId ?? "",
    last_message_create_time: last === undefined ? "" : String(last.createTime),
  };
  core.inbound.publish(app, envelope(core, app, "im.chat.access_event.bot_p2p_chat_entered_v1", event));
}

/** A person wrote to a bot for the first time. @see docs:group, `p2p_chat_create` */
export function tellFirstChat(core: Core, app: App, chatId: string, user: User): void {
  const ids = { open_id: core.store.users.openId(user, app.appId), user_id: user.userId };
  const operator = { ...ids };
  publishV1(core, app, "p2p_chat_create", {
    chat_id: chatId,
    operator,
    tenant_key: app.tenantKey,
    user: { ...ids, name: user.name },
  });
}

/** The ticket of a store app. */
export function sendAppTicket(core: Core, app: App): void {
  publishV1(core, app, "app_ticket", { app_ticket: app.ticket });
}

/** The older envelope, which some events still come in. */
function publishV1(core: Core, app: App, type: string, event: JsonObject): void {
  const body = {
    ts: String(core.clock.wallNow() / 1000),
    uuid: core.ids.make(""),
    token: app.verificationToken,
    type: "event_callback",
    event: { type, app_id: app.appId, ...event },
  };
  core.inbound.publish(app, { appId: app.appId, eventType: type, body });
}

/** Tells every bot in a chat. */
function tellChat(core: Core, chatId: string, eventType: string, event: (app: App) => JsonObject): void {
  for (const appId of core.store.chats.get(chatId)?.apps ?? []) {
    const app = core.store.apps.get(appId);
    if (app !== undefined) core.inbound.publish(app, envelope(core, app, eventType, event(app)));
  }
}
