import { api } from "../api.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { toast, toastError } from "../toast.js";

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

/** Effects a person can choose; `ms` marks those that take a time. @type {Record<string, { ms?: boolean, effect: (ms: number) => Record<string, unknown> }>} */
const EFFECTS = {
  latency: { ms: true, effect: (ms) => ({ type: "latency", beforeMs: ms }) },
  rateLimit: { effect: () => ({ type: "code", code: 99991400 }) },
  cardBusy: { effect: () => ({ type: "code", code: 230020 }) },
  http500: { effect: () => ({ type: "http", status: 500, body: "json" }) },
  http504: { effect: () => ({ type: "http", status: 504, body: "html" }) },
  lost: { effect: () => ({ type: "lost" }) },
  reset: { effect: () => ({ type: "reset" }) },
  late: { ms: true, effect: (ms) => ({ type: "late", ms }) },
  hang: { effect: () => ({ type: "hang" }) },
  truncated: { effect: () => ({ type: "truncated" }) },
  tokenExpired: { effect: () => ({ type: "token-expired" }) },
  streamingClosed: { effect: () => ({ type: "streaming-closed" }) },
};

const CARDKIT = ["card.*", "element.*"];

export class Faults {
  #active = h("ul", { class: "active-faults" });
  #cardkit = h("button", { type: "button", class: "button" });

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
    return store.faults.find((fault) => JSON.stringify(ruleOf(fault).operation) === JSON.stringify(CARDKIT));
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
    const sync = () => {
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
      h("button", { type: "submit", class: "button primary" }, t("addFault")),
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
    fill(
      this.#active,
      store.faults.map((fault) =>
        h(
          "li",
          null,
          h("span", { class: "fault-text" }, describe(fault)),
          h(
            "button",
            {
              type: "button",
              class: "ghost small",
              "aria-label": t("remove"),
              title: t("remove"),
              on: { click: () => void api.removeFault(fault.id).catch(toastError) },
            },
            icon("trash", 16),
          ),
        ),
      ),
      store.faults.length === 0 && h("li", { class: "empty-note" }, t("noFaults")),
    );
  }
}

/** @param {any} fault */
function ruleOf(fault) {
  return fault.rule ?? fault;
}

/** @param {any} fault */
function describe(fault) {
  const rule = ruleOf(fault);
  const { type, ...rest } = rule.effect ?? {};
  const details = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const often =
    rule.count !== undefined
      ? t("timesLeft", { count: fault.left ?? rule.count })
      : rule.probability !== undefined
        ? `${Math.round(rule.probability * 100)} %`
        : t("always");
  return `${[rule.operation].flat().join(", ")} · ${[type, ...details].join(" ")} · ${often}`;
}
