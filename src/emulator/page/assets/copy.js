import { h } from "./dom.js";
import { icon } from "./icons.js";
import { toastError } from "./toast.js";

/** A button that puts a text on the clipboard. @param {string} label @param {string} text */
export function copyButton(label, text) {
  const button = h(
    "button",
    { type: "button", class: "ghost small", "aria-label": label, title: label },
    icon("copy", 14),
  );
  button.addEventListener("click", async () => {
    try {
      // There is no clipboard on a page that came over plain HTTP from another machine.
      await navigator.clipboard.writeText(text);
      button.replaceChildren(icon("check", 14));
    } catch (error) {
      toastError(error);
    }
  });
  return button;
}
