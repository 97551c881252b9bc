import { api } from "../api.js";
import { ask } from "../dialog.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { store } from "../store.js";
import { toastError } from "../toast.js";

/** Asks for a name and members, makes the group and opens it. */
export async function newChat() {
  const name = h("input", { class: "text-input", required: true, maxlength: 60, placeholder: t("groupNameExample") });
  const people = [...store.users.values()].map((user) =>
    checkbox(user.openId, store.nameOf(user.openId) ?? user.name, true),
  );
  const bots = [...store.apps.values()].map((app) => checkbox(app.appId, app.name, true));
  const wanted = await ask(
    t("newGroup"),
    [
      h("label", { class: "field-block" }, h("span", null, t("groupName")), name),
      h(
        "fieldset",
        null,
        h("legend", null, t("members")),
        people.map((each) => each.label),
      ),
      h(
        "fieldset",
        null,
        h("legend", null, t("bots")),
        bots.map((each) => each.label),
      ),
    ],
    {
      confirm: t("create"),
      value: () =>
        name.value.trim() === ""
          ? undefined
          : { name: name.value.trim(), members: [...new Set([store.me, ...checked(people)])], apps: checked(bots) },
    },
  );
  if (wanted === undefined) return;
  try {
    const chat = await api.createChat(wanted);
    store.chats.set(chat.chatId, chat);
    store.open(chat.chatId);
  } catch (error) {
    toastError(error);
  }
}

/** @param {string} value @param {string} name @param {boolean} on */
function checkbox(value, name, on) {
  const box = h("input", { type: "checkbox", value, checked: on });
  return { box, label: h("label", { class: "check" }, box, name) };
}

/** @param {{ box: HTMLInputElement }[]} list */
function checked(list) {
  return list.filter(({ box }) => box.checked).map(({ box }) => box.value);
}
