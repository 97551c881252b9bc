import { api } from "../api.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { toastError } from "../toast.js";
import { MentionMenu } from "./mention-menu.js";
import { plainText, senderName } from "./message-body.js";

/** Where a person writes. Enter sends, Shift and Enter makes a line; Enter that ends an input method's word does neither. */
export class Composer {
  #field = h("textarea", { id: "compose", class: "composer-field", rows: 1, "aria-label": t("message") });
  #context = h("div", { class: "composer-context", hidden: true });
  #files = h("input", {
    type: "file",
    class: "visually-hidden",
    multiple: true,
    tabindex: "-1",
    "aria-label": t("attach"),
  });
  #send = h(
    "button",
    {
      type: "button",
      class: "send",
      "aria-label": t("send"),
      title: t("send"),
      on: { click: () => void this.submit() },
    },
    icon("send"),
  );
  /** Ids by the name written into the text. @type {Map<string, string>} */
  #mentioned = new Map();
  /** @type {{ kind: "reply" | "thread" | "edit", message: any } | undefined} */
  #about;
  /** @type {any} */
  #chat;

  constructor() {
    this.#menu = new MentionMenu(this.#field, (name, id) => this.#mentioned.set(name, id));
    const tool = (/** @type {any} */ name, /** @type {string} */ label, /** @type {() => void} */ act) =>
      h(
        "button",
        { type: "button", class: "ghost", "aria-label": label, title: label, on: { click: act } },
        icon(name),
      );
    this.root = h(
      "div",
      { class: "composer" },
      this.#context,
      this.#menu.root,
      h(
        "div",
        { class: "composer-box" },
        tool("attach", t("attach"), () => this.#files.click()),
        tool("mention", t("mention"), () => this.#menu.start()),
        this.#field,
        this.#send,
      ),
      h("p", { class: "composer-hint" }, t("composerHint")),
      this.#files,
    );
    this.#field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
    this.#field.addEventListener("input", () => this.#sized());
    this.#field.addEventListener("paste", (/** @type {ClipboardEvent} */ event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void this.#upload(files);
    });
    this.#files.addEventListener("change", () => {
      void this.#upload([...(this.#files.files ?? [])]);
      this.#files.value = "";
    });
    this.root.addEventListener("dragover", (/** @type {DragEvent} */ event) => event.preventDefault());
    this.root.addEventListener("drop", (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      void this.#upload([...(event.dataTransfer?.files ?? [])]);
    });
  }

  /** @type {MentionMenu} */
  #menu;

  reset() {
    this.#field.value = "";
    this.#mentioned.clear();
    this.#setAbout(undefined);
    this.#sized();
  }

  /** @param {any} chat */
  setChat(chat) {
    this.#chat = chat;
    this.root.hidden = chat === undefined;
    this.#menu.setChat(chat);
    if (chat === undefined) return;
    this.#field.placeholder = t(chat.type === "p2p" ? "writeTo" : "writeInGroup");
  }

  focus() {
    this.#field.focus();
  }

  /** @param {string} text */
  fill(text) {
    this.#field.value = text;
    this.#sized();
    this.focus();
  }

  /** @param {any} message @param {boolean} inThread the answer begins a topic, or goes on in one */
  reply(message, inThread) {
    this.#setAbout({ kind: inThread ? "thread" : "reply", message });
    this.focus();
  }

  /** @param {any} message */
  edit(message) {
    this.#setAbout({ kind: "edit", message });
    for (const { id, name } of message.mentions ?? [])
      this.#mentioned.set(id === "all" ? t("everyone") : (store.nameOf(id) ?? name), id);
    this.fill(plainText(message));
  }

  /** @param {{ kind: "reply" | "thread" | "edit", message: any } | undefined} about */
  #setAbout(about) {
    this.#about = about;
    this.#context.hidden = about === undefined;
    if (about === undefined) return;
    const words = {
      edit: t("editing"),
      reply: t("replyingTo", { name: senderName(about.message) }),
      thread: t("inTopic"),
    };
    const label = words[about.kind];
    fill(
      this.#context,
      icon(about.kind, 16),
      h("span", { class: "composer-about" }, h("strong", null, label), ` ${plainText(about.message).slice(0, 80)}`),
      h(
        "button",
        {
          type: "button",
          class: "ghost small",
          "aria-label": t("cancel"),
          title: t("cancel"),
          on: { click: () => this.#cancel() },
        },
        icon("close", 14),
      ),
    );
  }

  /** Back to writing a message of one's own; the text of a message that was being edited goes, a reply's stays. */
  #cancel() {
    if (this.#about?.kind === "edit") this.reset();
    else this.#setAbout(undefined);
    this.focus();
  }

  #sized() {
    this.#field.style.height = "";
    // A hidden field has no height to go by.
    if (this.#field.value.includes("\n") || this.#field.scrollHeight > this.#field.clientHeight)
      this.#field.style.height = `${Math.min(180, this.#field.scrollHeight)}px`;
    this.#send.disabled = this.#field.value.trim() === "";
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.#menu.key(event)) return;
    if (event.key === "Escape" && this.#about !== undefined) {
      event.preventDefault();
      return this.#cancel();
    }
    // 229 is an input method at work: its Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    void this.submit();
  }

  /** The text with every mention as the tag Feishu takes. @param {string} text */
  #tagged(text) {
    let tagged = text;
    const names = [...this.#mentioned.keys()].sort((a, b) => b.length - a.length);
    for (const name of names)
      tagged = tagged.replaceAll(
        `@${name}`,
        `<at user_id="${this.#mentioned.get(name)}">${name.replace(/[<>&"]/gu, "")}</at>`,
      );
    return tagged;
  }

  async submit() {
    const text = this.#field.value.trim();
    if (text === "" || this.#chat === undefined) return;
    const about = this.#about;
    const tagged = this.#tagged(text);
    this.reset();
    try {
      if (about?.kind === "edit") await api.edit(about.message.messageId, tagged, store.me);
      else await api.send({ ...this.#target(about), text: tagged });
    } catch (error) {
      this.fill(text);
      toastError(error);
    }
  }

  /** @param {{ kind: string, message: any } | undefined} about */
  #target(about) {
    return {
      from: store.me,
      chatId: this.#chat.chatId,
      ...(about === undefined ? {} : { replyTo: about.message.messageId, inThread: about.kind === "thread" }),
      ...(store.threadId === undefined ? {} : { threadId: store.threadId }),
    };
  }

  /** @param {File[]} files */
  async #upload(files) {
    for (const file of files) {
      const kind = file.type.startsWith("image/") ? "image" : "file";
      try {
        const { key } = await api.upload(file, kind, store.me);
        await api.send({ ...this.#target(this.#about), ...(kind === "image" ? { imageKey: key } : { fileKey: key }) });
      } catch (error) {
        toastError(error);
      }
    }
  }
}
