import type { StateInline } from "markdown-it";
import { isTag, TAG_MAX } from "./tags.ts";

/** Inline rules that CommonMark does not have, or has differently. Each is a rule of markdown-it: true when it took something. */

/** Characters at which the rule for plain text has to stop, for another rule may begin there. */
const STOPS = new Uint8Array(128);
for (const char of ["\n", "!", "$", "&", "*", "<", "[", "\\", "]", "_", "`", "~"]) STOPS[char.charCodeAt(0)] = 1;
const ADDRESS_START = /https?:\/\/(?=[^\s<>"'`\]）)】」』，。、；：！？*_~|])/iy;

/** Plain text, up to the next character at which something else may begin. */
export function plainText(state: StateInline, silent: boolean): boolean {
  const { src, posMax } = state;
  let at = state.pos;
  for (; at < posMax; at++) {
    const unit = src.charCodeAt(at);
    if (unit < 128 && STOPS[unit] === 1) break;
    if ((unit === 0x68 || unit === 0x48) && startsAddress(src, at)) break;
  }
  if (at === state.pos) return false;
  if (!silent) state.pending += src.slice(state.pos, at);
  state.pos = at;
  return true;
}

function startsAddress(text: string, at: number): boolean {
  if (at > 0 && /[a-z0-9]/iu.test(text.charAt(at - 1))) return false;
  ADDRESS_START.lastIndex = at;
  return ADDRESS_START.test(text);
}

/** Ends an address in text: white space, quotation marks, and all that is written without a space after an address. */
const ADDRESS =
  /https?:\/\/[^\s<>"`|\\^\u2010-\u2027\u2030-\u205e\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]*/iy;
const TRAILING = /(?:[.,;:!?'*_~([]|&[a-z]+;)$/iu;
/**
 * What ends an address inside of what looks like one: a link that stands behind it (a source, as models cite it), the next address of a
 * list, a word of these scripts, and a mark that is written as an entity.
 */
const BREAKS_OFF =
  /!?\[[^[\]]*\]\(|[,;]https?:\/\/|&(?:#\d+|lt|gt);|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/u;

/**
 * An address in the text. It ends where people end it: before a closing bracket that it did not open, before punctuation at its end,
 * and before the Chinese, Japanese or Korean word that follows without a space.
 * @see GFM 0.29, 6.9 Autolinks (extension)
 */
export function addressIn(text: string, at: number): string | undefined {
  ADDRESS.lastIndex = at;
  const match = ADDRESS.exec(text)?.[0];
  if (match === undefined || !startsAddress(text, at)) return undefined;
  const letter = match.search(BREAKS_OFF);
  let address = letter < 0 ? match : match.slice(0, letter);
  const open = { "(": 0, "[": 0 };
  for (let i = 0; i < address.length; i++) {
    const char = address.charAt(i);
    if (char === "(" || char === "[") open[char]++;
    else if ((char === ")" && --open["("] < 0) || (char === "]" && --open["["] < 0)) address = address.slice(0, i);
  }
  for (let more = TRAILING.exec(address); more !== null; more = TRAILING.exec(address))
    address = address.slice(0, more.index);
  return /^https?:\/\/./iu.test(address) ? address : undefined;
}

/** What may follow an address without being taken for a part of it: an end of it, or marks and then one. */
const AFTER = /(?:[',.;:?()[{}]|!(?!\[)|\](?!\())*(?:["\s]|$)/uy;
/** What an address that is no part of another word may stand behind. */
const BEFORE = /(?:^|[\s("'[>]|&(?:lt|gt|amp|quot|apos|nbsp|#\d+);)$/u;

/** Whether more of a text that ends at `text`'s end could make another address of the one at `at`, or decide how it is written. */
export function mayAddressChange(text: string, at: number, address: string): boolean {
  ADDRESS.lastIndex = at;
  const match = ADDRESS.exec(text)?.[0] ?? "";
  const letter = match.search(BREAKS_OFF);
  if (letter < 0 && at + match.length >= text.length) return true;
  const opens = (letter < 0 ? match : match.slice(0, letter)).lastIndexOf("[");
  if (opens >= 0 && !match.includes("]", opens)) return true;
  return /^[',.;:?()[{}!\]]*$/u.test(text.slice(at + address.length));
}

/** Whether Feishu would take what follows the address that ends at `end` for a part of it. */
export function goesOn(text: string, end: number): boolean {
  AFTER.lastIndex = end;
  return !AFTER.test(text);
}

/** Whether an address may stand behind what has been written. */
export const mayBegin = (written: string): boolean => BEFORE.test(written.slice(-12));

export function bareAddress(state: StateInline, silent: boolean): boolean {
  const unit = state.src.charCodeAt(state.pos);
  if ((unit !== 0x68 && unit !== 0x48) || state.linkLevel > 0) return false;
  const address = addressIn(state.src.slice(0, state.posMax), state.pos);
  if (address === undefined) return false;
  if (!silent) state.push("address", "", 0).content = address;
  state.pos += address.length;
  return true;
}

/** Longest formula that is looked for. */
export const MATH_MAX = 400;
/** What begins with a number has no white space and no CJK in it: a formula would else have to be waited for after every price. */
const DOLLARS =
  /\$\$(?!\$)[^$`]*?[^\s$`][^$`]*?\$\$|\$(?=\d)(?:[^$\s\\`\u2e80-\uffef]|\\[^\s])*\$(?!\d)|\$(?![\s$\d])(?:[^$\n\\`]|\\[^\n])*?(?<![\s\\])\$(?!\d)/uy;
const BACKSLASHES = /\\\((?:[^\\\n`]|\\[^()\n])+\\\)|\\\[(?:[^\\`]|\\[^[\]])+\\\]/uy;

/** What tells a formula from brackets that were escaped. */
const IS_FORMULA = /\\[a-zA-Z]|[\^_=]|\d\s*[-+*/<>]/u;

/** The formula at `at`: `$x$`, `$$x$$`, `\(x\)`, `\[x\]`. Sums of money are none. */
export function formulaAt(text: string, at: number, end: number): string | undefined {
  const isDollar = text.charAt(at) === "$";
  if (!isDollar && !(text.charAt(at) === "\\" && /[([]/u.test(text.charAt(at + 1)))) return undefined;
  const pattern = isDollar ? DOLLARS : BACKSLASHES;
  pattern.lastIndex = 0;
  const found = pattern.exec(text.slice(at, Math.min(end, at + MATH_MAX)))?.[0];
  if (found === undefined || found.includes("&#")) return undefined;
  return isDollar || IS_FORMULA.test(found.slice(2, -2)) ? found : undefined;
}

export function formula(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  const found = formulaAt(src, pos, state.posMax);
  if (found !== undefined) {
    if (!silent) state.push("math", "", 0).content = found;
    state.pos += found.length;
    return true;
  }
  if (src.charAt(pos) !== "$") return false;
  if (!silent) state.pending += "$";
  state.pos++;
  return true;
}

const TAG = /<(?:\/?[a-zA-Z][a-zA-Z0-9_-]*(?:\s[^<>]*)?\/?)>/uy;

/** Feishu's tags. */
export function tag(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== 0x3c) return false;
  TAG.lastIndex = 0;
  const match = TAG.exec(state.src.slice(state.pos, Math.min(state.posMax, state.pos + TAG_MAX)))?.[0];
  if (match === undefined || !isTag(match)) return false;
  if (!silent) state.push("tag", "", 0).content = match;
  state.pos += match.length;
  return true;
}
