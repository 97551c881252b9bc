import { api } from "../api.js";
import { copyButton } from "../copy.js";
import { arrange, fill, h } from "../dom.js";
import { dayName, t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { Composer } from "./composer.js";
import { plainText, senderName } from "./message-body.js";
import { MessageView } from "./message.js";
import { previewText } from "./preview.js";
import { chatName } from "./chat-name.js";

/** How near the bottom counts as reading along, in CSS pixels. */
const NEAR = 64;
/** What a reader keeps their eyes on. */
const SIGHTS = "p, li, pre, table, h1, h2, h3, h4, h5, h6, button, .bubble > *";

/** Messages on the screen of someone who reads along, and of someone who scrolled up; older ones are read again on demand. */
const MOST = { following: 300, reading: 1_000 };

/** How many stay when there are too many. */
const KEPT = 200;

/** The middle: header, messages, composer. */
export class Conversation {
  /** @type {Map<string, MessageView>} */
  views = new Map();
  #following = true;
  /** Of the list, when it scrolled last. */
  #width = 0;
  #willFollow = false;
  #unseen = 0;
  #reading = false;
  #list = h("ol", { class: "messages" });
  #scroll = h("div", { class: "scroll", tabindex: "0", role: "region" }, this.#list);
  #back = h(
    "button",
    {
      type: "button",
      class: "ghost back",
      "aria-label": t("back"),
      title: t("back"),
      on: { click: () => this.#goBack() },
    },
    icon("back"),
  );
  #name = h("h1");
  #about = h("p");
  #title = h("div", { class: "conversation-title" }, this.#name, this.#about);
  #inspector = h(
    "button",
    {
      type: "button",
      class: "ghost",
      "aria-label": t("inspector"),
      title: `${t("inspector")} (Alt+I)`,
      on: { click: () => this.page.toggleInspector() },
    },
    icon("panel"),
  );
  #offline = h("div", { class: "offline", role: "status" });
  #jump = h("button", { type: "button", class: "jump", hidden: true });
  /** Finished messages for screen readers; streaming text would be read out letter by letter. */
  #live = h("div", { class: "visually-hidden", "aria-live": "polite", "aria-atomic": "true" });
  /** Cards that were streaming when last seen. @type {Set<string>} */
  #streaming = new Set();
  /** @type {{ element: Element, at: number } | undefined} */
  #sight;

  /** @param {{ toggleInspector(): void, inspectorOpen(): boolean }} page */
  constructor(page) {
    this.page = page;
    this.composer = new Composer();
    this.root = h(
      "main",
      { class: "conversation" },
      h(
        "header",
        { class: "conversation-header" },
        this.#back,
        this.#title,
        h("div", { class: "spacer" }),
        this.#inspector,
      ),
      this.#offline,
      this.#scroll,
      h("div", { class: "jump-row" }, this.#jump),
      this.composer.root,
      this.#live,
    );
    this.#scroll.setAttribute("aria-label", t("messages"));
    this.#scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#jump.addEventListener("click", () => this.#toBottom());
    new ResizeObserver(() => (this.#following ? this.#follow() : this.#keepSight())).observe(this.#list);
    new ResizeObserver(() => this.#follow()).observe(this.#scroll);
    store.on("view", () => this.#reset());
    store.on("state", () => {
      this.#drawHeader();
      this.#readSoon();
    });
    store.on("online", () => this.#drawOnline());
    document.addEventListener("visibilitychange", () => this.#readSoon());
    store.on("messages", (added) => this.#draw(added));
    store.on("message", (message) => this.#update(message));
    store.on("found", (messageId) => this.#reveal(messageId));
    store.on("text", (change) => this.views.get(change.messageId)?.write(change));
    this.#reset();
    this.#drawOnline();
  }

  #reset() {
    this.views.clear();
    this.#streaming.clear();
    this.#following = true;
    this.#unseen = 0;
    this.root.classList.toggle("no-chat", store.chatId === undefined);
    document.documentElement.classList.toggle("chat-open", store.chatId !== undefined);
    this.composer.reset();
    this.#drawHeader();
    this.#draw();
  }

  #drawHeader() {
    const chat = store.chatId === undefined ? undefined : store.chats.get(store.chatId);
    const topic = chat?.topics?.find((/** @type {any} */ each) => each.threadId === store.threadId);
    this.#back.hidden = chat === undefined;
    this.#back.classList.toggle("narrow-only", topic === undefined);
    this.#title.hidden = chat === undefined;
    this.#inspector.setAttribute("aria-pressed", String(this.page.inspectorOpen()));
    if (chat !== undefined) {
      this.#name.textContent = topic === undefined ? chatName(chat) : previewText(topic.title) || t("topic");
      fill(this.#about, topic === undefined ? describe(chat) : t("topicIn", { name: chatName(chat) }));
    }
    this.composer.setChat(chat);
    this.#linkTopics(chat);
    if (store.messages.size === 0) this.#draw();
  }

  /** From a topic to its chat, from a chat to the list. */
  #goBack() {
    store.open(store.threadId === undefined ? undefined : store.chatId);
  }

  /** The first message of a topic says how many answers it has. @param {any} chat */
  #linkTopics(chat) {
    for (const topic of chat?.topics ?? []) {
      const view = this.views.get(topic.rootMessageId);
      if (view !== undefined) view.update(Object.assign(view.message, { threadId: topic.threadId }));
    }
  }

  #drawOnline() {
    this.#offline.hidden = store.online;
    this.#offline.textContent = store.online ? "" : t("reconnecting");
    // Without the emulator nobody knows who listens.
    this.#drawHeader();
  }

  /** Puts the list on the screen; views of messages that stay keep their elements. @param {any} [added] the one new message, if that is all */
  #draw(added) {
    if (store.messages.size > (this.#following ? MOST.following : MOST.reading) && added !== undefined)
      store.keepNewest(KEPT);
    for (const id of this.views.keys()) if (!store.messages.has(id)) this.views.delete(id);
    const items = [];
    let day = "";
    let previous;
    for (const message of store.messages.values()) {
      const today = new Date(Number(message.createTime)).toDateString();
      if (today !== day) items.push(h("li", { class: "day" }, h("span", null, dayName(Number(message.createTime)))));
      let view = this.views.get(message.messageId);
      if (view === undefined) {
        view = new MessageView(message, {
          reply: (each, inThread) => this.composer.reply(each, inThread),
          edit: (each) => this.composer.edit(each),
        });
        this.views.set(message.messageId, view);
      } else if (view.message !== message) view.update(message);
      const joined =
        today === day &&
        previous !== undefined &&
        previous.sender.id === message.sender.id &&
        !previous.recalled &&
        Number(message.createTime) - Number(previous.createTime) < 180_000;
      view.root.classList.toggle("joined", joined);
      items.push(view.root);
      day = today;
      previous = message;
    }
    if (store.hasOlder)
      items.unshift(
        h(
          "li",
          { class: "older" },
          h("button", { type: "button", class: "button", on: { click: () => void store.loadOlder() } }, t("older")),
        ),
      );
    if (items.length === 0) items.push(this.#empty());
    this.#arrange(items);
    if (added !== undefined) this.#arrived(added);
    else this.#follow();
    this.#readSoon();
    for (const message of store.messages.values()) if (message.card?.streaming) this.#streaming.add(message.messageId);
  }

  /** Puts rows in place without moving what a reader who scrolled up has before their eyes. @param {HTMLElement[]} items */
  #arrange(items) {
    const sight = this.#following
      ? undefined
      : [...this.views.values()].find((view) => view.root.offsetTop >= this.#scroll.scrollTop)?.root;
    const before = sight?.offsetTop ?? 0;
    // The browser would move what is in sight as well, but not at the very top, where older messages are asked for.
    this.#scroll.classList.add("arranging");
    arrange(this.#list, items);
    if (sight?.isConnected) this.#scroll.scrollTop += sight.offsetTop - before;
    this.#scroll.classList.remove("arranging");
  }

  /** @param {any} message */
  #arrived(message) {
    if (message.sender.id === store.me) return this.#toBottom();
    if (message.card?.streaming) this.#streaming.add(message.messageId);
    else this.#say(message);
    if (!this.#following) {
      this.#unseen += 1;
      this.#drawJump();
    } else this.#follow();
  }

  /** @param {any} message */
  #update(message) {
    this.views.get(message.messageId)?.update(message);
    if (message.card?.streaming) this.#streaming.add(message.messageId);
    else if (this.#streaming.delete(message.messageId)) this.#say(message);
  }

  /** @param {any} message */
  #say(message) {
    const card = message.card && !message.recalled ? this.views.get(message.messageId)?.bubble.innerText : undefined;
    const text = card ?? plainText(message);
    this.#live.textContent = `${senderName(message)}: ${text}`;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight, clientWidth } = this.#scroll;
    // Text that wraps anew moves the end; nobody has scrolled then.
    const isLaidOutAnew = clientWidth !== this.#width;
    this.#width = clientWidth;
    if (isLaidOutAnew && this.#following) return this.#follow();
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#following) this.#unseen = 0;
    else this.#lookAtSight();
    this.#drawJump();
    this.#readSoon();
  }

  /** Notes what a reader who scrolled up has at the top of their sight, and where. */
  #lookAtSight() {
    const { left, top, width } = this.#scroll.getBoundingClientRect();
    this.#sight = undefined;
    for (const below of [4, 24, 48, 96]) {
      const element = document.elementFromPoint(left + width / 2, top + below)?.closest(SIGHTS);
      if (!element || !this.#list.contains(element)) continue;
      this.#sight = { element, at: element.getBoundingClientRect().top };
      return;
    }
  }

  /** Something above has become higher or lower: where the browser did not see to it, what is in sight stays in its place. */
  #keepSight() {
    if (this.#sight?.element.isConnected !== true) return;
    const moved = this.#sight.element.getBoundingClientRect().top - this.#sight.at;
    if (Math.abs(moved) >= 1) this.#scroll.scrollTop += moved;
  }

  /** Someone who has the end of a chat before their eyes has read it. */
  #readSoon() {
    if (store.watchOnly) return;
    const { chatId, me } = store;
    const chat = chatId === undefined ? undefined : store.chats.get(chatId);
    if (this.#reading || document.hidden || !this.#following || !store.loaded || !(chat?.unread?.[me] > 0)) return;
    this.#reading = true;
    void api
      .read(chatId ?? "", me)
      .catch(() => {})
      .finally(() => (this.#reading = false));
  }

  /** Keeps the end in sight for someone who reads along, and leaves everyone else where they are. */
  #follow() {
    if (!this.#following || this.#willFollow) return;
    this.#willFollow = true;
    // Once for a whole batch of messages: where the end is takes a layout of the page.
    queueMicrotask(() => {
      this.#willFollow = false;
      if (this.#following) this.#scroll.scrollTop = this.#scroll.scrollHeight;
    });
  }

  #toBottom() {
    this.#following = true;
    this.#unseen = 0;
    this.#drawJump();
    this.#follow();
  }

  /** Leaves the end of the chat for a message further up, and marks it. @param {string} messageId */
  #reveal(messageId) {
    const view = this.views.get(messageId);
    if (view === undefined) return;
    this.#following = false;
    this.#drawJump();
    view.root.scrollIntoView({ block: "center" });
    view.mark();
  }

  #drawJump() {
    this.#jump.hidden = this.#following;
    fill(this.#jump, icon("down", 16), this.#unseen > 0 ? t("newMessages", { count: this.#unseen }) : t("toLatest"));
  }

  #empty() {
    if (store.chatId === undefined)
      return h(
        "li",
        { class: "empty" },
        h("img", { src: "/page/icon.svg", alt: "", width: 56, height: 56 }),
        h("h2", null, t("welcome")),
        h("p", null, t("pickChat")),
      );
    if (!store.loaded) return h("li", { class: "empty", "aria-busy": "true" });
    const chat = store.chats.get(store.chatId);
    if (chat?.type === "p2p" && !listening(chat)) return connectHint(chat.appIds[0]);
    const starters = ["starter1", "starter2", "starter3"].map((key) =>
      h(
        "button",
        { type: "button", class: "starter", on: { click: () => this.composer.fill(t(/** @type {any} */ (key))) } },
        t(/** @type {any} */ (key)),
      ),
    );
    return h(
      "li",
      { class: "empty" },
      h("img", { src: "/page/icon.svg", alt: "", width: 56, height: 56 }),
      h("h2", null, t("emptyChat")),
      h("p", null, t("emptyChatHint")),
      h("div", { class: "starters" }, starters),
    );
  }
}

/** Who is here, and whether the bot is listening. @param {any} chat */
function describe(chat) {
  const people =
    chat.type === "p2p" ? null : h("span", null, t("memberCount", { count: chat.members.length + chat.appIds.length }));
  if (chat.appIds.length === 0) return [people];
  const by = listening(chat);
  return [
    people,
    h("span", { class: `link-state ${by ? "on" : ""}` }, t(store.online ? (by ?? "botNotConnected") : "botUnknown")),
  ];
}

/** How a bot of the chat hears of what is said; undefined: not at all. @param {any} chat */
function listening(chat) {
  if (!store.online) return undefined;
  if (store.connections.some((each) => chat.appIds.includes(each.appId))) return "botConnected";
  return chat.appIds.some((/** @type {string} */ id) => store.apps.get(id)?.webhook) ? "botOnWebhook" : undefined;
}

/** What a bot's author needs to point a bot here. @param {string} appId */
function connectHint(appId) {
  const facts = [
    ["domain", location.origin],
    ["app_id", appId],
  ];
  return h(
    "li",
    { class: "empty" },
    h("img", { src: "/page/icon.svg", alt: "", width: 56, height: 56 }),
    h("h2", null, t("noBotYet")),
    h("p", null, t("noBotYetHint")),
    h(
      "dl",
      { class: "connect" },
      facts.flatMap(([name = "", value = ""]) => [
        h("dt", null, name),
        h("dd", null, value, copyButton(t("copy", { name }), value)),
      ]),
    ),
  );
}
