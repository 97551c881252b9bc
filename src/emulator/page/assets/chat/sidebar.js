import { arrange, fill, h } from "../dom.js";
import { currentLanguage, fullTime, setLanguage, shortTime, t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { currentTheme, toggleTheme } from "../theme.js";
import { avatar } from "./avatar.js";
import { chatName } from "./chat-name.js";
import { newChat } from "./new-chat.js";
import { previewText } from "./preview.js";
import { searchField } from "./search.js";

/** The left column: who I am, my chats with their previews, language and theme. */
export function sidebar(/** @type {{ rebuild(): void }} */ page) {
  const list = h("ul", { class: "chat-list" });
  const search = searchField(list);
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
          class: "ghost acts",
          "aria-label": t("newChat"),
          title: t("newChat"),
          on: { click: () => void newChat() },
        },
        icon("plus"),
      ),
    ),
    search.field,
    search.list,
    list,
    h("div", { class: "sidebar-bottom" }, who, languageButton(page), themeButton()),
  );
  list.addEventListener("keydown", moveFocus);

  /** Rows by chat or topic; one is made again only when what it says changes. @type {Map<string, { says: string, node: HTMLElement }>} */
  let rows = new Map();
  const render = () => {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.row : undefined;
    const wanted = store.myChats().flatMap(rowsOf);
    rows = new Map(
      wanted.map(({ key, says, make }) => {
        const before = rows.get(key);
        return [key, before?.says === says ? before : { says, node: make() }];
      }),
    );
    const nodes = [...rows.values()].map(({ node }) => node);
    arrange(list, nodes.length > 0 ? nodes : [h("li", { class: "empty-note" }, t("noChats"))]);
    // A row that was made again or moved has lost the focus it had.
    if (focused !== undefined && !list.contains(document.activeElement)) {
      list.querySelector(`[data-row="${CSS.escape(focused)}"]`)?.focus();
    }
    const names = JSON.stringify([store.me, [...store.users.values()].map((user) => user.name), currentLanguage()]);
    if (who.dataset.names === names) return;
    who.dataset.names = names;
    fill(who, me());
  };
  store.on("state", render);
  store.on("view", render);
  render();
  return nav;
}

/**
 * @typedef {{ key: string, says: string, make: () => HTMLElement }} Row
 * @param {any} chat
 * @returns {Row[]}
 */
function rowsOf(chat) {
  const bot = chat.type === "p2p" ? store.apps.get(chat.appIds[0]) : undefined;
  const name = chatName(chat);
  const time = chat.updatedAt ? shortTime(chat.updatedAt) : "";
  const open = (/** @type {string | undefined} */ threadId) =>
    chat.chatId === store.chatId && threadId === store.threadId ? "page" : null;
  const topics = (chat.topics ?? []).map((/** @type {any} */ topic) => ({
    key: topic.threadId,
    says: JSON.stringify([topic.title, topic.count, open(topic.threadId)]),
    make: () => topicRow(chat, topic, open(topic.threadId)),
  }));
  const unread = chat.unread?.[store.me] ?? 0;
  const says = JSON.stringify([name, time, chat.preview, bot?.appId, open(undefined), unread]);
  return [
    { key: chat.chatId, says, make: () => chatRow(chat, { name, time, bot, unread, current: open(undefined) }) },
    ...topics,
  ];
}

/** @param {any} chat @param {{ name: string, time: string, bot: any, unread: number, current: string | null }} facts */
function chatRow(chat, { name, time, bot, unread, current }) {
  const preview = previewText(chat.preview) || t("noMessagesYet");
  return h(
    "li",
    null,
    h(
      "button",
      {
        type: "button",
        class: "chat-item",
        "aria-current": current,
        dataset: { chatId: chat.chatId, row: chat.chatId },
        on: { click: () => store.open(chat.chatId) },
      },
      avatar(bot?.appId ?? chat.chatId, name, { bot: bot !== undefined }),
      h(
        "span",
        { class: "chat-lines" },
        h(
          "span",
          { class: "chat-line" },
          h("span", { class: "chat-name", title: name }, name),
          h("time", { class: "chat-time", title: chat.updatedAt ? fullTime(chat.updatedAt) : null }, time),
        ),
        h(
          "span",
          { class: "chat-line" },
          h("span", { class: "chat-preview", title: preview }, preview),
          unread > 0 &&
            h(
              "span",
              { class: "badge", "aria-label": t("unreadCount", { count: unread }) },
              unread > 99 ? "99+" : unread,
            ),
        ),
      ),
    ),
  );
}

/** @param {any} chat @param {any} topic @param {string | null} current */
function topicRow(chat, topic, current) {
  return h(
    "li",
    null,
    h(
      "button",
      {
        type: "button",
        class: "topic-item",
        "aria-current": current,
        dataset: { row: topic.threadId },
        on: { click: () => store.open(chat.chatId, topic.threadId) },
      },
      icon("thread", 16),
      h("span", { class: "topic-title", title: previewText(topic.title) }, previewText(topic.title) || t("topic")),
      h("span", { class: "count" }, topic.count),
    ),
  );
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
    users.map((user) =>
      h("option", { value: user.openId, selected: user.openId === store.me }, store.nameOf(user.openId) ?? user.name),
    ),
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
