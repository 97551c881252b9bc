import { api, fileUrl } from "../api.js";
import { CardView } from "../card/card-view.js";
import { EMOJI_KEYS } from "../card/inline-tags.js";
import { ask } from "../dialog.js";
import { fill, h } from "../dom.js";
import { clockTime, currentLanguage, fullTime, t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { toast, toastError } from "../toast.js";
import { avatar } from "./avatar.js";
import { forwardMessage } from "./forward.js";
import { readMark, unheardNote } from "./marks.js";
import { messageBody, plainText, senderName } from "./message-body.js";

/** Reactions a person can pick here. */
const PICKABLE = ["THUMBSUP", "HEART", "DONE", "OK", "THINKING", "APPLAUSE"];

/** Classes that say where a row stands and how somebody came to it: no news of the message changes them. */
const KEPT = ["joined", "found"];

/** Milliseconds for which a message that was looked for is marked. */
const MARKED = 2_000;

/**
 * One message of the conversation. It keeps its element for life; `update` changes what is in it.
 *
 * @typedef {{ reply(message: any, inThread: boolean): void, edit(message: any): void }} Host
 */
export class MessageView {
  /** @type {CardView | undefined} */
  card;
  /** @type {any} */
  message;
  /** What stands around the content now; the elements around it are made again only when this changes. */
  #frame = "";

  /** @param {any} message @param {Host} host */
  constructor(message, host) {
    this.host = host;
    this.bubble = h("div", { class: "bubble" });
    this.reactions = h("div", { class: "reactions" });
    this.tools = h("div", { class: "tools", role: "toolbar", "aria-label": t("messageActions") });
    this.name = h("div", { class: "sender" });
    this.root = h("li", { class: "message", dataset: { messageId: message.messageId } });
    this.update(message);
  }

  /** Shows somebody who looked for it where it is. */
  mark() {
    this.root.classList.add("found");
    setTimeout(() => this.root.classList.remove("found"), MARKED);
  }

  /** @param {any} message */
  update(message) {
    this.message = message;
    const mine = message.sender.id === store.me;
    const bot = message.sender.type === "app";
    const kept = KEPT.filter((name) => this.root.classList.contains(name)).join(" ");
    this.root.className = `message ${kept} ${mine ? "mine" : ""} ${bot ? "from-bot" : ""} type-${message.msgType} ${message.recalled ? "recalled" : ""}`;
    fill(
      this.name,
      h("span", null, senderName(message)),
      bot && h("span", { class: "bot-tag" }, t("bot")),
      h("time", { title: fullTime(Number(message.createTime)) }, clockTime(Number(message.createTime))),
      message.pinned && h("span", { class: "pin-mark" }, t("pinned")),
    );
    const quote = this.#quote(message);
    const link = this.#topicLink(message);
    const unheard = unheardNote(message);
    const read = readMark(message, mine);
    const frame = JSON.stringify([
      message.recalled,
      message.edited,
      message.sender,
      message.msgType,
      mine,
      quote?.textContent,
      link?.textContent,
      unheard?.textContent,
      read?.title,
    ]);
    if (message.recalled) {
      this.#frame = frame;
      this.card = undefined;
      fill(this.root, h("p", { class: "recalled-note" }, t("recalledBy", { name: senderName(message) })));
      return;
    }
    this.#content(message);
    this.#reactions(message);
    if (frame === this.#frame) return;
    this.#frame = frame;
    this.#tools(message, mine);
    fill(
      this.root,
      avatar(message.sender.id, senderName(message), { bot }),
      h(
        "div",
        { class: "message-main" },
        this.name,
        quote,
        h("div", { class: "bubble-row" }, this.bubble, this.tools),
        (message.edited || read) &&
          h("div", { class: "foot" }, message.edited && h("span", { class: "edited" }, t("edited")), read),
        this.reactions,
        unheard,
        link,
      ),
    );
  }

  /** @param {{ elementId: string, mode: "type" | "replace", text: string, print: any }} change */
  write(change) {
    this.card?.write(change);
  }

  /** @param {any} message */
  #content(message) {
    if (message.card !== undefined && message.card !== null) {
      if (this.card === undefined) {
        this.card = new CardView(message.card, cardContext(message.messageId));
        fill(this.bubble, this.card.root);
      } else this.card.update(message.card);
      this.bubble.className = "bubble card-bubble";
      return;
    }
    this.card = undefined;
    this.bubble.className = `bubble ${["image", "sticker"].includes(message.msgType) ? "bare" : ""}`;
    fill(this.bubble, messageBody(message));
  }

  /** The first line of what this answers. @param {any} message */
  #quote(message) {
    if (message.parentId === undefined || message.parentId === null) return null;
    const parent = store.messages.get(message.parentId);
    const text = parent === undefined ? t("earlierMessage") : parent.recalled ? t("recalled") : plainText(parent);
    return h(
      "div",
      { class: "quote" },
      icon("reply", 14),
      h("span", null, `${parent === undefined ? "" : `${senderName(parent)}: `}${text.slice(0, 80)}`),
    );
  }

  /** @param {any} message */
  #topicLink(message) {
    if (store.threadId !== undefined || message.threadId === undefined) return null;
    const topic = store.chats
      .get(message.chatId)
      ?.topics?.find((/** @type {any} */ each) => each.threadId === message.threadId);
    if (topic === undefined) return null;
    return h(
      "button",
      { type: "button", class: "topic-link", on: { click: () => store.open(message.chatId, message.threadId) } },
      icon("thread", 16),
      t("repliesInTopic", { count: topic.count }),
    );
  }

  /** @param {any} message */
  #reactions(message) {
    fill(
      this.reactions,
      (message.reactions ?? []).map((/** @type {any} */ reaction) => {
        const own = reaction.by.some((/** @type {any} */ each) => each.id === store.me);
        const names = reaction.by.map((/** @type {any} */ each) => store.nameOf(each.id) ?? each.name).join(", ");
        return h(
          "button",
          {
            type: "button",
            class: "reaction",
            "aria-pressed": String(own),
            "aria-label": `${reaction.emoji}: ${names}`,
            title: `${reaction.emoji} · ${names}`,
            on: { click: () => this.#react(reaction.emoji, own) },
          },
          h("span", { class: "emoji" }, emoji(reaction.emoji)),
          h("span", null, reaction.by.length > 1 ? reaction.by.length : names),
        );
      }),
    );
  }

  /** @param {any} message @param {boolean} mine */
  #tools(message, mine) {
    const tool = (/** @type {any} */ name, /** @type {string} */ label, /** @type {() => void} */ act) =>
      h(
        "button",
        { type: "button", class: "ghost small", "aria-label": label, title: label, on: { click: act } },
        icon(name, 16),
      );
    const picker = h(
      "div",
      { class: "picker", role: "group", "aria-label": t("react"), hidden: true },
      PICKABLE.map((key) =>
        h(
          "button",
          {
            type: "button",
            class: "ghost small emoji",
            "aria-label": key,
            title: key,
            on: { click: () => this.#react(key, false) },
          },
          emoji(key),
        ),
      ),
    );
    const react = tool("smile", t("react"), () => {
      picker.hidden = !picker.hidden;
      react.setAttribute("aria-expanded", String(!picker.hidden));
      if (!picker.hidden) picker.querySelector("button")?.focus();
    });
    react.setAttribute("aria-expanded", "false");
    picker.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      react.click();
      react.focus();
    });
    const inGroup = store.chats.get(message.chatId)?.type === "group" && store.threadId === undefined;
    fill(
      this.tools,
      react,
      picker,
      tool("reply", t("reply"), () => this.host.reply(message, false)),
      inGroup && tool("thread", t("replyInTopic"), () => this.host.reply(message, true)),
      tool("share", t("forward"), () => void forwardMessage(message)),
      mine && message.msgType === "text" && tool("edit", t("edit"), () => this.host.edit(message)),
      mine && tool("recall", t("recall"), () => void api.recall(message.messageId, store.me).catch(toastError)),
    );
  }

  /** @param {string} key @param {boolean} remove */
  #react(key, remove) {
    void api
      .react(this.message.messageId, { from: store.me, emoji: key, ...(remove ? { remove: true } : {}) })
      .catch(toastError);
  }
}

/** Reactions with a drawing of their own; others are emoji. @type {Record<string, any>} */
const DRAWN = {
  THUMBSUP: "thumb",
  HEART: "heart",
  DONE: "check",
  Get: "check",
  OnIt: "check",
  Typing: "dots",
  OneSecond: "clock",
};

/** @param {string} key @returns {any} */
function emoji(key) {
  if (key in DRAWN) return icon(DRAWN[key], 16);
  return EMOJI_KEYS[/** @type {keyof typeof EMOJI_KEYS} */ (key)] ?? key;
}

/** @param {string} messageId */
function cardContext(messageId) {
  return {
    nameOf: (/** @type {string} */ id) => store.nameOf(id),
    imageUrl: fileUrl,
    click: async (/** @type {Record<string, unknown>} */ request) => {
      try {
        const result = await api.click(messageId, { from: store.me, ...request });
        if (result.status === "failed") toast(t("clickFailed", { code: result.code ?? "" }), "error");
        else if (result.toast) toast(inLanguage(result.toast), result.toast.type);
      } catch (error) {
        toastError(error);
      }
    },
    confirm: async (/** @type {string} */ title, /** @type {string} */ text) =>
      (await ask(title, [h("p", null, text)], { confirm: t("confirm"), value: () => true })) === true,
  };
}

/** A toast in the language of the page, where it has that one. @param {any} notice @returns {string} */
function inLanguage(notice) {
  return notice.i18n?.[currentLanguage() === "zh" ? "zh_cn" : "en_us"] ?? notice.content;
}
