import { h } from "../dom.js";

/** One limit and how much of it is used. The elements stay: what a person selects or a screen reader reads is not taken away. */
export class Meter {
  #value = h("span", { class: "meter-value" });
  #fill = h("span");
  #bar;

  /** @param {string} label */
  constructor(label) {
    this.#bar = h("span", { role: "meter", "aria-label": label, "aria-valuemin": 0 }, this.#fill);
    this.root = h("div", { class: "meter" }, h("span", { class: "meter-label" }, label), this.#value, this.#bar);
  }

  /**
   * @param {number} value
   * @param {number} max
   * @param {{ text?: string, kind?: "gap" }} [options] a `gap` is no limit: being full is not a warning
   */
  set(value, max, options = {}) {
    const part = max > 0 ? Math.min(1, value / max) : 1;
    const level = options.kind === "gap" ? "calm" : part >= 1 ? "over" : part > 0.8 ? "high" : "calm";
    const text = options.text ?? `${value} / ${max}`;
    if (this.#value.textContent !== text) this.#value.textContent = text;
    this.#bar.className = `meter-bar ${level}`;
    this.#bar.setAttribute("aria-valuemax", String(Math.max(max, 1)));
    this.#bar.setAttribute("aria-valuenow", String(Math.min(value, Math.max(max, 1))));
    this.#fill.style.width = `${part * 100}%`;
  }
}
