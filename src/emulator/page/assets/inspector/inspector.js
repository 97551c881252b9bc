import { h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { Budgets } from "./budgets.js";
import { Calls } from "./calls.js";
import { store } from "../store.js";
import { Faults } from "./faults.js";
import { Resizer } from "./resizer.js";
import { World } from "./world.js";

/** The right column: what the bot did, what it may still do, and what to break next. */
export class Inspector {
  #tabs = h("div", { class: "tabs", role: "tablist", "aria-label": t("inspector") });
  #body = h("div", { class: "inspector-body" });
  /** @type {{ name: string, button: HTMLElement, panel: HTMLElement, view: { show?(on: boolean): void } }[]} */
  #pages = [];

  /** @param {{ toggleInspector(): void }} page @param {import("../chat/conversation.js").Conversation} conversation */
  constructor(page, conversation) {
    this.root = h(
      "aside",
      { class: "inspector", "aria-label": t("inspector") },
      new Resizer().root,
      h(
        "header",
        { class: "inspector-header" },
        this.#tabs,
        h(
          "button",
          {
            type: "button",
            class: "ghost",
            "aria-label": t("closeInspector"),
            title: t("closeInspector"),
            on: { click: () => page.toggleInspector() },
          },
          icon("close"),
        ),
      ),
      this.#body,
    );
    this.#add("calls", t("calls"), new Calls());
    this.#add("budgets", t("budgets"), new Budgets(conversation));
    this.#add("faults", t("faults"), new Faults());
    this.#add("world", t("world"), new World());
    this.#tabs.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
    this.#choose("calls");
    store.on("state", () => {
      // Over a recording nothing can be broken, and no answer changed.
      for (const { name, button } of this.#pages)
        button.hidden = store.watchOnly && (name === "faults" || name === "world");
    });
  }

  /** @param {string} name @param {string} label @param {{ root: HTMLElement, show?(on: boolean): void }} view */
  #add(name, label, view) {
    const button = h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${name}`,
        "aria-controls": `panel-${name}`,
        on: { click: () => this.#choose(name) },
      },
      label,
    );
    const panel = h(
      "div",
      { class: "tab-panel", role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, tabindex: "0" },
      view.root,
    );
    this.#tabs.append(button);
    this.#body.append(panel);
    this.#pages.push({ name, button, panel, view });
  }

  /** @param {string} name */
  #choose(name) {
    for (const page of this.#pages) {
      const on = page.name === name;
      page.button.setAttribute("aria-selected", String(on));
      page.button.tabIndex = on ? 0 : -1;
      page.panel.hidden = !on;
      page.view.show?.(on);
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const pages = this.#pages.filter(({ button }) => !button.hidden);
    const at = pages.findIndex((page) => page.button === document.activeElement);
    const next = pages[(at + step + pages.length) % pages.length];
    if (next === undefined) return;
    this.#choose(next.name);
    next.button.focus();
  }
}
