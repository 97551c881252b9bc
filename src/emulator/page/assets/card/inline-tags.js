/**
 * The HTML-like tags of Feishu's Markdown, as rules of the Markdown parser (docs/en/reference/platform.md). They become tokens, never
 * markup; every other tag stays the text it is.
 */

const PAIRED = new Set(["at", "font", "text_tag", "a", "link", "person", "local_datetime", "number_tag"]);
const TAG =
  /<(\/?)(at|font|text_tag|a|link|br|hr|person|local_datetime|number_tag)((?:\s+[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>/]+))*)\s*(\/?)>/uy;
const RAW = /<raw>([\s\S]*?)<\/raw>/uy;
const ATTRIBUTE = /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>/]+))/gu;
const EMOJI = /:([A-Za-z][A-Za-z0-9_]{1,30}):/uy;

/** Feishu's emoji keys that appear in replies. Others stay text, as an unknown key does. */
export const EMOJI_KEYS = {
  DONE: "✅",
  OK: "👌",
  THUMBSUP: "👍",
  JIAYI: "➕",
  HEART: "❤️",
  SMILE: "😊",
  LAUGH: "😄",
  CRY: "😢",
  THINKING: "🤔",
  APPLAUSE: "👏",
  FIRE: "🔥",
  PARTY: "🎉",
  LGTM: "👍",
  CheckMark: "✔️",
  CrossMark: "❌",
  Alarm: "⏰",
  Typing: "⌨️",
  OnIt: "🫡",
  OneSecond: "☝️",
  Get: "🙋",
};

/** @param {string} source @returns {Record<string, string>} */
function attributes(source) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [, name, double, single, bare] of source.matchAll(ATTRIBUTE))
    found[name ?? ""] = double ?? single ?? bare ?? "";
  return found;
}

/** @param {any} state @param {boolean} silent */
function tagRule(state, silent) {
  if (state.src.charCodeAt(state.pos) !== 0x3c) return false;
  RAW.lastIndex = state.pos;
  const raw = RAW.exec(state.src);
  if (raw !== null) {
    if (!silent) state.push("text", "", 0).content = raw[1];
    state.pos = RAW.lastIndex;
    return true;
  }
  TAG.lastIndex = state.pos;
  const match = TAG.exec(state.src);
  if (match === null) return false;
  const [, closing, name = "", rest = "", empty] = match;
  if (!silent) {
    const selfClosing = !PAIRED.has(name) || empty === "/";
    const token = state.push(`feishu_${name}`, name, 0);
    token.meta = { name, kind: closing ? "close" : selfClosing ? "void" : "open", attributes: attributes(rest) };
  }
  state.pos = TAG.lastIndex;
  return true;
}

/** @param {any} state @param {boolean} silent */
function emojiRule(state, silent) {
  if (state.src.charCodeAt(state.pos) !== 0x3a) return false;
  EMOJI.lastIndex = state.pos;
  const key = EMOJI.exec(state.src)?.[1];
  if (key === undefined || !Object.hasOwn(EMOJI_KEYS, key)) return false;
  if (!silent) state.push("text", "", 0).content = EMOJI_KEYS[/** @type {keyof typeof EMOJI_KEYS} */ (key)];
  state.pos = EMOJI.lastIndex;
  return true;
}

/** Adds the rules to a parser. @param {any} parser */
export function feishuTags(parser) {
  parser.inline.ruler.before("autolink", "feishu_tag", tagRule);
  parser.inline.ruler.before("autolink", "feishu_emoji", emojiRule);
}
