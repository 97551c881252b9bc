import { adminWords } from "./admin-words.js";
import { t } from "./i18n.js";

/**
 * The emulator's admin API (docs/en/reference/emulator.md), one function per call the page makes. The session cookie set with
 * the page opens it; nothing here knows a token.
 */

/** The emulator said no, in its own words. */
class AdminError extends Error {}

/** A fetch whose failure says what happened in the words of the page. @param {string} url @param {RequestInit} init */
async function reach(url, init) {
  try {
    return await fetch(url, init);
  } catch {
    throw new AdminError(t("serverGone"));
  }
}

/**
 * @param {string} path
 * @param {{ method?: string, body?: unknown, raw?: BodyInit }} [options]
 * @returns {Promise<any>}
 */
async function call(path, options = {}) {
  const json = options.body === undefined ? undefined : JSON.stringify(options.body);
  const response = await reach(`/emulator/${path}`, {
    method: options.method ?? (json === undefined && options.raw === undefined ? "GET" : "POST"),
    headers: json === undefined ? {} : { "content-type": "application/json" },
    body: json ?? options.raw ?? null,
  });
  const text = await response.text();
  let answer;
  try {
    answer = text === "" ? {} : JSON.parse(text);
  } catch {
    answer = {};
  }
  if (!response.ok) throw new AdminError(adminWords(answer.error ?? `HTTP ${response.status}`));
  return answer;
}

const id = encodeURIComponent;

/** @param {Record<string, string | number | boolean | undefined>} values */
function query(values) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `?${search}` : "";
}

export const api = {
  state: () => call("state"),
  /** @param {string} chatId @param {{ threadId?: string | undefined, before?: string | undefined }} [page] */
  messages: (chatId, page = {}) => call(`chats/${id(chatId)}/messages${query({ ...page, limit: 100 })}`),
  /** @param {Record<string, unknown>} body */
  send: (body) => call("messages", { body }),
  /** @param {string} messageId @param {string} text @param {string} from */
  edit: (messageId, text, from) => call(`messages/${id(messageId)}`, { method: "PUT", body: { text, from } }),
  /** @param {string} messageId @param {string} from */
  recall: (messageId, from) => call(`messages/${id(messageId)}${query({ from })}`, { method: "DELETE" }),
  /** @param {string} messageId @param {{ from: string, emoji: string, remove?: boolean }} body */
  react: (messageId, body) => call(`messages/${id(messageId)}/reactions`, { body }),
  /** @param {string} messageId @param {Record<string, unknown>} body */
  click: (messageId, body) => call(`messages/${id(messageId)}/click`, { body }),
  /** @param {File} file @param {"image" | "file"} kind @param {string} from */
  upload: (file, kind, from) => call(`uploads${query({ kind, name: file.name, from })}`, { raw: file }),
  /** A person comes into a chat; its bot is told. @param {string} chatId @param {string} from */
  enter: (chatId, from) => call(`chats/${id(chatId)}/enter`, { body: { from } }),
  /** @param {Record<string, unknown>} body */
  createChat: (body) => call("chats", { body }),
  /** A person has read a chat. @param {string} chatId @param {string} from */
  read: (chatId, from) => call(`chats/${id(chatId)}/read`, { body: { from } }),
  /** Words in the messages of a person's chats, the newest first. @param {string} q @param {string} from */
  search: (q, from) => call(`search${query({ q, from })}`),
  world: () => call("world"),
  /** @param {Record<string, unknown>} answers */
  setWorld: (answers) => call("world", { method: "PATCH", body: answers }),
  faults: () => call("faults"),
  /** @param {Record<string, unknown>} rule */
  addFault: (rule) => call("faults", { body: rule }),
  /** @param {string} faultId */
  removeFault: (faultId) => call(`faults/${id(faultId)}`, { method: "DELETE" }),
  clearFaults: () => call("faults", { method: "DELETE" }),
  /** @param {string} name @param {Record<string, unknown>} [body] */
  action: (name, body = {}) => call(`actions/${name}`, { body }),
  /** @param {{ after?: number, limit?: number }} [page] */
  timeline: (page = {}) => call(`timeline${query(page)}`),
  /** @param {number} seq */
  entry: (seq) => call(`timeline/${seq}`),
  /** @param {Blob} lines @param {number} speed */
  replay: (lines, speed) => call(`replay${query({ speed })}`, { raw: lines }),
};

/** Where an uploaded image or file can be read. @param {string} key */
export function fileUrl(key) {
  return `/emulator/files/${id(key)}`;
}
