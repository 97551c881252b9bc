import { api } from "./api.js";
import { Feed } from "./feed.js";
import { currentLanguage } from "./i18n.js";

/**
 * What the page knows, and who wants to hear of changes. Views never talk to the feed.
 *
 * Topics: `state` (people, bots, chats), `view` (another chat, person or topic), `messages` (the list), `message` (one of
 * them), `text` (streamed text), `found` (the id of one that somebody looks for), `calls`, `meters`, `faults`, `world`, `online`.
 */

const MAX_CALLS = 500;
const SAVED_USER = "cardstream.user";

class Store {
  /** @type {Map<string, any>} */ users = new Map();
  /** @type {Map<string, any>} */ apps = new Map();
  /** @type {Map<string, any>} */ chats = new Map();
  /** Messages of the open view by id, in order of arrival. @type {Map<string, any>} */ messages = new Map();
  /** @type {any[]} */ calls = [];
  /** The newest sequence of each card, as far as calls were looked at. @type {Map<string, number>} */
  sequences = new Map();
  /** @type {any[]} */ faults = [];
  /** @type {any[]} */ connections = [];
  /** Answers to what is not known about Feishu. @type {Record<string, any>} */ world = {};
  /** The questions and what may be answered. @type {Record<string, any>} */ questions = {};
  /** @type {any} */ meters = { apis: [], cards: [] };
  me = "";
  /** @type {string | undefined} */ chatId;
  /** @type {string | undefined} */ threadId;
  online = false;
  loaded = false;
  hasOlder = false;
  /** @type {Map<string, Set<(value: any) => void>>} */ #listeners = new Map();
  /** Events that arrive while messages are being read: applied on top of what was read. @type {any[] | undefined} */ #waiting;
  /** It shows what happens at another Feishu: nothing is written or changed here. */
  watchOnly = false;
  #watching = false;
  #started = false;
  #feed = new Feed({
    onHello: () => this.reload(),
    onEvents: (events) => this.#applyAll(events),
    onStatus: (online) => {
      this.online = online;
      this.emit("online", online);
    },
  });

  /** @param {string} topic @param {(value: any) => void} listener @returns {() => void} stops listening */
  on(topic, listener) {
    const set = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, set.add(listener));
    return () => set.delete(listener);
  }

  /** @param {string} topic @param {unknown} [value] */
  emit(topic, value) {
    for (const listener of this.#listeners.get(topic) ?? []) listener(value);
  }

  /** Whether calls are looked at: only then does the page ask for them. @param {boolean} on */
  watchCalls(on) {
    this.#watching = on;
    if (this.#started) this.#feed.follow(this.chatId, on);
  }

  /** Before the page is built again. */
  forgetListeners() {
    this.#listeners.clear();
  }

  /** Opens the page where its address says. */
  start() {
    this.#started = true;
    this.me = localStorage.getItem(SAVED_USER) ?? "";
    const [chatId, threadId] = location.hash.replace(/^#\/?/u, "").split("/");
    this.chatId = chatId || undefined;
    this.threadId = threadId || undefined;
    this.emit("view");
    this.#feed.follow(this.chatId, this.#watching);
  }

  /** @param {string} openId */
  become(openId) {
    this.me = openId;
    localStorage.setItem(SAVED_USER, openId);
    const chat = this.chatId === undefined ? undefined : this.chats.get(this.chatId);
    if (chat !== undefined && !chat.members.includes(openId)) this.open(this.#firstChat()?.chatId);
    else this.emit("view");
    this.emit("state");
  }

  /** @param {string | undefined} chatId @param {string} [threadId] */
  open(chatId, threadId) {
    this.chatId = chatId;
    this.threadId = threadId;
    this.messages = new Map();
    this.loaded = false;
    history.replaceState(
      null,
      "",
      chatId === undefined ? location.pathname : `#/${chatId}${threadId ? `/${threadId}` : ""}`,
    );
    this.emit("view");
    this.#feed.follow(chatId, this.#watching);
    if (!this.watchOnly && this.chats.get(chatId ?? "")?.type === "p2p")
      void api.enter(chatId ?? "", this.me).catch(() => {});
    if (this.online) void this.#loadMessages().catch(() => {});
  }

  /** Chats of the person at the keyboard, the newest first. */
  myChats() {
    return [...this.chats.values()]
      .filter((chat) => chat.members.includes(this.me))
      .sort((a, b) => b.updatedAt - a.updatedAt);
  }

  /** Where a newcomer begins: talking to the bot, who in a group answers only when mentioned. */
  #firstChat() {
    const chats = this.myChats();
    return chats.find(({ type }) => type === "p2p") ?? chats[0];
  }

  /**
   * Name of a person or bot by any of its ids, in the language of the page, as Feishu's client shows it.
   *
   * @param {string} id
   * @returns {string | undefined}
   */
  nameOf(id) {
    const user = this.users.get(id);
    if (user !== undefined) return personName(user);
    for (const app of this.apps.values()) if (app.appId === id || app.botOpenId === id) return app.name;
    for (const each of this.users.values()) if (each.userId === id || each.unionId === id) return personName(each);
    return undefined;
  }

  /** Reads everything again: at the start and after a gap. */
  async reload() {
    const state = await api.state();
    this.watchOnly = state.watchOnly === true;
    document.documentElement.classList.toggle("watch-only", this.watchOnly);
    this.users = new Map(state.users.map((/** @type {any} */ user) => [user.openId, user]));
    this.apps = new Map(state.apps.map((/** @type {any} */ app) => [app.appId, app]));
    this.chats = new Map(state.chats.map((/** @type {any} */ chat) => [chat.chatId, chat]));
    this.faults = state.faults ?? [];
    this.connections = state.connections ?? [];
    this.meters = state.meters ?? this.meters;
    const { world, questions } = await api.world();
    this.world = world;
    this.questions = questions;
    if (!this.users.has(this.me)) this.me = state.users[0]?.openId ?? "";
    if (this.chatId !== undefined && !this.chats.has(this.chatId)) this.open(undefined);
    this.emit("state");
    this.emit("faults");
    this.emit("world");
    this.emit("meters");
    if (this.#watching) {
      this.calls = (await api.timeline({ limit: 200 })).entries ?? [];
      this.sequences.clear();
      for (const entry of this.calls) this.#counted(entry);
    }
    this.emit("calls");
    if (this.chatId === undefined && this.myChats().length > 0 && matchMedia("(min-width: 760px)").matches)
      this.open(this.#firstChat().chatId);
    else await this.#loadMessages();
  }

  async #loadMessages() {
    const { chatId, threadId } = this;
    if (chatId === undefined) return this.emit("messages");
    /** @type {any[]} */
    const waiting = [];
    this.#waiting = waiting;
    const { messages } = await api.messages(chatId, { threadId });
    if (this.#waiting !== waiting) return;
    this.#waiting = undefined;
    const older = this.#olderThan(messages);
    this.messages = new Map([...older, ...this.#viewed(messages)]);
    if (older.length === 0) this.hasOlder = messages.length >= 100;
    this.loaded = true;
    this.emit("messages");
    this.#applyAll(waiting);
  }

  /** What was read of the chat before a page of its newest messages, if nothing is missing between the two. @param {any[]} page */
  #olderThan(page) {
    const known = [...this.messages];
    const at = known.findIndex(([messageId]) => messageId === page[0]?.messageId);
    return known.slice(0, Math.max(0, at));
  }

  /** Reads the page before the oldest message. */
  async loadOlder() {
    const oldest = this.messages.values().next().value;
    if (this.chatId === undefined || oldest === undefined) return;
    const { chatId, threadId } = this;
    const { messages } = await api.messages(chatId, { threadId, before: oldest.messageId });
    if (chatId !== this.chatId || threadId !== this.threadId) return;
    this.hasOlder = messages.length >= 100;
    this.messages = new Map([...this.#viewed(messages), ...this.messages]);
    this.emit("messages");
  }

  /** Lets go of all but the newest messages. @param {number} count */
  keepNewest(count) {
    this.messages = new Map([...this.messages].slice(-count));
    this.hasOlder = true;
  }

  /** Whether a message stands in the open view: a topic's own messages, or the chat with the first message of each topic. @param {any} message */
  #inView(message) {
    if (message.chatId !== this.chatId) return false;
    if (this.threadId !== undefined) return message.threadId === this.threadId;
    const chat = this.chats.get(message.chatId);
    return (
      message.threadId === undefined ||
      message.rootId === undefined ||
      message.rootId === message.messageId ||
      chat?.topics?.some((/** @type {any} */ topic) => topic.rootMessageId === message.messageId)
    );
  }

  /** @param {any[]} messages @returns {Map<string, any>} */
  #viewed(messages) {
    return new Map(messages.filter((each) => this.#inView(each)).map((each) => [each.messageId, each]));
  }

  /** @param {any[]} events */
  #applyAll(events) {
    let calls = false;
    for (const event of events) {
      if (event.type === "call") {
        this.calls.push(event.entry);
        this.#counted(event.entry);
        calls = true;
      } else if (this.#waiting !== undefined && "messageId" in (event.message ?? event)) this.#waiting.push(event);
      else this.#apply(event);
    }
    if (!calls) return;
    if (this.calls.length > MAX_CALLS) this.calls.splice(0, this.calls.length - MAX_CALLS);
    this.emit("calls");
  }

  /** @param {any} entry */
  #counted({ code, cardId, sequence }) {
    if (code !== 0 || cardId === undefined || sequence === undefined) return;
    // Set anew it stands at the end: the cards written to last are the ones kept.
    this.sequences.delete(cardId);
    this.sequences.set(cardId, sequence);
    const [oldest] = this.sequences.keys();
    if (this.sequences.size > MAX_CALLS && oldest !== undefined) this.sequences.delete(oldest);
  }

  /** @param {any} event */
  #apply(event) {
    switch (event.type) {
      case "message":
        return this.#message(event.message);
      case "text":
        return this.#text(event);
      case "card":
      case "reaction": {
        const message = this.messages.get(event.messageId);
        if (message === undefined) return;
        if (event.type === "card") message.card = event.card;
        else message.reactions = event.reactions;
        return this.emit("message", message);
      }
      case "read":
        return this.#read(event);
      case "world":
        this.world = event.world;
        return this.emit("world");
      case "toast":
        return this.emit("toast", event);
      case "app":
        this.apps.set(event.app.appId, event.app);
        return this.emit("state");
      case "chat":
        this.chats.set(event.chat.chatId, event.chat);
        return this.emit("state");
      case "faults":
      case "connections":
      case "meters":
        this[/** @type {"faults"} */ (event.type)] = event[event.type];
        return this.emit(event.type === "connections" ? "state" : event.type);
      case "reset":
        return void this.reload().catch(() => {});
      default:
    }
  }

  /** Somebody read messages. @param {any} event */
  #read({ chatId, by, messageIds }) {
    const chat = this.chats.get(chatId);
    if (chat?.unread !== undefined) chat.unread[by] = Math.max(0, (chat.unread[by] ?? 0) - messageIds.length);
    for (const messageId of messageIds) {
      const message = this.messages.get(messageId);
      if (message === undefined || message.readBy.some((/** @type {any} */ each) => each.id === by)) continue;
      message.readBy.push({ id: by, name: this.nameOf(by) ?? by });
      this.emit("message", message);
    }
    this.emit("state");
  }

  /** @param {any} message */
  #message(message) {
    if (!this.#inView(message)) return;
    const known = this.messages.has(message.messageId);
    this.messages.set(message.messageId, message);
    this.emit(known ? "message" : "messages", message);
  }

  /** Streamed text: keeps the card's JSON true, so that a structural change later finds the text it expects. @param {any} event */
  #text(event) {
    const card = this.messages.get(event.messageId)?.card;
    const element = card === undefined ? undefined : findElement(card.json, event.elementId);
    if (element === undefined) return;
    const before = String(element.content ?? "");
    // A piece is missing (it cannot be, but a wrong text on the screen would be the author's worst witness): read again.
    if (event.mode === "type" && before.length < event.from) return void this.#loadMessages().catch(() => {});
    element.content = event.mode === "type" ? before.slice(0, event.from) + event.text : event.text;
    this.emit("text", { ...event, text: element.content });
  }
}

/** @param {{ name: string, nameEn?: string }} user */
function personName(user) {
  return currentLanguage() === "zh" ? user.name : (user.nameEn ?? user.name);
}

/** The object with this element_id, anywhere in a card. @param {any} node @param {string} elementId @returns {any} */
function findElement(node, elementId) {
  if (node === null || typeof node !== "object") return undefined;
  if (node.element_id === elementId) return node;
  for (const child of Object.values(node)) {
    const found = findElement(child, elementId);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const store = new Store();
