import { api } from "../api.js";
import { arrange, h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { toast, toastError } from "../toast.js";
import { CARDKIT, EFFECTS, isCardKitDown, ruleInWords } from "./fault-rules.js";

/** Faults by click: things that go wrong now, and rules for what goes wrong next. */

const OPERATIONS = [
  "*",
  "element.content",
  "element.*",
  "card.*",
  "card.create",
  "card.update",
  "card.settings",
  "card.batch_update",
  "message.*",
  "message.create",
  "message.reply",
  "message.patch",
  "image.create",
  "file.create",
  "reaction.*",
  "auth.*",
  "ws.endpoint",
];

export class Faults {
  #active = h("ul", { class: "active-faults" });
  #cardkit = h("button", { type: "button", class: "button" });
  #add = h("button", { type: "submit", class: "button primary" }, t("addFault"));
  #none = h("li", { class: "empty-note" }, t("noFaults"));
  /** One row a rule, so that the keyboard's place outlives a hit. @type {Map<string, { root: HTMLElement, text: HTMLElement, hits: HTMLElement }>} */
  #rows = new Map();

  constructor() {
    const now = (/** @type {any} */ label, /** @type {() => Promise<unknown>} */ act) =>
      h(
        "button",
        {
          type: "button",
          class: "button",
          on: { click: () => void act().then(() => toast(t("done"), "success"), toastError) },
        },
        t(label),
      );
    this.#cardkit.addEventListener("click", () => void this.#toggleCardKit().catch(toastError));
    this.root = h(
      "div",
      { class: "faults-page" },
      h("h2", null, t("breakNow")),
      h(
        "div",
        { class: "fault-buttons" },
        now("closeStreaming", () => api.action("close-streaming")),
        this.#cardkit,
        now("dropConnections", () => api.action("drop-connections")),
        now("expireTokens", () => api.action("expire-tokens")),
      ),
      h("h2", null, t("breakNext")),
      this.#form(),
      h("h2", null, t("activeFaults")),
      this.#active,
    );
    store.on("faults", () => this.#draw());
    this.#draw();
  }

  #cardKitRule() {
    return store.faults.find(isCardKitDown);
  }

  async #toggleCardKit() {
    const rule = this.#cardKitRule();
    if (rule === undefined)
      await api.addFault({ operation: CARDKIT, effect: { type: "http", status: 503, body: "json" } });
    else await api.removeFault(rule.id);
  }

  #form() {
    const effect = h(
      "select",
      { class: "text-input", "aria-label": t("effect") },
      Object.keys(EFFECTS).map((name) => h("option", { value: name }, t(/** @type {any} */ (`effect_${name}`)))),
    );
    const operation = h(
      "select",
      { class: "text-input", "aria-label": t("operation") },
      OPERATIONS.map((name) => h("option", { value: name }, name === "*" ? t("everyOperation") : name)),
    );
    const ms = h("input", {
      class: "text-input",
      type: "number",
      min: 0,
      max: 60_000,
      value: 1_500,
      "aria-label": t("milliseconds"),
    });
    const msField = h("label", { class: "field-block" }, h("span", null, t("milliseconds")), ms);
    const how = h(
      "select",
      { class: "text-input", "aria-label": t("howOften") },
      ["count", "probability", "always"].map((name) => h("option", { value: name }, t(/** @type {any} */ (name)))),
    );
    const amount = h("input", {
      class: "text-input",
      type: "number",
      min: 1,
      max: 1000,
      value: 1,
      "aria-label": t("amount"),
    });
    const seeded = h("p", { class: "fault-note" }, t("seeded"));
    const sync = () => {
      seeded.hidden = how.value !== "probability";
      msField.hidden = EFFECTS[effect.value]?.ms !== true;
      amount.hidden = how.value === "always";
      amount.max = how.value === "probability" ? "100" : "1000";
    };
    effect.addEventListener("change", sync);
    how.addEventListener("change", () => {
      amount.value = how.value === "probability" ? "20" : "1";
      sync();
    });
    sync();
    const form = h(
      "form",
      { class: "fault-form" },
      h("label", { class: "field-block" }, h("span", null, t("effect")), effect),
      h("label", { class: "field-block" }, h("span", null, t("operation")), operation),
      msField,
      h(
        "div",
        { class: "field-block" },
        h("span", { "aria-hidden": "true" }, t("howOften")),
        h("div", { class: "field-row" }, how, amount),
      ),
      seeded,
      this.#add,
    );
    form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      const often =
        how.value === "count"
          ? { count: Number(amount.value) }
          : how.value === "probability"
            ? { probability: Number(amount.value) / 100 }
            : {};
      void api
        .addFault({ operation: operation.value, effect: EFFECTS[effect.value]?.effect(Number(ms.value)), ...often })
        .catch(toastError);
    });
    return form;
  }

  #draw() {
    const down = this.#cardKitRule() !== undefined;
    this.#cardkit.textContent = t(down ? "cardKitUp" : "cardKitDown");
    this.#cardkit.setAttribute("aria-pressed", String(down));
    for (const id of this.#rows.keys()) if (!store.faults.some((fault) => fault.id === id)) this.#rows.delete(id);
    const rows = store.faults.map((fault) => {
      const row = this.#rows.get(fault.id) ?? this.#row(fault.id);
      this.#rows.set(fault.id, row);
      row.text.textContent = isCardKitDown(fault) ? t("cardKitIsDown") : ruleInWords(fault);
      row.hits.textContent = t("hits", { count: fault.hits });
      row.root.classList.toggle("spent", fault.left === 0);
      return row.root;
    });
    arrange(this.#active, rows.length > 0 ? rows : [this.#none]);
  }

  /** @param {string} id */
  #row(id) {
    const text = h("span", { class: "fault-text" });
    const hits = h("span", { class: "fault-hits" });
    const remove = h(
      "button",
      { type: "button", class: "ghost small", "aria-label": t("remove"), title: t("remove") },
      icon("trash", 16),
    );
    remove.addEventListener("click", async () => {
      try {
        await api.removeFault(id);
        // The button goes with its rule; the keyboard goes on from the next one, or from the form.
        (this.#active.querySelector(`li:not([data-id="${id}"]) button`) ?? this.#add).focus();
      } catch (error) {
        toastError(error);
      }
    });
    return { root: h("li", { dataset: { id } }, text, hits, remove), text, hits };
  }
}
