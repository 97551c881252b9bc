import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Short notices over the page, read out by a screen reader. */

const stack = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
const ICONS = { success: "check", error: "close", warning: "warn", info: "bolt" };

/** Puts the notices on the page. */
export function mountToasts() {
  document.body.append(stack);
}

/**
 * @param {string} text
 * @param {"info" | "success" | "error" | "warning"} [kind]
 */
export function toast(text, kind = "info") {
  const known = kind in ICONS ? kind : "info";
  const box = h(
    "div",
    { class: `toast toast-${known}` },
    icon(/** @type {any} */ (ICONS[known]), 16),
    h("span", null, text),
  );
  stack.append(box);
  setTimeout(() => box.remove(), 4_000);
}

/** Says an error of the emulator. @param {unknown} error */
export function toastError(error) {
  toast(error instanceof Error ? error.message : String(error), "error");
}
