import { api } from "../api.js";
import { ask } from "../dialog.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { store } from "../store.js";
import { toast, toastError } from "../toast.js";
import { chatName } from "./chat-name.js";

/** Asks for one of one's chats and forwards a message into it. @param {any} message */
export async function forwardMessage(message) {
  const chats = h(
    "select",
    { class: "text-input" },
    store.myChats().map((chat) => h("option", { value: chat.chatId }, chatName(chat))),
  );
  const chatId = await ask(
    t("forward"),
    [h("label", { class: "field-block" }, h("span", null, t("forwardTo")), chats)],
    {
      confirm: t("forward"),
      value: () => chats.value || undefined,
    },
  );
  if (chatId === undefined) return;
  try {
    await api.send({ from: store.me, chatId, forward: [message.messageId] });
    toast(t("forwarded"));
  } catch (error) {
    toastError(error);
  }
}
