import { h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";

/** What stands beside a message: who read it, and that nobody heard it. */

/** Who has read it: on one's own messages and on those of bots. @param {any} message @param {boolean} mine */
export function readMark(message, mine) {
  if ((!mine && message.sender.type !== "app") || !message.readers) return null;
  const names = message.readBy.map((/** @type {any} */ each) => store.nameOf(each.id) ?? each.name).join(", ");
  const all = message.readBy.length >= message.readers;
  const label = names === "" ? t("unread") : t("readBy", { names });
  const text = message.readers === 1 ? t(all ? "read" : "unread") : `${message.readBy.length}/${message.readers}`;
  return h("span", { class: `read-mark ${all ? "all" : ""}`, title: label, "aria-label": label }, text);
}

/** Says that no bot heard a message, and why. @param {any} message */
export function unheardNote(message) {
  if (message.unheard === undefined || message.unheard === null) return null;
  const why = message.unheard === "not-mentioned" ? "unheardMention" : "unheardNobody";
  return h("p", { class: "unheard", role: "note" }, icon("warn", 14), h("span", null, t(why)));
}
