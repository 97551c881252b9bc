import { api } from "../api.js";
import { arrange, h } from "../dom.js";
import { t } from "../i18n.js";
import { store } from "../store.js";
import { toastError } from "../toast.js";
import { questionInWords, valueInWords } from "./world-words.js";

/** In which world the emulator runs: every question that Feishu leaves open, and its answer here. */
export class World {
  #about = h("p", { class: "world-about", role: "status" });
  #list = h("div", { class: "world-list" });
  #reset = h("button", { type: "button", class: "button" }, t("worldReset"));
  /** One row a question, so that the keyboard's place outlives a change. @type {Map<string, { root: HTMLElement, select: any }>} */
  #rows = new Map();

  constructor() {
    this.root = h(
      "div",
      { class: "world-page" },
      h("p", { class: "fault-note" }, t("worldWhy")),
      this.#about,
      this.#list,
      this.#reset,
    );
    this.#reset.addEventListener("click", () => void this.#toDefaults().catch(toastError));
    store.on("world", () => this.#draw());
    this.#draw();
  }

  #draw() {
    const names = Object.keys(store.questions);
    const other = names.filter((name) => store.world[name] !== store.questions[name].fallback).length;
    this.#about.textContent = other === 0 ? t("worldDefault") : t("worldOther", { count: other });
    this.#reset.disabled = other === 0;
    arrange(
      this.#list,
      names.map((name) => {
        const row = this.#rows.get(name) ?? this.#row(name);
        this.#rows.set(name, row);
        this.#fill(row.select, name);
        row.root.classList.toggle("other", store.world[name] !== store.questions[name].fallback);
        return row.root;
      }),
    );
  }

  /** @param {string} name */
  #row(name) {
    const select = h("select", { class: "text-input" });
    select.addEventListener("change", () => {
      const answer = JSON.parse(select.value);
      void api.setWorld({ [name]: answer }).catch(toastError);
    });
    const root = h(
      "label",
      { class: "field-block", title: store.questions[name].source },
      h("span", null, questionInWords(name), h("code", null, name)),
      select,
    );
    return { root, select };
  }

  /** The answers worth trying, and the one in force when it is another. @param {any} select @param {string} name */
  #fill(select, name) {
    const now = store.world[name];
    const { values, fallback } = store.questions[name];
    const all = values.includes(now) ? values : [...values, now];
    const says = JSON.stringify([all, now]);
    if (select.dataset.says === says) return;
    select.dataset.says = says;
    select.replaceChildren(
      ...all.map((/** @type {any} */ value) =>
        h(
          "option",
          { value: JSON.stringify(value), selected: value === now },
          `${valueInWords(name, value)}${value === fallback ? ` · ${t("worldLikely")}` : ""}`,
        ),
      ),
    );
  }

  async #toDefaults() {
    const answers = Object.entries(store.questions).map(([name, { fallback }]) => [name, fallback]);
    await api.setWorld(Object.fromEntries(answers));
  }
}
