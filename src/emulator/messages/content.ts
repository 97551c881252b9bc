import { SUB_CODES } from "../api/codes.ts";
import type { Core } from "../state/core.ts";
import { readInline } from "../card/entity.ts";
import { CardIssue, toMessageRefusal } from "../card/issue.ts";
import { fillTemplate } from "../card/template.ts";
import { MENTION_PROBLEM, mentionsAll } from "../card/checks.ts";
import type { CardTree } from "../card/tree.ts";
import { isObject, jsonBytes, parseJson } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { ENTITY_MS } from "../limits.ts";
import { refuse, refuseCard, refuseCardId } from "../api/refusal.ts";
import type { App } from "../store/apps.ts";
import type { CardEntity } from "../store/cards.ts";
import type { Chat } from "../store/chats.ts";
import type { Mention } from "../store/messages.ts";
import { readMentionTags } from "./mention-tags.ts";

/** Stands for whatever other sub-code a second sending may get; no page names one. */
const SENT_BEFORE = 200741;

/** A message content that may be sent. Cards come as an entity to attach, or as a tree to make one of. */
export interface Content {
  readonly content: JsonObject;
  readonly mentions: readonly Mention[];
  readonly card: CardEntity | CardTree | undefined;
}

function parse(text: string, what: string): JsonObject {
  const value = parseJson(text)?.value;
  if (isObject(value)) return value;
  throw refuse("imParameter", {
    msg: `Your request contains an invalid request parameter, ext=${what} is not a json object`,
  });
}

function readText(core: Core, text: string): Pick<Content, "content" | "mentions"> {
  const mentions: Mention[] = [];
  return { content: { text: readMentionTags(core, text, mentions) }, mentions };
}

function checkFile(core: Core, app: App, key: unknown, types: readonly string[] | undefined): void {
  const file = typeof key === "string" ? core.store.files.get(key) : undefined;
  if (file === undefined)
    throw refuse("imParameter", {
      msg: "Your request contains an invalid request parameter, ext=file or image key does not exist",
    });
  if (file.appId !== undefined && file.appId !== app.appId) throw refuse("resourceOfOtherApp");
  if (types !== undefined && !types.includes(file.type)) throw refuse("fileType");
}

/** A card reference, template or JSON. @throws Refusal 230099, 230025 */
export function readCardContent(core: Core, app: App, text: string, chat: Chat | undefined): CardEntity | CardTree {
  const parsed = parseJson(text);
  if (parsed === undefined)
    throw refuseCard(SUB_CODES.parse, "parse card json err, please check whether the card json is correct");
  const { value } = parsed;
  if (isObject(value) && value["type"] === "card" && isObject(value["data"]))
    return findSendable(core, app, value["data"]["card_id"]);
  if (isObject(value) && value["card_id"] !== undefined && value["schema"] === undefined) {
    throw refuseCard(SUB_CODES.parse, "parse card json err, please check whether the card json is correct", {
      warning: 'a card entity is sent as {"type":"card","data":{"card_id":"…"}}',
    });
  }
  try {
    const json = isObject(value) && value["type"] === "template" ? fillTemplate(core, app.appId, value["data"]) : value;
    const tree = isVersion1(json) ? readVersion1(json) : readInline(core, app.appId, json, chat);
    if (Math.max(tree.bytes, Buffer.byteLength(text)) > core.world.cardBytes)
      throw refuse("tooLong", { warning: `${tree.bytes} bytes of card JSON` });
    return tree;
  } catch (error) {
    throw error instanceof CardIssue ? toMessageRefusal(error) : error;
  }
}

function isVersion1(json: unknown): json is JsonObject {
  return isObject(json) && Object.keys(json).length > 0 && (json["schema"] === undefined || json["schema"] === "1.0");
}

/** Messages still take cards of version 1.0, which ignores what it does not know; they are kept and shown, not checked. */
function readVersion1(json: JsonObject): CardTree {
  if (json["body"] !== undefined && json["elements"] === undefined) {
    throw new CardIssue("onlySchema2", SUB_CODES.parse, 'parse card json err, a card with a body needs "schema":"2.0"');
  }
  return { json, slots: new Map(), components: 0, tables: 0, bytes: jsonBytes(json) };
}

function findSendable(core: Core, app: App, id: unknown): CardEntity {
  const card = typeof id === "string" ? core.store.cards.get(id) : undefined;
  if (card === undefined) throw refuseCardId("there is no card entity with this id");
  if (card.appId !== app.appId) throw refuseCardId("only the app that created a card entity may send it");
  const { secondSend, sendableAfterMs } = core.world;
  if (card.messageIds.length > 0 && secondSend !== "accepted") {
    const warning = "a card entity can be sent once; this one was sent before";
    throw secondSend === "other"
      ? refuseCard(SENT_BEFORE, "card entity has been sent", { warning })
      : refuseCardId(warning);
  }
  const age = core.clock.now() - card.createdAt;
  if (age >= ENTITY_MS) throw refuseCardId("the card entity is older than 14 days");
  if (age < sendableAfterMs)
    throw refuseCardId("the card entity is too young to be sent: the same id works a moment later");
  return card;
}

/** Is it an entity that exists already, not one to be made? */
export function isEntity(card: CardEntity | CardTree): card is CardEntity {
  return "cardId" in card;
}

function readPost(content: JsonObject): void {
  const bodies = Object.values(content).filter(isObject);
  const whole =
    bodies.length > 0 && bodies.every((body) => Array.isArray(body["content"]) && body["content"].every(Array.isArray));
  if (!whole)
    throw refuse("imParameter", {
      msg: "Your request contains an invalid request parameter, ext=post needs zh_cn or en_us with content[][]",
    });
}

/** Checks what an app wants to send to a chat. @throws Refusal */
export function readContent(core: Core, app: App, chat: Chat | undefined, msgType: string, text: string): Content {
  if (msgType === "interactive") {
    const card = readCardContent(core, app, text, chat);
    // An entity was checked before it was known where it would go.
    if (isEntity(card) && chat?.mentionAll === false && mentionsAll(card.tree.json)) {
      throw refuseCard(SUB_CODES.mention, MENTION_PROBLEM, { value: "all" });
    }
    return { content: parse(text, "content"), mentions: [], card };
  }
  const content = parse(text, "content");
  switch (msgType) {
    case "text": {
      if (typeof content["text"] !== "string" || content["text"] === "") {
        throw refuse("imParameter", { msg: "Your request contains an invalid request parameter, ext=text is empty" });
      }
      return { ...readText(core, content["text"]), card: undefined };
    }
    case "post":
      readPost(content);
      break;
    case "image":
      checkFile(core, app, content["image_key"], undefined);
      break;
    case "file":
      checkFile(core, app, content["file_key"], undefined);
      break;
    case "audio":
      checkFile(core, app, content["file_key"], ["opus"]);
      break;
    case "media":
      checkFile(core, app, content["file_key"], ["mp4"]);
      break;
    case "share_chat":
    case "share_user":
    case "sticker":
    case "system":
      break;
    default:
      throw refuse("imParameter", {
        msg: "Your request contains an invalid request parameter, ext=msg_type is invalid",
      });
  }
  return { content, mentions: [], card: undefined };
}
