/** A conversation, taken apart. */
export interface LarkThreadId {
  /** `oc_…`; `ou_…` for a person with whom no word has been exchanged yet. */
  readonly chatId: string;
  /** The message that it began with (`om_…`); undefined: the chat as a whole. */
  readonly rootId: string | undefined;
  /** Whether it is between one person and the bot. */
  readonly direct: boolean;
  /** Of a direct chat: whether it is a topic, in which answers have to stay. @defaultValue false */
  readonly topic?: boolean | undefined;
}

/**
 * `lark:oc_…:om_…` in a group, `lark:oc_…:om_…:dm` in a direct chat and `:dm-topic` in a topic of one; `lark:oc_…` is a whole chat. All
 * that has to be known is in it, so that another process, or this one after a restart, can go on with a thread.
 * @param name what the adapter is called
 */
export function encodeThreadId(name: string, { chatId, rootId, direct, topic }: LarkThreadId): string {
  const parts = [name, chatId];
  if (rootId !== undefined || direct) parts.push(rootId ?? "");
  if (direct) parts.push(topic === true ? "dm-topic" : "dm");
  return parts.join(":");
}

const THREAD = /^(?<name>[^:]+):(?<chatId>o[cu]_\w+)(?::(?<rootId>(?:om_\w+)?)(?::(?<kind>dm|dm-topic))?)?$/u;

/** @throws TypeError for what is no thread of this adapter's */
export function decodeThreadId(name: string, threadId: string): LarkThreadId {
  const groups = THREAD.exec(threadId)?.groups;
  const { chatId, rootId, kind } = groups ?? {};
  if (groups?.["name"] !== name || chatId === undefined)
    throw new TypeError(`${JSON.stringify(threadId)} is no thread of ${name}: it would be ${name}:oc_…:om_…`);
  const direct = kind !== undefined || chatId.startsWith("ou_");
  return { chatId, rootId: rootId || undefined, direct, topic: kind === "dm-topic" || undefined };
}
