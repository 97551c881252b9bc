import { arrange, h } from "../dom.js";
import { t } from "../i18n.js";
import { store } from "../store.js";
import { size } from "./calls.js";
import { measureCard } from "./card-size.js";
import { Meter } from "./meter.js";

/** Cards measured at once: those that stream, then the newest. */
const CARDS = 6;

/** How much of each of Feishu's limits is used: per card of the open chat, and per app and operation. */
export class Budgets {
  #cards = h("div", { class: "meters" });
  #apis = h("div", { class: "meters" });
  #noCards = h("p", { class: "empty-note" }, t("noCards"));
  #noUse = h("p", { class: "empty-note" }, t("noUse"));
  /** Groups on the screen by message. @type {Map<string, CardMeters>} */
  #cardMeters = new Map();
  /** Groups on the screen by app and operation. @type {Map<string, ApiMeters>} */
  #apiMeters = new Map();
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
    this.#drawCards();
    this.#drawApis();
  }

  #drawCards() {
    const before = this.#cardMeters;
    this.#cardMeters = new Map();
    for (const message of this.#shownCards()) {
      const meters = before.get(message.messageId) ?? new CardMeters();
      this.#cardMeters.set(message.messageId, meters);
      meters.update(message, this.conversation.views.get(message.messageId)?.card?.progress ?? { shown: 0, goal: 0 });
    }
    const roots = [...this.#cardMeters.values()].map((meters) => meters.root);
    arrange(this.#cards, roots.length > 0 ? roots : [this.#noCards]);
  }

  #drawApis() {
    const before = this.#apiMeters;
    this.#apiMeters = new Map();
    for (const api of store.meters.apis ?? []) {
      if (api.perMinute === 0) continue;
      const key = `${api.appId} ${api.operation}`;
      const meters = before.get(key) ?? new ApiMeters(api);
      this.#apiMeters.set(key, meters);
      meters.update(api);
    }
    const roots = [...this.#apiMeters.values()].map((meters) => meters.root);
    arrange(this.#apis, roots.length > 0 ? roots : [this.#noUse]);
  }

  /** @returns {any[]} */
  #shownCards() {
    const newest = [...store.messages.values()].filter((message) => message.card).reverse();
    const streaming = newest.filter((message) => message.card.streaming);
    return [...streaming, ...newest.filter((message) => !message.card.streaming)].slice(0, CARDS);
  }
}

/** The budgets of one card. */
class CardMeters {
  #title = h("span");
  #id = h("span", { class: "meter-id" });
  #note = h("p", { class: "meter-note" });
  #gap = new Meter(t("visibleOfWritten"));
  #size = new Meter(t("size"));
  #elements = new Meter(t("elements"));
  #tables = new Meter(t("tables"));
  #writes = new Meter(t("writesPerSecond"));

  constructor() {
    const meters = [this.#gap, this.#size, this.#elements, this.#tables, this.#writes];
    this.root = h(
      "div",
      { class: "meter-group" },
      h("h3", null, this.#title, this.#id),
      meters.map((meter) => meter.root),
      this.#note,
    );
  }

  /** @param {any} message @param {{ shown: number, goal: number }} progress */
  update({ card, messageId }, progress) {
    const measured = measureCard(card.json);
    const rate = (store.meters.cards ?? []).find((/** @type {any} */ each) => each.cardId === card.cardId);
    setText(this.#title, card.json?.header?.title?.content || card.summary || t("card"));
    setText(this.#id, card.cardId ?? messageId);
    const behind = progress.goal - progress.shown;
    this.#gap.set(progress.shown, progress.goal, {
      kind: "gap",
      text: behind === 0 ? t("allVisible", { count: progress.goal }) : t("behind", { count: behind }),
    });
    this.#size.set(measured.bytes, 30_000, { text: `${size(measured.bytes)} / 30 KB` });
    this.#elements.set(measured.elements, 200);
    this.#tables.set(measured.tables, 5);
    this.#writes.set(rate?.perSecond ?? 0, rate?.max ?? 10);
    const left =
      card.streaming && card.streamingEndsAt !== undefined
        ? Math.max(0, Math.round((card.streamingEndsAt - Date.now()) / 1000))
        : undefined;
    setText(
      this.#note,
      [
        `sequence ${Math.max(card.sequence ?? 0, store.sequences.get(card.cardId) ?? 0)}`,
        left !== undefined && t("streamingLeft", { seconds: left }),
      ]
        .filter(Boolean)
        .join(" · "),
    );
  }
}

/** The budgets of one operation of one app. */
class ApiMeters {
  #second = new Meter(t("perSecond"));
  #minute = new Meter(t("perMinute"));

  /** @param {any} api */
  constructor(api) {
    const name = store.apps.get(api.appId)?.name ?? api.appId;
    this.root = h(
      "div",
      { class: "meter-group" },
      h("h3", null, `${name} · ${api.operation}`),
      this.#second.root,
      this.#minute.root,
    );
  }

  /** @param {any} api */
  update(api) {
    this.#second.set(api.perSecond, api.perSecondMax);
    this.#minute.set(api.perMinute, api.perMinuteMax);
  }
}

/** @param {HTMLElement} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
