import { t } from "../i18n.js";
import { store } from "../store.js";

/** What a chat is called: a group by its name, a chat of two by the bot's. @param {any} chat */
export function chatName(chat) {
  if (chat.type !== "p2p") return chat.name || t("group");
  return store.apps.get(chat.appIds[0])?.name ?? chat.name;
}
