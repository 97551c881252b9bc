import { loadHighlighter } from "./card/highlight.js";
import { Conversation } from "./chat/conversation.js";
import { sidebar } from "./chat/sidebar.js";
import { h } from "./dom.js";
import { applyLanguage, t } from "./i18n.js";
import { Inspector } from "./inspector/inspector.js";
import { store } from "./store.js";
import { applyTheme } from "./theme.js";
import { mountToasts } from "./toast.js";

/** Puts the page together. */

const INSPECTOR = "cardstream.inspector";
const root = /** @type {HTMLElement} */ (document.getElementById("app"));

const page = {
  inspectorOpen: () => document.documentElement.classList.contains("inspector-open"),
  toggleInspector() {
    const open = document.documentElement.classList.toggle("inspector-open");
    localStorage.setItem(INSPECTOR, open ? "open" : "closed");
    store.watchCalls(open);
    store.emit("state");
  },
  /** Builds everything again, in another language. */
  rebuild() {
    store.forgetListeners();
    const conversation = new Conversation(page);
    root.replaceChildren(
      h(
        "a",
        {
          class: "skip",
          href: "#compose",
          on: {
            click: (/** @type {Event} */ event) =>
              (event.preventDefault(), conversation.composer.focus()),
          },
        },
        t("skipToMessage"),
      ),
      sidebar(page),
      conversation.root,
      new Inspector(page, conversation).root,
    );
    store.emit("messages");
  },
};

applyTheme();
applyLanguage();
mountToasts();
document.documentElement.classList.toggle(
  "inspector-open",
  localStorage.getItem(INSPECTOR) === "open" && matchMedia("(min-width: 1100px)").matches,
);
document.addEventListener("keydown", (event) => {
  if (event.altKey && event.code === "KeyI") {
    event.preventDefault();
    page.toggleInspector();
  }
  const taken = event.defaultPrevented || document.querySelector("dialog[open]") !== null;
  if (event.key === "Escape" && !taken && page.inspectorOpen() && matchMedia("(max-width: 1099px)").matches)
    page.toggleInspector();
});
await loadHighlighter();
page.rebuild();
store.watchCalls(page.inspectorOpen());
store.start();
