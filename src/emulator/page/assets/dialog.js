import { h } from "./dom.js";
import { t } from "./i18n.js";

/**
 * A modal dialog; Escape and the cancel button answer with `undefined`.
 *
 * @template T
 * @param {string} title
 * @param {Node[]} content
 * @param {{ confirm: string, value: () => T | undefined }} options `value` is what the confirm button answers with; `undefined` keeps the dialog open
 * @returns {Promise<T | undefined>}
 */
export function ask(title, content, options) {
  return new Promise((resolve) => {
    /** @type {T | undefined} */
    let answer;
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", null, title),
      h("div", { class: "dialog-content" }, content),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, t("cancel")),
        h("button", { type: "submit", class: "button primary" }, options.confirm),
      ),
    );
    const dialog = h("dialog", { class: "dialog", "aria-label": title }, form);
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      answer = options.value();
      if (answer !== undefined) dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
