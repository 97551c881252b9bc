import type { Core } from "../state/core.ts";
import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { Mention } from "../store/messages.ts";

/**
 * A rich text as Feishu tells of it: the people and bots that its `at` elements name by id are mentions of the message, and the elements
 * have their keys (`@_user_1`, `@_all`). `mentions` grows by who is named. Whom nobody knows stays as it is.
 * @see docs:im-v1/message/events/message_content
 */
export function readPostMentions(core: Core, post: JsonObject, mentions: Mention[]): JsonObject {
  return Object.fromEntries(Object.entries(post).map(([key, value]) => [key, read(core, value, mentions)]));
}

function read(core: Core, value: unknown, mentions: Mention[]): unknown {
  if (Array.isArray(value)) return value.map((one) => read(core, one, mentions));
  if (!isObject(value)) return value;
  return value["tag"] === "at" ? readAt(core, value, mentions) : readPostMentions(core, value, mentions);
}

function readAt(core: Core, element: JsonObject, mentions: Mention[]): JsonObject {
  const id = element["user_id"];
  if (id === "all" || id === "all_members") {
    if (!mentions.some((one) => one.key === "@_all")) mentions.push(EVERYBODY);
    return { ...element, user_id: EVERYBODY.key, user_name: EVERYBODY.name };
  }
  if (typeof id !== "string" || id.startsWith("@_")) return element;
  const user = core.store.users.find(id);
  const app = [...core.store.apps.values()].find((one) => one.botOpenId === id);
  const name = user?.name ?? app?.name;
  if (name === undefined) return element;
  const known = mentions.find((one) => (app === undefined ? one.userId === user?.userId : one.appId === app.appId));
  const key = known?.key ?? `@_user_${mentions.filter((one) => one.key !== "@_all").length + 1}`;
  if (known === undefined) mentions.push({ key, name, userId: user?.userId, appId: app?.appId });
  return { ...element, user_id: key, user_name: name };
}

/** The mention of everybody. */
export const EVERYBODY: Mention = { key: "@_all", name: "所有人", userId: undefined, appId: undefined };

/** A rich text whose first line begins with mentions; a new first line where it has none. */
export function beginPostWith(post: JsonObject, elements: readonly JsonObject[]): JsonObject {
  if (elements.length === 0) return post;
  if (!Array.isArray(post["content"])) {
    const [key, body] = Object.entries(post).find(([, value]) => isObject(value)) ?? [];
    if (key !== undefined && isObject(body)) return { ...post, [key]: beginPostWith(body, elements) };
    return { ...post, content: [elements] };
  }
  const [first, ...rest]: unknown[] = post["content"];
  return { ...post, content: [[...elements, ...(Array.isArray(first) ? first : [])], ...rest] };
}
