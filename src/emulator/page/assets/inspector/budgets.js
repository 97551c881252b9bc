import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { store } from "../store.js";
import { size } from "./calls.js";
import { measureCard } from "./card-size.js";

/** How much of each of Feishu's limits is used: per card of the open chat, and per app and operation. */
export class Budgets {
  #cards = h("div", { class: "meters" });
  #apis = h("div", { class: "meters" });
  #timer = /** @type {number | undefined} */ (undefined);

  /** @param {import("../chat/conversation.js").Conversation} conversation */
  constructor(conversation) {
    this.conversation = conversation;
    this.root = h(
      "div",
      { class: "budgets-page" },
      h("h2", null, t("cardsHere")),
      this.#cards,
      h("h2", null, t("perApp")),
      this.#apis,
    );
  }

  /** @param {boolean} on */
  show(on) {
    clearInterval(this.#timer);
    if (!on) return;
    this.#draw();
    this.#timer = window.setInterval(() => this.#draw(), 250);
  }

  #draw() {
    // The page was built again, in another language: another one of these draws now.
    if (!this.root.isConnected) clearInterval(this.#timer);
    if (this.root.offsetParent === null) return;
    const cards = [...store.messages.values()]
      .filter((message) => message.card)
      .slice(-6)
      .reverse();
    fill(
      this.#cards,
      cards.map((message) => this.#card(message)),
      cards.length === 0 && h("p", { class: "empty-note" }, t("noCards")),
    );
    const apis = (store.meters.apis ?? []).filter((/** @type {any} */ each) => each.perMinute > 0);
    fill(
      this.#apis,
      apis.map((/** @type {any} */ api) =>
        h(
          "div",
          { class: "meter-group" },
          h("h3", null, `${store.apps.get(api.appId)?.name ?? api.appId} · ${api.operation}`),
          meter(t("perSecond"), api.perSecond, api.perSecondMax),
          meter(t("perMinute"), api.perMinute, api.perMinuteMax),
        ),
      ),
      apis.length === 0 && h("p", { class: "empty-note" }, t("noUse")),
    );
  }

  /** @param {any} message */
  #card(message) {
    const { card } = message;
    const measured = measureCard(card.json);
    const rate = (store.meters.cards ?? []).find((/** @type {any} */ each) => each.cardId === card.cardId);
    const progress = this.conversation.views.get(message.messageId)?.card?.progress ?? { shown: 0, goal: 0 };
    const left =
      card.streaming && card.streamingEndsAt !== undefined
        ? Math.max(0, Math.round((card.streamingEndsAt - Date.now()) / 1000))
        : undefined;
    return h(
      "div",
      { class: "meter-group" },
      h(
        "h3",
        null,
        card.json?.header?.title?.content || card.summary || t("card"),
        h("span", { class: "meter-id" }, card.cardId ?? message.messageId),
      ),
      meter(t("visibleOfWritten"), progress.shown, progress.goal, {
        kind: "gap",
        text: t("behind", { count: progress.goal - progress.shown }),
      }),
      meter(t("size"), measured.bytes, 30_000, { text: `${size(measured.bytes)} / 30 KB` }),
      meter(t("elements"), measured.elements, 200),
      meter(t("tables"), measured.tables, 5),
      rate !== undefined && meter(t("writesPerSecond"), rate.perSecond, rate.max ?? 10),
      h(
        "p",
        { class: "meter-note" },
        `sequence ${card.sequence ?? 0}`,
        left !== undefined && ` · ${t("streamingLeft", { seconds: left })}`,
      ),
    );
  }
}

/**
 * @param {string} label
 * @param {number} value
 * @param {number} max
 * @param {{ text?: string, kind?: "gap" }} [options]
 */
function meter(label, value, max, options = {}) {
  const part = max > 0 ? Math.min(1, value / max) : 1;
  const level = options.kind === "gap" ? "calm" : part >= 1 ? "over" : part > 0.8 ? "high" : "calm";
  return h(
    "div",
    { class: "meter" },
    h("span", { class: "meter-label" }, label),
    h("span", { class: "meter-value" }, options.text ?? `${value} / ${max}`),
    h(
      "span",
      {
        class: `meter-bar ${level}`,
        role: "meter",
        "aria-label": label,
        "aria-valuemin": 0,
        "aria-valuemax": Math.max(max, 1),
        "aria-valuenow": Math.min(value, Math.max(max, 1)),
      },
      h("span", { style: { width: `${part * 100}%` } }),
    ),
  );
}
