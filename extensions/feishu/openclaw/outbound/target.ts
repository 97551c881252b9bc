import type { FeishuClient } from "../../client/index.ts";
import { listMessagesFeishu } from "../../send.ts";
import type { MessageTarget } from "../../send.ts";

/** A place that messages can be sent to, as people and the host write it. */
export type Place =
  | { readonly kind: "chat"; readonly chatId: string; readonly topic: string | undefined }
  | { readonly kind: "user"; readonly id: string; readonly idType: "open_id" | "union_id" | "user_id" | "email" };

const KINDS = /^(?:(?:feishu|lark):)?(?:(user|dm|direct|chat|group|channel):)?(?:(?:feishu|lark):)?(.+)$/iu;

/**
 * Reads `user:ou_…`, `direct:ou_…`, `chat:oc_…`, `chat:oc_…:topic:omt_…` (or `om_…`, the topic's first message), and the bare ids; an
 * e-mail address is a person too, and so is the user_id of one (`user:u_…`). Undefined when it is none of these.
 */
export function parsePlace(raw: string): Place | undefined {
  const [, kind, named] = KINDS.exec(raw.trim()) ?? [];
  const rest = named?.trim();
  if (rest === undefined) return undefined;
  const [id = "", ...more] = rest.split(":");
  if (/^oc_\w+$/u.test(id)) {
    const topic = more[0] === "topic" ? more[1] : undefined;
    return { kind: "chat", chatId: id, topic };
  }
  if (/^ou_\w+$/u.test(id)) return { kind: "user", id, idType: "open_id" };
  if (/^on_\w+$/u.test(id)) return { kind: "user", id, idType: "union_id" };
  if (kind !== undefined && /^u_\w+$/u.test(id)) return { kind: "user", id, idType: "user_id" };
  if (/^[^\s@:]+@[^\s@:]+\.[^\s@:]+$/u.test(rest)) return { kind: "user", id: rest, idType: "email" };
  return undefined;
}

/** The form in which the host keeps a place: `user:…` or `chat:…`. Undefined when `raw` is no place. */
export function normalizePlace(raw: string): string | undefined {
  const place = parsePlace(raw);
  if (place === undefined) return undefined;
  if (place.kind === "user") return `user:${place.id}`;
  return place.topic === undefined ? `chat:${place.chatId}` : `chat:${place.chatId}:topic:${place.topic}`;
}

/** What a message to `to` is sent as. With `replyToId` it answers that message; with a topic it stays in it. */
export async function resolveMessageTarget(
  client: FeishuClient,
  to: string,
  options: { replyToId?: string | null | undefined; threadId?: string | number | null | undefined } = {},
): Promise<MessageTarget> {
  const place = parsePlace(to);
  if (place === undefined)
    throw new TypeError(`target must be user:ou_…, chat:oc_… or an id, not ${JSON.stringify(to)}`);
  const topic = String(options.threadId ?? (place.kind === "chat" ? place.topic : undefined) ?? "");
  const replyToId = options.replyToId?.trim();
  if (replyToId) return { type: "reply", messageId: replyToId, ...(topic === "" ? {} : { inThread: true }) };
  if (topic.startsWith("om_")) return { type: "reply", messageId: topic, inThread: true };
  if (topic.startsWith("omt_")) {
    // Feishu has no "send into this topic": one answers any message of it.
    const { items } = await listMessagesFeishu(client, { threadId: topic, pageSize: 1 });
    const first = items[0];
    if (first === undefined) throw new Error(`topic ${topic} has no message to answer`);
    return { type: "reply", messageId: first.messageId, inThread: true };
  }
  return place.kind === "chat"
    ? { type: "chat", chatId: place.chatId }
    : { type: "user", openId: place.id, idType: place.idType };
}
