import { fill, h } from "../dom.js";
import { currentLanguage, setLanguage, shortTime, t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { currentTheme, toggleTheme } from "../theme.js";
import { avatar } from "./avatar.js";
import { newChat } from "./new-chat.js";

/** The left column: who I am, my chats with their previews, language and theme. */
export function sidebar(/** @type {{ rebuild(): void }} */ page) {
  const list = h("ul", { class: "chat-list" });
  const who = h("div", { class: "who" });
  const nav = h(
    "nav",
    { class: "sidebar", "aria-label": t("chats") },
    h(
      "div",
      { class: "sidebar-top" },
      h("h1", { class: "brand" }, h("img", { src: "/page/icon.svg", alt: "", width: 26, height: 26 }), "cardstream"),
      h(
        "button",
        {
          type: "button",
          class: "ghost",
          "aria-label": t("newChat"),
          title: t("newChat"),
          on: { click: () => void newChat() },
        },
        icon("plus"),
      ),
    ),
    list,
    h("div", { class: "sidebar-bottom" }, who, languageButton(page), themeButton()),
  );
  list.addEventListener("keydown", moveFocus);

  const render = () => {
    fill(list, store.myChats().flatMap(chatItems));
    if (store.myChats().length === 0) list.append(h("li", { class: "empty-note" }, t("noChats")));
    fill(who, me());
  };
  store.on("state", render);
  store.on("view", render);
  render();
  return nav;
}

/** @param {any} chat @returns {HTMLElement[]} */
function chatItems(chat) {
  const open = chat.chatId === store.chatId;
  const bot = chat.type === "p2p" ? store.apps.get(chat.appIds[0]) : undefined;
  const name = chatName(chat);
  const item = h(
    "li",
    null,
    h(
      "button",
      {
        type: "button",
        class: "chat-item",
        "aria-current": open && store.threadId === undefined ? "page" : null,
        dataset: { chatId: chat.chatId },
        on: { click: () => store.open(chat.chatId) },
      },
      avatar(bot?.appId ?? chat.chatId, name, { bot: bot !== undefined }),
      h(
        "span",
        { class: "chat-lines" },
        h(
          "span",
          { class: "chat-line" },
          h("span", { class: "chat-name" }, name),
          h("time", { class: "chat-time" }, chat.updatedAt ? shortTime(chat.updatedAt) : ""),
        ),
        h("span", { class: "chat-preview" }, chat.preview || t("noMessagesYet")),
      ),
    ),
  );
  const topics = (chat.topics ?? []).map((/** @type {any} */ topic) =>
    h(
      "li",
      null,
      h(
        "button",
        {
          type: "button",
          class: "topic-item",
          "aria-current": open && store.threadId === topic.threadId ? "page" : null,
          on: { click: () => store.open(chat.chatId, topic.threadId) },
        },
        icon("thread", 16),
        h("span", { class: "topic-title" }, topic.title || t("topic")),
        h("span", { class: "count" }, topic.count),
      ),
    ),
  );
  return [item, ...topics];
}

/** @param {any} chat */
export function chatName(chat) {
  if (chat.type !== "p2p") return chat.name || t("group");
  return store.apps.get(chat.appIds[0])?.name ?? chat.name;
}

/** Arrow keys walk through the list. @param {KeyboardEvent} event */
function moveFocus(event) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || !(event.currentTarget instanceof HTMLElement)) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus();
  event.preventDefault();
}

function me() {
  const users = [...store.users.values()];
  const select = h(
    "select",
    { class: "who-select", "aria-label": t("speakAs"), title: t("speakAs") },
    users.map((user) => h("option", { value: user.openId, selected: user.openId === store.me }, user.name)),
  );
  select.addEventListener("change", () => store.become(select.value));
  return [avatar(store.me, store.nameOf(store.me) ?? "?"), select];
}

/** @param {{ rebuild(): void }} page */
function languageButton(page) {
  const next = currentLanguage() === "zh" ? "en" : "zh";
  return h(
    "button",
    {
      type: "button",
      class: "ghost language",
      "aria-label": t("otherLanguage"),
      title: t("otherLanguage"),
      on: {
        click: () => {
          setLanguage(next);
          page.rebuild();
        },
      },
    },
    next === "zh" ? "中" : "EN",
  );
}

function themeButton() {
  const button = h("button", {
    type: "button",
    class: "ghost",
    "aria-label": t("switchTheme"),
    title: t("switchTheme"),
  });
  const draw = () => button.replaceChildren(icon(currentTheme() === "dark" ? "sun" : "moon"));
  button.addEventListener("click", () => {
    toggleTheme();
    draw();
  });
  draw();
  return button;
}
