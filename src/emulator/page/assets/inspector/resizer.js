import { h } from "../dom.js";
import { t } from "../i18n.js";

/** The inspector's left edge, which changes its width: by mouse, finger or arrow keys. */

const KEY = "cardstream.inspector.width";
const LEAST = 300;
const STEP = 24;

/** The widest that leaves the watched card in sight. */
function most() {
  return Math.max(LEAST, Math.round(innerWidth * 0.6));
}

export class Resizer {
  constructor() {
    this.root = h("div", {
      class: "resizer",
      role: "separator",
      tabindex: "0",
      "aria-orientation": "vertical",
      "aria-valuenow": String(LEAST),
      "aria-valuemin": String(LEAST),
      "aria-label": t("resizeInspector"),
      title: t("resizeInspector"),
    });
    this.root.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      event.preventDefault();
      this.root.setPointerCapture(event.pointerId);
    });
    this.root.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (this.root.hasPointerCapture(event.pointerId)) this.#set(innerWidth - event.clientX);
    });
    this.root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const step = event.key === "ArrowLeft" ? STEP : event.key === "ArrowRight" ? -STEP : 0;
      if (step === 0) return;
      event.preventDefault();
      this.#set(this.#width() + step);
    });
    const saved = Number(localStorage.getItem(KEY));
    if (saved >= LEAST) this.#set(saved);
  }

  #width() {
    return this.root.parentElement?.getBoundingClientRect().width ?? LEAST;
  }

  /** @param {number} width */
  #set(width) {
    const fit = Math.round(Math.min(most(), Math.max(LEAST, width)));
    localStorage.setItem(KEY, String(fit));
    document.documentElement.style.setProperty("--inspector-width", `${fit}px`);
    this.root.setAttribute("aria-valuenow", String(fit));
  }
}
