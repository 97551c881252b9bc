import { simplifiedCard, visibleTitle } from "../card/visible.ts";
import { isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { World } from "../world/index.ts";

/** `card_msg_content_type` of get, list and mget; none: the form for old clients. */
export type CardForm = "user_card_content" | "raw_card_content" | undefined;

/** What a card of version 2.0 reads as without `card_msg_content_type`. @see larksuite/oapi-sdk-python#95 */
const UPGRADE = "请升级至最新版本客户端，以查看内容";
/** The picture beside it: one key for all. */
const UPGRADE_IMAGE = "img_v3_02ht_upgrade-to-see-this-card-00000000g";

/** `body.content` of a card message. */
export function cardContent(card: JsonObject, form: CardForm, world: World): JsonObject {
  if (form === "raw_card_content") return rawCard(card);
  if (form === "user_card_content")
    return world.userCardContent === "userDsl" ? { user_dsl: JSON.stringify(card) } : card;
  return isVersion2(card) ? placeholder(card) : simplifiedCard(card);
}

function isVersion2(card: JsonObject): boolean {
  return card["schema"] === "2.0";
}

function placeholder(card: JsonObject): JsonObject {
  const title = visibleTitle(card);
  return {
    title: title === "" ? null : title,
    elements: [[{ tag: "img", image_key: UPGRADE_IMAGE }], [{ tag: "text", text: UPGRADE }]],
  };
}

/** The card as Feishu keeps it: JSON in a string, the fields of everything with a tag under `property`. */
function rawCard(card: JsonObject): JsonObject {
  const { schema, header, body, config, ...rest } = card;
  const inside = {
    schema: 1,
    ...(config === undefined ? {} : { config }),
    ...(header === undefined ? {} : { header: { tag: "card_header", property: toProperties(header) } }),
    ...(body === undefined ? toObject(rest) : { body: { tag: "body", property: toProperties(body) } }),
  };
  return { json_card: JSON.stringify(inside), json_attachment: "{}", card_schema: schema === "2.0" ? 2 : 1 };
}

function toObject(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toProperties(one)]));
}

function toProperties(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toProperties);
  if (!isObject(value)) return value;
  if (typeof value["tag"] !== "string") return toObject(value);
  const { tag, element_id: id, ...rest } = value;
  return { ...(id === undefined ? {} : { id }), tag, property: toObject(rest) };
}
