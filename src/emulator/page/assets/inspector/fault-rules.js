import { t } from "../i18n.js";

/** The faults a person can choose, and every rule in words. */

/** Feishu says no in this way to every call that reaches CardKit. */
export const CARDKIT = ["card.*", "element.*"];

/**
 * Effects by name; `ms` marks those that take a time.
 *
 * @type {Record<string, { ms?: boolean, effect: (ms: number) => Record<string, unknown> }>}
 */
export const EFFECTS = {
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

/** Whether this rule is what "Take CardKit down" adds. @param {any} rule */
export function isCardKitDown(rule) {
  return JSON.stringify(rule.operation) === JSON.stringify(CARDKIT);
}

/** What a rule does, on which calls, and how often it still will. @param {any} rule @returns {string} */
export function ruleInWords(rule) {
  const operations = [rule.operation].flat().map((name) => (name === "*" ? t("everyOperation") : name));
  const where = ["appId", "cardId", "messageId", "elementId"].flatMap((key) => rule[key] ?? []);
  return [effectInWords(rule.effect ?? {}), [...operations, ...where].join(", "), howOften(rule)].join(" · ");
}

/** @param {any} effect */
function effectInWords(effect) {
  for (const [name, { ms, effect: make }] of Object.entries(EFFECTS)) {
    const words = t(/** @type {any} */ (`effect_${name}`));
    const time = effect.beforeMs ?? effect.ms;
    if (JSON.stringify(make(time)) === JSON.stringify(effect)) return ms ? `${words}, ${time} ms` : words;
  }
  // Rules that came through the API can say more than the form.
  const { type, ...rest } = effect;
  return [type, ...Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`)].join(" ");
}

/** @param {any} rule */
function howOften(rule) {
  if (rule.left === 0) return t("usedUp");
  const left = rule.count === undefined ? undefined : t("timesLeft", { count: rule.left ?? rule.count });
  const chance = rule.probability === undefined ? undefined : `${Math.round(rule.probability * 100)} %`;
  return [chance, left].filter(Boolean).join(", ") || t("always");
}
