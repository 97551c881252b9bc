import { api } from "../api.js";
import { fill, h } from "../dom.js";
import { fullTime, shortTime, t } from "../i18n.js";
import { store } from "../store.js";
import { toastError } from "../toast.js";
import { chatName } from "./chat-name.js";

/** Finding words in one's chats: while there are some, the hits stand where the chats stood. */

/** Milliseconds without a key before it looks. */
const PAUSE = 200;

/** The field, and the list that takes the place of `chats`. @param {HTMLElement} chats */
export function searchField(chats) {
  const list = h("ul", { class: "chat-list hits", "aria-label": t("found"), hidden: true });
  const field = h("input", {
    type: "search",
    class: "search-field",
    placeholder: t("search"),
    "aria-label": t("search"),
  });
  /** @type {any} */
  let timer;
  const look = async () => {
    const words = field.value.trim();
    list.hidden = words === "";
    chats.hidden = words !== "";
    if (words === "") return fill(list);
    try {
      const { hits } = await api.search(words, store.me);
      // Another word was typed meanwhile.
      if (field.value.trim() !== words) return;
      fill(
        list,
        hits.length > 0 ? hits.map(hitRow) : h("li", { class: "empty-note", role: "status" }, t("foundNothing")),
      );
    } catch (error) {
      toastError(error);
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), PAUSE);
  });
  field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || field.value === "") return;
    event.preventDefault();
    field.value = "";
    void look();
  });
  return { field, list };
}

/** @param {any} hit */
function hitRow(hit) {
  const chat = store.chats.get(hit.chatId);
  const name = chat === undefined ? "" : chatName(chat);
  return h(
    "li",
    null,
    h(
      "button",
      { type: "button", class: "chat-item", on: { click: () => show(hit) } },
      h(
        "span",
        { class: "chat-lines" },
        h(
          "span",
          { class: "chat-line" },
          h("span", { class: "chat-name", title: name }, name),
          h("time", { class: "chat-time", title: fullTime(hit.at) }, shortTime(hit.at)),
        ),
        h("span", { class: "chat-preview", title: hit.excerpt }, hit.excerpt),
      ),
    ),
  );
}

/** Opens the chat at the message, reading back as far as it takes. @param {any} hit */
function show({ chatId, threadId, messageId }) {
  if (store.chatId !== chatId || store.threadId !== threadId) store.open(chatId, threadId);
  const reveal = () => {
    if (store.chatId !== chatId) return stop();
    if (!store.loaded) return;
    if (store.messages.has(messageId)) {
      stop();
      return store.emit("found", messageId);
    }
    if (store.hasOlder) void store.loadOlder();
    else stop();
  };
  const stop = store.on("messages", reveal);
  reveal();
}
