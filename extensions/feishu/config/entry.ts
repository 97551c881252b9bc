/** What one entry of a list of people or groups means. */
export type Entry =
  | { readonly kind: "everybody" }
  /** A group's `chat_id`. */
  | { readonly kind: "chat"; readonly id: string }
  /** A person's open_id, union_id or user_id. */
  | { readonly kind: "person"; readonly id: string }
  /** Nobody can be meant: empty, an e-mail address, words. */
  | { readonly kind: "unreadable" };

const PROVIDER = /^(?:feishu|lark):/iu;
const TYPED = /^(?<type>chat|group|channel|user|dm|direct|open_id|union_id|user_id):/iu;
const CHAT_TYPES: ReadonlySet<string> = new Set(["chat", "group", "channel"]);
/** Feishu writes these ids in lower case; people do not always. A user_id keeps its case, which may tell two people apart. */
const FEISHU_ID = /^(?<prefix>ou|on|oc)_[a-z\d]/iu;
const PLAIN_ID = /^[\w-]+$/u;

/**
 * Reads one entry of `allowFrom` and its like: a bare id, or one behind what hosts and their pairing lists put before ids
 * (`feishu:`, `user:`, `open_id:`, `chat:`). An id's own prefix decides what it names.
 * @see Feishu server API, "How to obtain user IDs": open_id `ou_…`, union_id `on_…`; chat_id `oc_…`
 */
export function readEntry(raw: string | number): Entry {
  let text = String(raw).trim();
  while (PROVIDER.test(text)) text = text.replace(PROVIDER, "").trim();
  const type = TYPED.exec(text)?.groups?.["type"]?.toLowerCase();
  if (type !== undefined) text = text.slice(type.length + 1).trim();
  if (text === "*") return { kind: "everybody" };
  const prefix = FEISHU_ID.exec(text)?.groups?.["prefix"]?.toLowerCase();
  if (!PLAIN_ID.test(text)) return { kind: "unreadable" };
  if (prefix === "oc") return { kind: "chat", id: text.toLowerCase() };
  if (prefix !== undefined) return { kind: "person", id: text.toLowerCase() };
  return { kind: type !== undefined && CHAT_TYPES.has(type) ? "chat" : "person", id: text };
}

/** The value under the key that means `isMeant`, for records that people write ids into; own keys only. */
export function findByEntry<T>(
  record: Readonly<Record<string, T>> | undefined,
  isMeant: (entry: Entry) => boolean,
): T | undefined {
  return Object.entries(record ?? {}).find(([key]) => isMeant(readEntry(key)))?.[1];
}
