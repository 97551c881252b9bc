import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { store } from "../store.js";
import { avatar } from "./avatar.js";

/** The list that opens after an @: arrows choose, Enter or Tab takes, Escape closes. */
export class MentionMenu {
  #choices = /** @type {{ id: string, name: string, also?: string, bot: boolean }[]} */ ([]);
  #at = 0;
  /** @type {any} */
  #chat;

  /** @param {HTMLTextAreaElement} field @param {(name: string, id: string) => void} taken */
  constructor(field, taken) {
    this.field = field;
    this.taken = taken;
    this.root = h("ul", {
      class: "mention-menu",
      role: "listbox",
      id: "mention-menu",
      "aria-label": t("mention"),
      hidden: true,
    });
    field.setAttribute("aria-controls", "mention-menu");
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("input", () => this.#look());
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  /** @param {any} chat */
  setChat(chat) {
    this.#chat = chat;
  }

  /** Types the @ for the person. */
  start() {
    const { selectionStart, value } = this.field;
    const gap = selectionStart > 0 && !/\s/u.test(value[selectionStart - 1] ?? "") ? " @" : "@";
    this.field.focus();
    this.field.setRangeText(gap, selectionStart, selectionStart, "end");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    this.root.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was for the menu */
  key(event) {
    if (this.root.hidden) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      this.#at = (this.#at + step + this.#choices.length) % this.#choices.length;
      this.#draw();
    } else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    return true;
  }

  /** The word being written after an @, if any. */
  #word() {
    return /(?:^|[\s，。！？、])@([^\s@]{0,20})$/u.exec(this.field.value.slice(0, this.field.selectionStart))?.[1];
  }

  #look() {
    const word = this.#word()?.toLowerCase();
    if (word === undefined || this.#chat === undefined) return this.close();
    const bots = this.#chat.appIds.map((/** @type {string} */ id) => store.apps.get(id)).filter(Boolean);
    const people = this.#chat.members
      .map((/** @type {string} */ id) => store.users.get(id))
      .filter((/** @type {any} */ user) => user !== undefined && user.openId !== store.me);
    const all = this.#chat.type === "p2p" ? [] : [{ id: "all", name: t("everyone"), bot: false }];
    this.#choices = [
      ...bots.map((/** @type {any} */ app) => ({ id: app.botOpenId, name: app.name, bot: true })),
      ...people.map((/** @type {any} */ user) => ({
        id: user.openId,
        name: store.nameOf(user.openId) ?? user.name,
        also: `${user.name} ${user.nameEn ?? ""}`,
        bot: false,
      })),
      ...all,
    ].filter((choice) => `${choice.name} ${choice.also ?? ""}`.toLowerCase().includes(word));
    this.#at = 0;
    if (this.#choices.length === 0) return this.close();
    this.root.hidden = false;
    this.#draw();
  }

  #draw() {
    fill(
      this.root,
      this.#choices.map((choice, index) =>
        h(
          "li",
          {
            id: `mention-${index}`,
            role: "option",
            "aria-selected": String(index === this.#at),
            on: { mousedown: (/** @type {Event} */ event) => event.preventDefault(), click: () => this.#take(index) },
          },
          avatar(choice.id, choice.name, { bot: choice.bot, size: 24 }),
          choice.name,
        ),
      ),
    );
    this.field.setAttribute("aria-activedescendant", `mention-${this.#at}`);
  }

  /** @param {number} index */
  #take(index) {
    const choice = this.#choices[index];
    const word = this.#word();
    if (choice === undefined || word === undefined) return;
    const end = this.field.selectionStart;
    this.field.setRangeText(`@${choice.name} `, end - word.length - 1, end, "end");
    this.taken(choice.name, choice.id);
    this.close();
    this.field.focus();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
