import type { Core } from "../state/core.ts";
import type { JsonObject } from "../json.ts";
import type { Mention, Message, Sender } from "../store/messages.ts";
import { cardContent } from "./card-content.ts";
import type { CardForm } from "./card-content.ts";

/** `sender` of a message object. @see docs:im-v1/message/get-message */
function wireSender(core: Core, sender: Sender, appId: string): JsonObject {
  const app = core.store.apps.get(appId);
  const tenant_key = app?.tenantKey ?? "";
  if (sender.type === "app") return { id: sender.appId, id_type: "app_id", sender_type: "app", tenant_key };
  const user = core.store.users.byUserId(sender.userId);
  return {
    id: user === undefined ? "" : core.store.users.openId(user, appId),
    id_type: "open_id",
    sender_type: "user",
    tenant_key,
  };
}

function wireMention(core: Core, mention: Mention, appId: string): JsonObject {
  const user = mention.userId === undefined ? undefined : core.store.users.byUserId(mention.userId);
  const bot = mention.appId === undefined ? undefined : core.store.apps.get(mention.appId);
  const id = user === undefined ? (bot?.botOpenId ?? "") : core.store.users.openId(user, appId);
  return {
    key: mention.key,
    id,
    id_type: "open_id",
    name: mention.name,
    tenant_key: core.store.apps.get(appId)?.tenantKey ?? "",
  };
}

/** `body.content`: text as stored, cards in the form that was asked for. */
function wireContent(core: Core, message: Message, form: CardForm): string {
  if (message.recalled) return "This message was recalled";
  const card = message.cardId === undefined ? undefined : core.store.cards.get(message.cardId);
  if (card === undefined) return JSON.stringify(message.content);
  return JSON.stringify(cardContent(card.tree.json, form, core.world));
}

/** The message object as one app sees it. @see docs:im-v1/message/create */
export function toWireMessage(core: Core, message: Message, appId: string, form?: CardForm): JsonObject {
  return {
    message_id: message.messageId,
    ...(message.rootId === undefined ? {} : { root_id: message.rootId }),
    ...(message.parentId === undefined ? {} : { parent_id: message.parentId }),
    ...(message.threadId === undefined ? {} : { thread_id: message.threadId }),
    msg_type: message.msgType,
    create_time: String(message.createTime),
    update_time: String(message.updateTime),
    deleted: message.recalled,
    updated: message.edits > 0,
    chat_id: message.chatId,
    sender: wireSender(core, message.sender, appId),
    body: { content: wireContent(core, message, form) },
    ...(message.mentions.length === 0
      ? {}
      : { mentions: message.mentions.map((one) => wireMention(core, one, appId)) }),
  };
}
