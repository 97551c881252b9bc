import { messages } from "./strings.js";

/**
 * Words people read, in Chinese or English. Chosen by the person, else by the browser's language.
 */

const KEY = "cardstream.language";

/** @returns {"zh" | "en"} */
function preferred() {
  const saved = localStorage.getItem(KEY);
  if (saved === "zh" || saved === "en") return saved;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

let language = preferred();

/** @returns {"zh" | "en"} */
export function currentLanguage() {
  return language;
}

/** @param {"zh" | "en"} next */
export function setLanguage(next) {
  language = next;
  localStorage.setItem(KEY, next);
  applyLanguage();
}

/** Tells the document which language its words are in. */
export function applyLanguage() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

/**
 * A text by key, with `{name}` places filled in.
 *
 * @param {keyof typeof messages} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const pair = messages[key];
  const text = pair === undefined ? String(key) : pair[language === "zh" ? 1 : 0];
  return text.replace(/\{(\w+)\}/gu, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

/** A clock time, e.g. 14:05. @param {number} ms */
export function clockTime(ms) {
  return new Date(ms).toLocaleTimeString(language === "zh" ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** Everything about a moment, for tooltips. @param {number} ms */
export function fullTime(ms) {
  const then = new Date(ms);
  const millis = String(then.getMilliseconds()).padStart(3, "0");
  return `${then.toLocaleString(language === "zh" ? "zh-CN" : "en-GB")}.${millis}`;
}

/** Today's messages by time, older ones by date. @param {number} ms */
export function shortTime(ms) {
  const then = new Date(ms);
  if (then.toDateString() === new Date().toDateString()) return clockTime(ms);
  return then.toLocaleDateString(language === "zh" ? "zh-CN" : "en-GB", { month: "short", day: "numeric" });
}

/** A day, for the line between two days. @param {number} ms */
export function dayName(ms) {
  const then = new Date(ms);
  if (then.toDateString() === new Date().toDateString()) return t("today");
  return then.toLocaleDateString(language === "zh" ? "zh-CN" : "en-GB", {
    year: "numeric",
    month: "long",
    day: "numeric",
  });
}
